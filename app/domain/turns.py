"""The turns of a conversation, brought into the order that chat templates expect."""

from collections.abc import Callable
from itertools import groupby
from typing import Any

import msgspec

Tell = Callable[..., None]

_SPEAKERS = ("system", "user", "assistant")
_DIALOGUES = {("user", "assistant") * exchanges for exchanges in range(1, 101)}
_IN_ORDER = _DIALOGUES | {("system", *dialogue) for dialogue in _DIALOGUES}


class Turn(msgspec.Struct):
    """What one role says; `extra` holds tool calls, or which call a tool answers."""

    role: str
    content: str
    trained: bool = False
    extra: dict[str, Any] | None = None

    @property
    def message(self) -> dict[str, Any]:
        """The turn as chat templates want it."""
        message = {"role": self.role, "content": self.content}
        return {**message, **self.extra} if self.extra else message


def arranged(turns: list[Turn], tell: Tell) -> list[Turn]:
    """Bring system messages to the front, join neighbours of one role, end with the assistant."""
    if _is_in_order(turns):
        return turns
    system = [turn for turn in turns if turn.role == "system"]
    others = [turn for turn in turns if turn.role != "system"]
    if any(turn.role == "system" for turn in turns[len(system) :]):
        tell("messages.system_not_first")
    spoken = _joined(others)
    joined = _joined([turn for turn in system if turn.content.strip()]) + spoken
    if len(spoken) < len(others):
        tell("messages.not_alternating", found="one role speaks twice in a row")
    if others and others[0].role == "assistant":
        tell("messages.not_alternating", found="the assistant speaks first")
    ended = _ended(joined, tell)
    if any(turn.extra or turn.role == "tool" for turn in ended):
        _match_tool_calls(ended, tell)
    return ended


def _is_in_order(turns: list[Turn]) -> bool:
    """Whether it is a plain dialogue as it shall be; most are, and this is quicker than arranging it."""
    roles = tuple([turn.role for turn in turns])
    if roles not in _IN_ORDER:
        return False
    is_blank = roles[0] == "system" and not turns[0].content.strip()
    return turns[-1].trained and not is_blank and not any(turn.extra for turn in turns)


def _joined(turns: list[Turn]) -> list[Turn]:
    """Join neighbours of one role by a blank line; what an excluded turn is part of stays out."""
    joined: list[Turn] = []
    for role, group in groupby(turns, _plain_role):
        neighbours = list(group)
        if not role or len(neighbours) == 1:
            joined += neighbours
        else:
            content = "\n\n".join(turn.content for turn in neighbours)
            trained = all(turn.trained for turn in neighbours)
            joined.append(Turn(role, content, trained=trained))
    return joined


def _plain_role(turn: Turn) -> str:
    """The role if its turns can be joined: plain text by one of the three speakers."""
    return turn.role if turn.role in _SPEAKERS and not turn.extra else ""


def _match_tool_calls(turns: list[Turn], tell: Tell) -> None:
    """A call in the last message may stay unanswered: it is what the model learns to say."""
    results = {_text((turn.extra or {}).get("tool_call_id")) for turn in turns if turn.role == "tool"}
    answered, last = _call_ids(turns[:-1]), _call_ids(turns[-1:])
    unmatched = (answered ^ results) - last
    if unmatched:
        tell("tools.unmatched_call_id", found=min(unmatched) or "without an id")


def _call_ids(turns: list[Turn]) -> set[str]:
    return {_text(call.get("id")) for turn in turns for call in (turn.extra or {}).get("tool_calls", ())}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _ended(turns: list[Turn], tell: Tell) -> list[Turn]:
    replies = [index for index, turn in enumerate(turns) if turn.role == "assistant"]
    if not replies:
        tell("messages.no_assistant")
        return []
    if not any(turns[index].trained for index in replies):
        tell("messages.nothing_trained")
    end = replies[-1] + 1
    if end < len(turns):
        tell("messages.last_not_assistant")
    return turns[:end]
