"""Open, work on, show, close, move and purge cases."""
