"""How long cases are kept, and which may be purged now."""
