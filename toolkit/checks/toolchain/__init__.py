"""Checks of the family ``toolchain``: versions of tools that files ask for."""
