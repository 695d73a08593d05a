"""The case book: states, severity, moments; not for evidence."""
