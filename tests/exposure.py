"""How much was tried: a zero counts only beside its exposure. Shown at the end of a run."""

from collections import Counter
from collections.abc import Iterable

tried: Counter[str] = Counter()
# where every test that passes, and has this in its name, is one attack; those of many cases count themselves
_FILES = {
    "tests/api/test_tampering.py": ("T08 attacks on uploads", "test_"),
    "tests/adapters/test_auth.py": ("T14 attacks by tokens", "test_refuse"),
}
_COUNT_THEMSELVES = ("test_refuses_every_bad_token_alike",)


def lines(passed: Iterable[str]) -> list[str]:
    """A line for each thing that was tried; `passed` are the ids of tests."""
    total = tried.copy()
    for id in passed:
        name, part = _FILES.get(id.partition("::")[0], ("", ""))
        if name and f"::{part}" in id and not id.endswith(_COUNT_THEMSELVES):
            total[name] += 1
    return [f"{name}: {count:,}" for name, count in sorted(total.items())]
