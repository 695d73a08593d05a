"""Sigma rules and correlations over events; not for saying who was behind a match."""

from jumpkit.detect.correlate import correlate
from jumpkit.detect.engine import Engine, Hits
from jumpkit.detect.examples import ExampleResult, test_examples
from jumpkit.detect.explain import Explanation, explain, matches
from jumpkit.detect.lint import Problem, lint
from jumpkit.detect.load import load
from jumpkit.detect.ruleset import RuleSet

__all__ = [
    "Engine",
    "ExampleResult",
    "Explanation",
    "Hits",
    "Problem",
    "RuleSet",
    "correlate",
    "explain",
    "lint",
    "load",
    "matches",
    "test_examples",
]
