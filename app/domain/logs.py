"""Lines of a job's log: what may be shown of what a program wrote."""

import re
from enum import StrEnum

MAX_LINE_CHARACTERS = 2000

# what terminals take for commands (ECMA-48): colours, cursor movements, titles
_TERMINAL = re.compile("\x1b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\x07\x1b]*(?:\x07|\x1b\\\\)?|[@-Z\\\\^_])")
_CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class LogLevel(StrEnum):
    """Severity of a line, lowest first; `output` is output of the program without a level."""

    OUTPUT = "output"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


def clean(line: str) -> str:
    """The line without terminal commands, with a mark for each control character, and of bounded length."""
    last = line.rstrip("\r\n").rpartition("\r")[2]  # progress bars write over themselves
    text = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", _TERMINAL.sub("", last[: 4 * MAX_LINE_CHARACTERS]))
    return text if len(text) <= MAX_LINE_CHARACTERS else text[: MAX_LINE_CHARACTERS - 1] + "…"


def at_least(level: LogLevel) -> list[LogLevel]:
    """This level and all that matter more."""
    levels = list(LogLevel)
    return levels[levels.index(level) :]
