"""Users: provisioned the first time a valid subject is seen."""

from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from app.db.session import OwnedSession
from app.errors import ServiceUnavailable
from app.models import User
from app.models.base import utcnow

_MOST_REMEMBERED = 100_000
# users whose row this process has seen committed; forgetting one costs a statement, nothing else
_known: set[UUID] = set()


def is_known(user_id: UUID) -> bool:
    """Whether the user is sure to have a row."""
    return user_id in _known


def forget(user_id: UUID) -> None:
    """The user's row is gone, or may be."""
    _known.discard(user_id)


def erased(user_id: UUID) -> ServiceUnavailable:
    """The answer where another process erased the user just now; the next request begins anew."""
    forget(user_id)
    return ServiceUnavailable("The account was erased; try again.", Retry_After="1")


async def row(session: OwnedSession, *, lock: bool = False) -> User:
    """The user's row; locked, it still lets other rows refer to it. Raises ServiceUnavailable."""
    locking: Any = {"key_share": True} if lock else None
    found = await session.get(User, session.user_id, with_for_update=locking, populate_existing=lock)
    if found is None:
        raise erased(session.user_id)
    return found


async def provision(session: OwnedSession) -> None:
    """Make sure that the session's user has a row."""
    if is_known(session.user_id):
        return
    row = {"id": session.user_id, "created_at": utcnow()}
    inserted = await session.execute(insert(User).values(row).on_conflict_do_nothing().returning(User.id))
    if inserted.first() is None and len(_known) < _MOST_REMEMBERED:
        _known.add(session.user_id)
