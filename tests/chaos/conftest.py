"""A fleet of workers, and a field for their jobs, per test module."""

from collections.abc import AsyncIterator

import pytest

from app.adapters.storage import Storage
from app.settings import Settings
from tests.chaos.driver import Field, Fleet, field, redis_url

_REDIS_DB = 1


@pytest.fixture(scope="module")
async def ground(settings: Settings, storage: Storage) -> AsyncIterator[Field]:
    async with field(settings, storage, redis_db=_REDIS_DB) as opened:
        yield opened


@pytest.fixture(scope="module")
async def fleet(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Fleet]:
    """Started by the tests that need it; gone with the module."""
    workers = Fleet(
        tmp_path_factory.mktemp("fleet"), env={"LORA_REDIS_URL": redis_url(settings, _REDIS_DB)}
    )
    yield workers
    workers.close()
