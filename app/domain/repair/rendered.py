"""Split a conversation that was rendered to one text (USER:, ChatML, [INST], ...) into its messages."""

import re
from collections.abc import Callable
from typing import Any

import orjson

_ROLES = {
    "system": "system",
    "user": "user",
    "human": "user",
    "instruction": "user",
    "assistant": "assistant",
    "gpt": "assistant",
    "model": "assistant",
    "response": "assistant",
    "function response": "tool",
    "observation": "tool",
    "tool": "tool",
}
_MARKED = "system|user|assistant|model|tool"
_SPEAKER = re.compile(
    r"(?:^|\n)[ \t]*(?:#+ *)?(system|user|human|assistant|gpt|function response|observation)[ \t]*:[ \t]*",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"(?:^|\n)### *(instruction|response): *\n", re.IGNORECASE
)  # a preface may stand before
_FORMATS = (  # the first that the whole text is written in counts
    re.compile(rf"<\|im_start\|>({_MARKED})\n"),
    re.compile(rf"<\|start_header_id\|>({_MARKED})<\|end_header_id\|>"),
    re.compile(rf"<start_of_turn>({_MARKED})\n"),
    re.compile(rf"<\|({_MARKED})\|>"),
    _SPEAKER,
    _HEADING,
)
_CHATML = "<|im_start|>{}\n"
_LLAMA_2: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    # its marks, and what they are in ChatML
    (
        re.compile(r"\[INST\]\s*<<SYS>>(.*?)(<</SYS>>|\Z)", re.DOTALL),
        lambda found: f"<|im_start|>system\n{found[1]}<|im_start|>user\n" if found[2] else found[0],
    ),
    (re.compile(r"\[INST\]"), _CHATML.format("user")),
    (re.compile(r"\[/INST\]"), _CHATML.format("assistant")),
)
_BEGIN = ("", "<s>", "<bos>", "<|begin_of_text|>")
_END = re.compile(
    r"(?:(?:<\|(?:endoftext|im_end|eot_id|end_of_text|end)\|>|<end_of_turn>|</s>|<s>|<eos>)\s*)++(\Z)?"
)
# the first beginning only: where it has no end, no later one has
_CALL = re.compile(r"(?>(.*?)<functioncall>\s*(?=\{))(\{.*\})\s*$", re.DOTALL)
_QUOTED_ARGUMENTS = re.compile(r"(?>.*?\"arguments\":\s*')(.*)'\s*\}\s*$", re.DOTALL)
_NAME = re.compile(r'"name":\s*"((?:[^"\\]|\\.)+)"')


def split_rendered(text: str) -> list[dict[str, Any]] | None:
    """Return the messages of a rendered conversation; None where the text is not clearly one."""
    if text.lstrip().startswith(("[INST]", "<s>[INST]", "<s> [INST]")):
        for mark, chatml in _LLAMA_2:
            text = mark.sub(chatml, text)
    return next((messages for speaker in _FORMATS if (messages := _split(text, speaker))), None)


def _split(text: str, speaker: re.Pattern[str]) -> list[dict[str, Any]] | None:
    before, *pieces = speaker.split(text)
    preface = "" if before.strip() in _BEGIN else before.strip()
    if len(pieces) < 4 or (preface and speaker is not _HEADING):
        return None
    said = zip(pieces[::2], pieces[1::2], strict=True)
    messages = [_message(_ROLES[name.lower()], _without_end(content)) for name, content in said]
    if not {"user", "assistant"} <= {message["role"] for message in messages}:
        return None
    return [{"role": "system", "content": preface}, *messages] if preface else messages


def without_speaker(text: str) -> str:
    """Remove the name of the speaker before a system prompt."""
    found = _SPEAKER.match(text)
    return text[found.end() :] if found and found[1].lower() == "system" else text


def _without_end(content: str) -> str:
    """Remove white space and the marks of an end, where nothing stands behind them."""
    return _END.sub(lambda found: found[0] if found[1] is None else "", content).strip()


def _message(role: str, content: str) -> dict[str, Any]:
    call = _CALL.match(content) if role == "assistant" else None
    function = _function(call[2]) if call else None
    if call is None or function is None:
        return {"role": role, "content": content}
    return {
        "role": role,
        "content": call[1].strip(),
        "tool_calls": [{"type": "function", "function": function}],
    }


def _function(source: str) -> dict[str, Any] | None:
    """Parse a call whose arguments may be JSON in single quotes, as glaive writes them."""
    name, quoted = _NAME.search(source), _QUOTED_ARGUMENTS.match(source)
    try:
        call = {"name": name[1], "arguments": quoted[1]} if name and quoted else orjson.loads(source)
        arguments = call.get("arguments", {})
        arguments = orjson.loads(arguments) if isinstance(arguments, str) else arguments
    except ValueError:
        return None
    if not isinstance(call.get("name"), str) or not isinstance(arguments, dict):
        return None
    return {"name": call["name"], "arguments": arguments}
