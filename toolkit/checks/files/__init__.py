"""Checks of the family ``files``: what lies in the tree and should not, or cannot be read."""
