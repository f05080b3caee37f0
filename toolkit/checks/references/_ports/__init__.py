"""Ports: where programs listen, and where they are asked."""
