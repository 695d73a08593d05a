"""Documents to a rule set: ids, log sources, filters and correlations are resolved; what fails keeps its reason."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from jumpkit.detect.correlations import connect
from jumpkit.detect.draft import Draft
from jumpkit.detect.narrow import narrowed
from jumpkit.detect.ruleset import Body, RuleSet
from jumpkit.detect.sources import Source, named, sources_for
from jumpkit.model.rule import RuleInfo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.detect.draft import Found
    from jumpkit.detect.tree import Document

TECHNIQUE = re.compile(r"attack\.(t\d{4}(?:\.\d{3})?)", re.IGNORECASE)
TACTIC = re.compile(r"attack\.([a-z]+(?:[-_][a-z]+)*)", re.IGNORECASE)


def linked(found: Sequence[Found], sources: tuple[Source, ...]) -> RuleSet:
    """Return the rule set of all documents, those of filters only where they fail."""
    draft = Draft()
    for each in found:
        if each.document.kind != "filter":
            _add(draft, each, sources)
    for each in found:
        if each.document.kind == "filter":
            reason = each.document.reason or narrowed(draft, each.document)
            if reason is not None:
                _append(draft, replace(_info(each), live=False, reason=f"filter: {reason}"), each.document)
    connect(draft)
    aliases = {source.source: source.aliases for source in sources}
    return RuleSet(tuple(draft.infos), tuple(draft.bodies), aliases)


def _add(draft: Draft, each: Found, sources: tuple[Source, ...]) -> None:
    document = each.document
    info = _info(each)
    reason = document.reason
    if document.kind == "rule" and document.logsource is not None:
        reading = sources_for(document.logsource, sources)
        info = replace(info, sources=reading)
        if not reading:
            reason = f"needs {named(document.logsource)}, which jumpkit does not read yet"
    first = draft.called.get(info.rule)
    if first is not None:
        same = draft.infos[first].digest == info.digest
        reason = (
            f"its id {info.rule} is that of {draft.infos[first].path}, "
            + ("and so is the rest: an identical copy" if same else "whose content is different")
        )  # fmt: skip
        info = replace(info, rule=_unused(draft, each.within))
    info = replace(info, live=reason is None, reason=reason)
    place = _append(draft, info, document)
    for name in (info.rule, document.name):
        if name is not None:
            draft.called.setdefault(name, place)


def _append(draft: Draft, info: RuleInfo, document: Document) -> int:
    draft.infos.append(info)
    draft.bodies.append(Body(document.node, document.correlation))
    draft.documents.append(document)
    return len(draft.infos) - 1


def _unused(draft: Draft, name: str) -> str:
    taken = {info.rule for info in draft.infos}
    number = 1
    chosen = name
    while chosen in taken:
        number += 1
        chosen = f"{name} ({number})"
    return chosen


def _info(each: Found) -> RuleInfo:
    document = each.document
    techniques = (TECHNIQUE.fullmatch(tag) for tag in document.tags)
    tactics = (TACTIC.fullmatch(tag) for tag in document.tags)
    return RuleInfo(
        rule=document.id or each.within,
        digest=document.digest,
        title=document.title or each.within,
        severity=document.level or "medium",
        sources=(),
        attack=tuple(match[1].upper() for match in techniques if match),
        tactics=tuple(match[1].lower().replace("_", "-") for match in tactics if match),
        live=True,
        reason=None,
        path=each.path,
        own=each.own,
        correlation=document.kind == "correlation",
        findings=True,
        description=document.description,
        false_positives=document.false_positives,
    )
