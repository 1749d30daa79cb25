"""A job whose base model leaves out too much: known at the estimate, refused, or failed at no cost."""

from decimal import Decimal

import msgspec
import pytest

from app.domain.catalog import PresetId, resolve
from app.domain.fit import CODE, FitCounter
from app.models import DatasetFit
from app.models.base import utcnow
from app.services import jobs
from app.services.jobs import completion, progress
from app.services.jobs.completion import FailureReason
from app.services.jobs.progress import Report
from tests.api.fit_files import MISTRAL, conversations
from tests.conftest import until
from tests.factories import a_fit, job_body, make_dataset, make_fit, make_job
from workers.run_dir import ProgressEvent
from workers.training.progress_schema import validate

BALANCED = resolve(PresetId.BALANCED, {})[1]


async def _known(alice, path, settled) -> str:
    """Have the fit to Mistral worked out; the dataset's id."""
    await alice.ok("POST", f"{path}/fit", 202, json={"base_model": MISTRAL})
    assert (await settled(alice, path, f"?base_model={MISTRAL}"))["left_out"] == 20
    return path.rsplit("/", 1)[1]


async def _ended(alice, job_id):
    async def over():
        job = await alice.ok("GET", f"/api/jobs/{job_id}")
        return job if job["completed_at"] else None

    return await until(over)


class TestEstimateJob:
    async def test_says_what_would_be_left_out(self, alice, with_mistral, ready, settled):
        dataset = await _known(alice, await ready(conversations(30, refused=20)), settled)
        priced = await alice.ok("POST", "/api/jobs/estimate", json=job_body(dataset, base_model=MISTRAL))
        assert (priced["fit"]["status"], priced["fit"]["trained"]) == ("ready", 30)
        code, sentence = priced["warnings"]
        assert code == "dataset_does_not_fit"
        assert sentence.startswith("20 of 50 examples are left out of training: The model's chat template")
        assert "(template.refuses, first lines 31, 32, 33)" in sentence
        tolerant = job_body(dataset, base_model=MISTRAL, max_left_out=0.5)
        assert (await alice.ok("POST", "/api/jobs/estimate", json=tolerant))["warnings"] == [sentence]

    async def test_counts_the_steps_of_what_is_trained(self, alice, with_mistral, ready, settled):
        dataset = await _known(alice, await ready(conversations(30, refused=20)), settled)
        body = job_body(dataset, base_model=MISTRAL, hyperparameters={"batch_size": 1, "epochs": 1})
        priced = await alice.ok("POST", "/api/jobs/estimate", json=body)
        fit = priced["fit"]
        assert priced["training_details"]["total_steps"] == fit["trained"] - fit["held_out"]

    async def test_says_that_the_fit_is_not_known(self, alice, worker, ready):
        dataset = (await ready(conversations(30))).rsplit("/", 1)[1]
        priced = await alice.ok("POST", "/api/jobs/estimate", json=job_body(dataset, base_model="qwen3-8b"))
        assert (priced["fit"]["status"], priced["fit"]["base_model"], priced["warnings"]) == (
            "unknown", "qwen3-8b", [],
        )  # fmt: skip

    async def test_changes_nothing(self, alice, worker, ready, database):
        dataset = (await ready(conversations(30))).rsplit("/", 1)[1]
        await alice.ok("POST", "/api/jobs/estimate", json=job_body(dataset, base_model="qwen3-8b"))
        async with database.owned_session(alice.id) as session:
            rows = list(await session.scalars(session.owned(DatasetFit)))
        assert [row.base_model for row in rows] == ["tiny-llama-demo"]


class TestCreateJob:
    async def test_is_refused_with_reasons_and_remedies_and_charges_nothing(
        self, alice, with_mistral, ready, settled
    ):
        dataset = await _known(alice, await ready(conversations(30, refused=20)), settled)
        answer = await alice.client.post("/api/jobs", json=job_body(dataset, base_model=MISTRAL))
        refused = answer.json()
        assert (answer.status_code, refused["code"]) == (409, "dataset_does_not_fit")
        assert list(refused["details"]) == ["max_left_out", "template.refuses", "remedies"]
        assert "20 examples, from line 31" in refused["details"]["template.refuses"][0]
        assert "choose a base model" in refused["details"]["remedies"][0]
        assert (await alice.ok("GET", "/api/jobs"))["jobs"] == []
        costs = await alice.ok("GET", "/api/costs")
        assert (costs["total_cost"], costs["records"]) == (0, [])

    async def test_goes_on_where_that_share_is_tolerated(self, alice, with_mistral, ready, settled):
        dataset = await _known(alice, await ready(conversations(30, refused=20)), settled)
        body = job_body(dataset, base_model=MISTRAL, max_left_out=0.5)
        job = await alice.ok("POST", "/api/jobs", 201, json=body)
        assert (job["max_left_out"], job["fit"]["left_out"], job["fit"]["by_reason"][0]["count"]) == (
            0.5,
            20,
            20,
        )
        assert [warning.split(":")[0] for warning in job["warnings"]] == [
            "20 of 50 examples are left out of training"
        ]
        assert (await _ended(alice, job["id"]))["status"] == "completed"

    async def test_waits_for_no_fit(self, alice, worker, ready):
        dataset = (await ready(conversations(30))).rsplit("/", 1)[1]
        job = await alice.ok("POST", "/api/jobs", 201, json=job_body(dataset, base_model="qwen3-8b"))
        assert job["fit"] is None

    async def test_refuses_a_share_that_is_none(self, alice):
        for share in (-0.1, 1.1, "0.1", True):
            answer = await alice.client.post("/api/jobs", json=job_body("0" * 32, max_left_out=share))
            assert list(answer.json()["details"]) == ["max_left_out"]


class TestRetryJob:
    async def test_is_refused_too_unless_more_is_tolerated(self, alice, database):
        dataset = await make_dataset(database, alice.id)
        settings = {"max_seq_length": 2048, **BALANCED}
        job = await make_job(database, alice.id, dataset, status="failed", hyperparameters=settings)
        await make_fit(database, dataset, a_fit(trained=80, left_out=20))
        answer = await alice.client.post(f"/api/jobs/{job.id}/retry")
        assert (answer.status_code, answer.json()["code"]) == (409, "dataset_does_not_fit")
        more = {"overrides": {"max_left_out": 0.2}}
        again = await alice.ok("POST", f"/api/jobs/{job.id}/retry", 201, json=more)
        assert (again["max_left_out"], again["fit"]["trained"]) == (0.2, 80)


class TestStart:
    async def test_fails_once_and_at_no_cost_where_the_fit_became_known_in_the_queue(
        self, alice, start, database
    ):
        dataset = await make_dataset(database, alice.id)
        job = await alice.ok("POST", "/api/jobs", 201, json=job_body(dataset.id))
        assert job["fit"] is None
        await make_fit(database, dataset, a_fit(trained=80, left_out=20))
        await start()
        ended = await _ended(alice, job["id"])
        assert (ended["status"], ended["failure_code"], ended["attempt"]) == (
            "failed",
            "dataset_does_not_fit",
            1,
        )
        assert "20 of 100 examples are left out of training (20%)" in ended["error_message"]
        assert "max_left_out" in ended["remedies"][-1]
        assert (ended["final_cost"], ended["fit"]["left_out"]) == (0, 20)
        assert [record["amount"] for record in ended["cost_records"]] == [0]
        assert (ended["started_at"], ended["current_step"], ended["metrics"]) == (None, 0, [])

    async def test_is_not_kept_from_it_by_what_was_weighed_out(self, alice, database):
        dataset = await make_dataset(database, alice.id)
        await make_fit(database, dataset, a_fit(trained=1, left_out=9, by="messages.nothing_trained"))
        job = await alice.ok("POST", "/api/jobs", 201, json=job_body(dataset.id))
        assert (job["fit"]["left_out"], job["total_steps"]) == (9, 3)


class TestProgress:
    async def test_keeps_the_fit_that_the_trainer_found(self, alice, database):
        dataset = await make_dataset(database, alice.id)
        job = await make_job(database, alice.id, dataset, status="initializing")
        counter = FitCounter()
        counter.add_left_out(3, code="template.refuses", message="It does not take \0.")
        found = msgspec.to_builtins(counter.fit("tiny-llama-demo", 2048, held_out=0))
        line = ProgressEvent(seq=1, at=utcnow(), type="fit", data=found)
        validate(line, total_steps=3)
        async with database.owned_session(alice.id) as session:
            locked = await jobs.get(session, job.id, lock=True)
            await progress.report(session, locked, [Report(line.seq, line.at, line.type, line.data)])
        shown = await alice.ok("GET", f"/api/jobs/{job.id}")
        assert (shown["fit"]["left_out"], shown["fit"]["by_reason"][0]["first_lines"]) == (1, [3])
        assert shown["warnings"] == [
            "1 of 1 examples are left out of training: It does not take \ufffd. (template.refuses, line 3)"
        ]


class TestCharge:
    async def test_is_none_for_a_job_that_could_not_begin(self, alice, database):
        job = await self._failed(alice, database, CODE)
        assert (job["final_cost"], job["current_cost"], [row["amount"] for row in job["cost_records"]]) == (
            0, 0, [0],
        )  # fmt: skip
        assert (await alice.ok("GET", "/api/costs"))["total_cost"] == 0

    @pytest.mark.parametrize(("code", "step"), [("out_of_memory", 0), (CODE, 1)])
    async def test_is_made_for_every_other_failure(self, alice, database, code, step):
        assert (await self._failed(alice, database, code, step=step))["final_cost"] == 7

    async def _failed(self, user, database, code: str, *, step: int = 0):
        """A job that fails after an hour of 7 dollars."""
        dataset = await make_dataset(database, user.id)
        values = {"compute_seconds": Decimal(3600), "current_cost": Decimal("7.00"), "current_step": step}
        job = await make_job(database, user.id, dataset, status="running", **values)
        async with database.owned_session(user.id) as session:
            locked = await jobs.get(session, job.id, lock=True)
            await completion.fail(session, locked, FailureReason(code, "It failed."))
        return await user.ok("GET", f"/api/jobs/{job.id}")
