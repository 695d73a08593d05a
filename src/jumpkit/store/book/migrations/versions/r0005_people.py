"""People and paths: a directory, its verifications and tries; exchanges, trust and escalation of a case."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

# Table -> its key within a case, and its other columns, text unless listed below.
TABLES = {
    "directory": ("entry", "section body source recorded author"),
    "verification": ("verification", "contact address result at person how recorded author"),
    "path_try": ("attempt", "provider path asked answered person note recorded author"),
    "exchange": (
        "exchange",
        "provider path question asked asker answered answer reference recorded author",
    ),
    "trust": ("trust", "name level reason recorded author"),
    "comms_switch": ("switch", "mode reason recorded author"),
    "escalation": (
        "escalation",
        "policy step turn due contact way channel message state because ended recorded author",
    ),
}
COUNTS = {"step", "turn"}


def upgrade() -> None:
    """Make the tables."""
    for table, (key, rest) in TABLES.items():
        op.create_table(
            table,
            *(sa.Column(name, sa.String(512), primary_key=True, nullable=False) for name in ("case", key)),
            *(sa.Column(name, sa.BigInteger() if name in COUNTS else sa.Text()) for name in rest.split()),
        )
