"""Real services for the whole run, a fresh user for every test, rows by plain factories."""

import asyncio
import json
import os
import re
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import hypothesis
import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import URL, make_url, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

import workers.programs.trainer  # noqa: F401 - says how torch's threads wait, before any test imports torch
from app.adapters import rate_limits
from app.adapters.auth import make_token
from app.adapters.queue import Queue
from app.adapters.storage import Storage
from app.api.http_protocol import BoundedHeaders
from app.db.session import Database
from app.embedded import EmbeddedError
from app.embedded.stack import stack as embedded_stack
from app.main import create_app
from app.maintenance.reconciler import reconcile
from app.models import Dataset, DatasetFit, TrainingJob, Webhook, WebhookDelivery
from app.models.base import utcnow
from app.settings import Settings, get_settings
from tests import durations, exposure, profiles
from tests.chaos.bad_store import BadStore
from tests.chaos.history import History
from tests.contract.turns import be_patient
from workers import main as worker_process

SWEEP_SECONDS = 0.5
UUID_TEXT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ENGINE = {
    "LORA_ENVIRONMENT": "test",
    "LORA_TRAINER": "simulated",
    "LORA_LOG_LEVEL": "WARNING",
    "LORA_LEASE_SECONDS": "20",  # a busy machine starves a process for seconds; expiry is set by SQL
    "LORA_HEARTBEAT_SECONDS": "0.5",
    "LORA_SWEEP_SECONDS": "3600",  # the workers of a test sweep; the session's API leaves its rows alone
    "LORA_POLL_SECONDS": "0.5",
    "LORA_SIMULATOR_STEPS_PER_SECOND": "200",
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test so often, where REPEAT says so."""
    if times := int(os.environ.get("REPEAT", "0")):
        metafunc.fixturenames.append("_time")
        metafunc.parametrize("_time", range(times))


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    profiles.mark(items)


# examples that are slow are so because of the machine
hypothesis.settings.register_profile(
    "patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("patient")


def pytest_make_parametrize_id(val: object) -> str | None:
    """A random id names no test: every process of a run has to find the same names."""
    return UUID_TEXT.sub("uuid", val) if isinstance(val, str) and UUID_TEXT.search(val) else None


def pytest_configure(config: pytest.Config) -> None:
    if name := os.environ.get("DURATIONS"):
        config.pluginmanager.register(durations.Recorder(name))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Add up what the processes of pytest-xdist tried."""
    exposure.tried.update(getattr(node, "workeroutput", {}).get("tried", {}))


def pytest_sessionfinish(session: pytest.Session) -> None:
    if output := getattr(session.config, "workeroutput", None):
        output["tried"] = dict(exposure.tried)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    passed = [report.nodeid for report in terminalreporter.getreports("passed") if report.when == "call"]
    has_failed = terminalreporter.getreports("failed") or terminalreporter.getreports("error")
    if said := exposure.lines(passed):
        terminalreporter.write_sep("=", "tried" if has_failed else "tried, without finding anything")
        terminalreporter.write_line("\n".join(said))


@pytest.fixture(scope="session")
def settings() -> Iterator[Settings]:
    """PostgreSQL, Redis and S3 of this run's own, migrated."""
    with tempfile.TemporaryDirectory(prefix="lora-test-") as folder:
        Path(folder).chmod(0o755)
        before = dict(os.environ)
        os.environ.update(ENGINE, LORA_DATA_DIR=folder)
        get_settings.cache_clear()
        try:
            with embedded_stack(get_settings(), durable=False) as ready:
                yield ready
        except EmbeddedError as error:  # its sentence is all there is to know
            pytest.fail(str(error), pytrace=False)
        finally:
            os.environ.clear()
            os.environ.update(before)
            get_settings.cache_clear()


@pytest.fixture(scope="session")
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    """The application with its lifespan running."""
    application = create_app()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rate_limits, "_PATIENCE_SECONDS", 60)  # Redis is not slow because this machine is
        async with application.router.lifespan_context(application):
            yield application


@pytest.fixture
async def url(app: FastAPI) -> AsyncIterator[str]:
    """Where the application answers on a port of its own."""
    config = uvicorn.Config(app, port=0, lifespan="off", log_config=None, ws="none", http=BoundedHeaders)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())

    async def started() -> bool:
        return server.started

    await until(started)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await serving


@dataclass(frozen=True)
class User:
    """A caller: a fresh user id, and a client that sends its token."""

    id: UUID
    client: httpx.AsyncClient

    async def ok(self, method: str, path: str, status: int = 200, **request: Any) -> Any:
        """Call, insist on the status, and return `data`."""
        response = await self.client.request(method, path, **request)
        assert response.status_code == status, response.text
        return response.json()["data"]

    async def patiently(self, method: str, path: str, **request: Any) -> httpx.Response:
        """Call, and again while the answer is 503: on a slow machine, many wait too long for one lock."""
        while (response := await self.client.request(method, path, **request)).status_code == 503:
            assert response.json()["code"] == "service_unavailable"
        return response


@pytest.fixture
async def new_user(app: FastAPI, settings: Settings, database: Database) -> AsyncIterator[Any]:
    """A function that makes users; what they leave in a queue is no work for a later test's worker."""
    made: list[UUID] = []
    async with AsyncExitStack() as stack:

        async def make() -> User:
            id = uuid4()
            made.append(id)
            token = make_token(settings.jwt_secret.get_secret_value(), id, ttl_seconds=3600)
            client = httpx.AsyncClient(
                transport=httpx.ASGITransport(app=app, raise_app_exceptions=False),
                base_url="http://test",
                headers={"Authorization": f"Bearer {token}"},
            )
            return User(id, await stack.enter_async_context(client))

        yield make
    for id in made:
        async with database.owned_session(id) as session:
            for model in (Dataset, DatasetFit, TrainingJob, WebhookDelivery):
                await session.execute(update(model).values(next_attempt_at=utcnow() + timedelta(days=1)))
            await session.execute(update(Webhook).values(enabled=False))


@pytest.fixture
async def alice(new_user: Any) -> User:
    return await new_user()


@pytest.fixture
async def bob(new_user: Any) -> User:
    return await new_user()


@pytest.fixture
async def anonymous(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest.fixture
def instead(app: FastAPI) -> Iterator[Any]:
    """A function that gives the application another database, queue or store until the test ends."""
    kept = {name: getattr(app.state, name) for name in ("database", "queue", "storage")}
    yield lambda name, value: setattr(app.state, name, value)
    for name, value in kept.items():
        setattr(app.state, name, value)


@pytest.fixture(scope="session")
async def queue(settings: Settings) -> AsyncIterator[Queue]:
    opened = Queue(settings.redis_url.get_secret_value())
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
async def database(settings: Settings, queue: Queue) -> AsyncIterator[Database]:
    """Connections as the application's login role."""
    opened = patient_database(settings, queue)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
async def storage(settings: Settings) -> AsyncIterator[Storage]:
    async with Storage(settings) as opened:
        yield opened


@pytest.fixture
async def bad_store(settings: Settings, tmp_path: Path) -> AsyncIterator[BadStore]:
    """A store that answers wrongly when it is told to."""
    history = History(tmp_path / "history.jsonl")
    async with BadStore(settings.s3_endpoint_url, history, seed="1") as proxy:
        yield proxy
    history.close()


@pytest.fixture
async def worker(settings: Settings) -> AsyncIterator[Any]:
    """A worker with everything it has, in this process; drained at the end."""
    async with AsyncExitStack() as stack:
        swift = settings.model_copy(update={"sweep_seconds": SWEEP_SECONDS})
        dispatcher = await worker_process.open_worker(swift, stack)
        yield dispatcher
        await dispatcher.drain()


def patient_database(settings: Settings, queue: Queue) -> Database:
    """Connections for all that a test does at once, which wait as long as a busy machine takes."""
    url = settings.database_url.get_secret_value()
    opened = Database(url, send=queue.send, pool_size=25, statement_seconds=60)
    be_patient(opened.engine)
    return opened


def superuser_url(settings: Settings) -> URL:
    """The database as the superuser of the embedded PostgreSQL; skips the test where it is another's."""
    kept = settings.data_dir / "secrets.json"
    if not kept.exists():
        pytest.skip("only the embedded PostgreSQL has a superuser that tests may be")
    password = json.loads(kept.read_text())["postgres"]
    url = make_url(settings.database_url.get_secret_value())
    return url.set(username="postgres", password=password)


@asynccontextmanager
async def all_rows(database: Database) -> AsyncIterator[AsyncConnection]:
    """A read-only transaction that sees every row of every owner: what no role of the service may."""
    url = superuser_url(get_settings())
    url = database.engine.url.set(username=url.username, password=url.password)
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.connect() as connection, connection.begin():
        await connection.execute(text("SET TRANSACTION READ ONLY"))
        yield connection
    await engine.dispose()


@pytest.fixture
def reconciled(database, storage, settings):
    """A function that reconciles as often as another process may hold the lock."""

    async def nowhere(_task):
        """Wake no worker."""

    async def some() -> None:
        for _ in range(3):
            await reconcile(database, storage, nowhere, settings)

    return some


async def until(check: Any, *, seconds: float = 120.0) -> Any:
    """The first true value of an awaited check; fails when none comes in time."""
    async with asyncio.timeout(seconds):
        while not (value := await check()):  # noqa: ASYNC110 - it happens in another process
            await asyncio.sleep(0.05)
    return value
