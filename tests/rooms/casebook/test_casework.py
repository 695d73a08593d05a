from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jumpkit.app.casework import begin, join, journal_of, review_of
from jumpkit.app.workspace import reading
from jumpkit.coordinate.changes import answer_question, change_task
from jumpkit.coordinate.handoffs import answer, offer
from jumpkit.coordinate.joining import split
from jumpkit.coordinate.merging import merged
from jumpkit.coordinate.moments import set_moment, withdraw_moment
from jumpkit.coordinate.movement import reclassify, reopen
from jumpkit.coordinate.notes import Edit, edit_note, new_note
from jumpkit.coordinate.registers import (
    Decision,
    Estimate,
    add_asset,
    add_data,
    add_task,
    ask,
    decide,
    estimate,
    observe,
    suppose,
)
from jumpkit.coordinate.reviews import add_to_review, settle
from jumpkit.coordinate.roles import accept_role, ask_role, declare_solo, end_role
from jumpkit.coordinate.states import FORWARD
from jumpkit.kit.errors import BadUsage, NotFound, Refused
from jumpkit.preserve import verify

from .conftest import Hand, Json, begun, opening_of

if TYPE_CHECKING:
    from pathlib import Path

WHOLE = [
    ("fact", "A key was used from abroad."),
    ("worked", "It was seen within an hour."),
    ("failed", "The key was a year old."),
    ("limit", "No data events: reads of objects are unknown."),
    ("improvement", "Rotate keys; bo; 2026-12-31"),
]


def assert_intact(hand: Hand) -> None:
    found = verify(hand.opening.home, url=hand.opening.url)
    assert (found.intact, found.problems) == (True, ())


def moments(body: Json) -> dict[str, str]:
    return {each["kind"]: each["at"] for each in body["moments"] if each["at"]}


def test_a_moment_is_superseded_and_never_overwritten(hand: Hand) -> None:
    hand.do(set_moment, "aware_personal_data", "2026-03-28T23:30+01:00")
    hand.do(set_moment, "aware_personal_data", "2026-03-28T22:00Z", "the mail is older")
    body = hand.do(withdraw_moment, "aware_personal_data", "no personal data after all")
    assert "aware_personal_data" not in moments(body)
    with reading(hand.opening) as desk, desk.book.read() as tx:
        rows = [(row["moment"], row["at"], row["supersedes"]) for row in tx.rows("moment")]
    assert rows == [("M-1", "2026-03-28T22:30:00Z", None), ("M-2", "2026-03-28T22:00:00Z", "M-1"), ("M-3", None, "M-2")]
    assert_intact(hand)


@pytest.mark.parametrize("time", ["yesterday", "2026-03-28T23:30", "", "0001-01-01T00:00Z", "9999-01-01T00:00Z"])
def test_a_time_that_would_be_a_guess_is_refused(hand: Hand, time: str) -> None:
    with pytest.raises(BadUsage):
        hand.do(set_moment, "aware", time)
    with pytest.raises(BadUsage):
        hand.do(set_moment, "lunch", "2026-03-28T23:30Z")


def managers(body: Json) -> list[str]:
    return [
        each["name"] for each in body["roles"] if each["role"] == "manager" and each["accepted"] and not each["until"]
    ]


def test_there_is_one_manager_at_any_time(hand: Hand) -> None:
    """G-13: whoever is asked, accepts, declines or hands over, in whatever order."""
    dice = random.Random(7)  # noqa: S311 - the same dice each time
    hand.do(ask_role, "manager", "ann", accepted=True)
    asked = 1
    for _ in range(14):
        entry = f"R-{dice.randint(1, asked)}"
        try:
            match dice.randrange(4):
                case 0:
                    hand.do(ask_role, "manager", dice.choice(["bo", "cy", "di"]), accepted=bool(dice.randrange(2)))
                    asked += 1
                case 1:
                    hand.do(accept_role, entry)
                case 2:
                    hand.do(end_role, entry, "ill")
                case _:
                    body = hand.do(offer, {"to": "eve", "summary": "all yours", "role": "manager"})
                    hand.do(answer, body["handoffs"][-1]["handoff"], accept=True)
                    asked = len(hand.body["roles"])
        except (Refused, NotFound):
            continue
        if hand.body["state"] == "new" and not managers(hand.body):
            hand.do(ask_role, "manager", "ann", accepted=True)
            asked += 1
        assert len(managers(hand.body)) == 1
    assert_intact(hand)


def test_who_leads_does_not_tell_at_high_severity(tmp_path: Path) -> None:
    """G-14: refused, unless one person alone says so."""
    hand = begun(tmp_path / "home", None, "critical")
    hand.do(ask_role, "manager", "Ann", accepted=True)
    for deed in (lambda: hand.do(ask_role, "communicator", "ann"), lambda: hand.do(declare_solo, " ")):
        with pytest.raises((Refused, BadUsage)):
            deed()
    assert hand.do(declare_solo, "night, nobody else")["solo"] == "night, nobody else"
    hand.do(ask_role, "communicator", "ann", accepted=True)
    with pytest.raises(Refused, match="one person"):
        hand.do(declare_solo, None)


def test_a_case_closes_only_through_its_guards(hand: Hand) -> None:
    """P-05, M-01: each guard says what lacks, and what is entered is enough."""
    hand.go("triage")
    with pytest.raises(Refused, match="nobody manages it"):
        hand.go("investigating")
    hand.do(ask_role, "manager", "ann", accepted=True)
    assert {"declared", "acknowledged"} <= set(moments(hand.go("investigating")))
    with pytest.raises(Refused, match="containment"):
        hand.go("contained")
    hand.do(decide, Decision("cut it off", "contain?", "the key is disabled, tried", kind="containment"))
    hand.go("contained")
    hand.do(add_task, "Rotate keys", "bo")
    hand.do(ask, "Which data left?")
    hand.do(offer, {"to": "bo", "summary": "night shift"})
    hand.go("review")
    with pytest.raises(Refused) as caught:
        hand.go("closed")
    said = caught.value.message
    for lack in ("facts", "what worked", "what did not", "limits", "improvements", "cause", "task T-1", "question Q-1"):
        assert lack in said
    assert "hand-off X-1" in said
    assert "clock" in said
    hand.do(add_to_review, WHOLE)
    hand.do(reclassify, {"cause": "a leaked key", "kind": "security"}, "seen in the logs")
    hand.do(change_task, "T-1", {"title": None, "owner": None, "due": None, "done": "rotated", "drop": None})
    hand.do(answer_question, "Q-1", {"owner": None, "answer": "none", "withdraw": None})
    hand.do(answer, "X-1", accept=True)
    open_ = [each["clock"] for each in hand.clocks().values() if each["due"] and each["kind"] == "law"]
    from jumpkit.app.casework import enter_duties  # noqa: PLC0415 - with its word
    from jumpkit.coordinate.clocks.duties import Word  # noqa: PLC0415 - as above

    enter_duties(hand.opening, hand.case, open_, Word("not_applicable", signer="counsel", reason="no such market"))
    body = hand.go("closed")
    assert body["state"] == "closed"
    assert body["duties"][0]["signer"] == "counsel"
    with pytest.raises(Refused, match="has ended"):
        hand.do(add_task, "one more")
    hand.do(settle, "W-5", "rotated every 90 days")
    body = hand.do(reopen, "seen again")
    assert (body["state"], body["cycle"]) == ("investigating", 2)
    with reading(hand.opening) as desk:
        assert len(review_of(desk, hand.case)["lacks"]) == 5, "a new cycle needs a review of its own"
    assert_intact(hand)


def test_no_way_leads_to_closed_without_a_review(tmp_path: Path) -> None:
    """P-05: whatever is tried, in whatever order, with every override."""
    hand = begun(tmp_path / "home", None)
    hand.do(ask_role, "manager", "ann", accepted=True)
    dice, refused = random.Random(3), 0  # noqa: S311 - as above
    for _ in range(60):
        to = dice.choice([*FORWARD])
        try:
            hand.go(to, dice.choice([None, "why"]), dice.choice([None, "because I say so"]))
        except Refused:
            refused += 1
        assert hand.body["state"] not in {"closed", "false_positive", "benign", "duplicate"}
    assert refused
    assert any(each["overrode"] for each in hand.body["states"])


def test_a_disruption_is_a_case_whose_cause_is_open_until_known(tmp_path: Path) -> None:
    """D-40: reclassified, and what it was stays in the journal."""
    opening = opening_of(tmp_path / "home", None)
    hand = Hand(opening, begin(opening, "Region is down", "high", "outage")["case"])
    assert hand.do(reclassify, {"kind": "security", "tlp": "red"}, "a key was used")["cause"] is None
    with reading(opening) as desk:
        lines = journal_of(desk, hand.case, whole=False)["entries"]
    assert lines[-1]["body"]["was"] == {"kind": "outage", "tlp": None}
    assert lines[-1]["author"] == "ann"


def test_impact_keeps_its_inputs_and_its_history(hand: Hand) -> None:
    """D-42: estimates with inputs and confidence; earlier ones stay."""
    hand.do(estimate, Estimate("customers", "300", "low", {"rows": "300"}))
    body = hand.do(estimate, Estimate("customers", "12,000", "high", {"rows": "12000", "scope": "bucket b"}))
    [standing] = body["impact"]
    assert (standing["estimate"], standing["inputs"], standing["supersedes"]) == (
        "12,000",
        {"rows": "12000", "scope": "bucket b"},
        "V-1",
    )
    with reading(hand.opening) as desk, desk.book.read() as tx:
        assert tx.count("impact") == 2


def test_what_else_people_enter_is_kept_whole(hand: Hand) -> None:
    hand.do(suppose, "The key leaked from the build", ("F-1",), "only it had it")
    hand.do(observe, {"type": "ip", "value": "198.51.100.7", "role": "ioc"})
    hand.do(add_asset, {"kind": "identity", "name": "AIDA1", "provider": "aws", "compromise": "suspected"})
    hand.do(add_data, "PII", "EU")
    body = hand.body
    assert body["hypotheses"][0]["evidence"] == ["F-1"]
    assert body["observables"][0]["role"] == "ioc"
    assert body["assets"][0]["compromise"] == "suspected"
    assert (body["data"][0]["data_class"], body["data"][0]["jurisdiction"]) == ("pii", "eu")
    with pytest.raises(BadUsage, match="already"):
        hand.do(add_data, "pii", "eu")
    assert_intact(hand)


def test_merged_cases_lose_no_moment_and_split_ones_keep_them(hand: Hand) -> None:
    hand.do(set_moment, "aware_personal_data", "2026-03-01T08:00Z")
    hand.do(add_data, "pii", "eu")
    hand.do(add_task, "Ask the provider")
    other = Hand(hand.opening, begin(hand.opening, "The same keys", "low", None)["case"])
    other.do(set_moment, "aware_personal_data", "2026-03-01T10:00Z")
    body = join(hand.opening, hand.case, other.case, "one intruder")
    assert body["state"] == "duplicate"
    assert body["links"][0]["other"] == other.case
    told = other.do(ask, "Anything else?")
    assert moments(told)["aware_personal_data"] == "2026-03-01T08:00:00Z", "the earlier one: no clock starts too late"
    assert [each["title"] for each in told["tasks"]] == ["Ask the provider"]
    assert told["data"]
    body = other.do(split, "Another matter", "another key")
    assert body["case"] == "C-2026-0003"
    assert moments(body)["aware_personal_data"] == "2026-03-01T08:00:00Z"
    assert_intact(hand)


@pytest.mark.parametrize("text", ["", "   ", "x" * 1_000_001])
def test_a_note_is_never_emptied(tmp_path: Path, text: str) -> None:
    hand = begun(tmp_path / "home", None)
    hand.do(new_note, Edit("first"))
    with pytest.raises(BadUsage):
        hand.do(edit_note, "N-1", Edit(text, base=1))
    with pytest.raises(BadUsage, match="which revision"):
        hand.do(edit_note, "N-1", Edit("blind"))


LINES = st.lists(st.sampled_from(["alpha", "beta", "gamma", "", "é\u0000\u2028"]), max_size=8)


@given(LINES, st.data())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_a_merge_loses_no_line_that_either_added(base: list[str], data: Any) -> None:
    def edited(who: str) -> list[str]:
        lines = list(base)
        for number in range(data.draw(st.integers(0, 3))):
            lines.insert(data.draw(st.integers(0, len(lines))), f"{who} {number}")
        return lines

    theirs, mine = edited("they"), edited("I")
    found = merged("\n".join(base), "\n".join(theirs), "\n".join(mine)).split("\n")
    for line in {*theirs, *mine} - set(base):
        assert found.count(line) == 1
    for line in set(base):
        assert found.count(line) >= base.count(line)


@given(LINES, LINES)
def test_one_edit_alone_is_taken_as_it_is(base: list[str], mine: list[str]) -> None:
    before, after = "\n".join(base), "\n".join(mine)
    assert merged(before, before, after) == after
    assert merged(before, after, before) == after
