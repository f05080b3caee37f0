"""Which requirements files and locks of them an install of the repository names."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checks._search import files_with
from toolkit.checks._texts import text_of
from toolkit.installs import requirements_in
from toolkit.memory import once_a_run
from toolkit.places import folder_of, inside, join

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["is_installed", "is_named"]

_PROSE = (".md", ".mdx", ".rst", ".adoc", ".ipynb")
_PLATFORMS = (
    "Procfile", "app.yaml", "template.yaml", "template.yml", "serverless.yml", "vercel.json", "host.json", "function.json",
    "railway.json", "render.yaml", "runtime.txt",
)  # fmt: skip
"""Files by which a platform knows a program, whose requirements it then installs unasked."""


def is_installed(context: Inspection, path: str) -> bool:
    """Whether a command, an image or a platform installs a requirements file; one at the root is taken for installed."""
    folder = folder_of(path)
    unasked = folder == "." or any(context.is_file(inside(folder, name)) for name in _PLATFORMS)
    return unasked or is_named(context, path)


def is_named(context: Inspection, path: str) -> bool:
    """Whether an install names a file; of a lock without one nobody reads what is written there."""
    folder, name = posixpath.split(path)
    for file, mentions in _mentions(context):
        for mention in mentions:
            plain = posixpath.normpath(mention).lstrip("/")
            if "$" in plain and posixpath.basename(plain) == name:
                return True  # a variable may stand for any folder
            if path in (plain, join(folder_of(file), mention)) or ("/" in plain and path.endswith(f"/{plain}")):
                return True
            if plain == name and folder and folder in text_of(context, file, errors="replace"):
                return True  # a command that first goes there
    return False


@once_a_run
def _mentions(context: Inspection) -> tuple[tuple[str, frozenset[str]], ...]:
    """Every requirements file that a file names, but for prose that is no README."""
    found = []
    for path in files_with(context, ("requirements",), everything=True):
        name = posixpath.basename(path)
        prose = path.endswith(_PROSE) and not name.lower().startswith("readme")
        if prose or name.endswith((".txt", ".in", ".lock")) or context.is_foreign(path):
            continue
        if mentions := requirements_in(text_of(context, path, errors="replace")):
            found.append((path, mentions))
    return tuple(found)
