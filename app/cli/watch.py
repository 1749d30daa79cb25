"""`lora jobs watch`: a job followed to its end, in a live view, in lines, or in JSON lines."""

from collections import deque
from datetime import UTC, datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from app.cli.command import Exit
from app.cli.output import Terminal, money, plain, print_json_line, style_of, styled
from app.cli.plot import loss_curves
from app.cli.stream import follow
from app.domain.states import JobStatus

_LOG_LINES = 5
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
    def eta(self) -> str | None:
        """Time to the end, as `1:02:03`; None when it is unknown."""
        at = self.current.get("estimated_completion_at")
        if not at or "final_cost" in self.current:
            return None
        left = (datetime.fromisoformat(at) - datetime.now(UTC)).total_seconds()
        return _clock(max(left, 0))


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
    title = Text(" · ").join(
        (Text(plain(_name(job)), "bold"), Text(plain(job["base_model"])), Text(plain(job["preset_id"])))
    )
    curve = loss_curves(list(state.points.values()), width=min(width, 120) - 4, height=_curve_rows(height))
    log = [
        Text(plain(line["message"]), _log_style(line), no_wrap=True, overflow="ellipsis")
        for line in list(state.log)  # a copy: another thread renders while it grows
    ]
    header = [_bar(state), _figures(state), Text("")]
    rows = [*header, curve, Text(""), Rule("log", style="dim", align="left"), *log]
    if state.problem:
        rows.append(Text(plain(state.problem), "yellow", no_wrap=True, overflow="ellipsis"))
    return Panel(
        Group(*rows),
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
        print_json_line(event)


def _follow_in_lines(terminal: Terminal, state: JobState) -> None:
    """Print a line for each change of status or stage, each percent, each validation and each warning."""
    percent = -1
    for event in follow(terminal.api, f"/api/jobs/{state.job['id']}/events", terminal.note):
        state.apply(event)
        data, at = event["data"], event["at"][11:19]
        reached = 100 * data["step"] // state.job["total_steps"] if event["type"] == "metric" else percent
        if event["type"] == "metric" and (reached > percent or data.get("validation_loss") is not None):
            percent = max(reached, percent)
            eta = f"ETA {state.eta}" if state.eta else ""
            terminal.print(at, f"{state.step}  {_losses(data)}  cost {money(state.cost)}  {eta}".rstrip())
        elif event["type"] in {"status", "stage", "attempt"}:
            terminal.print(at, event["type"], styled(data[event["type"]]))
        elif event["type"] == "log" and data["level"] in {"warning", "error"}:
            terminal.print(at, styled(data["level"]), data["message"])


def _bar(state: JobState) -> RenderableType:
    grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
    grid.add_column(no_wrap=True)
    grid.add_column(ratio=1)
    grid.add_column(no_wrap=True, justify="right")
    done = state.current["progress"]
    stage = (
        state.current["stage"]
        if state.current["status"] in {"initializing", "running"}
        else state.current["status"]
    )
    label = styled(stage.replace("_", " "), style_of(state.current["status"]))
    grid.add_row(
        label,
        ProgressBar(total=100, completed=done, complete_style="cyan", finished_style="green"),
        Text(f"{done:.0f} %", "bold"),
    )
    return grid


def _figures(state: JobState) -> RenderableType:
    grid = Table.grid(expand=True)
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True, justify="right")
    of = f" of about {money(state.job['estimated_total_cost'])}"
    eta = f"ETA {state.eta}" if state.eta else ""
    grid.add_row(Text(state.step), Text(eta, "cyan"))
    grid.add_row(
        Text(_losses(state.current)),
        Text.assemble(("cost ", "dim"), (money(state.cost) or "", "bold green"), (of, "dim")),
    )
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


def _curve_rows(height: int) -> int:
    return max(8, min(18, height - _FRAME_ROWS - _LOG_LINES - 1))


def _name(job: dict[str, Any]) -> str:
    return str(job["name"] or job["dataset"]["name"])


def _log_style(line: dict[str, Any]) -> str:
    return {"warning": "yellow", "error": "red"}.get(line["level"], "dim")


def _clock(seconds: float) -> str:
    minutes, second = divmod(int(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02}:{second:02}" if hour else f"{minute}:{second:02}"
