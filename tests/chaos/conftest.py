"""One fleet of workers and one field of jobs for all of the chaos tests."""

from collections.abc import AsyncIterator

import pytest

from app.adapters.storage import Storage
from app.settings import Settings
from tests.chaos.driver import Field, Fleet, field, redis_url

_REDIS_DB = 1  # the API of other tests sweeps, and wakes, in database 0


@pytest.fixture(scope="package")
async def ground(settings: Settings, storage: Storage) -> AsyncIterator[Field]:
    async with field(settings, storage, redis_db=_REDIS_DB) as opened:
        yield opened


@pytest.fixture(scope="package")
async def fleet(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Fleet]:
    """Mustered by the tests that need it; frozen by those that bring their own."""
    workers = Fleet(tmp_path_factory.mktemp("fleet"), env={"LORA_REDIS_URL": redis_url(settings, _REDIS_DB)})
    yield workers
    workers.close()
