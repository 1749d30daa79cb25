"""Around the job: API keys, webhooks, what users set, and leave to erase oneself."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.roles import allow_erasing, protect

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_TIME = postgresql.TIMESTAMP(timezone=True)
_TYPES = "'dataset_ready', 'dataset_failed', 'job_queued', 'job_started', 'job_completed', 'job_failed', 'job_cancelled', 'artifact_ready', 'cost_alert'"
# the defaults stay: the release before this one still writes rows without them
_SET_BY_USERS = {
    "notification_preferences": sa.Column(
        "notification_preferences", postgresql.JSONB(), server_default="{}", nullable=False
    ),
    "budget_monthly_usd": sa.Column("budget_monthly_usd", sa.Numeric(12, 2), nullable=True),
    "budget_block_above": sa.Column(
        "budget_block_above", sa.Boolean(), server_default=sa.text("false"), nullable=False
    ),
}
# what refers to rows that erasing removes: without an index each of them would be looked for in all
_REFERRING = {
    "training_jobs": ("parent_job_id", "artifact_id"),
    "model_artifacts": ("dataset_id", "parent_model_id"),
}
# rows that nobody may delete otherwise
_KEPT = (
    "users", "datasets", "training_jobs", "job_events", "metrics_rollups", "model_artifacts", "cost_records",
    "api_keys", "webhooks",
)  # fmt: skip


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    for column in _SET_BY_USERS.values():
        op.add_column("users", column)
    op.create_check_constraint(op.f("ck_users_budget_monthly_usd"), "users", "budget_monthly_usd > 0")
    for table, columns in _REFERRING.items():
        for column in columns:
            op.create_index(f"ix_{table}_{column}", table, [column])
    _create_api_keys()
    _create_webhooks()
    _create_deliveries()
    for table in _KEPT:
        allow_erasing(table)


def downgrade() -> None:
    for table in ("webhook_deliveries", "webhooks", "api_keys"):
        op.drop_table(table)
    for table, columns in _REFERRING.items():
        for column in columns:
            op.drop_index(f"ix_{table}_{column}", table)
    for table in _KEPT[:-2]:
        op.execute(f"DROP POLICY {table}_erase ON {table}")
    op.drop_constraint(op.f("ck_users_budget_monthly_usd"), "users")
    for name in reversed(_SET_BY_USERS):
        op.drop_column("users", name)


def _create_api_keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.Text(), nullable=False),
        sa.Column("scopes", postgresql.JSONB(), nullable=False),
        sa.Column("parent_key_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("last_used_at", _TIME, nullable=True),
        sa.Column("expires_at", _TIME, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("deleted_at", _TIME, nullable=True),
        sa.CheckConstraint("jsonb_array_length(scopes) > 0", name=op.f("ck_api_keys_scopes")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_api_keys_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_keys_key_hash")),
        sa.UniqueConstraint("user_id", "id", name=op.f("uq_api_keys_user_id_id")),
        sa.ForeignKeyConstraint(
            ["user_id", "parent_key_id"],
            ["api_keys.user_id", "api_keys.id"],
            name=op.f("fk_api_keys_user_id_parent_key_id"),
        ),
    )
    op.create_index("ix_api_keys_parent_key_id", "api_keys", ["parent_key_id"])
    _index_pages("api_keys", "user_id")
    protect("api_keys")
    # who shows a key is not known before the key is: its hash is all that may be looked up then
    op.execute(
        "CREATE POLICY api_keys_shown ON api_keys FOR SELECT"
        " USING (key_hash = (SELECT current_setting('app.key_hash', true)))"
    )


def _create_webhooks() -> None:
    op.create_table(
        "webhooks",
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("types", postgresql.JSONB(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("disabled_reason", sa.Text(), nullable=True),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("previous_secret", sa.Text(), nullable=True),
        sa.Column("previous_secret_until", _TIME, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.Column("deleted_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_webhooks_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
        sa.UniqueConstraint("user_id", "id", name=op.f("uq_webhooks_user_id_id")),
    )
    _index_pages("webhooks", "user_id")
    protect("webhooks")


def _create_deliveries() -> None:
    op.create_table(
        "webhook_deliveries",
        sa.Column("webhook_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("event_key", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("log", postgresql.JSONB(), nullable=False),
        sa.Column("delivered_at", _TIME, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("lease_until", _TIME, nullable=True),
        sa.Column("worker_id", sa.Uuid(), nullable=True),
        sa.Column("next_attempt_at", _TIME, nullable=True),
        sa.CheckConstraint(f"type IN ({_TYPES})", name=op.f("ck_webhook_deliveries_type")),
        sa.CheckConstraint(
            "status IN ('pending', 'delivered', 'failed')", name=op.f("ck_webhook_deliveries_status")
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "webhook_id"],
            ["webhooks.user_id", "webhooks.id"],
            name=op.f("fk_webhook_deliveries_user_id_webhook_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_deliveries")),
        sa.UniqueConstraint(
            "webhook_id", "event_key", name=op.f("uq_webhook_deliveries_webhook_id_event_key")
        ),
    )
    _index_pages("webhook_deliveries", "webhook_id")
    op.create_index(
        "ix_webhook_deliveries_work",
        "webhook_deliveries",
        ["created_at"],
        postgresql_where=sa.text("status = 'pending'"),
    )
    protect("webhook_deliveries", commands=("select", "insert", "update", "delete"))


def _index_pages(table: str, column: str) -> None:
    order = [column, sa.literal_column("created_at DESC"), sa.literal_column("id DESC")]
    op.create_index(f"ix_{table}_page", table, order)
