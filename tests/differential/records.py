"""Records of all dialects, read by the one converter: chats, tools, thoughts, and texts that mislead."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from app.domain.records.shapes import Example, Shape, detect, to_example

_WORDS = [
    "water", "light", "roof", "seldom", "never", "bread", "river", "slowly", "cold", "honest",
    "naïve", "café", "今日", "天気", "привет", "مرحبا", "ไทย", "👍🏽", "1609", "3.5", "window",
]  # fmt: skip
_INTEGER = {"type": "integer"}
TOOLS = [
    {"type": "function", "function": {
        "name": "get_weather", "description": "Weather of a city.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string", "description": "City"}}}}},
    {"type": "function", "function": {
        "name": "add", "description": "Add two numbers.",
        "parameters": {"type": "object", "properties": {"a": _INTEGER, "b": _INTEGER}}}},
]  # fmt: skip
Messages = list[dict[str, Any]]
Record = dict[str, Any]


class Writer:
    """Write random records; the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._calls = 0

    def text(self, most: int = 12) -> str:
        """A few words, sometimes in several lines."""
        words = self._random.choices(_WORDS, k=self._random.randint(1, most))
        return self._random.choice((" ", " ", " ", "\n", "\n\n")).join(words) + self._random.choice(".?!")

    def user(self) -> Record:
        return {"role": "user", "content": self.text()}

    def reply(self, **more: Any) -> Record:
        return {"role": "assistant", "content": self.text(), **more}

    def dialogue(self, exchanges: int) -> Messages:
        return [message for _ in range(exchanges) for message in (self.user(), self.reply())]

    def call(self, content: str | None = None, *, name: str = "get_weather", **more: Any) -> Messages:
        """A call of a tool and its result, as OpenAI writes them."""
        self._calls += 1
        arguments = {"city": self.text(2)} if name == "get_weather" else {"a": self._calls, "b": 25}
        id = f"call_{self._calls}"
        function = {"name": name, "arguments": json.dumps(arguments, ensure_ascii=False)}
        calls = [{"id": id, "type": "function", "function": function}]
        said = {"role": "assistant", "content": content, "tool_calls": calls, **more}
        return [said, {"role": "tool", "tool_call_id": id, "content": self.text(4)}]


def chats(write: Writer) -> dict[str, Callable[[], Messages]]:
    """Kinds of conversations in OpenAI's form."""

    def system() -> Record:
        return {"role": "system", "content": write.text()}

    return {
        "one exchange": lambda: write.dialogue(1),
        "several": lambda: write.dialogue(3),
        "system": lambda: [system(), *write.dialogue(1)],
        "system, several": lambda: [system(), *write.dialogue(3)],
        "assistant first": lambda: [write.reply(), *write.dialogue(2)],
        "newlines": lambda: [write.user(), {"role": "assistant", "content": f"\n\n{write.text()}\n"},
                             *write.dialogue(1)],
        "thoughts": lambda: [write.user(), write.reply(reasoning_content=write.text()),
                             write.user(), write.reply(reasoning_content=write.text())],
        "thoughts in texts": lambda: [write.user(), _thinking(write), write.user(), _thinking(write)],
        "end marks": lambda: [write.user(), {"role": "assistant", "content": "Say <|im_end|> or </s>."}],
        "equal": lambda: [message for _ in range(3) for message in (
            {"role": "user", "content": "a"}, {"role": "assistant", "content": "a"})],
    }  # fmt: skip


def tools(write: Writer) -> dict[str, Callable[[], Messages]]:
    """Kinds of conversations with tools."""
    return {
        "call": lambda: [write.user(), *write.call(), write.reply()],
        "call last": lambda: [write.user(), write.call()[0]],
        "call with text": lambda: [write.user(), *write.call(write.text()), write.reply()],
        "numbers": lambda: [write.user(), *write.call(name="add"), write.reply()],
        "two calls": lambda: [write.user(), *write.call(), *write.call(name="add"), write.reply()],
        "loops": lambda: [write.user(), *write.call(), write.reply(), write.user(), *write.call(name="add"),
                          write.reply()],
        "thought and call": lambda: [
            write.user(), *write.call(reasoning_content=write.text()), write.reply()],
        "tools unused": lambda: write.dialogue(2),
    }  # fmt: skip


def records(count: int, seed: int = 7) -> Iterator[tuple[str, Example]]:
    """Yield examples and their kinds, every kind as often as the others."""
    write = Writer(seed)
    kinds: list[tuple[str, Callable[[], Record]]] = [
        *((name, lambda make=make: {"messages": make()}) for name, make in chats(write).items()),
        *((name, lambda make=make: {"messages": make(), "tools": TOOLS})
          for name, make in tools(write).items()),
        ("sharegpt", lambda: {"conversations": [
            {"from": ("human", "gpt")[place % 2], "value": write.text()} for place in range(4)]}),
        ("alpaca", lambda: {"instruction": write.text(), "input": write.text(), "output": write.text()}),
        ("prompt and completion", lambda: {"prompt": write.text(), "completion": write.text()}),
    ]  # fmt: skip
    for line in range(1, count + 1):
        kind, make = kinds[line % len(kinds)]
        record = make()
        shape = detect(record)
        assert shape
        yield kind, to_example(record, Shape(shape), line)


def _thinking(write: Writer) -> Record:
    return {"role": "assistant", "content": f"<think>\n{write.text()}\n</think>\n\n{write.text()}"}
