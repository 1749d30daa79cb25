"""The role across owners: it reads the columns that claims and the reconciler need, and no others."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import pytest
from alembic import command
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.db.system import system_session
from app.maintenance import reconciler, retention, webhook_secrets
from app.maintenance.queue_positions import update_queue_positions
from app.models.claim_order import KINDS
from app.observability import metrics_endpoint
from migrations.roles import SYSTEM_READS
from tests.conftest import superuser_url
from tests.factories import make_dataset, make_job
from tests.house.test_migrations import CONFIG
from workers.dispatcher import WORK
from workers.lease import claim

_READABLE = text(
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
    " AND has_column_privilege('lora_system', table_name::regclass, column_name, 'SELECT')"
)
_WRITABLE = text(
    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S', 'v')"
    " AND has_table_privilege('lora_system', oid, 'INSERT, UPDATE, DELETE, TRUNCATE')"
)
GRANTED = {(table, column) for table, columns in SYSTEM_READS.items() for column in columns}


async def readable(connection: Any) -> set[tuple[str, str]]:
    return {tuple(row) for row in await connection.execute(_READABLE)}


@pytest.fixture
async def superuser(settings):
    engine = create_async_engine(superuser_url(settings), poolclass=NullPool)
    async with engine.connect() as connection:
        yield connection
    await engine.dispose()


@pytest.fixture
async def statements(database, queue, storage, settings, alice) -> Sequence[tuple[str, Any]]:
    """Everything that is asked across owners, as it was sent."""
    await make_job(database, alice.id, await make_dataset(database, alice.id), next_attempt_at=None)
    asked: dict[str, Any] = {}

    def note(connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "set_config(" in statement:  # the first of each transaction
            connection.info["across"] = "lora_system" in statement
        elif connection.info.get("across"):
            asked[statement] = parameters

    thinning = settings.model_copy(update={"metrics_retention_days": 30})
    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    await reconciler.reconcile(database, storage, queue.send, thinning)
    await retention.delete_old_messages(database, 30)
    await retention.discard_datasets(database)
    await webhook_secrets.renew(database)
    await update_queue_positions(database)
    await metrics_endpoint._queue_metrics(database)
    for name, kind in KINDS.items():
        limit = WORK[name].most_of_one_user(settings)
        for most in {limit, 1}:
            await claim(database, kind, worker_id=uuid4(), seconds=1, budget=3, most_of_one_user=most)
    event.remove(database.engine.sync_engine, "before_cursor_execute", note)
    return list(asked.items())


class TestSystemRole:
    async def test_reads_what_the_list_says_and_nothing_else(self, database):
        async with database.engine.connect() as connection:
            assert await readable(connection) == GRANTED
            assert list(await connection.scalars(_WRITABLE)) == []

    @pytest.mark.parametrize(
        "secret",
        [
            *("secret FROM webhooks", "key_hash FROM api_keys", "response FROM idempotency_keys"),
            *(
                "example FROM dataset_records",
                "hyperparameters FROM training_jobs",
                "title FROM notifications",
            ),
        ],
    )
    async def test_is_refused_what_users_keep(self, database, secret):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with system_session(database) as connection:
                await connection.execute(text(f"SELECT {secret}"))

    async def test_needs_each_column_that_it_may_read(self, statements, superuser):
        """Every statement runs; with any one column taken away, one no longer does."""
        assert await self._refused(superuser, statements) == 0
        needless = []
        for table, column in sorted(GRANTED):
            revoke = f"REVOKE SELECT ({column}) ON {table} FROM lora_system"
            if not await self._refused(superuser, statements, revoke):
                needless.append(f"{table}.{column}")
        assert not needless, "no statement across owners needs these"

    async def _refused(self, connection: Any, statements: Sequence[tuple[str, Any]], revoke: str = "") -> int:
        """How many statements lack a right, after this change, which is undone."""
        failures = []
        async with connection.begin() as transaction:
            if revoke:
                await connection.execute(text(revoke))
            await connection.execute(text("SET LOCAL ROLE lora_system"))
            for statement, parameters in statements:
                try:
                    async with connection.begin_nested():
                        await connection.exec_driver_sql(statement, parameters)
                except DBAPIError as error:
                    failures.append(str(error))
            await transaction.rollback()
        assert all("permission denied" in failure for failure in failures), failures
        return len(failures)

    async def test_loses_what_earlier_releases_gave_it(self, scratch):
        await asyncio.to_thread(command.upgrade, CONFIG, "head")
        url = superuser_url(scratch)
        engine = create_async_engine(url, poolclass=NullPool)
        async with engine.begin() as connection:
            await connection.execute(text("GRANT SELECT ON ALL TABLES IN SCHEMA public TO lora_system"))
            policy = "CREATE POLICY api_keys_system ON api_keys FOR SELECT TO lora_system USING (true)"
            await connection.execute(text(policy))
        await asyncio.to_thread(command.upgrade, CONFIG, "head")
        async with engine.connect() as connection:
            assert await readable(connection) == GRANTED
            policies = "SELECT tablename FROM pg_policies WHERE roles = '{lora_system}'"
            assert set(await connection.scalars(text(policies))) == set(SYSTEM_READS)
        await engine.dispose()
