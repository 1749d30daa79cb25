"""The tenant matrix: no user reads, changes or notices another's rows, with both guards and each alone."""

import json
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text, true
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from uuid_utils.compat import uuid7

from app.db import json_select
from app.db.session import OwnedSession
from app.models import DatasetFinding, Notification
from app.services.datasets import queries as dataset_queries
from app.services.jobs import queries
from tests.conftest import User
from tests.exposure import tried
from tests.factories import finish_job, job_body, make_dataset, make_delivery, make_job, make_user
from tests.house.document import OPERATIONS, SCHEMAS
from tests.house.test_ownership import TABLES

GUARDED = [(method, path, operation) for method, path, operation in OPERATIONS if operation.get("security")]
WITH_SLOT = [(method, path, operation) for method, path, operation in GUARDED if "{" in path]
# a comparison is a list of what was asked for
QUERIES = {"/api/jobs/compare": "?ids={job_id},{job_id}"}
SETTINGS = ("/api/budget", "/api/notification-preferences")  # no id is in these answers
LISTS = [
    path
    for method, path, _ in GUARDED
    if method == "GET" and "{" not in path and path not in QUERIES and path not in SETTINGS
]
FILES = ("/download", "/archive")


@dataclass(frozen=True)
class Estate:
    """One user's rows: an id for every slot of the document, and a job that is still queued."""

    slots: dict[str, UUID]
    queued_job: UUID


@pytest.fixture
async def estate(database, alice) -> Estate:
    """Everything that alice may own."""
    dataset = await make_dataset(database, alice.id, name="Alice's plants")
    finding = DatasetFinding(
        dataset_id=dataset.id, user_id=alice.id, position=0, line=1, pointer="", code="line.blank",
        severity="info", message="The line is blank.", suggestion="Nothing.", snippet="",
    )  # fmt: skip
    async with database.owned_session(alice.id) as session:
        session.add(finding)
    job = await make_job(database, alice.id, dataset, status="running", name="Alice's job")
    model_id = await finish_job(database, job)
    headers = {"Idempotency-Key": "alice's key"}
    queued = await alice.ok("POST", "/api/jobs", 201, json=job_body(dataset.id), headers=headers)
    async with database.owned_session(alice.id) as session:
        notification_id = await session.scalar(select(Notification.id).limit(1))
    key = (await alice.ok("POST", "/api/api-keys", 201, json={"name": "script"}))["api_key"]
    delivery = await make_delivery(alice)
    slots = {
        "dataset_id": dataset.id, "job_id": job.id, "model_id": model_id, "notification_id": notification_id,
        "api_key_id": UUID(key["id"]), "webhook_id": UUID(delivery["webhook_id"]),
        "delivery_id": UUID(delivery["id"]),
    }  # fmt: skip
    return Estate(slots, UUID(queued["id"]))


@pytest.fixture(params=["both guards", "row-level security alone", "the service alone"])
async def guards(request, monkeypatch, settings):
    """Which of the two guards is up."""
    if request.param == "row-level security alone":
        monkeypatch.setattr(OwnedSession, "owned", lambda _session, model, **_options: select(model))
        for module in (json_select, queries, dataset_queries):
            monkeypatch.setattr(module, "owned", lambda _model, **_options: true())
    json_select._statement.cache_clear()
    if request.param == "the service alone":
        await _row_level_security(settings, "DISABLE")
    yield request.param
    json_select._statement.cache_clear()
    if request.param == "the service alone":
        await _row_level_security(settings, "ENABLE")


async def _row_level_security(settings, state: str) -> None:
    engine = create_async_engine(settings.database_owner_url.get_secret_value(), poolclass=NullPool)
    async with engine.begin() as connection:
        for table in sorted(TABLES):
            await connection.execute(text(f"ALTER TABLE {table} {state} ROW LEVEL SECURITY"))
    await engine.dispose()


async def rows_of(database, owner: UUID) -> dict[str, list[Any]]:
    """All rows of a user, table by table."""
    found = {}
    async with database.owned_session(owner) as session:
        for table in sorted(TABLES):
            row = "to_jsonb(t) - '{queue_position,expected_start_at}'::text[]"  # they move by themselves
            column = "id" if table == "users" else "user_id"
            query = text(f"SELECT {row} FROM {table} t WHERE {column} = :id ORDER BY to_jsonb(t)::text")
            found[table] = list(await session.scalars(query, {"id": owner}))
    return found


def example(operation: dict[str, Any]) -> dict[str, Any]:
    """The operation's example as a request, empty where it takes no body."""
    body = operation.get("requestBody")
    if body is None:
        return {}
    schema = body["content"]["application/json"]["schema"]
    reference = re.search(r"#/components/schemas/(\w+)", json.dumps(schema))
    return {"json": SCHEMAS[reference[1]]["examples"][0]}


def without_request_id(response: Any) -> dict[str, Any]:
    return {name: value for name, value in response.json().items() if name != "request_id"}


async def calls_like_an_unknown_id(bob: User, method: str, path: str, slots: dict[str, UUID], **request: Any):
    """Insist on the same 404 for these ids as for unknown ids."""
    foreign = await bob.client.request(method, path.format(**slots), **request)
    unknown = await bob.client.request(method, path.format(**dict.fromkeys(slots, uuid7())), **request)
    tried["T05 calls with another user's ids"] += 1
    assert foreign.status_code == unknown.status_code == 404, f"{method} {path}: {foreign.text}"
    assert without_request_id(foreign) == without_request_id(unknown)


class TestGuards:
    async def test_are_up_and_down_as_this_matrix_says(self, guards, database, bob, estate):
        await make_user(database, bob.id)
        async with database.owned_session(bob.id) as session:
            shown = await session.scalar(
                text("SELECT count(*) FROM datasets WHERE user_id <> :id"), {"id": bob.id}
            )
            filtered = "WHERE" in str(session.owned(Notification))
        assert bool(shown) is (guards == "the service alone")
        assert filtered is (guards != "row-level security alone")


class TestEveryOperation:
    async def test_answers_another_user_as_if_the_row_did_not_exist(
        self, guards, database, alice, bob, estate
    ):
        before = await rows_of(database, alice.id)
        for method, path, operation in WITH_SLOT:
            await calls_like_an_unknown_id(bob, method, path, estate.slots, **example(operation))
            queued = {**estate.slots, "job_id": estate.queued_job}
            await calls_like_an_unknown_id(bob, method, path, queued, **example(operation))
        assert await rows_of(database, alice.id) == before

    def test_has_a_row_of_alices_for_each_of_its_slots(self, estate):
        names = {name for _, path, _ in WITH_SLOT for name in re.findall(r"{(\w+)}", path)}
        assert names == set(estate.slots)

    async def test_without_an_id_leaves_another_users_rows_alone(self, guards, database, alice, bob, estate):
        before = await rows_of(database, alice.id)
        for method, path, operation in GUARDED:
            if "{" not in path:
                query = QUERIES.get(path, "").format(**estate.slots)
                answer = await bob.client.request(method, path + query, **example(operation))
                # bob has jobs by now, and a webhook of this address
                refused = {409} if path in {"/api/me/erase", "/api/webhooks"} else set()
                assert answer.status_code in {200, 201, 404} | refused, answer.text
        assert await rows_of(database, alice.id) == before

    @pytest.mark.parametrize("path", ["/api/jobs", "/api/jobs/estimate"])
    async def test_treats_a_foreign_dataset_in_the_body_as_unknown(self, guards, bob, estate, path):
        foreign, unknown = [
            await bob.client.post(path, json=job_body(id)) for id in (estate.slots["dataset_id"], uuid7())
        ]
        assert foreign.status_code == 404
        assert without_request_id(foreign) == without_request_id(unknown)

    async def test_lets_the_owner_in(self, guards, alice, estate):
        for method, path, operation in WITH_SLOT:
            if method == "GET" and not path.endswith(FILES):
                await alice.ok(method, path.format(**estate.slots), **example(operation))


class TestEveryList:
    @pytest.mark.parametrize("path", LISTS)
    async def test_shows_nothing_of_another_user(self, guards, alice, bob, estate, path):
        ids = [str(id) for id in (alice.id, *estate.slots.values(), estate.queued_job)]
        mine = (await alice.client.get(path)).text
        assert any(id in mine for id in ids)
        theirs = await bob.client.get(path)
        tried["T05 lists read beside another user's rows"] += 1
        assert theirs.status_code == 200
        assert not any(id in theirs.text for id in ids)

    @pytest.mark.parametrize(
        ("path", "rows"),
        [
            ("/api/jobs?dataset_id={dataset_id}", "jobs"),
            ("/api/costs?job_id={job_id}", "records"),
        ],
    )
    async def test_finds_nothing_by_a_foreign_filter(self, guards, alice, bob, estate, path, rows):
        assert (await alice.ok("GET", path.format(**estate.slots)))[rows]
        assert (await bob.ok("GET", path.format(**estate.slots)))[rows] == []

    async def test_refuses_a_foreign_cursor(self, guards, alice, bob, estate):
        for path in LISTS:
            if path.endswith(FILES):
                continue
            pagination = (await alice.ok("GET", f"{path}?limit=1")).get("pagination", {})
            if cursor := pagination.get("next_cursor"):
                refused = await bob.client.get(path, params={"limit": 1, "cursor": cursor})
                assert (refused.status_code, list(refused.json()["details"])) == (400, ["cursor"]), path


class TestSettings:
    async def test_are_each_users_own(self, guards, alice, bob, estate):
        await alice.ok("PUT", "/api/budget", json={"monthly_usd": 12})
        await alice.ok("PUT", "/api/notification-preferences", json={"job_queued": False})
        for path in SETTINGS:
            assert await bob.ok("GET", path) != await alice.ok("GET", path)


class TestIdempotencyKeys:
    async def test_belong_to_one_user(self, guards, database, bob, estate):
        dataset = await make_dataset(database, bob.id)
        headers = {"Idempotency-Key": "alice's key"}
        created = await bob.client.post("/api/jobs", json=job_body(dataset.id), headers=headers)
        assert created.status_code == 201
        assert "Idempotency-Replayed" not in created.headers
        assert created.json()["data"]["user_id"] == str(bob.id)
