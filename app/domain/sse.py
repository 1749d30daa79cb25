"""Server-sent events: how one is written."""


def event(type: str, id: str, data: bytes) -> bytes:
    """One event; `data` is JSON on one line."""
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (id.encode(), type.encode(), data)
