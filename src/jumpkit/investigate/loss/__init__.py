"""How much data left, per store: proven, possible, excluded, unknown; figures that are never added."""

from jumpkit.investigate.loss.answer import Asked, loss
from jumpkit.investigate.loss.reading import readings

__all__ = ["Asked", "loss", "readings"]
