"""Preference pairs: the record that supervised training makes of one, its better reply."""

import re
from collections.abc import Mapping
from typing import Any

from app.domain.records.dialects import Dialect
from app.domain.records.message_names import CHAT_ROLES

Record = dict[str, Any]

_SPEAKER = re.compile(r"(?:\A|\n\n)(Human|Assistant|User|System): ?")


def chosen_record(record: Mapping[str, Any], dialect: Dialect) -> Record:
    """Make the record of the better reply; the worse one is left out.

    The reply is a text, a message, or the messages behind or including the question, or one text of turns
    that begin with their speakers. Raises ValueError for other values.
    """
    carried = {
        name: value
        for name, value in record.items()
        if name not in (dialect.chosen, dialect.rejected, dialect.turns, dialect.question)
    }
    before = _messages(record.get(dialect.turns) if dialect.turns else record.get(dialect.question))
    chosen = record[dialect.chosen]
    if isinstance(chosen, str) and not before and _SPEAKER.match(chosen):
        return {**carried, "messages": _from_transcript(chosen)}
    if isinstance(chosen, str) and isinstance(record.get(dialect.question), str):
        return {**carried, "prompt": record[dialect.question], "completion": chosen}
    after = [{"role": "assistant", "content": chosen}] if isinstance(chosen, str) else _messages(chosen)
    if not after:
        raise ValueError(f"the field {dialect.chosen} holds neither a text nor messages.")
    said = after if _role(after[0]) != "assistant" else _without_reply(before) + after
    return {**carried, **_tools(record.get(dialect.question)), "messages": said}


def _messages(value: Any) -> list[Record]:
    """List the messages of a list, of one message, of an object that wraps a list, or of a question."""
    if isinstance(value, dict):
        return _messages(value["messages"]) if "messages" in value else [_message(value)]
    if isinstance(value, str):
        return [{"role": "user", "content": value}]
    return [_message(entry) for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _role(message: Record) -> str:
    role = message.get("role")
    return CHAT_ROLES.get(role.strip().lower(), "") if isinstance(role, str) else ""


def _without_reply(messages: list[Record]) -> list[Record]:
    """Drop a reply at the end of the question: it is one of the two."""
    return messages[:-1] if messages and _role(messages[-1]) == "assistant" else messages


def _message(entry: Mapping[str, Any]) -> Record:
    """Spell a message by role and content."""
    names = {"from": "role", "value": "content"} if "role" not in entry else {}
    return {names.get(name, name): value for name, value in entry.items()}


def _tools(question: Any) -> Record:
    return {"tools": question["tools"]} if isinstance(question, dict) and question.get("tools") else {}


def _from_transcript(text: str) -> list[Record]:
    _, *parts = _SPEAKER.split(text)
    roles = {"Human": "user", "User": "user", "Assistant": "assistant", "System": "system"}
    return [
        {"role": roles[speaker], "content": said.strip()}
        for speaker, said in zip(parts[::2], parts[1::2], strict=True)
    ]
