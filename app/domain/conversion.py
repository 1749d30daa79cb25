"""Conversion of dataset files: any form and shape in, the lines of one shape out."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import orjson

from app.domain.dataset_file import Kind, Piece
from app.domain.examples import archive_pair, meta_line, name_of, read_pieces, record_of
from app.domain.findings import Problem
from app.domain.shapes import Example, RecordError, Shape, detect, is_meta, to_example
from app.domain.strict_json import parse
from app.domain.turns import Turn

Record = dict[str, Any]

TEXTS = {  # the fields that hold what is said, by shape; all others are carried over
    Shape.BRIGHTRUN_LORA_V4: (
        "system_prompt", "conversation_history", "current_user_input", "target_response",
    ),
    Shape.MESSAGES: ("messages",),
    Shape.TURNS: ("turns",),
    Shape.SHAREGPT: ("conversations",),
    Shape.PROMPT_COMPLETION: ("prompt", "completion"),
    Shape.ALPACA: ("instruction", "input", "output"),
}  # fmt: skip
_SHAREGPT_NAMES = {"user": "human", "assistant": "gpt"}


def convert(portions: Iterable[bytes], target: Shape) -> Iterator[bytes]:
    """Yield the lines, to be joined by LF, of a file in another shape; they train the same replies.

    A line that already has the shape is kept byte for byte, a value of a document becomes its line.
    Only brightrun-lora-v4 has a `_meta` line. Raises RecordError or ValueError for what validation
    would refuse or the shape cannot hold, KeyError for one that is none of WRITERS.
    """
    write = WRITERS[target]
    for piece in read_pieces(portions):
        value = _value(piece)
        record = record_of(piece, value)
        if record is not None:
            yield from _converted(piece, record, target, write)
        elif target is Shape.BRIGHTRUN_LORA_V4:
            yield from _meta(piece, value)


def as_line(piece: Piece, record: Record) -> bytes:
    """The record of a piece as JSON Lines hold it: byte for byte if it is a line already."""
    return piece.place.source if piece.kind is Kind.LINE else orjson.dumps(record)


def _value(piece: Piece) -> Any:
    line, source, *_ = piece.place

    def refuse(problem: Problem) -> None:
        if problem.is_error:
            raise RecordError(problem, line + problem.below)

    return parse(source, refuse) if source and not source.isspace() else None


def _meta(piece: Piece, value: Any) -> Iterator[bytes]:
    if piece.kind is Kind.METADATA:
        yield orjson.dumps(meta_line(value))
    elif piece.kind is Kind.LINE and isinstance(value, dict) and is_meta(value):
        yield piece.place.source


def _converted(
    piece: Piece, record: Any, target: Shape, write: Callable[[Example, Record], list[Record]]
) -> Iterator[bytes]:
    line = piece.place.line
    shape = detect(record) if isinstance(record, dict) else None
    if shape is None:
        raise RecordError(Problem("record.unknown_shape", detail={"found": "none of them"}), line)
    example = to_example(record, shape, line, name_of(piece))
    if shape is not target:
        carried = {name: value for name, value in record.items() if name not in TEXTS[shape]}
        yield from map(orjson.dumps, write(example, carried))
    else:
        yield as_line(piece, record)


def _to_messages(example: Example, carried: Record) -> list[Record]:
    tools = {"tools": example.tools} if example.tools else {}
    return [{**carried, "messages": [_weighted(turn) for turn in example.turns], **tools}]


def _to_turns(example: Example, carried: Record) -> list[Record]:
    named = {"conversation_id": example.conversation_id}
    return [{**named, **carried, "turns": [_weighted(turn) for turn in example.turns]}]


def _to_sharegpt(example: Example, carried: Record) -> list[Record]:
    said = [
        {
            "from": _SHAREGPT_NAMES.get(turn.role, turn.role),
            "value": turn.content,
            **(turn.extra or {}),
            **_weight(turn),
        }
        for turn in example.turns
    ]
    return [{**carried, "conversations": said}]


def _to_v4(example: Example, carried: Record) -> list[Record]:
    """One pair for each trained reply, with what was said before it."""
    system, spoken = _without_system(example.turns)
    pairs = []
    for index in (index for index, turn in enumerate(spoken) if turn.trained):
        number = sum(turn.role == "assistant" for turn in spoken[: index + 1])
        history = [
            {"turn": place // 2 + 1, "role": turn.role, "content": turn.content}
            for place, turn in enumerate(spoken[: index - 1])
        ]
        pairs.append(
            {
                "id": f"{example.record_id or example.conversation_id}_turn{number}",
                "conversation_id": example.conversation_id,
                "turn_number": number,
                "system_prompt": system,
                "conversation_history": history,
                "current_user_input": spoken[index - 1].content,
                "target_response": spoken[index].content,
            }
        )
    if len(pairs) == 1:  # its own id and number are better than ours
        return [archive_pair({**pairs[0], **carried}, None)]
    return [archive_pair({**carried, **pair}, None) for pair in pairs]


def _without_system(turns: list[Turn]) -> tuple[str, list[Turn]]:
    """Raises ValueError for what the format has no place for."""
    is_led = turns[0].role == "system"
    spoken = turns[is_led:]
    if any(turn.extra or turn.role == "tool" for turn in spoken):
        raise ValueError("brightrun-lora-v4 has no place for tool calls")
    if spoken[0].role != "user":
        raise ValueError("brightrun-lora-v4 has no place for a reply without a question")
    return turns[0].content if is_led else "", spoken


def _weighted(turn: Turn) -> Record:
    return {**turn.message, **_weight(turn)}


def _weight(turn: Turn) -> Record:
    """A reply that is not to be learned says so; all others are."""
    return {"weight": 0} if turn.role == "assistant" and not turn.trained else {}


WRITERS: dict[Shape, Callable[[Example, Record], list[Record]]] = {
    Shape.BRIGHTRUN_LORA_V4: _to_v4,
    Shape.MESSAGES: _to_messages,
    Shape.TURNS: _to_turns,
    Shape.SHAREGPT: _to_sharegpt,
}
