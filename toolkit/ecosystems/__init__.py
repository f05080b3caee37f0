"""One file an ecosystem; a file that starts with ``_`` is shared by the leaves of one family.

``TELLING`` only spares start-up time: a leaf that stands there is not loaded where no file of the repository has one of
its names. A leaf that does not stand there is always loaded. A test holds the names against what the leaves find.
"""

_JAVASCRIPT = ("package.json",)
_PYTHON = ("pyproject.toml", "setup.py", "setup.cfg", "Pipfile", "requirements.lock", ".txt", ".in")

TELLING: dict[str, tuple[str, ...]] = {
    "anchor": ("Anchor.toml",),
    "bun": _JAVASCRIPT,
    "cargo": ("Cargo.toml",),
    "go": ("go.mod", "go.work"),
    "npm": _JAVASCRIPT,
    "pip": _PYTHON,
    "pnpm": _JAVASCRIPT,
    "poetry": ("pyproject.toml",),
    "terraform": (".tf", ".tf.json", ".tofu"),
    "uv": ("pyproject.toml",),
    "yarn": _JAVASCRIPT,
    "yarn_classic": _JAVASCRIPT,
}
"""Module to names of files, or to endings of names where they begin with a dot."""
