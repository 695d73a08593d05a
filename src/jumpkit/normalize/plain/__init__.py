"""Reads the sources that their files tell wholly: lines, JSON, Parquet; not CloudTrail, which has a way of its own."""
