"""`lora datasets upload` against the service on a real port: it uploads, shows findings, resumes."""

import asyncio
import dataclasses
import hashlib
import re
import signal

import pytest

from app.adapters.storage import DATASETS, Storage
from app.cli import seed
from app.cli import upload as resumable
from app.cli.client import CommandFailed, connected
from app.models import Dataset
from app.services.datasets import uploads
from tests.cli.conftest import ended
from tests.conftest import until
from tests.factories import pairs

PART = 64 * 1024
GOOD = pairs(1000)
COUNT = -(-len(GOOD) // PART)
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def sending(start, tmp_path):
    """A function that starts the upload of a file with this content."""

    async def begin(content, *arguments, file_name="plants.jsonl", **environment):
        path = tmp_path / file_name
        path.write_bytes(content)
        return await start("datasets", "upload", path, *arguments, **{"COLUMNS": "250", **environment})

    return begin


@pytest.fixture
def finished(sending):
    """A function that uploads to the end: the exit code, and what was said."""

    async def finish(content, *arguments, **more):
        over = await ended(await sending(content, *arguments, **more))
        return over.code, over.out + over.err

    return finish


@pytest.fixture
def uploaded(url, token, tmp_path):
    """A function that does the same within this process; the dataset's status."""

    def call(content, options):
        path = tmp_path / "plants.jsonl"
        path.write_bytes(content)
        with connected(url, token) as api:
            return resumable.upload(api, path, **options)["status"]

    async def bring(content, **options):
        return await asyncio.to_thread(call, content, options)

    return bring


@pytest.fixture
def small(monkeypatch):
    """Parts that a test can send in a moment."""
    monkeypatch.setattr(uploads, "SINGLE_BYTES", 2 * PART)
    monkeypatch.setattr(uploads, "PART_BYTES", PART)


@pytest.fixture
def signed_otherwise(monkeypatch):
    """A function that sends some parts, by number, to another address."""
    sign = Storage.presign_part

    def otherwise(is_changed, change):
        async def presign(self, *args, part_number, **more):
            signed = await sign(self, *args, part_number=part_number, **more)
            if is_changed(part_number):
                return dataclasses.replace(signed, url=change(signed.url))
            return signed

        monkeypatch.setattr(Storage, "presign_part", presign)

    return otherwise


@pytest.fixture
async def silence():
    """An address that takes everything and never answers."""

    async def swallow(reader, writer):
        while await reader.read(1 << 16):
            pass
        writer.close()

    async with await asyncio.start_server(swallow, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


async def listed(alice):
    return (await alice.ok("GET", "/api/datasets"))["datasets"]


class TestUpload:
    async def test_ends_with_a_dataset_that_is_ready(self, alice, worker, finished):
        code, said = await finished(pairs(60), "--name", "Garden", "--validation-split", "0")
        assert (code, "Ready for training" in said) == (0, True)
        assert "60 pairs in 30 conversations" in said
        (dataset,) = await listed(alice)
        assert (dataset["name"], dataset["status"], dataset["total_validation_pairs"]) == (
            "Garden",
            "ready",
            0,
        )

    async def test_shows_what_is_wrong_and_how_to_fix_it(self, worker, finished):
        code, said = await finished(b"not json\n" + pairs(60))
        assert (code, "Not trainable: 1 error(s) found" in said) == (3, True)
        (row,) = re.findall("^error +1 +json.syntax .*", said, re.MULTILINE)
        assert "The line is not valid JSON" in row
        assert "json.syntax: 1" in said
        assert re.search("Next: lora datasets repair [-0-9a-f]{36} --dry-run", said)

    async def test_counts_a_finding_about_many_records_once(self, worker, finished):
        code, said = await finished(b'{"prompt":"a","chosen":"b","rejected":"c"}\n' * 3)
        assert (code, "record.preference_pair: 3" in said) == (3, True)
        assert "more; all of them" not in said
        assert "Next:" not in said

    async def test_shows_the_worst_first_and_counts_the_rest(self, worker, finished):
        code, said = await finished(b"\n" * 30 + b"[]\n" * 40 + pairs(60))
        assert code == 3
        assert len(re.findall(r"^error +\d+ +record.not_object", said, re.MULTILINE)) == 40
        assert len(re.findall(r"^\w+ +\d+ +line.blank", said, re.MULTILINE)) == 10
        assert "line.blank: 30, record.not_object: 40" in said
        assert "20 more; all of them: lora datasets report" in said

    async def test_of_a_name_that_is_no_datasets_says_so(self, alice, finished):
        code, said = await finished(b"1,2,3", file_name="plants.csv")
        assert (code, "file_name must be a plain file name ending in .jsonl" in said) == (1, True)
        assert "`lora convert IN out.jsonl`" in said
        assert await listed(alice) == []

    @pytest.mark.parametrize(
        ("code", "environment", "words"),
        [
            (4, {"LORA_API_URL": NOWHERE}, "cannot reach the service at http://127.0.0.1:9"),
            (1, {"LORA_API_KEY": "x"}, "A valid bearer token is needed"),
        ],
    )
    async def test_says_why_it_cannot(self, finished, code, environment, words):
        ended_with, said = await finished(GOOD, **environment)
        assert (ended_with, words in said) == (code, True)


@pytest.mark.usefixtures("small")
class TestInterruptedUpload:
    async def test_goes_on_with_the_parts_that_are_missing(
        self, alice, database, storage, worker, sending, finished, signed_otherwise, silence
    ):
        signed_otherwise(lambda number: number == 3, lambda _: silence)
        first = await sending(GOOD)

        async def all_but_one():
            async with database.owned_session(alice.id) as session:
                row = await session.scalar(session.owned(Dataset))
            held = await storage.parts(row.storage_path, row.upload_id) if row and row.upload_id else {}
            return held.keys() == set(range(1, COUNT + 1)) - {3}

        await until(all_but_one)
        first.send_signal(signal.SIGINT)
        over = await ended(first)
        assert (over.code, "Run the same command again" in over.err) == (130, True)

        signed_otherwise(lambda number: number != 3, lambda _: silence)
        assert (await finished(GOOD))[0] == 0
        (dataset,) = await listed(alice)
        assert (dataset["status"], dataset["total_pairs"]) == ("ready", 1000)

    async def test_gets_fresh_urls_when_some_have_expired(self, alice, worker, uploaded, signed_otherwise):
        rounds = []

        def expires(number):
            rounds.append(number)
            return number % 2 == 0 and rounds.count(number) <= 2

        signed_otherwise(expires, lambda url: url.replace("X-Amz-Expires=3600", "X-Amz-Expires=1"))
        assert await uploaded(GOOD) == "ready"
        assert rounds.count(1) == 3

    async def test_sends_the_file_whole_when_a_part_is_never_taken(
        self, alice, worker, uploaded, signed_otherwise
    ):
        signed_otherwise(lambda number: number == 2, lambda _: NOWHERE)
        assert await uploaded(GOOD) == "ready"
        assert [row["status"] for row in await listed(alice)] == ["ready"]

    async def test_sends_the_file_whole_when_its_parts_are_lost(
        self, alice, monkeypatch, storage, worker, uploaded
    ):
        complete = Storage.complete_upload

        async def lose(self, key, upload_id, etags):
            await self.abort_upload(DATASETS, key, upload_id)
            await complete(self, key, upload_id, etags)

        monkeypatch.setattr(Storage, "complete_upload", lose)
        assert await uploaded(GOOD) == "ready"
        assert [row["status"] for row in await listed(alice)] == ["ready"]

    async def test_gives_up_on_a_store_that_takes_nothing(self, monkeypatch, uploaded, signed_otherwise):
        put = Storage.presign_put

        async def nowhere(self, *args, **more):
            return dataclasses.replace(await put(self, *args, **more), url=NOWHERE)

        monkeypatch.setattr(resumable.time, "sleep", lambda _: None)
        monkeypatch.setattr(Storage, "presign_put", nowhere)
        signed_otherwise(lambda _: True, lambda _: NOWHERE)
        with pytest.raises(CommandFailed, match="the object store does not accept the file"):
            await uploaded(GOOD)

    async def test_is_not_announced_again(self, alice, worker, uploaded):
        announced = {"name": "Garden", "file_name": "plants.jsonl", "file_size": len(GOOD)}
        other = {**announced, "checksum_sha256": "0" * 64}
        await alice.ok("POST", "/api/datasets", 201, json=other)
        mine = {**announced, "checksum_sha256": hashlib.sha256(GOOD).hexdigest()}
        id = (await alice.ok("POST", "/api/datasets", 201, json=mine))["dataset"]["id"]
        assert await uploaded(GOOD, name="Garden") == "ready"
        assert {row["id"]: row["status"] for row in await listed(alice)}[id] == "ready"
        assert len(await listed(alice)) == 2


class TestSeed:
    async def test_leaves_a_dataset_and_a_job(self, settings, url, worker):
        there = settings.model_copy(update={"port": int(url.rpartition(":")[2])})
        said = await asyncio.to_thread(seed.run, there, settings.jwt_secret.get_secret_value())
        assert re.fullmatch(rf"alice has dataset [\w-]{{36}} and job [\w-]{{36}}: {url}/api/docs", said)
