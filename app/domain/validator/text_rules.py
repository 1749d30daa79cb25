"""Rules about the texts of an example: what should not be learned though it is legal."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from app.domain.findings import Problem
from app.domain.records import Example

_CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_CONTROL_BYTES = (b"\x7f", b"\xc2")  # those that JSON lets stand as they are begin so
_CONTROL_ESCAPE = re.compile(rb"\\(?:u00|[bf])")
_SENTENCE_END = re.compile(
    r"[.!?\u2026][\"')\]*\u2019\u201d]*\s"  # and closing quotes or emphasis
    r"|[\u3002\uff01\uff1f]"  # the full stop, ! and ? of Chinese and Japanese
)
_LIST_OR_CODE = re.compile(r"\s*([-*+•#>|`]|\d+[.)])|\t| {4}")
_SENTENCE_WORDS = 5


def control_characters(example: Example, record: Mapping[str, Any], line: bytes) -> Iterator[Problem]:
    """Find the first control character, tab and line ends excepted."""
    if not _may_hold_control(line):
        return
    for text in _contents(example):
        if found := _CONTROL.search(text):
            where = _where(record, found.group())
            yield Problem("text.control_characters", where, detail={"found": found.group()})
            return


def reserved_tokens(example: Example, record: Mapping[str, Any], tokens: Iterable[str]) -> Iterator[Problem]:
    """Find each of the given special tokens that a text spells out."""
    texts = _contents(example)
    for token in tokens:
        if any(token in text for text in texts):
            yield Problem("text.reserved_token", _where(record, token), detail={"found": token})


def truncated_targets(example: Example, record: Mapping[str, Any]) -> Iterator[Problem]:
    """Find trained replies that end in a lone backslash, or in the middle of a sentence."""
    for index in example.trained:
        text = example.messages[index]["content"].rstrip()
        if _is_cut_off(text):
            where = _where(record, text[-200:])
            yield Problem("text.truncated_target", where, detail={"found": f"“{text[-20:]}”"})


def _may_hold_control(line: bytes) -> bool:
    if any(byte in line for byte in _CONTROL_BYTES):
        return True
    return b"\\" in line and _CONTROL_ESCAPE.search(line) is not None


def _contents(example: Example) -> list[str]:
    return [message["content"] for message in example.messages]


def _is_cut_off(text: str) -> bool:
    if text.endswith("\\"):
        return not text.endswith("\\\\")
    if not text or not text[-1].isalpha():
        return False
    return not _LIST_OR_CODE.match(text[text.rfind("\n") + 1 :]) and _is_prose(text)


def _is_prose(text: str) -> bool:
    """Whether its author ends sentences, so that a missing end means something."""
    if _SENTENCE_END.search(text):
        return True
    words = text.split()
    return len(words) >= _SENTENCE_WORDS and text[0].isupper() and words[-1].islower()


def _where(value: Any, needle: str, *path: object) -> tuple[object, ...]:
    """The path of the first text that holds the needle; empty when no single one does."""
    if isinstance(value, str):
        return path if needle in value else ()
    if isinstance(value, Mapping):
        entries: Iterable[tuple[object, Any]] = value.items()
    else:
        entries = enumerate(value) if isinstance(value, list) else ()
    found = (_where(item, needle, *path, name) for name, item in entries)
    return next((place for place in found if place), ())
