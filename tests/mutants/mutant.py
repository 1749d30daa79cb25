"""One mutant: a guard that is taken out of the code, and the tests that must notice."""

from dataclasses import dataclass
from pathlib import Path


class Outdated(Exception):
    """The code no longer reads as the mutant says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """In `file`, `old` stands `times` times; with `new` in its place each of `tests` must fail."""

    name: str
    promise: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    times: int = 1

    def applied(self, root: Path) -> str:
        """The file's text without the guard; raises Outdated."""
        source = (root / self.file).read_text()
        if (found := source.count(self.old)) != self.times:
            raise Outdated(f"{self.name}: {self.file} has {self.old!r} {found} times, not {self.times}")
        return source.replace(self.old, self.new)
