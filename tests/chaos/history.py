"""The history of a run, as JSON lines: every request with its answer or error, every fault, with times."""

import json
import time
from pathlib import Path
from typing import Any

Entry = dict[str, Any]


class History:
    """Appends to a file and keeps all of it for the checker; `at` is seconds since 1970."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("w", buffering=1)
        self.entries: list[Entry] = []

    def add(self, kind: str, *, at: float | None = None, **facts: Any) -> None:
        entry = {"at": time.time() if at is None else at, "kind": kind, **facts}
        self.entries.append(entry)
        self._file.write(json.dumps(entry, default=str) + "\n")

    def fault(self, name: str, **facts: Any) -> None:
        """Something was broken on purpose."""
        self.add("fault", name=name, **facts)

    def of(self, kind: str, **facts: Any) -> list[Entry]:
        """The entries of a kind with all of these facts, in order."""
        wanted = {"kind": kind, **facts}.items()
        return [entry for entry in self.entries if wanted <= _flat(entry).items()]

    def faults(self, name: str, **facts: Any) -> int:
        """How often a fault was brought about."""
        return len(self.of("fault", name=name, **facts))

    def close(self) -> None:
        self._file.close()


def _flat(entry: Entry) -> Entry:
    return {name: value for name, value in entry.items() if not isinstance(value, list | dict)}
