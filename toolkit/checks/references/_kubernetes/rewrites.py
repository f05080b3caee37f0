"""Ingresses of nginx that write one path in place of all that stands behind a prefix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.checks.references._kubernetes.lost import Lost
from toolkit.checks.references._kubernetes.pods import cluster, in_focus
from toolkit.places import listed, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.documents import Path

__all__ = ["flattened"]

_TARGET = "nginx.ingress.kubernetes.io/rewrite-target"
_CLASS = "kubernetes.io/ingress.class"


def flattened(context: Inspection) -> Iterator[Lost]:
    """One for each Ingress: its target names no group of the path, so that requests of every path below arrive at the target."""
    for one in cluster(context).of("Ingress"):
        marks = table(one.data, "metadata", "annotations")
        target = marks.get(_TARGET)
        spec = table(one.data, "spec")
        served = str(spec.get("ingressClassName") or marks.get(_CLASS) or "nginx")
        if not in_focus(context, one) or not isinstance(target, str) or "$" in target or "nginx" not in served:
            continue
        # A path that is the target itself nginx leaves as it is.
        found = [(where, path) for where, path in _paths(spec) if path.rstrip("/") != target.rstrip("/")]
        if found:
            (where, path), *others = found
            more = f" and {', '.join(other for _, other in others[:8])}" if others else ""
            yield Lost(
                one.path,
                one.at(where),
                f"Ingress {one.name} rewrites all below {path}{more} to {target}: its Service is never asked for any other path.",
                f'write "{path.rstrip("/")}(/|$)(.*)" with pathType: ImplementationSpecific, and /$2 as {_TARGET}',
                "warning",
                f"{_TARGET}: {target}",
                document=one.document,
            )


def _paths(spec: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """The paths that stand for all below them, each with its place."""
    for index, rule in enumerate(listed(spec.get("rules"))):
        for inner, entry in enumerate(listed(table(rule, "http").get("paths"))):
            path, kind = table(entry).get("path"), table(entry).get("pathType", "Prefix")
            if isinstance(path, str) and not set("$()[]*^") & set(path) and kind != "Exact":
                yield ("spec", "rules", index, "http", "paths", inner, "path"), path
