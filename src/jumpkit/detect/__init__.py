"""Sigma rules and correlations over events; not for saying who was behind a match."""

from jumpkit.detect.engine import Engine, Hits
from jumpkit.detect.load import load
from jumpkit.detect.ruleset import RuleSet

__all__ = ["Engine", "Hits", "RuleSet", "load"]
