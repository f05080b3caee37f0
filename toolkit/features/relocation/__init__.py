"""Moving nested GitHub workflows to the repository's root, where alone GitHub runs them."""
