"""Documents and standard exports of a case; not for finding things out."""
