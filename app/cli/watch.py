"""`lora jobs watch`: a job as it goes on, in a live picture, in lines, or in JSON lines."""

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
from app.cli.output import Terminal, json_line, money, plain, style_of, styled
from app.cli.plot import loss_curves
from app.cli.stream import follow
from app.domain.states import JobStatus

_LOG_LINES = 5
_FRAME_ROWS = 10  # what stands around the curve and the log


class Run:
    """A job's state, as its events tell it."""

    def __init__(self, job: dict[str, Any]) -> None:
        self.job = job
        self.now: dict[str, Any] = {"status": "queued", "stage": "queued", "progress": 0.0}
        self.points: dict[int, dict[str, Any]] = {}
        self.log: deque[dict[str, Any]] = deque(maxlen=_LOG_LINES)
        self.trouble = ""

    def take(self, event: dict[str, Any]) -> None:
        """Let one event happen."""
        self.trouble = ""
        data = event["data"]
        if event["type"] == "metric":
            self.points[data["step"]] = data
            self.now |= {name: value for name, value in data.items() if value is not None}
        elif event["type"] == "log":
            self.log.append(data)
        elif event["type"] != "checkpoint":
            self.now |= data
        if data.get("status") == JobStatus.COMPLETED:
            self.now["progress"] = 100.0

    @property
    def cost(self) -> float:
        return float(self.now.get("final_cost", self.now.get("current_cost", 0)))

    @property
    def step(self) -> str:
        """Where it is, as `epoch 2/3, step 40/69`."""
        epoch, step = self.now.get("epoch", 0), self.now.get("step", 0)
        return f"epoch {epoch}/{self.job['total_epochs']}, step {step:,}/{self.job['total_steps']:,}"

    @property
    def eta(self) -> str | None:
        """Time to the end, as `1:02:03`; None where nobody knows."""
        at = self.now.get("estimated_completion_at")
        if not at or "final_cost" in self.now:
            return None
        left = (datetime.fromisoformat(at) - datetime.now(UTC)).total_seconds()
        return _clock(max(left, 0))


def watch(terminal: Terminal, id: str) -> Exit:
    """Follow a job to its end; how a command that did so ends."""
    run = Run(terminal.api("GET", f"/api/jobs/{id}"))
    if terminal.as_json:
        _follow_in_json(terminal, run)
    elif terminal.out.is_terminal and not terminal.out.is_dumb_terminal:
        _follow_live(terminal, run)
    else:
        _follow_in_lines(terminal, run)
    if not terminal.as_json:
        _show_end(terminal, terminal.api("GET", f"/api/jobs/{id}"))
    return Exit.OK if run.now["status"] == JobStatus.COMPLETED else Exit.ENDED_BADLY


def picture(run: Run, *, width: int, height: int) -> RenderableType:
    """The job as it stands."""
    job = run.job
    title = Text(" · ").join(
        (Text(plain(_name(job)), "bold"), Text(plain(job["base_model"])), Text(plain(job["preset_id"])))
    )
    curve = loss_curves(list(run.points.values()), width=min(width, 120) - 4, height=_curve_rows(height))
    log = [
        Text(plain(line["message"]), _log_style(line), no_wrap=True, overflow="ellipsis")
        for line in list(run.log)  # a copy: it grows while another thread draws
    ]
    rows = [_bar(run), _figures(run), Text(""), curve, Text(""), Rule("log", style="dim", align="left"), *log]
    if run.trouble:
        rows.append(Text(plain(run.trouble), "yellow", no_wrap=True, overflow="ellipsis"))
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


def _follow_live(terminal: Terminal, run: Run) -> None:
    def frame() -> RenderableType:
        return picture(run, width=terminal.out.width, height=terminal.out.height)

    def lost(reason: str) -> None:
        run.trouble = f"{reason}; trying again"

    with Live(get_renderable=frame, console=terminal.out, refresh_per_second=8):
        for event in follow(terminal.api, f"/api/jobs/{run.job['id']}/events", lost):
            run.take(event)


def _follow_in_json(terminal: Terminal, run: Run) -> None:
    for event in follow(terminal.api, f"/api/jobs/{run.job['id']}/events", terminal.note):
        run.take(event)
        json_line(event)


def _follow_in_lines(terminal: Terminal, run: Run) -> None:
    """A line for each change of status or stage, each percent, each validation and each warning."""
    percent = -1
    for event in follow(terminal.api, f"/api/jobs/{run.job['id']}/events", terminal.note):
        run.take(event)
        data, at = event["data"], event["at"][11:19]
        reached = 100 * data["step"] // run.job["total_steps"] if event["type"] == "metric" else percent
        if event["type"] == "metric" and (reached > percent or data.get("validation_loss") is not None):
            percent = max(reached, percent)
            eta = f"ETA {run.eta}" if run.eta else ""
            terminal.say(at, f"{run.step}  {_losses(data)}  cost {money(run.cost)}  {eta}".rstrip())
        elif event["type"] in {"status", "stage", "attempt"}:
            terminal.say(at, event["type"], styled(data[event["type"]]))
        elif event["type"] == "log" and data["level"] in {"warning", "error"}:
            terminal.say(at, styled(data["level"]), data["message"])


def _bar(run: Run) -> RenderableType:
    grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
    grid.add_column(no_wrap=True)
    grid.add_column(ratio=1)
    grid.add_column(no_wrap=True, justify="right")
    done = run.now["progress"]
    stage = run.now["stage"] if run.now["status"] in {"initializing", "running"} else run.now["status"]
    state = styled(stage.replace("_", " "), style_of(run.now["status"]))
    grid.add_row(
        state,
        ProgressBar(total=100, completed=done, complete_style="cyan", finished_style="green"),
        Text(f"{done:.0f} %", "bold"),
    )
    return grid


def _figures(run: Run) -> RenderableType:
    grid = Table.grid(expand=True)
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True, justify="right")
    of = f" of about {money(run.job['estimated_total_cost'])}"
    eta = f"ETA {run.eta}" if run.eta else ""
    grid.add_row(Text(run.step), Text(eta, "cyan"))
    grid.add_row(
        Text(_losses(run.now)),
        Text.assemble(("cost ", "dim"), (money(run.cost) or "", "bold green"), (of, "dim")),
    )
    return grid


def _show_end(terminal: Terminal, job: dict[str, Any]) -> None:
    cost, steps = money(job["final_cost"]), f"{job['current_step']:,} steps"
    terminal.say("Job", job["id"], styled(job["status"]), f"after {steps}, final cost {cost}.")
    if job["error_message"]:
        terminal.say(styled(job["failure_code"], "red"), job["error_message"])
    for remedy in job["remedies"]:
        terminal.say("  -", remedy)
    if job["artifact_id"]:
        terminal.note(f"Next: lora models download {job['artifact_id']}")


def _losses(measured: dict[str, Any]) -> str:
    """The losses and the pace of a step."""
    loss, validation = measured.get("training_loss"), measured.get("validation_loss")
    pace = measured.get("throughput")
    known = (
        loss is not None and f"loss {loss:.4f}",
        validation is not None and f"validation {validation:.4f}",
        pace is not None and f"{pace:,.0f} tokens/s",
    )
    return "  ".join(part for part in known if part)


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
