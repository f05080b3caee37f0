"""Which requirements files of a folder belong together, which of them are installed, and whether they are a lock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.context import Unreadable
from toolkit.documents import DocumentError
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import folder_of, inside, join
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from toolkit.context import Context
    from toolkit.documents import requirements

__all__ = ["COMPILED", "Group", "groups", "read", "requirements_of"]

COMPILED = "requirements.lock"
"""The lock that the toolkit makes of requirements which people wrote: theirs are not overwritten."""

_NAME = regex(r"(?:(?P<before>[\w.-]*?)[-_.])?requirements(?:[-_.](?P<after>[\w.-]+?))?\.(?:txt|in)")
_VARIANTS = frozenset(
    {"base", "main", "common", "dev", "develop", "development", "test", "tests", "testing", "local", "lint", "ci"}
)
"""What a developer needs; others (``gpu``, ``docs``, ``prod`` ...) are read, but not installed unasked."""
_IN_FOLDER = tuple(
    f"{name}.{kind}"
    for name in (*sorted(_VARIANTS), "prod", "production", "docs", "requirements")
    for kind in ("txt", "in")
)


@dataclass(slots=True)
class Group:
    """The requirements files of one folder.

    Args:
        folder: the subproject's folder; ``requirements/base.txt`` belongs to the folder above.
        files: all of them.
    """

    folder: str
    files: list[str] = field(default_factory=list)

    @property
    def main(self) -> str:
        """The file that gives the subproject its name in messages."""
        order = ("requirements.txt", "requirements.in", "base.txt", "main.txt", "common.txt", "dev.txt")
        ranked = [path for name in order for path in self.files if path.rpartition("/")[2] == name]
        return (ranked or sorted(self.files))[0]

    @property
    def chosen(self) -> tuple[str, ...]:
        """Those that a developer's environment is made of: the main one and the variants for development."""
        texts = [path for path in self.files if path.endswith(".txt")]
        first = [self.main] if self.main in texts else []
        rest = sorted(path for path in texts if path not in first and _variant(path) in _VARIANTS)
        return tuple(dict.fromkeys((*first, *rest)))

    @property
    def sources(self) -> tuple[str, ...]:
        """The files that people wrote, from which a lock is made: ``.in`` before the ``.txt`` of the same name."""
        written = [path for path in self.files if path.endswith(".in")]
        compiled = {f"{path[:-3]}.txt" for path in written}
        found = [path for path in (*written, *self.chosen) if path not in compiled]
        return tuple(
            path for path in found if path.endswith(".txt") or f"{path[:-3]}.txt" in self.chosen or not self.chosen
        )


def _variant(path: str) -> str:
    name = path.rpartition("/")[2]
    match = _NAME.fullmatch(name)
    return (match["before"] or match["after"] or "main") if match else name.rpartition(".")[0]


@once_a_run
def groups(context: Context) -> dict[str, Group]:
    """Every folder's group."""
    names = [name for name in context.inventory.by_name if "requirements" in name and _NAME.fullmatch(name)]
    paths = [*context.inventory.named(*names), *context.inventory.named(COMPILED)]
    paths += [
        path for path in context.inventory.named(*_IN_FOLDER) if folder_of(path).rpartition("/")[2] == "requirements"
    ]
    found: dict[str, Group] = {}
    for path in sorted(set(paths)):
        folder = folder_of(path)
        if folder.rpartition("/")[2] == "requirements":
            folder = folder_of(folder)
        group = found.setdefault(folder, Group(folder))
        if not path.endswith(COMPILED):
            group.files.append(path)
    return {folder: group for folder, group in found.items() if group.files}


@frozen
class Read:
    """A requirements file with all that it includes.

    Args:
        requirements: in order, the included ones too.
        files: the file and what it includes or is constrained by.
        problem: a file that is missing or cannot be read; empty if all could.
    """

    requirements: tuple[requirements.Requirement, ...]
    files: tuple[str, ...]
    problem: str = ""

    @property
    def is_locked(self) -> bool:
        """Whether pip can demand hashes of all of it; an empty file asks for nothing."""
        return not self.problem and all(item.hashes for item in self.requirements)


@once_a_run
def read(context: Context, path: str) -> Read:
    """Read a file and its ``-r`` and ``-c`` chain, each file once in a chain."""
    found: list[requirements.Requirement] = []
    files: list[str] = []
    problem = ""
    pending = [(path, True)]
    while pending:
        here, counts = pending.pop()
        if here in files:
            continue
        try:
            document = _requirements().parse(context.read(here))
        except (Unreadable, DocumentError) as error:
            problem = problem or f"{here}: {error}"
            continue
        files.append(here)
        found += document.requirements if counts else ()
        pending += [
            (target, counts and option.name == "--requirement")
            for option in document.includes
            if "://" not in option.value and (target := join(folder_of(here), option.value))
        ]
    return Read(tuple(found), tuple(files), problem)


def requirements_of(context: Context, paths: tuple[str, ...]) -> Iterator[requirements.Requirement]:
    """The requirements of several files together."""
    for path in paths:
        yield from read(context, path).requirements


def compiled(context: Context, folder: str) -> str | None:
    """The toolkit's own lock of a folder, if there is one."""
    path = inside(folder, COMPILED)
    return path if context.is_file(path) else None


def _requirements() -> ModuleType:
    """The reader, loaded where there is something to read: its patterns cost every start otherwise."""
    from toolkit.documents import requirements

    return requirements
