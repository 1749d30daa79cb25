"""The last result of each mutant: kept, and shown as a page."""

import os
import sys
from pathlib import Path

import msgspec

from tests.mutants.catalogue import MUTANTS
from tests.mutants.copy import ROOT

_KEPT = ROOT / ".cache" / "mutants.json"
_PAGE = """# Mutants

One guard at a time is taken out of the code, and the tests named beside it must notice. A mutant is killed
when every one of them fails by itself (a fixture that breaks, or code that does not run, does not count) and
all of them pass on the whole code in the same run. The list is `tests/mutants/`; `tests/mutants/test_list.py`
in `make test-long` keeps it true to the code.

    make mutants
    make mutants ONLY=lease   # those with this in their name; the others keep their row

{killed} of {all} killed, in {minutes:.0f} minutes, on {cores} cores under a load of up to {load:.0f},
Python {python}.

| mutant | promise | killed by | seconds | tried, UTC |
|---|---|---|---|---|
{rows}
"""


class Verdict(msgspec.Struct, frozen=True):
    """The result of one mutant; `why` it lives, if it does."""

    name: str
    seconds: float
    why: str
    at: str
    load: float


def keep(verdict: Verdict) -> None:
    """Remember this instead of what was known of the mutant."""
    _KEPT.parent.mkdir(exist_ok=True)
    _KEPT.write_bytes(msgspec.json.encode({**_kept(), verdict.name: verdict}))


def write_page(path: Path) -> None:
    """Write what is known of every mutant."""
    kept = _kept()
    verdicts = [kept[mutant.name] for mutant in MUTANTS if mutant.name in kept]
    page = _PAGE.format(
        killed=sum(not verdict.why for verdict in verdicts),
        all=len(MUTANTS),
        minutes=sum(verdict.seconds for verdict in verdicts) / 60,
        cores=os.cpu_count(),
        load=max(verdict.load for verdict in verdicts),
        python=sys.version.split()[0],
        rows="\n".join(_row(verdict) for verdict in verdicts),
    )
    path.parent.mkdir(exist_ok=True)
    path.write_text(page)


def _row(verdict: Verdict) -> str:
    mutant = next(mutant for mutant in MUTANTS if mutant.name == verdict.name)
    tests = ", ".join(f"`{test.removeprefix('tests/')}`" for test in mutant.tests)
    end = f"**nothing: {verdict.why}**" if verdict.why else tests
    return f"| {mutant.name} | {mutant.promise} | {end} | {verdict.seconds:.1f} | {verdict.at} |"


def _kept() -> dict[str, Verdict]:
    return msgspec.json.decode(_KEPT.read_bytes(), type=dict[str, Verdict]) if _KEPT.exists() else {}
