"""`lora jobs`: create, look at, watch, cancel, try again, compare."""

from typing import Annotated, Any

import typer

from app.cli import logs
from app.cli.command import command
from app.cli.completion import DatasetId, JobId, JobIds, Limit, Page
from app.cli.output import Terminal, moment, money, number, plain, styled
from app.cli.plan import Plan, given
from app.cli.plot import curves, loss_curves
from app.cli.watch import watch as follow
from app.domain.states import JobStatus

app = typer.Typer(no_args_is_help=True, help="Training jobs.")
app.add_typer(logs.app)

_GOES_ON = "Interrupted; the job goes on. `lora jobs cancel` ends it."

MaxCost = Annotated[float | None, typer.Option(help="USD; the job ends before it is charged more.")]
Key = Annotated[
    str | None,
    typer.Option("--idempotency-key", help="The same key again makes no second job."),
]
Watch = Annotated[bool, typer.Option("--watch", help="Go on as `lora jobs watch`.")]


def _show_created(terminal: Terminal, job: dict[str, Any]) -> None:
    price = money(job["estimated_total_cost"])
    terminal.say("Job", job["id"], styled(job["status"]), f"for about {price}.")
    terminal.note(f"Next: lora jobs watch {job['id']}")


@command(app, "create", _show_created, interrupted=_GOES_ON)
def create(
    terminal: Terminal,
    plan: Plan,
    *,
    name: Annotated[str | None, typer.Option(help="The job's; else the dataset's.")] = None,
    max_cost: MaxCost = None,
    metadata: Annotated[list[str] | None, typer.Option(metavar="KEY=VALUE", help="Repeatable.")] = None,
    eval_prompt: Annotated[list[str] | None, typer.Option(help="Replied to on the way; repeatable.")] = None,
    key: Key = None,
    watch: Watch = False,
) -> Any:
    """Queue a training job."""
    pairs = dict(_pair(text) for text in metadata or [])
    options = {"name": name, "max_cost_usd": max_cost, "metadata": pairs, "eval_prompts": eval_prompt}
    body = {**plan.body, "preset_id": plan.preset, "hyperparameters": plan.knobs, **given(options)}
    return _watched(terminal, _post(terminal, "/api/jobs", body, key), watch=watch)


def _show_list(terminal: Terminal, page: dict[str, Any]) -> None:
    terminal.table(
        ("id", "name", "status", ">progress", "?>loss", ">cost", "?queued"),
        (
            (
                job["id"],
                job["name"] or job["dataset"]["name"],
                styled(job["status"]),
                f"{job['progress']:.0f} %",
                number(job["current_metrics"].get("training_loss"), 4),
                money(job["current_cost"]),
                moment(job["queued_at"]),
            )
            for job in page["jobs"]
        ),
        empty="No jobs. lora jobs create DATASET makes one.",
    )
    terminal.more(page["pagination"])


@command(app, "list", _show_list)
def list_jobs(
    terminal: Terminal,
    *,
    status: Annotated[list[JobStatus] | None, typer.Option(help="Only these; repeatable.")] = None,
    dataset: Annotated[DatasetId | None, typer.Option(help="Only on this dataset.")] = None,
    search: Annotated[str | None, typer.Option(help="Part of a name.")] = None,
    page: Page = 1,
    limit: Limit = 10,
) -> Any:
    """List your jobs, newest first."""
    asked = {"status": ",".join(status or []), "dataset_id": dataset, "search": search}
    return terminal.api("GET", "/api/jobs", params={**asked, "page": page, "limit": limit})


def _show_one(terminal: Terminal, job: dict[str, Any]) -> None:
    shown = (
        "id", "name", "status", "current_stage", "queue_position", "preset_id", "base_model", "method",
        "gpu_config", "hardware", "hyperparameters", "attempt", "failure_code", "error_message", "remedies",
        "warnings", "parent_job_id", "artifact_id", "metadata",
    )  # fmt: skip
    values = {name: job[name] for name in shown}
    values |= {
        "status": styled(job["status"]),
        "dataset": f"{job['dataset']['name']} ({job['dataset_id']})",
        "progress": f"{job['progress']:.0f} %, epoch {job['current_epoch']}/{job['total_epochs']}, "
        f"step {job['current_step']:,}/{job['total_steps']:,}",
        "cost": f"{money(job['current_cost'])} of about {money(job['estimated_total_cost'])}",
        "cap": money(job["max_cost_usd"]),
        "queued": moment(job["queued_at"]),
        "started": moment(job["started_at"]),
        "ended": moment(job["completed_at"]),
    }
    terminal.record((name.replace("_", " "), value) for name, value in values.items())
    if job["metrics"]:
        terminal.draw(loss_curves(job["metrics"], width=min(terminal.out.width, 90), height=14))


@command(app, "show", _show_one)
def show(terminal: Terminal, job: JobId) -> Any:
    """Show one job, with the curve of its last 100 steps."""
    return terminal.api("GET", f"/api/jobs/{job}")


def _nothing(_terminal: Terminal, _data: Any) -> None:
    """What there was to show has been shown."""


@command(app, "watch", _nothing, interrupted=_GOES_ON)
def watch(terminal: Terminal, job: JobId) -> Any:
    """Follow a job to its end; with --json an event a line."""
    raise typer.Exit(follow(terminal, str(job)))


def _show_cancelled(terminal: Terminal, job: dict[str, Any]) -> None:
    said = "is being cancelled" if job["status"] != JobStatus.CANCELLED else "is cancelled"
    terminal.say("Job", job["id"], said)


@command(app, "cancel", _show_cancelled)
def cancel(
    terminal: Terminal,
    job: JobId,
    *,
    reason: Annotated[str | None, typer.Option(help="For your own records.")] = None,
) -> Any:
    """Cancel a job; what ran so far is charged."""
    return terminal.api("POST", f"/api/jobs/{job}/cancel", json=given({"reason": reason}))


@command(app, "retry", _show_created, interrupted=_GOES_ON)
def retry(
    terminal: Terminal,
    job: JobId,
    *,
    from_start: Annotated[bool, typer.Option("--from-start", help="Not from the last checkpoint.")] = False,
    max_cost: MaxCost = None,
    key: Key = None,
    watch: Watch = False,
) -> Any:
    """Try a failed or cancelled job again, as a new job."""
    body = {"from_checkpoint": not from_start, "overrides": given({"max_cost_usd": max_cost})}
    return _watched(terminal, _post(terminal, f"/api/jobs/{job}/retry", body, key), watch=watch)


def _show_compared(terminal: Terminal, compared: dict[str, Any]) -> None:
    jobs = compared["jobs"]
    names = [f"{number + 1}: {job['name'] or job['dataset']['name']}" for number, job in enumerate(jobs)]
    ids = [job["id"] for job in jobs]
    rows = [("id", *ids), ("status", *(styled(job["status"]) for job in jobs))]
    rows += [(name, *(values.get(id) for id in ids)) for name, values in compared["differences"].items()]
    for measure in ("training_loss", "validation_loss"):
        last = [_last(compared["series"][measure][id]) for id in ids]
        rows.append((measure.replace("_", " "), *(number(loss, 4) for loss in last)))
    rows.append(("cost", *(money(job["current_cost"]) for job in jobs)))
    terminal.table(("", *map(plain, names)), rows)
    series = {
        plain(name): [
            (step, loss)
            for step, loss in zip(compared["steps"], compared["series"]["training_loss"][id], strict=True)
            if loss is not None
        ]
        for name, id in zip(names, ids, strict=True)
    }
    terminal.draw(curves(series, width=min(terminal.out.width, 100), height=16))


def _last(series: list[float | None]) -> float | None:
    return next((value for value in reversed(series) if value is not None), None)


@command(app, "compare", _show_compared)
def compare(terminal: Terminal, jobs: JobIds) -> Any:
    """Compare 2 to 10 jobs: what was set differently, and their curves."""
    return terminal.api("GET", "/api/jobs/compare", params={"ids": ",".join(map(str, jobs))})


def _pair(text: str) -> tuple[str, str]:
    key, separator, value = text.partition("=")
    if not separator:
        raise typer.BadParameter(f"--metadata {text}: write KEY=VALUE")
    return key, value


def _post(terminal: Terminal, path: str, body: dict[str, Any], key: str | None) -> Any:
    return terminal.api("POST", path, json=body, headers=given({"Idempotency-Key": key}))


def _watched(terminal: Terminal, job: dict[str, Any], *, watch: bool) -> Any:
    if watch:
        raise typer.Exit(follow(terminal, job["id"]))
    return job
