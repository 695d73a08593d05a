"""Sigma rules and correlations over events; not for saying who was behind a match."""
