"""How often a case is reported on, where its severity does not decide."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "cadence",
        *(sa.Column(name, sa.String(512), primary_key=True, nullable=False) for name in ("case", "cadence")),
        sa.Column("clock", sa.Text()),
        sa.Column("minutes", sa.BigInteger()),
        *(sa.Column(name, sa.Text()) for name in ("reason", "recorded", "author")),
    )
