"""The progress of a run on a terminal: log lines, and below them a bar with the last step's metrics."""

from types import TracebackType
from typing import Any, Self

from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.cli.output import console
from workers.run_dir import ProgressEvent, Spec

_PACE_SECONDS = 600  # the ETA comes from the pace of the last ten minutes
_STAGES = {
    "loading_model": "Loading",
    "training": "Training",
    "evaluating": "Evaluating",
    "saving": "Saving",
}


class Screen:
    """A context that shows events as they arrive."""

    def __init__(self, spec: Spec, first_step: int) -> None:
        self._progress = Progress(
            TextColumn("{task.description:<10}"),
            BarColumn(bar_width=12),
            MofNCompleteColumn(),
            TextColumn("{task.fields[figures]}"),
            TextColumn("ETA"),
            TimeRemainingColumn(),
            console=console,
            speed_estimate_period=_PACE_SECONDS,
        )
        self._task = self._progress.add_task(
            "Starting", total=spec.total_steps, completed=first_step, figures=""
        )
        self._validation = ""

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *error: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._progress.stop()

    def show(self, event: ProgressEvent) -> None:
        """Show one event; those that only the service's supervisor needs are skipped."""
        data = event.data
        if event.type == "stage":
            self._progress.update(self._task, description=_STAGES.get(data["stage"], data["stage"]))
        elif event.type == "metric":
            self._advance(data)
        elif event.type == "log":
            style = None if data["level"] == "info" else "yellow"
            console.print(escape(data["message"]), style=style, highlight=False)

    def _advance(self, point: dict[str, Any]) -> None:
        if point.get("validation_loss") is not None:
            self._validation = f", val {point['validation_loss']:.3f}"
        loss = "no loss" if point["training_loss"] is None else f"loss {point['training_loss']:.3f}"
        figures = f"{loss}{self._validation}, {point['throughput']:,.0f} tok/s"
        self._progress.update(self._task, completed=point["step"], figures=figures)
