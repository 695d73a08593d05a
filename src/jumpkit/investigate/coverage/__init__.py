"""What is logged and what is not, by account, region and source, and what each lack hides; never what happened."""

from jumpkit.investigate.coverage.answer import Seen, coverage
from jumpkit.investigate.coverage.hidden import Watch

__all__ = ["Seen", "Watch", "coverage"]
