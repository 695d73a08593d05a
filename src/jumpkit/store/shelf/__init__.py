"""Sealed bytes by digest, read-only; not for anything that was changed after it came in."""
