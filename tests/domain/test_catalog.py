"""The catalogue: price tags, bounds, presets, and base models whose figures add up."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.base_models import BASE_MODELS, BaseModel
from app.domain.catalog import (
    GPU_COUNT,
    HYPERPARAMETERS,
    PRESETS,
    GpuType,
    PresetId,
    gpus,
    resolve,
)

BALANCED = {
    "learning_rate": 0.00005,
    "batch_size": 4,
    "epochs": 3,
    "rank": 16,
    "alpha": 32,
    "dropout": 0.1,
}
BOUNDS = {
    "learning_rate": (0.00001, 0.001),
    "batch_size": (1, 64),
    "epochs": (1, 20),
    "rank": (4, 128),
    "alpha": (1, 256),
    "dropout": (0, 0.5),
    "warmup_ratio": (0, 0.5),
    "weight_decay": (0, 1),
    "max_grad_norm": (0, 10),
    "seed": (0, 2147483647),
    "max_seq_length": (128, 131072),
}
SLIDERS = {
    "learning_rate": (0.00001, 0.0002, 0.000001),
    "batch_size": (1, 16, 1),
    "epochs": (1, 10, 1),
    "rank": (4, 64, 4),
}


class TestListGpus:
    def test_labels_tell_type_price_and_purpose(self):
        assert [gpu.label for gpu in gpus()] == [
            "A100-80GB: $3.50/hr • Best overall performance",
            "A100-40GB: $2.80/hr • Good for smaller models",
            "H100: $4.20/hr • Fastest available",
            "V100-32GB: $2.10/hr • Budget option",
        ]

    def test_speeds_are_tokens_per_second_of_one_gpu(self):
        assert {gpu.id: gpu.throughput_tokens_per_sec for gpu in gpus()} == {
            "A100-80GB": 1800,
            "A100-40GB": 1500,
            "H100": 2200,
            "V100-32GB": 1200,
        }

    def test_an_owner_sets_a_price_and_the_label_follows(self):
        prices = {gpu.id: gpu for gpu in gpus({GpuType.H100: Decimal("3.9")})}
        assert prices[GpuType.H100].hourly_rate == Decimal("3.9")
        assert prices[GpuType.H100].label.startswith("H100: $3.90/hr")
        assert prices[GpuType.A100_80GB].hourly_rate == Decimal("3.50")

    def test_has_one_default(self):
        assert [gpu.id for gpu in gpus() if gpu.is_default] == [GpuType.A100_80GB]


class TestBounds:
    def test_are_those_of_the_api(self):
        numeric = {name: rule for name, rule in HYPERPARAMETERS.items() if not rule.choices}
        assert {name: (rule.min, rule.max) for name, rule in numeric.items()} == BOUNDS
        assert (GPU_COUNT.min, GPU_COUNT.max, GPU_COUNT.default) == (1, 8, 1)

    def test_scheduler_is_a_choice(self):
        assert HYPERPARAMETERS["lr_scheduler"].choices == ("constant", "linear", "cosine")

    def test_sliders_are_those_of_the_page(self):
        sliders = {name: rule.slider for name, rule in HYPERPARAMETERS.items() if rule.slider}
        assert {name: (s.min, s.max, s.step) for name, s in sliders.items()} == SLIDERS

    @pytest.mark.parametrize("name", SLIDERS)
    def test_sliders_offer_nothing_that_the_api_refuses(self, name):
        rule = HYPERPARAMETERS[name]
        assert rule.min <= rule.slider.min < rule.slider.max <= rule.max

    @pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda preset: preset.id)
    def test_hold_for_every_preset(self, preset):
        for name, value in preset.hyperparameters.items():
            assert HYPERPARAMETERS[name].min <= value <= HYPERPARAMETERS[name].max


class TestPresets:
    def test_balanced_is_the_default(self):
        assert [preset.id for preset in PRESETS.values() if preset.is_default] == ["balanced"]
        assert PRESETS[PresetId.BALANCED].hyperparameters == BALANCED

    def test_fast_and_quality_stand_at_either_side(self):
        fast, quality = (
            tuple(PRESETS[preset].hyperparameters.values()) for preset in (PresetId.FAST, PresetId.QUALITY)
        )
        assert fast == (0.0001, 8, 1, 8, 16, 0.05)
        assert quality == (0.00003, 2, 5, 32, 64, 0.1)

    def test_have_icons_and_words_of_their_own(self):
        assert [preset.icon for preset in PRESETS.values()] == ["zap", "target", "crown"]
        assert len({preset.use_case for preset in PRESETS.values()}) == 3


class TestResolve:
    def test_takes_what_is_missing_from_the_preset(self):
        preset, values = resolve(PresetId.FAST, {})
        assert preset is PresetId.FAST
        assert values.items() >= PRESETS[PresetId.FAST].hyperparameters.items()
        assert values["lr_scheduler"] == "cosine"
        assert "max_seq_length" not in values

    def test_repeating_the_preset_changes_nothing(self):
        assert resolve(PresetId.BALANCED, BALANCED) == resolve(PresetId.BALANCED, {})

    @pytest.mark.parametrize("override", [{"epochs": 4}, {"weight_decay": 0.1}])
    def test_a_value_of_ones_own_makes_it_custom(self, override):
        preset, values = resolve(PresetId.BALANCED, override)
        assert preset is PresetId.CUSTOM
        assert values.items() >= override.items()

    def test_none_counts_as_missing(self):
        assert resolve(PresetId.QUALITY, {"epochs": None})[0] is PresetId.QUALITY

    def test_custom_fills_up_from_balanced_and_stays_custom(self):
        preset, values = resolve(PresetId.CUSTOM, {"epochs": 2})
        assert preset is PresetId.CUSTOM
        assert values.items() >= (BALANCED | {"epochs": 2}).items()

    def test_carries_values_that_have_no_bounds(self):
        assert resolve(PresetId.FAST, {"target_modules": ["q_proj"]})[1]["target_modules"]

    @given(
        st.sampled_from(PresetId),
        st.fixed_dictionaries({}, optional={"epochs": st.integers(1, 20), "rank": st.none()}),
    )
    def test_resolved_values_resolve_to_themselves(self, preset_id, overrides):
        resolved = resolve(preset_id, overrides)
        assert resolve(*resolved) == resolved


@pytest.mark.parametrize("model", BASE_MODELS.values(), ids=lambda model: model.id)
class TestBaseModels:
    def test_parameters_agree_with_the_shape(self, model: BaseModel):
        assert model.parameters == pytest.approx(matrix_elements(model), rel=0.002)

    def test_heads_share_keys_and_values_evenly(self, model: BaseModel):
        assert model.attention_heads % model.key_value_heads == 0

    def test_hub_models_name_a_revision(self, model: BaseModel):
        assert (model.hub_id is None) == (model.revision is None)

    def test_context_is_within_what_a_job_may_ask_for(self, model: BaseModel):
        rule = HYPERPARAMETERS["max_seq_length"]
        assert rule.min <= model.context_length <= rule.max


class TestListBaseModels:
    def test_offers_a_tiny_one_that_needs_no_network(self):
        tiny = BASE_MODELS["tiny-llama-demo"]
        assert (tiny.hub_id, tiny.gated, tiny.context_length) == (None, False, 2048)
        assert 2_000_000 <= tiny.parameters <= 6_000_000

    def test_offers_a_dozen_from_the_hub(self):
        assert sum(model.hub_id is not None for model in BASE_MODELS.values()) >= 12

    def test_pins_a_commit_of_each_model_of_the_hub(self):
        pinned = [model.revision for model in BASE_MODELS.values() if model.hub_id]
        assert all(re.fullmatch("[0-9a-f]{40}", revision) for revision in pinned)
        assert len(set(pinned)) == len(pinned)

    def test_notes_the_habits_of_families(self):
        habits = {
            "qwen3-8b": "thinks before it replies",
            "mistral-7b-instruct-v0.3": "ids of nine characters",
            "gemma-2-9b-it": "no system role",
            "llama-3.1-8b-instruct": "today's date",
            "smollm2-135m-instruct": "a system message of its own",
        }
        for id, habit in habits.items():
            assert habit in " ".join(BASE_MODELS[id].notes)
        assert BASE_MODELS["tiny-llama-demo"].notes == ()

    def test_the_longest_context_is_the_longest_sequence(self):
        longest = max(model.context_length for model in BASE_MODELS.values())
        assert HYPERPARAMETERS["max_seq_length"].max == longest


def matrix_elements(model: BaseModel) -> int:
    """Embeddings, attention and feed-forward; norms and biases are too small to matter."""
    heads = 2 * model.attention_heads + 2 * model.key_value_heads
    attention = model.hidden_size * model.head_size * heads
    feed_forward = 3 * model.hidden_size * model.intermediate_size
    embeddings = model.vocabulary_size * model.hidden_size * (1 if model.tied_embeddings else 2)
    return embeddings + model.layers * (attention + feed_forward)
