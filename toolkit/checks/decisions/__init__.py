"""Checks of the family ``decisions``: questions that only people can answer."""
