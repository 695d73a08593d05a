"""Findings as observed data with a note, the techniques they name, and the addresses they came from."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

from jumpkit.report.content import technique_name
from jumpkit.report.stix.objects import stix_time
from jumpkit.report.story.facts import address_of, chosen, gather
from jumpkit.report.story.matrix import placed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.model.finding import Finding
    from jumpkit.report.stix.objects import Maker

MOST = 5000
_MOST_ADDRESSES = 500
_MOST_NUMBER = 999_999_999  # the highest count that STIX allows
_TECHNIQUES = "https://attack.mitre.org/techniques/"


def finding_objects(make: Maker) -> Iterator[dict[str, Any]]:
    """Yield the objects of the heaviest findings and the indicators over them."""
    facts = gather(make.material)
    addresses: dict[str, dict[str, Finding]] = {}
    for finding, row in facts.candidates:
        address = address_of(row)
        if address and outside(address) and (address in addresses or len(addresses) < _MOST_ADDRESSES):
            addresses.setdefault(address, {})[finding.finding] = finding
    for finding in chosen(make.material.picture.findings, MOST):
        places = {each["address"] for each in facts.evidence.get(finding.finding, [])}
        yield from _finding(make, finding, sorted(places))
    for address in sorted(addresses):
        yield from _indicator(make, address, list(addresses[address].values()))


def outside(address: str) -> bool:
    """Return whether this is an address of the public internet or of documentation, not of an inner network.

    >>> outside("203.0.113.9"), outside("10.1.2.3"), outside("cloudtrail.amazonaws.com")
    (True, False, False)
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False  # a service's name, or a word of the log's own
    inner = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
    local = found.is_loopback or found.is_link_local or found.is_multicast or found.is_unspecified
    return not local and not any(found in ipaddress.ip_network(each) for each in inner)


def attack_pattern(make: Maker, technique: str, slugs: list[str]) -> dict[str, Any]:
    """Return a technique as an attack pattern that points into ATT&CK."""
    known = technique_name(technique) != technique
    reference = {"source_name": "mitre-attack", "external_id": make.text(technique)}
    if known:
        reference["url"] = _TECHNIQUES + technique.replace(".", "/")
    return make.make(
        "attack-pattern",
        technique,
        name=make.text(technique_name(technique)),
        external_references=[reference],
        kill_chain_phases=[{"kill_chain_name": "mitre-attack", "phase_name": make.text(slug)} for slug in slugs],
    )


def patterns_of(make: Maker, findings: list[Finding]) -> list[dict[str, Any]]:
    """Return the attack patterns that findings name, in the order of their ids, with the tactics of the whole case."""
    wanted = {technique for each in findings for technique in each.attack}
    slugs: dict[str, set[str]] = {}
    for finding in make.material.picture.findings:
        for slug, technique in placed(finding):
            slugs.setdefault(technique, set()).add(slug)
    return [attack_pattern(make, each, sorted(slugs.get(each, ()))) for each in sorted(wanted)]


def account(make: Maker, finding: Finding) -> dict[str, Any]:
    """Return the principal of a finding as a user account."""
    login = finding.principal.name or finding.principal.uid
    return make.observed("user-account", user_id=make.text(finding.principal.uid), account_login=make.text(login))


def observed_id(make: Maker, finding: Finding) -> str:
    """Return the id of a finding's observed data."""
    return make.uid("observed-data", finding.finding)


def _finding(make: Maker, finding: Finding, places: list[str]) -> Iterator[dict[str, Any]]:
    who = account(make, finding)
    addresses = [_address(make, each) for each in places if outside(each)]
    patterns = patterns_of(make, [finding])
    yield who
    yield from addresses
    yield from patterns
    seen = make.make(
        "observed-data",
        finding.finding,
        first_observed=stix_time(finding.first),
        last_observed=stix_time(finding.last),
        number_observed=min(max(finding.events, 1), _MOST_NUMBER),
        object_refs=[who["id"], *(each["id"] for each in addresses)],
        labels=[f"severity:{finding.severity}"],
    )
    yield seen
    yield make.make(
        "note",
        finding.finding,
        abstract=make.text(f"{finding.severity}: {finding.title}"),
        content=make.text(_content(make, finding)),
        object_refs=[seen["id"], *(each["id"] for each in patterns)],
        labels=[f"severity:{finding.severity}"],
    )


def _content(make: Maker, finding: Finding) -> str:
    info = make.material.infos.get(finding.rule)
    said = [info.description] if info and info.description else []
    why = "" if finding.origin.resolved else f" (not resolved: {finding.origin.why})"
    return "\n".join(
        [
            *said,
            f"Finding {finding.finding} by rule {finding.rule}; {finding.events} events.",
            f"Origin: {finding.origin.name or finding.origin.uid}{why}.",
            f"Events: {', '.join(finding.sample[:20])}.",
        ]
    )


def _address(make: Maker, address: str) -> dict[str, Any]:
    found = ipaddress.ip_address(address)
    return make.observed(f"ipv{found.version}-addr", value=str(found))


def _indicator(make: Maker, address: str, findings: list[Finding]) -> Iterator[dict[str, Any]]:
    found = ipaddress.ip_address(address)
    indicator = make.make(
        "indicator",
        str(found),
        name=f"Address {found}",
        description=(
            f"Calls behind {len(findings)} findings came from here. Honest users may share an address; check before "
            "blocking."
        ),
        indicator_types=["anomalous-activity"],
        pattern=f"[ipv{found.version}-addr:value = '{found}']",
        pattern_type="stix",
        valid_from=stix_time(min(each.first for each in findings)),
    )
    yield indicator
    for pattern in patterns_of(make, findings):
        yield make.relate(indicator, "indicates", pattern)
