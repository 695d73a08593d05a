"""All sources of a case on one axis in UTC: events, flows, gaps, phases, notes; not what they mean."""

from jumpkit.investigate.axis.answer import axis, stream
from jumpkit.investigate.axis.asked import KINDS, Asked
from jumpkit.investigate.axis.fold import folded

__all__ = ["KINDS", "Asked", "axis", "folded", "stream"]
