"""Under which name a chart is installed: what commands of helm and applications of Argo CD say."""

from __future__ import annotations

import posixpath
from fnmatch import fnmatchcase
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from toolkit.checks._texts import text_of
from toolkit.checks.references._scripts.texts import helms
from toolkit.context import Unreadable
from toolkit.documents import yaml
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import listed, path_from, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.checking import Inspection

__all__ = ["foreign_releases", "installed", "release_and_chart", "released_values"]

_NAME = regex(r"[a-z0-9](?:[a-z0-9-]{0,51}[a-z0-9])?")
_FLAGS = frozenset((
    "--install", "-i", "--atomic", "--wait", "--debug", "--dry-run", "--create-namespace", "--force", "--reuse-values",
    "--cleanup-on-fail", "--reset-values", "--wait-for-jobs", "--dependency-update",
))  # fmt: skip
"""Options behind which no value stands."""
_FOREIGN = regex(r"(?:oci://|https://)\S+|[a-z][\w-]*/[\w-]+")
"""A chart of a repository of charts."""
_OF_TERRAFORM = regex(r"resource\s+\"helm_release\"\s+\"[\w-]+\"\s*\{[^{}]{0,400}")
_NAMED = regex(r"^[ \t]*-?[ \t]*name:[ \t]*[\"']?([a-z0-9-]+)|\bname\s*=\s*\"([a-z0-9-]+)\"")
_HELMFILES = ("helmfile*.yaml", "helmfile*.yml", "helmfile*.gotmpl")
_ITEM = regex(r"(?m)^[ \t]*-[ \t]")
_CHART = regex(r"(?m)^[ \t-]*chart:[ \t]*[\"']?(\.{0,2}/?[\w./-]+)")
_FILE = regex(r"(?m)^[ \t]*-[ \t]+[\"']?((?:[\w./-]|\{\{[^{}\n]*\}\})+\.(?:ya?ml|gotmpl))")
_FILLED = regex(r"\{\{[^{}\n]*\}\}")
_ROOT = regex(r"^\$(?:\{\w+\}|\w+)/")
_READ_ONLY = (".md", ".mdx", ".rst")


def release_and_chart(words: Sequence[str]) -> list[str]:
    """The release and the chart of ``helm install``, ``upgrade`` or ``template``; the chart alone where no release is named."""
    if not words[1:] or words[1] not in ("install", "upgrade", "template"):
        return []
    return [word for before, word in pairwise(words[1:]) if not word.startswith("-") and not _takes(before)]


def _takes(word: str) -> bool:
    """Whether an option of helm takes a value that stands behind it."""
    return word.startswith("-") and "=" not in word and word not in _FLAGS


@once_a_run
def installed(context: Inspection) -> dict[str, tuple[str, ...]]:
    """The names under which scripts, workflows and applications install each chart of the repository, by its folder."""
    found: dict[str, dict[str, None]] = {}
    for chart, name in (*_by_commands(context), *_by_applications(context)):
        if _NAME.fullmatch(name):
            found.setdefault(chart, {})[name] = None
    return {chart: tuple(names) for chart, names in found.items()}


@once_a_run
def foreign_releases(context: Inspection) -> frozenset[str]:
    """The names under which charts of others are installed, whose objects are called after them: by commands, helmfile, Argo CD and Terraform."""
    found = {release for one in helms(context) for release, chart in [_pair(one.words)] if _FOREIGN.fullmatch(chart)}
    for path in context.matching(*_HELMFILES, "*.tf"):
        text = text_of(context, path, errors="replace")
        releases = _OF_TERRAFORM.findall(text) if path.endswith(".tf") else text.partition("releases:")[2].splitlines()
        found |= {match[1] or match[2] for one in releases for match in _NAMED.finditer(one)}
    for _, source, name in _applications(context):
        found |= {name} if source.get("chart") else set()
    return frozenset(filter(_NAME.fullmatch, found))


@once_a_run
def released_values(context: Inspection) -> dict[str, str]:
    """What releases of helmfile give each chart of the repository, by its folder: their own text, and that of the files they name.

    A helmfile is a template, and no YAML before it is rendered.
    """
    found: dict[str, str] = {}
    for path in context.matching(*_HELMFILES):
        home = posixpath.dirname(path) or "."
        text = text_of(context, path, errors="replace").partition("releases:")[2]
        first = _ITEM.search(text)
        for release in text.split(f"\n{first[0]}") if first else ():
            for match in _CHART.finditer(release):
                folder = path_from(home, match[1])
                files = (path_from(home, _FILLED.sub("*", one)) for one in _FILE.findall(release))
                given = (text_of(context, name, errors="replace") for one in files for name in _meant(context, one))
                found[folder] = "\n".join((found.get(folder, ""), release, *given))
    return found


def _meant(context: Inspection, pattern: str) -> list[str]:
    """The files that a path with stars may be."""
    name = pattern.rpartition("/")[2]
    known = context.inventory.by_name
    names = known.get(name, ()) if "*" not in name else (one for many in known.values() for one in many)
    return [one for one in names if fnmatchcase(one, pattern)]


def _pair(words: Sequence[str]) -> tuple[str, str]:
    release, chart, *_ = (*release_and_chart(words), "", "")
    return release, chart


def _by_commands(context: Inspection) -> Iterator[tuple[str, str]]:
    for one in helms(context):
        release, chart = _pair(one.words)
        # Instructions name a release as an example.
        if chart and not one.source.endswith(_READ_ONLY):
            clean = _ROOT.sub("", chart)
            places = (path_from(base, clean) for base in (one.folder, "."))
            yield from ((place, release) for place in places if context.is_file(posixpath.join(place, "Chart.yaml")))


def _by_applications(context: Inspection) -> Iterator[tuple[str, str]]:
    for place, _, name in _applications(context):
        if place:
            yield posixpath.normpath(place), name


@once_a_run
def _applications(context: Inspection) -> tuple[tuple[str, dict[str, Any], str], ...]:
    """The sources of applications of Argo CD: the folder, all that is said of it, and the release."""
    names = [name for name in context.inventory.by_name if name.endswith((".yaml", ".yml"))]
    found: list[tuple[str, dict[str, Any], str]] = []
    for path in sorted(set(context.inventory.named(*names))):
        content = context.content(path) or b""
        if b"argoproj.io" in content and b"Application" in content:
            found += _of_file(context, path)
    return tuple(found)


def _of_file(context: Inspection, path: str) -> Iterator[tuple[str, dict[str, Any], str]]:
    try:
        documents = context.document(path, yaml.parse_all)
    except Unreadable:
        return
    for document in documents:
        data = table(document.data)
        spec = table(data, "spec") if data.get("kind") == "Application" else {}
        for source in (table(spec, "source"), *map(table, listed(spec.get("sources")))):
            place = source.get("path")
            name = table(source, "helm").get("releaseName") or table(data, "metadata").get("name")
            yield place if isinstance(place, str) else "", source, str(name)
