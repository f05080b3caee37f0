"""Dockerfiles: their stages and contexts, what they copy, and what their commands need."""
