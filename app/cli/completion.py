"""Ids for the shell's completion, asked of the service; silence where it does not answer at once."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

import httpx
import typer

from app.cli.client import Failed
from app.cli.command import access
from app.cli.output import plain

_SECONDS = 2


def _ids(resource: str) -> Callable[[str], list[tuple[str, str]]]:
    """A function from the beginning of an id to the newest that go on so, each with what it stands for."""

    def complete(incomplete: str) -> list[tuple[str, str]]:
        try:
            url, key = access()
            headers = {"Authorization": f"Bearer {key}"}
            answer = httpx.get(f"{url}/api/{resource}?limit=50", headers=headers, timeout=_SECONDS)
            rows = answer.json()["data"][resource]
            return [(row["id"], _said(row)) for row in rows if row["id"].startswith(incomplete)]
        except (Failed, httpx.HTTPError, ValueError, KeyError, TypeError):
            return []

    return complete


def _said(row: dict[str, Any]) -> str:
    name = row["name"] or row.get("dataset", {}).get("name")
    return plain(f"{name} ({row['status']})")


DatasetId = Annotated[
    UUID, typer.Argument(metavar="DATASET", autocompletion=_ids("datasets"), help="Its id.")
]
JobId = Annotated[UUID, typer.Argument(metavar="JOB", autocompletion=_ids("jobs"), help="Its id.")]
JobIds = Annotated[
    list[UUID], typer.Argument(metavar="JOB JOB...", autocompletion=_ids("jobs"), help="2 to 10 ids.")
]
ModelId = Annotated[UUID, typer.Argument(metavar="MODEL", autocompletion=_ids("models"), help="Its id.")]
Page = Annotated[int, typer.Option(min=1, help="Which page.")]
Limit = Annotated[int, typer.Option(min=1, max=100, help="Rows a page.")]
