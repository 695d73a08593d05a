"""Says whether something is contained: yes only where more than a sent call says that every step holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

YES, NO, UNKNOWN = "yes", "no", "unknown"


def contained(steps: Sequence[Mapping[str, Any]], outcomes: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """Return yes, no or unknown, and why; one no outweighs any unknown."""
    verbs = {str(step["step"]): step["verb"] for step in steps}
    about = [each for each in outcomes if verbs[str(each["step"])] == "contain"]
    if not about:
        return UNKNOWN, "no step of this plan contains anything"
    found = [told for each in about for told in _against(each)]
    for word in (NO, UNKNOWN):
        for said, why in found:
            if said == word:
                return word, why
    return YES, f"{sum(len(each['checks']) for each in about)} checks hold"


def _against(outcome: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what speaks against a step's holding."""
    name = f"step {outcome['step']} ({outcome['action']})"
    if outcome["outcome"] in {"failed", "refused"}:
        yield NO, f"{name}: {outcome['because']}"
    elif outcome["outcome"] == "unknown" or not outcome["verified"]:
        yield UNKNOWN, f"{name}: {outcome['because']}"
    elif not outcome["checks"]:
        yield UNKNOWN, f"{name} is done, and nothing proves that it holds"
    for check in outcome["checks"]:
        if check["held"] is not True:
            yield (NO if check["held"] is False else UNKNOWN), f"{name}: {check['claim']}: {check['because']}"
