"""Wire shapes of everything a configuration page offers."""

from typing import Annotated, Literal

from pydantic import Field

from app.domain.catalog import GpuType, PresetId
from app.domain.states import JobStatus
from app.schemas.base import Money, Read
from app.schemas.configuration import PresetHyperparameters


class PresetOption(Read):
    """A preset."""

    id: PresetId
    label: str
    icon: str
    use_case: str
    description: str
    hyperparameters: PresetHyperparameters
    is_default: bool


class GpuOption(Read):
    """A GPU type with its price, USD per GPU-hour."""

    id: GpuType
    label: str
    hourly_rate: Money
    throughput_tokens_per_sec: int
    memory_gb: int
    description: str
    is_default: bool


class GpuCountOption(Read):
    """How many GPUs."""

    min: int
    max: int
    step: int
    default: int
    help: str


class SliderOption(Read):
    """The range of a slider."""

    min: float
    max: float
    step: float


class HyperparameterOption(Read):
    """One hyperparameter: the values that the API accepts, and those that a slider offers."""

    name: str
    type: Literal["number", "integer", "string"]
    min: float | None
    max: float | None
    step: float | None
    slider: SliderOption | None
    display_decimals: int
    choices: list[str]
    default: float | int | str | None
    help: str


class BaseModelRead(Read):
    """A base model with the figures of its published configuration."""

    id: str
    name: str
    hub_id: str | None
    revision: str | None
    parameters: int
    layers: int
    hidden_size: int
    intermediate_size: int
    vocabulary_size: int
    attention_heads: int
    key_value_heads: int
    context_length: int
    license: str
    gated: bool
    chat_template: str
    notes: Annotated[list[str], Field(description="Habits of its chat template, seen in what is trained.")]
    is_default: bool


class BaseModels(Read):
    """The catalogue."""

    base_models: list[BaseModelRead]


class Limits(Read):
    """Limits of what the service accepts."""

    max_file_size_bytes: int
    file_extensions: list[str]
    max_body_bytes: int
    upload_url_seconds: int


class DisplayRule(Read):
    """How one figure of an estimate is shown."""

    field: str
    label: str
    format: str


class ClientAdvice(Read):
    """How a frontend should behave."""

    estimate_debounce_ms: int
    poll_interval_seconds: int
    active_statuses: list[JobStatus]
    terminal_statuses: list[JobStatus]


class Routes(Read):
    """Where notifications and redirects lead in a frontend."""

    configure: str
    job: str
    dataset: str
    model: str


class TrainingOptions(Read):
    """Everything a configuration page needs without hard-coding."""

    presets: list[PresetOption]
    gpu_types: list[GpuOption]
    gpu_count: GpuCountOption
    hyperparameters: list[HyperparameterOption]
    base_models: list[BaseModelRead]
    limits: Limits
    estimate_display: list[DisplayRule]
    client: ClientAdvice
    routes: Routes
