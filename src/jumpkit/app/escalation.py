"""What the doors ask of escalation: is it sound, whom would it tell, whom should it have told by now."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from jumpkit.app.messaging import carrier_of, channels_of
from jumpkit.app.people import known
from jumpkit.coordinate.case import case_row
from jumpkit.coordinate.comms import OOB, barred, distrusted, mode_of
from jumpkit.coordinate.escalations import calls_of
from jumpkit.coordinate.exchanges import silent
from jumpkit.coordinate.moments import KINDS, standing
from jumpkit.coordinate.states import ENDED, HELD
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import BadUsage
from jumpkit.prepare.comms import SURVIVES, judge, rests
from jumpkit.prepare.directory import directory_of
from jumpkit.prepare.escalation import Planned, Target, policy_of, simulated, target_of, unrolled
from jumpkit.prepare.lint import Outside, lint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumpkit.app.workspace import Desk, Opening
    from jumpkit.model.escalation import Policy
    from jumpkit.model.people import Way
    from jumpkit.notify import Channel
    from jumpkit.prepare.directory import Directory
    from jumpkit.store.book import Tx

_MOST = 14 * 24 * 60  # minutes that a simulation may look ahead
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Started:
    """A policy that runs for a case: since when, and until when if it ended."""

    run: str  # the policy's name, and the exchange that it is about
    name: str
    policy: Policy
    start: datetime
    stop: datetime | None


def check(desk: Desk, opening: Opening, at: datetime | None) -> dict[str, Any]:
    """Return what is wrong with the policies; that there is none counts too."""
    now, directory, channels = at or desk.clock(), known(desk), channels_of(opening)
    outside = Outside(KINDS, channels, [name for name, each in channels.items() if each.ours])
    found = [asdict(each) for each in lint(directory, now, outside)]
    return {"schema": "escalate-lint/1", "at": stamp(now), "policies": sorted(directory.escalation), "problems": found}


def simulate(desk: Desk, named: str, start: datetime | None, ahead: tuple[int | None, int]) -> dict[str, Any]:
    """Return whom a policy tells and when, until `ahead[0]` minutes, when somebody acknowledges, or for `ahead[1]`.

    Raises:
        NotFound: there is no such policy.

    """
    answered, longest = ahead
    if not 0 < longest <= _MOST or (answered is not None and answered < 0):
        raise BadUsage(f"from 1 to {_MOST} minutes", target="--minutes", hint="--minutes 240")
    directory, since = known(desk), start or desk.clock()
    name, policy = policy_of(directory, named)
    rows = simulated(directory, name, since, longest)
    chain = [_row(row["planned"], row["at"], row["target"]) for row in rows]  # type: ignore[arg-type]  # as it was made
    kept = [row for row in chain if answered is None or row["after"] < answered]
    ends = "acknowledged" if answered is not None and answered <= longest else "unanswered"
    head = {"policy": name, "title": policy.title, "from": stamp(since), "minutes": longest, "ends": ends}
    return {"schema": "escalate-simulate/1", **head, "acknowledged_after": answered, "chain": kept}


def _row(planned: Planned, at: datetime, target: Target) -> Row:
    head = {"policy": planned.policy, "step": planned.step, "turn": planned.turn, "after": planned.after}
    return {**head, "at": stamp(at), **asdict(target)}


def standing_of(desk: Desk, opening: Opening, case: str, at: datetime | None) -> dict[str, Any]:
    """Return how escalation stands in a case: who should have been told by now, who was, who comes next."""
    now = at or desk.clock()
    with desk.book.read() as tx:
        row = case_row(tx, case)
        calls, why = due(tx, opening, row, now)
    late = [each for each in calls if each["state"] == "due"]
    head = {name: row[name] for name in ("case", "title", "state", "severity")}
    return {"schema": "escalate/1", **head, "at": stamp(now), "because": why, "calls": calls, "overdue": len(late)}


def due(tx: Tx, opening: Opening, row: Row, now: datetime) -> tuple[list[Row], str | None]:
    """Return the steps of a case that are due or were entered, and why there is none."""
    directory, case = directory_of(tx), str(row["case"])
    entered = {(each["policy"], each["step"], each["turn"]): each for each in calls_of(tx, case)}
    if row["state"] in {*ENDED, HELD}:
        return [_entered(each) for each in entered.values()], f"the case is {row['state']}"
    usable = _usable(tx, directory, case, channels_of(opening))
    runs = list(_started(tx, directory, row))
    found = []
    for run in runs:
        for planned in _until(directory, run, now):
            key = (run.run, planned.step, planned.turn)
            key = key if planned.policy == run.name else (_named(planned.policy, run), *key[1:])
            if key in entered:
                continue
            at = run.start + timedelta(minutes=planned.after)
            target = target_of(directory, directory.escalation[planned.policy], planned.what, at, usable)
            state = "due" if at <= now else "ahead"
            found.append(
                {**_row(planned, at, target), "policy": key[0], "state": state, "escalation": None, "message": None}
            )
    told = [_entered(each) for each in entered.values()]
    why = None if runs or told else _why(directory, row)
    return sorted(
        [*told, *found], key=lambda each: (datetime.fromisoformat(each["at"]), each["policy"], each["step"])
    ), why


def _named(policy: str, run: Started) -> str:
    return policy + run.run.removeprefix(run.name)


def _entered(each: Row) -> Row:
    names = ("policy", "step", "turn", "contact", "way", "channel", "because", "state", "escalation", "message")
    return {**{name: each[name] for name in names}, "at": each["due"], "after": None, "name": None}


def _why(directory: Directory, row: Row) -> str:
    if not directory.escalation:
        return "no escalation policy is written down"
    severity = row["severity"] or "critical"
    fit = [(name, each) for name, each in sorted(directory.escalation.items()) if severity in each.severities]
    if not fit:
        return f"no policy is for severity {severity}"
    name, policy = fit[0]
    return f"{name} waits for a moment that nobody has set: {' or '.join(policy.starts)} (jumpkit case moment)"


def _started(tx: Tx, directory: Directory, row: Row) -> Iterator[Started]:
    """Yield the policies that run: ours from moments, those of a provider from each question that it was asked."""
    case, severity = str(row["case"]), row["severity"] or "critical"  # the strictest, until somebody says
    moments = {kind: datetime.fromisoformat(each["at"]) for kind, each in standing(tx, case).items()}
    for name, policy in sorted(directory.escalation.items()):
        if policy.severities and severity not in policy.severities:
            continue
        if policy.provider is not None:
            for each in silent(tx, case):
                if each["provider"] == policy.provider:
                    asked = datetime.fromisoformat(each["asked"])
                    yield Started(f"{name} {each['exchange']}", name, policy, asked, None)
        elif policy.severities:
            begun = next((moments[kind] for kind in policy.starts if kind in moments), None)
            if begun is not None:
                yield Started(name, name, policy, begun, moments.get(policy.stops))


def _until(directory: Directory, run: Started, now: datetime) -> list[Planned]:
    """Return the steps that count now: what a repetition missed is not made up for, and one step lies ahead."""
    end = min(now, run.stop) if run.stop else now
    minutes = int((end - run.start).total_seconds() // 60)
    passed = list(unrolled(directory, run.name, minutes)) if minutes >= 0 else []
    if run.stop is not None and run.stop <= now:
        passed = [each for each in passed if run.start + timedelta(minutes=each.after) < run.stop]
        ahead = []
    else:
        later = (each for each in unrolled(directory, run.name, minutes + 2 * _MOST) if each.after > minutes)
        ahead = [each for each in [next(later, None)] if each is not None]
    newest = max((each.turn for each in passed), default=0)
    return [each for each in passed if each.turn in {0, newest}] + ahead


def _usable(tx: Tx, directory: Directory, case: str, channels: Mapping[str, Channel]) -> Any:
    """Return what tells whether a case may still use a way: by its channel's trust, and by what it rests on itself."""
    out, mode = set(distrusted(tx, case)), mode_of(tx, case)

    def usable(way: Way) -> bool:
        if (
            way.via is not None
            and way.via in channels
            and barred(tx, case, carrier_of(tx, channels[way.via])) is not None
        ):
            return False
        if mode == OOB and not way.out_of_band:
            return False
        return not out or judge(rests(directory.services, way.depends_on), out)[0] == SURVIVES

    return usable
