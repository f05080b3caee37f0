"""Compose files: what they define, build, mount and start, and what of it no clone has."""
