"""Take out one guard after the other and see that its tests fail: python -m tests.mutants [--only NAME]."""

import argparse
import os
import random
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.mutants import results
from tests.mutants.catalogue import MUTANTS
from tests.mutants.copy import Copy, Said
from tests.mutants.mutant import Mutant
from tests.mutants.results import Verdict


def main() -> int:
    """Try the mutants that the command line names; 1 when one of them lives."""
    options = _options()
    chosen = [mutant for mutant in MUTANTS if any(part in mutant.name for part in options.only.split(","))]
    random.Random(options.seed).shuffle(chosen)
    living = 0
    with tempfile.TemporaryDirectory(prefix="lora-mutants-") as folder:
        copy = Copy(Path(folder).resolve() / "project")  # which tests open to other users, not so its parent
        copy.require_own_code()
        unwell = _unwell(copy, sorted({test for mutant in chosen for test in mutant.tests}))
        for mutant in chosen:
            verdict = _try(copy, mutant, unwell)
            results.keep(verdict)
            living += bool(verdict.why)
    print(f"seed {options.seed}: {len(chosen) - living} of {len(chosen)} killed")  # noqa: T201
    if options.page:
        results.write_page(options.page)
    return bool(living) or not chosen


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--only", default="", help="mutants whose name holds one of these, by commas")
    parser.add_argument("--seed", type=int, default=1, help="of the order in which they are tried")
    parser.add_argument("--page", type=Path, help="where to write the table")
    return parser.parse_args()


def _unwell(copy: Copy, tests: Sequence[str]) -> set[str]:
    """Those that do not pass on the whole code, not even when they are asked again."""
    for _ in range(2):
        said = copy.ask(tests) if tests else {}
        tests = [test for test, what in said.items() if not what.is_well]
    for test in tests:
        print(f"FAILS on the whole code: {test}: {said[test]}", flush=True)  # noqa: T201
    return set(tests)


def _try(copy: Copy, mutant: Mutant, unwell: set[str]) -> Verdict:
    at = f"{datetime.now(UTC):%Y-%m-%d %H:%M}"
    said, seconds = copy.without(mutant)
    why = "; ".join(filter(None, (_why(test, what, unwell) for test, what in said.items())))
    words = why or " / ".join(what.failure.partition("\n")[0][:100] for what in said.values())
    print(f"{'SURVIVED' if why else 'killed'} {mutant.name} {seconds:.1f} s: {words}", flush=True)  # noqa: T201
    return Verdict(mutant.name, seconds, why, at, os.getloadavg()[0])


def _why(test: str, what: Said, unwell: set[str]) -> str:
    """Why this test does not kill, if it does not."""
    name = test.rpartition("::")[2]
    if test in unwell:
        return f"{name} fails on the whole code too"
    if what.failed:
        return ""
    return f"{name} does not run: {what.trouble}" if what.trouble else f"{name} passes"


if __name__ == "__main__":
    sys.exit(main())
