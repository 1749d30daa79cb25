"""Hostile files: clean ones, broken at random, each from a seed of its own."""

import json
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from random import Random
from typing import Any

from app.domain.records.shapes import Shape
from tests.domain.hostile.corpus import SHAPES, archive, clean, dump, joined, record, zipped
from tests.domain.hostile.defects import DEFECTS
from tests.domain.hostile.json_cases import LINES, VALUES

ODD: list[Any] = [
    None, True, False, 0, 1, -1, 2, 0.0, 1.0, 0.5, 1e308, 2**63, 2**64, -(2**63) - 1, 10**400, float("nan"),
    float("-inf"), "", " ", "\n\u2003", "x", "user", "assistant", "system", "tool", "human", "gpt",
    "developer", "User", "\0", "a\0", "\ud800", "\udc00\ud800", "\x1b[0m", "\x7f", "\x9b", "\u2028", "\u202e",
    "é" * 30, "😀", "<|im_end|>", "It is late. So I wou", "\\", '":', '{"a":1}', [], [None], [[]], [{}], {},
    {"a": 1}, {"": None}, {"role": "user", "content": "Hi"}, [{"role": "assistant", "content": "Yes."}],
    {"id": "call1"}, [{"id": 1}],
]  # fmt: skip
NAMES = [
    "id", "conversation_id", "turn_number", "messages", "turns", "conversations", "prompt", "completion",
    "output", "instruction", "input", "role", "from", "content", "value", "weight", "tool_calls",
    "tool_call_id", "tools", "_meta", "training_metadata", "quality_score", "conversation_history",
    "current_user_input", "target_response", "system_prompt", "name", "", "\0", "\ud83d", 'a":',
]  # fmt: skip
_BITS = [
    b"\x00", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\r", b"\n", b"\r\n", b"\n\n", b"\t",
    b"\x0c", b"\x1f\x8b", b'"', b'":', b'\\"', b"\\", b"\\\\", b"\\u0000", b"\\ud800", b"\\u00", b"{", b"}",
    b"[", b"]", b",", b":", b"{}", b"[]", b"null", b"NaN", b"-", b"0", b"1e400", b"9" * 25, b"9" * 400,
    b"[" * 120, b'{"a":' * 101, b'"x":1,', b'"id":1,', b" ", b"\xc2\xa0", b"\xe2\x80\xa8", b"//", b"'",
    b"PK\x03\x04", b"\xff\xfe", b'{"_meta":{}}\n',
]  # fmt: skip
_HEADS = [
    b"\x1f\x8b", b"\x1f\x8b\x08\x00", b"PK\x03\x04", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf",
    b"\xef\xbb\xbf" * 2, b"%PDF-1.7\n", b"SQLite format 3\0", b"PAR1", b"BZh9", b"\x28\xb5\x2f\xfd", b"\n\n",
    b"[", b"{", b"\r", b"\0",
]  # fmt: skip


@cache
def _pool(shape: Shape) -> list[bytes]:
    return clean(shape, 40)


@cache
def _oddities() -> list[bytes]:
    planted = [text for d in DEFECTS for shape in d.shapes[:1] for text in d.lines(shape, 9)]
    lines = [form.replace(b"R", _pool(SHAPES[4])[0]) for _, form, _ in LINES]
    values = [b'{"prompt":"a","completion":"b","x":' + value + b"}" for _, value, _ in VALUES]
    return [line for line in planted + lines + values if len(line) < 1000]


def hostile_file(random: Random) -> bytes:
    """One file by one of the makers; every fourth is compressed, and some of these are damaged."""
    make = random.choices(list(_MAKERS), list(_MAKERS.values()))[0]
    text = make(random)
    if random.random() > 0.25:
        return text
    data = zipped(text, random.choice((1, 1, 2, 5)))
    return data if random.random() < 0.5 else _broken(random, data, random.choice((1, 1, 3)))


def some_lines(random: Random) -> list[bytes]:
    """Clean lines of one shape, at times with strangers among them."""
    lines = random.sample(_pool(random.choice(SHAPES)), random.choice((1, 2, 4, 12)))
    for _ in range(random.choice((0, 0, 1, 3))):
        lines.insert(random.randint(0, len(lines)), random.choice(_oddities()))
    return lines


def mutated_record(random: Random) -> dict[str, Any]:
    """A record of any shape with some of its parts replaced, lost, wrapped, doubled or renamed."""
    value = json.loads(dump(record(random.choice(SHAPES), random.randrange(40))))
    for _ in range(random.choice((1, 1, 2, 4))):
        _mutate(random, value)
    return value


def _mutate(random: Random, root: Any) -> None:
    holder = random.choice(_containers(root))
    if not holder:
        return
    key = random.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
    action = random.randrange(7)
    if action <= 1:
        holder[key] = deepcopy(random.choice(ODD))
    elif action == 2:
        del holder[key]
    elif action == 3:
        holder[key] = random.choice(([holder[key]], {"a": holder[key]}, [holder[key]] * 2))
    elif action == 4:
        text = json.dumps(random.choice(_containers(root)))
        holder[key] = json.loads(text if len(text) < 2000 else "[]")
    elif isinstance(holder, dict):
        holder[random.choice(NAMES)] = holder.pop(key) if action == 5 else deepcopy(random.choice(ODD))
    else:
        holder.insert(key, random.choice((holder[key], deepcopy(random.choice(ODD)))))


def _containers(value: Any) -> list[Any]:
    found = [value] if isinstance(value, dict | list) else [{}]
    for item in found:
        found += [part for part in _parts(item) if isinstance(part, dict | list) and len(found) < 200]
    return found


def _parts(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value


def _by_bytes(random: Random) -> bytes:
    return _broken(random, joined(some_lines(random)), random.choice((1, 1, 2, 8)))


def _by_lines(random: Random) -> bytes:
    lines = some_lines(random) + some_lines(random)[: random.choice((0, 0, 2))]
    for _ in range(random.randrange(4)):
        lines.insert(random.randint(0, len(lines)), random.choice((b"", b" ", b'{"_meta":{}}', lines[0])))
    text = random.choice((b"\n", b"\n", b"\r\n", b"\r", b"\n\n")).join(lines)
    return random.choice((b"", b"", b"\xef\xbb\xbf")) + text + random.choice((b"", b"\n", b"\r\n"))


def _by_values(random: Random) -> bytes:
    lines = some_lines(random)[:3]
    for _ in range(random.choice((1, 2, 4))):
        value = mutated_record(random)
        text = dump(value, ascii=random.random() < 0.5, spaced=random.random() < 0.5)
        lines.insert(random.randint(0, len(lines)), text)
    return joined(lines)


def _by_archive(random: Random) -> bytes:
    document = archive(random.choice((1, 2, 4)), random.randrange(5))
    if random.random() < 0.5:
        _mutate(random, document)
    indent = random.choice((None, None, 2, 4, "\t"))
    text = json.dumps(document, ensure_ascii=random.random() < 0.5, indent=indent).encode(
        errors="surrogatepass"
    )
    return text if random.random() < 0.4 else _broken(random, text, random.choice((1, 1, 2, 8)))


def _by_chance(random: Random) -> bytes:
    if random.random() < 0.3:
        return random.randbytes(random.randrange(300))
    return b"".join(random.choices(_BITS + [b"\n"] * 10, k=random.randrange(40)))


def _by_head(random: Random) -> bytes:
    text = random.choice(_HEADS) + _by_lines(random)
    if random.random() < 0.3:
        wide = random.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"))
        text = text.decode(errors="replace").encode(wide)
    return text


_MAKERS: dict[Callable[[Random], bytes], int] = {
    _by_bytes: 30, _by_lines: 20, _by_values: 25, _by_archive: 12, _by_chance: 6, _by_head: 7,
}  # fmt: skip


def _broken(random: Random, data: bytes, times: int) -> bytes:
    for _ in range(times):
        at, end = sorted((random.randint(0, len(data)), random.randint(0, len(data))))
        end = min(end, at + random.choice((1, 1, 2, 16, 200)))
        piece = data[at:end]
        data = data[:at] + random.choice((
            b"", random.choice(_BITS), random.choice(_BITS) + piece, piece + piece, piece[::-1], piece.swapcase(),
            bytes(byte ^ 1 << random.randrange(8) for byte in piece), random.randbytes(1) + piece,
        )) + data[end:]  # fmt: skip
    return data[: random.randint(0, len(data))] if random.random() < 0.15 else data
