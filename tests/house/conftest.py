"""An empty database of a test's own, to migrate."""

from uuid import uuid4

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.settings import get_settings
from tests.conftest import superuser_url


@pytest.fixture
async def scratch(settings, monkeypatch):
    """An empty database of its own, and this process's settings leading to it."""
    name = f"scratch_{uuid4().hex}"
    superuser = superuser_url(settings)
    engine = create_async_engine(superuser, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name} OWNER lora_owner"))
    for setting in ("database_url", "database_owner_url"):
        url = make_url(getattr(settings, setting).get_secret_value()).set(database=name)
        monkeypatch.setenv(f"LORA_{setting.upper()}", url.render_as_string(hide_password=False))
    get_settings.cache_clear()
    yield get_settings()
    monkeypatch.undo()
    get_settings.cache_clear()
    async with engine.connect() as connection:
        await connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    await engine.dispose()
