"""Text whose UTF-8 was read as Windows-1252, such as a-circumflex, euro, trade mark for an apostrophe."""

import re
from collections.abc import Iterator
from typing import NamedTuple

# in the bytes of a file, as they are or as escapes of JSON; quick to look for, and rare
_SIGN = re.compile(rb"\xc3(?:[\x82-\x99]|[\xa0-\xaf]\xc2|[\xa0-\xaf]\xe2|\xa1\xc3|\xb0\xc5)")
_ESCAPED_SIGN = re.compile(rb"u00(?:[cdCD]|[eE][0-9a-fA-F]\\u(?:00[abAB]|20|0[1-9])|[fF]0)")
_CHARS = {  # the character that each byte became; five have none in Windows-1252
    byte: bytes((byte,)).decode("cp1252", errors="ignore") or chr(byte) for byte in range(0x80, 0x100)
}
_BYTES = {char: byte for byte, char in _CHARS.items()}
_NEXT = "[" + "".join(re.escape(_CHARS[byte]) for byte in range(0x80, 0xC0)) + "]"
_SEQUENCE = re.compile(f"[\u00c2-\u00df]{_NEXT}|[\u00e0-\u00ef]{_NEXT}{{2}}|[\u00f0-\u00f4]{_NEXT}{{3}}")
# beginnings that no language has before a symbol; others count when there are several of them
_SURE = ("\u00c3", "\u00c2", "\u00e2\u20ac", "\u00f0\u0178")
_PUNCTUATION = "\u00bb\u00ab\u201d\u201c\u2019\u2018\u201a\u201e\u2026\u2013\u2014\u203a\u2039\u2022"
_SEVERAL = 3  # bytes behind the first ones
_TIMES = 3  # some texts were read wrongly more than once
_NOT_CLEAN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]")
_LEFT_OVER = ("\u00e2\u20ac", "\u00ef\u00bf\u00bd")


class Mojibake(NamedTuple):
    """The first characters that stand for another one, that one, and the number of such places."""

    found: str
    expected: str
    times: int


def may_hold_mojibake(source: bytes, *, is_plain: bool = False) -> bool:
    """Find out quickly whether a text in this JSON may have been read in a wrong encoding.

    `is_plain` promises that no character below U+0100 is written as an escape.
    """
    if b"\xc3" in source and _SIGN.search(source):
        return True
    return not is_plain and b"\\u00" in source and _ESCAPED_SIGN.search(source) is not None


def find_mojibake(text: str) -> Mojibake | None:
    """Find characters that are the bytes of others; None for a text without them."""
    if text.isascii():
        return None
    places = list(_places(text))
    is_sure = any(map(_is_sure, (found for found, _ in places)))
    if not is_sure and sum(len(found) - 1 for found, _ in places) < _SEVERAL:
        return None
    return Mojibake(*places[0], len(places))


def fix_mojibake(text: str) -> str | None:
    """Return the text as it was meant; None where nothing is to fix, or the result would not be clean."""
    fixed = text
    for _ in range(_TIMES):
        if find_mojibake(fixed) is None:
            break
        fixed = _SEQUENCE.sub(lambda found: _decoded(found[0]) or found[0], fixed)
    is_clean = not _NOT_CLEAN.search(fixed) and not any(rest in fixed for rest in _LEFT_OVER)
    return fixed if is_clean and fixed != text and find_mojibake(fixed) is None else None


def _places(text: str) -> Iterator[tuple[str, str]]:
    for found in _SEQUENCE.findall(text):
        decoded = _decoded(found)
        if decoded and not _NOT_CLEAN.match(decoded):
            yield found, decoded


def _decoded(found: str) -> str | None:
    try:
        return bytes(_BYTES[char] for char in found).decode()
    except (KeyError, UnicodeDecodeError):
        return None


def _is_sure(found: str) -> bool:
    """Return whether no real text has these characters side by side."""
    return found.startswith(_SURE) and not (len(found) == 2 and found[1] in _PUNCTUATION)
