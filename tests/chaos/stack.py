"""A stack of its own for a run: PostgreSQL, Redis and S3, the API, and workers that are started again."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import psutil
from redis.asyncio import Redis
from sqlalchemy.engine import make_url

from app.embedded import server as embedded_server
from app.embedded import stack as embedded_stack
from app.embedded.stored_values import free_port
from app.settings import Settings, get_settings
from tests.chaos.driver import REPOSITORY, WorkerProcess
from tests.chaos.proxy import Proxy
from tests.conftest import superuser_url, until

LEASE_SECONDS = 2.0
ENGINE = {
    "LORA_ENVIRONMENT": "test",
    "LORA_TRAINER": "simulated",
    "LORA_LOG_LEVEL": "INFO",
    "LORA_LEASE_SECONDS": str(LEASE_SECONDS),
    "LORA_HEARTBEAT_SECONDS": "0.5",
    "LORA_SWEEP_SECONDS": "0.5",
    "LORA_POLL_SECONDS": "0.5",
    "LORA_SIMULATOR_STEPS_PER_SECOND": "50",
    "LORA_WORKER_SLOTS": "2",
}
_TEND_SECONDS = 0.1
_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
)
_START_SECONDS = 60
# either command of the service, with what failing.py adds to it
_COMMAND = (sys.executable, "-m", "tests.chaos.failing")
# killed, drained, or ended at a failpoint
_OURS_TO_END = (-signal.SIGKILL, 0, 137)
_OURS = "rolname IN ('lora_app', 'lora_owner')"


class Member(WorkerProcess):
    """A worker that somebody may do something to."""

    is_busy = False  # a fault is at it, and others leave it alone
    is_spared = False  # faults leave it alone for good
    _was_ready = False

    @property
    def is_ready(self) -> bool:
        self._was_ready = self._was_ready or self.said("worker_ready")
        return self._was_ready and self.is_alive

    @property
    def is_deaf(self) -> bool:
        """Whether it was made so that it hears no SIGTERM."""
        return "CHAOS_DEAF" in psutil.Process(self.process.pid).environ()

    def programs(self) -> dict[UUID, psutil.Process]:
        """The training programs below it, by job."""
        found = {}
        with contextlib.suppress(psutil.Error):
            for child in psutil.Process(self.process.pid).children():
                with contextlib.suppress(psutil.Error, ValueError, IndexError):
                    command = child.cmdline()
                    if "workers.programs.simulator" in command:
                        found[UUID(Path(command[-1]).name[:36])] = child
        return found


class Crew:
    """So many workers, each with a folder as on a machine of its own; what dies is started again."""

    def __init__(self, folder: Path, env: Mapping[str, str], count: int) -> None:
        self._folder, self._env, self._count = folder, env, count
        self.more_env: Callable[[], Mapping[str, str]] = dict
        self.members: list[Member] = []
        self.is_over = False
        self.started = 0
        self.fallen: list[str] = []  # those that ended by themselves

    async def tend_forever(self) -> None:
        while True:
            gone = [member for member in self.members if not member.is_alive]
            codes = {member.log.name: member.process.returncode for member in gone}
            self.fallen += [
                f"{name} ended with {code}" for name, code in codes.items() if code not in _OURS_TO_END
            ]
            self.members = [member for member in self.members if member not in gone]
            while len(self.members) < self._count and not self.is_over:
                self.members.append(self._start())
            await asyncio.sleep(_TEND_SECONDS)

    def free(self) -> list[Member]:
        """Ready workers that no fault is at."""
        return [one for one in self.members if one.is_ready and not one.is_busy and not one.is_spared]

    def said(self, event: str) -> int:
        """How many lines all workers together have logged of this name."""
        found = f'"event": "{event}"'
        return sum(log.read_text().count(found) for log in self._folder.glob("worker-*.log"))

    def _start(self) -> Member:
        self.started += 1
        name = f"worker-{self.started}"
        env = {**self._env, **self.more_env(), "LORA_DATA_DIR": str(self._folder / name)}
        log = self._folder / f"{name}.log"
        return Member((*_COMMAND, "worker"), log, env=env, folder=REPOSITORY)


class Server:
    """One of the embedded servers: taken away, and brought back as it was."""

    def __init__(self, data_dir: Path, name: str, port: int) -> None:
        self._data_dir, self._name, self._port = data_dir, name, port
        running = self._running()
        self._argv = [running.exe(), *running.cmdline()[1:]]
        if name == "redis":  # it shows something else as its command line
            self._argv[1:] = [str(data_dir / "redis" / "redis.conf")]
        user_id = running.uids().real
        self._user_id = None if user_id == os.geteuid() else user_id
        self._stack = contextlib.ExitStack()

    async def take_away(self, signum: signal.Signals) -> None:
        running = self._running()
        running.send_signal(signum)

        async def gone() -> bool:
            with contextlib.suppress(psutil.TimeoutExpired):
                running.wait(0)
                return True
            return False

        await until(gone, seconds=_START_SECONDS)

    async def bring_back(self) -> None:
        stop = signal.SIGINT if self._name == "postgres" else signal.SIGTERM
        again = embedded_server.Server(
            self._name, lambda _: self._argv, lambda *_: True, stop=stop, user_id=self._user_id
        )
        self._stack.enter_context(embedded_server.child_process(again, self._data_dir, self._port))

        async def answers() -> bool:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._port), 1):
                return True
            return False

        await until(answers, seconds=_START_SECONDS)

    def close(self) -> None:
        self._stack.close()

    def _running(self) -> psutil.Process:
        return psutil.Process(int((self._data_dir / "run" / f"{self._name}.pid").read_text()))


class Stack:
    """Everything that a run works on, breaks and looks at."""

    def __init__(self, settings: Settings, logs: Path, *, env: Mapping[str, str], workers: int) -> None:
        self.settings, self._logs = settings, logs
        self._env = {"PYTHONPATH": f"{REPOSITORY}{os.pathsep}{settings.data_dir}", **env}
        self.crew = Crew(logs, self._env, workers)
        self.url = f"http://127.0.0.1:{settings.port}"
        self.redis_server = Server(settings.data_dir, "redis", _port(settings.redis_url))
        self.postgres_server = Server(settings.data_dir, "postgres", _port(settings.database_url))
        self.redis = Redis.from_url(settings.redis_url.get_secret_value())
        self.api: WorkerProcess

    def start_api(self) -> None:
        log = self._logs / f"api-{uuid4().hex}.log"
        self.api = WorkerProcess((*_COMMAND, "api"), log, env=self._env, folder=REPOSITORY)

    async def api_ready(self) -> None:
        async def ready() -> bool:
            with contextlib.suppress(httpx.HTTPError):
                async with httpx.AsyncClient() as client:
                    answer = await client.get(f"{self.url}/api/health/ready", timeout=2)
                    return answer.status_code == 200
            if not self.api.is_alive:
                self.start_api()
            return False

        await until(ready, seconds=_START_SECONDS)

    async def restart(self, **env: str) -> None:
        """API and workers anew, with something more in their environment."""
        self._env |= env
        for process in (*self.crew.members, self.api):
            process.kill()
        self.start_api()
        await self.api_ready()

    async def query(self, sql: str, *arguments: Any) -> list[asyncpg.Record]:
        """Ask as the cluster's superuser, whom no policy binds; again when the server is away."""
        while True:
            try:
                connection = await self.superuser()
                try:
                    return await connection.fetch(sql, *arguments)
                finally:
                    await connection.close()
            except (OSError, asyncpg.InterfaceError, *_AWAY):
                await asyncio.sleep(0.2)

    async def superuser(self) -> asyncpg.Connection:
        """A connection of one's own; raises OSError or asyncpg's errors when the server is away."""
        url = superuser_url(self.settings).set(drivername="postgresql")
        return await asyncpg.connect(url.render_as_string(hide_password=False))

    async def connections(self) -> list[asyncpg.Record]:
        """Connections of the service's roles: their state and the seconds they have been in it."""
        return await self.query(
            "SELECT pid, state, extract(epoch FROM clock_timestamp() - state_change)::float AS seconds"
            f"  FROM pg_stat_activity JOIN pg_roles ON pg_roles.oid = usesysid WHERE {_OURS}"
        )

    def processes(self) -> list[psutil.Process]:
        """Every live process of this run's workers and API, and what they started."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if str(self.settings.data_dir) in process.environ().get("PYTHONPATH", ""):
                    found.append(process)
        return found

    async def stop(self) -> dict[str, int | None]:
        """Drain workers and API, as an operator does; the status of each, None where it took SIGKILL."""
        self.crew.is_over = True
        hearing = [member for member in self.crew.members if member.is_alive and not member.is_deaf]
        for member in set(self.crew.members) - set(hearing):
            member.kill()
        running = (*hearing, self.api)
        for process in running:
            process.process.terminate()
        statuses = {}
        for process in running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                await asyncio.to_thread(process.process.wait, 30)
            statuses[process.log.name] = process.process.returncode
            process.kill()
        return statuses


@contextlib.contextmanager
def ground(env: Mapping[str, str]) -> Iterator[Settings]:
    """PostgreSQL, Redis and S3 in a folder of their own, migrated; to be entered outside of an event loop."""
    before = dict(os.environ)
    for name in before:
        if name.startswith("LORA_"):  # whatever else is running, it is not this run's
            del os.environ[name]
    with tempfile.TemporaryDirectory(prefix="lora-chaos-") as folder:
        Path(folder).chmod(0o755)
        port = str(free_port())
        os.environ.update(ENGINE | dict(env) | {"LORA_DATA_DIR": folder, "LORA_PORT": port})
        get_settings.cache_clear()
        try:
            with embedded_stack.stack(get_settings()) as settings:
                yield settings
        finally:
            os.environ.clear()
            os.environ.update(before)
            get_settings.cache_clear()


@contextlib.asynccontextmanager
async def opened(settings: Settings, logs: Path, *, workers: int) -> AsyncIterator[tuple[Stack, Proxy]]:
    """Start API and workers on that ground; they reach Redis by the proxy."""
    async with contextlib.AsyncExitStack() as stack:
        proxy = await stack.enter_async_context(Proxy(_port(settings.redis_url)))
        url = make_url(settings.redis_url.get_secret_value()).set(port=proxy.port)
        address = {"LORA_REDIS_URL": url.render_as_string(hide_password=False)}
        run = Stack(settings, logs, env=address, workers=workers)
        stack.callback(run.redis_server.close)
        stack.callback(run.postgres_server.close)
        stack.push_async_callback(run.redis.aclose)
        run.start_api()
        tending = asyncio.create_task(run.crew.tend_forever())
        try:
            await run.api_ready()
            yield run, proxy
        finally:
            tending.cancel()
            await asyncio.gather(tending, return_exceptions=True)
            for process in (*run.crew.members, run.api):
                process.kill()


def _port(url: Any) -> int:
    port = make_url(url.get_secret_value()).port
    assert port is not None
    return port
