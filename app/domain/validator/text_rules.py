"""Rules about the texts of an example: legal content that a model should not learn."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from app.domain.findings import Problem

_CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SENTENCE_END = re.compile(
    r"[.!?\u2026][\"')\]*\u2019\u201d]*\s"  # and closing quotes or emphasis
    r"|[\u3002\uff01\uff1f]"  # the full stop, ! and ? of Chinese and Japanese
)
_LIST_OR_CODE = re.compile(r"\s*([-*+•#>|`]|\d+[.)])|\t| {4}")
_SENTENCE_WORDS = 5


def control_characters(texts: list[str], record: Mapping[str, Any]) -> Iterator[Problem]:
    """Find the first control character, tab and line ends excepted."""
    for text in texts:
        if found := _CONTROL.search(text):
            where = _path_to(record, found.group())
            yield Problem("text.control_characters", where, detail={"found": found.group()})
            return


def without_control_characters(text: str) -> str:
    """Remove the characters that control_characters() finds."""
    return _CONTROL.sub("", text)


class ReservedTokens:
    """Special tokens of models, which no text should contain."""

    def __init__(self, tokens: Iterable[str]) -> None:
        self._tokens = tuple(token for token in tokens if token)
        self._first = tuple({token[0] for token in self._tokens})

    def may_occur_in(self, texts: list[str]) -> bool:
        """Find out quickly whether a text holds the first character of a token."""
        for first in self._first:
            for text in texts:
                if first in text:
                    return True
        return False

    def find_in(self, texts: list[str], record: Mapping[str, Any]) -> Iterator[Problem]:
        """Find each token that a text contains."""
        for token in self._tokens:
            if any(token in text for text in texts):
                yield Problem("text.reserved_token", _path_to(record, token), detail={"found": token})

    def remove_from(self, text: str) -> str:
        """Remove all tokens; a space separates parts that would join to another token."""
        for gap in ("", " "):
            for token in self._tokens:
                text = text.replace(token, gap)
        return text


def is_cut_off(text: str) -> bool:
    """Return whether a reply ends in a lone backslash, or in the middle of a sentence."""
    last = text[-1:]
    return (last.isalpha() or last.isspace() or last == "\\") and _is_cut_off(text.rstrip())


def truncated_target(text: str, record: Mapping[str, Any]) -> Problem:
    """Make the problem of a reply that is cut off."""
    text = text.rstrip()
    where = _path_to(record, text[-200:])
    return Problem("text.truncated_target", where, detail={"found": f"“{text[-20:]}”"})


def _is_cut_off(text: str) -> bool:
    if text.endswith("\\"):
        return not text.endswith("\\\\")
    if not text or not text[-1].isalpha():
        return False
    return not _LIST_OR_CODE.match(text[text.rfind("\n") + 1 :]) and _is_prose(text)


def _is_prose(text: str) -> bool:
    """Return whether the text is written in sentences, so that a missing end is a sign."""
    if _SENTENCE_END.search(text):
        return True
    words = text.split()
    return len(words) >= _SENTENCE_WORDS and text[0].isupper() and words[-1].islower()


def _path_to(value: Any, needle: str, *path: object) -> tuple[object, ...]:
    """Find the path of the first text that contains the needle; empty if no single text does."""
    if isinstance(value, str):
        return path if needle in value else ()
    if isinstance(value, Mapping):
        entries: Iterable[tuple[object, Any]] = value.items()
    else:
        entries = enumerate(value) if isinstance(value, list) else ()
    found = (_path_to(item, needle, *path, name) for name, item in entries)
    return next((place for place in found if place), ())
