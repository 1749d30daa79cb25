"""Records: the shapes of a dataset line and the one conversion to messages in the whole system."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from sys import maxsize
from typing import Any

import orjson

from app.domain.dataset_file import FileLimits, FileReader, Kind, Piece
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


def record_of(piece: Piece, value: Any) -> Any:
    """The record in the parsed value of a piece: itself, an archive's pair renamed, None for the rest.

    Turns of the user in an archive have a null target: they are no records.
    """
    if piece.kind is Kind.PAIR and isinstance(value, dict):
        is_user_turn = "target_response" in value and value["target_response"] is None
        return None if is_user_turn else archive_pair(value, piece.conversation)
    if piece.kind in (Kind.METADATA, Kind.CONTEXT):
        return None
    return None if isinstance(value, dict) and is_meta(value) else value


def archive_pair(pair: dict[str, Any], conversation: str | None) -> dict[str, Any]:
    """A pair of an archive as a line of its own: ids by conversation, fields in their published order."""
    if conversation is not None:
        own = {"id": f"{pair['id']}_{conversation[:8]}"} if isinstance(pair.get("id"), str) else {}
        pair = pair | own | {"conversation_id": conversation}
    return {name: pair[name] for name in _PAIR_FIELDS if name in pair} | pair


def meta_line(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """The `_meta` line that says what an archive's metadata say."""
    declared = {"file_name": "file_name", "total_pairs": "total_training_pairs", "version": "version"}
    return {"_meta": {name: metadata.get(source) for name, source in declared.items()}}


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


def name_of(piece: Piece) -> str | None:
    """What tells a record without ids from others on its line: its place in the document."""
    path = piece.place.path
    return f"record-{'-'.join(map(str, path))}" if path else None


def read_examples(portions: Iterable[bytes], shape: Shape) -> Iterator[Example]:
    """Convert the records of a validated file, in any form, skipping what is none.

    Raises RecordError or ValueError for what validation would have refused.
    """
    for piece in read_pieces(portions):
        line, source, *_ = piece.place
        record = record_of(piece, orjson.loads(source)) if source and not source.isspace() else None
        if record is not None:
            yield to_example(record, shape, line, name_of(piece))


def read_pieces(portions: Iterable[bytes]) -> Iterator[Piece]:
    """Cut a file that was validated into its pieces; raises ValueError where it cannot be read."""
    reader = FileReader(FileLimits(max_bytes=maxsize, max_line_bytes=maxsize // 2))
    for piece in chain(chain.from_iterable(map(reader.feed, portions)), _ending(reader)):
        if piece.problem and piece.problem.is_error:
            raise ValueError(f"the file cannot be read: {piece.problem.code}")
        yield piece


def _ending(reader: FileReader) -> Iterator[Piece]:
    """The last pieces, asked for only when all others were taken."""
    yield from reader.finish()


def _v4_turns(reader: RecordReader) -> list[Turn]:
    _check_v4_context(reader)
    system = reader.optional("system_prompt", str) or ""
    history = reader.optional_turns("conversation_history", _PLAIN_ROLES)
    for turn in history:
        turn.trained = False
    said, reply = reader.text("current_user_input"), reader.target("target_response")
    # Real files repeat the input as the last entry of the history: it is said once.
    last = next((turn for turn in reversed(history) if turn.role != "system"), None)
    if last and last.role == "user" and (not said or last.content.strip() == said.strip()):
        history.remove(last)
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
