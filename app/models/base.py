"""Mixins of all tables: ids, owners, timestamps, and the columns of work that is claimed."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    Numeric,
    SmallInteger,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.orm.attributes import flag_modified
from uuid_utils.compat import uuid7

# None is NULL: as the JSON value null it would count as something
_JSON = JSONB(none_as_null=True)
type_map = {str: Text, datetime: TIMESTAMP(timezone=True), dict[str, Any]: _JSON, list[Any]: _JSON}
Money = Numeric(12, 2)
Big = BigInteger
Small = SmallInteger


class Base(DeclarativeBase):
    """The declarative base, with stable constraint names."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = type_map


class TextEnum(TypeDecorator[Any]):
    """A StrEnum kept as text; rows carry members, never bare strings."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        self.kind = kind
        super().__init__()

    def process_bind_param(self, value: Any, _dialect: Any) -> str | None:
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: Any, _dialect: Any) -> StrEnum | None:
        return None if value is None else self.kind(value)


def utcnow() -> datetime:
    """Now, timezone-aware."""
    return datetime.now(UTC)


def one_of(column: str, values: type[Any] | list[str]) -> CheckConstraint:
    """A CHECK that holds a text column to a closed set."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def refers_to(column: str, table: str, **options: Any) -> ForeignKeyConstraint:
    """A foreign key to a row of the same owner: it cannot point at a foreign one."""
    return ForeignKeyConstraint(["user_id", column], [f"{table}.user_id", f"{table}.id"], **options)


class Identified:
    """Rows with a UUIDv7 of their own, made in Python."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)


class Owned:
    """Rows of one user, under row-level security; foreign keys lead to the user directly or by a parent."""

    user_id: Mapped[UUID]


class Timestamped:
    """Rows that say when they were made and last changed."""

    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    updated_at: Mapped[datetime] = mapped_column(default=utcnow, onupdate=utcnow)


def keep_updated_at(row: Timestamped) -> None:
    """Leave `updated_at` as it is at the next write of the row: for what is no change to its owner."""
    flag_modified(row, "updated_at")  # a column that is written has no default


class SoftDeleted:
    """Rows that are hidden before they are removed; `owned()` leaves hidden ones out."""

    deleted_at: Mapped[datetime | None]


class Leased:
    """Rows that a worker claims: the row is the queue, the lease says whose it is."""

    # the statuses in which a worker holds the row
    worked_on: ClassVar[frozenset[Any]]

    attempt: Mapped[int] = mapped_column(Integer, default=0)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    lease_until: Mapped[datetime | None]
    worker_id: Mapped[UUID | None]
    next_attempt_at: Mapped[datetime | None]


# the edges of domain/states.py, where the transition trigger looks them up
status_moves = Table(
    "status_moves",
    Base.metadata,
    Column("machine", Text, primary_key=True),
    Column("current", Text, primary_key=True),
    Column("target", Text, primary_key=True),
)
