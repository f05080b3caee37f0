"""Counts events by kind."""
