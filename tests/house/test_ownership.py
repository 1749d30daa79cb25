"""Every route has a guard, every query starts at the owner, every owned table has a guard behind that."""

import ast
import re

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.api.auth import GuardedRoute
from app.api.docs_page import PATHS
from app.db.session import Database
from app.db.system import system_session
from app.models import Base, Owned
from migrations.roles import SYSTEM_READS
from tests.factories import finish_job, make_dataset, make_delivery, make_fit, make_job, make_user
from tests.house.document import ROUTES
from tests.house.sources import functions, name_of, python_files, tree_of

PUBLIC = {
    "/api/base-models",
    *PATHS,
    "/api/health/live",
    "/api/health/ready",
    "/api/training-options",
    "/metrics",
    "/openapi.json",
}
TABLES = {table.name for table in Base.metadata.tables.values() if "user_id" in table.columns} | {"users"}
# tables without owners: the edges of the state machines, and alembic's own
OWNERLESS = {"alembic_version", "status_moves"}
OWNER = "app.user_id"

# statements of services that do not start at session.owned(), and why they may
BARE = {
    (
        "app/services/account/api_keys.py",
        "identify",
    ): "nobody is known yet: the policy shows the key of one hash",
    ("app/services/datasets/findings.py", "record"): "findings of a dataset whose row this session holds",
    ("app/services/datasets/fits.py", "forget"): "fits of a dataset whose row this session holds",
    ("app/services/datasets/previews.py", "keep"): "examples of a dataset whose row this session holds",
    **{
        ("app/services/jobs/queries.py", f"_{name}_statement"): "each FROM names the owner by owned()"
        for name in ("job", "some_jobs", "notification_rows", "curve")
    },
    **{
        ("app/services/events/order.py", f"_{name}_statement"): "its FROM names the owner by owned()"
        for name in ("page", "changes")
    },
    ("app/services/account/api_keys.py", "_key_statement"): "it names the owner by owned()",
    ("app/services/datasets/queries.py", "_dataset_statement"): "it names the owner by owned()",
    ("app/services/notifications.py", "mark_all_read"): "one UPDATE of all rows; it names the owner itself",
}


class TestRoutes:
    def test_are_guarded_or_public_by_name(self):
        open_to_all = {route.path for route in ROUTES if not isinstance(route, GuardedRoute)}
        assert open_to_all == PUBLIC

    async def test_turn_strangers_away_before_anything_else(self, anonymous):
        for route in ROUTES:
            if not isinstance(route, GuardedRoute):
                continue
            path = re.sub(r"\{\w+\}", "not-an-id", route.path)
            for method in route.methods:
                answer = await anonymous.request(
                    method, path, content=b"{", headers={"content-type": "text/csv"}
                )
                assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized"), (
                    f"{method} {path}"
                )
                assert answer.headers["WWW-Authenticate"] == "Bearer"


class TestServices:
    def test_start_every_query_at_the_owner(self):
        owned = {
            mapper.class_.__name__ for mapper in Base.registry.mappers if issubclass(mapper.class_, Owned)
        }
        bare = {
            (name_of(path), name)
            for path in python_files("app/services")
            for name, function in functions(tree_of(path))
            for node in ast.walk(function)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id.removeprefix("sql_") in {"select", "update", "delete"}
            and any(
                isinstance(part, ast.Name) and part.id in owned for arg in node.args for part in ast.walk(arg)
            )
        }
        assert bare == set(BARE)


@pytest.fixture
async def rows(database, alice):
    """A job of alice's that ran to its end: a row in almost every table."""
    dataset = await make_dataset(database, alice.id)
    await finish_job(database, await make_job(database, alice.id, dataset, status="running"))
    await alice.ok("POST", "/api/api-keys", 201, json={"name": "script"})
    await make_delivery(alice)
    await make_fit(database, dataset)


class TestRowLevelSecurity:
    async def test_is_enabled_and_forced_on_every_table_with_an_owner(self, database):
        query = text(
            "SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        async with database.engine.connect() as connection:
            guarded = {row[0]: row[1] for row in await connection.execute(query)}
        assert set(guarded) == TABLES | OWNERLESS
        assert {name for name, is_guarded in guarded.items() if not is_guarded} == OWNERLESS

    async def test_has_policies_for_the_owner_and_a_reading_one_for_the_system_where_it_lists(self, database):
        query = text(
            "SELECT tablename, policyname, cmd, roles::text[], qual, with_check FROM pg_policies"
            " WHERE schemaname = 'public'"
        )
        async with database.engine.connect() as connection:
            policies = (await connection.execute(query)).all()
        for table in TABLES:
            mine = [policy for policy in policies if policy.tablename == table]
            system = [policy for policy in mine if policy.roles == ["lora_system"]]
            reads = [("SELECT", "true")] if table in SYSTEM_READS else []
            assert [(policy.cmd, policy.qual) for policy in system] == reads, table
            others = [policy for policy in mine if policy.roles != ["lora_system"]]
            assert {"SELECT", "INSERT"} <= {policy.cmd for policy in others}, table
            for policy in others:
                if policy.policyname == "api_keys_shown":  # whose key it is, the key alone can tell
                    assert (policy.cmd, "app.key_hash" in policy.qual) == ("SELECT", True)
                    continue
                conditions = [policy.qual, policy.with_check]
                assert all(OWNER in condition for condition in conditions if condition is not None), policy

    async def test_shows_rows_to_their_owner_only(self, database, alice, bob, rows):
        await make_user(database, bob.id)
        for table in TABLES - {"idempotency_keys", "dataset_findings", "dataset_records", "metrics_rollups"}:
            column = "id" if table == "users" else "user_id"
            count = text(f"SELECT count(*) FROM {table} WHERE {column} = :id")
            for reader, is_owner in ((alice.id, True), (bob.id, False)):
                async with database.owned_session(reader) as session:
                    assert bool(await session.scalar(count, {"id": alice.id})) is is_owner, table
            async with database.engine.connect() as connection:
                assert await connection.scalar(count, {"id": alice.id}) == 0, f"{table} without an owner"

    async def test_changes_no_row_of_another(self, database, alice, bob, rows):
        for table in TABLES - {"users", "idempotency_keys", "dataset_findings"}:
            for change in (f"UPDATE {table} SET user_id = user_id", f"DELETE FROM {table}"):
                async with database.owned_session(bob.id) as session:
                    done = await session.execute(text(f"{change} WHERE user_id = :id"), {"id": alice.id})
                    assert done.rowcount == 0, change

    async def test_changes_no_row_of_another_unseen(self, database, bob, rows):
        await make_user(database, bob.id)
        for table in TABLES - {"users"}:  # a statement that reads no column needs no leave to see
            async with database.owned_session(bob.id) as session:
                taken = text(f"UPDATE {table} SET user_id = '{bob.id}'")
                assert (await session.execute(taken)).rowcount == 0, table

    async def test_takes_no_row_for_another(self, database, alice, bob):
        insert = text("INSERT INTO users VALUES (:id, now())")
        with pytest.raises(DBAPIError, match="row-level security"):
            async with database.owned_session(bob.id) as session:
                await session.execute(insert, {"id": alice.id})

    async def test_keeps_a_foreign_dataset_out_of_a_job(self, database, alice, bob):
        foreign = await make_dataset(database, alice.id)
        await make_user(database, bob.id)
        with pytest.raises(DBAPIError, match="fk_training_jobs_user_id_dataset_id"):
            await make_job(database, bob.id, foreign)

    async def test_forgets_the_owner_with_the_transaction(self, database, alice, rows):
        async with database.engine.connect() as connection:
            for _ in range(2):
                async with connection.begin():
                    await connection.execute(text(f"SELECT set_config('{OWNER}', '{alice.id}', true)"))
                    assert await connection.scalar(text("SELECT count(*) FROM datasets")) == 1
                async with connection.begin():
                    assert await connection.scalar(text("SELECT count(*) FROM datasets")) == 0

    async def test_is_left_by_a_session_with_its_transaction(self, settings, queue, alice, rows):
        url = settings.database_url.get_secret_value()
        one_connection = Database(url, send=queue.send, pool_size=1)
        count = text("SELECT count(*) FROM datasets")
        async with one_connection.owned_session(alice.id) as session:
            assert await session.scalar(count) == 1
        async with one_connection.engine.connect() as connection:
            assert await connection.scalar(count) == 0
        await one_connection.close()


class TestSystemSession:
    async def test_sees_all_owners(self, database, alice, bob):
        expected = {(await make_dataset(database, user.id)).id for user in (alice, bob)}
        async with system_session(database) as connection:
            assert expected <= set(await connection.scalars(text("SELECT id FROM datasets")))

    @pytest.mark.parametrize("change", ["UPDATE datasets SET name = 'x'", "DELETE FROM datasets"])
    async def test_writes_nothing(self, database, change):
        with pytest.raises(DBAPIError, match="read-only transaction"):
            async with system_session(database) as connection:
                await connection.execute(text(change))
