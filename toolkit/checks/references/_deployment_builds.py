"""What the configurations of tools that build and release name: Skaffold, CodeDeploy and Serverless."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.expressions import regex
from toolkit.places import path_from

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toolkit.checks.references._deployment_files import Claim, File
    from toolkit.documents import Path

__all__ = ["BUILDERS"]

_HANDLER = regex(r"(?:\./)?([\w-]+(?:/[\w.-]+)*?)\.\w+")
_BUILT = regex(r"^(?:dist|build|bin|out|target|\.\w+)/")


def _skaffold(file: File) -> Iterator[Claim]:
    here = (file.folder,)
    for where, one in file.listed(("build", "artifacts")):
        folder = str(one.get("context", "."))
        yield from file.claim((*where, "context"), "folder", "The build context", here)
        base = (path_from(file.folder, folder),)
        yield from file.claim((*where, "docker", "dockerfile"), "file", "The Dockerfile", base)
    for key in (("manifests", "rawYaml"), ("deploy", "kubectl", "manifests")):
        yield from file.claim(key, "glob", "The manifest", here)
    yield from file.claim(("manifests", "kustomize", "paths"), "folder", "The kustomization", here)
    yield from file.claim(("deploy", "kustomize", "paths"), "folder", "The kustomization", here)
    places: list[Path] = [("deploy", "helm", "releases"), ("manifests", "helm", "releases")]
    for where, _ in (pair for one in places for pair in file.listed(one)):
        yield from file.claim((*where, "chartPath"), "folder", "The chart", here)
        yield from file.claim((*where, "valuesFiles"), "file", "The file of values", here)


def _codedeploy(file: File) -> Iterator[Claim]:
    here = (file.folder,)
    for where, one in file.listed(("files",)):
        if str(one.get("source", "/")).strip("/"):
            yield from file.claim((*where, "source"), "output", "The source", here)
    for name in file.get(("hooks",)) or {}:
        for where, _ in file.listed(("hooks", name)):
            yield from file.claim((*where, "location"), "file", f"The script of {name}", here)


def _serverless(file: File) -> Iterator[Claim]:
    """The modules of functions; nothing where they are packed or built elsewhere."""
    if not isinstance(file.data.get("provider"), dict):
        return
    for where, one in file.listed(("functions",)):
        match = _HANDLER.fullmatch(str(one.get("handler", "")))
        if match and "package" not in one and not _BUILT.search(match[1]):
            yield from file.claim((*where, "handler"), "module", "The handler", (file.folder,), value=match[1])


BUILDERS: dict[str, Callable[[File], Iterator[Claim]]] = {
    "skaffold.yaml": _skaffold,
    "skaffold.yml": _skaffold,
    "appspec.yml": _codedeploy,
    "appspec.yaml": _codedeploy,
    "serverless.yml": _serverless,
    "serverless.yaml": _serverless,
}
"""The name of a file of YAML to its reader."""
