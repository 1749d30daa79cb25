"""Advice for records in no dialect: one problem that says all that must be renamed."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from app.domain.findings import Problem
from app.domain.records.dialects import Dialect, dialect_of
from app.domain.records.message_names import CONTENT_NAMES, EXCHANGES, ROLE_NAMES

Record = Mapping[str, Any]
IsTold = Callable[[str, str], bool]

_SHOWN = 10
# names of what nobody says: such a text is neither a question nor a reply
_ABOUT = re.compile(
    r"(.*_|)(id|uuid|guid|url|uri|link|path|file|method|model|title|type|category|source|dataset|split|"
    r"language|lang|version|date|time|timestamp|created|updated|at|status|license|hash)",
    re.IGNORECASE,
)
_DEPTH = 4
_CONTEXTS = (
    "context",
    "passage",
    "document",
    "knowledge",
    "background",
    "article",
    "paragraph",
    "note",
    "input",
)
_REPLIES = (
    "response",
    "answer",
    "output",
    "reply",
    "completion",
    "target",
    "solution",
    "result",
    "assistant",
)
_ROLES = ("speaker", "author", "sender", "who", "name", "user", "type", "participant", "side")
_KNOWN = (
    "Use messages, conversations, prompt + completion, question + answer, or instruction + input + output; "
    "docs/datasets.md has the table."
)


def unknown_shape(record: Record, is_told: IsTold = lambda _code, _found: False) -> Problem:
    """Make the problem of a record that has no shape, or is a preference pair.

    It has no suggestion where `is_told`, asked with its code and its `found`, says that one is shown already.
    """
    dialect = dialect_of(record)
    if dialect and dialect.is_preference:
        found = f"{dialect.chosen} and {dialect.rejected}"
        return Problem("record.preference_pair", (dialect.chosen,), detail={"found": found})
    code, found = "record.unknown_shape", _listed(record)
    suggestion = "" if is_told(code, found) else _renaming(record)
    return Problem(code, detail={"found": found, "suggestion": suggestion})


def wrong_columns(record: Record, dialect: Dialect) -> Problem | None:
    """Make the problem of a record whose texts stand under other names than its dialect reads."""
    if dialect.turns:
        return _wrong_messages(record.get(dialect.turns), dialect.turns)
    missing = [name for name in (dialect.question, dialect.reply) if name not in record]
    others = [name for name in _texts(record) if name not in dialect.texts] if missing else []
    if not others:
        return None
    detail = {
        "name": " and no ".join(missing),
        "found": _listed(record),
        "suggestion": f"Rename {_pairs(others, missing, has_context=bool(dialect.context))}.",
    }
    return Problem("record.wrong_columns", (missing[0],), detail=detail)


def _wrong_messages(entries: Any, name: str) -> Problem | None:
    first = entries[0] if type(entries) is list and entries else None
    if type(first) is not dict or ("role" in first and "content" in first):
        return None
    if _has(first, ROLE_NAMES) and _has(first, CONTENT_NAMES):
        return None
    if any(pair[0] in first and pair[1] in first for pair in EXCHANGES):
        return None
    wanted = (("role", ROLE_NAMES), ("content", CONTENT_NAMES))
    dicts = [entry for entry in entries if isinstance(entry, dict)]
    missing = [target for target, names in wanted if not any(_has(entry, names) for entry in dicts)]
    others = [field for field in _texts(first) if field not in (*ROLE_NAMES, *CONTENT_NAMES)]
    if not missing or len(others) < len(missing):
        return None
    others.sort(key=lambda field: (not _is_like(field, _ROLES), len(first[field])))
    renamed = " and ".join(f"{old} to {new}" for old, new in zip(others, missing, strict=False))
    detail = {
        "name": " and no ".join(f"{target} in the messages of {name}" for target in missing),
        "found": _listed(first),
        "suggestion": f"Rename {renamed} in all messages.",
    }
    return Problem("record.wrong_columns", (name,), detail=detail)


def _renaming(record: Record) -> str:
    if nested := _nested(record):
        return nested
    lists = [name for name, value in record.items() if isinstance(value, list) and value]
    messages = [name for name in lists if isinstance(record[name][0], dict)]
    if messages:
        name = messages[0]
        inner = _wrong_messages(record[name], name)
        more = f" {inner.detail['suggestion']}" if inner else ""
        return f"If {name} holds the messages, rename it to messages.{more} {_KNOWN}"
    texts = _texts(record)
    if len(texts) == 1:
        return (
            f"If {texts[0]} holds a whole conversation, write its turns as a list named messages, each with "
            f"a role and a content; a repair does so where marks such as USER: tell who speaks. {_KNOWN}"
        )
    if texts:
        return f"Rename {_pairs(texts, ['prompt', 'completion'], has_context=len(texts) < 3)}. {_KNOWN}"
    return _KNOWN


def _nested(record: Record) -> str:
    """Say how messages deeper in the record become its own, as a command; empty where there are none."""
    found = list(_message_paths(record, "", _DEPTH))
    lists = [path for path, is_choice in found if not is_choice]
    replies = [path for path, is_choice in found if is_choice]
    if not found or (lists and "." not in lists[0].lstrip(".")):
        return ""
    places = [*lists[:1], *replies[:1]]
    messages = " + ".join([*lists[:1], *(f"[{path}]" for path in replies[:1])])
    around = places[0].rpartition(".")[0]
    return (
        f"The messages stand deeper, in {' and '.join(place[1:] for place in places)}: "
        '`jq -c \'if type == "array" then .[] else . end | '
        f"{{messages: ({messages}), tools: {around}.tools}}' FILE > out.jsonl` writes them as records."
    )


def _message_paths(value: Any, path: str, depth: int) -> Iterator[tuple[str, bool]]:
    """Yield the path of each list of messages below, and of the message of a first choice (then true)."""
    for name, inner in value.items() if isinstance(value, dict) and depth else ():
        here = f"{path}.{name}" if name.isidentifier() else f'{path}."{name}"'
        first = inner[0] if isinstance(inner, list) and inner else None
        if isinstance(first, dict) and _has(first, ROLE_NAMES) and _has(first, CONTENT_NAMES):
            yield here, False
        elif isinstance(first, dict) and isinstance(first.get("message"), dict):
            yield f"{here}[0].message", True
        else:
            yield from _message_paths(inner, here, depth - 1)


def _pairs(names: list[str], missing: list[str], *, has_context: bool) -> str:
    """Write what to rename to what: the names that are like a reply or a context first, then by order."""
    left, renamed = list(names), []
    for target in sorted(missing, key=lambda name: name not in _REPLIES):
        like = _REPLIES if target in _REPLIES else ()
        usual = [name for name in left if not _is_like(name, _CONTEXTS)] or left
        if not usual:
            break
        reply = next((name for name in usual if _is_like(name, like)), None)
        chosen = reply or (usual[-1] if target in _REPLIES else usual[0])
        left.remove(chosen)
        renamed.append(f"{chosen} to {target}")
    context = next((name for name in left if _is_like(name, _CONTEXTS)), None)
    if context and not has_context:
        renamed.append(f"{context} to input")
    return " and ".join(reversed(renamed)) if len(missing) > 1 else " and ".join(renamed)


def _texts(record: Record) -> list[str]:
    return [
        name
        for name, value in record.items()
        if isinstance(value, str) and value.strip() and not _ABOUT.fullmatch(name)
    ]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(list(names)[:_SHOWN]) or "none"


def _has(entry: Record, names: Iterable[str]) -> bool:
    return any(name in entry for name in names)


def _is_like(name: str, words: Iterable[str]) -> bool:
    return any(word in name.lower() for word in words)
