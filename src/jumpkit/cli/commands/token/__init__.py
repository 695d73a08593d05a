"""Tokens by which programs come in to the desk: each with a role and an end."""
