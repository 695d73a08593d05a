"""Makes roles for responders out of what actions say that they need; attaches nothing and calls nobody."""
