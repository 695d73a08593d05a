"""What an estate holds: kinds of things as data files, read by one engine; not for judging what it finds."""
