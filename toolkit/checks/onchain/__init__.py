"""Checks of the family ``onchain``: Solana programs, their ids and their keys."""
