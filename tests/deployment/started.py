"""The services of the compose file without containers: their own commands and variables, at other addresses.

Only names of hosts, ports and paths are replaced, and users: PostgreSQL comes from its package, the others
run as the user of the test. Where this process may (as root, on Linux), each runs as confined as compose
confines it: no capability, no way to get one, a file system that is read-only but for its volumes and tmpfs.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from app.adapters.processes import leash
from app.embedded import postgres, services, shelter
from app.embedded.server import serve
from app.embedded.stored_values import StoredValues, free_port
from tests.deployment import compose
from tests.house.sources import ROOT

_PATIENCE_SECONDS = 90
_STOP_SECONDS = 30
_BINARIES = Path(sys.executable).parent
# in a mount namespace of its own: what may be written becomes a mount of its own, then the rest is read-only
_CONFINE = """
set -e
mount --make-rprivate /
for folder in $WRITABLE; do mount --bind "$folder" "$folder"; done
mount --bind /tmp /tmp
shelter=/var/lib/lora-pipeline  # of other stacks of this machine
if [ -d $shelter ]; then mount -t tmpfs -o mode=755 tmpfs $shelter; fi
mount -o remount,bind,ro /
exec setpriv --no-new-privs --inh-caps=-all --bounding-set=-all "$@"
"""


def why_unconfined() -> str:
    """Say why services cannot be confined here; empty where they can."""
    if os.geteuid() != 0:
        return "only root can make a read-only file system"
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        tried = subprocess.run(
            _confined(["/bin/true"]), env={"WRITABLE": "", **_path()}, capture_output=True, check=False
        )
        return "" if not tried.returncode else tried.stderr.decode()[-200:].strip()
    return "no `unshare` and `setpriv` here"


class Deployment:
    """One deployment in a folder outside of /tmp, which each confined service has to itself."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = {name: free_port() for name in ("proxy", "redis", "store", "api")}
        self.given = compose.written(folder)
        self.given["PUBLIC_URL"] = self.public_url = f"http://127.0.0.1:{self.ports['proxy']}"
        self.given["PROXY_ADDRESS"] = "127.0.0.1"
        self.given["CORS_ORIGINS"] = "https://app.example"
        self.is_confined = not why_unconfined()
        self.seconds: dict[str, float] = {}
        self._postgres_port = 0

    @contextlib.contextmanager
    def running(self) -> Iterator["Deployment"]:
        """Start all of it in compose's order."""
        with contextlib.ExitStack() as stack:
            stack.enter_context(self._database())
            for name in ("redis", "store"):
                stack.enter_context(self._service(name))
            with self._timed("migrate"):
                done = self.run("migrate", *compose.command("migrate", self.given))
                assert done.returncode == 0, done.stdout + done.stderr
            for name in ("api", "worker", "proxy"):
                stack.enter_context(self._service(name))
            yield self

    @contextlib.contextmanager
    def alone(self, name: str) -> Iterator[str]:
        """Start one service that needs no other; its address."""
        with self._service(name):
            yield f"http://127.0.0.1:{self.ports[name]}"

    def run(self, service: str, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end as `docker compose run` does, with a service's environment."""
        return subprocess.run(
            self._argv(service, list(words)),
            cwd=ROOT,
            env=self._environment(service),
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    @contextlib.contextmanager
    def _database(self) -> Iterator[None]:
        """PostgreSQL, set up by roles.sh as the image does at its first start."""
        with self._timed("postgres"), contextlib.ExitStack() as opened:
            password, folder = self.given["POSTGRES_PASSWORD"], self._writable("postgres", "cluster")
            install = postgres.locate(folder)
            opened.callback(shelter.discard, folder)
            install.create_cluster(folder, password, durable=False)
            server = install.server(durable=False)
            self._postgres_port = opened.enter_context(
                serve(server, folder, StoredValues(folder / "ports.json"))
            )
            there = {"PGHOST": "127.0.0.1", "PGPORT": str(self._postgres_port), "PGPASSWORD": password}
            path = {"PATH": f"{install.binaries}:{os.defpath}"}
            made = subprocess.run(
                [str(compose.FOLDER / "roles.sh")],
                env=compose.environment("postgres", self.given) | there | path,
                capture_output=True,
                text=True,
                check=False,
            )
            assert made.returncode == 0, made.stderr
            running = opened.pop_all()
        with running:
            yield

    @contextlib.contextmanager
    def _service(self, name: str) -> Iterator[None]:
        log = self.folder / f"{name}.log"
        with self._timed(name):
            with log.open("wb") as output:
                process = subprocess.Popen(
                    self._argv(name, compose.command(name, self.given)),
                    cwd=ROOT,
                    env=self._environment(name),
                    stdout=output,
                    stderr=output,
                    preexec_fn=leash(signal.SIGKILL),  # noqa: PLW1509 - started from the main thread
                )
            end = time.monotonic() + _PATIENCE_SECONDS
            try:
                while not self._is_healthy(name):
                    assert process.poll() is None, f"{name} ended: {log.read_text()[-2000:]}"
                    assert time.monotonic() < end, f"{name} is not healthy: {log.read_text()[-2000:]}"
                    time.sleep(0.1)
            except BaseException:
                process.kill()
                raise
        try:
            yield
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_STOP_SECONDS)
            process.kill()
            process.wait()

    def _is_healthy(self, name: str) -> bool:
        """Ask compose's own check where its program is here, and for a connection elsewhere."""
        kind, *test = compose.SERVICES[name]["healthcheck"]["test"]
        if kind == "CMD-SHELL":
            test = ["/bin/sh", "-c", *test]
        if name in {"api", "worker"}:
            words = [self._replaced(name, word) for word in test]
            return not subprocess.run(
                words, env=self._environment(name), capture_output=True, check=False
            ).returncode
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.ports[name]), 1):
            return True
        return False

    def _argv(self, service: str, words: list[str]) -> list[str]:
        """A command as it runs here."""
        words = [self._replaced(service, word) for word in words]
        if service == "store":
            words = [services._rclone_binary(), *words]  # the image's entry point
        elif service == "redis":
            place = ["--dir", str(self._writable(service, "data")), "--port", str(self.ports["redis"])]
            words = [services._redis_binary(), *words[1:], *place, "--bind", "127.0.0.1"]
        else:
            words = [str(_BINARIES / words[0]), *words[1:]]
        return _confined(words) if self.is_confined else words

    def _environment(self, service: str) -> dict[str, str]:
        """A service's variables as they are here."""
        found = compose.environment(service, self.given)
        if "build" in compose.SERVICES[service]:
            found = compose.image_environment() | found
            found |= {"LORA_HOST": "127.0.0.1", "LORA_PORT": str(self.ports["api"]), "PYTHONPATH": str(ROOT)}
        if service == "proxy":  # as its image says
            found |= {"XDG_CONFIG_HOME": "/config", "XDG_DATA_HOME": "/data"}
        writable = self._mounts(service).values()
        found = {name: self._replaced(service, value) for name, value in found.items()}
        return {"HOME": "/nonexistent", "WRITABLE": " ".join(map(str, writable)), **found, **_path()}

    def _mounts(self, service: str) -> dict[str, Path]:
        """The folders of the container that may be written, and what they are here; /tmp is everybody's."""
        volumes = [volume.split(":") for volume in compose.SERVICES[service].get("volumes", ())]
        places = [volume[-1] for volume in volumes if volume[-1] != "ro"]
        places += [place for place in compose.SERVICES[service].get("tmpfs", ()) if place != "/tmp"]
        return {place: self._writable(service, place.strip("/").replace("/", "-")) for place in places}

    def _writable(self, service: str, name: str) -> Path:
        folder = self.folder / service / name
        folder.mkdir(parents=True, exist_ok=True)
        (self.folder / service).chmod(0o755)
        folder.chmod(0o755)
        return folder

    def _replaced(self, service: str, text: str) -> str:
        """Replace names of hosts, ports and paths by those of this machine."""
        ports = self.ports
        elsewhere = {
            "store:9000": f"127.0.0.1:{ports['store']}",
            "redis:6379": f"127.0.0.1:{ports['redis']}",
            "@postgres/lora": f"@127.0.0.1:{self._postgres_port}/lora",
            "api:8000": f"127.0.0.1:{ports['api']}",
            "127.0.0.1:8000": f"127.0.0.1:{ports['api']}",
            "/etc/caddy/Caddyfile": str(self._caddyfile()) if service == "proxy" else "",
        }
        for place, here in self._mounts(service).items():
            elsewhere[place] = str(here)
        if text == ":9000":
            return elsewhere["store:9000"]
        for there, here in elsewhere.items():
            text = text.replace(there, here)
        return text

    def _caddyfile(self) -> Path:
        """The proxy's own file at these addresses, listening on loopback only."""
        path = self.folder / "Caddyfile"
        text = (
            (compose.FOLDER / "Caddyfile")
            .read_text()
            .replace("admin off", "admin off\n\tdefault_bind 127.0.0.1")
        )
        for name in ("store:9000", "api:8000"):
            assert name in text
            text = text.replace(name, f"127.0.0.1:{self.ports[name.partition(':')[0]]}")
        path.write_text(text)
        return path

    @contextlib.contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - began, 1)


def proxy_is_here() -> bool:
    """Whether the proxy's program comes with the development packages of this platform."""
    return (_BINARIES / "caddy").exists()


def _confined(words: list[str]) -> list[str]:
    return ["unshare", "--mount", "--", "/bin/sh", "-c", _CONFINE, "sh", *words]


def _path() -> dict[str, str]:
    return {"PATH": f"{_BINARIES}:{os.defpath}:/usr/sbin:/sbin"}


def discard(folder: Path) -> None:
    """Remove a deployment's folder."""
    shutil.rmtree(folder, ignore_errors=True)
