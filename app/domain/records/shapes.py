"""Shapes of dataset records, and the only conversion from records to examples."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.findings import AddProblem, Problem
from app.domain.records.advice import wrong_columns
from app.domain.records.dialects import TOOL_NAMES, V4, Dialect, Shape, dialect_of
from app.domain.records.message_names import PLAIN_ROLES
from app.domain.records.record_parser import RecordParser
from app.domain.records.tools import function_names
from app.domain.records.turns import Turn, normalize_turns

__all__ = [
    "OWN",
    "Example",
    "RecordError",
    "Shape",
    "detect",
    "is_meta",
    "parse_dialect",
    "parse_record",
    "text_fields",
    "to_example",
]


@dataclass(frozen=True, slots=True)
class Example:
    """One training example: the turns, and the indices (`trained`) of those that the loss covers."""

    turns: list[Turn]
    trained: tuple[int, ...]
    conversation_id: str
    record_id: str | None
    line: int
    tools: list[dict[str, Any]] | None = None

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The turns as chat templates take them."""
        return [turn.message for turn in self.turns]


class RecordError(ValueError):
    """The record cannot be converted; `problem` has the code and the place."""

    def __init__(self, problem: Problem, line: int) -> None:
        super().__init__(f"{problem.code} at {problem.pointer or '/'} of line {line}")
        self.problem = problem
        self.line = line


def detect(record: Mapping[str, Any]) -> Shape | None:
    """Recognise the shape of a record by its fields; preference pairs have none."""
    dialect = dialect_of(record)
    return None if dialect is None or dialect.is_preference else dialect.shape


def text_fields(record: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the fields that become the messages of a record."""
    dialect = dialect_of(record)
    return dialect.texts if dialect else ()


def is_meta(record: Mapping[str, Any]) -> bool:
    """Return whether the object is a `_meta` line, which is for tooling, instead of a record."""
    return "_meta" in record and dialect_of(record) is None


def parse_record(
    record: Mapping[str, Any], shape: Shape, *, line: int, add: AddProblem, default_id: str | None = None
) -> Example | None:
    """Convert a record as one of the shape, adding all its problems; None when one is an error."""
    fields = dialect_of(record)
    fields = fields if fields and fields.shape is shape else OWN[shape]
    return parse_dialect(record, fields, line=line, add=add, default_id=default_id)


def parse_dialect(
    record: Mapping[str, Any], fields: Dialect, *, line: int, add: AddProblem, default_id: str | None = None
) -> Example | None:
    """Convert a record of a dialect, adding all its problems; None when one is an error.

    `default_id` names the conversation of a record without an id; without it, the line does. Nothing is
    trained of a record of weight 0.
    """
    if not fields.is_whole and (problem := wrong_columns(record, fields)):
        add(problem)
        return None
    parser = RecordParser(record, add)
    record_id = conversation_id = tools = None
    is_trained = True
    if others := fields.others:
        record_id = parser.optional_id("id", is_unique=True)
        conversation_id = parser.optional_id("conversation_id")
        is_trained = parser.weight()
        tools = parser.tools() if not others.isdisjoint(TOOL_NAMES) else None
    add_problem = parser.add_problem if is_trained else parser.add_for_context
    turns = normalize_turns(_PARSERS[fields.shape](parser, fields), add_problem)
    if tools and not parser.has_error:
        _check_calls(turns, tools, parser)
    if parser.has_error:
        return None
    trained = tuple([index for index, turn in enumerate(turns) if turn.trained]) if is_trained else ()
    conversation_id = conversation_id or default_id or f"line-{line}"
    return Example(turns, trained, conversation_id, record_id, line, tools)


def to_example(record: Mapping[str, Any], shape: Shape, line: int, default_id: str | None = None) -> Example:
    """Convert a record; raises RecordError for its first error."""

    def refuse(problem: Problem) -> None:
        if problem.is_error:
            raise RecordError(problem, line)

    example = parse_record(record, shape, line=line, add=refuse, default_id=default_id)
    assert example is not None
    return example


def _check_calls(turns: list[Turn], tools: list[dict[str, Any]], parser: RecordParser) -> None:
    """Report calls of functions that the record's tools do not define."""
    called = {name for turn in turns for name in function_names((turn.extra or {}).get("tool_calls", ()))}
    for name in sorted(called - function_names(tools) - {""}):
        parser.add_problem("tools.undefined", found=name)


def _v4_turns(parser: RecordParser, _fields: Dialect) -> list[Turn]:
    _check_v4_context(parser)
    system = parser.optional("system_prompt", str) or ""
    history = parser.optional_turns("conversation_history", PLAIN_ROLES)
    for turn in history:
        turn.trained = False
    user_input, reply = parser.text("current_user_input"), parser.target("target_response")
    # Real files repeat the input as the last entry of the history: it is taken once.
    last = len(history) - 1
    while last >= 0 and history[last].role == "system":
        last -= 1
    repeats = last >= 0 and history[last].role == "user"
    if repeats and (not user_input or history[last].content.strip() == user_input.strip()):
        del history[last]
    pair = [Turn("user", user_input), Turn("assistant", reply, trained=True)]
    head = [Turn("system", system)] if system and not system.isspace() else []
    return [*head, *history, *pair]


def _check_v4_context(parser: RecordParser) -> None:
    turn_number = parser.optional("turn_number", int)
    if turn_number is not None and turn_number < 1:
        expected = "a whole number from 1"
        parser.add_problem(
            "field.type", "turn_number", name="turn_number", found=turn_number, expected=expected
        )
    parser.optional("conversation_metadata", dict)
    parser.optional("training_metadata", dict)


def _listed_turns(parser: RecordParser, fields: Dialect) -> list[Turn]:
    return _system_turns(parser, fields) + parser.turns(fields.turns)


def _pair_turns(parser: RecordParser, fields: Dialect) -> list[Turn]:
    """Parse a question, with its context or with nothing else, and its reply."""
    head = _system_turns(parser, fields) + parser.history(fields.history)
    context = parser.context(fields.context) if fields.context else ""
    question = parser.optional_text(fields.question) if context else parser.text(fields.question)
    prompt = f"{question}\n\n{context}" if question and context else question or context
    return [*head, Turn("user", prompt), Turn("assistant", parser.target(fields.reply), trained=True)]


def _system_turns(parser: RecordParser, fields: Dialect) -> list[Turn]:
    if not fields.systems:
        return []
    texts = dict.fromkeys(parser.optional_text(name) for name in fields.systems)
    return [Turn("system", text) for text in texts if text]


OWN = {  # the dialect in which a shape is written
    Shape.BRIGHTRUN_LORA_V4: V4,
    Shape.MESSAGES: Dialect(Shape.MESSAGES, turns="messages"),
    Shape.TURNS: Dialect(Shape.TURNS, turns="turns"),
    Shape.SHAREGPT: Dialect(Shape.SHAREGPT, turns="conversations"),
    Shape.PROMPT_COMPLETION: Dialect(Shape.PROMPT_COMPLETION, question="prompt", reply="completion"),
    Shape.ALPACA: Dialect(Shape.ALPACA, question="instruction", context="input", reply="output"),
}
_PARSERS: dict[Shape, Callable[[RecordParser, Dialect], list[Turn]]] = {
    Shape.BRIGHTRUN_LORA_V4: _v4_turns,
    **dict.fromkeys((Shape.MESSAGES, Shape.TURNS, Shape.SHAREGPT), _listed_turns),
    **dict.fromkeys((Shape.PROMPT_COMPLETION, Shape.ALPACA), _pair_turns),
}
