"""A simulated estate whose truth is known; never asked by another room."""

from jumpkit.lab.incident import write_incident
from jumpkit.lab.month import write_month
from jumpkit.lab.truth import Truth

__all__ = ["Truth", "write_incident", "write_month"]
