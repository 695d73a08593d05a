"""What to do now: proposals for the findings at hand, with exact commands; jumpkit itself changes nothing."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from jumpkit.kit.text import shell, sql_text
from jumpkit.report.content import proposals
from jumpkit.report.material import guarded
from jumpkit.report.story.facts import chosen, gather, opened, outcome_of
from jumpkit.report.story.rows import counted, text_at, weight, when
from jumpkit.report.story.undone import Later, Undone, either, states, undone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.model.finding import Finding
    from jumpkit.report.material import Material
    from jumpkit.report.story.facts import Facts

MOST_NOW = 3
MOST_LATER = 12


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: why, what to look at first, the command, how it is taken back and what it breaks."""

    kind: str
    rank: int
    title: str
    why: str
    look: tuple[str, ...]
    do: tuple[str, ...]
    undo: str
    costs: str
    findings: tuple[str, ...]
    target: str = ""  # the first value of its commands
    also: int = 0  # further targets of the same kind
    undone: Undone | None = None  # what undid it in these logs
    respond: tuple[str, ...] = ()  # the command by which jumpkit plans it with its way back; none where it cannot


def steps(material: Material, facts: Facts) -> tuple[list[Step], list[Step], int]:
    """Return the three steps to take first, those that follow, the most pressing first, and how many more there are.

    What the logs show undone is no step to take first; it follows with the event that undid it.
    """
    found = _proposed(material, facts)
    first = _first_of_each([each for each in found if each.undone is None])
    now = [*first, *_looking(material)][:MOST_NOW]
    taken = {(each.kind, each.title) for each in now}
    later = [_checked(each) for each in found if (each.kind, each.title) not in taken]
    later.sort(key=lambda each: (each.undone is not None, -each.rank, each.title))
    return now, later[:MOST_LATER], max(0, len(later) - MOST_LATER)


def _checked(step: Step) -> Step:
    """Return the step as it is, or, where the logs show it undone, the check that this held."""
    if step.undone is None:
        return step
    why = f"This was undone at {when(step.undone.time)} UTC (event {step.undone.event}): check that it held."
    return replace(step, why=why, do=(), respond=(), undo="Nothing is changed.", costs="Nothing.")


def first_steps(material: Material) -> list[Step]:
    """Return the three steps to take first, with secrets masked as in every report."""
    ready = guarded(material)
    return steps(ready, gather(ready))[0]


@dataclass(frozen=True, slots=True)
class _Known:
    """What steps are weighed by: the case, what came later, and how many of the quoted calls each key made."""

    case: str
    later: Later
    uses: Counter[str]
    quoted: str


def _known(material: Material, events: list[tuple[Finding, dict[str, Any]]]) -> _Known:
    keys = {text_at(event, "metadata.uid"): text_at(event, "actor.user.credential_uid") for _, event in events}
    later = Later(material.later, {text_at(event, "api.operation") or "" for _, event in events})
    case = str(material.case.get("case", ""))
    return _Known(case, later, Counter(key for key in keys.values() if key), counted(len(keys), "call"))


def _proposed(material: Material, facts: Facts) -> list[Step]:
    steps_by_title: dict[tuple[str, str], Step] = {}
    events = [(finding, opened(row)) for finding, row in facts.candidates]
    context = _known(material, events)
    for finding, event in events:
        for entry in proposals()["proposals"]:
            step = _step(entry, event, finding, context) if _applies(entry, event) else None
            if step is not None:
                known = steps_by_title.get((step.kind, step.title))
                steps_by_title[step.kind, step.title] = _merged(known, step)
    gone = {(kind, each.target) for each in steps_by_title.values() for kind in _instead_of(each.kind)}
    kept = [each for each in steps_by_title.values() if (each.kind, each.target) not in gone]
    kept = [each for each in kept if each.undone is None or not each.undone.own]
    return sorted(kept, key=lambda each: (-each.rank, each.title))


def _instead_of(kind: str) -> tuple[str, ...]:
    """Return the kinds of steps that a step of this kind makes pointless for the same target."""
    return next((tuple(each.get("instead_of", ())) for each in proposals()["proposals"] if each["id"] == kind), ())


def _merged(known: Step | None, step: Step) -> Step:
    if known is None:
        return step
    return replace(
        known,
        rank=max(known.rank, step.rank),
        findings=tuple(dict.fromkeys((*known.findings, *step.findings))),
        undone=either(known.undone, step.undone),
    )


def _first_of_each(found: list[Step]) -> list[Step]:
    """Keep one step of each kind and say how many more targets of that kind there are."""
    kinds: dict[str, list[Step]] = {}
    for step in found:
        kinds.setdefault(step.kind, []).append(step)
    return [replace(group[0], also=len(group) - 1) for group in kinds.values()]


def _applies(entry: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    if "operations" in entry and text_at(event, "api.operation") not in entry["operations"]:
        return False
    kind = text_at(event, "principal.kind") or (text_at(event, "actor.user.type") or "").lower()
    if "kinds" in entry and kind not in entry["kinds"]:
        return False
    if "not_where" in entry and states(entry["not_where"], event):
        return False
    return not (entry.get("outcome") == "success" and outcome_of(event).startswith(("refused", "failed")))


def _step(entry: dict[str, Any], event: Mapping[str, Any], finding: Finding, known: _Known) -> Step | None:
    values: dict[str, str | None] = {name: _value(spec, event) for name, spec in entry["values"].items()}
    for name, beginning in entry.get("needs", {}).items():
        if not (values[name] or "").startswith(beginning) or values[name] is None:
            return None
    words = {name: value or name.upper() for name, value in values.items()}
    quoted = {name: shlex.quote(word) for name, word in words.items()}
    return Step(
        kind=entry["id"],
        rank=entry["rank"] + 20 * weight(finding.severity),
        title=_placed(entry["title"].format(**words), text_at(event, "cloud.account.uid")),
        why=entry["why"].format(**words, uses=known.uses[next(iter(words.values()))], quoted=known.quoted),
        look=tuple(line.format(**quoted) for line in entry["look"]),
        do=tuple(line.format(**quoted) for line in entry["do"]),
        undo=entry["undo"],
        costs=entry["costs"],
        findings=(finding.finding,),
        target=next(iter(words.values())),
        undone=undone(entry, event, values, known.later),
        respond=_responding(entry, event, values, known.case),
    )


def _responding(
    entry: Mapping[str, Any], event: Mapping[str, Any], values: Mapping[str, str | None], case: str
) -> tuple[str, ...]:
    """Return the command that makes a plan of a step; none where the logs leave a part of its target unsaid."""
    account = _value(["cloud.account.uid", "account"], event)
    if "respond" not in entry or account is None or None in values.values():
        return ()
    words = [word.format(**values) for word in entry["respond"]]
    return (shell(["jumpkit", "respond", *words, "--account", account, "--case", case]),)


def _placed(title: str, account: str | None) -> str:
    """Return a title with its account, since names are an account's own, unless it is told already."""
    known = account if account and re.fullmatch(proposals()["forms"]["account"], account) else None
    return f"{title} (account {known})" if known and known not in title else title


def _value(spec: list[str], event: Mapping[str, Any]) -> str | None:
    """Return the first value found that has the form it must have; what a log says goes into no command unchecked."""
    paths, form = spec
    for path in paths.split("|"):
        value = text_at(event, path)
        match = re.fullmatch(proposals()["forms"][form], value) if value and not value.startswith("-") else None
        if match:
            return str(match.groupdict().get("v") or match.group())
    return None


def _looking(material: Material) -> list[Step]:
    """Return steps that need no change: look at the heaviest finding, follow its origin, close the widest gap."""
    case = str(material.case.get("case", ""))
    made: list[Step] = []
    for finding in chosen(material.picture.findings, 1):
        made += [_look_closer(case, finding), _follow(case, finding)]
    return [*made, _see_limits(material), _verify(case, material)]


def _look_closer(case: str, finding: Finding) -> Step:
    event = finding.sample[0] if finding.sample else "EVENT"
    lines = (shell(["jumpkit", "show", finding.finding]), shell(["jumpkit", "explain", finding.rule, event]))
    return Step(
        kind="look",
        rank=0,
        title=f"Look at the heaviest finding: {finding.title}",
        why=f"It is of {finding.severity} severity and rests on {counted(finding.events, 'event')}.",
        look=lines,
        do=(),
        undo="Nothing is changed.",
        costs=f"Nothing. Case {case}.",
        findings=(finding.finding,),
    )


def _follow(case: str, finding: Finding) -> Step:
    return Step(
        kind="follow",
        rank=0,
        title=f"See everything that {finding.principal.name or finding.principal.uid} did",
        why="A finding is one call that stood out; what came before and after shows what it was for.",
        look=(shell(["jumpkit", "hunt", case, "--where", f"principal.uid = {sql_text(finding.principal.uid)}"]),),
        do=(),
        undo="Nothing is changed.",
        costs="Nothing.",
        findings=(finding.finding,),
    )


def _see_limits(material: Material) -> Step:
    spots = material.picture.blind_spots
    why = spots[0].because if spots else "No gap was recognized, which is not the same as none."
    return Step(
        kind="limits",
        rank=0,
        title="Fetch the logs that are missing",
        why=f"{counted(len(spots), 'blind spot')} in these logs. {why}",
        look=("aws cloudtrail describe-trails --include-shadow-trails",),
        do=(shell(["jumpkit", "triage", "MORE_LOGS", "--case", str(material.case.get("case", ""))]),),
        undo="Nothing in the cloud is changed.",
        costs="Nothing in the cloud; what is known already is skipped.",
        findings=(),
    )


def _verify(case: str, material: Material) -> Step:
    key = material.ledger.get("key")
    words = ["jumpkit", "verify", case, *(["--key", str(key)] if key else [])]
    return Step(
        kind="verify",
        rank=0,
        title="Check that the evidence is whole",
        why="Whoever is handed this report can check it against the sealed logs.",
        look=(shell(words),),
        do=(),
        undo="Nothing is changed.",
        costs="Nothing.",
        findings=(),
    )
