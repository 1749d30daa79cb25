"""Findings over HTTP: the report of a dataset's validation."""

import re
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from app.api.deps import OpenSessions, Session, paged
from app.api.handlers import raises
from app.api.responses import ClosingStream, file_answer, json_bytes
from app.api.routing import guarded_router
from app.domain.downloads import attachment
from app.domain.finding_kinds import FindingSeverity
from app.errors import NotFound
from app.models import Dataset
from app.schemas.base import Data, Text
from app.schemas.findings import DatasetReport, ReportFormat
from app.services.datasets import findings
from app.services.paging import PageRequest

router = guarded_router("datasets")

Code = Annotated[Text | None, Query(max_length=64)]

_ENDING = re.compile(r"\.\w+(\.gz)?$", re.IGNORECASE)
_MEDIA_TYPES = {ReportFormat.CSV: "text/csv", ReportFormat.JSONL: "application/x-ndjson"}
_FILE = file_answer(
    "A file of findings: with a header row, or one JSON object a line.", *_MEDIA_TYPES.values()
)


@router.get("/datasets/{dataset_id}/report", response_model=Data[DatasetReport], responses=raises(NotFound))
async def get_dataset_report(
    dataset_id: UUID,
    session: Session,
    wanted: Annotated[PageRequest, paged(25)],
    severity: FindingSeverity | None = None,
    code: Code = None,
) -> Response:
    """Get every stored finding of the validation, with exact counts and statistics."""
    filters = {"severity": severity, "code": code}
    return json_bytes(await findings.page(session, dataset_id, wanted, filters=filters))


@router.get(
    "/datasets/{dataset_id}/report/download",
    response_class=ClosingStream,
    responses={**raises(NotFound), **_FILE},
)
async def download_dataset_report(
    dataset_id: UUID,
    open_session: OpenSessions,
    format: ReportFormat = ReportFormat.CSV,
    severity: FindingSeverity | None = None,
    code: Code = None,
) -> ClosingStream:
    """Download every stored finding as a CSV or JSON Lines file, in the order of the dataset's file."""
    async with open_session() as session:
        dataset = await session.get_owned(Dataset, dataset_id)
    filters = {"severity": severity, "code": code}
    pieces = findings.download(open_session, dataset, format=format, filters=filters)
    stem = _ENDING.sub("", dataset.file_name)
    headers = {"Content-Disposition": attachment(f"{stem}-report.{format}")}
    return ClosingStream(pieces, media_type=_MEDIA_TYPES[format], headers=headers)
