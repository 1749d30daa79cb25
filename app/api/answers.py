"""Answers that are JSON before they come here."""

from fastapi import Response


def written(data: bytes) -> Response:
    """Wrap what the database has written in the envelope of success."""
    return Response(b'{"success":true,"data":%b}' % data, media_type="application/json")
