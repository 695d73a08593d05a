"""Who may approve plans, by their keys."""
