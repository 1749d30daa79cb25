"""Indexes on tables that serve requests: built beside their writes."""

from typing import Any

from alembic import op

_WAIT = "60s"  # for transactions that began earlier; nothing waits behind this one meanwhile


def create_concurrently(name: str, table: str, columns: list[Any], **options: Any) -> None:
    """Build an index without keeping writers from the table; what a try before left unfinished is removed.

    Outside of the migration's transaction: what came before it in the migration is committed. So call it last,
    and make what comes before it bear a repeat, or give the index a migration of its own.
    """
    context = op.get_context()
    with context.autocommit_block():
        op.execute(f"SET lock_timeout = '{_WAIT}'")
        op.drop_index(name, table, postgresql_concurrently=True, if_exists=True)
        op.create_index(name, table, columns, postgresql_concurrently=True, **options)
        op.execute("SET lock_timeout = '3s'")
