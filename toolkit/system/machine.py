"""What this machine is."""

from __future__ import annotations

__all__ = ["current_system"]

_MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}


def current_system() -> str:
    """This machine as Nix and ``nix/pins.json`` name it, for example ``aarch64-darwin``."""
    import platform

    machine = platform.machine().lower()
    return f"{_MACHINES.get(machine, machine)}-{platform.system().lower()}"
