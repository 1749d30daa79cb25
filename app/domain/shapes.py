"""Shapes of dataset records, and the only conversion from records to examples."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.domain.findings import AddProblem, Problem
from app.domain.record_parser import RecordParser
from app.domain.turns import Turn, normalize_turns

_PLAIN_ROLES = {role: role for role in ("system", "user", "assistant")}
_CHAT_ROLES = _PLAIN_ROLES | {"tool": "tool", "developer": "system"}
_SHAREGPT_ROLES = _PLAIN_ROLES | {"tool": "tool", "human": "user", "gpt": "assistant"}


class Shape(StrEnum):
    """Record shape of a file; all its records have the same one."""

    BRIGHTRUN_LORA_V4 = "brightrun_lora_v4"
    MESSAGES = "messages"
    TURNS = "turns"
    SHAREGPT = "sharegpt"
    PROMPT_COMPLETION = "prompt_completion"
    ALPACA = "alpaca"


_SHAPE_BY_FIELD = {
    "current_user_input": Shape.BRIGHTRUN_LORA_V4,
    "target_response": Shape.BRIGHTRUN_LORA_V4,
    "conversation_history": Shape.BRIGHTRUN_LORA_V4,
    "messages": Shape.MESSAGES,
    "turns": Shape.TURNS,
    "conversations": Shape.SHAREGPT,
    "prompt": Shape.PROMPT_COMPLETION,
    "completion": Shape.PROMPT_COMPLETION,
    "instruction": Shape.ALPACA,
}


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
    """Recognise the shape of a record by its fields."""
    if "training_file_metadata" in record:  # an archive: a whole document, not a record
        return None
    return next((shape for field, shape in _SHAPE_BY_FIELD.items() if field in record), None)


def is_meta(record: Mapping[str, Any]) -> bool:
    """Return whether the object is a `_meta` line, which is for tooling, instead of a record."""
    return "_meta" in record and detect(record) is None


def parse_record(
    record: Mapping[str, Any], shape: Shape, *, line: int, add: AddProblem, default_id: str | None = None
) -> Example | None:
    """Convert a record, adding all its problems; None when one is an error.

    `default_id` names the conversation of a record without an id; without it, the line does.
    """
    parser = RecordParser(record, add)
    record_id, conversation_id = parser.optional_id("id"), parser.optional_id("conversation_id")
    tools = parser.objects("tools") if shape is Shape.MESSAGES else None
    turns = normalize_turns(_PARSERS[shape](parser), parser.add_problem)
    if parser.has_error:
        return None
    trained = tuple([index for index, turn in enumerate(turns) if turn.trained])
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


def _v4_turns(parser: RecordParser) -> list[Turn]:
    _check_v4_context(parser)
    system = parser.optional("system_prompt", str) or ""
    history = parser.optional_turns("conversation_history", _PLAIN_ROLES)
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


def _prompt_completion_turns(parser: RecordParser) -> list[Turn]:
    prompt, completion = parser.text("prompt"), parser.target("completion")
    return [Turn("user", prompt), Turn("assistant", completion, trained=True)]


def _alpaca_turns(parser: RecordParser) -> list[Turn]:
    instruction, output = parser.text("instruction"), parser.target("output")
    context = parser.optional("input", str) or ""
    prompt = f"{instruction}\n\n{context}" if context.strip() else instruction
    return [Turn("user", prompt), Turn("assistant", output, trained=True)]


_PARSERS: dict[Shape, Callable[[RecordParser], list[Turn]]] = {
    Shape.BRIGHTRUN_LORA_V4: _v4_turns,
    Shape.MESSAGES: lambda parser: parser.turns("messages", _CHAT_ROLES),
    Shape.TURNS: lambda parser: parser.turns("turns", _CHAT_ROLES),
    Shape.SHAREGPT: lambda parser: parser.turns("conversations", _SHAREGPT_ROLES),
    Shape.PROMPT_COMPLETION: _prompt_completion_turns,
    Shape.ALPACA: _alpaca_turns,
}
