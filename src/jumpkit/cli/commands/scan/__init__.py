"""What scanners of configuration found: take their results in, list what stands, tell what changed."""
