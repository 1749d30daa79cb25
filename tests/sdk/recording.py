"""Answers of a run, kept as examples: ids, times and hosts made the same for every run, long ones cut."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.house.document import OPERATIONS
from tests.house.sources import ROOT

ANSWERS = ROOT / "app" / "samples" / "answers"

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_SIGNED_URL = re.compile(r"https?://[^/]+(/[^?]+)\?.*X-Amz-Signature.*")
_SECRETS = {"key", "secret", "token"}
_BEGAN = datetime(2026, 11, 22, 13, tzinfo=UTC)
_PREFIX = re.compile(r"([a-z]+_)?")
_LONG_LIST, _LONG_TEXT, _KEPT_ITEMS = 4, 160, 2


class Recorder:
    """Keeps the last answer of every operation that a client calls."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._answers: dict[str, Any] = {}
        client.event_hooks["response"].append(self._keep)

    def write(self) -> None:
        """Write the examples that are new, or no longer of the shape of the one that is there."""
        ANSWERS.mkdir(exist_ok=True)
        stable = _Stable(json.dumps(self._answers))
        for name, answer in self._answers.items():
            path = ANSWERS / f"{name}.json"
            example = stable.of(answer)
            if not path.exists() or _shape(json.loads(path.read_text())) != _shape(example):
                path.write_text(json.dumps(example, indent=2, ensure_ascii=False) + "\n")

    def missing(self) -> list[str]:
        """The operations that answer JSON and were not called."""
        return [
            operation["operationId"]
            for *_, operation in OPERATIONS
            for status, answer in operation["responses"].items()
            if status < "3" and "application/json" in answer.get("content", {})
            if operation["operationId"] not in self._answers
        ]

    async def _keep(self, response: httpx.Response) -> None:
        if response.is_success and response.headers["content-type"] == "application/json":
            await response.aread()
            name = _operation_id(response.request.method, response.request.url.path)
            self._answers[name] = response.json()


def _operation_id(method: str, path: str) -> str:
    """The operation behind a request; the one with the fewest parameters in its path."""
    found = [
        (template.count("{"), operation["operationId"])
        for at, template, operation in OPERATIONS
        if at == method and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)
    ]
    return min(found)[1]


class _Stable:
    """Replaces what differs from run to run, the same everywhere."""

    def __init__(self, text: str) -> None:
        self._ids = {id: number for number, id in enumerate(dict.fromkeys(_ID.findall(text)), start=1)}
        self._first = min(datetime.fromisoformat(found[0]) for found in _TIME.finditer(text))

    def of(self, value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {self._text(key): self.of(part, key) for key, part in value.items()}
        if isinstance(value, list):
            return [self.of(part) for part in (value[:_KEPT_ITEMS] if len(value) > _LONG_LIST else value)]
        if isinstance(value, str):
            return f"{_PREFIX.match(value)[0]}example" if name in _SECRETS else self._text(value)
        return value

    def _text(self, text: str) -> str:
        text = _SIGNED_URL.sub(r"https://objects.example.com\1?X-Amz-Algorithm=AWS4-HMAC-SHA256&...", text)
        text = _ID.sub(lambda found: f"01a2035a-0000-7000-8000-{self._ids[found[0]]:012}", text)
        text = _TIME.sub(self._time, text)
        return text if len(text) <= _LONG_TEXT else f"{text[:_LONG_TEXT]}..."

    def _time(self, found: re.Match[str]) -> str:
        since = datetime.fromisoformat(found[0]) - self._first
        return f"{_BEGAN + timedelta(seconds=round(since.total_seconds())):%Y-%m-%dT%H:%M:%SZ}"


def _shape(value: Any) -> Any:
    """The shape of a value, without its content."""
    if isinstance(value, dict):
        return {name: _shape(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_shape(part) for part in value[:1]]
    return "number" if isinstance(value, int | float) else type(value).__name__
