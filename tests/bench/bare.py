"""The cost of any program, and of usual ones: reading, parsing, a recipe's checks."""

import gc
import gzip
import json
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from tests.bench.measure import Timed


def read_lines(path: str) -> Timed:
    return each_line(path, len)


def read_chunks(path: str) -> Timed:
    return partial(_chunks, Path(path))


def orjson_lines(path: str) -> Timed:
    return each_line(path, orjson.loads)


def stdlib_lines(path: str) -> Timed:
    return each_line(path, json.loads)


def orjson_document(path: str) -> Timed:
    gc.disable()  # a bare limit is as fast as can be
    return lambda: targets(orjson.loads(Path(path).read_bytes()))


def stdlib_document(path: str) -> Timed:
    return lambda: targets(json.loads(Path(path).read_bytes()))


def cookbook_messages(path: str) -> Timed:
    """The usual recipe before fine-tuning a chat model: load all, look at each message, count."""

    def check() -> int:
        with Path(path).open(encoding="utf-8") as file:
            dataset = [json.loads(line) for line in file]
        return _cook(dataset, lambda record: record.get("messages"))

    return check


def cookbook_v4(path: str) -> Timed:
    """The same recipe for pairs with a history."""

    def check() -> int:
        with Path(path).open(encoding="utf-8") as file:
            next(file)
            dataset = [json.loads(line) for line in file]
        return _cook(dataset, _messages)

    return check


def each_line(path: str, read: Callable[[bytes], Any]) -> Timed:
    """Read every record of a file, packed or not; a first line that only tells about it does not count."""
    gc.disable()
    return partial(_each_line, path, read)


def targets(archive: dict[str, Any]) -> int:
    """How many pairs of an archive can be trained on."""
    pairs = (pair for conversation in archive["conversations"] for pair in conversation["training_pairs"])
    return sum(pair["target_response"] is not None for pair in pairs)


def _each_line(path: str, read: Callable[[bytes], Any]) -> int:
    with gzip.open(path) if path.endswith(".gz") else Path(path).open("rb") as file:
        first = file.readline()
        count = not first.startswith(b'{"_meta"')
        for line in file:
            read(line)
            count += 1
    return count


def _chunks(path: Path) -> int:
    with path.open("rb") as file:
        return sum(len(data) for data in iter(lambda: file.read(2**20), b""))


def _messages(record: dict[str, Any]) -> list[dict[str, Any]]:
    said = {"role": "user", "content": record.get("current_user_input")}
    reply = {"role": "assistant", "content": record.get("target_response")}
    system = {"role": "system", "content": record.get("system_prompt")}
    return [system, *record.get("conversation_history", ()), said, reply]


def _cook(dataset: list[Any], messages_of: Callable[[Any], Any]) -> int:
    """Check the form of every message, then gather the usual counts in lists."""
    errors: Counter[str] = Counter()
    for record in dataset:
        if not isinstance(record, dict):
            errors["record is no object"] += 1
            continue
        messages = messages_of(record)
        if not messages:
            errors["no messages"] += 1
            continue
        errors.update(_faults(messages))
        if not any(message.get("role") == "assistant" for message in messages):
            errors["no reply"] += 1
    if errors:
        raise ValueError(f"the recipe found errors in a clean file: {errors}")
    return _count(dataset, messages_of)


def _faults(messages: list[dict[str, Any]]) -> Iterator[str]:
    known = ("role", "content", "name", "weight", "turn", "emotional_state")
    for message in messages:
        if "role" not in message or "content" not in message:
            yield "a message lacks a key"
        if any(key not in known for key in message):
            yield "a message has an unknown key"
        if message.get("role") not in ("system", "user", "assistant"):
            yield "unknown role"
        content = message.get("content")
        if not content or not isinstance(content, str):
            yield "no content"


def _count(dataset: list[Any], messages_of: Callable[[Any], Any]) -> int:
    without_system = without_user = 0
    messages_each, characters_each, reply_characters = [], [], []
    for record in dataset:
        messages = messages_of(record)
        without_system += not any(message["role"] == "system" for message in messages)
        without_user += not any(message["role"] == "user" for message in messages)
        messages_each.append(len(messages))
        characters_each.append(sum(len(message["content"]) for message in messages))
        replies = [message["content"] for message in messages if message["role"] == "assistant"]
        reply_characters.append(sum(map(len, replies)))
    figures = [
        (min(values), max(values), sum(values) / len(values), sorted(values)[len(values) // 2])
        for values in (messages_each, characters_each, reply_characters)
    ]
    if without_system or without_user or not figures:
        raise ValueError("the recipe found a conversation without system or user")
    return len(dataset)
