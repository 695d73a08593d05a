"""Data without code, one file each: sources, rules, schemas; not for anything that is executed as Python."""
