"""Curves in a terminal."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.client import console


def show_losses(points: Iterable[Mapping[str, Any]]) -> None:
    """Draw training and validation loss over the steps of metric points."""
    try:
        import plotext  # noqa: PLC0415 - the embedded extra
    except ImportError:
        console.print("No curve is shown without plotext: pip install plotext")
        return
    points = list(points)
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.plot_size(min(console.width, 90), 14)
    plotext.title("Loss by step")
    for name, draw, look in (
        ("training", plotext.plot, {"marker": "braille"}),
        ("validation", plotext.scatter, {}),
    ):
        known = [point for point in points if point.get(f"{name}_loss") is not None]
        if known:
            losses = [point[f"{name}_loss"] for point in known]
            draw([point["step"] for point in known], losses, label=name, **look)
    print(plotext.uncolorize(plotext.build()))  # noqa: T201 - rich would wrap the canvas
