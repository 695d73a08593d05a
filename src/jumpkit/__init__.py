"""Incident response for the cloud, from the first log file to the lesson learned; no SIEM, no ticket system."""

__version__ = "0.1.0"
