"""What in a case names somebody or something: people, accounts, addresses, hosts and resources, wherever it is kept."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from jumpkit.preserve.redaction.patterns import ACCOUNT, ADDRESS, HOST, KEY, PERSON, RESOURCE, is_common, patterned
from jumpkit.store.book.casework import CASEWORK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.store.book import Tx
    from jumpkit.store.book.book import Row
    from jumpkit.store.lake.read import Lake

# Columns of the case book whose whole value names something, wherever they stand.
_COLUMNS = {
    PERSON: (
        *("author", "person", "owner", "decider", "giver", "receiver", "signer", "released_by", "approver"),
        *("asker", "contact", "way"),
    ),
    ACCOUNT: ("account",),
    RESOURCE: ("name", "reference"),
}
_OBSERVED = {"ip": ADDRESS, "domain": HOST, "hostname": HOST, "email": PERSON, "user": PERSON, "account": ACCOUNT}
# Columns of the lake, by class.
_LAKE = {
    PERSON: ("actor.user.name", "principal.name", "principal.session", "user.name", "user.uid", "actor.idp.name"),
    KEY: ("actor.user.uid", "actor.user.credential_uid", "actor.session.uid"),
    ADDRESS: ("src_endpoint.ip", "dst_endpoint.ip"),
    HOST: ("src_endpoint.domain", "dst_endpoint.domain", "query.hostname", "device.name"),
    ACCOUNT: ("cloud.account.uid", "actor.user.account.uid"),
    RESOURCE: (
        "resource.uid",
        "resource.name",
        "file.path",
        "actor.user.uid_alt",
        "actor.session.issuer",
        "device.instance_uid",
        "device.interface_uid",
        "device.subnet_uid",
        "device.vpc_uid",
    ),
}
# Fields of what was asked and answered whose text names something.
_NAMING = re.compile(r"(?i)(?:name|arn|id|bucket|key|user|group|role|host|domain|email|address|alias|owner|ip)s?$")
_ARN = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]*:[a-z0-9-]*:([0-9]{12}|aws)?:([^\s\"',]+)")
_MANAGED = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]*:[a-z0-9-]*:aws:")
_ID = re.compile(r"[A-Z]{1,2}-[0-9]+(?:\.[0-9]+)?|C-[0-9]{4}-[0-9]+")  # our own


def named_in_book(tx: Tx, case: str) -> Iterator[tuple[str, str]]:
    """Yield each name that the case book and its ledger hold, with its class."""
    for table in CASEWORK:
        yield from (pair for row in tx.rows(table, case=case) for pair in _of_row(row))
    yield from (
        (str(row["value"]), _OBSERVED.get(str(row["type"]), RESOURCE)) for row in tx.rows("observable", case=case)
    )
    for row in tx.rows("finding", case=case):
        yield from _of_principal(row["principal_uid"], row["principal_name"])
        yield from _of_principal(row["origin_uid"], row["origin_name"])
    for row in tx.rows("principal", case=case):
        yield from _leaves(json.loads(row["body"]))
    yield from ((str(row["name"]), RESOURCE) for row in tx.rows("artifact", case=case))
    actors = {str(json.loads(row["line"])["actor"]) for row in tx.rows("ledger", case=case)}
    yield from ((actor, PERSON) for actor in sorted(actors))


def _of_row(row: Row) -> Iterator[tuple[str, str]]:
    for kind, columns in _COLUMNS.items():
        yield from ((str(row[name]), kind) for name in columns if row.get(name))


def named_in_lake(lake: Lake) -> Iterator[tuple[str, str]]:
    """Yield each name that the case's events hold, with its class."""
    for kind, columns in _LAKE.items():
        for column in columns:
            for row in lake.rows(f"SELECT DISTINCT {column} AS value FROM events WHERE {column} IS NOT NULL"):  # noqa: S608 - our own columns
                yield str(row["value"]), kind
    for column in ("api.request.data", "api.response.data", "resource.data", "observables", "answers"):
        for row in lake.rows(f"SELECT DISTINCT {column} AS value FROM events WHERE {column} IS NOT NULL"):  # noqa: S608 - as above
            yield from _leaves(_json(row["value"]))


def neutral_in_lake(lake: Lake) -> set[str]:
    """Return what the provider calls its own services and calls, in small letters: that names nobody."""
    sql = "SELECT DISTINCT api.service.name AS service, api.operation AS operation FROM events"
    rows = [[str(value) for value in row.values() if value] for row in lake.rows(sql)]
    return {each.partition(".")[0].casefold() for row in rows for each in row}


def spread(values: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield the values that name something, and the names within ARNs, paths and principals' ids."""
    for value, kind in values:
        text = value.strip()
        if not text or _MANAGED.match(text):
            continue
        yield from patterned(text)
        parts = [part for match in _ARN.finditer(text) for part in re.split(r"[/:]", match[2])[1:] or [match[2]]]
        if not parts and ("arn:" in text or len(text) > _LONGEST):
            continue
        if not parts and not _ID.fullmatch(text):
            parts = [text, *(part for part in re.split(r"[/:\\]", text) if len(part) > _SHORT)]
        yield from ((part, kind) for part in parts if not is_common(part) and not _ID.fullmatch(part))


_LONGEST = 400  # characters of what is a name rather than a text
_SHORT = 5  # parts of a path this short name nothing by themselves


def _of_principal(uid: object, name: object) -> Iterator[tuple[str, str]]:
    if uid:
        yield str(uid).rpartition(":")[2], KEY
    if name:
        yield str(name), PERSON


def _json(text: object) -> Any:
    try:
        return json.loads(str(text))
    except ValueError:
        return str(text)


def _leaves(value: Any, field: str = "") -> Iterator[tuple[str, str]]:
    """Yield the texts of a JSON value that stand under a field that names something."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _leaves(each, str(name))
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each, field)
    elif isinstance(value, str) and (_NAMING.search(field) or "arn:" in value):
        yield value, PERSON if "user" in field.lower() else RESOURCE
