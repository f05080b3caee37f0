"""Checks of the family ``machine``: what the computer needs before anything else works."""
