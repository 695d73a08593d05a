"""Brings bytes in and seals them before anyone reads them; not for understanding them."""

from jumpkit.collect.limits import Limits
from jumpkit.collect.reading import cut, read
from jumpkit.collect.sealing import require_space, seal
from jumpkit.collect.walking import walk

__all__ = ["Limits", "cut", "read", "require_space", "seal", "walk"]
