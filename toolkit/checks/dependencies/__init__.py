"""Checks of the family ``dependencies``: manifests, locks and what they install."""
