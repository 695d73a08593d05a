"""The one door to pySigma: YAML values in, predicate trees out; nothing outside this package knows its classes."""

from jumpkit.detect.sigma.conditions import detection, filtering
from jumpkit.detect.sigma.correlations import correlation
from jumpkit.detect.sigma.guard import Unrunnable

__all__ = ["Unrunnable", "correlation", "detection", "filtering"]
