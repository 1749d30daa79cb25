"""Split a conversation that was rendered to one text (SYSTEM:, USER:, ASSISTANT:) into its messages."""

import re
from typing import Any

import orjson

_ROLES = {
    "system": "system",
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "gpt": "assistant",
    "function response": "tool",
    "observation": "tool",
}
_SPEAKER = re.compile(rf"(?:^|\n)[ \t]*(?:#+ *)?({'|'.join(_ROLES)})[ \t]*:[ \t]*", re.IGNORECASE)
_END = re.compile(r"\s*(?:<\|endoftext\|>|<\|im_end\|>|</s>)\s*$")
_CALL = re.compile(r"<functioncall>\s*(\{.*\})\s*$", re.DOTALL)
_QUOTED_ARGUMENTS = re.compile(r"\"arguments\":\s*'(.*)'\s*\}\s*$", re.DOTALL)
_NAME = re.compile(r'"name":\s*"((?:[^"\\]|\\.)+)"')


def split_rendered(text: str) -> list[dict[str, Any]] | None:
    """Return the messages of a rendered conversation; None where the text is not clearly one."""
    pieces = _SPEAKER.split(text)
    if pieces[0].strip() or len(pieces) < 5:
        return None
    said = zip(pieces[1::2], pieces[2::2], strict=True)
    messages = [_message(_ROLES[speaker.lower()], _END.sub("", content).strip()) for speaker, content in said]
    roles = {message["role"] for message in messages}
    return messages if {"user", "assistant"} <= roles else None


def without_speaker(text: str) -> str:
    """Remove the name of the speaker before a system prompt."""
    found = _SPEAKER.match(text)
    return text[found.end() :] if found and found[1].lower() == "system" else text


def _message(role: str, content: str) -> dict[str, Any]:
    call = _CALL.search(content) if role == "assistant" else None
    function = _function(call[1]) if call else None
    if call is None or function is None:
        return {"role": role, "content": content}
    before = content[: call.start()].strip()
    return {"role": role, "content": before, "tool_calls": [{"type": "function", "function": function}]}


def _function(source: str) -> dict[str, Any] | None:
    """Parse a call whose arguments may be JSON in single quotes, as glaive writes them."""
    name, quoted = _NAME.search(source), _QUOTED_ARGUMENTS.search(source)
    try:
        call = {"name": name[1], "arguments": quoted[1]} if name and quoted else orjson.loads(source)
        arguments = call.get("arguments", {})
        arguments = orjson.loads(arguments) if isinstance(arguments, str) else arguments
    except ValueError:
        return None
    if not isinstance(call.get("name"), str) or not isinstance(arguments, dict):
        return None
    return {"name": call["name"], "arguments": arguments}
