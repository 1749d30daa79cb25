"""Structured logs: a constant event name, ids as fields, one object per line; no secrets, no forged lines."""

import logging
import re
import sys

import structlog
from structlog.contextvars import bind_contextvars, bound_contextvars, clear_contextvars
from structlog.typing import EventDict, Processor

from app.domain.caller_limits import LOGGED_CHARACTERS

__all__ = [
    "bind_contextvars",
    "bound_contextvars",
    "clear_contextvars",
    "configure",
    "get_logger",
    "loggable",
    "sane_token",
    "without_secrets",
]

_SANE_TOKEN = re.compile(r"[A-Za-z0-9._~-]{1,128}")
# a cheap test before the patterns: every text that one of them would change contains one of these
_SUSPECT = (
    "lp_", "whsec_", "eyj", "bearer", "basic", "://",
    "token", "secret", "password", "signature", "credential",
)  # fmt: skip
_CUT = "…"  # the end of a text that was longer
# each reads every character a few times at most, whatever the text: callers choose it
_SECRETS = tuple(
    (re.compile(pattern), shown)
    for pattern, shown in (
        (r"\b(lp_|whsec_)[\w+/=-]{8,}", r"\1***"),
        # the look-ahead lets a run of these characters be searched only where dots follow, so once
        (r"(?<![\w-])(?=[\w-]++\.[\w-]++\.)([\w-]*?)\beyJ[\w-]++\.[\w-]++\.[\w-]*+", r"\1***"),
        (r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}", r"\1 ***"),
        (r"(?i)(token|secret|password|signature|credential)=[^&\s'\"]+", r"\1=***"),
        (r"(?i)(['\"][\w-]*(?:token|secret|password)['\"]\s*:\s*['\"])[^'\"]+", r"\1***"),
        (rf"(://[^\s/:@]*):[^\s/@]+(?:@|{_CUT}\Z)", r"\1:***@"),
    )
)
# below warning they log every request, some with addresses and headers
_NOISY = (
    "uvicorn.access", "arq.worker", "watchfiles", "botocore", "aiobotocore", "httpx", "httpcore", "urllib3",
)  # fmt: skip
_OWN_FIELDS = {"level", "logger", "timestamp"}  # set by the processors, so free of secrets
_PLAIN = (int, float, type(None))
_TRACEBACK_FIELDS = {"exception", "stack"}
_LONG_FIELDS = {*_TRACEBACK_FIELDS, "output"}  # written by programs of this project, in bounded pieces


def configure(level: str = "INFO", *, as_json: bool = True) -> None:
    """Send structlog and the standard library's loggers to standard error."""
    renderer: Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    last: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, _redacted]
    last += [renderer] if as_json else [_on_one_line, renderer]  # JSON escapes by itself
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=last, foreign_pre_chain=shared))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in _NOISY:
        logging.getLogger(noisy).setLevel(logging.WARNING)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of one module."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


def without_secrets(text: str) -> str:
    """The text with tokens, passwords and signatures replaced by `***`."""
    if _is_suspect(text):
        for pattern, shown in _SECRETS:
            text = pattern.sub(shown, text)
    return text


def loggable(text: str) -> str:
    """The text as it may be logged: its first characters, without secrets."""
    return without_secrets(_shortened(text))


def sane_token(value: str | None) -> str | None:
    """The value if it is safe to log and to echo as an id, else None."""
    return value if value and _SANE_TOKEN.fullmatch(value) else None


def _redacted(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Shorten all fields and redact secrets; values other than numbers and None become text."""
    texts = {
        name: str(value) if name in _LONG_FIELDS else _shortened(str(value))
        for name, value in event.items()
        if name not in _OWN_FIELDS and not isinstance(value, _PLAIN)
    }
    if _is_suspect(" ".join(texts.values())):
        event.update({name: without_secrets(text) for name, text in texts.items()})
    else:
        event.update(texts)
    return event


def _shortened(text: str) -> str:
    return text if len(text) <= LOGGED_CHARACTERS else text[:LOGGED_CHARACTERS] + _CUT


def _is_suspect(text: str) -> bool:
    lower = text.lower()
    return any(word in lower for word in _SUSPECT)


def _on_one_line(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Escape control characters, which a terminal would obey; indent the lines of tracebacks."""
    for name, value in event.items():
        if name in _TRACEBACK_FIELDS:
            event[name] = "\n".join(f"    | {_escaped(line)}" for line in str(value).split("\n"))
        elif isinstance(value, str):
            event[name] = _escaped(value)
    return event


def _escaped(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text
    )
