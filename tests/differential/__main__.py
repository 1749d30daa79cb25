"""Compare our masks: `python -m tests.differential [RECORDS]`; exits 1 for a difference without a reason."""

import sys
from collections.abc import Iterator

from tests.differential.compare import Row, compare_with_axolotl, compare_with_trl, prove
from tests.differential.families import VISION, tokens_of
from tests.differential.peers import Peers, read
from tests.differential.records import records

_EVERY = 8


def rows(peers: Peers, count: int) -> Iterator[Row]:
    """Compare every family's templates."""
    examples = list(records(count))
    for name, source in sorted(peers.trl.items()):
        if name.endswith("_training") or name in VISION:
            continue
        if training := peers.trl.get(f"{name}_training"):
            yield compare_with_trl(name, tokens_of(name), (source, training), examples)
        else:
            yield prove(name, tokens_of(name), source, examples)
    some = examples[::_EVERY]  # axolotl renders a conversation anew for each of its turns
    for owner, templates in (("trl", peers.trl), ("axolotl", peers.axolotl)):
        for name, source in sorted(templates.items()):
            if name not in VISION and not name.endswith("_training"):
                yield compare_with_axolotl(f"axolotl on {owner}'s {name}", tokens_of(name), source, some)
    for owner, templates in (("axolotl", peers.axolotl), ("mistral-common", peers.mistral)):
        for name, source in sorted(templates.items()):
            if name not in VISION:
                yield prove(f"{owner} {name}", tokens_of(name), source, examples)


def main(arguments: list[str]) -> int:
    """Print a line a family, and every difference without a reason."""
    count = int(arguments[0]) if arguments else 300
    peers = read()
    bugs = []
    sys.stdout.write(", ".join(f"{name} {version}" for name, version in peers.versions.items()) + "\n")
    for row in rows(peers, count):
        told = ", ".join(f"{outcome} {number}" for outcome, number in row.outcomes.most_common())
        sys.stdout.write(f"{row.family:40} {told}\n")
        sys.stdout.flush()
        bugs += row.bugs
    sys.stdout.write("".join(f"{bug}\n" for bug in bugs))
    return 1 if bugs else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
