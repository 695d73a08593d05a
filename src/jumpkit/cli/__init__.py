"""The command line: parse, call app, show; not for deciding."""
