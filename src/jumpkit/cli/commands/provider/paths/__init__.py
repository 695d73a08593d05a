"""Paths to a provider, in order: what each needs, when it was last tried, what came of it."""
