"""What is usual in an estate, learned from older logs, and what of newer ones is not; judgments list reasons."""

from jumpkit.detect.baseline.judging import Judged, Reason, judge
from jumpkit.detect.baseline.learning import SCHEMA, Span, learn
from jumpkit.detect.baseline.travel import Journey, Places, journeys

__all__ = ["SCHEMA", "Journey", "Judged", "Places", "Reason", "Span", "journeys", "judge", "learn"]
