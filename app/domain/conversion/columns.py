"""Columns of tables, and the fields of a record that they become."""

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from app.domain.records.dialects import Dialect, dialect_of

# column names for which no dialect stands: the first one found becomes `prompt`, or `completion`
_PROMPTS = (
    "prompt", "question", "query", "instruction", "user", "human", "input", "user_input", "user_message",
    "user_prompt", "request", "problem", "input_text", "source", "q",
)  # fmt: skip
_REPLIES = (
    "completion", "output", "response", "answer", "reply", "assistant", "gpt", "bot", "target", "solution",
    "model_output", "assistant_response", "target_text", "output_text", "a",
)  # fmt: skip
_OTHERS = (
    "messages",
    "conversations",
    "turns",
    "text",
    "system",
    "system_prompt",
    "context",
    "target_response",
)
_KNOWN = {*_PROMPTS, *_REPLIES, *_OTHERS}
_JSON_FIELDS = {"messages", "conversations", "turns", "tools", "history", "conversation_history"}
_NO_LETTER = re.compile(r"[\W_]+")

Fields = Mapping[str, str]  # from a column to the field that it becomes


class UnknownColumns(ValueError):
    """No column holds the prompt or the reply; the message names the columns and the remedy."""


def normal_name(name: str) -> str:
    """Spell a column as a field: small letters, with `_` between words."""
    return _NO_LETTER.sub("_", name.strip().lower()).strip("_")


def is_known(name: str) -> bool:
    """Return whether a column of this name usually holds a part of a record."""
    return normal_name(name).removesuffix("_text") in _KNOWN


def map_columns(columns: Sequence[str], chosen: Mapping[str, str]) -> Fields:
    """Return the field that each column becomes, by its name; raises UnknownColumns.

    `chosen` gives the columns of some fields and wins over their names.
    """
    if missing := [column for column in chosen.values() if column not in columns]:
        raise UnknownColumns(f"There is no column {missing[0]}; the columns are: {', '.join(columns)}.")
    fields = {column: normal_name(column) for column in columns if normal_name(column)}
    fields = {column: field for column, field in fields.items() if field not in chosen}
    fields |= {column: field for field, column in chosen.items()}
    for field, spellings in (("prompt", _PROMPTS), ("completion", _REPLIES)):
        if main_fields(fields.values()) is None and field not in fields.values():
            names = {name.removesuffix("_text"): column for column, name in reversed(fields.items())}
            found = next((names[name] for name in spellings if name in names), None)
            fields |= {found: field} if found else {}
    if main_fields(fields.values()) is None:
        raise UnknownColumns(
            f"The columns are: {', '.join(columns)}. Say which ones hold the prompt and the reply: "
            "--columns prompt=NAME,completion=NAME"
        )
    return fields


def main_fields(names: Iterable[str]) -> set[str] | None:
    """Return the fields among these that a record needs; None where one is missing."""
    known = dict.fromkeys(names)
    dialect = dialect_of(known)
    needed = _needed(dialect) if dialect else set()
    return needed if needed and needed <= known.keys() else None


def _needed(dialect: Dialect) -> set[str]:
    if dialect.is_preference:
        return {dialect.chosen, dialect.rejected}
    return {dialect.turns} if dialect.turns else {dialect.question, dialect.reply}


def make_record(fields: Fields, cells: Mapping[str, Any], needed: set[str]) -> dict[str, Any]:
    """Make a record of a row; empty cells are left out, unless the field is needed.

    A list in a cell may be written as JSON or as Python shows it; raises ValueError, which names the column.
    """
    record = {}
    for column, field in fields.items():
        cell = cells[column]
        if cell not in ("", None) or field in needed:
            record[field] = _parse(column, cell) if field in _JSON_FIELDS and isinstance(cell, str) else cell
    return record


def _parse(column: str, cell: str) -> Any:
    try:
        return orjson.loads(cell)
    except orjson.JSONDecodeError:
        pass
    try:
        return ast.literal_eval(cell)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        raise ValueError(f"the column {column} holds neither JSON nor a list as Python shows it.") from None
