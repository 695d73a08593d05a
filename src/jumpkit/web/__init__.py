"""The desk: pages and an API over the verbs of `app`; it parses, calls one verb and shows, and decides nothing."""
