"""What kustomizations name and nobody has: files, targets of patches, folders."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checks._likeness import instead, likely
from toolkit.checks.references._kubernetes.lost import Lost
from toolkit.checks.references._kubernetes.pods import cluster
from toolkit.checks.references._kustomize.files import NAMES, REMOTE, joined, named_files
from toolkit.checks.references._kustomize.kustomizations import kustomizations
from toolkit.checks.references._kustomize.outside import outside
from toolkit.checks.references._repair import Entry, position, relative
from toolkit.checks.references._scripts.texts import texts_with
from toolkit.expressions import regex
from toolkit.places import table
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes.pods import Manifest
    from toolkit.checks.references._kustomize.items import Build, Fault
    from toolkit.checks.references._kustomize.patches import Patch
    from toolkit.documents import Path
    from toolkit.model import Severity

__all__ = ["lost_files"]

_NAME = regex(r"[\w.-]+")
_WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet")
_MOST = 8
_FAULTS = {
    "absent": ("The generator is to change {what}, which no resource makes", "take its behavior out, or add {what}"),
    "exists": (
        "The generator makes {what}, which is there already",
        "give the generator behavior: merge, or another name",
    ),
    "spaces": (
        "namespace gives {what} one name, and no two objects may have that",
        "take namespace out and write it in the objects, or bring one Namespace alone",
    ),
    "path": (
        "The patch changes {what} of {item}, which it does not have",
        "add what is above {what}, or remove the patch",
    ),
}
"""What is said about a kustomization that cannot be built, and what is done about it."""


def lost_files(context: Inspection) -> Iterator[Lost]:
    """Files of kustomizations that are not there, and patches of what is not there."""
    for path, document in kustomizations(context):
        written = [
            (where, value)
            for where, value in named_files(table(document.data))
            if value and not REMOTE.search(value) and "\n" not in value and not value.startswith("{")
        ]
        found = [one for where, value in written for one in _lost_file(context, Entry(path, document, where, value))]
        # What one list lacks has one cause, but for what has a repair of its own.
        lists: dict[object, list[Lost]] = {}
        for one in found:
            alone = one.near or one.severity != "error"
            lists.setdefault(id(one) if alone else one.place[:1], []).append(one)
        yield from (_with_others(first, others) for first, *others in lists.values())
    yield from outside(context)
    yield from _lost_targets(context)
    yield from _unbuilt(context)
    yield from _unlisted(context)


def _lost_file(context: Inspection, entry: Entry) -> Iterator[Lost]:
    """A file that a kustomization names and a clone does not have."""
    value, kind = entry.value, entry.where[0]
    verdict = resolve(context, value, entry.folder)
    if verdict.kind == "missing":
        near = verdict.near if posixpath.dirname(verdict.near) == posixpath.dirname(verdict.path) else ""
        new = relative(near, entry.folder, value) if near else ""
        text = f"{kind} names {value}, which does not exist: the kustomization cannot be built."
        evidence = f"{verdict.path} {verdict.why}"
        todo = instead(value, new, f"add {verdict.path}, or take it off {kind}")
        # What a script names by its folder it may put there, and build from it.
        made = any(True for _ in texts_with(context, "/".join(verdict.path.split("/")[-2:])))
        level: Severity = "info" if made and not near else "error"
        yield Lost(
            entry.path,
            entry.line,
            text,
            todo,
            level,
            evidence,
            new if verdict.sure else "",
            entry.document,
            entry.where,
        )
    elif verdict.path in context.inventory.folders and kind in ("resources", "bases", "components"):
        below = [path for path in context.below(verdict.path) if posixpath.dirname(path) == verdict.path]
        if not any(posixpath.basename(path) in NAMES for path in below):
            text = f"{kind} names the folder {value}, which has no kustomization: the kustomization cannot be built."
            files = ", ".join(
                sorted(posixpath.basename(path) for path in below if path.endswith((".yaml", ".yml")))[:6]
            )
            todo = f"add {verdict.path}/kustomization.yaml with its files, or name these"
            yield Lost(entry.path, entry.line, text, todo, "error", f"{verdict.path}: {files or 'no manifests'}")
    elif verdict.kind == "ignored":
        text = f"{kind} names {value}, which git ignores: it has to be made first."
        yield Lost(entry.path, entry.line, text, f"say in a script or the README how to make {value}", "info")


def _with_others(first: Lost, others: list[Lost]) -> Lost:
    """One for all that a list of a kustomization names and nobody has."""
    if not others:
        return first
    lines = "; ".join(f"line {one.line[0]}: {one.evidence}" for one in others[:_MOST])
    more = f" (as {len(others)} more of its list)"
    text = first.text.replace(": the kustomization", f"{more}: the kustomization", 1)
    related = tuple(place for one in others for place in one.places)
    return first._replace(text=text, evidence=f"{first.evidence}; {lines}", related=related)


def _lost_targets(context: Inspection) -> Iterator[Lost]:
    """Patches of what their kustomization does not bring."""
    trees = cluster(context).trees
    groups: dict[tuple[str, str, bool], list[tuple[Patch, Build]]] = {}
    for path, patch, build in trees.idle() if trees is not None else ():
        kind, name = patch.selection.kind, patch.selection.name
        shown = context.shows(path, patch.source.path)
        # A pattern means several, and may do for more than this.
        plain = kind and _NAME.fullmatch(name) and name not in cluster(context).opaque and not patch.deletes
        if shown and plain:
            fails = patch.place[-2:] != ("target", "name")
            groups.setdefault((path, patch.source.path, fails), []).append((patch, build))
    for (path, file, fails), ((patch, build), *others) in groups.items():
        kind, name = patch.selection.kind, patch.selection.name
        known = {item.names[-1] for item in build.items if item.raw.kind == kind}
        near = likely(name, known)
        hint = f"; {near} is there" if near else ""
        effect = "the kustomization cannot be built" if fails else "the patch changes nothing"
        named = ", ".join(f"{one.selection.kind} {one.selection.name}" for one, _ in others[:6])
        more = f" So are patches for {named}." if others else ""
        text = f"The patch is for {kind} {name}, which {path} does not bring{hint}: {effect}.{more}"
        evidence = f"it brings: {', '.join(sorted(known)[:8]) or f'no {kind}'}"
        todo = instead(name, near, f"add {kind} {name} to the resources, or remove the patch")
        line, document = position(patch.source.document, patch.place), patch.source.document
        level: Severity = "error" if fails else "warning"
        yield Lost(file, line, text, todo, level, evidence, "" if others else near, document, patch.place)


def _unbuilt(context: Inspection) -> Iterator[Lost]:
    """Generators and patches that change what is not there: one for each kustomization and file."""
    trees = cluster(context).trees
    groups: dict[tuple[str, str, str], dict[Path, Fault]] = {}
    for build in trees.builds.values() if trees is not None else ():
        for fault in build.faults:
            sure = (
                fault.kind in ("exists", "spaces")
                or (fault.kind == "absent" and build.is_sure)
                or _is_lacking(fault, build)
            )
            if sure and context.shows(fault.source.path):
                key = (fault.kind, fault.kustomization, fault.source.path)
                groups.setdefault(key, {}).setdefault(fault.place, fault)
    for faults in groups.values():
        first, *others = faults.values()
        line = position(first.source.document, first.place)
        lines = ", ".join(str(position(one.source.document, one.place)[0]) for one in others[:9])
        more = f" The same in {'line' if len(others) == 1 else 'lines'} {lines}." if others else ""
        said, todo = _FAULTS[first.kind]
        what = f"{first.item.raw.kind} {first.item.names[-1]}" if first.item is not None else ""
        text = f"{said.format(what=first.what, item=what)}: the kustomization cannot be built.{more}"
        evidence = f"{first.item.raw.shown(('metadata', 'name'))} defines it" if first.item is not None else ""
        yield Lost(first.source.path, line, text, todo.format(what=first.what, item=what), "error", evidence)


def _unlisted(context: Inspection) -> Iterator[Lost]:
    """Parts of workloads, which only a kustomization can lay over another, and that none names: one for each folder."""
    known = cluster(context).kustomizations
    named = {joined(path, value) for path, document in known for _, value in named_files(table(document.data))}
    folders: dict[str, list[Manifest]] = {}
    for one in cluster(context).objects if known else ():
        part = one.kind in _WORKLOADS and one.api == "apps" and "selector" not in table(one.data, "spec")
        whole = (
            one.path in named or one.is_open(("spec",)) or not one.name or "#@" in one.document.text.content
        )  # of ytt
        if part and not whole and context.shows(one.path):
            name = posixpath.basename(one.path)
            told = any(
                f"{one.folder.rpartition('/')[2]}/{name}" in text or f" {name}" in text
                for text in texts_with(context, name)
            )
            folders.setdefault(one.folder, []).extend([] if told else [one])
    for folder, (first, *others) in ((folder, many) for folder, many in folders.items() if many):
        near = next((path for path, _ in known if (posixpath.dirname(path) or ".") == folder), "")
        also = ", ".join(dict.fromkeys(posixpath.basename(one.path) for one in others))
        text = f"No kustomization names {posixpath.basename(first.path)}, and by itself it is only a part of {first.kind} {first.name}: it changes nothing."
        todo = (
            f"list it under patches in {near or f'{folder}/kustomization.yaml, which is to be written'}, or remove it"
        )
        evidence = (
            f"{near or folder}: {'does not list it' if near else 'no kustomization'}{f'; nor {also}' if also else ''}"
        )
        yield Lost(first.path, first.at(("metadata", "name")), text, todo, "warning", evidence)


def _is_lacking(fault: Fault, build: Build) -> bool:
    """Whether an object lacks what a patch changes, and nothing that the kustomization puts on everything gives it."""
    if fault.kind != "path" or fault.what.startswith("/metadata/annotations"):
        return False
    return not build.is_marked or not {"annotations", "labels", "matchLabels"} & set(fault.what.split("/"))
