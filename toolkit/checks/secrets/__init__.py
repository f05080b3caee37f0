"""Checks of the family ``secrets``: what must not be in a repository or a log."""
