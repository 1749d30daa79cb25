"""Where a test belongs: `make test` leaves out what is `long` or `exhaustive`, `make test-long` runs that."""

from collections.abc import Iterable

import pytest

# the longest beginning of a test's id decides; `alone` runs without other tests beside it
MARKS: dict[str, tuple[str, ...]] = {
    "tests/api/test_training_failures.py": ("long",),
    "tests/chaos/": ("long", "alone"),
    "tests/contract/": ("long",),
    "tests/domain/hostile/": ("exhaustive",),
    "tests/domain/hostile/test_memory.py": ("long", "alone"),
    "tests/mutants/": ("long",),
    "tests/sdk/": ("long",),
    "tests/trainer/": ("long",),
    # the one resume after a kill that the short profile shows
    "tests/trainer/test_run.py::TestResume::test_after_a_kill_gives_the_same_adapter_and_curve": (),
}


def mark(items: Iterable[pytest.Item]) -> None:
    """Give every test the marks of its place."""
    for item in items:
        places = [place for place in MARKS if item.nodeid.startswith(place)]
        for name in MARKS[max(places, key=len)] if places else ():
            item.add_marker(name)
