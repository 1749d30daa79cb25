"""Records of a preview, and what one preview may take."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from app.domain.templates.loss_mask import Span

SECONDS = 20  # of one preview, from its turn on
MEMORY_GIB = 3  # of the child process that renders it
RECORD_BYTES = 2**21  # of a record as it is kept; a larger one is named, and not rendered
CHARACTERS = 40_000  # shown of a record's text, and of its messages


class PreviewedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """An example as the trainer sees it, or the problem for which training or the preview leaves it out."""

    index: int
    line: int
    messages: Sequence[Mapping[str, Any]] = ()
    text: str = ""
    tokens: int = 0
    trained_tokens: int = 0
    trained_spans: Sequence[Span] = ()
    truncated: bool = False
    sequences: int = 1
    notes: Sequence[str] = ()
    code: str | None = None
    problem: str | None = None
    shortened: bool = False
