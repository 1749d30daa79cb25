"""Convert dataset files: any form and shape in, the lines of one shape out."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import orjson

from app.domain.dataset_file import Element, ElementKind
from app.domain.examples import archive_pair, default_id, extract_record, meta_line, read_elements
from app.domain.findings import Problem
from app.domain.shapes import Example, RecordError, Shape, detect, is_meta, text_fields, to_example
from app.domain.strict_json import parse
from app.domain.turns import Turn

Record = dict[str, Any]

TEXTS = {  # the fields that hold the conversation, by shape; all others are carried over
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
    """Yield the lines (without LF) of the file in the target shape; they train the same replies.

    A line that already has the shape is kept byte for byte, a value of a document becomes a line.
    Only brightrun-lora-v4 has a `_meta` line. Raises RecordError or ValueError where validation
    would refuse the file or the shape cannot hold a record, KeyError for a target not in WRITERS.
    """
    write = WRITERS[target]
    for element in read_elements(portions):
        value = _parse(element)
        record = extract_record(element, value)
        if record is not None:
            yield from _convert_record(element, record, target, write)
        elif target is Shape.BRIGHTRUN_LORA_V4:
            yield from _meta_lines(element, value)


def as_line(element: Element, record: Record) -> bytes:
    """Write an element's record as a line: byte for byte if it is a line already."""
    return element.place.source if element.kind is ElementKind.LINE else orjson.dumps(record)


def _parse(element: Element) -> Any:
    line, source, *_ = element.place

    def refuse(problem: Problem) -> None:
        if problem.is_error:
            raise RecordError(problem, line + problem.below)

    return parse(source, refuse) if source and not source.isspace() else None


def _meta_lines(element: Element, value: Any) -> Iterator[bytes]:
    if element.kind is ElementKind.METADATA:
        yield orjson.dumps(meta_line(value))
    elif element.kind is ElementKind.LINE and isinstance(value, dict) and is_meta(value):
        yield element.place.source


def _convert_record(
    element: Element, record: Any, target: Shape, write: Callable[[Example, Record], list[Record]]
) -> Iterator[bytes]:
    line = element.place.line
    shape = detect(record) if isinstance(record, dict) else None
    if shape is None:
        raise RecordError(Problem("record.unknown_shape", detail={"found": "none of them"}), line)
    example = to_example(record, shape, line, default_id(element))
    if shape is not target:
        carried = {name: value for name, value in record.items() if name not in text_fields(record)}
        yield from map(orjson.dumps, write(example, carried))
    else:
        yield as_line(element, record)


def _to_messages(example: Example, carried: Record) -> list[Record]:
    tools = {"tools": example.tools} if example.tools else {}
    return [{**carried, "messages": [_with_weight(turn) for turn in example.turns], **tools}]


def _to_turns(example: Example, carried: Record) -> list[Record]:
    named = {"conversation_id": example.conversation_id}
    return [{**named, **carried, "turns": [_with_weight(turn) for turn in example.turns]}]


def _to_sharegpt(example: Example, carried: Record) -> list[Record]:
    messages = [
        {
            "from": _SHAREGPT_NAMES.get(turn.role, turn.role),
            "value": turn.content,
            **(turn.extra or {}),
            **_weight(turn),
        }
        for turn in example.turns
    ]
    return [{**carried, "conversations": messages}]


def _to_v4(example: Example, carried: Record) -> list[Record]:
    """Make one pair for each trained reply, with the turns before it as history."""
    system, dialogue = _split_system(example.turns)
    pairs = []
    for index in (index for index, turn in enumerate(dialogue) if turn.trained):
        number = sum(turn.role == "assistant" for turn in dialogue[: index + 1])
        history = [
            {"turn": place // 2 + 1, "role": turn.role, "content": turn.content}
            for place, turn in enumerate(dialogue[: index - 1])
        ]
        pairs.append(
            {
                "id": f"{example.record_id or example.conversation_id}_turn{number}",
                "conversation_id": example.conversation_id,
                "turn_number": number,
                "system_prompt": system,
                "conversation_history": history,
                "current_user_input": dialogue[index - 1].content,
                "target_response": dialogue[index].content,
            }
        )
    if len(pairs) == 1:  # its own id and number, where it has them, win over the made ones
        return [archive_pair({**pairs[0], **carried}, None)]
    return [archive_pair({**carried, **pair}, None) for pair in pairs]


def _split_system(turns: list[Turn]) -> tuple[str, list[Turn]]:
    """Separate the system prompt from the dialogue; raises ValueError for turns that v4 cannot hold."""
    has_system = turns[0].role == "system"
    dialogue = turns[has_system:]
    if any(turn.extra or turn.role == "tool" for turn in dialogue):
        raise ValueError("brightrun-lora-v4 has no place for tool calls")
    if dialogue[0].role != "user":
        raise ValueError("brightrun-lora-v4 has no place for a reply without a question")
    return turns[0].content if has_system else "", dialogue


def _with_weight(turn: Turn) -> Record:
    return {**turn.message, **_weight(turn)}


def _weight(turn: Turn) -> Record:
    """Mark a reply that is not trained by weight 0; every reply without a weight is trained."""
    return {"weight": 0} if turn.role == "assistant" and not turn.trained else {}


WRITERS: dict[Shape, Callable[[Example, Record], list[Record]]] = {
    Shape.BRIGHTRUN_LORA_V4: _to_v4,
    Shape.MESSAGES: _to_messages,
    Shape.TURNS: _to_turns,
    Shape.SHAREGPT: _to_sharegpt,
}
