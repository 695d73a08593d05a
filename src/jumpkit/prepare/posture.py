"""What scanners of configuration say, a check and resource at a time, and what changed between two scans."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

PASS, FAIL, UNKNOWN = "pass", "fail", "unknown"
_SEVERITIES = ("informational", "low", "medium", "high", "critical")
_OCSF = {"pass": PASS, "fail": FAIL}  # anything else (MANUAL, WARNING, …) was not decided
_ASFF = {"PASSED": PASS, "FAILED": FAIL}
_COMPLIANCE, _DETECTION = 2003, 2004  # classes of OCSF in which scanners report
Key = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Posture:
    """One check on one resource, as a scanner told it."""

    product: str
    check: str
    account: str
    region: str
    resource: str
    state: str
    severity: str
    title: str
    seen: str | None  # RFC 3339, as the scanner says; None where it says nothing

    @property
    def key(self) -> Key:
        """Return what tells one from another, whatever its state is."""
        return self.product, self.check, self.account, self.region, self.resource


def read_posture(data: bytes, name: str) -> tuple[str, list[Posture], int]:
    """Return the format (prowler and others: ocsf; Security Hub: asff), one entry a check and resource, and repeats.

    Raises:
        Unreadable: it is neither, or not one of its entries can be used.

    """
    records = list(_records(data, name))
    ocsf = [each for each in records if each.get("class_uid") in (_COMPLIANCE, _DETECTION)]
    asff = [each for each in records if "ProductArn" in each and "GeneratorId" in each and "Compliance" in each]
    if not ocsf and not asff:
        raise Unreadable("neither findings in OCSF (class 2003 or 2004) nor in ASFF with a compliance", target=name)
    told = [entry for each in ocsf for entry in _of_ocsf(each)] + [entry for each in asff for entry in _of_asff(each)]
    held: dict[Key, Posture] = {}
    for entry in told:
        known = held.get(entry.key)
        if known is None or (entry.seen or "") >= (known.seen or ""):
            held[entry.key] = entry
    return ("ocsf" if ocsf else "asff"), [held[key] for key in sorted(held)], len(told) - len(held)


def _records(data: bytes, name: str) -> Iterator[dict[str, Any]]:
    try:
        text = data.decode("utf-8-sig")
        try:
            values = [json.loads(text)]
        except ValueError:
            values = [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError) as error:
        raise Unreadable("it is no JSON", target=name) from error
    for value in values:
        listed = value.get("Findings", value) if isinstance(value, dict) else value
        yield from (each for each in (listed if isinstance(listed, list) else [listed]) if isinstance(each, dict))


def _of_ocsf(said: dict[str, Any]) -> Iterator[Posture]:
    about, info = _inner(said, "metadata"), _inner(said, "finding_info")
    check = _text(about.get("event_code")) or _text(_inner(said, "compliance").get("control")) or _text(info.get("uid"))
    if check is None:
        return
    product = _text(_inner(about, "product").get("name")) or "unnamed scanner"
    cloud, state = _inner(said, "cloud"), _OCSF.get(str(said.get("status_code")).lower(), UNKNOWN)
    account = _text(_inner(cloud, "account").get("uid")) or ""
    for resource in _objects(said.get("resources")) or [{}]:
        where = _text(resource.get("region")) or _text(cloud.get("region")) or ""
        what = _text(resource.get("uid")) or _text(resource.get("name")) or account
        title, seen = _text(info.get("title")) or check, _text(said.get("time_dt"))
        yield Posture(product, check, account, where, what, state, _severity(said.get("severity")), title, seen)


def _of_asff(said: dict[str, Any]) -> Iterator[Posture]:
    product = _text(said.get("ProductName")) or str(said["ProductArn"]).rpartition("/")[2]
    compliance = _inner(said, "Compliance")
    state = UNKNOWN if said.get("RecordState") == "ARCHIVED" else _ASFF.get(str(compliance.get("Status")), UNKNOWN)
    check = _text(compliance.get("SecurityControlId")) or str(said["GeneratorId"])
    account, severity = _text(said.get("AwsAccountId")) or "", _severity(_inner(said, "Severity").get("Label"))
    for resource in _objects(said.get("Resources")) or [{}]:
        where = _text(resource.get("Region")) or _text(said.get("Region")) or ""
        what = _text(resource.get("Id")) or account
        title = _text(said.get("Title")) or check
        yield Posture(product, check, account, where, what, state, severity, title, _text(said.get("UpdatedAt")))


def _severity(value: object) -> str:
    name = str(value).lower()
    return name if name in _SEVERITIES else "informational" if name == "informational" else "unknown"


def _inner(value: dict[str, Any], name: str) -> dict[str, Any]:
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def _objects(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one check on one resource between two scans."""

    change: str
    before: Posture | None
    after: Posture | None


def changes(before: Iterable[Posture], after: Sequence[Posture]) -> list[Change]:
    """Return what changed, by kind and key: new, changed, unchanged, fixed, undecided, and gone.

    New fails now and did not before; fixed failed and passes now; gone failed and was not looked at again, which says
    nothing of whether it was fixed; undecided failed and its check came to no verdict. Accounts that the later scan
    has nothing of are left out: it may not have gone there.
    """
    reached = {(each.product, each.account) for each in after}
    old = {each.key: each for each in before if (each.product, each.account) in reached}
    new = {each.key: each for each in after}
    found = [Change(kind, old.get(key), new.get(key)) for key in {*old, *new} if (kind := _kind(old, new, key))]
    return sorted(found, key=lambda each: (each.change, (each.after or each.before or after[0]).key))


def _kind(old: dict[Key, Posture], new: dict[Key, Posture], key: Key) -> str | None:
    was, now = old.get(key), new.get(key)
    failed = was is not None and was.state == FAIL
    if now is None:
        return "gone" if failed else None
    if now.state != FAIL:
        return ("fixed" if now.state == PASS else "undecided") if failed else None
    if not failed or was is None:
        return "new"
    return "unchanged" if (was.severity, was.title) == (now.severity, now.title) else "changed"
