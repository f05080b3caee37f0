"""Kustomizations: what they list, and the objects that they build."""
