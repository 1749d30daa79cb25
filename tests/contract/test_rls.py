"""Row-level security by SQL alone: every table with an owner, every command, rows of others and of none."""

import json

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.contract.estate import make_estate
from tests.exposure import tried
from tests.factories import make_dataset
from tests.house.test_ownership import TABLES

OWNER = {name: "id" if name == "users" else "user_id" for name in TABLES}
GENERATED = {"model_artifacts.overall_score", "notifications.seq"}
BESIDE = {
    "metrics_rollups (job_id, level, bucket, points, last_step, user_id)": "CAST(:job AS uuid), 0, 0, 1, 1",
    "dataset_records (dataset_id, position, line, example, user_id)": "CAST(:dataset AS uuid), 0, 1, '{}'",
}


@pytest.fixture
async def estates(database, storage, alice, bob):
    """A row of alice's and of bob's in every table."""
    for user in (alice, bob):
        ids = await make_estate(database, storage, user)
        await user.client.post("/api/api-keys", json={"name": "x"}, headers={"Idempotency-Key": "1"})
        dataset = (await make_dataset(database, user.id)).id
        async with database.owned_session(user.id) as session:
            for table, values in BESIDE.items():
                given = {"user": user.id, "job": ids["job_id"][0], "dataset": dataset}
                await session.execute(
                    text(f"INSERT INTO {table} SELECT {values}, CAST(:user AS uuid)"), given
                )


async def rows(database, reader, owner) -> dict[str, list[str]]:
    """The rows of another user that one user sees, as JSON."""
    found = {}
    async with database.owned_session(reader.id) as session:
        for table in TABLES:
            query = text(f"SELECT to_jsonb(t)::text FROM {table} t WHERE {OWNER[table]} = :owner ORDER BY 1")
            found[table] = list(await session.scalars(query, {"owner": owner.id}))
    return found


class TestEveryTable:
    async def test_lets_nobody_read_or_write_for_another(self, database, alice, bob, estates):
        before = await rows(database, alice, alice)
        assert all(before.values()), {table for table, found in before.items() if not found}
        assert not any((await rows(database, bob, alice)).values())
        for table in TABLES:
            column, own, foreign = OWNER[table], {"id": bob.id}, {"id": alice.id}
            copied = json.loads(before[table][0])
            names = ", ".join(f'"{name}"' for name in copied if f"{table}.{name}" not in GENERATED)
            written = f"INSERT INTO {table} ({names}) SELECT {names} FROM"
            row = {"row": before[table][0]}
            for command, values in (
                (f"UPDATE {table} SET {column} = {column} WHERE {column} = :id", foreign),
                (f"UPDATE {table} SET {column} = '{alice.id}' WHERE {column} = :id", own),
                (f"DELETE FROM {table} WHERE {column} = :id", foreign),
                (f"{written} jsonb_populate_record(NULL::{table}, CAST(:row AS jsonb))", row),
            ):
                assert await _done(database, bob.id, command, values) == 0, command
                tried["T17 writes by SQL to another user's rows"] += 1
        assert await rows(database, alice, alice) == before

    async def test_shows_nothing_to_nobody(self, database, estates):
        for nobody in (None, "", "00000000-0000-0000-0000-000000000000"):
            async with database.engine.connect() as connection:
                if nobody is not None:
                    await connection.execute(
                        text("SELECT set_config('app.user_id', :id, true)"), {"id": nobody}
                    )
                for table in TABLES:
                    assert await connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0, table
                    tried["T17 tables read by SQL as nobody"] += 1


async def _done(database, owner, command, values) -> int:
    """How many rows a command of this user touched; none where a policy or a missing right refused it."""
    try:
        async with database.owned_session(owner) as session:
            return (await session.execute(text(command), values)).rowcount
    except DBAPIError as error:
        if "row-level security" in str(error) or "permission denied" in str(error):
            return 0
        raise
