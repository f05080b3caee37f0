"""Checks of the family ``workflows``: continuous integration."""
