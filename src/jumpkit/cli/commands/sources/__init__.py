"""Log sources: what is read, how it maps to OCSF, what is left out."""
