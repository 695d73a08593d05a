"""Sealed bytes by digest, read-only; not for anything that was changed after it came in."""

from jumpkit.store.shelf.durable import make_durable
from jumpkit.store.shelf.shelf import Shelf, Stored

__all__ = ["Shelf", "Stored", "make_durable"]
