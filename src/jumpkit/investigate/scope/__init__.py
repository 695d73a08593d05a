"""How far an intruder got: what is confirmed, suspected, cleared and unknown; not what was taken out of it."""

from jumpkit.investigate.scope.answer import scope
from jumpkit.investigate.scope.similar import similar

__all__ = ["scope", "similar"]
