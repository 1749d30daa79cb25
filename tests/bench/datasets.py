"""The dataset check against its limits and its peers: speed, memory, tokens, and the bars for them."""

import argparse
import subprocess
from pathlib import Path

from rich.table import Table

from tests.bench.corpus import CACHE, ROOT, corpus
from tests.bench.measure import Contender, Measured, insist_on_equal_counts, measure
from tests.bench.report import Bar, console, machine, show, show_bars, table
from tests.bench.texts import render
from workers.programs.trainer.demo_model import ensure_tokenizer

PEERS = str(CACHE / "venv/bin/python")

_RECIPE_MEGABYTES = 300  # it keeps the whole file in memory, several times over
_SMALL, _LARGE = 50, 500
_TEXT_MEGABYTES = 50
_READ, _TYPED, _ORJSON, _OURS = "reading alone", "msgspec typed decode", "orjson.loads", "ours"
_RECIPE = "cookbook recipe"


def contenders(kind: str, path: Path, tokenizer: Path) -> dict[str, Contender]:
    """The programs that check, or only read, a file of that kind."""
    file, size = str(path), str(_unpacked_size(kind, path))
    ours = {
        _OURS: Contender("ours:check", (file,)),
        "ours, exact tokens": Contender("ours:check_exactly", (file, str(tokenizer))),
        "ours, sampled tokens": Contender("ours:check_sampled", (file, str(tokenizer), size)),
    }
    if kind == "archive":
        return {
            _READ: Contender("bare:read_chunks", (file,)),
            _ORJSON: Contender("bare:orjson_document", (file,)),
            _TYPED: Contender("typed:archive", (file,)),
            **ours,
            "datasets streaming": Contender("peers:stream_document", (file,), PEERS),
            "stdlib json": Contender("bare:stdlib_document", (file,)),
        }
    shape = kind.removesuffix("-gzip")
    field = "messages" if shape == "messages" else "target_response"
    lines = {
        _READ: Contender("bare:read_lines", (file,)),
        _ORJSON: Contender("bare:orjson_lines", (file,)),
        _TYPED: Contender(f"typed:{shape}", (file,)),
        **ours,
        "datasets streaming": Contender("peers:stream", (file, field), PEERS),
        "stdlib json": Contender("bare:stdlib_lines", (file,)),
    }
    return lines if kind != shape else lines | {_RECIPE: Contender(f"bare:cookbook_{shape}", (file,))}


def compare(kind: str, options: argparse.Namespace, tokenizer: Path) -> list[Bar]:
    """Measure one kind of file, show the table, and give its bars."""
    path = corpus(kind, options.megabytes)
    entered = contenders(kind, path, tokenizer)
    if options.megabytes > _RECIPE_MEGABYTES:
        entered.pop(_RECIPE, None)
    measured = measure(entered, options.rounds)
    insist_on_equal_counts(result for name, result in measured.items() if name != _READ)
    show(_compared(measured, _unpacked_size(kind, path)), f"{kind}, {options.megabytes} MB")
    ours = measured[_OURS].seconds
    bars = [Bar(f"a1 {kind}: against the typed decode", 0.40, measured[_TYPED].seconds / ours, "x")]
    if _RECIPE in measured:
        bars.append(Bar(f"a1 {kind}: against the recipe", 3, measured[_RECIPE].seconds / ours, "x"))
    return bars


def growth(options: argparse.Namespace) -> list[Bar]:
    """How much more memory a file of 500 MB takes than one of 50 MB."""
    made = table("file", f"{_SMALL} MB", f"{_LARGE} MB", "growth")
    bars = []
    for kind in ("v4", "messages", "archive"):
        entered = {
            str(size): Contender("ours:check", (str(corpus(kind, size)),)) for size in (_SMALL, _LARGE)
        }
        small, large = (result.peak_mib for result in measure(entered, options.rounds).values())
        made.add_row(kind, f"{small:.1f} MiB", f"{large:.1f} MiB", f"{large - small:.1f} MiB")
        what = f"a1 {kind}: memory, {_SMALL} to {_LARGE} MB"
        bars.append(Bar(what, 16, large - small, "MiB", at_most=True))
    show(made, "Peak memory of ours")
    return bars


def tokens_alone(options: argparse.Namespace, tokenizer: Path) -> list[Bar]:
    """Count the tokens of the same texts by ours and by tiktoken, with the same vocabulary."""
    path = corpus("v4", min(options.megabytes, _TEXT_MEGABYTES))
    rendered = path.with_suffix(".texts")
    size = render(path, tokenizer, rendered)
    theirs = Contender("texts:tiktoken_loop", (str(rendered), str(tokenizer)), PEERS)
    entered = {
        "tiktoken, encode loop": theirs,
        "ours, with the chat template": Contender("texts:ours", (str(path), str(tokenizer))),
        "ours, the whole check": Contender("ours:check_exactly", (str(path), str(tokenizer))),
    }
    measured = measure(entered, options.rounds)
    loop, alone, check = measured.values()
    insist_on_equal_counts((loop, alone))
    made = table("counted by", "MB/s of text", "spread", "cores")
    for name, result in measured.items():
        made.add_row(name, *(_speed(result, size) if result.runs else (result.error[:60],)))
    show(made, f"Tokens of {size / 1e6:.0f} MB of text: {alone.runs[0].count:,} by both")
    return [
        Bar("a2: tokens alone, against tiktoken", 2.5, loop.seconds / alone.seconds, "x"),
        Bar("a2: the whole check, against tiktoken alone", 2.5, loop.seconds / check.seconds, "x"),
    ]


def _compared(measured: dict[str, Measured], size: int) -> Table:
    made = table("contender", "MB/s", "spread", "cores", "peak MiB", "of typed decode", "of orjson")
    for name, result in measured.items():
        if not result.runs:
            made.add_row(name, result.error[:60])
            continue
        ratios = (measured[base].seconds / result.seconds for base in (_TYPED, _ORJSON))
        figures = (*_speed(result, size), f"{result.peak_mib:.1f}")
        made.add_row(name, *figures, *(f"{ratio:.2f}" for ratio in ratios))
    return made


def _speed(result: Measured, size: int) -> tuple[str, str, str]:
    return f"{size / result.seconds / 1e6:.1f}", f"{result.spread:.0%}", f"{result.cores:.2f}"


def _unpacked_size(kind: str, path: Path) -> int:
    return (path.with_suffix("") if kind.endswith("-gzip") else path).stat().st_size


def _peer_versions() -> str:
    source = "from importlib.metadata import version as v; print(', '.join(f'{p} {v(p)}' for p in %r))"
    wanted = ("datasets", "pyarrow", "tiktoken")
    return subprocess.check_output([PEERS, "-c", source % (wanted,)], text=True).strip()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    tokenizer = ensure_tokenizer(ROOT / ".cache/models")
    own = machine("msgspec", "orjson", "fastokens", "tokenizers")
    console.print(f"{own}; peers: {_peer_versions()}", soft_wrap=True)
    console.print(f"Medians of {options.rounds} rounds, contenders in turn, each in a process of its own.")
    console.print("`cores` is what a contender got: well below 1, the machine was busy with something else.")
    bars = []
    for kind in ("v4", "messages", "archive", "v4-gzip"):
        bars += compare(kind, options, tokenizer)
    bars += growth(options)
    bars += tokens_alone(options, tokenizer)
    show_bars(bars)
    console.print(f"\nAt the end: {machine()}", soft_wrap=True)


if __name__ == "__main__":
    main()
