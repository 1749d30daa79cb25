"""Datasets: records kept for the preview, uploads in parts, and what a repaired one was made of."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.roles import protect

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("datasets", sa.Column("upload_id", sa.Text(), nullable=True))
    op.add_column("datasets", sa.Column("repaired_from", sa.Uuid(), nullable=True))
    op.add_column("datasets", sa.Column("repair_plan", JSONB(), nullable=True))
    op.add_column("datasets", sa.Column("repair_summary", JSONB(), nullable=True))
    op.create_foreign_key(
        op.f("fk_datasets_user_id_repaired_from"),
        "datasets",
        "datasets",
        ["user_id", "repaired_from"],
        ["user_id", "id"],
    )
    op.create_index("ix_datasets_repaired_from", "datasets", ["user_id", "repaired_from"])
    op.create_table(
        "dataset_records",
        sa.Column("dataset_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("example", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id", "dataset_id"],
            ["datasets.user_id", "datasets.id"],
            name=op.f("fk_dataset_records_user_id_dataset_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("dataset_id", "position", name=op.f("pk_dataset_records")),
    )
    protect("dataset_records", commands=("select", "insert", "delete"))


def downgrade() -> None:
    op.drop_table("dataset_records")
    op.drop_index("ix_datasets_repaired_from", "datasets")
    op.drop_constraint(op.f("fk_datasets_user_id_repaired_from"), "datasets", type_="foreignkey")
    for column in ("repair_summary", "repair_plan", "repaired_from", "upload_id"):
        op.drop_column("datasets", column)
