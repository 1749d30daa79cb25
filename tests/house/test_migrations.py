"""Migrations on a real PostgreSQL: up, down, up with rows; no drift; rules that the database keeps itself."""

import ast
import asyncio
import json
import re
from decimal import Decimal
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Uuid, bindparam, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.db.session import Database
from app.domain.states import DATASET_MOVES, JOB_MOVES, TERMINAL, DatasetStatus, JobStatus
from app.models import Base, Notification, TrainingJob, Webhook
from app.models.base import status_moves, utcnow
from app.services import health
from app.services.webhooks import secrets
from tests.factories import finish_job, make_dataset, make_delivery, make_fit, make_job, make_user
from tests.house.sources import ROOT

CONFIG = Config(str(ROOT / "alembic.ini"))
EDGES = {
    (machine, str(current), str(target))
    for machine, moves in (("datasets", DATASET_MOVES), ("training_jobs", JOB_MOVES))
    for current, targets in moves.items()
    for target in targets
}
# migrations before these are history: their tables were small, or locked for a moment once
YOUNG = [path for path in sorted((ROOT / "migrations" / "versions").glob("*.py")) if path.name > "0016"]
PAIRS = [
    pytest.param(machine, current, target, id=f"{machine}: {current} to {target}")
    for machine, statuses in (("datasets", DatasetStatus), ("training_jobs", JobStatus))
    for current, target in permutations(statuses, 2)
]
# one change to a good row for each CHECK constraint
VIOLATIONS: dict[str, dict[str, Any]] = {
    "ck_datasets_status": {"status": "lost"},
    "ck_datasets_file_size": {"file_size": 0},
    "ck_datasets_validation_split": {"validation_split": 0.51},
    "ck_datasets_validation_progress": {"validation_progress": 101},
    "ck_datasets_training_ready": {"status": "error", "training_ready": True},
    "ck_training_jobs_status": {"status": "lost", "completed_at": None, "final_cost": None},
    "ck_training_jobs_preset_id": {"preset_id": "best"},
    "ck_training_jobs_current_stage": {"current_stage": "resting"},
    "ck_training_jobs_progress": {"progress": 100.01},
    "ck_training_jobs_current_step": {"current_step": 70},
    "ck_training_jobs_max_cost_usd": {"max_cost_usd": 0},
    "ck_training_jobs_cost": {"current_cost": -0.01},
    "ck_training_jobs_ended": {"completed_at": None},
    "ck_training_jobs_artifact": {"artifact_id": None},
    "ck_training_jobs_max_left_out": {"max_left_out": 1.01},
    "ck_dataset_fits_status": {"status": "lost", "fit": None, "max_seq_length": 1},
    "ck_dataset_fits_fit": {"status": "failed", "max_seq_length": 1},
    "ck_model_artifacts_status": {"status": "lost"},
    "ck_cost_records_cost_type": {"cost_type": "tip"},
    "ck_cost_records_amount": {"amount": -0.01},
    "ck_notifications_priority": {"priority": "urgent"},
    "ck_notifications_type": {"type": "gossip"},
    "ck_users_budget_monthly_usd": {"budget_monthly_usd": 0},
    "ck_api_keys_scopes": {"scopes": []},
    "ck_webhook_deliveries_type": {"type": "gossip", "event_key": "another"},
    "ck_webhook_deliveries_status": {"status": "lost", "event_key": "another"},
}


def blocking_indexes(tree: ast.AST) -> list[str]:
    """The tables older than this migration on which it builds an index that stops their writes."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    made = {_text(call, 0) for call in calls if _name(call) == "create_table"}
    building = [call for call in calls if _name(call) in {"create_index", "create_unique_constraint"}]
    built = [_text(call, 1) for call in building if not _is_beside_writes(call)]
    raw = [_text(call, 0) for call in calls if _name(call) == "execute"]
    said = [sql for sql in raw if re.search(r"CREATE (UNIQUE )?INDEX (?!CONCURRENTLY)", sql)]
    return [table for table in built if table not in made] + said


def _is_beside_writes(call: ast.Call) -> bool:
    return any(word.arg == "postgresql_concurrently" for word in call.keywords)


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _text(call: ast.Call, place: int) -> str:
    found = call.args[place] if len(call.args) > place else None
    return found.value if isinstance(found, ast.Constant) and isinstance(found.value, str) else ""


@pytest.fixture
async def completed(database, alice):
    """A job that ran to its end, with all that it leaves behind."""
    dataset = await make_dataset(database, alice.id)
    job = await make_job(database, alice.id, dataset, status=JobStatus.RUNNING)
    await finish_job(database, job)
    await alice.ok("POST", "/api/api-keys", 201, json={"name": "script"})
    await make_delivery(alice)
    await make_fit(database, dataset)
    async with database.owned_session(alice.id) as session:
        return await session.get_owned(TrainingJob, job.id)


class TestRevisions:
    def test_have_one_head_that_readiness_asks_for(self):
        assert ScriptDirectory.from_config(CONFIG).get_heads() == [health.REVISION]

    def test_wait_for_locks_only_a_moment(self):
        for revision in ScriptDirectory.from_config(CONFIG).walk_revisions():
            assert "lock_timeout" in (ROOT / revision.path).read_text(), revision.path

    @pytest.mark.parametrize("path", YOUNG, ids=lambda path: path.stem)
    def test_build_indexes_beside_the_writes_of_a_table_that_is_there(self, path):
        """By `create_concurrently`; on a table that the same migration makes there is nothing to wait for."""
        assert not blocking_indexes(ast.parse(path.read_text())), path.name

    def test_are_searched_for_indexes_that_block(self):
        blocking = [
            'op.create_index("ix_a", "jobs", ["a"])',
            'op.create_unique_constraint("uq_a", "jobs", ["a"])',
            'op.execute("CREATE UNIQUE INDEX ix_a ON jobs (a)")',
        ]
        for line in blocking:
            assert blocking_indexes(ast.parse(line)), line
        for line in ('op.create_table("jobs")', 'create_concurrently("ix_a", "jobs", ["a"])'):
            assert not blocking_indexes(ast.parse(line)), line
            assert not blocking_indexes(ast.parse(f'op.create_table("jobs")\n{blocking[0]}'))

    async def test_leave_nothing_for_autogenerate(self, settings, capsys):
        await asyncio.to_thread(command.check, CONFIG)


class TestUpgrade:
    async def test_goes_up_down_and_up_with_rows(self, scratch, queue):
        url = scratch.database_url.get_secret_value()
        for _ in range(2):
            await asyncio.to_thread(command.upgrade, CONFIG, "head")
            database = Database(url, send=queue.send)
            await health.check_database(database)
            await health.check_role(database)
            owner = uuid4()
            dataset = await make_dataset(database, owner)
            await finish_job(database, await make_job(database, owner, dataset, status=JobStatus.RUNNING))
            await database.close()
            await asyncio.to_thread(command.downgrade, CONFIG, "base")
            assert await self._tables(url) == {"alembic_version"}

    async def test_numbers_the_notifications_that_are_there(self, scratch, queue):
        """In the order of their making; later ones get the next numbers."""
        await asyncio.to_thread(command.upgrade, CONFIG, "0013")
        values = "'job_queued', '', '', 'low', false, '', '{}'"
        insert = (
            "INSERT INTO notifications (type, title, message, priority, read, action_url, metadata,"
            f" created_at, id, user_id, event_key)"
            f" VALUES ({values}, now() - :days * interval '1 day', :id, :user, :key)"
        )
        database = Database(scratch.database_url.get_secret_value(), send=queue.send)
        owners = [uuid4(), uuid4()]
        for number, days in enumerate((1, 3, 2)):
            for owner in owners:
                if not number:
                    await make_user(database, owner)
                row = {"days": days, "id": uuid4(), "user": owner, "key": f"{days}"}
                async with database.owned_session(owner) as session:
                    await session.execute(text(insert), row)
        await database.close()
        await asyncio.to_thread(command.upgrade, CONFIG, "head")
        database = Database(scratch.database_url.get_secret_value(), send=queue.send)
        for owner in owners:
            async with database.owned_session(owner) as session:
                await session.execute(text(insert), {"days": 9, "id": uuid4(), "user": owner, "key": "new"})
            async with database.owned_session(owner) as session:
                rows = await session.scalars(session.owned(Notification).order_by(Notification.seq))
                assert [row.event_key for row in rows] == ["3", "2", "1", "new"]
        await database.close()

    async def test_opens_sealed_secrets_again_on_the_way_down(self, scratch, queue):
        """The release before reads no sealed ones."""
        await asyncio.to_thread(command.upgrade, CONFIG, "head")
        database, owner = Database(scratch.database_url.get_secret_value(), send=queue.send), uuid4()
        await make_user(database, owner)
        webhook = Webhook(id=uuid4(), user_id=owner, url="https://receiver.invalid/", types=[])
        secret = secrets.give(webhook)
        async with database.owned_session(owner) as session:
            session.add(webhook)
        await asyncio.to_thread(command.downgrade, CONFIG, "0019")
        async with database.owned_session(owner) as session:
            assert await session.scalar(text("SELECT secret FROM webhooks")) == secret
        await database.close()

    async def test_is_asked_for_where_it_is_missing(self, scratch, queue):
        database = Database(scratch.database_url.get_secret_value(), send=queue.send)
        with pytest.raises(health.NotMigrated):
            await health.check_database(database)
        await asyncio.to_thread(command.upgrade, CONFIG, "0001")
        with pytest.raises(health.NotMigrated, match="lora migrate"):
            await health.check_database(database)
        await database.close()

    async def _tables(self, url: str) -> set[str]:
        engine = create_async_engine(url, poolclass=NullPool)
        async with engine.connect() as connection:
            query = text(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            )
            found = set(await connection.scalars(query))
        await engine.dispose()
        return found


class TestEpochs:
    @pytest.fixture
    async def restored(self, scratch, queue):
        """A migrated database whose cluster is another one than it says, and its functions of positions."""
        await asyncio.to_thread(command.upgrade, CONFIG, "head")
        owner = create_async_engine(scratch.database_owner_url.get_secret_value(), poolclass=NullPool)
        async with owner.begin() as connection:
            await connection.execute(_OF_ANOTHER_CLUSTER)
        await owner.dispose()
        database = Database(scratch.database_url.get_secret_value(), send=queue.send)
        yield database
        await database.close()

    async def test_begin_where_the_database_was_restored(self, restored):
        async with restored.engine.connect() as connection:
            last = await connection.scalar(_HIGHEST)
        for _ in range(2):
            await asyncio.to_thread(command.upgrade, CONFIG, "head")
            async with restored.engine.connect() as connection:
                assert await connection.scalar(_LOWEST) > last
                epoch = await connection.scalar(text("SELECT event_epoch()"))
            await health.check_cluster(restored)
        assert 0 < epoch < 2**21
        await asyncio.to_thread(command.upgrade, CONFIG, "head")
        async with restored.engine.connect() as connection:
            assert await connection.scalar(text("SELECT event_epoch()")) == epoch

    async def test_are_asked_for_where_the_database_was_restored(self, restored):
        for check in (health.check_cluster, health.check_database):
            with pytest.raises(health.Restored, match="lora migrate"):
                await check(restored)


_OF_ANOTHER_CLUSTER = text(
    "CREATE OR REPLACE FUNCTION event_cluster() RETURNS text IMMUTABLE LANGUAGE sql RETURN '7.1'"
)
_HIGHEST = text("SELECT event_position('4398046511103')")
_LOWEST = text("SELECT event_position('0')")


async def copy_row(session, table: str, id: Any, change: dict[str, Any]) -> UUID:
    """Insert a changed copy of one of the user's rows; the copy's id."""
    columns = [
        column for column in Base.metadata.tables[table].columns if not (column.computed or column.identity)
    ]
    listed = ", ".join(f'"{column.name}"' for column in columns)
    copied = {"id": uuid4(), "storage_path": str(uuid4()), **change}
    insert = text(
        f"INSERT INTO {table} ({listed}) SELECT {listed} FROM jsonb_populate_record(NULL::{table},"
        f" (SELECT to_jsonb(t) FROM {table} t WHERE id = coalesce(:id, id) LIMIT 1) || :change)"
    )
    parameters = [bindparam("id", type_=Uuid), bindparam("change", type_=JSONB)]
    change = json.loads(json.dumps(copied, default=str))
    done = await session.execute(insert.bindparams(*parameters), {"id": id, "change": change})
    assert done.rowcount == 1
    return copied["id"]


class TestStatusMoves:
    async def test_are_the_edges_of_the_domain(self, database):
        async with database.engine.connect() as connection:
            stored = {tuple(row) for row in await connection.execute(select(status_moves))}
        assert stored == EDGES

    @pytest.mark.parametrize(("machine", "current", "target"), PAIRS)
    async def test_decide_what_the_database_accepts(self, database, completed, machine, current, target):
        source = completed.dataset_id if machine == "datasets" else completed.id
        values = self._values(machine, target)
        settings = ", ".join(f"{name} = :{name}" for name in values)
        update = text(f"UPDATE {machine} SET {settings} WHERE id = :id")
        async with database.owned_session(completed.user_id) as session:
            id = await copy_row(session, machine, source, self._values(machine, current))
            if (machine, current, target) in EDGES:
                assert (await session.execute(update, {"id": id, **values})).rowcount == 1
                return
            with pytest.raises(IntegrityError, match=f"may not move from {current} to {target}"):
                async with session.begin_nested():
                    await session.execute(update, {"id": id, **values})

    def _values(self, machine: str, status: Any) -> dict[str, Any]:
        """A status, and what the row must say beside it."""
        if machine == "datasets":
            return {"status": str(status), "training_ready": status == DatasetStatus.READY}
        ended = status in TERMINAL
        return {
            "status": str(status),
            "completed_at": utcnow() if ended else None,
            "final_cost": Decimal(0) if ended else None,
        }


class TestChecks:
    async def test_have_a_violation_each(self, database):
        query = text(
            "SELECT conname FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace"
        )
        async with database.engine.connect() as connection:
            assert set(await connection.scalars(query)) == set(VIOLATIONS)

    @pytest.mark.parametrize("name", VIOLATIONS)
    async def test_bite(self, database, completed, name):
        table = next(table for table in Base.metadata.tables if name.startswith(f"ck_{table}_"))
        mine = {"id": completed.user_id} if table == "users" else {}
        with pytest.raises(IntegrityError, match=name):
            async with database.owned_session(completed.user_id) as session:
                await copy_row(session, table, None, VIOLATIONS[name] | mine)
