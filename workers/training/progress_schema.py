"""Validation of progress lines: the program that writes them may be broken, or not even ours."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from app.domain.fit import Fit
from workers.run_dir import EventType, ProgressEvent

Count = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Step = Annotated[int, Meta(ge=1, lt=2**31)]
FailureCode = Literal[
    "out_of_memory",
    "loss_not_finite",
    "base_model_unavailable",
    "base_model_gated",
    "base_model_unsafe",
    "base_model_unsupported",
    "chat_template_missing",
    "tokenizer_too_large",
    "dataset_changed",
    "dataset_does_not_fit",
    "disk_full",
    "trainer_crashed",
    "backend_unavailable",
]


class _Stage(msgspec.Struct):
    stage: Literal["loading_model", "training", "evaluating", "saving"]
    hardware: dict[str, str | int | float | None] | None = None


class _Metric(msgspec.Struct, forbid_unknown_fields=True):
    step: Step
    epoch: Step
    training_loss: float | None = None
    validation_loss: float | None = None
    validation_token_accuracy: float | None = None
    learning_rate: float | None = None
    gradient_norm: float | None = None
    throughput: float | None = None
    gpu_utilization: float | None = None
    tokens_seen: Count | None = None
    memory_peak_bytes: Count | None = None


class _Log(msgspec.Struct):
    message: str
    level: Literal["info", "warning", "error"]


class _Checkpoint(msgspec.Struct):
    step: Step
    path: Annotated[str, Meta(pattern=r"^checkpoints/step-[0-9]{1,10}$")]
    epoch: Step | None = None
    training_loss: float | None = None
    validation_loss: float | None = None
    size_bytes: Count | None = None


class _Done(msgspec.Struct):
    steps: Step
    epochs_completed: Count
    first_training_loss: float
    final_training_loss: float
    final_validation_loss: float | None = None


class _Error(msgspec.Struct):
    failure_code: FailureCode
    message: str
    remedies: list[str] = []


_SHAPES: dict[EventType, type[msgspec.Struct]] = {
    "stage": _Stage,
    "fit": Fit,
    "metric": _Metric,
    "log": _Log,
    "checkpoint": _Checkpoint,
    "done": _Done,
    "error": _Error,
}


def validate(line: ProgressEvent, *, total_steps: int) -> None:
    """Raise msgspec.ValidationError when a line says what cannot be."""
    facts = msgspec.convert(line.data, _SHAPES[line.type])
    step = facts.steps if isinstance(facts, _Done) else getattr(facts, "step", 0)
    if step > total_steps:
        raise msgspec.ValidationError(f"step {step} of {total_steps}")
    # the words of a log, an error or a fit are cleaned where they are stored
    if line.type not in ("log", "error", "fit") and b"\\u0000" in msgspec.json.encode(line.data):
        raise msgspec.ValidationError("a NUL, which no database takes")
