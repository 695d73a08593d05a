"""Brings bytes in and seals them before anyone reads them; not for understanding them."""
