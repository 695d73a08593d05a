"""One file a command, named by its file; not for logic."""
