"""Says what a network lets through, from descriptions of it alone; what was not read stays unknown; sends no packet."""
