"""Wire shapes of streams."""

from typing import Annotated

from pydantic import Field

from app.schemas.base import Read


class StreamTokenRead(Read):
    """A token for one stream."""

    token: Annotated[str, Field(description="Pass as `?stream_token=`; good for one stream.")]
    expires_in_seconds: int
