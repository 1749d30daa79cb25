"""Validation when something breaks: the checker, the file, the store; and when it is no longer wanted."""

import asyncio
import contextlib
import hashlib
import signal
from contextlib import AsyncExitStack
from uuid import UUID

import psutil
import pytest
from sqlalchemy.engine import make_url

from app.adapters.storage import DATASETS
from app.models import Dataset
from tests.conftest import SWEEP_SECONDS, until
from tests.factories import pairs, upload
from tests.workers.wire import Wire
from workers import main as worker_process

FILE = pairs(40)
SHA256 = hashlib.sha256(FILE).hexdigest()


def _checkers():
    """The checking programs that this process runs."""
    found = []
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.NoSuchProcess):
            if "workers.programs.checker" in child.cmdline():
                found.append(child)
    return found


async def _checker():
    """The checking program, as soon as there is one."""

    async def running():
        return _checkers()

    return (await until(running))[0]


@pytest.fixture
def row(alice, database):
    """Read a dataset's row, hidden or not."""

    async def read(dataset_id):
        async with database.owned_session(alice.id) as session:
            return await session.get(Dataset, UUID(dataset_id))

    return read


@pytest.fixture
def settled(row):
    """Wait until a dataset is ready or error; its row."""

    async def wait(dataset_id):
        async def over():
            dataset = await row(dataset_id)
            return dataset if dataset.status in ("ready", "error") else None

        return await until(over)

    return wait


@pytest.fixture
async def start(settings):
    """Start a worker under changed settings; drained at the end."""
    async with AsyncExitStack() as stack:

        async def open_worker(**changes):
            changed = settings.model_copy(update={"sweep_seconds": SWEEP_SECONDS, **changes})
            dispatcher = await worker_process.open_worker(changed, stack)
            stack.push_async_callback(dispatcher.drain)
            return dispatcher

        yield open_worker


class TestADyingChecker:
    async def test_is_replaced(self, alice, worker, settled):
        dataset_id = await upload(alice, FILE)
        (await _checker()).kill()
        dataset = await settled(dataset_id)
        assert (dataset.status, dataset.attempt, dataset.failures) == ("ready", 2, 1)
        assert dataset.content_sha256 == hashlib.sha256(FILE).hexdigest()

    async def test_makes_it_an_error_when_the_budget_is_spent(self, alice, start, settled):
        dataset_id = await upload(alice, FILE)
        await start(failure_budget=1)
        (await _checker()).kill()
        dataset = await settled(dataset_id)
        assert (dataset.status, dataset.training_ready) == ("error", False)
        told = await alice.ok("GET", "/api/notifications")
        assert [notification["type"] for notification in told["notifications"]] == ["dataset_failed"]


class TestAFileThatIsGone:
    async def test_makes_it_an_error(self, alice, start, storage, row, settled):
        dataset_id = await upload(alice, FILE)
        await storage.remove(DATASETS, [(await row(dataset_id)).storage_path])
        await start()
        dataset = await settled(dataset_id)
        assert (dataset.status, dataset.attempt) == ("error", 1)
        assert "no longer in the object store" in dataset.error_message


class TestAStreamThatIsCutOff:
    async def test_is_read_again_and_never_half(self, alice, settings, start, row, settled):
        dataset_id = await upload(alice, FILE)
        store = make_url(settings.s3_endpoint_url)
        async with Wire(store.host, store.port, cut_after=len(FILE) // 2) as wire:
            await start(s3_endpoint_url=f"http://127.0.0.1:{wire.port}", s3_public_endpoint_url=None)

            async def tried():
                dataset = await row(dataset_id)
                return dataset if dataset.attempt >= 1 and dataset.next_attempt_at else None

            broken = await until(tried)
            assert (broken.status, broken.content_sha256, broken.failures) == ("validating", None, 0)
            wire.cut_after = None
            dataset = await settled(dataset_id)
        assert (dataset.status, dataset.total_pairs) == ("ready", 40)
        assert dataset.content_sha256 == hashlib.sha256(FILE).hexdigest()


class TestAFileThatCameWrong:
    async def test_is_read_again_before_it_is_refused(self, alice, start, settled, bad_store):
        await start(s3_endpoint_url=bad_store.url, s3_public_endpoint_url=bad_store.url)
        bad_store.break_next("store_flipped")
        dataset = await settled(await upload(alice, FILE, checksum_sha256=SHA256))
        assert (dataset.status, dataset.attempt, dataset.content_sha256) == ("ready", 2, SHA256)


class TestDeletingWhileItIsChecked:
    async def test_stops_the_checker_though_it_says_nothing(self, alice, worker, row):
        dataset_id = await upload(alice, FILE)
        checker = await _checker()
        checker.send_signal(signal.SIGSTOP)
        await alice.ok("DELETE", f"/api/datasets/{dataset_id}")

        async def gone():
            return not checker.is_running()

        await until(gone)
        await asyncio.sleep(1)  # time enough to claim it again
        dataset = await row(dataset_id)
        assert (dataset.status, dataset.attempt, _checkers()) == ("validating", 1, [])


class TestDraining:
    async def test_gives_a_silent_check_back_without_a_failure(self, alice, start, row):
        dataset_id = await upload(alice, FILE)
        dispatcher = await start()
        (await _checker()).send_signal(signal.SIGSTOP)
        async with asyncio.timeout(30):
            await dispatcher.drain()
        dataset = await row(dataset_id)
        assert (dataset.status, dataset.lease_until, dataset.failures) == ("validating", None, 0)
        assert _checkers() == []
