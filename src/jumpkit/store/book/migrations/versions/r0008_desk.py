"""The desk: accounts, factors, tokens, members, and requests that were carried out."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

# Table -> its keys, and its other columns, all text.
TABLES = {
    "account": ("case account", "role password subject disabled changed recorded author"),
    "factor": ("case factor", "account kind label secret credential removed recorded author"),
    "token": ("case token", "name account role digest expires revoked recorded author"),
    "member": ("case member", "workspace removed recorded author"),
    "request": ("case request", "body made recorded author"),
}


def upgrade() -> None:
    """Make the tables."""
    for table, (keys, rest) in TABLES.items():
        op.create_table(
            table,
            *(sa.Column(name, sa.String(512), primary_key=True, nullable=False) for name in keys.split()),
            *(sa.Column(name, sa.Text()) for name in rest.split()),
        )
