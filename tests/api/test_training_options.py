"""The options for a configuration page: complete, public, cacheable, and what the API accepts."""

import pytest

from app.domain.base_models import BASE_MODELS
from tests.factories import job_body, make_dataset


@pytest.fixture
async def options(anonymous) -> dict:
    return (await anonymous.get("/api/training-options")).json()["data"]


class TestGetTrainingOptions:
    @pytest.mark.parametrize("path", ["/api/training-options", "/api/base-models"])
    async def test_are_for_everybody_and_for_caches(self, anonymous, path):
        answer = await anonymous.get(path)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=300"

    async def test_have_everything_that_a_page_needs(self, options):
        assert set(options) == {
            "presets", "gpu_types", "gpu_count", "hyperparameters", "base_models", "limits",
            "estimate_display", "client", "routes",
        }  # fmt: skip

    async def test_offer_three_presets(self, options):
        shown = [
            (preset["id"], preset["label"], preset["icon"], preset["description"], preset["is_default"])
            for preset in options["presets"]
        ]
        assert shown == [
            ("fast", "Fast", "zap", "Optimized for speed, suitable for testing", False),
            ("balanced", "Balanced", "target", "Best for most use cases", True),
            ("quality", "Quality", "crown", "Slower and more expensive, but best results", False),
        ]
        assert options["presets"][1]["hyperparameters"] == {
            "learning_rate": 0.00005, "batch_size": 4, "epochs": 3, "rank": 16, "alpha": 32, "dropout": 0.1
        }  # fmt: skip

    async def test_offer_four_gpus_with_their_price(self, options):
        assert {gpu["id"]: (gpu["hourly_rate"], gpu["memory_gb"]) for gpu in options["gpu_types"]} == {
            "A100-80GB": (3.5, 80), "A100-40GB": (2.8, 40), "H100": (4.2, 80), "V100-32GB": (2.1, 32)
        }  # fmt: skip
        assert options["gpu_types"][0]["label"] == "A100-80GB: $3.50/hr • Best overall performance"
        assert [gpu["id"] for gpu in options["gpu_types"] if gpu["is_default"]] == ["A100-80GB"]
        assert options["gpu_count"] == {
            "min": 1, "max": 8, "step": 1, "default": 1,
            "help": "Training will be {count}x faster (approximately)",
        }  # fmt: skip

    async def test_show_figures_as_they_should_look(self, options):
        shown = {rule["label"]: rule["format"] for rule in options["estimate_display"]}
        assert shown == {
            "Compute Cost": "$0.00", "Storage Cost": "$0.00", "Total Estimated Cost": "$0.00",
            "Duration": "0.0 hours", "Hourly Rate": "$0.00/hr", "Total Steps": "0,000",
            "Throughput": "0,000 tok/s",
        }  # fmt: skip

    async def test_tell_a_client_how_to_behave(self, options):
        assert options["client"] == {
            "estimate_debounce_ms": 500,
            "poll_interval_seconds": 5,
            "active_statuses": ["queued", "initializing", "running"],
            "terminal_statuses": ["completed", "failed", "cancelled"],
        }
        assert options["routes"] == {
            "configure": "/training/configure?datasetId={id}", "job": "/training/jobs/{id}",
            "dataset": "/datasets/{id}", "model": "/models/{id}",
        }  # fmt: skip
        assert options["limits"]["max_file_size_bytes"] == 524_288_000

    async def test_have_bounds_that_the_api_keeps(self, alice, database, options):
        dataset = await make_dataset(database, alice.id)
        for rule in options["hyperparameters"]:
            if rule["type"] == "string" or rule["name"] == "max_seq_length":
                continue
            step = 1 if rule["type"] == "integer" else rule["max"] / 100
            for value, status in [
                (rule["min"], 200), (rule["max"], 200), (rule["min"] - step, 400), (rule["max"] + step, 400)
            ]:  # fmt: skip
                number = int(value) if rule["type"] == "integer" else value
                body = job_body(dataset.id, hyperparameters={rule["name"]: number})
                answer = await alice.client.post("/api/jobs/estimate", json=body)
                assert answer.status_code == status, f"{rule['name']} = {number}"

    async def test_have_sliders_within_the_bounds(self, options):
        sliders = {rule["name"]: rule for rule in options["hyperparameters"] if rule["slider"]}
        assert {name: tuple(rule["slider"].values()) for name, rule in sliders.items()} == {
            "learning_rate": (0.00001, 0.0002, 0.000001), "batch_size": (1, 16, 1), "epochs": (1, 10, 1),
            "rank": (4, 64, 4),
        }  # fmt: skip
        for rule in sliders.values():
            assert rule["min"] <= rule["slider"]["min"] < rule["slider"]["max"] <= rule["max"]

    async def test_list_the_base_models_with_one_default(self, anonymous, options):
        listed = (await anonymous.get("/api/base-models")).json()["data"]["base_models"]
        assert listed == options["base_models"]
        assert [model["id"] for model in listed] == list(BASE_MODELS)
        assert [model["id"] for model in listed if model["is_default"]] == ["tiny-llama-demo"]
        assert (
            "ids of nine characters"
            in listed[list(BASE_MODELS).index("mistral-7b-instruct-v0.3")]["notes"][0]
        )
