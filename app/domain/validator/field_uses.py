"""Uses of fields as data: which names the converter reads, and what to do about those that it does not."""

from collections.abc import Mapping
from typing import Any

from app.domain.records.dialects import TOOL_NAMES, Dialect, Shape
from app.domain.records.message_names import (
    CHAT_ROLES,
    CONTENT_NAMES,
    EXCHANGES,
    ROLE_NAMES,
    THOUGHT_NAMES,
    WEIGHT_NAMES,
)

_ANY_RECORD = frozenset(
    ("id", "conversation_id", "turn_number", "weight", "conversation_metadata", "training_metadata")
)
# published with the native format, for people only; conversion carries them over
PUBLISHED = frozenset(("emotional_context", "turn", "emotional_state"))
_CALLS = frozenset(("tool_calls", "function_call"))
_RESULT = frozenset(("tool_call_id", "name"))
ROLE_DEPENDENT = frozenset((*THOUGHT_NAMES, *_CALLS, *_RESULT))

_REMEDIES: tuple[
    tuple[frozenset[str], str, str], ...
] = (  # names, and the remedy in a record and in a message
    (
        frozenset(("system", "system_prompt", "system_message", "instructions", "persona")),
        "Rename it to system: it then opens the conversation.",
        "Write it as a message of the role system.",
    ),
    (
        frozenset((*THOUGHT_NAMES, "thought", "thoughts", "thinking_content", "cot", "rationale")),
        "Put the thought into `reasoning_content` of a message, or into the reply in the model's own marks.",
        "Put the thought into `reasoning_content` of the reply, or into its text in the model's own marks.",
    ),
    (
        frozenset((*WEIGHT_NAMES, "loss", "loss_weight", "loss_mask", "mask", "masked", "train_on_turn")),
        "Write weight 0 on each message, or on the record, that shall not be trained.",
        "Rename it to weight: 0 leaves the message out of training, 1 trains it.",
    ),
    (
        frozenset(("functions", "tools", "available_tools", "function_definitions")),
        "Rename it to tools.",
        "Move it to the field tools of the record.",
    ),
    (
        frozenset((*_CALLS, "tool_call")),
        "Move the calls to the field tool_calls of the reply's message.",
        "Only a reply can call tools: move the calls to a message of the role assistant.",
    ),
    (
        frozenset(("image", "images", "image_url", "audio", "audios", "video", "videos", "files")),
        "Only text is trained: leave it out, or leave the record out if its text makes no sense alone.",
        "Only text is trained: leave it out, or leave the record out if its text makes no sense alone.",
    ),
    (
        frozenset(("chosen", "rejected", "label", "rejected_response", "chosen_response")),
        "Nothing compares replies: keep the records whose reply is good, and leave this field out.",
        "Nothing compares replies: keep the good one, and leave this field out.",
    ),
    (
        frozenset(("history", "conversation_history", "previous_turns", "dialog_history", "chat_history")),
        "Write the earlier turns as messages before the question, in a list named messages.",
        "Write the earlier turns as messages of their own.",
    ),
)
_TEXTS = frozenset(
    ("context", "input", "prompt", "instruction", "question", "query", "text", "content", "value", "output",
     "response", "answer", "reply", "completion", "knowledge", "passage", "document", "documents", "article",
     "messages", "conversations", "conversation", "turns", "dialogue", "chat", "choices", "options", "hint",
     "explanation", "solution", "summary", "background", "reference", "name_of_speaker")
)  # fmt: skip
_CARRYING = _TEXTS.union(*(names for names, *_ in _REMEDIES))
_TEXT_REMEDY = (
    "Nothing must be done if it shall be neither trained nor shown; else put it into a field that is read: "
    "context (beside a question), system, or a message."
)


def read_fields(dialect: Dialect | None) -> frozenset[str]:
    """Collect the names that are read in a record."""
    if dialect is None or dialect.is_preference:
        return frozenset()
    tools = () if dialect.shape is Shape.BRIGHTRUN_LORA_V4 else TOOL_NAMES
    return _ANY_RECORD | {*dialect.texts, *tools}


def read_message_fields(names: tuple[str, ...], role: str, *, is_native: bool) -> frozenset[str]:
    """Collect the names that are read in a message by a role, which is canonical."""
    if not is_native and not any(name in names for name in ROLE_NAMES):
        pair = next((pair for pair in EXCHANGES if pair[0] in names and pair[1] in names), None)
        if pair:
            return frozenset((*pair, *WEIGHT_NAMES))
    used = {*_first(ROLE_NAMES, names), *_first(CONTENT_NAMES, names), *WEIGHT_NAMES}
    if role == "assistant":
        used |= {*THOUGHT_NAMES, *_CALLS}
    if role == "tool":
        used |= _RESULT
    return frozenset(used)


def message_role(entry: Mapping[str, Any]) -> str:
    """Return the canonical role of a message; "" where it is unknown."""
    value = next((entry[name] for name in ROLE_NAMES if name in entry), None)
    return CHAT_ROLES.get(value.strip().lower(), "") if isinstance(value, str) else ""


def carries_text(name: str) -> bool:
    """Return whether a field of this name is known to carry text, a mask or a weight."""
    return _plain(name) in _CARRYING


def remedy(name: str, *, in_message: bool) -> str:
    """Say what to do about a field that is not read."""
    plain = _plain(name)
    texts = next((texts for names, *texts in _REMEDIES if plain in names), (_TEXT_REMEDY, _TEXT_REMEDY))
    return texts[in_message]


def _plain(name: str) -> str:
    """Spell a name as the tables do; of a name inside a field, the last part."""
    return name.rpartition(".")[2].strip().lower()


def _first(wanted: tuple[str, ...], names: tuple[str, ...]) -> list[str]:
    return [name for name in wanted if name in names][:1]
