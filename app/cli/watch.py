"""`lora jobs watch`: a job followed to its end, in a live view, in lines, or in JSON lines."""

from collections import deque
from datetime import UTC, datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.rule import Rule
from rich.table import Column, Table
from rich.text import Text

from app.cli.client import follow
from app.cli.command import Exit
from app.cli.output import Terminal, money, plain, print_json, style_of, styled
from app.cli.plot import loss_curves
from app.domain.states import JobStatus

_LOG_LINES = 5
_LOG_STYLES = {"warning": "yellow", "error": "red"}
_FRAME_ROWS = 10  # all but the curve and the log


class JobState:
    """The state of a job, built from its events."""

    def __init__(self, job: dict[str, Any]) -> None:
        self.job = job
        self.current: dict[str, Any] = {"status": "queued", "stage": "queued", "progress": 0.0}
        self.points: dict[int, dict[str, Any]] = {}
        self.log: deque[dict[str, Any]] = deque(maxlen=_LOG_LINES)
        self.problem = ""

    def apply(self, event: dict[str, Any]) -> None:
        """Update the state by one event."""
        self.problem = ""
        data = event["data"]
        if event["type"] == "metric":
            self.points[data["step"]] = data
            self.current |= {name: value for name, value in data.items() if value is not None}
        elif event["type"] == "log":
            self.log.append(data)
        elif event["type"] != "checkpoint":
            self.current |= data
        if data.get("status") == JobStatus.COMPLETED:
            self.current["progress"] = 100.0

    @property
    def cost(self) -> float:
        return float(self.current.get("final_cost", self.current.get("current_cost", 0)))

    @property
    def step(self) -> str:
        """The position, as `epoch 2/3, step 40/69`."""
        epoch, step = self.current.get("epoch", 0), self.current.get("step", 0)
        return f"epoch {epoch}/{self.job['total_epochs']}, step {step:,}/{self.job['total_steps']:,}"

    @property
    def eta(self) -> str:
        """Time to the end, as `ETA 1:02:03`; empty when it is unknown."""
        at = self.current.get("estimated_completion_at")
        if not at or "final_cost" in self.current:
            return ""
        left = (datetime.fromisoformat(at) - datetime.now(UTC)).total_seconds()
        minutes, second = divmod(int(max(left, 0)), 60)
        hour, minute = divmod(minutes, 60)
        return f"ETA {hour}:{minute:02}:{second:02}" if hour else f"ETA {minute}:{second:02}"


def watch(terminal: Terminal, id: str) -> Exit:
    """Follow a job to its end; the command's exit code."""
    state = JobState(terminal.api("GET", f"/api/jobs/{id}"))
    if terminal.as_json:
        _follow_in_json(terminal, state)
    elif terminal.out.is_terminal and not terminal.out.is_dumb_terminal:
        _follow_live(terminal, state)
    else:
        _follow_in_lines(terminal, state)
    if not terminal.as_json:
        _print_end(terminal, terminal.api("GET", f"/api/jobs/{id}"))
    return Exit.OK if state.current["status"] == JobStatus.COMPLETED else Exit.UNSUCCESSFUL


def render(state: JobState, *, width: int, height: int) -> RenderableType:
    """The live view of a job."""
    job = state.job
    name = styled(job["name"] or job["dataset"]["name"], "bold")
    title = Text(" · ").join((name, Text(plain(job["base_model"])), Text(plain(job["preset_id"]))))
    rows = max(8, min(18, height - _FRAME_ROWS - _LOG_LINES - 1))
    curve = loss_curves(list(state.points.values()), width=min(width, 120) - 4, height=rows)
    log = [
        Text(plain(line["message"]), _LOG_STYLES.get(line["level"], "dim"), no_wrap=True, overflow="ellipsis")
        for line in list(state.log)  # a copy: another thread renders while it grows
    ]
    header = [_bar(state), _figures(state), Text("")]
    lines = [*header, curve, Text(""), Rule("log", style="dim", align="left"), *log]
    if state.problem:
        lines.append(Text(plain(state.problem), "yellow", no_wrap=True, overflow="ellipsis"))
    return Panel(
        Group(*lines),
        title=title,
        title_align="left",
        subtitle=Text(plain(job["id"]), "dim"),
        subtitle_align="right",
        border_style="dim",
        padding=(1, 1, 0, 1),
        width=min(width, 120),
    )


def _follow_live(terminal: Terminal, state: JobState) -> None:
    def frame() -> RenderableType:
        return render(state, width=terminal.out.width, height=terminal.out.height)

    def on_disconnect(reason: str) -> None:
        state.problem = f"{reason}; reconnecting"

    with Live(get_renderable=frame, console=terminal.out, refresh_per_second=8):
        for event in follow(terminal.api, f"/api/jobs/{state.job['id']}/events", on_disconnect):
            state.apply(event)


def _follow_in_json(terminal: Terminal, state: JobState) -> None:
    for event in follow(terminal.api, f"/api/jobs/{state.job['id']}/events", terminal.note):
        state.apply(event)
        print_json(event)


def _follow_in_lines(terminal: Terminal, state: JobState) -> None:
    """Print a line for each change of status or stage, each percent, each validation and each warning."""
    percent = -1
    for event in follow(terminal.api, f"/api/jobs/{state.job['id']}/events", terminal.note):
        state.apply(event)
        data, at = event["data"], event["at"][11:19]
        reached = 100 * data["step"] // state.job["total_steps"] if event["type"] == "metric" else percent
        if event["type"] == "metric" and (reached > percent or data.get("validation_loss") is not None):
            percent = max(reached, percent)
            figures = f"{state.step}  {_losses(data)}  cost {money(state.cost)}  {state.eta}"
            terminal.print(at, figures.rstrip())
        elif event["type"] in {"status", "stage", "attempt"}:
            terminal.print(at, event["type"], styled(data[event["type"]]))
        elif event["type"] == "log" and data["level"] in {"warning", "error"}:
            terminal.print(at, styled(data["level"]), data["message"])


def _bar(state: JobState) -> RenderableType:
    columns = Column(no_wrap=True), Column(ratio=1), Column(no_wrap=True, justify="right")
    grid = Table.grid(*columns, padding=(0, 2, 0, 0), expand=True)
    done, status = state.current["progress"], state.current["status"]
    stage = state.current["stage"] if status in {"initializing", "running"} else status
    bar = ProgressBar(total=100, completed=done, complete_style="cyan", finished_style="green")
    grid.add_row(styled(stage.replace("_", " "), style_of(status)), bar, Text(f"{done:.0f} %", "bold"))
    return grid


def _figures(state: JobState) -> RenderableType:
    grid = Table.grid(Column(no_wrap=True), Column(no_wrap=True, justify="right"), expand=True)
    of = f" of about {money(state.job['estimated_total_cost'])}"
    cost = Text.assemble(("cost ", "dim"), (money(state.cost) or "", "bold green"), (of, "dim"))
    grid.add_row(Text(state.step), Text(state.eta, "cyan"))
    grid.add_row(Text(_losses(state.current)), cost)
    return grid


def _print_end(terminal: Terminal, job: dict[str, Any]) -> None:
    cost, steps = money(job["final_cost"]), f"{job['current_step']:,} steps"
    terminal.print("Job", job["id"], styled(job["status"]), f"after {steps}, final cost {cost}.")
    if job["error_message"]:
        terminal.print(styled(job["failure_code"], "red"), job["error_message"])
    for remedy in job["remedies"]:
        terminal.print("  -", remedy)
    if job["artifact_id"]:
        terminal.note(f"Next: lora models download {job['artifact_id']}")


def _losses(metrics: dict[str, Any]) -> str:
    """Losses and throughput of a step."""
    loss, validation = metrics.get("training_loss"), metrics.get("validation_loss")
    throughput = metrics.get("throughput")
    parts = (
        loss is not None and f"loss {loss:.4f}",
        validation is not None and f"validation {validation:.4f}",
        throughput is not None and f"{throughput:,.0f} tokens/s",
    )
    return "  ".join(part for part in parts if part)
