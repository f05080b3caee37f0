"""What a folder is to the repository, told by its path, with the rule that told it."""

from __future__ import annotations

import posixpath
import re
from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING, cast

from toolkit.documents import jsonc
from toolkit.expressions import regex
from toolkit.path_names import has_placeholder

if TYPE_CHECKING:
    from toolkit.context import Context
    from toolkit.model import Role

__all__ = ["ASSISTANTS", "glob_expression", "matches", "role_of"]

_VENDORED = frozenset(
    {
        "vendor",
        "vendored",
        "third_party",
        "third-party",
        "thirdparty",
        "3rdparty",
        "node_modules",
        "site-packages",
        "bower_components",
        "Pods",
        "external-deps",
        "forks",
        "google-cloud-sdk",
        "emsdk",
    }
)
_TEMPLATE = frozenset(
    {
        "template",
        "templates",
        "__template__",
        "__templates__",
        "cookiecutter",
        "cookiecutters",
        "skeleton",
        "skeletons",
        "boilerplate",
        "_template",
        "_templates",
        ".template",
        ".templates",
        "scaffold",
        "scaffolds",
        "scaffolding",
    }
)
_FIXTURE = frozenset(
    {
        "fixture",
        "fixtures",
        "__fixtures__",
        "testdata",
        "test-data",
        "test_data",
        "__testdata__",
        "test-corpus",
        "test_corpus",
        "__mocks__",
        "test-fixtures",
        "test_fixtures",
        "snapshots",
        "__snapshots__",
    }
)
_YARN = frozenset({"releases", "plugins", "sdks", "cache", "unplugged"})
"""What yarn keeps of itself and of packages."""
ASSISTANTS = regex(r"(?:^|/)\.(?:agents?|claude|codex|cursor|opencode|gemini|windsurf|kiro|roo|continue|augment|trae)/")
"""Folders of coding assistants, whose skills are mostly copies that a program brought."""
_MADE = regex(
    r"(?:\.(?:next|nuxt|output|svelte-kit|turbo|parcel-cache|docusaurus|angular|vinxi)(?:[-_.].*)?|__pycache__|playwright-report|htmlcov|cdk\.out)"
)
"""Folders that nothing but a tool fills: where they are in git, that is the one thing to say."""
_TO_FILL = regex(
    r"(?:package\.json|pyproject\.toml|Cargo\.toml|go\.mod|pom\.xml|(?:main|app|index)\.(?:py|go|rs|[cm]?[jt]sx?))(\.(?:j2|jinja2?|tmpl|tpl|template|ejs|hbs|mustache|erb))"
)
"""A manifest or a program that somebody fills in first."""
_FORKS = regex(r"(?i)(?:^|[-_.])(?:vendor(?:ed)?|fork(?:ed)?)(?:[-_.]|$)")
_RELEASE = regex(r"(?i)[a-z][\w.]*(?:-[a-z]\w*)*-v?\d+\.\d+\.\d+")
"""How the folder of an archive of a release is called."""
_LICENCES = ("LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "COPYING")
_TESTED = (
    ".travis.yml",
    ".circleci/config.yml",
    "appveyor.yml",
    ".appveyor.yml",
    "azure-pipelines.yml",
    ".gitlab-ci.yml",
)
_EXAMPLE = frozenset({"example", "examples", "sample", "samples", "demo", "demos"})
_NAMED: tuple[tuple[frozenset[str], Role, str], ...] = (
    (_VENDORED, "vendored", "a copy that others maintain"),
    (_TEMPLATE, "template", "handed out, not built here"),
    (_FIXTURE, "fixture", "input of tests"),
)  # fmt: skip


def matches(path: str, patterns: tuple[str, ...]) -> str:
    """The first glob that matches the path or one of its ancestors; empty if none does."""
    parts = path.split("/")
    ancestors = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
    for pattern in patterns:
        clean = pattern.strip("/").removeprefix("./")
        if clean in ("", "."):
            if path == ".":
                return pattern
            continue
        floating = "/" not in clean
        for count, ancestor in enumerate(ancestors):
            if fnmatchcase(ancestor, clean) or (floating and fnmatchcase(parts[count], clean)):
                return pattern
            if clean.endswith("/**") and fnmatchcase(ancestor, clean[:-3]):
                return pattern
            if clean.startswith("**/") and fnmatchcase(ancestor, clean[3:]):
                return pattern
    return ""


def role_of(context: Context, path: str) -> tuple[Role, str]:
    """The role of a folder and the rule that gave it (empty text for ``own``).

    Settings come first (``[projects."PATH"] role``, ``[bootstrap] exclude`` and ``include``), then names of
    folders on the path, outermost first, Foundry's ``lib`` folder of dependencies and forks that say so.

    Args:
        context: the run's state.
        path: the folder.
    """
    parts = path.split("/")
    return (
        _by_settings(context, path)
        or _by_name(context, parts)
        or _by_fork(context, parts)
        or _by_example(parts)
        or ("own", "")
    )


def _by_settings(context: Context, path: str) -> tuple[Role, str] | None:
    settings = context.settings
    if given := settings.project(path).role:
        return given, f'role in [projects."{path}"]'
    if hit := matches(path, settings.bootstrap.include):
        return "own", f"include {hit!r} in [bootstrap]"
    if hit := matches(path, settings.bootstrap.exclude):
        return "ignored", f"exclude {hit!r} in [bootstrap]"
    return None


def _by_name(context: Context, parts: list[str]) -> tuple[Role, str] | None:
    for count, part in enumerate(parts):
        folder = "/".join(parts[: count + 1])
        if has_placeholder(part):
            return "template", f"{folder}/ has a placeholder name"
        for names, role, reason in _NAMED:
            if part.lower() in names or part in names:
                return role, f"{folder}/: {reason}"
        if _MADE.fullmatch(part) or (part in _YARN and count and parts[count - 1] == ".yarn"):
            return "vendored", f"{folder}/: what a tool made"
        if part == "skills" and count and ASSISTANTS.search(f"{parts[count - 1]}/"):
            return "vendored", f"{folder}/: skills of a coding assistant"
        if found := _by_neighbour(context, parts, count, folder):
            return found
    return None


def _by_neighbour(context: Context, parts: list[str], count: int, folder: str) -> tuple[Role, str] | None:
    """The role of a folder that the files around it tell."""
    part = parts[count]
    if folder in _documented(context):
        return "vendored", f"{folder}/: what TypeDoc writes and copies"
    if folder in _unfilled(context):
        return "template", f"{folder}/: its manifest or its program is filled in first"
    if part == "files" and count and context.is_file("/".join((*parts[:count], "schema.json"))):
        return "template", f"{folder}/: what a generator of Nx or Angular copies, beside the schema of its options"
    if part == "lib" and count + 1 < len(parts) and _is_foundry(context, parts[:count], parts[count + 1]):
        return "vendored", f"{folder}/: dependencies of a Foundry project"
    return None


def _unfilled(context: Context) -> frozenset[str]:
    """Folders whose manifest or program is there only to be filled in, so that what lies around it is handed out with it."""
    if (known := context.shared.get(__name__)) is None:
        of_name = (
            (match, paths) for name, paths in context.inventory.by_name.items() if (match := _TO_FILL.fullmatch(name))
        )
        known = frozenset(
            path.rpartition("/")[0]
            for match, paths in of_name
            for path in paths
            if not context.is_file(path[: -len(match[1])])
        )
        context.shared[__name__] = known
    return cast("frozenset[str]", known)


def _documented(context: Context) -> frozenset[str]:
    """The folders that TypeDoc empties and fills, by what its settings say."""
    if (known := context.shared.get(f"{__name__}.documented")) is None:
        found = set()
        for path in context.inventory.by_name.get("typedoc.json", ()):
            document = context.readable(path, jsonc.parse)
            data = document.data if document is not None and isinstance(document.data, dict) else {}
            out = data.get("out")
            if isinstance(out, str) and data.get("cleanOutputDir") is not False:
                found.add(posixpath.normpath(posixpath.join(posixpath.dirname(path), out)))
        context.shared[f"{__name__}.documented"] = known = frozenset(found - {"."})
    return cast("frozenset[str]", known)


def _by_fork(context: Context, parts: list[str]) -> tuple[Role, str] | None:
    """A project of others that was copied in whole, with its licence and what tested it where it came from.

    Its name has to say so, too: projects that were merged into one repository bring their own files as well. The archive of a
    release, unpacked, says so by the version and the licence.
    """
    for count, part in enumerate(parts):
        release = _RELEASE.fullmatch(part) is not None
        if not release and _FORKS.search(part) is None:
            continue
        folder = "/".join(parts[: count + 1])
        licensed = any(context.is_file(f"{folder}/{name}") for name in _LICENCES)
        if release and licensed:
            return "vendored", f"{folder}/: a release of others, unpacked, with its licence"
        workflows = f"{folder}/.github/workflows" in context.inventory.folders
        if licensed and (workflows or any(context.is_file(f"{folder}/{name}") for name in _TESTED)):
            return "vendored", f"{folder}/: a fork, with its licence and what tested it"
    return None


def _by_example(parts: list[str]) -> tuple[Role, str] | None:
    for count, part in enumerate(parts):
        if part.lower() in _EXAMPLE:
            return "example", f"{'/'.join(parts[: count + 1])}/ holds examples"
    return None


def _is_foundry(context: Context, parts: list[str], name: str) -> bool:
    """Whether a ``lib`` folder is Foundry's: told by the project, or by the dependency that lies in it."""
    prefix = "".join(f"{part}/" for part in parts)
    return any(context.is_file(f"{prefix}{folder}foundry.toml") for folder in ("", f"lib/{name}/"))


_TOKEN = regex(r"\[[!^]?[^\]]+\]|.", re.DOTALL)


@cache
def glob_expression(glob: str) -> re.Pattern[str]:
    """A path glob as an expression for ``fullmatch``: ``*`` stays within a folder, ``**`` crosses folders."""
    parts = glob.split("/")
    text = ["(?:[^/]+/)*" if part == "**" else _TOKEN.sub(_expression, part) + "/" for part in parts]
    return re.compile("".join(text) + "[^/]*" if parts[-1] == "**" else "".join(text).removesuffix("/"))


def _expression(token: re.Match[str]) -> str:
    char = token[0]
    if len(char) > 1:
        return f"[{'^' if char[1] in '!^' else ''}{re.escape(char[1:-1].lstrip('!^')).replace(chr(92) + '-', '-')}]"
    return {"*": "[^/]*", "?": "[^/]"}.get(char, re.escape(char))
