"""`lora dev`: embedded services, one API and some workers in the foreground, restarted on changes."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
from watchfiles import watch

from app.adapters.auth import make_token, user_id_of
from app.adapters.processes import leash
from app.embedded import EmbeddedError, services
from app.embedded.server import end_leftover, kill_after, write_pid
from app.embedded.stored_values import is_free
from app.migrate import migrate
from app.settings import Settings, get_settings

_ROOT = Path(__file__).parents[2]
_TEND_SECONDS = 0.5
_DRAIN_SECONDS = 25
_START_SECONDS = 120
_TOKEN_SECONDS = 30 * 24 * 3600


def run() -> int:
    """Run until Ctrl-C or SIGTERM; returns the exit status."""
    os.environ.setdefault("LORA_TRAINER", "simulated")
    stop = threading.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, lambda *_: stop.set())
    try:
        with stack(get_settings()) as settings, _children(settings) as children:
            threading.Thread(target=_announce, args=(settings, stop), daemon=True).start()
            threading.Thread(target=_reload, args=(children, stop), daemon=True).start()
            while not stop.wait(_TEND_SECONDS):
                for child in children:
                    child.tend()
    except EmbeddedError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


@contextlib.contextmanager
def stack(settings: Settings, *, durable: bool = True) -> Iterator[Settings]:
    """Embedded services with a migrated database, in this process's environment; raises EmbeddedError."""
    with services.services(settings, durable=durable) as environment:
        os.environ.update(environment)
        if "LORA_DATABASE_URL" in environment:  # PGSSLMODE and its like are about another database
            for name in [name for name in os.environ if name.startswith("PG")]:
                del os.environ[name]
        get_settings.cache_clear()
        migrate(get_settings())
        yield get_settings()


@contextlib.contextmanager
def running(settings: Settings) -> Iterator[Settings]:
    """Run the whole service and yield once it is ready for requests; raises EmbeddedError."""
    with stack(settings) as ready, _children(ready) as children:
        deadline = time.monotonic() + _START_SECONDS
        while not _is_ready(ready):
            for child in children:
                if (status := child.status) is not None:
                    raise EmbeddedError(f"{child.name} ended with status {status}; its words stand above")
            if time.monotonic() > deadline:
                raise EmbeddedError(f"the API did not get ready within {_START_SECONDS} seconds")
            time.sleep(0.1)
        yield ready


class Child:
    """The API or a worker: a child process that is started again whenever it is not running."""

    def __init__(self, name: str, command: str, data_dir: Path) -> None:
        self.name, self._command = name, command
        self._pid_file = data_dir / "run" / f"{name}.pid"
        end_leftover(self._pid_file)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def status(self) -> int | None:
        """The exit status; None while it runs or was never started."""
        return self._process.poll() if self._process else None

    def tend(self) -> None:
        """Start the process if it does not run."""
        if self._process is None or self.status is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "app.cli.main", self._command],
                start_new_session=True,
                preexec_fn=leash(signal.SIGTERM),  # noqa: PLW1509 - started from the main thread
            )
            write_pid(self._pid_file, self._process.pid)

    def ask_to_stop(self) -> None:
        if self._process is not None:
            self._process.terminate()

    def wait(self) -> None:
        """Wait until it has ended; it is killed when it takes too long."""
        if self._process is not None:
            kill_after(self._process, _DRAIN_SECONDS)
        self._pid_file.unlink(missing_ok=True)


@contextlib.contextmanager
def _children(settings: Settings) -> Iterator[list[Child]]:
    """Run the API and the workers; they are stopped together at the end, workers drained."""
    data_dir = settings.data_dir.resolve()
    names = [("api", "api"), *((f"worker-{number + 1}", "worker") for number in range(settings.workers))]
    children = [Child(name, command, data_dir) for name, command in names]
    if not is_free(settings.port, settings.host):
        raise EmbeddedError(f"port {settings.port} is in use by another program: set LORA_PORT to a free one")
    try:
        for child in children:
            child.tend()
        yield children
    finally:
        for child in children:
            child.ask_to_stop()
        for child in children:
            child.wait()


def _reload(children: list[Child], stop: threading.Event) -> None:
    """Stop everything when the code changes; the loop in `run` starts it again."""
    for _ in watch(_ROOT / "app", _ROOT / "workers", stop_event=stop):
        sys.stderr.write("code changed: restarting\n")
        for child in children:
            child.ask_to_stop()


def _announce(settings: Settings, stop: threading.Event) -> None:
    """Print once where requests are served, with a token for each of two users."""
    while not _is_ready(settings):
        if stop.wait(0.1):
            return
    if settings.jwt_secret:
        secret = settings.jwt_secret.get_secret_value()
        for name in ("alice", "bob"):
            token = make_token(secret, user_id_of(name), ttl_seconds=_TOKEN_SECONDS)
            sys.stdout.write(f"token {name}: {token}\n")
    url = _url(settings)
    sys.stdout.write(f"docs: {url}/api/docs\nready: {url}\n")
    sys.stdout.flush()


def _is_ready(settings: Settings) -> bool:
    try:
        return httpx.get(f"{_url(settings)}/api/health/ready", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def _url(settings: Settings) -> str:
    return f"http://{settings.host}:{settings.port}"
