"""Who holds which credential, who handed it out and from where it is used; not what else an intruder reached."""

from jumpkit.investigate.graph.answer import people
from jumpkit.investigate.graph.reach import reachable

__all__ = ["people", "reachable"]
