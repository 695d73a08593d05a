"""List, check and test detection rules."""
