"""API keys: credentials for scripts, in place of a user's token. Only a hash of the secret is kept."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Identified, Owned, SoftDeleted, refers_to, utcnow


class ApiKey(Base, Identified, Owned, SoftDeleted):
    """A key with its scopes; revoking a key hides its row."""

    __tablename__ = "api_keys"
    __table_args__ = (
        ForeignKeyConstraint(["user_id"], ["users.id"]),
        UniqueConstraint("key_hash"),
        UniqueConstraint("user_id", "id"),
        refers_to("parent_key_id", "api_keys"),
        Index("ix_api_keys_parent_key_id", "parent_key_id"),
        CheckConstraint("jsonb_array_length(scopes) > 0", name="scopes"),
        Index("ix_api_keys_page", "user_id", text("created_at DESC"), text("id DESC")),
    )

    name: Mapped[str]
    prefix: Mapped[str]
    key_hash: Mapped[str]
    scopes: Mapped[list[Any]]
    parent_key_id: Mapped[UUID | None]  # the key that made it
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    last_used_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
