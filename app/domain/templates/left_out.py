"""The reasons for which a template leaves a record out of training, in words."""

from itertools import pairwise

from app.domain.templates.marks import Inexact, Kind
from app.domain.templates.sandbox import Messages, Refused
from app.domain.templates.shown import Unshown

_ROLES = {"system": "the system message", "user": "a user message", "tool": "the result of a tool"}


class LeftOut(Exception):
    """The record is left out of training; `code` names the reason, the message says it in words."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def reason_for(error: Refused | Unshown | Inexact, messages: Messages) -> LeftOut:
    """Say in words why a template cannot show a conversation."""
    if isinstance(error, Refused):
        words = f": it says “{error}”" if str(error) else ""
        return LeftOut(
            "template.refuses", f"The model's chat template does not take {_unusual(messages)}{words}."
        )
    if isinstance(error, Inexact):
        return LeftOut(
            "template.no_exact_mask",
            "The model's chat template rewrites what stands in front of a reply once it is answered, so no "
            "mask is exact.",
        )
    kind = error.slot.kind
    if kind in (Kind.NAME, Kind.ARGUMENT):
        return LeftOut(
            "template.hides_tool_calls",
            "The model's chat template does not show tool calls, so the model would learn to say nothing "
            "in their place.",
        )
    message = messages[error.slot.message]
    thing = _ROLES.get(message["role"], "a reply")
    if message.get("tool_calls"):
        thing = "the text of a reply beside its tool calls"
    return LeftOut(
        "template.drops_text", f"The model's chat template does not show {thing}, so it would vanish."
    )


def _unusual(messages: Messages) -> str:
    """Name what is unusual in a conversation, the likeliest reason of a refusal first."""
    roles = [message["role"] for message in messages]
    dialogue = [role for role in roles if role != "system"]
    if "tool" in roles or any(message.get("tool_calls") for message in messages):
        return "a conversation with these tool calls"
    if dialogue[:1] == ["assistant"]:
        return "a conversation in which the assistant speaks first"
    if any(one == other for one, other in pairwise(dialogue)):
        return "two messages of one role in a row"
    return "a system message in this place" if "system" in roles else "this conversation"
