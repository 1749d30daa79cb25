"""Parse what is nearly JSON: only spellings that can mean one thing."""

import ast
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

# a whole text, or all behind a lone quotation mark, so that it is left alone; or a fault outside of them
_TEXT = r'"(?:[^"\\]|\\.)*+"?'
_TRAILING_COMMA = re.compile(rf"({_TEXT})|,(\s*[\]}}])", re.DOTALL)
_UNQUOTED_NAME = re.compile(rf"({_TEXT})|([{{,]\s*)([A-Za-z_]\w*)(\s*:)", re.DOTALL)
_PYTHON_WORD = re.compile(rf"({_TEXT})|\b(None|True|False)\b", re.DOTALL)
_BAD_ESCAPE = re.compile(r'\\(["\\/bfnrt]|u[0-9a-fA-F]{4})|\\')
_WORDS = {"None": "null", "True": "true", "False": "false"}
_MAX_BYTES = 2**20


def parse_leniently(source: bytes) -> Any:
    """Parse a JSON value with trailing commas, raw control characters, wrong escapes or Python's spelling.

    Raises ValueError where it is not such a value.
    """
    if len(source) > _MAX_BYTES:
        raise ValueError("too long")
    text = source.decode(errors="replace").strip().removesuffix(",")
    for change in _changes():
        text = change(text)
        try:
            return json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
    return _python_literal(source.decode(errors="replace").strip().removesuffix(","))


def _changes() -> Iterator[Callable[[str], str]]:
    yield lambda text: text
    yield lambda text: _TRAILING_COMMA.sub(lambda found: found[1] or found[2], text)
    yield lambda text: _BAD_ESCAPE.sub(lambda found: found[0] if found[1] else r"\\", text)
    yield lambda text: _PYTHON_WORD.sub(lambda found: found[1] or _WORDS[found[2]], text)
    yield lambda text: _UNQUOTED_NAME.sub(lambda found: found[1] or f'{found[2]}"{found[3]}"{found[4]}', text)


def _python_literal(text: str) -> Any:
    try:
        value = ast.literal_eval(text)
        return json.loads(json.dumps(value))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        raise ValueError("not nearly JSON") from None
