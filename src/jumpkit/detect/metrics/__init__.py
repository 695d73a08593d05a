"""Operational figures as signals: how much was deleted, started, called, sent out and spent, against what is usual."""

from jumpkit.detect.metrics.costs import Cost, read_costs
from jumpkit.detect.metrics.figures import METRICS, Metric
from jumpkit.detect.metrics.judging import Signal, signals, spending

__all__ = ["METRICS", "Cost", "Metric", "Signal", "read_costs", "signals", "spending"]
