"""Write an example as records of one shape, which are read back to the same messages."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from app.domain.records.dialects import TOOL_NAMES, Dialect, Shape, dialect_of
from app.domain.records.examples import archive_pair
from app.domain.records.shapes import Example
from app.domain.records.turns import Turn

Record = dict[str, Any]
Writer = Callable[[Example, Record], list[Record]]

_SHAREGPT_NAMES = {"user": "human", "assistant": "gpt"}
_UNUSED = "unused_"


class _Pair(NamedTuple):
    """A trained reply with what leads to it; `number` counts the replies of the conversation."""

    number: int
    system: str
    history: list[Turn]
    question: Turn
    reply: Turn


def _to_messages(example: Example, carried: Record) -> list[Record]:
    return [_with_tools(example, carried, messages=[_with_weight(turn) for turn in example.turns])]


def _to_turns(example: Example, carried: Record) -> list[Record]:
    named = {"conversation_id": example.conversation_id, **carried}
    return [_with_tools(example, named, turns=[_with_weight(turn) for turn in example.turns])]


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
    return [_with_tools(example, carried, conversations=messages)]


def _to_v4(example: Example, carried: Record) -> list[Record]:
    """Make one pair for each trained reply, with the turns before it as history."""
    if example.tools:
        raise ValueError("brightrun-lora-v4 has no place for tools")
    pairs = []
    for pair in _pairs(example, "brightrun-lora-v4"):
        history = [
            {"turn": place // 2 + 1, "role": turn.role, "content": turn.content}
            for place, turn in enumerate(pair.history)
        ]
        pairs.append(
            {
                "id": _pair_id(example, pair),
                "conversation_id": example.conversation_id,
                "turn_number": pair.number,
                "system_prompt": pair.system,
                "conversation_history": history,
                "current_user_input": pair.question.content,
                "target_response": pair.reply.content,
            }
        )
    if not pairs:
        raise ValueError("brightrun-lora-v4 has no place for a record of which nothing is trained")
    kept = _safe(carried, pairs[0])
    if len(pairs) == 1:  # its own id and number, where it has them, win over the made ones
        return [archive_pair({**pairs[0], **kept}, None)]
    return [archive_pair({**kept, **pair}, None) for pair in pairs]


def _to_prompt_completion(example: Example, carried: Record) -> list[Record]:
    return _to_question_and_reply(example, carried, names=("prompt", "completion"))


def _to_alpaca(example: Example, carried: Record) -> list[Record]:
    return _to_question_and_reply(example, carried, names=("instruction", "output"))


def _to_question_and_reply(example: Example, carried: Record, *, names: tuple[str, str]) -> list[Record]:
    """Make one record for each trained reply, with the earlier turns as `history`."""
    pairs = list(_pairs(example, shape := f"{names[0]} and {names[1]}"))
    if not pairs:
        raise ValueError(f"{shape} have no place for a record of which nothing is trained")
    return [
        _with_tools(
            example,
            {**carried, **_ids(example, pair)} if len(pairs) > 1 else carried,
            **({"system": pair.system} if pair.system else {}),
            **({"history": _exchanges(pair.history)} if pair.history else {}),
            **dict(zip(names, (pair.question.content, pair.reply.content), strict=True)),
        )
        for pair in pairs
    ]


def _pairs(example: Example, shape: str) -> Iterator[_Pair]:
    """Yield each trained reply; raises ValueError for turns that a shape of plain pairs cannot hold."""
    has_system = example.turns[0].role == "system"
    dialogue = example.turns[has_system:]
    if any(turn.extra or turn.role == "tool" for turn in dialogue):
        raise ValueError(f"{shape} has no place for tool calls and thoughts; --to messages has")
    if dialogue[0].role != "user":
        raise ValueError(f"{shape} has no place for a reply without a question")
    system = example.turns[0].content if has_system else ""
    for index in (index for index, turn in enumerate(dialogue) if turn.trained):
        number = sum(turn.role == "assistant" for turn in dialogue[: index + 1])
        yield _Pair(number, system, dialogue[: index - 1], dialogue[index - 1], dialogue[index])


def _ids(example: Example, pair: _Pair) -> Record:
    return {"id": _pair_id(example, pair), "conversation_id": example.conversation_id}


def _pair_id(example: Example, pair: _Pair) -> str:
    return f"{example.record_id or example.conversation_id}_turn{pair.number}"


def _exchanges(history: list[Turn]) -> list[list[str]]:
    return [[asked.content, said.content] for asked, said in zip(history[::2], history[1::2], strict=True)]


def _with_tools(example: Example, carried: Record, **own: Any) -> Record:
    tools = {"tools": example.tools} if example.tools else {}
    return {**_safe(carried, own), **own, **tools}


def _safe(carried: Record, own: Record) -> Record:
    """Rename the carried fields that a reader would take for a part of the conversation."""
    names = _safe_names(tuple(carried), tuple(own))
    return {name: value for name, value in zip(names, carried.values(), strict=True) if name}


@lru_cache(maxsize=1000)
def _safe_names(carried: tuple[str, ...], own: tuple[str, ...]) -> tuple[str, ...]:
    """Return the new name of each carried field; "" for tools, which are written from the example."""
    dialect, known = _conversation(own), list(own)
    if _conversation((*own, *carried)) == dialect:  # as nearly always: none of them has to be looked at alone
        return tuple("" if name in TOOL_NAMES else name for name in carried)
    names = []
    for name in carried:
        is_safe = _conversation((*known, name)) == dialect
        names.append("" if name in TOOL_NAMES else name if is_safe else f"{_UNUSED}{name}")
        known += [name] if is_safe else []
    return tuple(names)


def _conversation(names: tuple[str, ...]) -> Dialect | None:
    dialect = dialect_of(dict.fromkeys(names))
    return dialect and dialect.conversation


def _with_weight(turn: Turn) -> Record:
    return {**turn.message, **_weight(turn)}


def _weight(turn: Turn) -> Record:
    """Mark a reply that is not trained by weight 0; every reply without a weight is trained."""
    return {"weight": 0} if turn.role == "assistant" and not turn.trained else {}


WRITERS: dict[Shape, Writer] = {
    Shape.BRIGHTRUN_LORA_V4: _to_v4,
    Shape.MESSAGES: _to_messages,
    Shape.TURNS: _to_turns,
    Shape.SHAREGPT: _to_sharegpt,
    Shape.PROMPT_COMPLETION: _to_prompt_completion,
    Shape.ALPACA: _to_alpaca,
}
