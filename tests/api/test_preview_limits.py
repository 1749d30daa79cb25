"""Limits of previews: what one caller's preview may cost this process and its other callers."""

import asyncio
import json

import httpx
import pytest

from app.adapters.chat_models import ChatModel
from app.adapters.previewers import Previewer, PreviewerDied
from app.domain.caller_limits import PREVIEWS
from app.domain.previews import CHARACTERS
from app.services.datasets import previews
from app.services.datasets.previews import KeptRecord
from app.services.slots import preview_slots
from tests.conftest import until
from tests.factories import make_dataset


def example(*said: str) -> str:
    messages = [{"role": ("user", "assistant")[at % 2], "content": text} for at, text in enumerate(said)]
    return json.dumps({"messages": messages, "trained": [len(said) - 1], "tools": None})


@pytest.fixture
def kept(database):
    """Keep examples of a dataset as validation does; the path of its preview."""

    async def make(owner, *examples: str) -> str:
        dataset = await make_dataset(database, owner.id)
        records = [KeptRecord(line, text) for line, text in enumerate(examples, 1)]
        async with database.owned_session(owner.id) as session:
            await previews.keep(session, dataset, records)
        return f"/api/datasets/{dataset.id}/preview"

    return make


def rendering(monkeypatch, index: int, happens) -> None:
    """Let this happen when the record with this index is rendered."""
    render = Previewer.render

    async def rendered(self, asked):
        if asked["index"] == index:
            await happens()
        return await render(self, asked)

    monkeypatch.setattr(Previewer, "render", rendered)


def codes(shown) -> list[str | None]:
    return [record["code"] for record in shown["records"]]


class TestOneRecord:
    async def test_that_is_too_large_is_named_and_not_loaded(self, alice, kept, monkeypatch):
        monkeypatch.setattr(previews, "RECORD_BYTES", 2000)
        path = await kept(
            alice, example("Hi?", "Hello."), example("So?", "So. " * 700), example("Hi?", "Bye.")
        )
        shown = await alice.ok("GET", path)
        assert codes(shown) == [None, "preview.too_large", None]
        assert (shown["records"][1]["line"], shown["records"][1]["messages"]) == (2, [])

    async def test_that_takes_too_long_is_named_with_those_behind_it(self, alice, kept, monkeypatch):
        path = await kept(alice, *[example("Hi?", "Hello.")] * 3)
        await alice.ok("GET", path)  # the child is warm
        monkeypatch.setattr(previews, "SECONDS", 3)
        rendering(monkeypatch, 1, lambda: asyncio.sleep(20))
        shown = await alice.ok("GET", path)
        assert codes(shown) == [None, "preview.too_slow", "preview.too_slow"]
        assert "offset=1&limit=1" in shown["records"][1]["problem"]

    async def test_that_ends_the_child_costs_no_other(self, alice, kept, monkeypatch):
        async def die():
            raise PreviewerDied

        path = await kept(alice, *[example("Hi?", "Hello.")] * 3)
        rendering(monkeypatch, 1, die)
        assert codes(await alice.ok("GET", path)) == [None, "preview.ended", None]

    async def test_is_shown_in_part_where_it_is_long(self, alice, kept):
        path = await kept(alice, example("Hi?", "Hello. " * 20_000), example("Hi?", "Bye."))
        long, short = (await alice.ok("GET", f"{path}?base_model=qwen2.5-7b-instruct"))["records"]
        assert (long["shortened"], short["shortened"]) == (True, False)
        assert len(long["text"]) == CHARACTERS >= len(json.dumps(long["messages"][1]["content"]))
        assert long["trained_spans"][-1][1] == CHARACTERS
        assert long["tokens"] > 20_000

    async def test_has_its_first_messages_only_where_they_are_many(self, alice, kept):
        [record] = (await alice.ok("GET", await kept(alice, example(*["ok"] * 4000))))["records"]
        assert record["shortened"]
        assert 0 < len(record["messages"]) < 2000


class TestPreview:
    async def test_is_rendered_in_a_process_of_its_own(self, alice, kept, monkeypatch):
        monkeypatch.delattr(ChatModel, "load")
        assert codes(await alice.ok("GET", await kept(alice, example("Hi?", "Hello.")))) == [None]

    async def test_that_does_not_start_in_time_is_503(self, alice, kept, monkeypatch):
        monkeypatch.setattr(previews, "SECONDS", 0)
        answer = await alice.client.get(await kept(alice, example("Hi?", "Hello.")))
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")

    async def test_ends_when_its_caller_leaves(self, app, alice, kept, url, monkeypatch):
        started = asyncio.Event()

        async def hang():
            started.set()
            await asyncio.sleep(60)

        monkeypatch.setattr(previews, "SECONDS", 600)  # so that nothing else ends it
        path = await kept(alice, example("Hi?", "Hello."))
        rendering(monkeypatch, 0, hang)
        async with httpx.AsyncClient(base_url=url, headers=alice.client.headers) as client:
            asking = asyncio.ensure_future(client.get(path, timeout=600))
            await started.wait()
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)

        async def over():
            return alice.id not in preview_slots._taken

        await until(over, seconds=30)

    async def test_of_one_user_waits_for_that_users_others_only(self, app, alice, bob, kept):
        path, others = [await kept(owner, example("Hi?", "Hello.")) for owner in (alice, bob)]
        async with app.state.previewers.taken(alice.id):
            waiting = [asyncio.ensure_future(alice.client.get(path)) for _ in range(PREVIEWS)]

            async def full():
                return preview_slots._taken[alice.id] == PREVIEWS

            await until(full, seconds=30)
            refused = await alice.client.get(path)
            assert (refused.status_code, refused.json()["code"]) == (429, "quota_exceeded")
            assert codes(await bob.ok("GET", others)) == [None]
            assert not any(one.done() for one in waiting)
        assert {answer.status_code for answer in await asyncio.gather(*waiting)} == {200}


class TestBatches:
    def test_hold_at_most_the_bytes_of_one_large_record(self, monkeypatch):
        monkeypatch.setattr(previews, "RECORD_BYTES", 10)
        places = [previews._Place(at, at + 1, size) for at, size in enumerate((4, 4, 4, 10, 99, 1, 1))]
        batches = list(previews._batches(places))
        assert [[place.bytes for place in batch] for batch in batches] == [[4, 4], [4], [10], [99], [1, 1]]
