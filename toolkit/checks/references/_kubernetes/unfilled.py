"""Variables of a shell in names of images, which nothing of the repository fills in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._search import holding
from toolkit.checks._texts import text_of
from toolkit.checks.references._kubernetes.charts import chart_of
from toolkit.checks.references._kubernetes.lost import Lost
from toolkit.checks.references._kubernetes.pods import cluster, containers, file_of, in_focus, pods
from toolkit.checks.references._kustomize.kustomizations import kustomized
from toolkit.checks.references._scripts.texts import lines
from toolkit.expressions import regex
from toolkit.places import listed, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes.pods import Container

__all__ = ["unfilled_images"]

_VARIABLE = regex(r"\$\{([A-Za-z_]\w*)\}")
_FILLERS = (
    *("envsubst", "kustomize.toolkit.fluxcd.io", "gomplate", "replacetokens", "replace-tokens", "ytt", "kapitan"),
    *("cdk8s", "jsonnet", "skaffold", "werf", "krane", "kluctl", "kpt", "okteto", "substituteAll"),
)
"""Programs and actions that fill in what manifests leave open, whichever variables these are."""
_FILLS = regex(rf"(?<![\w/-])(?:{'|'.join(map(re.escape, _FILLERS))})(?!\w)")
_CHANGES = regex(
    r"\b(?:sed|yq|perl|awk|eval|re\.sub|jinja2?|replace\w*|subst\w*|render\w*|template\w*|expand\w*)\b",
    re.IGNORECASE,
)
"""What a script fills in variables of its own with."""
_APPLIES = regex(r"\b(?:kubectl|oc)\b[^\n]{0,80}\b(?:apply|create)\b|\bkustomize[ ]+build\b")


def unfilled_images(context: Inspection) -> Iterator[Lost]:
    """One for all images of the repository with the same variables, where somebody applies manifests as they are."""
    groups: dict[tuple[str, ...], list[Container]] = {}
    for pod in pods(context) if chart_of(context) is None else ():
        for container in containers(pod) if in_focus(context, pod.owner) else ():
            if names := tuple(dict.fromkeys(_VARIABLE.findall(str(container.data.get("image"))))):
                groups.setdefault(names, []).append(container)
    if not groups or any(
        _FILLS.search(text_of(context, path, errors="replace")) for path in holding(context, _FILLERS)
    ):
        return
    named = {
        str(table(one).get("name"))
        for _, document in cluster(context).kustomizations
        for one in listed(table(document.data).get("images"))
        if "newName" in table(one)
    }
    applied = any(True for _ in lines(context, _APPLIES, "kubectl", "kustomize", "oc "))
    resources = kustomized(context)[0]
    for names, many in groups.items():
        known = [one for one in many if applied or one.pod.owner.path in resources]
        known = [
            one
            for one in known
            if str(one.data["image"]).rpartition(":")[0] not in named and one.data["image"] not in named
        ]
        if known and not _is_filled(context, names):
            yield _told(names, known)


def _is_filled(context: Inspection, names: tuple[str, ...]) -> bool:
    """Whether a file that names one of the variables changes texts, too, or a comment of a manifest says that somebody does."""
    manifests = {one.path for one in cluster(context).objects}
    for path in holding(context, names):
        text = text_of(context, path, errors="replace")
        said = (
            "\n".join(line for line in text.splitlines() if line.lstrip().startswith("#"))
            if path in manifests
            else text
        )
        # What a shell writes out by itself is a manifest only where it goes to kubectl.
        if _CHANGES.search(said) or ("<<" in said and "kubectl" in said):
            return True
    return False


def _told(names: tuple[str, ...], many: list[Container]) -> Lost:
    first, *others = many
    owner, where = first.pod.owner, (*first.where, "image")
    places = tuple(
        dict.fromkeys(
            (file_of(line, one.pod.owner.path), line)
            for one in others
            for line in [one.pod.owner.at((*one.where, "image"))]
        )
    )
    more = f" (as {len(places)} more)" if places else ""
    variables = " and ".join(f"${{{name}}}" for name in names)
    return Lost(
        owner.path,
        owner.at(where),
        f"Container {first.data.get('name')}{more} runs the image {first.data['image']}, and nothing fills in {variables}: kubectl and "
        "kustomize take it as it is, and no image has such a name.",
        f"write what {variables} stands for, or fill it in before the manifests are applied, as envsubst does",
        "warning",
        "; ".join(dict.fromkeys(f"{path}:{line[0]}" for path, line in places[:12]))
        or "no script that applies manifests names it",
        related=places,
    )
