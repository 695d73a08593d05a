"""What programs ask: one file a thing, each with a `router`; `web.folder` finds them."""
