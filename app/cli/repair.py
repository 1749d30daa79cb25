"""`lora datasets repair`: show what a repair would do, ask, and carry it out."""

import sys
from typing import Annotated, Any
from uuid import UUID

import typer
from typer import Option

from app.cli.client import Api, CommandFailed
from app.cli.command import WrongUsage, command
from app.cli.datasets import app
from app.cli.options import DatasetId, given
from app.cli.output import Terminal, dataset_summary, number, styled
from app.cli.progress import wait_for_status
from app.domain.repair.summary import MAX_DROPPED_SHARE
from app.domain.states import DatasetStatus

__all__ = ["app", "repair"]

_ENDED = (DatasetStatus.READY.value, DatasetStatus.ERROR.value)
_CHANGES_SHOWN = 10


def _show_repaired(terminal: Terminal, result: dict[str, Any]) -> None:
    if "plan" in result:
        _show_plan(terminal, result["plan"])
        return
    dataset = result["dataset"]
    if _is_ready(result):
        terminal.print(dataset_summary(dataset))
        terminal.print(styled("Repaired:", "green"), "dataset", dataset["id"])
        terminal.note(f"Next: lora estimate {dataset['id']}")
    else:
        terminal.print(styled("Not trainable:", "red"), dataset["error_message"], "Dataset", dataset["id"])


def _is_ready(result: dict[str, Any]) -> bool:
    return "plan" in result or result["dataset"]["status"] == DatasetStatus.READY


@command(app, "repair", _show_repaired, is_success=_is_ready)
def repair(
    terminal: Terminal,
    dataset: DatasetId,
    *,
    name: Annotated[str | None, Option(help="The new dataset's name.")] = None,
    action: Annotated[
        list[str] | None, Option(help="For one finding code, such as duplicate.exact=drop; repeatable.")
    ] = None,
    dry_run: Annotated[bool, Option("--dry-run", help="Only show what would be done.")] = False,
    allow_drops: Annotated[
        bool, Option("--allow-drops", help="Drop more than 20 % of the records without a question.")
    ] = False,
    yes: Annotated[bool, Option("--yes", "-y", help="Repair without a confirmation.")] = False,
) -> Any:
    """Make a new dataset of the records that are valid or can be fixed: the plan first, then a question."""
    body = {"actions": _actions(action or []), **given({"name": name})}
    plan = _plan(terminal.api, dataset, body)
    if not plan["records"]:
        raise CommandFailed(
            "the file holds no record that could be repaired; "
            f"what is wrong with it: lora datasets report {dataset}"
        )
    if dry_run:
        return {"plan": plan}
    drops_much = plan["dropped"] > MAX_DROPPED_SHARE * plan["records"]
    if not yes:
        _ask(terminal, plan)
    elif drops_much and not allow_drops:
        raise CommandFailed(
            f"{plan['dropped']:,} of {plan['records']:,} records would be dropped; --allow-drops allows it",
            "repair_drops_too_much",
        )
    return {"dataset": _wait(terminal.api, dataset, {**body, "allow_drops": drops_much})}


def _actions(given_actions: list[str]) -> dict[str, str]:
    pairs = [text.partition("=")[::2] for text in given_actions]
    if wrong := [code for code, action in pairs if not (code and action)]:
        raise WrongUsage(f"--action wants a code and an action, such as duplicate.exact=drop: {wrong[0]}")
    # `fix` is how people say it
    return {code: "mend" if action == "fix" else action for code, action in pairs}


def _plan(api: Api, dataset: UUID, body: dict[str, Any]) -> dict[str, Any]:
    """Let the service plan the repair, and remove the plan again."""
    planned = _wait(api, dataset, {**body, "dry_run": True})
    api("DELETE", f"/api/datasets/{planned['id']}")
    summary: dict[str, Any] | None = planned["repair_summary"]
    if summary is None:
        raise CommandFailed(planned["error_message"])
    return summary


def _wait(api: Api, dataset: UUID, body: dict[str, Any]) -> dict[str, Any]:
    made = api("POST", f"/api/datasets/{dataset}/repair", json=body)["dataset"]
    label = "Planning" if body.get("dry_run") else "Repairing"
    url = f"/api/datasets/{made['id']}"
    return wait_for_status(label, lambda: dict(api("GET", url)["dataset"]), "validation_progress", _ENDED)


def _ask(terminal: Terminal, plan: dict[str, Any]) -> None:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise WrongUsage("say --yes to repair without a question, or --dry-run to see the plan")
    _show_plan(terminal, plan)
    question = f"Repair it? {plan['mended']:,} records are fixed, {plan['dropped']:,} dropped"
    typer.confirm(question, abort=True, err=True)


def _show_plan(terminal: Terminal, plan: dict[str, Any]) -> None:
    counts = ("records", "kept", "mended", "dropped")
    records, kept, fixed, dropped = (number(plan[name]) for name in counts)
    terminal.print(f"{records} records: {kept} stay as they are, {fixed} fixed, {dropped} dropped")
    rows = ((code, number(n["mended"]), number(n["dropped"])) for code, n in plan["by_code"].items())
    terminal.table(("code", ">fixed", ">dropped"), rows, empty="Nothing is to be repaired.")
    changes = plan["changes"][:_CHANGES_SHOWN]
    if changes:
        terminal.table(
            (">line", "codes", "before", "after"),
            (
                (number(one["line"]), ", ".join(one["codes"]), one["before"], one["after"] or "dropped")
                for one in changes
            ),
        )
