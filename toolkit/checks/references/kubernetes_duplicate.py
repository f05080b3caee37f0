"""See :class:`KubernetesDuplicate`."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.references._kubernetes.charts import in_every_view
from toolkit.checks.references._kubernetes.pairs import (
    are_of_set,
    folders_of_variants,
    is_alike,
    is_refused,
    level_of,
    node_ports,
    pairs_of,
    variants,
)
from toolkit.checks.references._kubernetes.pods import file_of, in_focus
from toolkit.checks.references._kubernetes.repeated import repeated
from toolkit.checks.references._kustomize.built import built_twice, listed_twice
from toolkit.checks.references._kustomize.kustomizations import kustomized
from toolkit.checks.references._repair import by_hand, position

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes.pods import Manifest
    from toolkit.checks.references._kustomize.built import Again, Listed
    from toolkit.model import Finding


class KubernetesDuplicate(Check):
    """One object, or one entry of a pod, is defined twice, with different content.

    What it checks: Objects of one kind, name and namespace that stand twice in a file, in files of one folder, or in a
        folder and one below it; objects that a kustomization brings from two files, also through its bases, and bases or files that it lists twice; ports of the nodes that two Services take; variables, containers, volumes, mounts and ports
        of one pod that bear one name. Environments, overlays, patches, releases and other variants that are applied apart, and copies
        that are equal, are left alone.
    Why it matters: Whichever file is applied last wins, so what runs depends on the order of file names; the API server
        refuses a pod with two containers or volumes of one name, and a port that is taken.
    How to fix: Remove the outdated definition.
    Fix safety: Manual. Which one is right only the team knows.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        return in_every_view(context, self._seen)

    def _seen(self, context: Inspection) -> Iterator[Finding]:
        built = _built(context)
        for unbuilt in built.values():
            yield self._unbuilt(context, unbuilt)
        for twofold in listed_twice(context):
            if context.shows(twofold.kustomization):
                yield self._listed(context, twofold)
        resources, others = kustomized(context)
        pairs = pairs_of(context, resources, others)
        yield from self._in_files(context, pairs, built)
        for twice in (*repeated(context), *node_ports(context, resources)):
            if not twice.owner.is_conditional(twice.where):
                line = twice.owner.at(twice.where)
                yield self.finding(
                    context,
                    file_of(line, twice.owner.path),
                    twice.text,
                    line=line,
                    evidence=twice.evidence,
                    fixes=by_hand(twice.todo),
                    severity=twice.severity,
                )

    def _in_files(
        self,
        context: Inspection,
        pairs: dict[tuple[str, str], list[tuple[Manifest, Manifest]]],
        built: dict[tuple[str, str], list[Again]],
    ) -> Iterator[Finding]:
        """One finding for each two files that share objects; for a set of variants, and for a folder that has all once more, one."""
        sets = variants(pairs)
        apart = folders_of_variants(pairs)
        once_more: dict[tuple[str, str], list[tuple[Manifest, Manifest]]] = {}
        for key, many in pairs.items():
            folders = (posixpath.dirname(key[0]), posixpath.dirname(key[1]))
            if folders in apart:
                once_more.setdefault(folders, []).extend(many)
            elif key not in built and key[::-1] not in built and not are_of_set(sets, *key):
                yield self._told(context, many)
        for many in once_more.values():
            yield replace(self._told(context, many), severity="info")
        for files in dict.fromkeys(sets.values()):
            yield self._set_of_variants(context, files, pairs)

    def _listed(self, context: Inspection, one: Listed) -> Finding:
        """One finding for what a kustomization names a second time, or brings through another one, too."""
        more = " and more" if one.names[4:] else ""
        how = "lists it twice" if one.value == one.first else f"has them from {one.first}, too"
        return self.finding(
            context,
            one.kustomization,
            f"{one.value} brings {', '.join(one.names[:4])}{more}, and the kustomization {how}: it cannot be built.",
            line=position(one.document, one.where),
            evidence=f"{one.kustomization}: {one.first} and {one.value}",
            fixes=by_hand(f"take one of {one.first} and {one.value} out of the kustomization"),
        )

    def _unbuilt(self, context: Inspection, many: list[Again]) -> Finding:
        """One finding for two files of a kustomization that share objects."""
        kustomization, first, later = min(many, key=lambda one: one.later.at(()))
        names = ", ".join(f"{one.later.kind} {one.later.name}" for one in many[:9])
        return self.finding(
            context,
            later.path,
            f"{kustomization} brings {names} twice, from here and from {first.path}: it cannot be built.",
            line=later.at(("metadata", "name")),
            evidence="; ".join(f"{one.first.path}:{one.first.at(('metadata', 'name'))[0]}" for one in many[:9]),
            fixes=by_hand(f"list {later.path} as a patch if it changes what {first.path} defines, or remove it"),
            related=[(one.later.path, one.later.at(("metadata", "name"))) for one in many],
        )

    def _set_of_variants(
        self, context: Inspection, files: tuple[str, ...], pairs: dict[tuple[str, str], list[tuple[Manifest, Manifest]]]
    ) -> Finding:
        """One finding for files of a folder that define the same objects, of which a person applies one."""
        shared = [pair for key, many in pairs.items() if {*key} <= {*files} and key[0] != key[1] for pair in many]
        first, later = min(shared, key=lambda pair: (pair[1].path, pair[1].at(())))
        names = dict.fromkeys(f"{one.kind} {one.name}" for _, one in shared)
        return self.finding(
            context,
            later.path,
            f"{len(files)} files of {later.folder} define {', '.join(tuple(names)[:4])} with other content: of those that are applied "
            "the last one wins.",
            line=later.at(("metadata", "name")),
            evidence=f"{', '.join(files[:12])}; {first.path}:{first.at(('metadata', 'name'))[0]}",
            severity="info" if context.role(later.path)[0] == "example" else "warning",
            fixes=by_hand("keep the file that is applied, or give each a folder of its own"),
        )

    def _told(self, context: Inspection, many: list[tuple[Manifest, Manifest]]) -> Finding:
        """One finding for two files, however many objects they share."""
        many = sorted(many, key=lambda pair: pair[1].at(()))
        first, later = many[0]
        space = f" in namespace {later.namespace}" if later.namespace else ""
        more = f" So are {', '.join(f'{one.kind} {one.name}' for _, one in many[1:9])}." if many[1:] else ""
        role = context.role(later.path)[0]
        level = level_of(first, later)
        if len(many) > 1 and level == "error" and first.path != later.path and is_alike(first, later):
            level = "warning"  # a file that has a whole set once more is mostly a variant of it
        refused = is_refused(first, later)
        effect = "while one of them is there, the other is refused" if refused else "the last one applied wins"
        todo = f"remove {later.kind} {later.name} from {later.path} or from {first.path}, whichever is outdated"
        return self.finding(
            context,
            later.path,
            f"{later.kind} {later.name}{space} is defined here and, with other content, in {first.path}: {effect}.{more}",
            line=later.at(("metadata", "name")),
            evidence="; ".join(f"{one.path}:{one.at(('metadata', 'name'))[0]}" for one, _ in many[:9]),
            severity="info" if role == "example" else level,
            fixes=by_hand(f"give each {later.kind} a name of its own, if both are wanted" if refused else todo),
            related=[(one.path, one.at(("metadata", "name"))) for _, one in many],
        )


def _built(context: Inspection) -> dict[tuple[str, str], list[Again]]:
    """What kustomizations bring twice, by the two files."""
    found: dict[tuple[str, str], list[Again]] = {}
    for again in built_twice(context):
        if in_focus(context, again.later):
            found.setdefault((again.first.path, again.later.path), []).append(again)
    return found
