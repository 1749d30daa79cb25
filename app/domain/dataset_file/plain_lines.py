"""Clean the lines of formats that hold JSON in other clothes, so that they can be converted."""

import ast
import codecs
from collections.abc import Callable, Iterable, Iterator

import orjson

Clean = Callable[[bytes], bytes]

_FENCES = (b"```", b"~~~")
_WIDE_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def without_fence(line: bytes) -> bytes:
    """Return the line, empty where it opens or closes a code fence."""
    return b"" if line.lstrip().startswith(_FENCES) else line


def event_data(line: bytes) -> bytes:
    """Return the data of a line of server-sent events; empty for other fields and the closing [DONE]."""
    name, _, data = line.partition(b":")
    is_data = name.strip() == b"data" and data.strip() != b"[DONE]"
    return data if is_data else b""


def behind_prefix(line: bytes) -> bytes:
    """Return what a log wrote from the first brace on; empty where it wrote none."""
    return line[line.find(b"{") :] if b"{" in line else b""


def from_python(line: bytes) -> bytes:
    """Write an object that Python shows as JSON; other lines stay as they are."""
    text = line.strip(b" \t\r,")
    if text.startswith(b"[") and not text.endswith(b"]"):
        text = text[1:]
    if text.endswith(b"]") and not text.startswith(b"["):
        text = text[:-1]
    try:
        value = ast.literal_eval(text.decode())
        return orjson.dumps(value) if isinstance(value, dict | list) else line
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return line


def clean_lines(portions: Iterable[bytes], clean: Clean) -> Iterator[bytes]:
    """Clean each line of a text that comes in any portions; their number stays the same."""
    rest = b""
    for portion in portions:
        *lines, rest = (rest + portion).split(b"\n")
        yield b"".join(clean(line) + b"\n" for line in lines)
    yield clean(rest)


def as_utf8(portions: Iterable[bytes]) -> Iterator[bytes]:
    """Write text with the byte order mark of UTF-16 as UTF-8; other text stays as it is."""
    decoder: codecs.IncrementalDecoder | None = None
    is_first = True
    for portion in portions:
        if is_first and portion:
            is_first, encoding = False, _WIDE_MARKS.get(portion[:2])
            decoder = codecs.getincrementaldecoder(encoding)() if encoding else None
        yield decoder.decode(portion).encode() if decoder else portion
    if decoder:
        yield decoder.decode(b"", final=True).encode()
