"""What just and Task are asked for by a name, and the file that they read does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._likeness import likely
from toolkit.checks._texts import text_of
from toolkit.documents import yaml
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import inside, table, texts, upward

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["Recipe", "lacking_recipe"]

_TASKFILES = tuple(
    f"{name}{end}" for end in (".yml", ".yaml", ".dist.yml", ".dist.yaml") for name in ("Taskfile", "taskfile")
)
_FILES = {
    "just": ("justfile", "Justfile", ".justfile", "JUSTFILE"),
    "task": _TASKFILES,
    "go-task": _TASKFILES,
}
"""Programs that look for their file in the folder and all above, with what it may be called."""
_NAME = regex(r"[A-Za-z_][\w-]*")
_RECIPE = regex(r"(?m)^@?([A-Za-z_][\w-]*)(?=[ \t:])[^\n]*?:(?!=)|^alias[ \t]+([\w-]+)")
"""A recipe, or another name of one; that it takes some variables for recipes, too, does no harm."""
_OPEN = regex(r"(?m)^(?:import\b|mod\b|!include\b|set[ \t]+fallback\b)")
"""What brings recipes from other files."""


class Recipe(NamedTuple):
    """A recipe or task that is not there: the file that lacks it, what it would be, its name, and the one that is like it."""

    path: str
    kind: str
    name: str
    near: str

    @property
    def text(self) -> str:
        """As a sentence without its end."""
        return f"{self.path} has no {self.kind} {self.name}" + (f"; {self.near} is one" if self.near else "")


def lacking_recipe(context: Inspection, words: tuple[str, ...], folder: str) -> Recipe | None:
    """The first recipe that a command of just or Task names and that its file does not have; none where that is not sure."""
    words = words[: words.index("--")] if "--" in words else words
    names = _FILES.get(words[0], ())
    if not names or any(word.startswith("-") for word in words):
        return None
    paths = (inside(up, name) for up in upward(folder) for name in names)
    path = next((path for path in paths if path in context.inventory.tracked_set), "")
    known = _known(context, path) if path else None
    asked = [word for word in words[1:] if "=" not in word]
    for name in asked[:1] if words[0] == "just" else asked:  # what follows is handed to the recipe
        if known is not None and _NAME.fullmatch(name) and name not in known:
            kind = "recipe" if words[0] == "just" else "task"
            return Recipe(path, kind, name, likely(name, known))
    return None


@once_a_run
def _known(context: Inspection, path: str) -> frozenset[str] | None:
    """The names that a file has; ``None`` where another file may bring more, or a pattern stands for them."""
    if path.endswith(("justfile", "Justfile", "JUSTFILE")):
        text = text_of(context, path)
        return (
            None if _OPEN.search(text) else frozenset(name for pair in _RECIPE.findall(text) for name in pair if name)
        )
    document = context.readable(path, yaml.parse)
    tasks = table(document.data, "tasks") if document is not None else {}
    parts = table(document.data, "includes") if document is not None else {}
    if not tasks or any("*" in name for name in tasks) or any(table(part).get("flatten") for part in parts.values()):
        return None
    aliases = (texts(table(task).get("aliases")) for task in tasks.values())
    return frozenset((*tasks, *(alias for some in aliases for alias in some)))
