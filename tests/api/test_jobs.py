"""Jobs over HTTP: create at the server's price, look, cancel."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text
from uuid_utils.compat import uuid7

from app.domain.catalog import PRESETS
from app.models.base import utcnow
from tests.api.test_failures import assert_failure
from tests.factories import add_points, finish_job, job_body, make_dataset, make_job

BALANCED = {"learning_rate": 0.00005, "batch_size": 4, "epochs": 3, "rank": 16, "alpha": 32, "dropout": 0.1}
NULL_AT_FIRST = [
    "name", "started_at", "completed_at", "estimated_completion_at", "final_cost", "max_cost_usd",
    "error_message", "failure_code", "hardware", "external_job_id", "artifact_id", "parent_job_id",
    "cancel_requested_at", "cancel_reason", "cancel_notes", "artifact", "queue_position", "expected_start_at",
]  # fmt: skip


@pytest.fixture
async def dataset(database, alice):
    return await make_dataset(database, alice.id, name="Plants")


class TestCreateJob:
    async def test_answers_the_whole_job(self, alice, dataset):
        created = await alice.ok("POST", "/api/jobs", 201, json=job_body(dataset.id))
        times = {name: created.pop(name) for name in ("queued_at", "created_at", "updated_at")}
        assert all(time.endswith("Z") for time in times.values())
        hyperparameters = created.pop("hyperparameters")
        assert BALANCED.items() <= hyperparameters.items()
        assert created == {
            "id": created["id"], "user_id": str(alice.id), "dataset_id": str(dataset.id),
            "preset_id": "balanced", "base_model": "tiny-llama-demo", "backend": "simulated",
            "method": "lora", "eval_prompts": [], "max_left_out": 0.1, "fit": None,
            "gpu_config": {"type": "A100-80GB", "count": 2}, "status": "queued", "current_stage": "queued",
            "progress": 0, "current_epoch": 0, "total_epochs": 3, "current_step": 0, "total_steps": 69,
            "current_metrics": {}, "hourly_rate": 7.0, "current_cost": 0, "remedies": [], "warnings": [],
            "retry_count": 0, "attempt": 0, "dataset_sha256": dataset.content_sha256, "metadata": {},
            "estimated_total_cost": created["estimated_total_cost"], "metrics": [], "cost_records": [],
            "last_seq": 1,
            "dataset": {
                "id": str(dataset.id), "name": "Plants", "format": "auto",
                "total_training_pairs": 90,
            },
            **dict.fromkeys(NULL_AT_FIRST),
        }  # fmt: skip

    async def test_can_be_read_back_as_it_was_answered(self, alice, dataset):
        created = await alice.ok("POST", "/api/jobs", 201, json=job_body(dataset.id, name="First"))
        assert await alice.ok("GET", f"/api/jobs/{created['id']}") == created

    @pytest.mark.parametrize("price", [0, 0.01, -5, "free", None, {"total": 1}])
    async def test_believes_no_price_but_its_own(self, alice, dataset, price):
        body = job_body(dataset.id)
        honest = await alice.ok("POST", "/api/jobs/estimate", json=body)
        created = await alice.ok("POST", "/api/jobs", 201, json={**body, "estimated_cost": price})
        assert created["estimated_total_cost"] == honest["estimated_cost"] > 0.5

    @pytest.mark.parametrize("preset", ["fast", "balanced", "quality"])
    async def test_fills_in_what_the_preset_says(self, alice, dataset, preset):
        created = await alice.ok("POST", "/api/jobs", 201, json=job_body(dataset.id, preset_id=preset))
        assert created["preset_id"] == preset
        assert PRESETS[preset].hyperparameters.items() <= created["hyperparameters"].items()

    async def test_calls_a_preset_custom_once_a_value_differs(self, alice, dataset):
        body = job_body(dataset.id, preset_id="fast", hyperparameters={"rank": 9})
        created = await alice.ok("POST", "/api/jobs", 201, json=body)
        assert created["preset_id"] == "custom"
        assert {name: created["hyperparameters"][name] for name in BALANCED} == {
            **PRESETS["fast"].hyperparameters, "rank": 9
        }  # fmt: skip

    async def test_keeps_the_name_of_a_preset_whose_values_are_sent_along(self, alice, dataset):
        body = job_body(
            dataset.id, preset_id="quality", hyperparameters=dict(PRESETS["quality"].hyperparameters)
        )
        assert (await alice.ok("POST", "/api/jobs", 201, json=body))["preset_id"] == "quality"

    async def test_fills_custom_from_balanced(self, alice, dataset):
        body = job_body(dataset.id, preset_id="custom", hyperparameters={"epochs": 1})
        created = await alice.ok("POST", "/api/jobs", 201, json=body)
        assert created["preset_id"] == "custom"
        assert (BALANCED | {"epochs": 1}).items() <= created["hyperparameters"].items()

    async def test_keeps_what_it_is_told(self, alice, dataset):
        told = {
            "name": "First", "max_cost_usd": 12.34, "base_model": "qwen2.5-7b-instruct",
            "metadata": {"team": "north", "simulate": {"fail_at_step": 3}},
            "gpu_config": {"type": "H100", "count": 8},
        }  # fmt: skip
        hyperparameters = {"early_stopping": {"patience": 3, "min_delta": 0.1}, "target_modules": ["q_proj"]}
        body = job_body(dataset.id, **told, hyperparameters=hyperparameters)
        created = await alice.ok("POST", "/api/jobs", 201, json=body)
        assert told.items() <= created.items()
        assert hyperparameters.items() <= created["hyperparameters"].items()

    async def test_takes_one_gpu_unless_told(self, alice, dataset):
        body = job_body(dataset.id, gpu_config={"type": "V100-32GB"})
        created = await alice.ok("POST", "/api/jobs", 201, json=body)
        assert created["gpu_config"] == {"type": "V100-32GB", "count": 1}
        assert created["hourly_rate"] == 2.1

    @pytest.mark.parametrize("cap", [0, -1, 0.001, 1_000_001, True, "cheap", float(10**20)])
    async def test_takes_a_cap_in_cents(self, alice, dataset, cap):
        answer = await alice.client.post("/api/jobs", json=job_body(dataset.id, max_cost_usd=cap))
        assert list(assert_failure(answer, 400, "validation_error")["details"]) == ["max_cost_usd"]

    async def test_takes_a_cap_below_the_price_of_storage(self, alice, dataset):
        created = await alice.ok("POST", "/api/jobs", 201, json=job_body(dataset.id, max_cost_usd=0.01))
        assert created["max_cost_usd"] == 0.01

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"base_model": "gpt-5"}, "base_model"), ({"preset_id": "best"}, "preset_id"),
            ({"metadata": {"other": {"fail_at_step": 1}}}, "metadata"),
            ({"hyperparameters": {"target_modules": []}}, "hyperparameters.target_modules"),
            (
                {"hyperparameters": {"early_stopping": {"patience": 0}}},
                "hyperparameters.early_stopping.patience",
            ),
            ({"hyperparameters": {"max_seq_length": 131_072}}, "hyperparameters.max_seq_length"),
            ({"name": " "}, "name"),
        ],
    )  # fmt: skip
    async def test_refuses_what_it_does_not_know(self, alice, dataset, body, field):
        answer = await alice.client.post("/api/jobs", json=job_body(dataset.id, **body))
        assert list(assert_failure(answer, 400, "validation_error")["details"]) == [field]

    @pytest.mark.parametrize(
        ("status", "training_ready"),
        [("uploading", False), ("validating", False), ("error", False), ("ready", False)],
    )
    async def test_needs_a_dataset_that_is_ready(self, alice, database, status, training_ready):
        dataset = await make_dataset(database, alice.id, status=status, training_ready=training_ready)
        refused = await alice.client.post("/api/jobs", json=job_body(dataset.id))
        details = assert_failure(refused, 409, "dataset_not_ready")["details"]
        assert status in details
        assert "training_ready is False" in details

    async def test_needs_a_dataset(self, alice):
        assert_failure(await alice.client.post("/api/jobs", json=job_body(uuid7())), 404, "not_found")

    async def test_begins_its_log_with_its_status(self, alice, dataset):
        created = await alice.ok("POST", "/api/jobs", 201, json=job_body(dataset.id))
        (first,) = (await alice.ok("GET", f"/api/jobs/{created['id']}/events"))["events"]
        assert (first["seq"], first["type"], first["data"]) == (1, "status", {"status": "queued"})


class TestGetJob:
    async def test_shows_the_last_hundred_points_oldest_first(self, alice, database, dataset):
        job = await make_job(database, alice.id, dataset, total_steps=150)
        await add_points(database, job, range(1, 151))
        shown = await alice.ok("GET", f"/api/jobs/{job.id}")
        assert [point["step"] for point in shown["metrics"]] == list(range(51, 151))

    async def test_shows_costs_and_artifact_of_a_finished_one(self, alice, database, dataset):
        job = await make_job(database, alice.id, dataset, status="running", compute_seconds=3600)
        model_id = await finish_job(database, job)
        shown = await alice.ok("GET", f"/api/jobs/{job.id}")
        assert {record["cost_type"]: record["amount"] for record in shown["cost_records"]} == {
            "training_compute": 7.0, "storage": 0.5
        }  # fmt: skip
        assert shown["final_cost"] == shown["current_cost"] == 7.5
        assert shown["artifact"]["id"] == shown["artifact_id"] == str(model_id)
        assert (shown["status"], shown["current_stage"], shown["progress"]) == ("completed", "completed", 100)

    async def test_keeps_the_stack_of_an_error_to_the_operators(self, alice, database, dataset):
        job = await make_job(database, alice.id, dataset, status="failed", error_stack="Traceback: secret")
        for path in (f"/api/jobs/{job.id}", "/api/jobs"):
            assert "Traceback" not in (await alice.client.get(path)).text


class TestCancelJob:
    async def test_ends_a_queued_one_at_once_and_free_of_charge(self, alice, dataset):
        created = await alice.ok("POST", "/api/jobs", 201, json=job_body(dataset.id))
        path = f"/api/jobs/{created['id']}"
        cancelled = await alice.ok("POST", f"{path}/cancel", json={"reason": "wrong", "notes": "Sorry."})
        assert cancelled["status"] == "cancelled"
        assert cancelled["completed_at"].endswith("Z")
        assert (cancelled["cancel_reason"], cancelled["cancel_notes"]) == ("wrong", "Sorry.")
        (record,) = cancelled["cost_records"]
        assert (record["cost_type"], record["amount"], cancelled["final_cost"]) == ("training_compute", 0, 0)
        assert await alice.ok("GET", path) == cancelled
        events = (await alice.ok("GET", f"{path}/events"))["events"]
        assert [event["type"] for event in events][-2:] == ["status", "end"]
        assert [event["seq"] for event in events] == list(range(1, len(events) + 1))

    async def test_can_be_repeated(self, alice, dataset):
        created = await alice.ok("POST", "/api/jobs", 201, json=job_body(dataset.id))
        path = f"/api/jobs/{created['id']}/cancel"
        first, again = [await alice.ok("POST", path, json={"reason": reason}) for reason in ("one", "two")]
        assert again == first

    async def test_happens_once_however_often_it_is_asked_for(self, alice, dataset):
        created = await alice.ok("POST", "/api/jobs", 201, json=job_body(dataset.id))
        path = f"/api/jobs/{created['id']}"
        answers = await asyncio.gather(*(alice.patiently("POST", f"{path}/cancel") for _ in range(8)))
        assert {answer.status_code for answer in answers} == {200}
        assert len((await alice.ok("GET", path))["cost_records"]) == 1
        notes = (await alice.ok("GET", "/api/notifications"))["notifications"]
        assert sorted(note["type"] for note in notes) == ["job_cancelled", "job_queued"]

    @pytest.mark.parametrize("status", ["initializing", "running"])
    async def test_asks_the_worker_of_a_running_one(self, alice, database, dataset, status):
        held = utcnow() + timedelta(seconds=60)
        job = await make_job(database, alice.id, dataset, status=status, lease_until=held)
        for _ in range(2):
            asked = await alice.ok("POST", f"/api/jobs/{job.id}/cancel")
            assert asked["status"] == status
            assert asked["cancel_requested_at"].endswith("Z")
            assert asked["cost_records"] == []
        async with database.owned_session(alice.id) as session:
            left = await session.scalar(text("SELECT lease_until - clock_timestamp() FROM training_jobs"))
        assert timedelta(0) < left <= timedelta(seconds=8)

    @pytest.mark.parametrize("status", ["completed", "failed"])
    @pytest.mark.parametrize("requested", [None, utcnow()])
    async def test_comes_too_late_for_one_that_has_ended(self, alice, database, dataset, status, requested):
        beginning = "running" if status == "completed" else status
        job = await make_job(database, alice.id, dataset, status=beginning, cancel_requested_at=requested)
        if status == "completed":
            await finish_job(database, job)
        refused = await alice.client.post(f"/api/jobs/{job.id}/cancel")
        assert status in assert_failure(refused, 409, "job_not_cancellable")["details"]

    @pytest.mark.parametrize(("field", "length"), [("reason", 201), ("notes", 501)])
    async def test_listens_only_so_long(self, alice, field, length):
        refused = await alice.client.post(f"/api/jobs/{uuid7()}/cancel", json={field: "x" * length})
        assert list(assert_failure(refused, 400, "validation_error")["details"]) == [field]
