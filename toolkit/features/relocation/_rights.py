"""What a workflow may do that was granted to another repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.expressions import regex
from toolkit.features.relocation._steps import texts

if TYPE_CHECKING:
    from toolkit.features.relocation._editor import Editor

__all__ = ["review_rights"]

_OWNED = regex(r"\b(secrets|vars)\.(\w+)")


def review_rights(editor: Editor) -> None:
    """Ask for a look at secrets, variables and environments: they belonged to another repository."""
    seen: set[str] = set()
    for place, text in texts(editor.document.data, ()):
        for match in _OWNED.finditer(text):
            if match[0] not in seen and match[0] != "secrets.GITHUB_TOKEN":
                seen.add(match[0])
                kind = "secret" if match[1] == "secrets" else "variable"
                editor.note(place, f"needs the {kind} {match[2]} in this repository")
    for key, job in editor.document.data["jobs"].items():
        given = job.get("environment")
        name = given.get("name") if isinstance(given, dict) else given
        if isinstance(name, str):
            editor.note(("jobs", key, "environment"), f"needs the environment {name!r} in this repository")
        if job.get("secrets") == "inherit":
            editor.note(("jobs", key, "secrets"), "passes every secret of this repository on")
