"""What a sweep and the plans of a case leave over: as a plan to take it away, and as what keeps a case open."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jumpkit.app.journal import acting
from jumpkit.app.planning import kept_plan
from jumpkit.coordinate.deed import entered
from jumpkit.kit.errors import NotFound
from jumpkit.model.action import Target
from jumpkit.respond.catalog import action
from jumpkit.respond.plans import Wanted
from jumpkit.respond.sweep.leftovers import Past, standing, steps_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.app.workspace import Desk, Opening
    from jumpkit.cloud.aws.door import Access
    from jumpkit.model.action import Json


def plan_from_sweep(opening: Opening, case: str, access: Access, states: Sequence[str] = ("malicious",)) -> Json:
    """Make a plan that takes away what the newest sweep found in these states; nothing in the cloud is changed.

    Raises:
        NotFound: the case was not swept, or nothing in it has an action that takes it away.
        Refused: the case has ended, or we are in another account than the one swept.

    """
    with acting(opening) as desk:
        swept = newest(desk, case)
    if swept is None:
        raise NotFound(f"{case} was not swept", target=case, hint=f"jumpkit sweep {case}")
    steps = [_wanted(each) for each in steps_for(each for each in swept["items"] if each["state"] in states)]
    if not steps:
        raise NotFound("the newest sweep found nothing that an action takes away", target=case, hint="jumpkit sweep")
    needs = {gate for each in steps for gate in action(each.action).spec.needs_first}
    account = steps[0].target.account
    first = [Wanted("aws/describe_iam", Target("account", account, account))] if "identities" in needs else []
    return kept_plan(opening, case, f"What the sweep of {swept['plan']} found", [*first, *steps], access)


def newest(desk: Desk, case: str) -> Json | None:
    """Return the answer of the newest sweep of a case, None where there was none."""
    with desk.book.read() as tx:
        rows = [row for row in tx.rows("artifact", case=case) if _is_answer(str(row["name"]))]
    if not rows:
        return None
    with desk.shelf.open(str(max(rows, key=lambda row: str(row["collected"]))["sha256"])) as file:
        body: Json = json.load(file)
    return body


def left_over(desk: Desk, case: str, *, ends: bool) -> list[str]:
    """Return what keeps a case from ending, or from recovering, one sentence each."""
    swept = newest(desk, case)
    with desk.book.read() as tx:
        decisions: list[Any] = entered(tx, case, "decision")
        superseded = {each["supersedes"] for each in decisions}
        texts = [
            " ".join(str(each[name] or "") for name in ("question", "choice", "basis"))
            for each in decisions
            if each["decision"] not in superseded
        ]
        effects = tx.rows("effect", case=case)
    return standing(swept, Past(effects, texts), ends=ends)


def _is_answer(name: str) -> bool:
    return name.startswith("sweep/") and name.endswith("/answer.json")


def _wanted(step: Json) -> Wanted:
    kind = action(step["action"]).spec.target
    target = Target(kind, step["target"], step["account"], step["region"], step["details"])
    return Wanted(step["action"], target, step["options"])
