from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from jumpkit import coordinate
from jumpkit.kit.errors import BadUsage, NotFound, Refused
from jumpkit.model.finding import BlindSpot, Finding, Incident, Origin, Picture, Principal

from .conftest import NOW, Place, clock

AT = datetime(2023, 7, 10, tzinfo=UTC)


def finding(severity: str, incident: str | None = "I-1") -> Finding:
    who = Principal("aws:1:A", "bob")
    origin = Origin(who.uid, who.name, resolved=True, why=None)
    return Finding("F-1", "r", "t", severity, (), (), 1, AT, AT, who, origin, incident, ())


def incident(severity: str, tactics: tuple[str, ...], name: str = "I-1") -> Incident:
    return Incident(name, f"title of {name}", severity, ("aws:1:A",), AT, AT, tactics, ("F-1",))


FOUR = ("initial-access", "persistence", "discovery", "exfiltration")
BLIND = BlindSpot("region", None, "eu-west-1", None, None, ("scope",), "no events")


@pytest.mark.parametrize(
    ("picture", "severity", "said"),
    [
        (Picture((), (), ()), "informational", "No rule matched."),
        (Picture((finding("high", None),), (), ()), "low", "1 finding of high severity at most, and no incident."),
        (Picture((finding("informational", None),), (), ()), "informational", "1 finding of informational severity"),
        (Picture((finding("medium"),), (incident("medium", FOUR),), ()), "medium", "the highest of 1 incident."),
        (Picture((finding("high"),), (incident("high", FOUR[1:]),), ()), "high", "I-1 (title of I-1) is high"),
        (Picture((finding("high"),), (incident("high", FOUR),), ()), "critical", "spans 4 tactics and reached exfil"),
        (Picture((finding("high"),), (incident("high", ("a", "b", "c", "d")),), ()), "high", "is high"),
        (
            Picture((finding("high"),), (incident("high", ()), incident("high", FOUR, "I-2")), ()),
            "critical",
            "I-2 is high",
        ),
    ],
)
def test_severity_is_proposed_by_criteria_that_are_said(picture: Picture, severity: str, said: str) -> None:
    proposed, basis = coordinate.propose_severity(picture)
    assert proposed == severity
    assert said in basis[0]


def test_what_cannot_be_seen_is_said_beside_the_severity() -> None:
    assert coordinate.propose_severity(Picture((), (), (BLIND,)))[1][-1].startswith("1 blind spot: ")


@pytest.fixture
def row(place: Place) -> dict[str, Any]:
    with place.book.read() as tx:
        return coordinate.open_case(tx, "  Keys of bob  ", clock)


def test_a_case_is_opened_with_a_readable_id(place: Place, row: dict[str, Any]) -> None:
    assert (row["case"], row["title"], row["state"], row["severity"]) == ("C-2026-0001", "Keys of bob", "new", None)
    with place.book.write() as tx:
        tx.insert("case_", [row, {**row, "case": "C-2026-0041"}, {**row, "case": "C-2025-0099"}])
        assert coordinate.open_case(tx, "x" * 1000, clock)["case"] == "C-2026-0042"
        assert len(coordinate.open_case(tx, "x" * 1000, clock)["title"]) == 300
        for title, severity in ((" ", None), ("x", "urgent")):
            with pytest.raises(BadUsage):
                coordinate.open_case(tx, title, clock, severity)


def test_judging_moves_a_new_case_into_triage(row: dict[str, Any]) -> None:
    def later() -> datetime:
        return NOW + timedelta(hours=1)

    judged = coordinate.judged(row, Picture((), (), ()), later)
    assert (judged["state"], judged["severity"], judged["severity_by"]) == ("triage", "informational", "criteria")
    assert (judged["created"], judged["updated"]) == ("2026-03-01T12:00:00Z", "2026-03-01T13:00:00Z")
    again = coordinate.judged({**judged, "state": "contained"}, Picture((), (incident("high", FOUR),), ()), later)
    assert (again["state"], again["severity"]) == ("contained", "critical")


def test_what_a_person_set_stays_beside_the_proposal(row: dict[str, Any]) -> None:
    set_by_hand = coordinate.set_severity(row, "high", "ann", clock)
    judged = coordinate.judged(set_by_hand, Picture((), (), ()), clock)
    assert (judged["severity"], judged["severity_by"]) == ("high", "ann")
    assert "Set by ann; the criteria propose informational." in judged["severity_basis"]
    with pytest.raises(BadUsage):
        coordinate.set_severity(row, "urgent", "ann", clock)


def test_the_states_lead_from_new_to_closed_and_back(row: dict[str, Any]) -> None:
    way = ("triage", "investigating", "contained", "eradicating", "recovering", "review", "closed")
    for state in way:
        row = coordinate.moved(row, state, None, clock)
    assert row["state"] == "closed"
    assert coordinate.is_ended(row)
    with pytest.raises(Refused, match="needs a reason"):
        coordinate.moved(row, "investigating", " ", clock)
    assert coordinate.moved(row, "investigating", "seen again", clock)["state"] == "investigating"


@pytest.mark.parametrize(
    ("state", "to", "reason", "error"),
    [
        ("new", "closed", "x", Refused),
        ("new", "nowhere", None, BadUsage),
        ("investigating", "false_positive", None, Refused),
        ("recovering", "contained", None, Refused),
        ("triage", "on_hold", None, Refused),
        ("closed", "on_hold", "x", Refused),
    ],
)
def test_other_ways_are_refused(state: str, to: str, reason: str | None, error: type[Exception]) -> None:
    with pytest.raises(error):
        coordinate.check_move(state, to, reason)


def test_every_state_can_be_left_and_reached() -> None:
    ways = {state: set(coordinate.reachable(state)) for state in coordinate.FORWARD}
    assert all(ways.values())
    assert set().union(*ways.values()) == set(coordinate.FORWARD) - {"new"}
    assert all("on_hold" in ways[state] for state in coordinate.OPEN)


def test_a_case_is_shown_with_what_it_points_to(filled: tuple[Place, str]) -> None:
    place, case = filled
    with place.book.read() as tx:
        shown = coordinate.show_case(tx, case)
        assert (shown["schema"], shown["case"], shown["state"]) == ("case/1", case, "new")
        assert (shown["findings"], shown["incidents"], shown["artifacts"]) == (["F-1"], ["I-1"], 2)
        moments = {each["kind"]: each for each in shown["moments"] if each["kind"] != "moment"}
        del moments["kind-1"]  # of the fixture, which fills every column
        assert {kind: (each["at"], each["proposed"]["at"]) for kind, each in moments.items()} == {
            "occurred": (None, "2023-07-10T12:00:00Z"),
            "detected": (None, "2026-03-01T12:00:09Z"),
        }
        [listed] = coordinate.list_cases(tx)
        assert (listed["case"], listed["findings"], listed["incidents"]) == (case, 1, 1)
        with pytest.raises(NotFound, match="no case C-9"):
            coordinate.case_row(tx, "C-9")


def test_a_moment_that_nothing_tells_is_null_with_its_reason(place: Place, row: dict[str, Any]) -> None:
    with place.book.write() as tx:
        tx.insert("case_", [row])
        moments = coordinate.show_case(tx, row["case"])["moments"]
    assert [(each["at"], bool(each["because"])) for each in moments] == [(None, True), (None, True)]
