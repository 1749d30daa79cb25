"""Every failure in one shape: application errors, validation, routing, database and unexpected errors."""

import re
from collections import defaultdict
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from asyncpg.exceptions import DataError as DriverDataError
from asyncpg.exceptions import ForeignKeyViolationError
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from app.db.errors import driver_error, is_unavailable
from app.errors import (
    AppError,
    InternalError,
    MethodNotAllowed,
    NotFound,
    RateLimited,
    ServiceUnavailable,
    UnsupportedMediaType,
    ValidationFailed,
)
from app.log import get_logger
from app.schemas.base import BLANKS, Failure
from app.services.account import users

log = get_logger(__name__)

_MOST_PROBLEMS = 200  # that one answer tells


def add_handlers(app: FastAPI) -> None:
    """Install the handlers of an application."""
    handlers: dict[Any, Callable[[Request, Any], Coroutine[Any, Any, JSONResponse]]] = {
        AppError: _app_error,
        RequestValidationError: _invalid,
        HTTPException: _http,
        SQLAlchemyError: _database,
        DriverDataError: _unstorable,
        OSError: _unreachable,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


def failure(request: Request, error: AppError) -> JSONResponse:
    """Render an error in the one envelope."""
    body = {
        "success": False,
        "error": error.error,
        "details": error.details,
        "code": error.code,
        "request_id": request.scope.get("request_id", ""),
    }
    return JSONResponse(body, error.status, headers=error.headers)


def raises(*errors: type[AppError]) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route: these errors beside those that every route has."""
    by_status: dict[int, list[str]] = defaultdict(list)
    if RateLimited.status in {error.status for error in errors}:  # a quota hides no rate limit
        errors = tuple(dict.fromkeys((*errors, RateLimited)))
    for error in errors:
        by_status[error.status].append(f"`{error.code}`: {(error.__doc__ or '').strip()}")
    return {
        status: {"model": Failure, "description": "  \n".join(lines)} for status, lines in by_status.items()
    }


async def _app_error(request: Request, error: AppError) -> JSONResponse:
    return failure(request, error)


async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
    details: dict[str, list[str]] = defaultdict(list)
    for problem in error.errors()[:_MOST_PROBLEMS]:
        if problem["type"] == "json_invalid":
            return failure(request, ValidationFailed({"body": ["is not valid JSON"]}))
        details[_path(problem["loc"])].append(_message(problem))
    return failure(request, ValidationFailed(dict(details)))


def _path(loc: Sequence[str | int]) -> str:
    """The dotted place of a problem within a body, or the name of a parameter."""
    source, *place = [str(part) for part in loc if part not in BLANKS]
    named = place[:1] if source == "query" else place  # not the position in a comma list
    return ".".join(named or [source])


def _message(problem: dict[str, Any]) -> str:
    if problem["type"] == "extra_forbidden":
        return "is not a known field"
    if problem["type"] == "missing":
        return "is required"
    message = str(problem["msg"])
    return message.removeprefix("Value error, ").removeprefix("Input ")


async def _http(request: Request, error: HTTPException) -> JSONResponse:
    if isinstance(error.__cause__, AppError):  # raised while the framework was reading the body
        return failure(request, error.__cause__)
    kinds: dict[int, type[AppError]] = {
        404: NotFound,
        405: MethodNotAllowed,
        415: UnsupportedMediaType,
        400: ValidationFailed,
    }
    known = kinds.get(error.status_code, InternalError)
    details = "There is no such address; GET /openapi.json lists all." if known is NotFound else None
    answer = known(details)
    answer.headers = dict(error.headers or {})
    if known is MethodNotAllowed:  # the framework names those of the first route only
        answer.headers["Allow"] = ", ".join(sorted(_methods(request)))
    return failure(request, answer)


async def _database(request: Request, error: SQLAlchemyError) -> JSONResponse:
    if isinstance(driver_error(error), DriverDataError):
        return await _unstorable(request, error)
    if is_unavailable(error):
        return await _unreachable(request, error)
    if _lacks_user(error):
        return failure(request, users.erased(request.state.user_id))
    return unforeseen(request, error)


async def _unreachable(request: Request, error: Exception) -> JSONResponse:
    log.warning("service_unavailable", reason=type(error).__name__)
    return failure(request, ServiceUnavailable("The database cannot be reached; try again.", Retry_After="2"))


def unforeseen(request: Request, error: Exception) -> JSONResponse:
    """Log an unexpected error; the client gets its request_id only."""
    log.error("request_failed", exc_info=error)
    return failure(request, InternalError("Tell the operator the request_id of this answer."))


async def _unstorable(request: Request, _error: Exception) -> JSONResponse:
    return failure(request, ValidationFailed("A value cannot be stored as it is."))


def _methods(request: Request) -> set[str]:
    """Every method that an address knows, whichever routes answer them."""
    return {
        method.upper()
        for template, operations in request.app.openapi()["paths"].items()
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), request.scope["path"])
        for method in operations
    }


def _lacks_user(error: SQLAlchemyError) -> bool:
    """Whether the caller's row is missing, which another process removed."""
    cause = driver_error(error)
    return isinstance(cause, ForeignKeyViolationError) and str(cause.constraint_name).endswith("_user_id")
