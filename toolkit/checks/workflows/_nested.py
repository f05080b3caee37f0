"""``.github`` folders below the root, and whether they belong to a copy that others maintain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.checks._texts import text_of
from toolkit.context import Unreadable
from toolkit.documents import jsonc, yaml
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.path_names import handed_out
from toolkit.places import table
from toolkit.system import git

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["grade", "looks_like_workflow", "nested_files"]

_NESTED = regex(r"(?P<owner>.+)/\.github/(?P<inner>.+)")
_MANY = 50
"""Manifests that are asked which repository this one is."""
_SOURCES = ("repository", "source", "source code", "code", "github", "homepage")
_REPOSITORY = regex(r"(?:^|github\.com[/:]|^github:)([\w.-]+)/([\w.-]+?)(?:\.git)?/?$")


def nested_files(context: Inspection) -> Iterator[tuple[str, str, str]]:
    """Path, the folder that holds ``.github``, and the path inside of ``.github``; of files to report on, sorted."""
    return (one for one in _every_nested(context) if context.shows(one[0]))


@once_a_run
def _every_nested(context: Inspection) -> tuple[tuple[str, str, str], ...]:
    inventory = context.inventory
    below = sorted(path for path in inventory.files if "/.github/" in path)
    matches = {path: match for path in below if (match := _NESTED.fullmatch(path))}
    dropped = inventory.ignored([path for path in matches if path not in inventory.tracked_set])
    return tuple((path, match["owner"], match["inner"]) for path, match in matches.items() if path not in dropped)


def grade(context: Inspection, owner: str) -> str:
    """Why what GitHub never reads in a folder is no trouble of this repository; empty if it is.

    Copies by their place (``vendor``, templates, fixtures) are told by :meth:`Check.finding` itself.
    """
    if context.role(owner)[0] == "example":
        return "an example that people copy, with its workflows"
    parts = owner.split("/")
    if handed := handed_out(owner):
        return f"{handed} is handed out, with its workflows"
    for count in range(2, len(parts) + 1):
        if parts[count - 2] == "lib" and context.is_file("/".join([*parts[:count], "foundry.toml"])):
            return f"{'/'.join(parts[:count])} is a dependency of its own"
    home = _repository(context, "package.json") or _origin(context)
    named = _repository(context, f"{owner}/package.json") or _of_toml(context, owner)
    # Of the same owner, or where nobody says which repository this one is: one that is called after the folder.
    called = named is not None and named != home and any(len(part) > 2 and part in named[1] for part in parts)
    if named and ((home and named[0] != home[0]) or (called and (home or not _is_of_others(context, owner, named)))):
        return f"{owner} is published from {'/'.join(named)}"
    return ""


def looks_like_workflow(context: Inspection, path: str, *, unread: bool = True) -> bool:
    """Whether a file is a workflow, as far as it can be read; where it cannot, ``unread`` decides."""
    try:
        data = context.document(path, yaml.parse).data
    except Unreadable:
        return unread and path.endswith((".yml", ".yaml"))
    return isinstance(data, dict) and isinstance(data.get("jobs"), dict) and "workflows" not in data


def _repository(context: Inspection, path: str) -> tuple[str, str] | None:
    """Owner and name of the repository that a ``package.json`` is published from."""
    document = context.readable(path, jsonc.parse)
    given = table(document.data).get("repository") if document else None
    text = given.get("url") if isinstance(given, dict) and "directory" not in given else given
    match = _REPOSITORY.search(text) if isinstance(text, str) else None
    return (match[1].lower(), match[2].lower()) if match else None


def _is_of_others(context: Inspection, owner: str, named: tuple[str, str]) -> bool:
    """Whether what lies outside of a folder names the same repository, which is this one then."""
    readme = text_of(context, "README.md", 200_000).lower() if context.is_file("README.md") else ""
    others = [path for path in context.named("package.json") if not path.startswith(f"{owner}/")][:_MANY]
    return "/".join(named) in readme or any(_repository(context, path) == named for path in others)


def _of_toml(context: Inspection, owner: str) -> tuple[str, str] | None:
    """Owner and name of the repository that a crate or a package of Python is published from."""
    found: list[Any] = []
    for name, key in (("Cargo.toml", "package"), ("pyproject.toml", "project")):
        try:
            data = table(context.toml(f"{owner}/{name}"), key) if context.is_file(f"{owner}/{name}") else {}
        except Unreadable:
            continue
        urls = table(data, "urls")
        found += [data.get("repository"), *(value for key, value in urls.items() if key.lower() in _SOURCES)]
    matches = [match for text in found if isinstance(text, str) and (match := _REPOSITORY.search(text))]
    return (matches[0][1].lower(), matches[0][2].lower()) if matches else None


def _origin(context: Inspection) -> tuple[str, str] | None:
    if not context.inventory.is_git:
        return None
    done = git.git(context.root, "config", "--get", "remote.origin.url")
    match = _REPOSITORY.search(done.text.strip()) if done.ok else None
    return (match[1].lower(), match[2].lower()) if match else None
