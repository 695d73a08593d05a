"""Providers: the paths to reach them."""
