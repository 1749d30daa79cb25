"""The fit of a dataset to a base model: asked for, worked out by a worker, looked up."""

import asyncio
import contextlib
import json
import signal
from uuid import UUID

import psutil
import pytest
from sqlalchemy import func

from app.adapters.storage import DATASETS
from app.domain.fit import FitStatus
from app.models import Dataset, DatasetFit
from app.services.datasets import fits
from app.settings import get_settings
from tests.api.fit_files import MISTRAL, conversations
from tests.conftest import until
from tests.factories import make_dataset, pairs

LONG = json.dumps(
    {"messages": [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So. " * 9000}]}
).encode()
NUMBERS = ("records", "trained", "left_out", "refused")


def numbers(fit) -> tuple[int, ...]:
    return tuple(fit[name] for name in NUMBERS)


@pytest.fixture
def rows(database):
    """The rows of a user's fits."""

    async def read(user):
        async with database.owned_session(user.id) as session:
            return list(await session.scalars(session.owned(DatasetFit)))

    return read


class TestValidation:
    async def test_works_out_the_fit_to_the_default_model(self, alice, worker, ready, settled):
        path = await ready(b"\n".join([conversations(30), LONG, b"[1]"]))
        fit = await settled(alice, path)
        assert (fit["status"], fit["base_model"], fit["max_seq_length"]) == ("ready", "tiny-llama-demo", 2048)
        assert numbers(fit) == (32, 30, 1, 1)
        [reason], [refusal] = fit["by_reason"], fit["refused_by_code"]
        assert (reason["code"], reason["first_lines"]) == ("tokens.reply_over_max_seq_length", [31])
        assert (refusal["code"], refusal["count"], refusal["first_lines"]) == ("record.not_object", 1, [32])
        assert fit["longest"] > 2048
        assert 0 < fit["trained_tokens"] < 2048

    async def test_ends_well_where_the_default_model_is_not_at_hand(
        self, alice, worker, ready, settled, monkeypatch
    ):
        """As in production before any model was fetched."""
        elsewhere = get_settings().model_copy(update={"default_base_model": "qwen2.5-7b-instruct"})
        monkeypatch.setattr(fits, "get_settings", lambda: elsewhere)
        fit = await settled(alice, await ready(conversations(30)))
        assert (fit["status"], fit["base_model"]) == ("unavailable", "qwen2.5-7b-instruct")

    async def test_counts_in_the_dataset_what_will_be_trained(self, alice, worker, ready):
        path = await ready(b"\n".join([conversations(30), LONG]))
        dataset = (await alice.ok("GET", path))["dataset"]
        assert dataset["total_pairs"] == 31
        assert dataset["total_training_pairs"] + dataset["total_validation_pairs"] == 30

    async def test_says_it_in_the_report_in_the_same_words(self, alice, worker, ready, settled):
        path = await ready(b"\n".join([conversations(30), LONG]))
        [finding] = (await alice.ok("GET", f"{path}/report"))["findings"]
        [reason] = (await settled(alice, path))["by_reason"]
        [*_, shown] = (await alice.ok("GET", f"{path}/preview?limit=50"))["records"]
        assert (finding["code"], finding["line"], finding["severity"]) == (reason["code"], 31, "warning")
        assert finding["message"] == f"{reason['message']} It is left out of training with tiny-llama-demo."
        assert (shown["code"], shown["problem"]) == (
            reason["code"],
            f"{reason['message']} It is left out of training with tiny-llama-demo.",
        )

    async def test_leaves_a_large_file_to_a_worker(self, alice, worker, ready, settled, monkeypatch):
        # what is sampled is told by the size that a file may unpack to
        monkeypatch.setattr("workers.validation._GZIP_RATIO", 10_000)
        path = await ready(pairs(400), file_name="plants.jsonl")
        assert numbers(await settled(alice, path)) == (400, 400, 0, 0)


class TestFitDataset:
    async def test_is_worked_out_once_for_a_model(self, alice, with_mistral, ready, settled, rows):
        path = await ready(conversations(30, refused=20))
        wanted = {"base_model": MISTRAL}
        asked = (await alice.ok("POST", f"{path}/fit", 202, json=wanted))["fit"]
        assert (asked["status"], asked["records"], asked["max_seq_length"]) == ("pending", None, 4096)
        fit = await settled(alice, path, f"?base_model={MISTRAL}")
        assert (fit["status"], numbers(fit)) == ("ready", (50, 30, 20, 0))
        [reason] = fit["by_reason"]
        assert (reason["code"], reason["count"]) == ("template.refuses", 20)
        assert reason["first_lines"] == list(range(31, 41))
        assert "user and assistant must take turns" in reason["message"]
        again = await alice.ok("POST", f"{path}/fit", 200, json=wanted)
        assert again == {"fit": fit}
        assert {row.base_model for row in await rows(alice)} == {"tiny-llama-demo", MISTRAL}

    async def test_makes_one_row_of_many_requests_at_once(self, alice, database, rows):
        dataset = await make_dataset(database, alice.id, validated_at=func.now())
        asking = [
            alice.client.post(f"/api/datasets/{dataset.id}/fit", json={"max_seq_length": 512})
            for _ in range(8)
        ]
        assert {answer.status_code for answer in await asyncio.gather(*asking)} == {202}
        [row] = await rows(alice)
        assert (row.status, row.max_seq_length) == (FitStatus.PENDING, 512)

    async def test_depends_on_the_sequence_length(self, alice, worker, ready, settled):
        path = await ready(b"\n".join([conversations(30), LONG]))
        await alice.ok("POST", f"{path}/fit", 202, json={"max_seq_length": 128})
        fit = await settled(alice, path, "?max_seq_length=128")
        assert numbers(fit) == (31, 30, 1, 0)
        assert (await settled(alice, path))["max_seq_length"] == 2048

    async def test_says_that_a_model_is_not_at_hand_and_tries_again(self, alice, worker, ready, settled):
        path = await ready(conversations(30))
        for _ in range(2):
            await alice.ok("POST", f"{path}/fit", 202, json={"base_model": "qwen3-8b"})
            fit = await settled(alice, path, "?base_model=qwen3-8b")
            assert (fit["status"], numbers(fit)) == ("unavailable", (None,) * 4)
            assert "Put tokenizer.json" in fit["reason"]

    async def test_covers_a_dataset_with_errors(self, alice, worker, ready, settled):
        path = await ready(b"\n".join([conversations(3), b"{}", b"no JSON"]))
        fit = await settled(alice, path)
        assert numbers(fit) == (5, 3, 0, 2)
        assert {reason["code"] for reason in fit["refused_by_code"]} == {
            "record.unknown_shape", "json.syntax",
        }  # fmt: skip

    @pytest.mark.parametrize("status", ["uploading", "validating"])
    async def test_needs_a_finished_check(self, alice, database, status):
        dataset = await make_dataset(database, alice.id, status=status, training_ready=False)
        answer = await alice.client.post(f"/api/datasets/{dataset.id}/fit", json={})
        assert (answer.status_code, answer.json()["code"]) == (409, "dataset_not_ready")

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"base_model": "gpt-9"}, "base_model"),
            ({"max_seq_length": 4096}, "max_seq_length"),
            ({"max_seq_length": 1}, "max_seq_length"),
            ({"epochs": 1}, "epochs"),
        ],
    )
    async def test_refuses_what_no_job_could_be(self, alice, database, body, field):
        dataset = await make_dataset(database, alice.id)
        answer = await alice.client.post(f"/api/datasets/{dataset.id}/fit", json=body)
        assert (answer.status_code, list(answer.json()["details"])) == (400, [field])

    async def test_is_limited_per_user(self, alice, database, rows):
        dataset = await make_dataset(database, alice.id, validated_at=func.now())
        most = get_settings().max_pending_fits_per_user
        asked = [
            await alice.client.post(f"/api/datasets/{dataset.id}/fit", json={"max_seq_length": 128 + n})
            for n in range(most + 2)
        ]
        assert [answer.status_code for answer in asked] == [202] * most + [429] * 2
        assert asked[-1].json()["code"] == "quota_exceeded"
        assert (await alice.ok("GET", "/api/me"))["usage"]["pending_fits"] == len(await rows(alice)) == most

    async def test_keeps_a_bounded_number_of_a_dataset(self, alice, database, rows, monkeypatch):
        monkeypatch.setattr("app.services.datasets.fits._KEPT", 3)
        dataset = await make_dataset(database, alice.id, validated_at=func.now())
        for length in range(128, 134):
            await alice.ok("POST", f"/api/datasets/{dataset.id}/fit", 202, json={"max_seq_length": length})
            async with database.owned_session(alice.id) as session:
                for row in await session.scalars(session.owned(DatasetFit)):
                    row.status = FitStatus.FAILED
        assert sorted(row.max_seq_length for row in await rows(alice)) == [131, 132, 133]


class TestGetDatasetFit:
    async def test_says_that_nobody_asked(self, alice, database):
        dataset = await make_dataset(database, alice.id)
        fit = (await alice.ok("GET", f"/api/datasets/{dataset.id}/fit"))["fit"]
        assert (fit["status"], fit["records"], fit["by_reason"]) == ("unknown", None, None)
        assert f"/api/datasets/{dataset.id}/fit" in fit["reason"]

    async def test_is_of_its_owner_alone(self, alice, bob, database):
        dataset = await make_dataset(database, alice.id, validated_at=func.now())
        for call in ("get", "post"):
            body = {} if call == "get" else {"json": {}}
            answer = await getattr(bob.client, call)(f"/api/datasets/{dataset.id}/fit", **body)
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def _checkers():
    """The checking programs that this process runs."""
    found = []
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.NoSuchProcess):
            if "workers.programs.checker" in child.cmdline():
                found.append(child)
    return found


async def _checker():
    async def running():
        return _checkers()

    return (await until(running))[0]


class TestWhatHappensMeanwhile:
    async def test_a_checker_that_dies_is_replaced(self, alice, worker, ready, settled, rows):
        path = await ready(conversations(30))
        await alice.ok("POST", f"{path}/fit", 202, json={"max_seq_length": 256})
        (await _checker()).kill()
        assert numbers(await settled(alice, path, "?max_seq_length=256")) == (30, 30, 0, 0)
        [row] = [row for row in await rows(alice) if row.max_seq_length == 256]
        assert (row.attempt, row.failures, row.lease_until) == (2, 1, None)

    async def test_is_given_up_when_its_checkers_die(self, alice, start, ready, settled):
        first = await start()
        path = await ready(conversations(30))
        await first.drain()
        await start(failure_budget=1)
        await alice.ok("POST", f"{path}/fit", 202, json={"max_seq_length": 256})
        (await _checker()).kill()
        fit = await settled(alice, path, "?max_seq_length=256")
        assert (fit["status"], "Ask the operator" in fit["reason"]) == ("failed", True)

    async def test_deleting_the_dataset_removes_it_and_ends_the_work(self, alice, worker, ready, rows):
        path = await ready(conversations(30))
        await alice.ok("POST", f"{path}/fit", 202, json={"max_seq_length": 256})
        checker = await _checker()
        checker.send_signal(signal.SIGSTOP)
        await alice.ok("DELETE", path)
        assert await rows(alice) == []
        assert (await alice.client.get(f"{path}/fit")).status_code == 404

        async def gone():
            return not checker.is_running()

        await until(gone)

    async def test_another_file_in_its_place_is_noticed(
        self, alice, worker, ready, settled, storage, database
    ):
        path = await ready(conversations(30))
        async with database.owned_session(alice.id) as session:
            dataset = await session.get_owned(Dataset, UUID(path.rsplit("/", 1)[1]))
        await storage.put(DATASETS, dataset.storage_path, conversations(31))
        await alice.ok("POST", f"{path}/fit", 202, json={"max_seq_length": 256})
        fit = await settled(alice, path, "?max_seq_length=256")
        assert (fit["status"], "not the one that was validated" in fit["reason"]) == ("unavailable", True)

    async def test_a_new_check_forgets_what_the_old_one_knew(self, alice, worker, ready, settled, rows):
        path = await ready(conversations(30))
        await alice.ok("POST", f"{path}/fit", 202, json={"max_seq_length": 256})
        await settled(alice, path, "?max_seq_length=256")
        await alice.ok("POST", f"{path}/revalidate", 202)

        async def over():
            return (await alice.ok("GET", path))["dataset"]["status"] == "ready"

        await until(over)
        assert [row.max_seq_length for row in await rows(alice)] == [2048]
        assert (await settled(alice, path))["status"] == "ready"
