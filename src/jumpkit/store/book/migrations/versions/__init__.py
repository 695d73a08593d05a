"""One file a revision, named by it; a released file is never changed, and later ones only add."""
