"""The tasks of this repository: `invoke --list`."""

try:
    from toolkit.launch import enter
except ModuleNotFoundError:
    raise SystemExit(
        "toolkit: not installed here\nhint: nix develop has it; without Nix: pip install A_CLONE"
    ) from None

ns = enter(__name__, __file__)
