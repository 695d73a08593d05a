"""Says who, how far and what cannot be known from the lake; not for changing anything."""
