"""Rate how far the custody of evidence holds, and enter what came with it."""
