"""Characters that cannot be seen, and their names for a reader."""

import unicodedata

_NAMES = {
    "\0": "null",
    "\x1a": "end-of-file mark of DOS",
    "\x1e": "record separator of a JSON sequence",
    "\ufeff": "byte order mark; were two files joined?",
}
_CATEGORIES = ("Cc", "Cf", "Zl", "Zp", "Zs")
_VISIBLE_ENOUGH = " \t\r\n"


def is_invisible(char: str) -> bool:
    """Return whether a character is neither printed nor one of the usual spaces and line ends."""
    return unicodedata.category(char) in _CATEGORIES and char not in _VISIBLE_ENOUGH


def describe_char(char: str) -> str:
    """Name a character by its code point and its name in Unicode: U+200B (zero width space)."""
    name = _NAMES.get(char) or unicodedata.name(char, "a control character").lower()
    return f"U+{ord(char):04X} ({name})"
