"""A simulated estate whose truth is known; never asked by another room."""
