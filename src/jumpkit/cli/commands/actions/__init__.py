"""The catalogue of what can be done to a cloud, and what each action costs, proves and leaves."""
