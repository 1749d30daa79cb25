"""Records: the shapes of a dataset line and the one conversion to messages in the whole system."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.domain.findings import Note, Problem
from app.domain.record_parser import RecordReader
from app.domain.turns import Turn, arranged

_PLAIN_ROLES = {role: role for role in ("system", "user", "assistant")}
_CHAT_ROLES = _PLAIN_ROLES | {"tool": "tool", "developer": "system"}
_SHAREGPT_ROLES = _PLAIN_ROLES | {"tool": "tool", "human": "user", "gpt": "assistant"}


class Shape(StrEnum):
    """What a record of a file looks like; one shape per file."""

    BRIGHTRUN_LORA_V4 = "brightrun_lora_v4"
    MESSAGES = "messages"
    TURNS = "turns"
    SHAREGPT = "sharegpt"
    PROMPT_COMPLETION = "prompt_completion"
    ALPACA = "alpaca"


_SIGNS = {
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
    """One training example: who says what in turn, and which turns (`trained`) the loss covers."""

    turns: list[Turn]
    trained: tuple[int, ...]
    conversation_id: str
    record_id: str | None
    line: int
    tools: list[dict[str, Any]] | None = None

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The turns as chat templates want them."""
        return [turn.message for turn in self.turns]


class RecordError(ValueError):
    """The record cannot be converted; `problem` names the code and the place."""

    def __init__(self, problem: Problem, line: int) -> None:
        super().__init__(f"{problem.code} at {problem.pointer or '/'} of line {line}")
        self.problem = problem
        self.line = line


def detect(record: Mapping[str, Any]) -> Shape | None:
    """Recognise the shape of a record by its fields."""
    if "training_file_metadata" in record:  # the archive form, one document and no record
        return None
    return next((shape for field, shape in _SIGNS.items() if field in record), None)


def is_meta(record: Mapping[str, Any]) -> bool:
    """Tell a `_meta` line, which is for tooling, from a record."""
    return "_meta" in record and detect(record) is None


def examine(
    record: Mapping[str, Any], shape: Shape, *, line: int, note: Note, name: str | None = None
) -> Example | None:
    """Convert a record, noting everything that is wrong; None when there is an error.

    `name` stands in for the id of its conversation where it has none: by default its line.
    """
    reader = RecordReader(record, note)
    record_id, conversation_id = reader.identity("id"), reader.identity("conversation_id")
    tools = reader.objects("tools") if shape is Shape.MESSAGES else None
    turns = arranged(_READERS[shape](reader), reader.tell)
    if reader.failed:
        return None
    trained = tuple([index for index, turn in enumerate(turns) if turn.trained])
    return Example(turns, trained, conversation_id or name or f"line-{line}", record_id, line, tools)


def to_example(record: Mapping[str, Any], shape: Shape, line: int, name: str | None = None) -> Example:
    """Convert a record; raises RecordError for the first thing that stands in the way."""

    def refuse(problem: Problem) -> None:
        if problem.is_error:
            raise RecordError(problem, line)

    example = examine(record, shape, line=line, note=refuse, name=name)
    assert example is not None
    return example


def _v4_turns(reader: RecordReader) -> list[Turn]:
    _check_v4_context(reader)
    system = reader.optional("system_prompt", str) or ""
    history = reader.optional_turns("conversation_history", _PLAIN_ROLES)
    for turn in history:
        turn.trained = False
    said, reply = reader.text("current_user_input"), reader.target("target_response")
    # Real files repeat the input as the last entry of the history: it is said once.
    last = len(history) - 1
    while last >= 0 and history[last].role == "system":
        last -= 1
    repeats = last >= 0 and history[last].role == "user"
    if repeats and (not said or history[last].content.strip() == said.strip()):
        del history[last]
    pair = [Turn("user", said), Turn("assistant", reply, trained=True)]
    head = [Turn("system", system)] if system and not system.isspace() else []
    return [*head, *history, *pair]


def _check_v4_context(reader: RecordReader) -> None:
    turn_number = reader.optional("turn_number", int)
    if turn_number is not None and turn_number < 1:
        expected = "a whole number from 1"
        reader.tell("field.type", "turn_number", name="turn_number", found=turn_number, expected=expected)
    reader.optional("conversation_metadata", dict)
    reader.optional("training_metadata", dict)


def _prompt_completion_turns(reader: RecordReader) -> list[Turn]:
    prompt, completion = reader.text("prompt"), reader.target("completion")
    return [Turn("user", prompt), Turn("assistant", completion, trained=True)]


def _alpaca_turns(reader: RecordReader) -> list[Turn]:
    instruction, output = reader.text("instruction"), reader.target("output")
    context = reader.optional("input", str) or ""
    said = f"{instruction}\n\n{context}" if context.strip() else instruction
    return [Turn("user", said), Turn("assistant", output, trained=True)]


_READERS: dict[Shape, Callable[[RecordReader], list[Turn]]] = {
    Shape.BRIGHTRUN_LORA_V4: _v4_turns,
    Shape.MESSAGES: lambda reader: reader.turns("messages", _CHAT_ROLES),
    Shape.TURNS: lambda reader: reader.turns("turns", _CHAT_ROLES),
    Shape.SHAREGPT: lambda reader: reader.turns("conversations", _SHAREGPT_ROLES),
    Shape.PROMPT_COMPLETION: _prompt_completion_turns,
    Shape.ALPACA: _alpaca_turns,
}
