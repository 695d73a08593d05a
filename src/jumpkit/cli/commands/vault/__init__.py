"""Keep bundles where nobody can change them."""
