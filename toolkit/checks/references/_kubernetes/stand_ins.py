"""Secrets of kustomizations whose values only show where one belongs: to apply them writes these over what the cluster has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._search import holding
from toolkit.checks._texts import text_of
from toolkit.checks.references._kubernetes.lost import Lost
from toolkit.checks.references._kubernetes.pods import cluster, in_focus
from toolkit.expressions import regex
from toolkit.places import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes.pods import Manifest

__all__ = ["stand_ins"]

_STANDS_IN = regex(
    r"(?i)change[-_ ]?(?:me|this)(?![a-z])|replace[-_ ]?(?:me|this|with)(?![a-z])|place-?holder|<[\w -]{3,40}>"
)
_AT_HOME = regex(
    r"(?i)(?:^|[/_.-])(?:dev|develop\w*|local\w*|tests?|ci|kind|minikube|preview|examples?|samples?)(?=$|[/_.-])"
)
_FILLS = regex(r"\b(?:sed|yq|envsubst|perl)\b")
_SCRIPTS = (".sh", ".yml", ".yaml", "Makefile", "Justfile", ".py")
_MAKERS = (
    "ExternalSecret",
    "SealedSecret",
    "SecretProviderClass",
    "VaultStaticSecret",
    "OnePasswordItem",
    "InfisicalSecret",
)


def stand_ins(context: Inspection) -> Iterator[Lost]:
    """One for each file with such Secrets that an outermost kustomization brings, and that nothing there fills in or makes."""
    found: dict[str, list[tuple[Manifest, str, str]]] = {}
    trees = cluster(context).trees
    for path, build in sorted(trees.builds.items()) if trees is not None else ():
        outer = trees is not None and trees.above(path) == (path,)
        if not (outer and build.is_sure) or _AT_HOME.search(path) or context.role(path)[0] == "example":
            continue
        made = {name for item in build.items if item.one.kind in _MAKERS for name in _made(item.one)}
        for one in (item.one for item in build.items if item.one.kind == "Secret" and not item.is_made):
            key = next((key for key, text in table(one.data, "stringData").items() if _STANDS_IN.search(str(text))), "")
            known = any(one.name == other.name for other, _, _ in found.get(one.path, []))
            if (
                key
                and not known
                and one.name not in made
                and in_focus(context, one)
                and not _is_filled(context, one, key)
            ):
                found.setdefault(one.path, []).append((one, key, path))
    for (first, key, path), *others in found.values():
        value = _STANDS_IN.search(str(first.data["stringData"][key]))
        more = f" (as {len(others)} more)" if others else ""
        yield Lost(
            first.path,
            first.at((*first.where, "stringData", key)),
            f"Secret {first.name}{more} has {value[0] if value else 'nothing'} for {key}, and {path} brings it: each apply -k writes that over the real value.",
            "take it out of the resources, and make the Secret in the cluster, by an ExternalSecret or by a SealedSecret",
            "warning",
            f"{path}: no patch gives it a value",
            related=tuple((one.path, one.at((*one.where, "stringData", name))) for one, name, _ in others),
        )


def _made(one: Manifest) -> set[str]:
    """Names of the Secret that another kind of object makes."""
    return {one.name, str(table(one.data, "spec", "target").get("name"))}


def _is_filled(context: Inspection, one: Manifest, key: str) -> bool:
    """Whether a script that changes texts names what stands there."""
    found = (path for path in holding(context, (str(one.data["stringData"][key]),)) if path.endswith(_SCRIPTS))
    return any(_FILLS.search(text_of(context, path, errors="replace")) for path in found)
