"""Verbs: the only place where rooms meet; it plugs, it does not think."""
