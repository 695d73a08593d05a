"""How long a case is kept, who cosigned its log, and how one signing key came after another."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

# Table -> its key within a case, and its other columns; a column is text unless listed below.
TABLES = {
    "retention": ("retention", "until days because recorded author"),
    "cosignature": ("cosignature", "size witness vkey at line recorded author"),
}
COUNTS = {"days", "size"}


def upgrade() -> None:
    """Make the tables, and give origins their new columns."""
    for table, (key, rest) in TABLES.items():
        op.create_table(
            table,
            *(sa.Column(name, sa.String(512), primary_key=True, nullable=False) for name in ("case", key)),
            *(sa.Column(name, sa.BigInteger() if name in COUNTS else sa.Text()) for name in rest.split()),
        )
    for name in ("how", "successor"):
        op.add_column("origin", sa.Column(name, sa.Text()))
