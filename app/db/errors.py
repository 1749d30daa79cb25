"""Classifies errors of the database and of files: which are worth another try."""

import errno

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from app.errors import ServiceUnavailable

# connection, resources, operator intervention; lock not available, deadlock, serialization failure
_PASSING_STATES = ("08", "53", "57", "55P03", "40P01", "40001")


def is_unavailable(error: Exception) -> bool:
    """Whether a service or the connection to it is at fault and not the request: worth another try."""
    if isinstance(error, OSError):  # the connection; a server that restarts may lack its socket file
        return not is_disk_full(error)
    if isinstance(error, ServiceUnavailable | PoolTimeoutError | OperationalError | InterfaceError):
        return True
    state = getattr(driver_error(error), "sqlstate", None)
    return getattr(error, "connection_invalidated", False) or str(state).startswith(_PASSING_STATES)


def driver_error(error: Exception) -> BaseException | None:
    """The error of asyncpg below those of SQLAlchemy and its adapter."""
    cause: BaseException | None = getattr(getattr(error, "orig", None), "__cause__", None)
    return cause


def is_disk_full(error: OSError) -> bool:
    """Whether this machine's disk or quota is full: waiting does not help."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)
