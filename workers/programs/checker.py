"""The validation program: `python -m workers.programs.checker SPEC` reads a file and writes JSON lines.

Standard output gets {"type": "progress", "bytes", "lines"} a few times a second, {"type": "record",
"line", "example"} for the first examples and, last, {"type": "report", "report": {...}}. Text of
the dataset never reaches standard error.
"""

import gc
import sys
import time
from functools import partial
from io import BufferedReader
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec

from app.adapters.chat_models import ChatModel
from app.domain.records.shapes import Example, Shape
from app.domain.validator import CheckLimits, DatasetChecker
from app.domain.validator.checker import describe_failure
from app.domain.validator.token_meter import EXACT_BYTES, CountTokens, TokenMeter

_CHUNK_BYTES = 2**20
_PROGRESS_SECONDS = 0.2
_KEPT_BYTES = 16 * 2**20
_AUTO = ("auto", "brightrun_lora_v3")  # v3 is a legacy name, used for files of any shape
_DEFAULTS = CheckLimits()


class CheckSpec(msgspec.Struct, frozen=True, kw_only=True):
    """Task of the checker.

    `tokenizer_dir` is a model's folder of tokenizer files; `text_bytes` is the approximate unpacked size.
    """

    format: str = "auto"
    validation_split: float = 0.1
    tokenizer_dir: str | None = None
    tokenizer_id: str | None = None
    text_bytes: int = 0
    max_bytes: int = _DEFAULTS.max_bytes
    max_line_bytes: int = _DEFAULTS.max_line_bytes
    max_seq_length: int = _DEFAULTS.max_seq_length
    reserved_tokens: tuple[str, ...] = ()
    checksum_sha256: str | None = None
    previous_sha256: str | None = None
    keeps_examples: bool = True


class Keeper:
    """Emit examples as JSON text, up to a total size."""

    def __init__(self, max_bytes: int) -> None:
        self._free_bytes = max_bytes

    def __call__(self, example: Example) -> None:
        """Emit an example; from the first one that does not fit, emit no more."""
        content = {"messages": example.messages, "trained": example.trained, "tools": example.tools}
        text = msgspec.json.encode(content)
        if len(text) > self._free_bytes:
            self._free_bytes = 0
            return
        self._free_bytes -= len(text)
        emit({"type": "record", "line": example.line, "example": text.decode()})


def main(arguments: list[str]) -> None:
    """Check standard input by the spec in the only argument."""
    sys.excepthook = report_crash
    gc.set_threshold(100_000)  # records have no reference cycles; looking for them costs a tenth of the time
    spec = msgspec.json.decode(arguments[0].encode(), type=CheckSpec)
    limits, meter = _limits_and_meter(spec)
    checker = DatasetChecker(
        None if spec.format in _AUTO else Shape(spec.format),
        validation_split=spec.validation_split,
        tokens=meter,
        limits=limits,
        checksum_sha256=spec.checksum_sha256,
        previous_sha256=spec.previous_sha256,
        keep=Keeper(_KEPT_BYTES) if spec.keeps_examples else None,
    )
    with open(sys.stdin.fileno(), "rb", closefd=False) as source:
        _feed(checker, source)
    report = checker.report()
    for failure, times in checker.failures.items():
        sys.stderr.write(f"checker could not check {times} record(s): {failure}\n")
    emit({"type": "report", "report": report})


def limits_and_meter(spec: CheckSpec) -> tuple[CheckLimits, TokenMeter]:
    """Make the limits of the check and the token meter from a spec."""
    model = ChatModel.load(Path(spec.tokenizer_dir)) if spec.tokenizer_dir else None
    limits = CheckLimits(
        max_bytes=spec.max_bytes,
        max_line_bytes=spec.max_line_bytes,
        max_seq_length=spec.max_seq_length,
        reserved_tokens=tuple(sorted({*spec.reserved_tokens, *(model.special_tokens if model else ())})),
    )
    meter = TokenMeter(
        _counter(model, spec) if model else None,
        name=spec.tokenizer_id or "local",
        size_bytes=spec.text_bytes,
        max_length=spec.max_seq_length,
    )
    return limits, meter


def _counter(model: ChatModel, spec: CheckSpec) -> CountTokens:
    """Encode the records of a small file as in training; of a large one, tokens are only counted."""
    if spec.text_bytes > EXACT_BYTES:
        return model.count
    return partial(model.measure, max_length=spec.max_seq_length)


def _limits_and_meter(spec: CheckSpec) -> tuple[CheckLimits, TokenMeter]:
    """Make them without a tokenizer whose files are damaged: then tokens are estimated."""
    try:
        return limits_and_meter(spec)
    except (OSError, ValueError, LookupError, TypeError):
        return limits_and_meter(msgspec.structs.replace(spec, tokenizer_dir=None))


def _feed(checker: DatasetChecker, source: BufferedReader) -> None:
    next_report = time.monotonic() + _PROGRESS_SECONDS
    while data := source.read(_CHUNK_BYTES):
        checker.feed(data)
        if time.monotonic() >= next_report:
            emit({"type": "progress", "bytes": checker.size_bytes, "lines": checker.lines})
            next_report = time.monotonic() + _PROGRESS_SECONDS


def emit(message: dict[str, Any]) -> None:
    """Write a message to the supervisor at once."""
    sys.stdout.buffer.write(msgspec.json.encode(message) + b"\n")
    sys.stdout.buffer.flush()


def report_crash(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    """Report the place of an error without its message, which may quote the dataset."""
    sys.stderr.write(f"checker failed: {describe_failure(error)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
