"""Under which name a chart is installed: what commands of helm and applications of Argo CD say."""

from __future__ import annotations

import posixpath
from itertools import pairwise
from typing import TYPE_CHECKING

from toolkit.checks.references._scripts import helms
from toolkit.context import Unreadable
from toolkit.documents import yaml
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import listed, path_from, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.checking import Inspection

__all__ = ["installed", "release_and_chart"]

_NAME = regex(r"[a-z0-9](?:[a-z0-9-]{0,51}[a-z0-9])?")
_FLAGS = frozenset((
    "--install", "-i", "--atomic", "--wait", "--debug", "--dry-run", "--create-namespace", "--force", "--reuse-values",
    "--cleanup-on-fail", "--reset-values", "--wait-for-jobs", "--dependency-update",
))  # fmt: skip
"""Options behind which no value stands."""
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


def _by_commands(context: Inspection) -> Iterator[tuple[str, str]]:
    for one in helms(context):
        release, chart, *_ = (*release_and_chart(one.words), "", "")
        # Instructions name a release as an example.
        if chart and not one.source.endswith(_READ_ONLY):
            clean = _ROOT.sub("", chart)
            places = (path_from(base, clean) for base in (one.folder, "."))
            yield from ((place, release) for place in places if context.is_file(posixpath.join(place, "Chart.yaml")))


def _by_applications(context: Inspection) -> Iterator[tuple[str, str]]:
    names = [name for name in context.inventory.by_name if name.endswith((".yaml", ".yml"))]
    for path in sorted(set(context.inventory.named(*names))):
        content = context.content(path) or b""
        if b"argoproj.io" in content and b"Application" in content:
            yield from _of_file(context, path)


def _of_file(context: Inspection, path: str) -> Iterator[tuple[str, str]]:
    try:
        documents = context.document(path, yaml.parse_all)
    except Unreadable:
        return
    for document in documents:
        data = table(document.data)
        spec = table(data, "spec") if data.get("kind") == "Application" else {}
        for source in (table(spec, "source"), *map(table, listed(spec.get("sources")))):
            if isinstance(place := source.get("path"), str):
                name = table(source, "helm").get("releaseName") or table(data, "metadata").get("name")
                yield posixpath.normpath(place), str(name)
