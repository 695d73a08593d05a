"""Show checkpoints to witnesses outside, and list what they saw."""
