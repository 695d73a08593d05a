"""On call: from an alert or a name to a plan; gathers before it asks, and asks with what each answer costs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jumpkit.app.acting import apply_plan
from jumpkit.app.casework import begin
from jumpkit.app.journal import acting
from jumpkit.app.ownalert import handed_in
from jumpkit.app.planning import kept_plan, provider, who_we_are
from jumpkit.app.samealert import case_of_alert
from jumpkit.app.shelving import shelve
from jumpkit.cloud.aws.door import Access
from jumpkit.kit.errors import BadUsage, NotFound, ProviderError, Refused
from jumpkit.model.action import Piece, Target
from jumpkit.respond.options import advise, told
from jumpkit.respond.suspects import Alert, Suspect, read
from jumpkit.respond.targets import find

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from jumpkit.app.workspace import Opening
    from jumpkit.cloud.aws.calls import Aws
    from jumpkit.model.action import Json
    from jumpkit.respond.options import Advice, Option
    from jumpkit.respond.plans import Caller, Wanted

    Choose = Callable[[Option], bool]
    Hear = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class OnCall:
    """What somebody on call says: suspects as kind and id, or an alert: a file, its bytes, F-…; and whose rights."""

    suspects: Sequence[tuple[str, str]] = ()
    finding: Path | None = None
    case: str | None = None
    account: str | None = None
    access: Access = field(default_factory=Access)
    alert: bytes | None = None
    gathered: bool = False  # an answer before this one gathered already what only reading gathers


def respond(opening: Opening, asked: OnCall, choose: Choose | None, hear: Hear | None = None) -> Json:
    """Open a case, gather what only reading gathers, and make a plan of what was chosen; nothing is changed yet.

    `choose` answers each question; where nobody is there to answer, the options are told and no plan is made.
    `hear` is told who we are and what was gathered, before anything is asked.

    Raises:
        BadUsage: nothing is suspected, or there is no recipe for it.
        NotFound: the provider does not know what is suspected.
        Refused: the account is another than the one meant, or the alert's.

    """
    data, home = handed_in(opening, asked.finding, asked.alert)
    alert = _alert(asked, data)
    cloud = provider(asked.access)
    caller = who_we_are(cloud, asked.account)
    found = [_known(cloud, caller, each) for each in alert.suspects]
    advice = [advise(cloud, target, known) for target, known in found]
    case = asked.case or home or _case_of(opening, alert, data)
    if data is not None and not asked.gathered:
        _keep_alert(opening, case, alert, data)
    gathered = [] if asked.gathered else _gather(opening, case, advice, asked.access)
    if hear is not None:
        hear(_so_far(case, caller, gathered))
    options = [each for one in advice for each in one.options]
    chosen = [each for each in options if choose(each)] if choose else []
    steps = _once(step for each in chosen for step in each.steps)
    plan = kept_plan(opening, case, alert.title, steps, asked.access) if steps else None
    return {
        "schema": "respond/1",
        "case": case,
        "plan": plan["plan"] if plan else None,
        "alert": alert.uid or None,
        "caller": {"arn": caller.arn, "account": caller.account, "expires": caller.expires},
        "targets": [target.label() for target, _ in found],
        "options": [{**told(each), "chosen": each in chosen if choose else None} for each in options],
        "gathered": gathered,
        "limits": [said for one in advice for said in one.limits] + _not_whole(gathered),
        "body": plan,
    }


def _so_far(case: str, caller: Caller, gathered: Sequence[Json]) -> str:
    """Return what a person is told before they are asked anything: who we are, and what was gathered."""
    lines = [f"{each['outcome']}: {each['action']} of {each['target']['uid']}" for each in gathered]
    return "\n".join([f"We are {caller.arn} in account {caller.account}; the case is {case}.", *lines])


def _once(steps: Iterable[Wanted]) -> list[Wanted]:
    """Return the steps without those that an earlier one does already, as where two machines share a role."""
    found: list[Wanted] = []
    for step in steps:
        if not any((each.action, each.target.uid) == (step.action, step.target.uid) for each in found):
            found.append(step)
    return found


def _alert(asked: OnCall, data: bytes | None) -> Alert:
    if data is not None:
        alert = read(data, str(asked.finding or "finding"))
        if not alert.suspects:
            raise BadUsage("the alert names nothing that can be acted on", target=alert.uid, hint="--key …")
        return alert
    if not asked.suspects:
        raise BadUsage("say what is suspected", target="respond", hint="--key, --instance, --role, --user, --bucket")
    suspects = tuple(Suspect(kind, uid) for kind, uid in asked.suspects)
    return Alert("", "Suspected: " + ", ".join(f"{each.kind} {each.uid}" for each in suspects), suspects)


def _known(cloud: Aws, caller: Caller, suspect: Suspect) -> tuple[Target, Any]:
    """Return the suspect as the provider knows it: what a log or an alert names is not a target yet."""
    if suspect.account is not None and suspect.account != caller.account:
        said = f"the alert is of account {suspect.account}, and we are in {caller.account}"
        raise Refused(said, target=suspect.uid, hint="use a profile or a role of that account: --profile, --role-arn")
    details = {name: str(value) for name, value in suspect.known.items() if name == "user"}
    return find(cloud, Target(suspect.kind, suspect.uid, caller.account, suspect.region, details)), suspect.known


def _case_of(opening: Opening, alert: Alert, data: bytes | None) -> str:
    """Return the open case that has the alert already, else a new one."""
    known = case_of_alert(opening, data) if data is not None else None
    return known or str(begin(opening, alert.title, "high", "security")["case"])


def _keep_alert(opening: Opening, case: str, alert: Alert, data: bytes) -> None:
    with acting(opening) as desk:
        about = {"expected": 1, "received": 1, "alert": alert.uid}
        shelve(desk, case, "respond", Piece(f"alert/{alert.uid or 'finding'}.json", data, about), "alert")


def _gather(opening: Opening, case: str, advice: Sequence[Advice], access: Access) -> list[Json]:
    """Gather what only reading gathers, at once; what is refused is told, and stops nothing."""
    outcomes: list[Json] = []
    for wanted in dict.fromkeys((each.action, each.target.uid) for one in advice for each in one.gather):
        step = next(each for one in advice for each in one.gather if (each.action, each.target.uid) == wanted)
        try:
            plan = kept_plan(opening, case, "Gathered before anything is changed", [step], access)
            outcomes += apply_plan(opening, plan["plan"], access)["outcomes"]
        except (NotFound, ProviderError) as caught:
            outcomes.append(_ungathered(step.action, step.target.uid, str(caught)))
    return outcomes


def _ungathered(action: str, uid: str, because: str) -> Json:
    return {"action": action, "target": {"uid": uid}, "outcome": "failed", "because": because}


def _not_whole(gathered: Sequence[Json]) -> list[str]:
    return [f"{each['action']} of {each['target']['uid']}: {each['because']}" for each in gathered if each["because"]]
