"""A whole session in a terminal: from a file on disk to an adapter on disk."""

import asyncio
import hashlib
import json

import pytest

from app.domain.templates.notes import HIDES_TOOLS
from app.models import TrainingJob
from app.models.base import utcnow
from app.services import events
from tests.factories import SAMPLE, a_fit, finish_job, make_dataset, make_fit, make_job


@pytest.fixture
async def trained(alice, database):
    """The ids of a dataset, of a job that is over, and of its model, without any files."""
    dataset = await make_dataset(database, alice.id)
    job = await make_job(database, alice.id, dataset, status="running", attempt=1, name="Second")
    async with database.owned_session(alice.id) as session:
        row = await session.get_owned(TrainingJob, job.id, lock=True)
        await events.append(session, row, "log", level="info", message="Loading the model")
    return str(dataset.id), str(job.id), str(await finish_job(database, job))


class TestSession:
    async def test_goes_from_upload_to_an_adapter_on_disk(self, worker, lora, tmp_path):
        sent = await lora("datasets", "upload", SAMPLE, "--name", "Advice")
        assert (sent.code, "Ready for training" in sent.out) == (0, True)
        dataset = sent.out.split()[-1]
        assert "Next: lora estimate" in sent.err
        priced = await lora("estimate", dataset, "--gpu", "H100", "--gpu-count", "2", "--epochs", "2")
        assert (priced.code, "at $8.40/hr" in priced.out) == (0, True)
        fit = "50 of 50 records trained by tiny-llama-demo at 2,048 tokens, 0 left out"
        assert fit in priced.out
        found = await lora("datasets", "fit", dataset)
        assert (found.code, fit in found.out) == (0, True)
        previewed = await lora("datasets", "preview", dataset, "--limit", 1)
        assert ("<|start|>assistant" in previewed.out, "--json has the trained" in previewed.err) == (
            True,
            True,
        )
        watched = await lora("jobs", "create", dataset, "--name", "First", "--epochs", "2", "--watch")
        assert (watched.code, "completed after 22 steps, final cost $0.50" in watched.out) == (0, True)
        model = watched.err.split()[-1]
        loaded = await lora("models", "download", model, "--out", "adapter")
        assert (loaded.code, "All hashes match" in loaded.out) == (0, True)
        manifest = json.loads((tmp_path / "adapter" / "manifest.json").read_text())
        for file in manifest["files"]:
            content = (tmp_path / "adapter" / file["path"]).read_bytes()
            assert hashlib.sha256(content).hexdigest() == file["sha256"]

    async def test_says_before_it_is_paid_what_is_left_out(self, alice, database, lora):
        dataset = await make_dataset(database, alice.id, validated_at=utcnow())
        await make_fit(database, dataset, a_fit(trained=60, left_out=40, notes=(HIDES_TOOLS,)))
        sentence = "40 of 100 examples are left out of training: The chat template refuses the messages."
        priced = await lora("estimate", str(dataset.id))
        assert (priced.code, "unless --max-left-out allows more" in priced.out, sentence in priced.out) == (
            0,
            True,
            True,
        )
        found = await lora("datasets", "fit", str(dataset.id))
        assert (found.code, "60 of 100 records" in found.out, "template.refuses" in found.out) == (
            0,
            True,
            True,
        )
        unused = "60 of 100 examples are trained without a part"
        assert ("note" in found.out, "template.hides_tools" in found.out, unused in priced.out) == (
            True,
            True,
            False,
        )
        assert "60 of 60 examples are trained without a part" in priced.out
        refused = await lora("jobs", "create", str(dataset.id))
        assert (refused.code, "max_left_out allows 10%" in refused.err) == (5, True)
        created = await lora("jobs", "create", str(dataset.id), "--max-left-out", "0.5")
        assert (created.code, sentence in created.out) == (0, True)

    async def test_answers_in_words_or_in_one_json_document(self, lora, trained):
        dataset, job, model = trained
        commands = {
            ("datasets", "list"): dataset,
            ("datasets", "show", dataset): "total training pairs    90",
            ("datasets", "report", dataset): "",
            ("jobs", "list"): "Second  completed",
            ("jobs", "show", job): "Loss by step",
            ("jobs", "logs", job): "info    Loading the model",
            ("jobs", "compare", job, job): "1: Second",
            ("models", "list"): f"{model}  Second",
            ("models", "base"): "tiny-llama-demo (default)",
            ("estimate", dataset): "at $3.50/hr",
            ("costs",): "Total $0.50",
            ("notifications",): "Training Complete",
        }
        answers = await asyncio.gather(*(lora(*words) for words in commands))
        for (words, said), answer in zip(commands.items(), answers, strict=True):
            assert (answer.code, said in answer.out) == (0, True), words
            assert "\x1b" not in answer.out + answer.err, words
        rest = [words for words in commands if words[-1] not in {"list", "show", "notifications"}]
        documents = await asyncio.gather(*(lora(*words, "--json") for words in rest))
        assert {(answer.code, type(answer.data)) for answer in documents} == {(0, dict)}


class TestLists:
    async def test_say_where_the_rest_is(self, database, alice, lora):
        for number in range(3):
            await make_dataset(database, alice.id, name=f"Plants {number}")
        first, second = await asyncio.gather(
            lora("datasets", "list", "--limit", 2), lora("datasets", "list", "--limit", 2, "--page", 2)
        )
        assert "Page 1 of 2, 3 in all; next: --page 2." in first.err
        assert ("Plants 0" in first.out, "Plants 0" in second.out, "--page" in second.err) == (
            False,
            True,
            False,
        )


class TestNotifications:
    async def test_are_marked_as_read_once_shown(self, alice, database, lora):
        dataset = await make_dataset(database, alice.id)
        plan = {"dataset_id": str(dataset.id), "gpu_config": {"type": "H100"}}
        for _ in range(2):
            await alice.ok("POST", "/api/jobs", 201, json=plan)
        shown = await lora("notifications", "--unread", "--mark-read", "--limit", 1, "--json")
        assert (len(shown.data["notifications"]), shown.data["unread_count"]) == (1, 1)
        assert len((await lora("notifications", "--unread", "--json")).data["notifications"]) == 1


class TestCreate:
    async def test_makes_one_job_for_one_key(self, alice, database, lora):
        dataset = await make_dataset(database, alice.id)
        again = ("jobs", "create", dataset.id, "--idempotency-key", "build-7", "--json")
        options = ("--rank", 8, "--metadata", "commit=4f2a", "--max-cost", 5)
        first, second = [await lora(*again, *options) for _ in range(2)]
        assert first.data["id"] == second.data["id"]
        chosen = {"preset_id": "custom", "metadata": {"commit": "4f2a"}, "max_cost_usd": 5}
        assert {name: first.data[name] for name in chosen} == chosen
        assert first.data["hyperparameters"]["rank"] == 8

    async def test_of_jobs_that_ended_can_be_tried_again(self, alice, database, lora):
        dataset = await make_dataset(database, alice.id)
        job = await make_job(database, alice.id, dataset)
        assert (await lora("jobs", "cancel", job.id, "--reason", "wrong one", "--json")).data[
            "status"
        ] == "cancelled"
        retried = await lora("jobs", "retry", job.id, "--from-start", "--json")
        assert retried.data["parent_job_id"] == str(job.id)
