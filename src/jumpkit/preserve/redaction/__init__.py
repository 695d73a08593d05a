"""Takes names out of what leaves: finds them, swaps them for stable pseudonyms, and proves that none is left."""

from jumpkit.preserve.redaction.leaks import leaks
from jumpkit.preserve.redaction.patterns import CLASSES, is_common, patterned
from jumpkit.preserve.redaction.swap import Swap, make_swap

__all__ = ["CLASSES", "Swap", "is_common", "leaks", "make_swap", "patterned"]
