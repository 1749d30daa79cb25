"""Mends: how a record loses a finding without losing what it says."""

import re
from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import Any

import orjson

from app.domain.conversion import TEXTS, WRITERS
from app.domain.dataset_file import Element, ElementKind
from app.domain.findings import Place, Problem
from app.domain.repair.policy import ARRANGEMENT
from app.domain.shapes import Example, detect
from app.domain.validator.text_rules import ReservedTokens, without_control_characters

Record = dict[str, Any]

_BYTES = frozenset(("encoding.not_utf8", "encoding.nul"))
_VALUES = frozenset(("encoding.nul", "json.syntax", "json.duplicate_key", "json.non_finite_number"))
_ROLES = frozenset(("messages.unknown_role",))
_TEXTS = frozenset(("text.control_characters", "text.reserved_token"))

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
# what the decoder puts in the place of a bad byte, and what Windows-1252 means by that byte
_MEANT = {0xDC00 + byte: bytes((byte,)).decode("cp1252", errors="replace") for byte in range(0x80, 0x100)}
_KNOWN_ROLES = {"human": "user", **dict.fromkeys(("gpt", "bot", "ai", "model", "chatbot"), "assistant")}


@dataclass(frozen=True, slots=True)
class Judged:
    """A record as it stands in the file, with all that is wrong; `record` is None where it is no object."""

    element: Element
    record: Record | None
    example: Example | None
    problems: list[Problem]

    @property
    def codes(self) -> set[str]:
        """The codes of its findings."""
        return {problem.code for problem in self.problems}


class Mender:
    """Mends one layer after the other, from bytes to turns; in between the record is judged anew."""

    def __init__(self, reserved: ReservedTokens) -> None:
        self._reserved = reserved
        self._layers: tuple[tuple[Set[str], Callable[[Judged, Record, Set[str]], Record]], ...] = (
            (_VALUES, _with_clean_values),
            (_ROLES, _with_known_roles),
            (_TEXTS, self._with_clean_texts),
            (ARRANGEMENT, _arranged),
        )

    def mend(self, judged: Judged, codes: Set[str]) -> Element | None:
        """The element with its first layer mended that these codes call for; None when nothing can be."""
        source = judged.element.place.source
        if (clean := _with_clean_bytes(source, codes & _BYTES)) != source:
            return judged.element._replace(place=judged.element.place._replace(source=clean))
        if judged.record is None:
            return None
        for layer, mend in self._layers:
            if called := codes & layer:
                line = Place(judged.element.place.line, orjson.dumps(mend(judged, judged.record, called)))
                if (element := Element(ElementKind.LINE, line)) != judged.element:
                    return element
        return None

    def _with_clean_texts(self, _judged: Judged, record: Record, codes: Set[str]) -> Record:
        def clean(text: str) -> str:
            if "text.control_characters" in codes:
                text = without_control_characters(text)
            return self._reserved.removed_from(text) if "text.reserved_token" in codes else text

        shape = detect(record)
        names = TEXTS[shape] if shape else ()
        return {**record, **{name: _retold(record[name], clean) for name in names if name in record}}


def _with_clean_bytes(source: bytes, codes: Set[str]) -> bytes:
    if "encoding.not_utf8" in codes:
        source = source.decode(errors="surrogateescape").translate(_MEANT).encode()
    return source.replace(b"\0", b"") if "encoding.nul" in codes else source


def _with_clean_values(_judged: Judged, record: Record, codes: Set[str]) -> Record:
    """No NUL, no halves of characters; writing it does the rest: a name's last value, null for NaN."""

    def clean(text: str) -> str:
        if "encoding.nul" in codes:
            text = text.replace("\0", "")
        return _LONE_SURROGATE.sub("\ufffd", text) if "json.syntax" in codes else text

    return {clean(name): _rewritten(value, clean) for name, value in record.items()}


def _rewritten(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {change(name): _rewritten(item, change) for name, item in value.items()}
    return [_rewritten(item, change) for item in value] if isinstance(value, list) else value


def _with_known_roles(judged: Judged, record: Record, codes: Set[str]) -> Record:
    paths: list[Any] = [problem.path for problem in judged.problems if problem.code in codes]
    name = paths[0][0]
    entries = [*record[name]]
    for _, index, field in paths:
        role = entries[index][field].strip().lower()
        entries[index] = {**entries[index], field: _KNOWN_ROLES.get(role, role)}
    return {**record, name: entries}


def _retold(said: Any, change: Callable[[str], str]) -> Any:
    """A text, or a list of messages with their contents, changed."""
    if isinstance(said, str):
        return change(said)
    if not isinstance(said, list):
        return said
    return [
        {name: change(part) if _is_content(name, part) else part for name, part in entry.items()}
        for entry in said
    ]


def _is_content(name: str, part: Any) -> bool:
    return name in ("content", "value") and isinstance(part, str)


def _arranged(judged: Judged, record: Record, _codes: Set[str]) -> Record:
    """As the trainer reads it; as it was where the shape has no words for that."""
    shape = detect(record)
    if judged.example is None or shape not in WRITERS:
        return record
    try:
        (written,) = WRITERS[shape](judged.example, {})
    except ValueError:
        return record
    return {**record, **{name: written[name] for name in TEXTS[shape] if name in record or written[name]}}
