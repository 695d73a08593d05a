"""The tables of what people enter in a case: moments, roles, tasks, notes and the rest; triage writes none of them.

Ids count within a case (`M-1`, `T-2`); every row says when it was recorded and by whom. Rows of moments, notes,
decisions, impact, duties and changes of state are only ever added; a correction names the row it `supersedes`.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlalchemy import Table

from jumpkit.store.book.alerting import ALERTING
from jumpkit.store.book.columns import METADATA, count, flag, key, text
from jumpkit.store.book.keeping import KEEPING
from jumpkit.store.book.outward import OUTWARD
from jumpkit.store.book.people import PEOPLE
from jumpkit.store.book.responses import RESPONSES

if TYPE_CHECKING:
    from collections.abc import Mapping

moment = Table(
    "moment",
    METADATA,
    key("case"),
    key("moment"),
    text("kind"),
    text("at"),  # RFC 3339; null: the moment before was an error and nothing takes its place
    text("precision"),  # "day" where only the day is known; `at` is then its first minute in UTC
    text("basis"),
    text("supersedes"),
    text("recorded"),
    text("author"),
)

state_change = Table(
    "state_change",
    METADATA,
    key("case"),
    key("change"),
    text("was"),
    text("now"),
    text("reason"),
    text("overrode"),  # JSON list of what stood in the way, null where nothing did
    text("recorded"),
    text("author"),
)

role = Table(
    "role",
    METADATA,
    key("case"),
    key("entry"),
    text("role"),
    text("person"),
    text("accepted"),  # null: asked, and not yet answered
    text("until"),  # null: not ended
    text("ended_because"),
    text("recorded"),
    text("author"),
)

task = Table(
    "task",
    METADATA,
    key("case"),
    key("task"),
    text("title"),
    text("owner"),
    text("due"),
    text("state"),
    text("outcome"),
    text("updated"),
    text("recorded"),
    text("author"),
)

decision = Table(
    "decision",
    METADATA,
    key("case"),
    key("decision"),
    text("kind"),
    text("question"),
    text("options"),  # JSON list
    text("choice"),
    text("decider"),
    text("basis"),
    text("supersedes"),
    flag("privileged"),
    text("recorded"),
    text("author"),
)

question = Table(
    "question",
    METADATA,
    key("case"),
    key("question"),
    text("asked"),
    text("owner"),
    text("state"),
    text("answer"),
    text("updated"),
    text("recorded"),
    text("author"),
)

hypothesis = Table(
    "hypothesis",
    METADATA,
    key("case"),
    key("hypothesis"),
    text("claim"),
    text("state"),
    text("basis"),
    text("evidence"),  # JSON list of ids
    text("updated"),
    text("recorded"),
    text("author"),
)

note = Table(
    "note",
    METADATA,
    key("case"),
    key("revision"),
    text("note"),
    count("number"),  # of the revision, from 1
    count("base"),  # the revision that its author had before them, null for the first
    count("merged"),  # the newer revision that the author did not know of and whose text was kept too
    text("text"),
    text("tlp"),
    flag("privileged"),
    text("recorded"),
    text("author"),
)

observable = Table(
    "observable",
    METADATA,
    key("case"),
    key("observable"),
    text("type"),
    text("value"),
    text("role"),
    text("confidence"),
    text("tlp"),
    text("basis"),
    text("updated"),
    text("recorded"),
    text("author"),
)

asset = Table(
    "asset",
    METADATA,
    key("case"),
    key("asset"),
    text("kind"),  # "identity", or what it is
    text("name"),  # the provider's own id
    text("provider"),
    text("account"),
    text("region"),
    text("owner"),
    text("compromise"),
    text("basis"),
    text("updated"),
    text("recorded"),
    text("author"),
)

impact = Table(
    "impact",
    METADATA,
    key("case"),
    key("impact"),
    text("dimension"),
    text("estimate"),
    text("confidence"),
    text("inputs"),  # JSON object: what it was made of
    text("basis"),
    text("supersedes"),
    text("recorded"),
    text("author"),
)

data_class = Table(
    "data_class",
    METADATA,
    key("case"),
    key("data"),
    text("data_class"),
    text("jurisdiction"),
    text("basis"),
    text("withdrawn"),  # when it turned out not to be so
    text("recorded"),
    text("author"),
)

handoff = Table(
    "handoff",
    METADATA,
    key("case"),
    key("handoff"),
    text("giver"),
    text("receiver"),
    text("role"),
    text("summary"),
    text("open_items"),  # JSON list of ids, as they were when it was offered
    text("due"),
    text("accepted"),
    text("refused"),
    text("answer"),
    text("recorded"),
    text("author"),
)

review_item = Table(
    "review_item",
    METADATA,
    key("case"),
    key("item"),
    count("cycle"),
    text("section"),
    text("text"),
    text("owner"),
    text("due"),
    text("state"),
    text("updated"),
    text("recorded"),
    text("author"),
)

link = Table(
    "link",
    METADATA,
    key("case"),
    key("link"),
    text("kind"),
    text("other"),
    text("what"),  # JSON list of ids
    text("reason"),
    text("recorded"),
    text("author"),
)

duty = Table(
    "duty",
    METADATA,
    key("case"),
    key("duty"),
    text("clock"),
    text("rule_version"),
    text("what"),  # submitted, not_applicable, held, released
    text("at"),
    text("until"),
    text("signer"),
    text("reason"),
    text("receipt"),
    text("recorded"),
    text("author"),
)

CASEWORK: Mapping[str, str] = MappingProxyType(
    {
        "moment": "moment",
        "state_change": "change",
        "role": "entry",
        "task": "task",
        "decision": "decision",
        "question": "question",
        "hypothesis": "hypothesis",
        "note": "revision",
        "observable": "observable",
        "asset": "asset",
        "impact": "impact",
        "data_class": "data",
        "handoff": "handoff",
        "review_item": "item",
        "link": "link",
        "duty": "duty",
        **OUTWARD,
        **PEOPLE,
        **RESPONSES,
        **KEEPING,
        **ALERTING,
    }
)
