"""Helm's charts, rendered without Helm, and what their templates name."""
