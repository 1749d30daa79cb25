"""Rules about the texts of an example: legal content that a model should not learn."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from app.domain.findings import Problem
from app.domain.mojibake import find_mojibake

_CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


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


def mojibake(texts: list[str], record: Mapping[str, Any]) -> Iterator[Problem]:
    """Find the first text that was read in a wrong encoding."""
    for text in texts:
        if found := find_mojibake(text):
            yield Problem("text.mojibake", _path_to(record, found.found), detail=found._asdict())
            return


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


def truncated_target(text: str, record: Mapping[str, Any], why: str) -> Problem:
    """Make the problem of a reply that is cut off."""
    text = text.rstrip()
    where = _path_to(record, text[-200:])
    return Problem("text.truncated_target", where, detail={"found": f"“{text[-20:]}”", "why": why})


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
