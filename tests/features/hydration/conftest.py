"""The simulated provider, for the tests of this folder."""

from __future__ import annotations

from tests.simulator.repositories import cloud, in_cloud, provider

__all__ = ["cloud", "in_cloud", "provider"]
