"""Failures of a run: a code, a sentence and remedies, made from any exception."""

import errno
from collections.abc import Iterator

_REMEDIES = {
    "out_of_memory": [
        "Lower max_seq_length or batch_size.",
        "Choose a smaller base model or a device with more memory.",
    ],
    "loss_not_finite": [
        "Lower the learning rate.",
        "Set max_grad_norm to 1.0 and add warm-up (warmup_ratio 0.1).",
    ],
    "base_model_unavailable": [
        "Put the model into the folder that LORA_MODELS_DIR names, or let the worker reach the hub.",
        "Check the model id and the revision.",
    ],
    "base_model_gated": [
        "Accept the publisher's terms on the model's page and give the worker a token for it.",
        "Put the model into the folder that LORA_MODELS_DIR names.",
    ],
    "base_model_unsafe": ["Convert its weights to safetensors: load the model once, and save_pretrained it."],
    "base_model_unsupported": [
        "Choose a base model of another family; docs/models.md lists what was tried.",
        "Keep to architectures that the installed transformers has: code that comes with a model is not run.",
    ],
    "chat_template_missing": [
        "Choose the model's instruct version, whose tokenizer has a chat template.",
        "Put the template that the model is to learn into chat_template.jinja beside its tokenizer.",
    ],
    "tokenizer_too_large": [
        "Resize the model's embedding to the tokenizer (resize_token_embeddings) and save both.",
        "Put the tokenizer that the model was published with beside its weights.",
    ],
    "dataset_changed": ["Upload the dataset again and let it be validated."],
    "disk_full": ["Free space on the worker's disk, then retry: the job goes on where it stopped."],
    "backend_unavailable": [
        "Choose the method lora.",
        "For qlora, give the worker a CUDA GPU and install bitsandbytes beside the trainer.",
    ],
    "trainer_crashed": ["Retry the job; if it fails again, read its log."],
}
# what may end better with the same settings and model, once its cause is gone
RESUMABLE = frozenset(
    {"base_model_unavailable", "base_model_gated", "disk_full", "backend_unavailable", "trainer_crashed"}
)


# how libraries say that there is no memory left: torch on a CPU, CUDA, cuBLAS, cuDNN, NCCL
_FULL = (
    "can't allocate memory",
    "cannot allocate memory",
    "out of memory",
    "cublas_status_alloc_failed",
    "cublas_status_not_initialized when calling `cublascreate",
    "cublas_status_not_initialized when calling cublascreate",
    "cudnn_status_alloc_failed",
    "failed to cuda calloc",
)
# after these a GPU answers nothing any more, whatever else the message says
_DEAD = ("illegal memory access", "device-side assert", "unspecified launch failure", "misaligned address")


class Failure(Exception):
    """A run cannot continue; `code` is one of the API's failure codes."""

    def __init__(self, code: str, message: str, remedies: list[str] | None = None) -> None:
        self.code = code
        self.message = message
        self.remedies = remedies or _REMEDIES[code]
        super().__init__(message)


def as_failure(error: BaseException) -> Failure:
    """Convert any exception to a failure; an unexpected one becomes `trainer_crashed`."""
    chain = list(causes(error))
    if any(map(_is_disk_full, chain)):
        return Failure("disk_full", "The worker's disk is full.")
    known = next((cause for cause in chain if isinstance(cause, Failure)), None)
    if known:
        return known
    if any(map(is_out_of_memory, chain)):
        return Failure("out_of_memory", f"The device has too little memory: {first_line(error)}")
    return Failure("trainer_crashed", f"{type(error).__name__}: {first_line(error)}")


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield the exception, then its cause or context, and so on."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def first_line(error: BaseException) -> str:
    """Return the first line of an exception's message."""
    return (str(error).strip().splitlines() or ["no message"])[0][:500]


def _is_disk_full(error: BaseException) -> bool:
    """Recognise a full disk: Python reports it by number, safetensors by text."""
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    return full or f"os error {errno.ENOSPC}" in str(error)


def is_out_of_memory(error: BaseException) -> bool:
    """Recognise too little memory, which torch reports by class on a GPU, others only by text."""
    named = isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError"
    text = str(error).lower()
    return not any(dead in text for dead in _DEAD) and (named or any(full in text for full in _FULL))
