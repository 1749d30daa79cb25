"""Checkpoints: two in the store, and only whole ones are resumed from."""

import dataclasses
from uuid import uuid4

import pytest

from app.adapters.storage import MODELS
from app.models.claim_order import TRAINING
from workers.lease import Lease
from workers.training.checkpoints import fetch_newest, prune, store_checkpoint


@pytest.fixture
def held(database):
    """A lease to name objects by; nothing stands behind it."""
    return Lease(database, TRAINING, uuid4(), uuid4(), attempt=1, seconds=2)


@pytest.fixture
def stored(tmp_path, storage, held):
    """Make a local checkpoint of two files and store it."""

    async def store(step):
        folder = tmp_path / "first" / "checkpoints" / f"step-{step}"
        (folder / "optimizer").mkdir(parents=True)
        (folder / "state.json").write_text(f'{{"step": {step}}}')
        (folder / "optimizer" / "moments.bin").write_bytes(bytes([step]) * 1000)
        data = {"step": step, "path": f"checkpoints/step-{step}", "size_bytes": 1012}
        return await store_checkpoint(storage, held, tmp_path / "first", data)

    return store


async def _flip(storage, key):
    content = bytearray(b"".join([chunk async for chunk in storage.stream(MODELS, key)]))
    content[-1] ^= 1
    await storage.put(MODELS, key, bytes(content))


class TestFetchingTheNewest:
    async def test_brings_every_file_back(self, storage, stored, tmp_path):
        kept = [await stored(20), await stored(10)]
        name = await fetch_newest(storage, kept, tmp_path / "second")
        assert name == "checkpoints/step-20"
        folder = tmp_path / "second" / name
        assert (folder / "state.json").read_text() == '{"step": 20}'
        assert (folder / "optimizer" / "moments.bin").read_bytes() == bytes([20]) * 1000

    async def test_falls_back_when_a_byte_was_flipped(self, storage, stored, tmp_path):
        newest, older = await stored(20), await stored(10)
        await _flip(storage, f"{newest.prefix}/optimizer/moments.bin")
        assert await fetch_newest(storage, [newest, older], tmp_path / "second") == "checkpoints/step-10"

    async def test_falls_back_when_a_file_is_missing(self, storage, stored, tmp_path):
        newest, older = await stored(20), await stored(10)
        await storage.remove(MODELS, [f"{newest.prefix}/state.json"])
        assert await fetch_newest(storage, [newest, older], tmp_path / "second") == "checkpoints/step-10"

    async def test_starts_afresh_when_none_is_whole(self, storage, stored, tmp_path):
        newest, older = await stored(20), await stored(10)
        await _flip(storage, f"{newest.prefix}/state.json")
        await storage.remove(MODELS, [f"{older.prefix}/state.json"])
        assert await fetch_newest(storage, [newest, older], tmp_path / "second") is None
        assert await fetch_newest(storage, [], tmp_path / "second") is None


class TestStoring:
    async def test_keeps_the_program_from_deleting_what_is_sent(self, stored, tmp_path, storage, monkeypatch):
        seen, upload = [], storage.upload

        async def slow(*given):
            seen.append((tmp_path / "first" / "storing").read_text())
            await upload(*given)

        monkeypatch.setattr(storage, "upload", slow)
        await stored(20)
        assert seen == ["20", "20"]
        assert not (tmp_path / "first" / "storing").exists()

    async def test_leaves_out_what_the_program_has_already_removed(self, storage, held, tmp_path):
        data = {"step": 5, "path": "checkpoints/step-5", "size_bytes": 1}
        assert await store_checkpoint(storage, held, tmp_path, data) is None


class TestPruning:
    async def test_keeps_two_in_the_store(self, storage, held, stored):
        kept = [await stored(30), await stored(20), await stored(10)]
        assert await prune(storage, held, kept) == kept[:2]
        sizes = [await storage.size(MODELS, f"{checkpoint.prefix}/state.json") for checkpoint in kept]
        assert [size is not None for size in sizes] == [True, True, False]

    async def test_leaves_what_another_job_stored(self, storage, held, stored):
        kept = [await stored(30), await stored(20), await stored(10)]
        other = dataclasses.replace(held, id=uuid4())
        assert await prune(storage, other, kept) == kept[:2]
        assert await storage.size(MODELS, f"{kept[2].prefix}/state.json") is not None
