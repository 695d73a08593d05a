"""List, show and purge cases."""
