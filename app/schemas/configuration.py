"""Wire shapes of a job's settings and hardware, shared by jobs and models."""

from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, Field, StringConstraints

from app.domain.base_models import BASE_MODELS
from app.domain.catalog import GPU_COUNT, HYPERPARAMETERS, GpuType, LrScheduler, PresetId
from app.schemas.base import Body, Integer, Number, Read, Text

T = TypeVar("T")
Optional = Annotated[T | None, Field(exclude_if=lambda value: value is None)]


def within(name: str) -> Any:
    """The bounds and help of a hyperparameter, from the one table."""
    rule = HYPERPARAMETERS[name]
    return Field(ge=rule.min, le=rule.max, description=rule.help)


def _known_model(value: str) -> str:
    if value not in BASE_MODELS:
        raise ValueError("unknown base model; GET /api/base-models lists them")
    return value


BaseModelId = Annotated[Text, AfterValidator(_known_model), Field(examples=["tiny-llama-demo"])]
MaxLeftOut = Annotated[
    Number,
    Field(
        ge=0,
        le=1,
        description="The largest share of the examples that the base model may leave out of training; a job "
        "whose `fit` has more is refused, or fails before its first step and costs nothing.",
    ),
]


class GpuConfig(Body):
    """The price tag: which GPUs, and how many."""

    type: GpuType
    count: Annotated[Integer, Field(ge=GPU_COUNT.min, le=GPU_COUNT.max)] = 1


class EarlyStopping(Body):
    """Stop when validation loss has not improved for `patience` evaluations."""

    patience: Annotated[Integer, Field(ge=1, le=20)] = 2
    min_delta: Annotated[Number, Field(ge=0, le=10)] = 0.0


Module = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.]{1,64}$")]
Modules = Annotated[list[Module], Field(min_length=1, max_length=32)]
EvalSteps = Annotated[
    Integer, Field(ge=1, le=100_000, description="Evaluate that often too, within an epoch.")
]
RsLora = Annotated[bool, Field(strict=True, description="Scale by the root of the rank.")]
Dora = Annotated[bool, Field(strict=True, description="DoRA; some serving engines refuse its adapters.")]


class Hyperparameters(Body):
    """Missing values come from the preset; values that differ from it make the preset custom."""

    learning_rate: Annotated[Number, within("learning_rate")] | None = None
    batch_size: Annotated[Integer, within("batch_size")] | None = None
    epochs: Annotated[Integer, within("epochs")] | None = None
    rank: Annotated[Integer, within("rank")] | None = None
    alpha: Annotated[Integer, within("alpha")] | None = None
    dropout: Annotated[Number, within("dropout")] | None = None
    warmup_ratio: Annotated[Number, within("warmup_ratio")] | None = None
    weight_decay: Annotated[Number, within("weight_decay")] | None = None
    lr_scheduler: LrScheduler | None = None
    max_grad_norm: Annotated[Number, within("max_grad_norm")] | None = None
    target_modules: Modules | None = None
    seed: Annotated[Integer, within("seed")] | None = None
    max_seq_length: Annotated[Integer, within("max_seq_length")] | None = None
    early_stopping: EarlyStopping | None = None
    eval_steps: EvalSteps | None = None
    use_rslora: RsLora | None = None
    use_dora: Dora | None = None


class PresetHyperparameters(Read):
    """The six hyperparameters of a preset."""

    learning_rate: float
    batch_size: int
    epochs: int
    rank: int
    alpha: int
    dropout: float


class HyperparametersRead(PresetHyperparameters):
    """The resolved values a job trains with; optional ones are left out unless they were set."""

    warmup_ratio: Optional[float] = None
    weight_decay: Optional[float] = None
    lr_scheduler: Optional[LrScheduler] = None
    max_grad_norm: Optional[float] = None
    target_modules: Optional[list[str]] = None
    seed: Optional[int] = None
    max_seq_length: Optional[int] = None
    early_stopping: Optional[EarlyStopping] = None
    eval_steps: Optional[int] = None
    use_rslora: Optional[bool] = None
    use_dora: Optional[bool] = None


class Configuration(Read):
    """The configuration that a model was trained with."""

    preset_id: PresetId
    hyperparameters: HyperparametersRead
    gpu_config: GpuConfig
    base_model: Optional[str] = None


class Hardware(Read):
    """The hardware that training ran on, which may differ from the priced one."""

    device: str
    name: str
    count: int
    memory_gb: float | None


class ManifestFile(Read):
    """One stored file."""

    path: str
    size_bytes: int
    sha256: str


class ManifestDataset(Read):
    """The bytes that were trained on."""

    id: str
    sha256: str


class Verification(Read):
    """Proof that the stored adapter loads: a fresh process computed the trained model's logits."""

    passed: bool
    max_abs_difference: float
    tolerance: float
    prompt_tokens: int
    method: str


class Manifest(Read):
    """Every file of an artifact but the manifest itself, and where it all came from."""

    job_id: str
    attempt: int
    base_model: str
    base_model_revision: str | None
    dataset: ManifestDataset
    configuration: Configuration
    backend: str
    hardware: Hardware | None
    warnings: list[str]
    versions: dict[str, str]
    verification: Annotated[Verification | None, Field(description="Null for the simulated trainer.")]
    files: list[ManifestFile]
