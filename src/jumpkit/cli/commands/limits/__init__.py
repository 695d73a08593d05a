"""The register of what is not logged, over all cases."""
