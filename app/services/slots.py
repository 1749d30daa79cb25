"""Slots: how many pieces of one kind of work this process does at a time, in all and for one user."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from app.domain.caller_limits import ALL_ARCHIVES, ALL_PREVIEWS, ARCHIVES, PREVIEWS, STREAMS
from app.errors import QuotaExceeded, ServiceUnavailable

_WAIT_SECONDS = "5"


class Slots:
    """Slots for one kind of work, which is named in the plural."""

    def __init__(self, kind: str, *, of_one_user: int, in_all: int | None = None) -> None:
        self._kind = kind
        self._of_one_user = of_one_user
        self._in_all = in_all
        self._taken: Counter[UUID] = Counter()

    @contextmanager
    def taken(self, user_id: UUID) -> Iterator[None]:
        """Hold a slot; raises QuotaExceeded for a user who holds all of theirs, else ServiceUnavailable."""
        if self._taken[user_id] >= self._of_one_user:
            raise QuotaExceeded(
                f"You have {self._of_one_user} {self._kind} open, as many as one user may have at a time.",
                Retry_After=_WAIT_SECONDS,
            )
        if self._in_all is not None and self._taken.total() >= self._in_all:
            raise ServiceUnavailable(f"All slots for {self._kind} are taken.", Retry_After=_WAIT_SECONDS)
        self._taken[user_id] += 1
        try:
            yield
        finally:
            self._taken[user_id] -= 1
            if not self._taken[user_id]:
                del self._taken[user_id]


stream_slots = Slots("streams", of_one_user=STREAMS)
preview_slots = Slots("previews", of_one_user=PREVIEWS, in_all=ALL_PREVIEWS)
# slow readers shall leave connections to the store to others
archive_slots = Slots("archives", of_one_user=ARCHIVES, in_all=ALL_ARCHIVES)
