"""Amazon's SDK, loaded at the first call; not for decisions."""
