"""Prices over HTTP: the published figures, their bounds, and no side effect."""

import json
from pathlib import Path

import pytest
from uuid_utils.compat import uuid7

from tests.api.test_failures import assert_failure
from tests.factories import make_dataset

GOLDEN = Path(__file__).parents[3] / "shared" / "data" / "golden" / "estimate-vectors.json"
SIX = {"batch_size": 4, "epochs": 3, "learning_rate": 0.00005, "rank": 16}

# (pairs, tokens), (GPU, count), (batch, epochs): total, compute, hours, rate, steps, an epoch, tokens/s
FIGURES = [
    ((1000, 13_268_571), ("A100-80GB", 2), (4, 3), (25.50, 25.00, 3.57, 7.00, 750, 250, 3600)),
    ((1000, 200_000), ("A100-80GB", 2), (4, 3), (4.32, 3.82, 0.55, 7.00, 750, 250, 3600)),
    ((1000, None), ("A100-80GB", 2), (4, 3), (4.32, 3.82, 0.55, 7.00, 750, 250, 3600)),
    ((None, None), ("A100-80GB", 2), (4, 3), (4.32, 3.82, 0.55, 7.00, 750, 250, 3600)),
    ((1000, 200_000), ("H100", 1), (8, 1), (2.01, 1.51, 0.36, 4.20, 125, 125, 2200)),
    ((1000, 200_000), ("V100-32GB", 8), (2, 5), (12.19, 11.69, 0.70, 16.80, 2500, 500, 9600)),
    ((1567, None), ("A100-40GB", 1), (2, 5), (3.18, 2.68, 0.96, 2.80, 3920, 784, 1500)),
]


def body(dataset_id, gpu=("A100-80GB", 2), **hyperparameters) -> dict:
    kind, count = gpu
    return {
        "dataset_id": str(dataset_id),
        "gpu_config": {"type": kind, "count": count},
        "hyperparameters": {**SIX, **hyperparameters},
    }


class TestEstimateJob:
    async def test_answers_the_published_example_whole(self, alice, database):
        dataset = await make_dataset(
            database, alice.id, name="Plants", total_training_pairs=1000, total_tokens=13_268_571
        )
        answer = await alice.client.post("/api/jobs/estimate", json=body(dataset.id))
        found = answer.json()
        fit = found["data"].pop("fit")
        assert (fit["status"], fit["base_model"], fit["trained"]) == ("unknown", "tiny-llama-demo", None)
        assert found == {
            "success": True,
            "data": {
                "estimated_cost": 25.5,
                "cost_breakdown": {"compute": 25.0, "storage": 0.5},
                "estimated_duration_hours": 3.57,
                "hourly_rate": 7.0,
                "training_details": {
                    "total_steps": 750,
                    "steps_per_epoch": 250,
                    "estimated_throughput_tokens_per_sec": 3600,
                    "dataset_name": "Plants",
                },
                "warnings": [],
            },
        }

    @pytest.mark.parametrize(("size", "gpu", "plan", "figures"), FIGURES)
    async def test_reaches_the_figures(self, alice, database, size, gpu, plan, figures):
        dataset = await make_dataset(database, alice.id, total_training_pairs=size[0], total_tokens=size[1])
        asked = body(dataset.id, gpu, batch_size=plan[0], epochs=plan[1])
        found = await alice.ok("POST", "/api/jobs/estimate", json=asked)
        details = found["training_details"]
        assert (
            found["estimated_cost"],
            found["cost_breakdown"]["compute"],
            found["estimated_duration_hours"],
            found["hourly_rate"],
            details["total_steps"],
            details["steps_per_epoch"],
            details["estimated_throughput_tokens_per_sec"],
        ) == figures

    @pytest.mark.skipif(not GOLDEN.exists(), reason="no shared golden vectors beside this checkout")
    async def test_reaches_every_golden_vector(self, alice, database):
        for vector in json.loads(GOLDEN.read_text()):
            dataset = await make_dataset(database, alice.id, **vector["dataset"])
            asked = {name: vector[name] for name in ("gpu_config", "hyperparameters")}
            found = await alice.ok(
                "POST", "/api/jobs/estimate", json={"dataset_id": str(dataset.id), **asked}
            )
            expected = vector["expected"]
            assert expected["training_details"].items() <= found.pop("training_details").items()
            assert {name: found[name] for name in expected if name in found} == {
                name: value for name, value in expected.items() if name != "training_details"
            }, vector["name"]

    @pytest.mark.parametrize("status", ["uploading", "validating", "error"])
    async def test_prices_a_dataset_in_any_status_with_a_warning(self, alice, database, status):
        dataset = await make_dataset(database, alice.id, status=status)
        found = await alice.ok("POST", "/api/jobs/estimate", json=body(dataset.id))
        assert found["warnings"] == ["dataset_not_validated"]

    async def test_prices_what_a_job_will_cost(self, alice, database):
        dataset = await make_dataset(database, alice.id)
        asked = body(dataset.id, ("H100", 3), epochs=7)
        estimate = await alice.ok("POST", "/api/jobs/estimate", json=asked)
        job = await alice.ok("POST", "/api/jobs", 201, json=asked)
        assert job["estimated_total_cost"] == estimate["estimated_cost"]
        assert job["total_steps"] == estimate["training_details"]["total_steps"]
        assert job["hourly_rate"] == estimate["hourly_rate"]

    async def test_takes_the_whole_request_of_a_job(self, alice, database):
        dataset = await make_dataset(database, alice.id)
        asked = {
            **body(dataset.id), "preset_id": "quality", "name": "Plants", "metadata": {"team": "a"},
            "estimated_cost": 1, "max_cost_usd": 500, "eval_prompts": ["Hello?"], "method": "lora",
        }  # fmt: skip
        whole = await alice.ok("POST", "/api/jobs/estimate", json=asked)
        assert whole == await alice.ok("POST", "/api/jobs/estimate", json=body(dataset.id))
        job = await alice.ok("POST", "/api/jobs", 201, json=asked)
        assert job["estimated_total_cost"] == whole["estimated_cost"]

    @pytest.mark.parametrize("preset", ["fast", "quality"])
    async def test_begins_with_the_values_of_the_preset_as_a_job_does(self, alice, database, preset):
        dataset = await make_dataset(database, alice.id)
        asked = {**body(dataset.id), "hyperparameters": {}, "preset_id": preset}
        estimate = await alice.ok("POST", "/api/jobs/estimate", json=asked)
        job = await alice.ok("POST", "/api/jobs", 201, json=asked)
        assert job["estimated_total_cost"] == estimate["estimated_cost"]
        assert job["total_steps"] == estimate["training_details"]["total_steps"]

    async def test_still_refuses_an_unknown_field(self, alice):
        refused = await alice.client.post("/api/jobs/estimate", json={**body(uuid7()), "prize": 1})
        assert list(assert_failure(refused, 400, "validation_error")["details"]) == ["prize"]

    async def test_changes_nothing(self, alice, database):
        dataset = await make_dataset(database, alice.id)
        before = await alice.ok("GET", f"/api/datasets/{dataset.id}")
        for _ in range(2):
            await alice.ok("POST", "/api/jobs/estimate", json=body(dataset.id))
        assert await alice.ok("GET", f"/api/datasets/{dataset.id}") == before
        assert (await alice.ok("GET", "/api/jobs"))["jobs"] == []
        assert (await alice.ok("GET", "/api/notifications"))["notifications"] == []

    async def test_knows_no_dataset_that_is_unknown_or_deleted(self, alice, database):
        dataset = await make_dataset(database, alice.id)
        await alice.ok("DELETE", f"/api/datasets/{dataset.id}")
        for id in (dataset.id, uuid7()):
            assert_failure(await alice.client.post("/api/jobs/estimate", json=body(id)), 404, "not_found")

    @pytest.mark.parametrize("path", ["/api/jobs/estimate", "/api/jobs"])
    @pytest.mark.parametrize(
        ("field", "good", "bad"),
        [
            ("batch_size", (1, 64), (0, 65)),
            ("epochs", (1, 20), (0, 21)),
            ("learning_rate", (0.00001, 0.001), (0.0000099, 0.0010001)),
            ("rank", (4, 128), (3, 129)),
            ("alpha", (1, 256), (0, 257)),
            ("dropout", (0, 0.5), (-0.01, 0.51)),
            ("warmup_ratio", (0, 0.5), (-0.01, 0.51)),
            ("weight_decay", (0, 1), (-0.01, 1.01)),
            ("max_grad_norm", (0, 10), (-0.01, 10.01)),
            ("seed", (0, 2_147_483_647), (-1, 2_147_483_648)),
            ("max_seq_length", (128, 2048), (127, 131_073)),
            ("lr_scheduler", ("constant", "linear", "cosine"), ("polynomial", 1)),
        ],
    )
    async def test_has_the_bounds_of_a_job(self, alice, database, path, field, good, bad):
        dataset = await make_dataset(database, alice.id)
        for value in good:
            answer = await alice.client.post(path, json=body(dataset.id, **{field: value}))
            assert answer.status_code in {200, 201}, answer.text
        for value in bad:
            answer = await alice.client.post(path, json=body(dataset.id, **{field: value}))
            details = assert_failure(answer, 400, "validation_error")["details"]
            assert list(details) == [f"hyperparameters.{field}"]

    @pytest.mark.parametrize("path", ["/api/jobs/estimate", "/api/jobs"])
    @pytest.mark.parametrize(
        ("gpu", "field"), [(("H100", 0), "count"), (("H100", 9), "count"), (("A10", 1), "type")]
    )
    async def test_has_the_gpus_of_a_job(self, alice, path, gpu, field):
        details = assert_failure(
            await alice.client.post(path, json=body(uuid7(), gpu)), 400, "validation_error"
        )
        assert list(details["details"]) == [f"gpu_config.{field}"]
