"""Tools without domain: clocks, digests, errors, text; not for anything that knows what an incident is."""
