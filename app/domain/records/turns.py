"""Turns of a conversation, and the order of them that chat templates expect."""

from collections import Counter
from collections.abc import Callable
from itertools import groupby
from typing import Any

import msgspec

from app.domain.records.message_names import SPEAKERS

_AddProblem = Callable[..., None]  # takes a code, and its detail by keywords

_TWICE = "Neighbours of one role are joined by a blank line; check that this is what you mean."
_FIRST = "Nothing must be done if the model's template can show it; else put a user message before it."
_DIALOGUES = {("user", "assistant") * exchanges for exchanges in range(1, 101)}
_IN_ORDER = _DIALOGUES | {("system", *dialogue) for dialogue in _DIALOGUES}


class Turn(msgspec.Struct):
    """One message by one role; `extra` holds tool calls and thoughts, or the call that a tool answers."""

    role: str
    content: str
    trained: bool = False
    extra: dict[str, Any] | None = None

    @property
    def message(self) -> dict[str, Any]:
        """The turn as chat templates take it."""
        message = {"role": self.role, "content": self.content}
        return {**message, **self.extra} if self.extra else message


def normalize_turns(turns: list[Turn], add_problem: _AddProblem) -> list[Turn]:
    """Move system messages to the front, join neighbours of one role, end with the last reply."""
    if _is_in_order(turns):
        return turns
    system = [turn for turn in turns if turn.role == "system"]
    others = [turn for turn in turns if turn.role != "system"]
    if any(turn.role == "system" for turn in turns[len(system) :]):
        add_problem("messages.system_not_first")
    dialogue = _join_neighbours(others)
    joined = _join_neighbours([turn for turn in system if turn.content.strip()]) + dialogue
    if len(dialogue) < len(others):
        add_problem("messages.not_alternating", found="one role speaks twice in a row", suggestion=_TWICE)
    if others and others[0].role == "assistant":
        add_problem("messages.not_alternating", found="the assistant speaks first", suggestion=_FIRST)
    ended = _end_with_reply(joined, add_problem)
    if any(turn.extra or turn.role == "tool" for turn in ended):
        _match_tool_calls(ended, add_problem)
    return ended


def _is_in_order(turns: list[Turn]) -> bool:
    """Return whether nothing has to change; true of most, and quicker to find out than normalizing."""
    roles = tuple([turn.role for turn in turns])
    if roles not in _IN_ORDER:
        return False
    is_blank = roles[0] == "system" and not turns[0].content.strip()
    return turns[-1].trained and not is_blank and not any(turn.extra for turn in turns)


def _join_neighbours(turns: list[Turn]) -> list[Turn]:
    """Join neighbours of one role by a blank line; a joined turn is trained only if all its parts are."""
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
    """Return the role if the turn can be joined (plain text by one of the three speakers), else ""."""
    return turn.role if turn.role in SPEAKERS and not turn.extra else ""


def _match_tool_calls(turns: list[Turn], add_problem: _AddProblem) -> None:
    """Report calls without a result and results without a call, by their ids.

    Calls and results without ids answer each other in order, and a result alone answers a call within a
    text. A call in the last message may stay unanswered: it is the reply that the model learns.
    """
    results = Counter(_text((turn.extra or {}).get("tool_call_id")) for turn in turns if turn.role == "tool")
    answered, last = _call_ids(turns[:-1]), _call_ids(turns[-1:])
    nameless_results, nameless_calls = results.pop("", 0), answered.pop("", 0)
    without_result = sorted(set(answered) - set(results))[nameless_results:]
    without_call = sorted(set(results) - set(answered) - set(last))[nameless_calls:]
    if unmatched := without_result + without_call:
        add_problem("tools.unmatched_call_id", found=min(unmatched))


def _call_ids(turns: list[Turn]) -> Counter[str]:
    calls = (call for turn in turns for call in (turn.extra or {}).get("tool_calls", ()))
    return Counter(_text(call.get("id")) for call in calls)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _end_with_reply(turns: list[Turn], add_problem: _AddProblem) -> list[Turn]:
    replies = [index for index, turn in enumerate(turns) if turn.role == "assistant"]
    if not replies:
        add_problem("messages.no_assistant")
        return []
    if not any(turns[index].trained for index in replies):
        add_problem("messages.nothing_trained")
    end = replies[-1] + 1
    if end < len(turns):
        add_problem("messages.last_not_assistant")
    return turns[:end]
