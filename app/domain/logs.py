"""Lines of a job's log, cleaned so that a program's output is safe to show."""

import re
from enum import StrEnum

MAX_LINE_CHARACTERS = 2000

# terminal commands (ECMA-48): colours, cursor movements, titles
_TERMINAL = re.compile("\x1b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\x07\x1b]*(?:\x07|\x1b\\\\)?|[@-Z\\\\^_])")
_CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class LogLevel(StrEnum):
    """Severity of a line, lowest first; `output` is output of the program without a level."""

    OUTPUT = "output"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


def clean(line: str) -> str:
    """Remove terminal commands, replace control characters by U+FFFD, and bound the length."""
    last = line.rstrip("\r\n").rpartition("\r")[2]  # progress bars overwrite themselves
    text = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", _TERMINAL.sub("", last[: 4 * MAX_LINE_CHARACTERS]))
    return text if len(text) <= MAX_LINE_CHARACTERS else text[: MAX_LINE_CHARACTERS - 1] + "…"


def at_least(level: LogLevel) -> list[LogLevel]:
    """List this level and all more important ones."""
    levels = list(LogLevel)
    return levels[levels.index(level) :]
