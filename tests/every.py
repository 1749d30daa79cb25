"""Many cases in one test: all are tried, and those that fail are reported together."""

import functools
import inspect
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

SHOWN = 20
# code that does not run is no failed case: it ends the test at once, under its own name
BROKEN = (ImportError, NameError, SyntaxError)


class Cases:
    """Count what was tried, and keep what failed."""

    def __init__(self) -> None:
        self.tried, self.failed = 0, list[str]()

    @contextmanager
    def case(self, label: object) -> Iterator[None]:
        """Run one case; its failure is kept for `close`."""
        self.tried += 1
        try:
            yield
        except BROKEN:
            raise
        except (Exception, pytest.fail.Exception) as failure:  # noqa: BLE001 - whatever it is, it failed
            frames = traceback.extract_tb(failure.__traceback__)
            self.failed.append(f"{label}: line {frames[-1].lineno}: {type(failure).__name__}: {failure}")

    def close(self) -> None:
        """Fail with every case that failed, or when there was none at all."""
        __tracebackhide__ = True
        assert self.tried, "no case was tried"
        if self.failed:
            more = len(self.failed) - SHOWN
            rest = (f"... and {more} more",) if more > 0 else ()
            count = f"{len(self.failed)} of {self.tried} cases failed"
            pytest.fail("\n".join((count, *self.failed[:SHOWN], *rest)), pytrace=False)


def every(names: str, cases: Iterable[Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Parametrize within one test: run its body for each case; fixtures are made once for all of them."""
    parameters = [name.strip() for name in names.split(",")]
    rows = [tuple(case) if len(parameters) > 1 else (case,) for case in cases]

    def decorate(test: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(test)
        async def run_async(*args: Any, **fixtures: Any) -> None:
            tried = Cases()
            for row in rows:
                with tried.case(_label(row)):
                    await test(*args, **fixtures, **dict(zip(parameters, row, strict=True)))
            tried.close()

        @functools.wraps(test)
        def run(*args: Any, **fixtures: Any) -> None:
            tried = Cases()
            for row in rows:
                with tried.case(_label(row)):
                    test(*args, **fixtures, **dict(zip(parameters, row, strict=True)))
            tried.close()

        chosen: Any = run_async if inspect.iscoroutinefunction(test) else run
        chosen.cases = len(rows) * getattr(test, "cases", 1)
        whole = inspect.signature(test)
        fixtures = [value for name, value in whole.parameters.items() if name not in parameters]
        chosen.__signature__ = whole.replace(parameters=fixtures)  # what pytest gives as fixtures
        return chosen

    return decorate


def _label(row: tuple[Any, ...]) -> str:
    words = ", ".join(getattr(value, "__name__", None) or repr(value) for value in row)
    return words if len(words) <= 200 else f"{words[:197]}..."
