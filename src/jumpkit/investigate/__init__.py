"""What a case's events and hits amount to: who, what belongs together, what cannot be seen; asks only the lake."""

from jumpkit.investigate.picture import investigate

__all__ = ["investigate"]
