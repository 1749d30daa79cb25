"""Wire shapes of API keys."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, Field

from app.schemas.base import Body, Name, Pagination, Read, examples


class Scope(StrEnum):
    """The permission of a caller: `read` to look, `write` to change something, `account` for who may what.

    `account` is for keys, webhooks, budget, notification preferences, and leaving.
    """

    READ = "read"
    WRITE = "write"
    ACCOUNT = "account"


def _to_come(value: datetime) -> datetime:
    if value <= datetime.now(UTC):
        raise ValueError("must be in the future")
    return value


def _each_once(value: list[Scope]) -> list[Scope]:
    return sorted(set(value))


Scopes = Annotated[list[Scope], Field(min_length=1), AfterValidator(_each_once)]


class ApiKeyCreate(Body):
    """A key that a script will use."""

    model_config = examples({"name": "nightly training", "scopes": ["read", "write"]})

    name: Name
    scopes: Scopes = [Scope.READ, Scope.WRITE]  # noqa: RUF012 - pydantic copies defaults
    expires_at: Annotated[AwareDatetime, AfterValidator(_to_come)] | None = None


class ApiKeyRead(Read):
    """A key as lists show it: never its secret."""

    id: UUID
    name: str
    prefix: Annotated[str, Field(description="How the secret begins.")]
    scopes: list[Scope]
    created_at: datetime
    last_used_at: Annotated[datetime | None, Field(description="To the minute.")]
    expires_at: datetime | None


class ApiKeyWithSecret(ApiKeyRead):
    """A key that was just made."""

    secret: Annotated[
        str | None, Field(description="Shown this once; null when the request is repeated with its key.")
    ] = None


class ApiKeyCreated(Read):
    """The new key."""

    api_key: ApiKeyWithSecret


class ApiKeyOne(Read):
    """One key."""

    api_key: ApiKeyRead


class ApiKeyPage(Read):
    """A page of keys."""

    api_keys: list[ApiKeyRead]
    pagination: Pagination
