"""Dialects of dataset records as data: the names of the fields that hold a conversation."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple


class Shape(StrEnum):
    """Record shape of a file; all its records have the same one."""

    BRIGHTRUN_LORA_V4 = "brightrun_lora_v4"
    MESSAGES = "messages"
    TURNS = "turns"
    SHAREGPT = "sharegpt"
    PROMPT_COMPLETION = "prompt_completion"
    ALPACA = "alpaca"


SYSTEM_NAMES = ("system", "system_prompt")
TOOL_NAMES = ("tools", "functions")

PREFERENCES = (  # names of the better and of the worse reply
    ("chosen", "rejected"),
    ("response_chosen", "response_rejected"),
    ("chosen_response", "rejected_response"),
    ("answer_chosen", "answer_rejected"),
    ("preferred_output", "non_preferred_output"),
    ("preferred", "non_preferred"),
    ("preferred", "dispreferred"),
    ("accepted", "rejected"),
    ("response_j", "response_k"),
)

_V4_SIGNS = ("current_user_input", "target_response", "conversation_history")
_LISTS = {"messages": Shape.MESSAGES, "turns": Shape.TURNS, "conversations": Shape.SHAREGPT}
_OTHER_LISTS = dict.fromkeys(("conversation", "dialogue", "dialog", "chat"), Shape.SHAREGPT)
_CONTEXTS = ("input", "context")
_ANSWERS = ("response", "answer", "completion", "output", "reply")
_PAIRS: tuple[tuple[Shape, str, tuple[str, ...]], ...] = (  # the names of the question and of the reply
    (Shape.ALPACA, "instruction", ("output",)),
    (Shape.PROMPT_COMPLETION, "prompt", ("completion",)),
    (Shape.ALPACA, "instruction", _ANSWERS),
    (Shape.PROMPT_COMPLETION, "prompt", _ANSWERS),
    (Shape.PROMPT_COMPLETION, "question", ("answer", *_ANSWERS)),
    (Shape.PROMPT_COMPLETION, "query", _ANSWERS),
    (Shape.PROMPT_COMPLETION, "problem", ("solution", "answer")),
    (Shape.PROMPT_COMPLETION, "user", ("assistant",)),
    (Shape.PROMPT_COMPLETION, "human", ("assistant", "gpt", "bot")),
    (Shape.PROMPT_COMPLETION, "input", ("output", "response", "answer")),
    (Shape.PROMPT_COMPLETION, "inputs", ("targets",)),
    (Shape.PROMPT_COMPLETION, "source", ("target",)),
)
_PARTS = {  # a record with only one of its two fields: what is missing can be named
    "instruction": (Shape.ALPACA, "instruction", "output"),
    "prompt": (Shape.PROMPT_COMPLETION, "prompt", "completion"),
    "completion": (Shape.PROMPT_COMPLETION, "prompt", "completion"),
}
_MAX_CACHED, _MAX_CHARACTERS = 1000, 5000


OTHERS = ("id", "conversation_id", "weight", *TOOL_NAMES)  # what is read beside the conversation


class Dialect(NamedTuple):
    """Names of the fields that hold a record's conversation; "" where it has none of the kind."""

    shape: Shape
    turns: str = ""
    question: str = ""
    context: str = ""
    reply: str = ""
    history: str = ""
    systems: tuple[str, ...] = ()
    chosen: str = ""
    rejected: str = ""
    others: frozenset[str] = frozenset(OTHERS)  # those of these names that the record has
    is_whole: bool = False  # the record has a question and a reply

    @property
    def texts(self) -> tuple[str, ...]:
        """All fields that become messages."""
        names = (self.turns, self.question, self.context, self.reply, self.history, *self.systems)
        return tuple(name for name in names if name)

    @property
    def conversation(self) -> "Dialect":
        """The names of its fields alone: equal for records that say the same by the same fields."""
        return self._replace(others=frozenset(), is_whole=False)

    @property
    def is_preference(self) -> bool:
        """Whether the record holds two replies, one of which is the better."""
        return bool(self.chosen)


V4 = Dialect(
    Shape.BRIGHTRUN_LORA_V4,
    question="current_user_input",
    reply="target_response",
    history="conversation_history",
    systems=("system_prompt",),
    others=frozenset(("id", "conversation_id", "weight")),
    is_whole=True,
)
_cache: dict[tuple[str, ...], Dialect | None] = {}


def dialect_of(record: Mapping[str, Any]) -> Dialect | None:
    """Recognise the dialect of a record by the names of its fields."""
    names = tuple(record)
    try:
        dialect = _cache[names]
    except KeyError:
        dialect = _find(names)
        if len(_cache) < _MAX_CACHED and sum(map(len, names)) < _MAX_CHARACTERS:
            _cache[names] = dialect
    return dialect or _find_texts(record)


def _find(names: tuple[str, ...]) -> Dialect | None:
    dialect = _find_dialect(names)
    if dialect is None:
        return None
    others = frozenset(names).intersection(OTHERS)
    is_whole = dialect.question in names and dialect.reply in names
    if dialect.shape is Shape.BRIGHTRUN_LORA_V4:  # has no tools, and its missing fields are named one by one
        others, is_whole = others - set(TOOL_NAMES), True
    return dialect._replace(others=others, is_whole=is_whole)


def _find_dialect(names: tuple[str, ...]) -> Dialect | None:
    spelled = {name.strip().lower(): name for name in reversed(names)}
    if "training_file_metadata" in spelled:  # an archive: a whole document, not a record
        return None
    if any(spelled.get(sign) == sign for sign in _V4_SIGNS):
        return V4
    found = _find_list(spelled, _LISTS) or _find_pair(spelled) or _find_list(spelled, _OTHER_LISTS)
    preference = next((pair for pair in PREFERENCES if all(name in spelled for name in pair)), None)
    if preference:
        chosen, rejected = (spelled[name] for name in preference)
        return (found or _find_question(spelled))._replace(chosen=chosen, rejected=rejected)
    return found or _find_part(spelled)


def _find_texts(record: Mapping[str, Any]) -> Dialect | None:
    """Recognise a list of texts that are said in turn, which has the name of wrapped rows."""
    texts = record.get("data")
    is_said = isinstance(texts, list) and len(texts) > 1 and all(isinstance(text, str) for text in texts)
    return Dialect(Shape.SHAREGPT, turns="data") if is_said else None


def _find_list(spelled: dict[str, str], lists: Mapping[str, Shape]) -> Dialect | None:
    found = ((shape, spelled[name]) for name, shape in lists.items() if name in spelled)
    return next((Dialect(shape, turns=name, systems=_systems(spelled)) for shape, name in found), None)


def _find_pair(spelled: dict[str, str]) -> Dialect | None:
    for shape, question, replies in _PAIRS:
        reply = next((name for name in replies if name in spelled), None)
        if reply and question in spelled:
            return _pair(spelled, shape, question, reply)
    return None


def _find_part(spelled: dict[str, str]) -> Dialect | None:
    parts = (_pair(spelled, *part) for name, part in _PARTS.items() if name in spelled)
    return next(parts, None)


def _find_question(spelled: dict[str, str]) -> Dialect:
    """Name the question of a preference pair, which may stand in its replies as well."""
    known = dict.fromkeys(question for _, question, _ in _PAIRS)
    question = next((name for name in known if name in spelled), "")
    return _pair(spelled, Shape.PROMPT_COMPLETION, question, "")


def _pair(spelled: dict[str, str], shape: Shape, question: str, reply: str) -> Dialect:
    context = next((name for name in _CONTEXTS if name in spelled and name != question), "")
    return Dialect(
        shape,
        question=spelled.get(question, question),
        context=spelled.get(context, ""),
        reply=spelled.get(reply, reply),
        history=spelled.get("history", ""),
        systems=_systems(spelled),
    )


def _systems(spelled: dict[str, str]) -> tuple[str, ...]:
    return tuple(spelled[name] for name in SYSTEM_NAMES if name in spelled)
