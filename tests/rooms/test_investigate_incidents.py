"""Findings and incidents: counted once, grouped by who began it, linked for stated reasons, split by time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jumpkit.investigate import investigate
from jumpkit.investigate.hits import Group
from jumpkit.investigate.incidents import Known, assemble, components, severity
from jumpkit.investigate.links import Link
from jumpkit.investigate.titles import in_chain_order
from jumpkit.model.estate import Estate
from jumpkit.model.finding import Origin, Picture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from jumpkit.model.rule import RuleInfo
    from jumpkit.store.lake.read import Lake

Record = dict[str, Any]
A, B, C = "111122223333", "444455556666", "777788889999"
ALICE = f"aws:{A}:AIDAEXAMPLEALICE00001"
BACKUP = f"aws:{B}:AIDAEXAMPLEBACKUP0001"
DAY = 86_400_000
RULES = {
    "StopLogging": ("high", ("defense-evasion",)),
    "CreateUser": ("medium", ("persistence",)),
    "CreateAccessKey": ("medium", ("persistence",)),
    "PutBucketPolicy": ("high", ("exfiltration",)),
    "ListBuckets": ("low", ("discovery",)),
    "RunInstances": ("low", ("execution",)),
    "ListBackupVaults": ("informational", ("discovery",)),
}


@pytest.fixture
def infos(rule_info: Callable[..., RuleInfo]) -> dict[str, RuleInfo]:
    return {name: rule_info(name, severity, tactics) for name, (severity, tactics) in RULES.items()}


@pytest.fixture
def picture(
    make_lake: Callable[..., Lake], three_accounts: list[Record], infos: dict[str, RuleInfo], nobody_said: Estate
) -> Picture:
    lake = make_lake(three_accounts, lambda record: [record["eventName"]] if record["eventName"] in RULES else [])
    return investigate(lake, infos, nobody_said, "case")


def test_findings_are_of_the_origin_not_of_the_role(picture: Picture) -> None:
    found = {finding.rule: finding for finding in picture.findings}
    assert found["StopLogging"].origin.uid == ALICE
    assert found["StopLogging"].principal.name == "security-audit"
    assert found["ListBackupVaults"].origin.resolved is False


def test_the_user_that_was_made_and_its_maker_are_one_incident(picture: Picture) -> None:
    (incident,) = picture.incidents
    assert incident.origins == (ALICE, BACKUP)
    assert incident.severity == "high"
    assert incident.tactics == ("persistence", "defense-evasion", "discovery", "exfiltration")
    assert incident.title.startswith("alice and 1 other: signs of exfiltration")
    backup = next(row for row in picture.principals if row["uid"] == BACKUP)
    assert {link["uid"] for link in backup["linked"]} == {ALICE}
    assert any("created an access key" in link["why"] for link in backup["linked"])


def test_low_findings_of_others_are_in_no_incident(picture: Picture) -> None:
    outside = {finding.rule for finding in picture.findings if finding.incident is None}
    assert outside == {"RunInstances", "ListBackupVaults"}


def test_counts_add_up_and_samples_are_real(picture: Picture, three_accounts: list[Record]) -> None:
    ids = {record["eventID"] for record in three_accounts}
    for rule in RULES:
        matched = sum(record["eventName"] == rule for record in three_accounts)
        assert sum(finding.events for finding in picture.findings if finding.rule == rule) == matched
    assert all(set(finding.sample) <= ids and finding.sample for finding in picture.findings)
    assert all(finding.first <= finding.last for finding in picture.findings)


def test_a_second_run_gives_the_same_picture(
    make_lake: Callable[..., Lake], three_accounts: list[Record], infos: dict[str, RuleInfo], nobody_said: Estate
) -> None:
    def hits(record: Record) -> list[str]:
        return [record["eventName"]] if record["eventName"] in RULES else []

    once = investigate(make_lake(three_accounts, hits), infos, nobody_said, "case")
    again = investigate(make_lake(list(reversed(three_accounts)), hits), infos, nobody_said, "case")
    assert once == again


def test_rules_that_make_no_findings_make_none(
    make_lake: Callable[..., Lake],
    three_accounts: list[Record],
    rule_info: Callable[..., RuleInfo],
    nobody_said: Estate,
) -> None:
    lake = make_lake(three_accounts, lambda _: ["unheard"])
    assert investigate(lake, {"other": rule_info("other")}, nobody_said, "case").findings == ()


def test_an_empty_case_says_that_it_knows_nothing(make_lake: Callable[..., Lake], nobody_said: Estate) -> None:
    picture = investigate(make_lake([]), {}, nobody_said, "case")
    assert (picture.findings, picture.incidents, picture.principals) == ((), (), ())
    assert [spot.kind for spot in picture.blind_spots] == ["no_events"]


def shifted(record: Record, number: int, ip: str, user: str, time: str) -> Record:
    identity = {
        "type": "IAMUser",
        "principalId": f"AIDA{user}",
        "accountId": A,
        "userName": user,
        "arn": f"arn:aws:iam::{A}:user/{user}",
    }
    return {**record, "eventID": f"n{number}", "userIdentity": identity, "sourceIPAddress": ip, "eventTime": time}


@pytest.mark.parametrize(
    ("ips", "networks", "incidents"),
    [
        (["192.0.2.1", "192.0.2.1"], (), 1),
        (["192.0.2.1", "192.0.2.2"], (), 2),
        (["192.0.2.1", "192.0.2.1"], ("192.0.2.0/24",), 2),
        (["192.0.2.1"] * 9, (), 9),
        (["ec2.amazonaws.com"] * 2, (), 2),
    ],
)
def test_a_foreign_address_links_unless_it_is_ones_own_or_a_gateway(
    make_lake: Callable[..., Lake],
    three_accounts: list[Record],
    rule_info: Callable[..., RuleInfo],
    ips: list[str],
    networks: tuple[str, ...],
    incidents: int,
) -> None:
    records = [shifted(three_accounts[0], n, ip, f"user{n}", "2024-05-14T09:00:00Z") for n, ip in enumerate(ips)]
    estate = Estate({}, networks, (), (), {}, (), None, None)
    picture = investigate(make_lake(records, lambda _: ["r"]), {"r": rule_info("r")}, estate, "case")
    assert len(picture.incidents) == incidents


def test_a_long_silence_splits_an_incident_and_its_findings(
    make_lake: Callable[..., Lake],
    three_accounts: list[Record],
    rule_info: Callable[..., RuleInfo],
    nobody_said: Estate,
) -> None:
    days = ["2024-05-01", "2024-05-05", "2024-05-20", "2024-05-21"]
    records = [shifted(three_accounts[0], n, "192.0.2.1", "eve", f"{day}T09:00:00Z") for n, day in enumerate(days)]
    picture = investigate(make_lake(records, lambda _: ["r"]), {"r": rule_info("r")}, nobody_said, "case")
    assert [(finding.events, finding.first.day, finding.last.day) for finding in picture.findings] == [
        (2, 1, 5),
        (2, 20, 21),
    ]
    assert len({finding.incident for finding in picture.findings}) == 2
    assert len({finding.finding for finding in picture.findings}) == 2


def test_tactics_are_in_the_order_of_a_kill_chain() -> None:
    assert in_chain_order(["impact", "initial-access", "strange"]) == ("initial-access", "impact", "strange")


@given(st.integers(1, 40), st.lists(st.tuples(st.integers(0, 39), st.integers(0, 39)), max_size=60))
def test_components_are_what_links_say(count: int, pairs: list[tuple[int, int]]) -> None:
    links = [Link(one % count, other % count, "why") for one, other in pairs]
    found = components(count, links)
    assert all(found[link.one] == found[link.other] for link in links)
    assert all(found[place] == place or found[place] < place for place in range(count))
    assert len(set(found)) >= count - len(links)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["ListBuckets", "CreateUser", "StopLogging"]),
            st.integers(0, 5),
            st.integers(0, 60),
            st.integers(1, 9),
        ),
        max_size=40,
    )
)
def test_every_event_is_in_one_finding_and_every_incident_has_a_strong_one(
    infos: dict[str, RuleInfo], rows: list[tuple[str, int, int, int]]
) -> None:
    merged: dict[tuple[str, int, int], int] = {}
    for rule, origin, day, events in rows:
        merged[rule, origin, day] = merged.get((rule, origin, day), 0) + events
    groups = [
        Group(
            rule, origin, day, events, day * DAY, day * DAY + 5, {f"p{origin}": events}, [(day * DAY, f"{rule}{day}")]
        )
        for (rule, origin, day), events in sorted(merged.items())
    ]
    numbered = [Origin(f"o{n}", None, resolved=True, why=None) for n in range(6)]
    findings, incidents = assemble("case", groups, infos, Known(numbered, {}), [Link(0, 1, "why"), Link(1, 2, "why")])
    assert sum(finding.events for finding in findings) == sum(merged.values())
    assert len({finding.finding for finding in findings}) == len(findings)
    inside = [name for incident in incidents for name in incident.findings]
    assert sorted(inside) == sorted(finding.finding for finding in findings if finding.incident)
    by_id = {finding.finding: finding for finding in findings}
    for incident in incidents:
        strong = [by_id[name] for name in incident.findings if by_id[name].severity != "low"]
        assert strong
        assert incident.severity == severity([by_id[name] for name in incident.findings])
    assert all(finding.incident for finding in findings if finding.severity != "low")


def test_an_hour_of_attacks_is_few_incidents(
    data_dir: Path, make_lake: Callable[..., Lake], rule_info: Callable[..., RuleInfo], nobody_said: Estate
) -> None:
    import json  # noqa: PLC0415 - the real logs are read here only

    folder = data_dir / "invictus-aws"
    records = [record for file in sorted(folder.rglob("*.json")) for record in json.loads(file.read_text())["Records"]]
    watched = {"StopLogging", "DeleteTrail", "CreateUser", "CreateAccessKey", "GetPasswordData", "ConsoleLogin"}
    watched |= {"ListUsers", "ListBuckets", "GetSecretValue", "RunInstances", "DescribeRegions", "GetCallerIdentity"}
    lake = make_lake(records, lambda record: [record["eventName"]] if record["eventName"] in watched else [])
    picture = investigate(lake, {name: rule_info(name, "high") for name in watched}, nobody_said, "case")
    assert 1 <= len(picture.incidents) <= 3
    largest = max(picture.incidents, key=lambda incident: len(incident.findings))
    assert largest.title.startswith("bert-jan")
    assert any("/i-" in origin for origin in largest.origins)  # the machine that was launched for its credentials
