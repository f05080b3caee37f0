"""Imports between sources of the repository, and those that lead nowhere."""
