"""What a report says, worked out once for every document format; not how it looks."""
