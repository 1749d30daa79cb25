"""Curves in a terminal."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich import box
from rich.color import Color
from rich.console import Group, RenderableType
from rich.style import Style
from rich.table import Column, Table
from rich.text import Text

from app.cli.output import console
from app.domain.curves import downsample

Curve = Sequence[tuple[int, float]]

_COLORS = ((90, 200, 250), (255, 105, 150), (120, 220, 120), (250, 200, 90), (180, 150, 255), (255, 140, 80))
_ROWS, _TICKS = 8, 6
_HINT = "For a plot instead of figures: pip install plotext"


def show_losses(points: Iterable[Mapping[str, Any]]) -> None:
    """Plot training and validation loss over the steps of metric points."""
    console.print(loss_curves(points, width=min(console.width, 90), height=14))


def loss_curves(points: Iterable[Mapping[str, Any]], *, width: int, height: int) -> RenderableType:
    """A plot of training loss as a line and validation loss as dots, in `width` columns and `height` rows."""
    named: dict[str, list[tuple[int, float]]] = {"training": [], "validation": []}
    for point in points:
        for name, curve in named.items():
            if (loss := point.get(f"{name}_loss")) is not None:
                curve.append((point["step"], loss))
    return curves(named, width=width, height=height, dotted=("validation",))


def curves(
    named: Mapping[str, Curve], *, width: int, height: int, dotted: Sequence[str] = ()
) -> RenderableType:
    """A plot of losses over steps; without plotext, a table of some of the values."""
    try:
        import plotext  # noqa: PLC0415 - the embedded extra
    except ImportError:
        return _figures(named)
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.ticks_color("gray")
    plotext.limit_size(False, False)  # its idea of the terminal's size may be wrong
    plotext.plot_size(width, height - 1)
    plotext.xticks(_ticks(named))
    # plotext's own legend would hide the beginning of the curves
    legend = Text("  Loss by step")
    for (name, curve), color in zip(named.items(), _COLORS * len(named), strict=False):
        thinned = downsample(curve, 4 * width, value=lambda point: point[1])
        steps, losses = [step for step, _ in thinned], [loss for _, loss in thinned]
        legend.append(f"   {'●' if name in dotted else '━'} {name}", Style(color=Color.from_rgb(*color)))
        if name in dotted and curve:
            plotext.scatter(steps, losses, color=color, marker="●")
        elif curve:
            plotext.plot(steps, losses, color=color, marker="braille")
    return Group(legend, Text.from_ansi(plotext.build().rstrip("\n"), no_wrap=True))


def _ticks(named: Mapping[str, Curve]) -> list[int]:
    """A few whole steps from the first to the last."""
    steps = [step for curve in named.values() for step, _ in curve] or [0]
    first, last = min(steps), max(steps)
    return sorted({first + (last - first) * index // _TICKS for index in range(_TICKS + 1)})


def _figures(named: Mapping[str, Curve]) -> RenderableType:
    headings = (Column(heading, justify="right") for heading in ("step", *named))
    table = Table(*headings, box=box.SIMPLE_HEAD, pad_edge=False)
    by_step = {name: dict(curve) for name, curve in named.items()}
    steps = sorted({step for curve in named.values() for step, _ in curve})
    every = max(1, -(-len(steps) // _ROWS))
    for step in sorted({*steps[::every], *steps[-1:]}):
        losses = (curve.get(step) for curve in by_step.values())
        table.add_row(f"{step:,}", *("" if loss is None else f"{loss:.4f}" for loss in losses))
    return Group(Text("Loss by step"), table, Text(_HINT))
