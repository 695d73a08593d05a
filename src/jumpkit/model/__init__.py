"""Nouns that pass between rooms, frozen and without I/O; not for deeds."""
