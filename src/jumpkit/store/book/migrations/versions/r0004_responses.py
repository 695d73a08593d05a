"""Plans, approvals, and what they did to clouds."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_EFFECT = "plan run step action target direction state before after because verified request_ids checks ended"

# Table -> its key within a case, and its other columns; all text but flags.
TABLES = {
    "plan": ("plan", "title digest body account recorded author"),
    "approver": ("approver", "person public withdrawn recorded author"),
    "approval": ("approval", "plan digest person how fingerprint signature reason recorded author"),
    "effect": ("effect", f"{_EFFECT} recorded author"),
    "effect_call": (
        "call",
        "effect service operation region parameters state request_id date because ended recorded author",
    ),
}
FLAGS = {"verified"}


def upgrade() -> None:
    """Make the tables."""
    for table, (key, rest) in TABLES.items():
        op.create_table(
            table,
            *(sa.Column(name, sa.String(512), primary_key=True, nullable=False) for name in ("case", key)),
            *(sa.Column(name, sa.SmallInteger() if name in FLAGS else sa.Text()) for name in rest.split()),
        )
