"""See :class:`KubernetesReferenceMissing`."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks._likeness import likely
from toolkit.checks.references._helm.documents import Rendered
from toolkit.checks.references._helm.judged import lost_values
from toolkit.checks.references._kubernetes.addresses import lost_hosts
from toolkit.checks.references._kubernetes.asked import of_object, of_pod
from toolkit.checks.references._kubernetes.astray import astray
from toolkit.checks.references._kubernetes.backends import lost_backends
from toolkit.checks.references._kubernetes.charts import in_every_view
from toolkit.checks.references._kubernetes.judged import lost_objects
from toolkit.checks.references._kubernetes.mounts import lost_mounts
from toolkit.checks.references._kubernetes.pods import cluster, file_of, in_focus, pods, reported
from toolkit.checks.references._kubernetes.rewrites import flattened
from toolkit.checks.references._kubernetes.rolled_out import lost_rollouts
from toolkit.checks.references._kubernetes.stand_ins import stand_ins
from toolkit.checks.references._kubernetes.unfilled import unfilled_images
from toolkit.checks.references._kustomize.judged import lost_files
from toolkit.checks.references._repair import by_hand, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes.asked import Wanted
    from toolkit.checks.references._kubernetes.lost import Lost
    from toolkit.model import Finding


_NOBODY = ", which no manifest"
_LEVELS = ("error", "warning", "info")


class KubernetesReferenceMissing(Check):
    """A manifest names an object, a key or a file that the repository does not hold.

    What it checks: ConfigMaps, Secrets and their keys (those of generators, too), claims, service accounts, pull secrets and
        mounted volumes of pods; Services behind Ingress, Gateway API, Istio and Traefik routes, of stateful sets and in addresses
        within the cluster; an Ingress whose Service is in another namespace; targets of autoscalers; roles and accounts of bindings; gateways and middlewares of routes; slips in names of secret stores, issuers
        and classes; files and
        targets of patches of kustomizations. Objects that generators, SealedSecrets, ExternalSecrets,
        certificates or scripts make count as there; what is ``optional`` is left alone. One object that misses is told once,
        however many name it, and so are several Secrets or service accounts that nobody makes. Helm's charts are rendered with their own values, each apart, and what an installation decides is left
        open; keys that a template takes from values without a default and no file of values has, and files of the chart that
        are not there, are told too.
        Kustomizations are built: patches of every kind are laid over what they are for, names are looked for first in what the same
        kustomization brings, and what hinders the build is told (operations on values that are not there, generators for what is
        or is not there, files outside of the folder, several Namespaces under one ``namespace``). Templates of charts that nothing defines are told, too; so are
        workloads that workflows and scripts wait for, restart or scale under a name that no manifest has (its prefix is that of another overlay),
        variables of a shell in names of images, which nothing fills in, Secrets of kustomizations with no more than ``CHANGE_ME`` in them, and an Ingress of nginx that rewrites all below a path to one.
    Why it matters: The API server accepts the manifest, and the pod then hangs in ``CreateContainerConfigError`` or
        stays pending; a route answers 503; a binding grants nothing.
    How to fix: Correct the name or the key, or add the object.
    Fix safety: Unsafe. A misspelled name or key is replaced by the one that is like it.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        commanded = (self._told(context, one) for one in lost_rollouts(context))
        return (*_of_one_object(in_every_view(context, self._seen)), *commanded)

    def _seen(self, context: Inspection) -> Iterator[Finding]:
        named = (*lost_objects(context, _wanted(context)), *lost_backends(context), *lost_hosts(context))
        for one in (*_once(named), *astray(context)):
            yield self._told(context, one)
        for one in (
            *lost_files(context),
            *lost_values(context),
            *unfilled_images(context),
            *stand_ins(context),
            *flattened(context),
        ):
            yield self._told(context, one)
        for pod in pods(context):
            if in_focus(context, pod.owner):
                for one in lost_mounts(pod):
                    yield self._told(context, one)

    def _told(self, context: Inspection, one: Lost) -> Finding:
        path = file_of(one.line, one.path)
        written = one.document.get(one.place) if one.document is not None and one.near and one.place else None
        # What has a word more or less is perhaps another object: a person has to look.
        known = isinstance(written, str) and written != one.near  # of a patch its base is seen
        slip = likely(str(written), (one.near,), slip=True) if known else one.near
        fixes = replace(context, path, one.document, one.place, one.near) if slip and one.place else ()
        document = one.document
        is_off = isinstance(document, Rendered) and document.is_conditional(one.place, only_off=True)
        is_off |= context.role(one.path)[0] == "example"  # of which a reader brings the rest
        return self.finding(
            context,
            path,
            one.text,
            line=one.line,
            severity="info" if is_off else one.severity,
            evidence=one.evidence,
            fixes=fixes or by_hand(one.todo),
            related=[(file_of(line, other), line) for other, line in one.related],
        )


def _of_one_object(found: Iterable[Finding]) -> Iterable[Finding]:
    """One finding for an object that nobody makes and that both a chart and plain manifests name."""
    known: dict[str, Finding] = {}
    for one in found:
        name = one.message.partition(" names ")[2]
        # A slip is mended at each place.
        key = name if _NOBODY in name and " is there: " not in name else str(id(one))
        first, other = known.setdefault(key, one), one
        if first is not one:
            if _LEVELS.index(one.severity) < _LEVELS.index(first.severity):
                first, other = one, first
            evidence = f"{first.evidence}; so do {other.path}:{other.line}"
            related = tuple(dict.fromkeys((*first.related, *other.places)))
            known[key] = dataclasses.replace(first, evidence=evidence, related=related)
    return known.values()


def _once(found: Iterable[Lost]) -> Iterator[Lost]:
    """What is lost, each Service that many ask for once; where it is a slip, each place is to be mended."""
    groups: dict[object, list[Lost]] = {}
    for one in found:
        groups.setdefault(one.service if one.service and not one.near else id(one), []).append(one)
    for many in groups.values():
        first = min(many, key=lambda one: _LEVELS.index(one.severity))
        others = dict.fromkeys(f"{one.path}:{one.line[0]}" for one in many if one is not first)
        so = f"so do {', '.join(tuple(others)[:8])}" if others else ""
        related = (*first.related, *(place for one in many if one is not first for place in one.places))
        yield first._replace(evidence="; ".join(filter(None, (first.evidence, so))), related=related)


def _wanted(context: Inspection) -> Iterator[Wanted]:
    for pod in pods(context):
        if in_focus(context, pod.owner):
            yield from of_pod(pod)
    for one in reported(context) if cluster(context).objects else ():
        yield from of_object(one)
