"""The catalogue: one file an action, by cloud; SPEC says what it is, its functions look, reckon and judge."""
