"""Choices of a job: GPU types with their prices, presets, and the bounds of every hyperparameter."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal


class GpuType(StrEnum):
    """A GPU that a job can be priced on."""

    A100_80GB = "A100-80GB"
    A100_40GB = "A100-40GB"
    H100 = "H100"
    V100_32GB = "V100-32GB"


@dataclass(frozen=True, slots=True)
class Gpu:
    """One GPU type: USD per GPU-hour, tokens per second of one GPU, memory in GB."""

    id: GpuType
    hourly_rate: Decimal
    throughput_tokens_per_sec: int
    memory_gb: int
    description: str
    is_default: bool = False

    @property
    def label(self) -> str:
        return f"{self.id}: ${self.hourly_rate:.2f}/hr • {self.description}"


_GPUS = (
    Gpu(GpuType.A100_80GB, Decimal("3.50"), 1800, 80, "Best overall performance", is_default=True),
    Gpu(GpuType.A100_40GB, Decimal("2.80"), 1500, 40, "Good for smaller models"),
    Gpu(GpuType.H100, Decimal("4.20"), 2200, 80, "Fastest available"),
    Gpu(GpuType.V100_32GB, Decimal("2.10"), 1200, 32, "Budget option"),
)


def gpus(prices: Mapping[GpuType, Decimal] | None = None) -> tuple[Gpu, ...]:
    """List the GPU types, the default first, with the operator's USD per GPU-hour where one is given."""
    own = prices or {}
    return tuple(replace(gpu, hourly_rate=own.get(gpu.id, gpu.hourly_rate)) for gpu in _GPUS)


METHODS = ("lora", "qlora")
_VLLM_RANKS = (8, 16, 32, 64, 128)  # vLLM takes these as --max-lora-rank
MAX_EVAL_PROMPTS, MAX_EVAL_PROMPT_LENGTH = 8, 2000


class LrScheduler(StrEnum):
    """How the learning rate moves after warm-up."""

    CONSTANT = "constant"
    LINEAR = "linear"
    COSINE = "cosine"


@dataclass(frozen=True, slots=True)
class Slider:
    """Range that a configuration page offers; the API may accept more."""

    min: float
    max: float
    step: float


@dataclass(frozen=True, slots=True)
class HyperparameterRule:
    """One hyperparameter; bounds are inclusive, and a `default` of None leaves it to the base model."""

    name: str
    type: Literal["number", "integer", "string"]
    min: float | None = None
    max: float | None = None
    step: float | None = None
    _: KW_ONLY
    slider: Slider | None = None
    display_decimals: int = 0
    choices: tuple[str, ...] = ()
    default: float | str | None
    help: str


_RULES = (
    HyperparameterRule("learning_rate", "number", 0.00001, 0.001, 0.000001, default=0.00005,
        display_decimals=5, slider=Slider(0.00001, 0.0002, 0.000001),
        help="Lower = more stable training, Higher = faster convergence (but risky)"),
    HyperparameterRule("batch_size", "integer", 1, 64, 1, default=4, slider=Slider(1, 16, 1),
        help="Larger batch = faster training but requires more memory"),
    HyperparameterRule("epochs", "integer", 1, 20, 1, default=3, slider=Slider(1, 10, 1),
        help="More epochs = better learning, but with diminishing returns"),
    HyperparameterRule("rank", "integer", 4, 128, 1, default=16, slider=Slider(4, 64, 4),
        help="Higher rank = more expressive adapter, but larger model size"),
    HyperparameterRule("alpha", "integer", 1, 256, 1, default=32,
        help="Weight of the adapter, divided by the rank; twice the rank is a good start"),
    HyperparameterRule("dropout", "number", 0.0, 0.5, 0.01, default=0.1, display_decimals=2,
        help="Share of adapter inputs dropped while training; more guards against overfitting"),
    HyperparameterRule("warmup_ratio", "number", 0.0, 0.5, 0.01, default=0.03, display_decimals=2,
        help="Share of all steps over which the learning rate rises to its full value"),
    HyperparameterRule("weight_decay", "number", 0.0, 1.0, 0.001, default=0.0, display_decimals=3,
        help="Pull of the adapter's weights towards zero at each step"),
    HyperparameterRule("lr_scheduler", "string", choices=tuple(LrScheduler),
        default=LrScheduler.COSINE, help="How the learning rate moves after warm-up"),
    HyperparameterRule("max_grad_norm", "number", 0.0, 10.0, 0.1, default=1.0, display_decimals=1,
        help="Longer gradients are scaled down to this norm; 0 leaves them alone"),
    HyperparameterRule("seed", "integer", 0, 2_147_483_647, 1, default=42,
        help="Same seed, same data, same settings: same adapter, on a CPU"),
    HyperparameterRule("max_seq_length", "integer", 128, 131_072, 1, default=None,
        help="Longest example in tokens, by default up to 4096; longer ones lose their oldest turns"),
)  # fmt: skip
HYPERPARAMETERS: Mapping[str, HyperparameterRule] = {rule.name: rule for rule in _RULES}

GPU_COUNT = HyperparameterRule(
    "gpu_count", "integer", 1, 8, 1, default=1, slider=Slider(1, 8, 1),
    help="Training will be {count}x faster (approximately)",
)  # fmt: skip


class PresetId(StrEnum):
    """A named set of hyperparameters; custom is whatever differs from one."""

    FAST = "fast"
    BALANCED = "balanced"
    QUALITY = "quality"
    CUSTOM = "custom"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A preset as a configuration page shows it, with its six values."""

    id: PresetId
    label: str
    icon: str
    use_case: str
    description: str
    hyperparameters: Mapping[str, Any]
    is_default: bool = False


_SIX = ("learning_rate", "batch_size", "epochs", "rank", "alpha", "dropout")

_PRESETS = (
    Preset(
        id=PresetId.FAST,
        label="Fast",
        icon="zap",
        use_case="Quick training for testing and iteration",
        description="Optimized for speed, suitable for testing",
        hyperparameters=dict(zip(_SIX, (0.0001, 8, 1, 8, 16, 0.05), strict=True)),
    ),
    Preset(
        id=PresetId.BALANCED,
        label="Balanced",
        icon="target",
        use_case="Recommended balance of quality and cost",
        description="Best for most use cases",
        hyperparameters={name: HYPERPARAMETERS[name].default for name in _SIX},
        is_default=True,
    ),
    Preset(
        id=PresetId.QUALITY,
        label="Quality",
        icon="crown",
        use_case="Maximum quality for production models",
        description="Slower and more expensive, but best results",
        hyperparameters=dict(zip(_SIX, (0.00003, 2, 5, 32, 64, 0.1), strict=True)),
    ),
)
PRESETS: Mapping[PresetId, Preset] = {preset.id: preset for preset in _PRESETS}


def resolve(preset_id: PresetId, overrides: Mapping[str, Any]) -> tuple[PresetId, dict[str, Any]]:
    """Resolve the values that a job trains with, and the preset that they still match.

    An override of None counts as missing. Missing values come from the preset (balanced for
    custom), then from the table; any value other than those makes the preset custom.
    """
    base = PRESETS.get(preset_id, PRESETS[PresetId.BALANCED]).hyperparameters
    defaults = {rule.name: rule.default for rule in _RULES if rule.default is not None}
    untouched = {**defaults, **base}
    given = {name: value for name, value in overrides.items() if value is not None}
    resolved = {**untouched, **given}
    return (preset_id if resolved == untouched else PresetId.CUSTOM), resolved


def vllm_rank(rank: int) -> int:
    """Return the value of vLLM's --max-lora-rank for an adapter of this rank."""
    return next(most for most in _VLLM_RANKS if most >= rank)
