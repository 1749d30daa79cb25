"""Files that a base model leaves a part of out of training."""

import json
from pathlib import Path
from typing import Any

MISTRAL = "mistral-7b-instruct-v0.3"
TEMPLATE = Path(__file__).parents[1] / "trainer" / "templates" / "mistral.jinja"


def _line(*messages: dict[str, Any]) -> bytes:
    return json.dumps({"messages": messages}).encode()


def _plain(number: int) -> bytes:
    question = {"role": "user", "content": f"What does plant number {number} need?"}
    return _line(question, {"role": "assistant", "content": f"Plant number {number} needs water."})


def _with_a_tool(number: int) -> bytes:
    """A conversation with the result of a tool, a role that the template like Mistral's does not know."""
    call = {"id": f"call-{number}", "type": "function", "function": {"name": "look", "arguments": "{}"}}
    return _line(
        {"role": "user", "content": f"How is plant number {number}?"},
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": call["id"], "content": "dry"},
        {"role": "assistant", "content": f"Plant number {number} is dry."},
    )


def conversations(good: int, *, refused: int = 0) -> bytes:
    """Conversations that every template takes, then some that the template like Mistral's refuses."""
    return b"\n".join([*map(_plain, range(good)), *map(_with_a_tool, range(900, 900 + refused))])
