"""What other rooms need to know of a detection rule, without its conditions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """A rule as lists show it and findings cite it."""

    rule: str  # the Sigma id (UUID) where the file has one, else its path within the pack
    digest: str  # sha256 of the rule's own YAML document
    title: str
    severity: str
    sources: tuple[str, ...]  # jumpkit source ids that it reads: aws/cloudtrail
    attack: tuple[str, ...]
    tactics: tuple[str, ...]
    live: bool
    reason: str | None  # why it is not runnable
    path: str  # file it came from, as a person knows it
    own: bool  # from the package
    correlation: bool
    findings: bool  # whether its matches are findings (base rules of a correlation without `generate` are not)
    description: str | None = None
    false_positives: tuple[str, ...] = ()
