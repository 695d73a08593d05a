"""What a case's events and hits amount to: who, what belongs together, what cannot be seen; asks only the lake."""

from jumpkit.investigate.picture import investigate
from jumpkit.investigate.sums import SUMS, identity_sums
from jumpkit.investigate.timeline import timeline, timeline_soon

__all__ = ["SUMS", "identity_sums", "investigate", "timeline", "timeline_soon"]
