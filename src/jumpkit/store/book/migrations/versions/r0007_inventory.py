"""What was read of estates."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0005"

TEXTS = "provider started finished abandoned request caller accounts counts items_path parts_path author"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "inventory_sync",
        *(sa.Column(name, sa.String(512), primary_key=True, nullable=False) for name in ("case", "sync")),
        *(sa.Column(name, sa.Text()) for name in TEXTS.split()),
        sa.Column("items", sa.BigInteger()),
    )
