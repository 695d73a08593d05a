"""Who may know of a restricted case."""
