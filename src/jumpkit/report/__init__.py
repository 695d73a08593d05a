"""Documents and standard exports of a case; not for finding anything out."""

from jumpkit.report.deliver import format_of, formats, prepare, render
from jumpkit.report.material import Loss, Material, Totals, Written
from jumpkit.report.story.facts import cited_events
from jumpkit.report.story.steps import first_steps

__all__ = [
    "Loss",
    "Material",
    "Totals",
    "Written",
    "cited_events",
    "first_steps",
    "format_of",
    "formats",
    "prepare",
    "render",
]
