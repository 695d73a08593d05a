"""The tables of the first release."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# Table -> its keys, and its other columns; a column is text unless listed below.
TABLES = {
    "case_": ("case", "title severity severity_by severity_basis state created updated estate settings"),
    "run": ("case run", "started finished version inputs counts"),
    "artifact": ("case sha256", "sha512 name size in_place path collected processed run"),
    "segment": (
        "case segment",
        "path sha256 size events first_ms last_ms accounts hits_path hits_sha256 hits_size hits run",
    ),
    "finding": (
        "case finding",
        (
            "rule title severity attack tactics events first last principal_uid principal_name origin_uid origin_name "
            "origin_resolved origin_why incident sample superseded_by superseded_why run"
        ),
    ),
    "incident": (
        "case incident",
        "title severity origins first last tactics findings superseded_by superseded_why run",
    ),
    "blind_spot": ("case blind_spot", "kind account region since until affects because run"),
    "principal": ("case principal", "body run"),
    "rule_applied": ("case rule", "digest info live reason run"),
    "file_": ("case path", "kind sha256 size made"),
    "certificate": ("case certificate", "body started finished"),
    "workspace": ("case workspace", "created"),
}
COUNTS = {"size", "events", "first_ms", "last_ms", "hits_size", "hits"}
FLAGS = {"in_place", "origin_resolved", "live"}


def upgrade() -> None:
    """Make every table."""
    for table, (keys, rest) in TABLES.items():
        op.create_table(
            table,
            *(sa.Column(name, sa.String(512), primary_key=True, nullable=False) for name in keys.split()),
            *(sa.Column(name, _kind(name)) for name in rest.split()),
        )
    op.create_table(
        "ledger",
        sa.Column("case", sa.String(512), primary_key=True, nullable=False),
        sa.Column("seq", sa.Integer, primary_key=True, nullable=False, autoincrement=False),
        sa.Column("line", sa.LargeBinary, nullable=False),
        sa.Column("leaf", sa.String(64), nullable=False),
    )
    op.create_table(
        "checkpoint",
        sa.Column("case", sa.String(512), primary_key=True, nullable=False),
        sa.Column("size", sa.Integer, primary_key=True, nullable=False, autoincrement=False),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("note", sa.LargeBinary, nullable=False),
    )


def _kind(name: str) -> sa.BigInteger | sa.SmallInteger | sa.Text:
    if name in COUNTS:
        return sa.BigInteger()
    return sa.SmallInteger() if name in FLAGS else sa.Text()
