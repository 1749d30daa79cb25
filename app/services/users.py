"""Users: provisioned the first time a valid subject is seen."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from app.db import OwnedSession
from app.models import User
from app.models.base import utcnow

_MOST_REMEMBERED = 100_000
# users whose row this process has seen committed; forgetting one costs a statement, nothing else
_known: set[UUID] = set()


def is_known(user_id: UUID) -> bool:
    """Whether the user is sure to have a row."""
    return user_id in _known


async def provision(session: OwnedSession) -> None:
    """Make sure that the session's user has a row."""
    if is_known(session.user_id):
        return
    row = {"id": session.user_id, "created_at": utcnow()}
    inserted = await session.execute(insert(User).values(row).on_conflict_do_nothing().returning(User.id))
    if inserted.first() is None and len(_known) < _MOST_REMEMBERED:
        _known.add(session.user_id)
