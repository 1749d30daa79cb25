"""Records: the shapes of a dataset line and the one conversion to messages in the whole system."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson

from app.domain.findings import Note, Problem
from app.domain.record_reader import RecordReader
from app.domain.turns import Turn, arranged

_PLAIN_ROLES = {role: role for role in ("system", "user", "assistant")}
_CHAT_ROLES = _PLAIN_ROLES | {"tool": "tool", "developer": "system"}
_SHAREGPT_ROLES = _PLAIN_ROLES | {"tool": "tool", "human": "user", "gpt": "assistant"}

_PAIR_FIELDS = (
    "id",
    "conversation_id",
    "turn_number",
    "conversation_metadata",
    "system_prompt",
    "conversation_history",
    "current_user_input",
    "emotional_context",
    "target_response",
    "training_metadata",
)


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
    """One training example: messages in turn, and which of them (`trained`) the loss covers."""

    messages: list[dict[str, Any]]
    trained: tuple[int, ...]
    conversation_id: str
    record_id: str | None
    line: int
    tools: list[dict[str, Any]] | None = None


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


def examine(record: Mapping[str, Any], shape: Shape, *, line: int, note: Note) -> Example | None:
    """Convert a record, noting everything that is wrong; None when there is an error."""
    reader = RecordReader(record, note)
    record_id, conversation_id = reader.identity("id"), reader.identity("conversation_id")
    tools = reader.objects("tools") if shape is Shape.MESSAGES else None
    turns = arranged(_READERS[shape](reader), reader.tell)
    if reader.failed:
        return None
    return Example(
        messages=[turn.message for turn in turns],
        trained=tuple(index for index, turn in enumerate(turns) if turn.trained),
        conversation_id=conversation_id or f"line-{line}",
        record_id=record_id,
        line=line,
        tools=tools,
    )


def to_example(record: Mapping[str, Any], shape: Shape, line: int) -> Example:
    """Convert a record; raises RecordError for the first thing that stands in the way."""

    def refuse(problem: Problem) -> None:
        if problem.is_error:
            raise RecordError(problem, line)

    example = examine(record, shape, line=line, note=refuse)
    assert example is not None
    return example


def read_examples(lines: Iterable[bytes], shape: Shape) -> Iterator[Example]:
    """Convert the lines of a validated file, skipping blank and `_meta` lines.

    Raises RecordError or ValueError for a line that validation would have refused.
    """
    for number, line in enumerate(lines, 1):
        text = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if not text or text.isspace():
            continue
        record = orjson.loads(text)
        if not is_meta(record):
            yield to_example(record, shape, number)


def full_json_to_jsonl(document: Mapping[str, Any]) -> Iterator[bytes]:
    """Yield the lines (to be joined by LF) of an archive document: `_meta`, then the pairs."""
    metadata = document["training_file_metadata"]
    yield orjson.dumps(
        {
            "_meta": {
                "file_name": metadata["file_name"],
                "total_pairs": metadata["total_training_pairs"],
                "version": metadata["version"],
            }
        }
    )
    for conversation in document["conversations"]:
        uuid = conversation["conversation_metadata"]["conversation_id"]
        for pair in conversation["training_pairs"]:
            if pair["target_response"] is not None:
                renamed = pair | {"id": f"{pair['id']}_{uuid[:8]}", "conversation_id": uuid}
                ordered = {name: renamed[name] for name in _PAIR_FIELDS if name in renamed}
                yield orjson.dumps(ordered | renamed)


def _v4_turns(reader: RecordReader) -> list[Turn]:
    _check_v4_context(reader)
    system = reader.optional("system_prompt", str) or ""
    history = reader.optional_turns("conversation_history", _PLAIN_ROLES)
    for turn in history:
        turn.trained = False
    said, reply = reader.text("current_user_input"), reader.target("target_response")
    # Real files repeat the input as the last entry of the history: it is said once.
    if history and history[-1].role == "user" and history[-1].content.strip() == said.strip():
        history.pop()
    pair = [Turn("user", said), Turn("assistant", reply, trained=True)]
    return [Turn("system", system), *history, *pair]


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
