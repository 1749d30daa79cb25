"""`lora dev`: embedded services, one API and some workers in the foreground, restarted when they must be."""

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

from app import embedded
from app.adapters.auth import make_token, user_id_of
from app.adapters.processes import leash
from app.cli import upgrade
from app.embedded import EmbeddedError
from app.settings import Settings, get_settings

_ROOT = Path(__file__).parents[1]
_RESTART_SECONDS = 0.5
_DRAIN_SECONDS = 25


def run() -> int:
    """Run until Ctrl-C or SIGTERM; the exit status."""
    os.environ.setdefault("LORA_TRAINER", "simulated")
    stop = threading.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, lambda *_: stop.set())
    try:
        with stack(get_settings()) as settings:
            threading.Thread(target=_announce, args=(settings, stop), daemon=True).start()
            _tend(settings, stop)
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


@contextlib.contextmanager
def stack(settings: Settings, *, durable: bool = True) -> Iterator[Settings]:
    """Embedded services with a migrated database, in this process's environment."""
    with embedded.services(settings, durable=durable) as environment:
        os.environ.update(environment)
        get_settings.cache_clear()
        migrate(get_settings())
        yield get_settings()


def migrate(settings: Settings) -> None:
    """Bring the database to this version's schema, and make the buckets."""
    import asyncio  # noqa: PLC0415

    from app.adapters.storage import Storage  # noqa: PLC0415
    from app.resources import storage_config  # noqa: PLC0415

    async def buckets() -> None:
        async with Storage(storage_config(settings)) as storage:
            await storage.make_buckets()

    upgrade()
    asyncio.run(buckets())


class Child:
    """A process of ours that is started again whenever it is not running."""

    def __init__(self, name: str, command: str, data_dir: Path) -> None:
        self._command = command
        self._pid_file = data_dir / "run" / f"{name}.pid"
        embedded.end_leftover(self._pid_file)
        self._process: subprocess.Popen[bytes] | None = None

    def tend(self) -> None:
        """Start it if it does not run."""
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", self._command],
                start_new_session=True,
                preexec_fn=leash(signal.SIGTERM),  # noqa: PLW1509 - started from the main thread
            )
            self._pid_file.write_text(str(self._process.pid))

    def ask_to_stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def wait(self) -> None:
        """Wait for its end, and make it end when it takes too long."""
        if self._process is not None:
            try:
                self._process.wait(_DRAIN_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._pid_file.unlink(missing_ok=True)


def _tend(settings: Settings, stop: threading.Event) -> None:
    """Keep API and workers running; stop them in turn at the end, workers drained."""
    data_dir = settings.data_dir.resolve()
    names = [("api", "api"), *((f"worker-{number + 1}", "worker") for number in range(settings.workers))]
    children = [Child(name, command, data_dir) for name, command in names]
    threading.Thread(target=_reload, args=(children, stop), daemon=True).start()
    while not stop.is_set():
        for child in children:
            child.tend()
        stop.wait(_RESTART_SECONDS)
    for child in children:
        child.ask_to_stop()
    for child in children:
        child.wait()


def _reload(children: list[Child], stop: threading.Event) -> None:
    """Stop everything when the code changes; the loop above starts it again."""
    for _ in watch(_ROOT / "app", _ROOT / "workers", stop_event=stop):
        print("code changed: restarting", file=sys.stderr)
        for child in children:
            child.ask_to_stop()


def _announce(settings: Settings, stop: threading.Event) -> None:
    """Say once where requests are served, with a token for two users."""
    url = f"http://{settings.host}:{settings.port}"
    while not stop.is_set():
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"{url}/api/health/ready", timeout=2).status_code == 200:
                break
        time.sleep(0.1)
    if settings.jwt_secret:
        for name in ("alice", "bob"):
            token = make_token(
                settings.jwt_secret.get_secret_value(), user_id_of(name), ttl_seconds=30 * 86400
            )
            print(f"token {name}: {token}", flush=True)
    print(f"docs: {url}/api/docs", flush=True)
    print(f"ready: {url}", flush=True)
