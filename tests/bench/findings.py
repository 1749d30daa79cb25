"""Warnings against planted faults: precision and recall of each code, by file and in sum."""

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator

from tests.bench.report import Bar, console, show, show_bars, table
from tests.whole_files.files import CUT, FILES, whole_file
from tests.whole_files.measured import Tally, check, tallies

PRECISION, RECALL = 0.95, 0.90


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--lines", action="store_true", help="print the lines that were wrong or missed")
    options = parser.parse_args()
    sums = defaultdict[str, Tally](Tally)
    columns = (
        "records",
        "read",
        "cut: planted",
        "found",
        "precision",
        "recall",
        "all: found",
        "precision",
        "recall",
    )
    by_file = table("file", *columns)
    for name in FILES:
        records, pairs, of_file = 0, 0, defaultdict[str, Tally](Tally)
        for seed in options.seeds:
            lines = whole_file(name, seed)
            report = check(lines)
            records, pairs = records + len(lines), pairs + report.total_pairs
            for code, tally in tallies(lines, report).items():
                of_file[code].add(tally)
                if options.lines and (tally.wrong_lines or tally.missed_lines):
                    console.print(f"{name}-{seed} {code}: {tally.wrong_lines}, missed {tally.missed_lines}")
        for code, tally in of_file.items():
            sums[code].add(tally)
        by_file.add_row(name, str(records), str(pairs), *_figures(of_file[CUT]), *_figures(_sum(of_file))[1:])
    show(by_file, f"By file, seeds {options.seeds}")
    by_code = table("code", "planted", "found", "precision", "recall")
    for code, tally in sorted(sums.items()):
        by_code.add_row(code, *_figures(tally))
    by_code.add_row("all", *_figures(_sum(sums)))
    show(by_code, "In sum")
    bars = list(_bars(sums))
    show_bars(bars)
    sys.exit(not all(bar.is_met for bar in bars))


def _bars(sums: dict[str, Tally]) -> Iterator[Bar]:
    for code, tally in sorted(sums.items()):
        yield Bar(f"{code}: precision", PRECISION, tally.precision)
        yield Bar(f"{code}: recall", RECALL, tally.recall)


def _sum(tallies: dict[str, Tally]) -> Tally:
    together = Tally()
    for tally in tallies.values():
        together.add(tally)
    return together


def _figures(tally: Tally) -> tuple[str, str, str, str]:
    return str(tally.planted), str(tally.found), f"{tally.precision:.3f}", f"{tally.recall:.3f}"


if __name__ == "__main__":
    main()
