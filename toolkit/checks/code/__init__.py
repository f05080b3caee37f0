"""Checks of the family ``code``: what the sources say of themselves."""
