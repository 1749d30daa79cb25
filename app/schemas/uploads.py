"""Wire shapes of uploads: one PUT for the whole file, or one for each part."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import FailFast, Field, StringConstraints

from app.schemas.base import Body, Integer, Read, examples


class UploadPart(Read):
    """One part of the file: a PUT of exactly its bytes; the last one is shorter."""

    part_number: Annotated[int, Field(description="From 1, in the order of the file.")]
    url: str
    headers: dict[str, str]
    uploaded: Annotated[bool, Field(description="The store holds this part; it need not be sent again.")]


class MultipartUpload(Read):
    """The same file in parts, which can be sent side by side and survive a broken connection."""

    upload_id: str
    part_size_bytes: int
    parts: list[UploadPart]


class Upload(Read):
    """How to send the file: one PUT with exactly these headers, or the parts of `multipart`."""

    method: Literal["PUT"] = "PUT"
    url: str
    headers: dict[str, str]
    expires_at: datetime
    multipart: Annotated[
        MultipartUpload | None,
        Field(
            description="Offered for large files, once `POST /api/datasets/{dataset_id}/upload` is called."
        ),
    ] = None


class DatasetUpload(Read):
    """Fresh upload instructions."""

    upload: Upload


class SentPart(Body):
    """A part as the store acknowledged it."""

    part_number: Annotated[Integer, Field(ge=1, le=10_000)]
    etag: Annotated[
        str,
        StringConstraints(pattern=r"^[\x21-\x7e]{1,200}$"),
        Field(description="The ETag header of the answer to the part's PUT."),
    ]


class DatasetConfirm(Body):
    """Nothing needs to be said; `parts` insists on the very parts that were sent."""

    model_config = examples({}, {"parts": [{"part_number": 1, "etag": "cabe45dcc9ae5b66ba86600cca6b8ba8"}]})

    parts: Annotated[
        list[SentPart] | None,
        Field(
            min_length=1,
            max_length=10_000,
            description="Without it the service asks the store which parts it holds.",
        ),
        FailFast(),
    ] = None
