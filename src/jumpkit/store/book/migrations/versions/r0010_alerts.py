"""Alerts that came in, and what people judged of them."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

COLUMNS = "source uid title severity raw state reason until into recorded author"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "alert",
        *(sa.Column(name, sa.String(512), primary_key=True, nullable=False) for name in ("case", "alert")),
        *(sa.Column(name, sa.Text()) for name in COLUMNS.split()),
    )
