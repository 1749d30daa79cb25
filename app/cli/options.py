"""Arguments and options that commands share; ids are completed by the shell from what the service has."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import httpx
from typer import Argument, Option

from app.cli.client import CommandFailed
from app.cli.command import access
from app.cli.output import plain
from app.domain.catalog import HYPERPARAMETERS

_TIMEOUT_SECONDS = 2


def given(options: dict[str, Any]) -> dict[str, Any]:
    """The options that have a value."""
    return {name: value for name, value in options.items() if value is not None}


def hyperparameter(name: str) -> Any:
    """The option of a hyperparameter, with help and bounds from the catalogue."""
    rule = HYPERPARAMETERS[name]
    bounds = f"; {rule.min:,} to {rule.max:,}" if rule.min is not None else ""
    return Option(
        help=f"{rule.help}{bounds}.", show_default="the preset's", rich_help_panel="Hyperparameters"
    )


@dataclass(frozen=True, kw_only=True)
class Hyperparameters:
    """Options of the hyperparameters that jobs and `lora train` have; the preset has those not given."""

    learning_rate: Annotated[float | None, hyperparameter("learning_rate")] = None
    batch_size: Annotated[int | None, hyperparameter("batch_size")] = None
    epochs: Annotated[int | None, hyperparameter("epochs")] = None
    rank: Annotated[int | None, hyperparameter("rank")] = None
    alpha: Annotated[int | None, hyperparameter("alpha")] = None
    dropout: Annotated[float | None, hyperparameter("dropout")] = None
    max_seq_length: Annotated[int | None, hyperparameter("max_seq_length")] = None
    seed: Annotated[int | None, hyperparameter("seed")] = None

    @property
    def hyperparameters(self) -> dict[str, Any]:
        """The hyperparameters that were given."""
        return given({name: getattr(self, name, None) for name in HYPERPARAMETERS})


def _complete_ids(resource: str) -> Callable[[str], list[tuple[str, str]]]:
    """A function from the beginning of an id to matching ids of the newest 50, each with its name.

    It returns nothing when the service does not answer at once: completion must not print errors.
    """

    def complete(incomplete: str) -> list[tuple[str, str]]:
        try:
            url, key = access()
            headers = {"Authorization": f"Bearer {key}"}
            response = httpx.get(f"{url}/api/{resource}?limit=50", headers=headers, timeout=_TIMEOUT_SECONDS)
            rows = response.json()["data"][resource]
            return [(row["id"], _describe(row)) for row in rows if row["id"].startswith(incomplete)]
        except (CommandFailed, httpx.HTTPError, ValueError, KeyError, TypeError):
            return []

    return complete


def _describe(row: dict[str, Any]) -> str:
    name = row["name"] or row.get("dataset", {}).get("name")
    return plain(f"{name} ({row['status']})")


DatasetId = Annotated[
    UUID, Argument(metavar="DATASET", autocompletion=_complete_ids("datasets"), help="Its id.")
]
JobId = Annotated[UUID, Argument(metavar="JOB", autocompletion=_complete_ids("jobs"), help="Its id.")]
JobIds = Annotated[
    list[UUID], Argument(metavar="JOB JOB...", autocompletion=_complete_ids("jobs"), help="2 to 10 ids.")
]
ModelId = Annotated[UUID, Argument(metavar="MODEL", autocompletion=_complete_ids("models"), help="Its id.")]
Page = Annotated[int, Option(min=1, help="Page number.")]
Limit = Annotated[int, Option(min=1, max=100, help="Rows per page.")]
