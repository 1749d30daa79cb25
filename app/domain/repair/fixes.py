"""Fix the findings of a record while keeping its content."""

import re
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass
from typing import Any

import orjson

from app.domain.conversion.writers import WRITERS
from app.domain.dataset_file import Element, ElementKind
from app.domain.findings import Place, Problem
from app.domain.mojibake import fix_mojibake
from app.domain.records.shapes import OWN, Example, detect, text_fields
from app.domain.repair.lenient import parse_leniently
from app.domain.repair.policy import ARRANGEMENT
from app.domain.repair.rewrites import (
    as_record,
    cut,
    in_shape,
    with_decoded_values,
    with_known_roles,
    with_plain_weights,
    with_split_conversation,
    without_stand_ins,
)
from app.domain.storable import change_texts
from app.domain.validator.text_rules import ReservedTokens, without_control_characters

Record = dict[str, Any]

_BYTES = frozenset(("encoding.not_utf8", "encoding.nul"))
_VALUES = frozenset(("encoding.nul", "json.syntax", "json.duplicate_key", "json.non_finite_number"))
_ROLES = frozenset(("messages.unknown_role",))
_TYPES = frozenset(("field.type",))
_WEIGHTS = frozenset(("messages.weight",))
_UNKNOWN = frozenset(("record.unknown_shape",))
_SHAPES = frozenset(("record.mixed_shapes",))
_VALUE_CODES = frozenset(("json.syntax", "record.not_object"))
_TEXTS = frozenset(("text.control_characters", "text.mojibake", "text.reserved_token"))
_STAND_INS = frozenset(("text.placeholder",))

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
# from the decoder's stand-in for a bad byte to the character of that byte in Windows-1252
_FROM_CP1252 = {
    0xDC00 + byte: bytes((byte,)).decode("cp1252", errors="replace") for byte in range(0x80, 0x100)
}
# the last resort: what stands in a message or an entry of it cannot be used
_CUT = frozenset(
    (
        "field.missing",
        "field.type",
        "field.empty",
        "messages.unknown_role",
        "messages.part",
        "messages.weight",
        "tools.bad_arguments",
        "tools.no_name",
    )
)


@dataclass(frozen=True, slots=True)
class CheckedRecord:
    """A record of the file with its problems; `record` is None where the value is not an object."""

    element: Element
    record: Record | None
    example: Example | None
    problems: list[Problem]

    @property
    def codes(self) -> set[str]:
        """The codes of its problems."""
        return {problem.code for problem in self.problems}


class Fixer:
    """Fix one layer at a time, from bytes to turns; the caller checks the record again in between."""

    def __init__(self, reserved: ReservedTokens) -> None:
        self._reserved = reserved
        self._layers: tuple[tuple[Set[str], Callable[[CheckedRecord, Record, Set[str]], Record]], ...] = (
            (_VALUES, _with_clean_values),
            (_UNKNOWN, _at_problems(with_split_conversation)),
            (_ROLES, _at_problems(with_known_roles)),
            (_TYPES, _at_problems(with_decoded_values)),
            (_WEIGHTS, _at_problems(with_plain_weights)),
            (_SHAPES, lambda checked, record, codes: in_shape(record, checked.example, _of(checked, codes))),
            (_TEXTS, self._with_clean_texts),
            (ARRANGEMENT, _with_turns_in_order),
            (_CUT, _at_problems(cut)),
            (_STAND_INS, _at_problems(without_stand_ins)),
        )

    def fix(self, checked: CheckedRecord, codes: Set[str]) -> Element | None:
        """Fix the first layer that these codes call for; None when nothing can be fixed."""
        source = checked.element.place.source
        if (clean := _with_clean_bytes(source, codes & _BYTES)) != source:
            return checked.element._replace(place=checked.element.place._replace(source=clean))
        if checked.record is None:
            return _with_record(checked.element, codes & _VALUE_CODES)
        for layer, fix in self._layers:
            if to_fix := codes & layer:
                changed = fix(checked, checked.record, to_fix)
                if changed is checked.record:
                    continue
                line = Place(checked.element.place.line, orjson.dumps(changed))
                if (element := Element(ElementKind.LINE, line)) != checked.element:
                    return element
        return None

    def _with_clean_texts(self, _checked: CheckedRecord, record: Record, codes: Set[str]) -> Record:
        def clean(text: str) -> str:
            if "text.mojibake" in codes:  # before the next step, which removes some of its characters
                text = fix_mojibake(text) or text
            if "text.control_characters" in codes:
                text = without_control_characters(text)
            return self._reserved.remove_from(text) if "text.reserved_token" in codes else text

        names = [name for name in text_fields(record) if name in record]
        return {**record, **{name: change_texts(record[name], clean) for name in names}}


def _with_clean_bytes(source: bytes, codes: Set[str]) -> bytes:
    if "encoding.not_utf8" in codes:
        source = source.decode(errors="surrogateescape").translate(_FROM_CP1252).encode()
    return source.replace(b"\0", b"") if "encoding.nul" in codes else source


def _with_clean_values(_checked: CheckedRecord, record: Record, codes: Set[str]) -> Record:
    """Remove NULs and lone surrogates; writing keeps the last value of a repeated name, and null for NaN."""

    def clean(text: str) -> str:
        if "encoding.nul" in codes:
            text = text.replace("\0", "")
        return _LONE_SURROGATE.sub("\ufffd", text) if "json.syntax" in codes else text

    cleaned: Record = change_texts(record, clean)
    return cleaned


def _with_record(element: Element, codes: Set[str]) -> Element | None:
    """Parse a line that is nearly JSON, or whose value is nearly a record; None where it is not."""
    if not codes or element.kind is not ElementKind.LINE:
        return None
    try:
        value = parse_leniently(element.place.source)
        record = value if isinstance(value, dict) else as_record(value)
        source = orjson.dumps(record) if record else b""
    except (ValueError, TypeError):
        return None
    is_new = bool(source) and source != element.place.source
    return element._replace(place=element.place._replace(source=source), problem=None) if is_new else None


def _of(checked: CheckedRecord, codes: Set[str]) -> list[Problem]:
    return [problem for problem in checked.problems if problem.code in codes]


def _at_problems(
    fix: Callable[[Record, Iterable[Problem]], Record],
) -> Callable[[CheckedRecord, Record, Set[str]], Record]:
    return lambda checked, record, codes: fix(record, _of(checked, codes))


def _with_turns_in_order(checked: CheckedRecord, record: Record, _codes: Set[str]) -> Record:
    """Write the turns as the trainer reads them; unchanged where the shape cannot express them."""
    shape = detect(record)
    if checked.example is None or shape not in WRITERS:
        return record
    try:
        (written,) = WRITERS[shape](checked.example, {})
    except ValueError:
        return record
    others = {name for name in text_fields(record) if name not in OWN[shape].texts}
    kept = {name: value for name, value in record.items() if name not in others}
    texts = {name: written[name] for name in OWN[shape].texts if name in written}
    return {**kept, **{name: text for name, text in texts.items() if text or name in record}}
