"""What people enter in a case: moments, roles, notes, duties and more; and where an imported log comes from."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

# Table -> its key within a case, and its other columns; a column is text unless listed below.
TABLES = {
    "moment": ("moment", "kind at precision basis supersedes recorded author"),
    "state_change": ("change", "was now reason overrode recorded author"),
    "role": ("entry", "role person accepted until ended_because recorded author"),
    "task": ("task", "title owner due state outcome updated recorded author"),
    "decision": ("decision", "kind question options choice decider basis supersedes privileged recorded author"),
    "question": ("question", "asked owner state answer updated recorded author"),
    "hypothesis": ("hypothesis", "claim state basis evidence updated recorded author"),
    "note": ("revision", "note number base merged text tlp privileged recorded author"),
    "observable": ("observable", "type value role confidence tlp basis updated recorded author"),
    "asset": ("asset", "kind name provider account region owner compromise basis updated recorded author"),
    "impact": ("impact", "dimension estimate confidence inputs basis supersedes recorded author"),
    "data_class": ("data", "data_class jurisdiction basis withdrawn recorded author"),
    "handoff": ("handoff", "giver receiver role summary open_items due accepted refused answer recorded author"),
    "review_item": ("item", "cycle section text owner due state updated recorded author"),
    "link": ("link", "kind other what reason recorded author"),
    "duty": ("duty", "clock rule_version what at until signer reason receipt recorded author"),
    "origin": ("origin", "log workspace public size"),
}
OF_THE_CASE = "kind cause cycle solo tlp restricted privileged"
COUNTS = {"cycle", "number", "base", "merged", "size"}
FLAGS = {"restricted", "privileged"}


def upgrade() -> None:
    """Make the tables, and give cases their new columns."""
    for table, (key, rest) in TABLES.items():
        op.create_table(
            table,
            *(sa.Column(name, sa.String(512), primary_key=True, nullable=False) for name in ("case", key)),
            *(sa.Column(name, _kind(name)) for name in rest.split()),
        )
    for name in OF_THE_CASE.split():
        op.add_column("case_", sa.Column(name, _kind(name)))


def _kind(name: str) -> sa.BigInteger | sa.SmallInteger | sa.Text:
    if name in COUNTS:
        return sa.BigInteger()
    return sa.SmallInteger() if name in FLAGS else sa.Text()
