"""Legal holds, and messages that leave."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

# Table -> its key within a case, and its other columns, all text.
TABLES = {
    "hold": ("hold", "signer reason released released_by release_reason recorded author"),
    "message": (
        "message",
        "template channel tlp subject body state approver approved ended receipt because recorded author",
    ),
}


def upgrade() -> None:
    """Make the tables."""
    for table, (key, rest) in TABLES.items():
        op.create_table(
            table,
            *(sa.Column(name, sa.String(512), primary_key=True, nullable=False) for name in ("case", key)),
            *(sa.Column(name, sa.Text()) for name in rest.split()),
        )
