"""All lists: order, pages, cursors, light rows, and a number of statements that does not grow."""

import asyncio
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import event

from app.models.base import utcnow
from tests.api.test_failures import assert_failure
from tests.factories import finish_job, make_dataset, make_job

DEFAULT_LIMITS = {"datasets": 25, "jobs": 10, "models": 12, "notifications": 20}
HEAVY = {
    "sample_data",
    "validation_errors",
    "error_stack",
    "metrics",
    "cost_records",
    "artifact",
    "statistics",
}

counting: ContextVar[bool] = ContextVar("counting", default=False)


@contextmanager
def counted_statements(database):
    """Count what this task sends to the database meanwhile; the sweep beside it does not count."""
    statements: list[str] = []
    token = counting.set(True)

    def note(_connection, _cursor, statement, *_rest):
        if counting.get():
            statements.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        counting.reset(token)
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)


async def fill(database, owner, count: int, *, name: str = "Plants") -> None:
    """`count` rows in every list of this user, older ones first."""
    began = utcnow()
    for number in range(count):
        dataset = await make_dataset(
            database, owner, name=f"{name} {number}", created_at=began + timedelta(microseconds=number // 2)
        )
        job = await make_job(database, owner, dataset, status="running", name=f"{name} {number}")
        await finish_job(database, job)


def ids(rows) -> list[str]:
    return [row["id"] for row in rows]


@pytest.mark.parametrize("name", DEFAULT_LIMITS)
class TestEveryList:
    async def test_is_empty_at_first(self, alice, name):
        found = await alice.ok("GET", f"/api/{name}")
        assert found[name] == []
        assert found["pagination"] == {
            "page": 1, "limit": DEFAULT_LIMITS[name], "total": 0, "totalPages": 0, "next_cursor": None
        }  # fmt: skip

    async def test_has_the_newest_first(self, alice, database, name):
        await fill(database, alice.id, 4)
        rows = (await alice.ok("GET", f"/api/{name}"))[name]
        keys = [(row["created_at"], row["id"]) for row in rows]
        assert keys == sorted(keys, reverse=True)
        assert len(set(keys)) == len(keys) >= 4

    async def test_has_pages(self, alice, database, name):
        await fill(database, alice.id, 3)
        whole = await alice.ok("GET", f"/api/{name}?limit=100")
        total = whole["pagination"]["total"]
        assert total == len(whole[name]) >= 3
        assert whole["pagination"]["next_cursor"] is None
        pages = [await alice.ok("GET", f"/api/{name}?limit=2&page={page}") for page in (1, 2)]
        assert ids(pages[0][name]) + ids(pages[1][name]) == ids(whole[name])[:4]
        shown = pages[1]["pagination"]
        assert (shown["page"], shown["limit"], shown["total"]) == (2, 2, total)
        assert shown["totalPages"] == -(-total // 2)
        beyond = await alice.ok("GET", f"/api/{name}?limit=2&page=1000")
        assert beyond[name] == []
        assert beyond["pagination"]["total"] == total

    async def test_neither_skips_nor_repeats_a_row_while_rows_come_in(self, alice, database, name):
        await fill(database, alice.id, 5)
        before = ids((await alice.ok("GET", f"/api/{name}?limit=100"))[name])
        walked, cursor = [], ""
        while cursor is not None:
            page = await alice.ok(
                "GET", f"/api/{name}?limit=2&page=7&cursor={cursor}" if cursor else f"/api/{name}?limit=2"
            )
            walked += ids(page[name])
            cursor = page["pagination"]["next_cursor"]
            await fill(database, alice.id, 1, name="Late")
        assert walked == before

    async def test_takes_no_cursor_of_another_list_or_user(self, alice, bob, database, name):
        await fill(database, alice.id, 2)
        cursor = (await alice.ok("GET", f"/api/{name}?limit=1"))["pagination"]["next_cursor"]
        for user, path in [
            (bob, f"/api/{name}"),
            *((alice, f"/api/{other}") for other in DEFAULT_LIMITS if other != name),
        ]:
            refused = await user.client.get(path, params={"cursor": cursor})
            assert list(assert_failure(refused, 400, "validation_error")["details"]) == ["cursor"]

    async def test_takes_no_cursor_that_was_changed(self, alice, database, name):
        await fill(database, alice.id, 2)
        cursor = (await alice.ok("GET", f"/api/{name}?limit=1"))["pagination"]["next_cursor"]
        for changed in (cursor[:-2], cursor + "A", cursor[:-4] + "AAAA", cursor.swapcase(), "A" * 400):
            refused = await alice.client.get(f"/api/{name}", params={"cursor": changed})
            assert_failure(refused, 400, "validation_error")

    async def test_carries_no_heavy_fields(self, alice, database, name):
        await fill(database, alice.id, 1)
        (row, *_) = (await alice.ok("GET", f"/api/{name}"))[name]
        assert not HEAVY & set(row)

    async def test_takes_as_many_statements_for_many_rows_as_for_one(self, alice, app, database, name):
        counts = []
        for more in (1, 4):
            await fill(database, alice.id, more)
            await alice.ok("GET", f"/api/{name}")  # the caller is known by now
            with counted_statements(app.state.database) as statements:
                await alice.ok("GET", f"/api/{name}")
            counts.append(len(statements))
        assert counts[0] == counts[1] <= 6

    async def test_gives_all_readers_the_same_answer_at_once(self, alice, database, name):
        await fill(database, alice.id, 2)
        answers = await asyncio.gather(*(alice.patiently("GET", f"/api/{name}") for _ in range(8)))
        assert len({answer.text for answer in answers}) == 1


FILTERS = {
    "datasets": ["status=ready", "search=plants", "format=auto", "training_ready=true"],
    "jobs": ["status=completed", "search=plants", "preset_id=custom", "status=completed,failed"],
    "models": ["sort=quality"],
    "notifications": ["unread=true"],
}


class TestCursors:
    @pytest.mark.parametrize(
        ("name", "query"), [(name, query) for name in FILTERS for query in FILTERS[name]]
    )
    async def test_belong_to_their_filters(self, alice, database, name, query):
        await fill(database, alice.id, 2)
        cursor = (await alice.ok("GET", f"/api/{name}?limit=1"))["pagination"]["next_cursor"]
        refused = await alice.client.get(f"/api/{name}?{query}", params={"cursor": cursor})
        assert refused.status_code == 200 or list(refused.json()["details"]) == ["cursor"]
        refused = await alice.client.get(f"/api/{name}?limit=1&cursor={cursor}&{query}")
        assert list(assert_failure(refused, 400, "validation_error")["details"]) == ["cursor"]

    async def test_go_on_under_their_filters(self, alice, database):
        await fill(database, alice.id, 3)
        first = await alice.ok("GET", "/api/datasets?limit=2&search=plants")
        cursor = first["pagination"]["next_cursor"]
        second = await alice.ok("GET", f"/api/datasets?limit=2&search=plants&cursor={cursor}")
        assert [row["name"] for row in first["datasets"] + second["datasets"]] == [
            "Plants 2",
            "Plants 1",
            "Plants 0",
        ]

    async def test_walk_models_from_best_to_worst(self, alice, database):
        await fill(database, alice.id, 3)
        whole = ids((await alice.ok("GET", "/api/models?sort=quality"))["models"])
        walked, cursor = [], None
        for _ in range(3):
            page = await alice.ok(
                "GET", "/api/models?sort=quality&limit=1" + (f"&cursor={cursor}" if cursor else "")
            )
            walked += ids(page["models"])
            cursor = page["pagination"]["next_cursor"]
        assert walked == whole
        assert cursor is None


class TestSearch:
    @pytest.mark.parametrize(
        ("search", "found"),
        [("100%", ["100% sure"]), ("a_b", ["a_b"]), ("%", ["100% sure"]), ("_", ["a_b"]),
         ("SURE", ["100% sure"]),
         ("\\", ["back\\slash"]), ("x", []), ("' OR 1=1 --", [])],
    )  # fmt: skip
    @pytest.mark.parametrize("name", ["datasets", "jobs"])
    async def test_takes_every_character_as_it_is(self, alice, database, name, search, found):
        for title in ("100% sure", "a_b", "acb", "back\\slash"):
            dataset = await make_dataset(database, alice.id, name=title)
            await make_job(database, alice.id, dataset, name=title)
        rows = (await alice.ok("GET", f"/api/{name}", params={"search": search}))[name]
        assert [row["name"] for row in rows] == found


class TestFilters:
    async def test_of_datasets_narrow_the_list(self, alice, database):
        await make_dataset(database, alice.id, name="ready")
        await make_dataset(database, alice.id, name="late", status="uploading", format="messages")
        for query, expected in [
            ("status=ready", ["ready"]), ("status=uploading", ["late"]), ("format=messages", ["late"]),
            ("training_ready=true", ["ready"]), ("training_ready=false", ["late"]), ("status=error", []),
            ("status=uploading&training_ready=true", []),
        ]:  # fmt: skip
            found = await alice.ok("GET", f"/api/datasets?{query}")
            assert [row["name"] for row in found["datasets"]] == expected, query
            assert found["pagination"]["total"] == len(expected)

    async def test_of_jobs_narrow_the_list(self, alice, database):
        dataset, other = [await make_dataset(database, alice.id) for _ in range(2)]
        await make_job(database, alice.id, dataset, name="queued")
        await make_job(database, alice.id, dataset, name="failed", status="failed", preset_id="custom")
        await make_job(database, alice.id, other, name="cancelled", status="cancelled")
        for query, expected in [
            ("status=queued", {"queued"}), ("status=queued,failed", {"queued", "failed"}),
            ("status=queued&status=failed", {"queued", "failed"}), ("status=completed", set()),
            (f"dataset_id={other.id}", {"cancelled"}), ("preset_id=custom", {"failed"}),
            (f"dataset_id={dataset.id}&status=failed,cancelled", {"failed"}),
        ]:  # fmt: skip
            found = await alice.ok("GET", f"/api/jobs?{query}")
            assert {row["name"] for row in found["jobs"]} == expected, query

    @pytest.mark.parametrize(
        ("path", "name"), [("", "status"), ("/compare", "ids"), (f"/{UUID(int=0)}/events", "types")]
    )
    async def test_are_named_when_one_of_their_values_is_wrong(self, alice, path, name):
        refused = await alice.client.get(f"/api/jobs{path}", params={name: "wrong,bad"})
        details = assert_failure(refused, 400, "validation_error")["details"]
        assert {field: len(messages) for field, messages in details.items()} == {name: 2}

    async def test_leave_deleted_datasets_out(self, alice, database):
        dataset = await make_dataset(database, alice.id)
        await alice.ok("DELETE", f"/api/datasets/{dataset.id}")
        assert (await alice.ok("GET", "/api/datasets"))["pagination"]["total"] == 0
