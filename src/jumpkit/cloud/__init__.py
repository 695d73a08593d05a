"""The only home of vendors' SDKs; not for decisions."""
