"""`lora jobs`: create, list, show, logs, watch, cancel, retry, compare."""

from functools import partial
from typing import Annotated, Any

import typer
from typer import Option

from app.cli.client import follow as follow_events
from app.cli.command import command
from app.cli.estimate import JobOptions, fit_line
from app.cli.options import DatasetId, JobId, JobIds, Limit, Page, given
from app.cli.output import Terminal, moment, money, number, plain, print_json, styled
from app.cli.plot import curves, loss_curves
from app.cli.watch import watch as watch_job
from app.domain.logs import LogLevel, at_least
from app.domain.states import JobStatus

app = typer.Typer(no_args_is_help=True, help="Training jobs.")

_LOG_PAGE = 1000
_LEVEL_STYLES = {"output": "dim", "info": "blue", "warning": "yellow", "error": "red"}
_UNKNOWN_FIT = "not known; the job fails at no cost where too much would be left out of training."
_INTERRUPTED = "Interrupted; the job keeps running. `lora jobs cancel` ends it."

MaxCost = Annotated[float | None, Option(help="USD; the job is stopped before it costs more.")]
Key = Annotated[str | None, Option("--idempotency-key", help="A repeated key makes no second job.")]
Watch = Annotated[bool, Option("--watch", help="Then watch it, as `lora jobs watch`.")]


def _show_created(terminal: Terminal, job: dict[str, Any]) -> None:
    price = money(job["estimated_total_cost"])
    terminal.print("Job", job["id"], styled(job["status"]), f"for about {price}.")
    _show_fit(terminal, job)
    terminal.note(f"Next: lora jobs watch {job['id']}")


def _show_fit(terminal: Terminal, job: dict[str, Any]) -> None:
    terminal.print(styled("Fit:", "bold"), fit_line(job["fit"]) if job["fit"] else _UNKNOWN_FIT)
    for warning in job["warnings"]:
        terminal.print(styled("warning", "yellow"), warning)


@command(app, "create", _show_created, interrupted=_INTERRUPTED)
def create(
    terminal: Terminal,
    options: JobOptions,
    *,
    name: Annotated[str | None, Option(help="The job's name.", show_default="the dataset's")] = None,
    max_cost: MaxCost = None,
    metadata: Annotated[list[str] | None, Option(metavar="KEY=VALUE", help="Repeatable.")] = None,
    eval_prompt: Annotated[
        list[str] | None, Option(help="Prompt answered during training; repeatable.")
    ] = None,
    key: Key = None,
    watch: Watch = False,
) -> Any:
    """Queue a training job."""
    pairs = dict(_parse_pair(text) for text in metadata or [])
    more = {"name": name, "max_cost_usd": max_cost, "metadata": pairs, "eval_prompts": eval_prompt}
    chosen = {"preset_id": options.preset, "hyperparameters": options.hyperparameters}
    return _post_job(terminal, "/api/jobs", {**options.body, **chosen, **given(more)}, key, watch=watch)


def _show_list(terminal: Terminal, page: dict[str, Any]) -> None:
    columns = ("id", "name", "status", ">progress", "?>loss", ">cost", "?queued")
    rows = map(_list_row, page["jobs"])
    terminal.table(columns, rows, empty="No jobs. Create one: lora jobs create DATASET")
    terminal.next_page(page["pagination"])


def _list_row(job: dict[str, Any]) -> tuple[Any, ...]:
    name, loss = job["name"] or job["dataset"]["name"], job["current_metrics"].get("training_loss")
    figures = f"{job['progress']:.0f} %", number(loss, 4), money(job["current_cost"])
    return job["id"], name, styled(job["status"]), *figures, moment(job["queued_at"])


@command(app, "list", _show_list)
def list_jobs(
    terminal: Terminal,
    *,
    status: Annotated[list[JobStatus] | None, Option(help="Only jobs with this one; repeatable.")] = None,
    dataset: Annotated[DatasetId | None, Option(help="Only jobs on this one.")] = None,
    search: Annotated[str | None, Option(help="Part of the name.")] = None,
    page: Page = 1,
    limit: Limit = 10,
) -> Any:
    """List your jobs, newest first."""
    query = {"status": ",".join(status or []), "dataset_id": dataset, "search": search}
    return terminal.api("GET", "/api/jobs", params={**query, "page": page, "limit": limit})


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
        "fit": fit_line(job["fit"]) if job["fit"] else None,
        "queued": moment(job["queued_at"]),
        "started": moment(job["started_at"]),
        "ended": moment(job["completed_at"]),
    }
    terminal.properties(values)
    if job["metrics"]:
        terminal.render(loss_curves(job["metrics"], width=min(terminal.out.width, 90), height=14))


@command(app, "show", _show_one)
def show(terminal: Terminal, job: JobId) -> Any:
    """Show one job, with the curve of its last 100 steps."""
    return terminal.api("GET", f"/api/jobs/{job}")


def _show_log(terminal: Terminal, log: dict[str, Any]) -> None:
    for line in log["logs"]:
        _print_line(terminal, line)


def _print_line(terminal: Terminal, line: dict[str, Any]) -> None:
    at, level = line["at"][:19].replace("T", " "), line["level"]
    terminal.print(styled(at, "dim"), styled(f"{level:<7}", _LEVEL_STYLES[level]), line["message"])


@command(app, "logs", _show_log)
def logs(
    terminal: Terminal,
    job: JobId,
    *,
    level: Annotated[LogLevel | None, Option(help="This level and higher ones.")] = None,
    search: Annotated[str | None, Option(help="Part of a line.")] = None,
    follow: Annotated[bool, Option("--follow", "-f", help="Continue until the job ends.")] = False,
) -> Any:
    """Show the trainer's log; with --follow --json one object per line."""
    path = f"/api/jobs/{job}/logs"
    if follow:
        _follow_log(terminal, path, level, search)
        raise typer.Exit
    found: list[dict[str, Any]] = []
    query = {"level": level, "search": search, "limit": _LOG_PAGE, "after_seq": 0}
    while page := terminal.api("GET", path, params=query)["logs"]:
        found += page
        query["after_seq"] = page[-1]["seq"]
    return {"logs": found}


def _follow_log(terminal: Terminal, path: str, level: LogLevel | None, search: str | None) -> None:
    wanted, text = at_least(level or LogLevel.OUTPUT), (search or "").lower()
    print_line = print_json if terminal.as_json else partial(_print_line, terminal)
    for event in follow_events(terminal.api, path, terminal.note):
        data = event["data"]
        if event["type"] == "log" and data["level"] in wanted and text in data["message"].lower():
            print_line({"seq": event["seq"], "at": event["at"], **data})


@command(app, "watch", lambda *_: None, interrupted=_INTERRUPTED)  # it prints its result itself
def watch(terminal: Terminal, job: JobId) -> Any:
    """Follow a job to its end; with --json one event per line."""
    raise typer.Exit(watch_job(terminal, str(job)))


def _show_cancelled(terminal: Terminal, job: dict[str, Any]) -> None:
    state = "is cancelled" if job["status"] == JobStatus.CANCELLED else "is being cancelled"
    terminal.print("Job", job["id"], state)


@command(app, "cancel", _show_cancelled)
def cancel(
    terminal: Terminal,
    job: JobId,
    *,
    reason: Annotated[str | None, Option(help="For your own records.")] = None,
) -> Any:
    """Cancel a job; the time it ran is charged."""
    return terminal.api("POST", f"/api/jobs/{job}/cancel", json=given({"reason": reason}))


@command(app, "retry", _show_created, interrupted=_INTERRUPTED)
def retry(
    terminal: Terminal,
    job: JobId,
    *,
    from_start: Annotated[bool, Option("--from-start", help="Ignore the last checkpoint.")] = False,
    max_cost: MaxCost = None,
    key: Key = None,
    watch: Watch = False,
) -> Any:
    """Retry a failed or cancelled job, as a new job."""
    body = {"from_checkpoint": not from_start, "overrides": given({"max_cost_usd": max_cost})}
    return _post_job(terminal, f"/api/jobs/{job}/retry", body, key, watch=watch)


def _show_comparison(terminal: Terminal, comparison: dict[str, Any]) -> None:
    jobs = comparison["jobs"]
    names = [f"{number + 1}: {job['name'] or job['dataset']['name']}" for number, job in enumerate(jobs)]
    ids = [job["id"] for job in jobs]
    rows = [("id", *ids), ("status", *(styled(job["status"]) for job in jobs))]
    rows += [(name, *(values.get(id) for id in ids)) for name, values in comparison["differences"].items()]
    for measure in ("training_loss", "validation_loss"):
        last = [_last(comparison["series"][measure][id]) for id in ids]
        rows.append((measure.replace("_", " "), *(number(loss, 4) for loss in last)))
    rows.append(("cost", *(money(job["current_cost"]) for job in jobs)))
    terminal.table(("", *map(plain, names)), rows)
    series = {
        plain(name): [
            (step, loss)
            for step, loss in zip(comparison["steps"], comparison["series"]["training_loss"][id], strict=True)
            if loss is not None
        ]
        for name, id in zip(names, ids, strict=True)
    }
    terminal.render(curves(series, width=min(terminal.out.width, 100), height=16))


def _last(series: list[float | None]) -> float | None:
    return next((value for value in reversed(series) if value is not None), None)


@command(app, "compare", _show_comparison)
def compare(terminal: Terminal, jobs: JobIds) -> Any:
    """Compare 2 to 10 jobs: their different settings, and their curves."""
    return terminal.api("GET", "/api/jobs/compare", params={"ids": ",".join(map(str, jobs))})


def _parse_pair(text: str) -> tuple[str, str]:
    key, separator, value = text.partition("=")
    if not separator:
        raise typer.BadParameter(f"--metadata {text}: write KEY=VALUE")
    return key, value


def _post_job(terminal: Terminal, path: str, body: dict[str, Any], key: str | None, *, watch: bool) -> Any:
    """Make a job, and follow it to its end if `watch`; the job."""
    job = terminal.api("POST", path, json=body, headers=given({"Idempotency-Key": key}))
    if watch:
        if not terminal.as_json:
            _show_fit(terminal, job)
        raise typer.Exit(watch_job(terminal, job["id"]))
    return job
