"""Checks of the family ``references``: paths, names and ports in one file that point at another."""
