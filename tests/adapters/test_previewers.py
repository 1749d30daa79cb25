"""Previewers: children with limits, one for a user at a time, started again after they have died."""

import asyncio
import json
from uuid import uuid4

import psutil
import pytest

from app.adapters import previewers
from app.adapters.previewers import PreviewerDied, Previewers
from app.domain.previews import MEMORY_GIB
from tests.conftest import until

ALICE, BOB = uuid4(), uuid4()
NO_MODEL = {"folder": None, "changed_at": 0.0}


def kept(*said: str) -> dict[str, object]:
    messages = [{"role": ("user", "assistant")[at % 2], "content": text} for at, text in enumerate(said)]
    example = json.dumps({"messages": messages, "trained": [len(said) - 1], "tools": None})
    return {"index": 0, "line": 1, "example": example, "base_model": "m", "max_seq_length": 512}


def program(monkeypatch, source: str) -> None:
    """Let this code run instead of the program; it reads a line and may answer it."""
    monkeypatch.setattr(previewers, "_ARGV", (previewers.sys.executable, "-c", source))


@pytest.fixture
async def all_of_them():
    made = Previewers()
    yield made
    await made.close()


class TestPreviewer:
    async def test_renders_one_record_after_the_other(self, all_of_them):
        async with all_of_them.taken(ALICE) as previewer:
            assert await previewer.choose(NO_MODEL) is False
            for said in ("Good day.", "Good night."):
                record = json.loads(await previewer.render(kept("Hi?", said)))
                [[start, end]] = record["trained_spans"]
                assert record["text"][start:end].startswith(said)

    async def test_is_ended_when_its_caller_leaves(self, all_of_them, monkeypatch):
        program(monkeypatch, "import time; time.sleep(600)")
        async with all_of_them.taken(ALICE) as previewer:
            asking = asyncio.ensure_future(previewer.choose(NO_MODEL))

            async def started() -> bool:
                return previewer._process is not None

            await until(started)
            child = psutil.Process(previewer._process.pid)
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking
            assert not child.is_running()

    async def test_has_a_limit_of_memory(self, all_of_them, monkeypatch):
        limit = "resource.getrlimit(resource.RLIMIT_AS)[1]"
        program(monkeypatch, f"import resource; input(); print(int(0 < {limit} <= {MEMORY_GIB << 30}))")
        async with all_of_them.taken(ALICE) as previewer:
            assert await previewer.choose(NO_MODEL) is True

    async def test_that_dies_alone_is_replaced(self, all_of_them, monkeypatch):
        argv = previewers._ARGV
        program(monkeypatch, "input()")
        async with all_of_them.taken(ALICE) as previewer:
            with pytest.raises(PreviewerDied):
                await previewer.choose(NO_MODEL)
            monkeypatch.setattr(previewers, "_ARGV", argv)
            assert json.loads(await previewer.render(kept("Hi?", "Hello.")))["text"]

    async def test_that_has_grown_large_is_replaced_after_its_work(self, all_of_them, monkeypatch):
        async with all_of_them.taken(ALICE) as previewer:
            await previewer.choose(NO_MODEL)
            child = psutil.Process(previewer._process.pid)
            monkeypatch.setattr(previewers, "_LARGE_BYTES", 1)
        assert not child.is_running()

    async def test_knows_no_credentials(self, all_of_them, monkeypatch):
        monkeypatch.setenv("LORA_SECRET", "x")
        program(monkeypatch, "import os; input(); print(int('LORA_SECRET' in os.environ))")
        async with all_of_them.taken(ALICE) as previewer:
            assert await previewer.choose(NO_MODEL) is False


class TestTurns:
    async def test_of_one_user_come_one_after_the_other(self, all_of_them):
        async with all_of_them.taken(ALICE):
            second = asyncio.ensure_future(all_of_them.taken(ALICE).__aenter__())
            for _ in range(5):
                await asyncio.sleep(0)  # it comes as far as it can
            async with asyncio.timeout(5), all_of_them.taken(BOB):
                assert not second.done()
            second.cancel()
            await asyncio.gather(second, return_exceptions=True)
        assert all_of_them._free.qsize() == previewers._COUNT
