"""Indicators from others: take them in, list them, look for them in a case."""
