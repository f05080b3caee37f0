"""Workloads that commands of workflows and scripts wait for or change, and that no manifest makes under that name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._likeness import likely
from toolkit.checks._search import files_with
from toolkit.checks._texts import line_at, text_of
from toolkit.checks.references._kubernetes.lost import Lost
from toolkit.checks.references._kubernetes.made import made_by_command
from toolkit.checks.references._kubernetes.pods import cluster
from toolkit.checks.references._kustomize.kustomizations import bare
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["lost_rollouts"]

_COMMAND = regex(
    r"(?m)^(?![ \t]*#)[^\n#]*?\bkubectl\b[^\n|;&]{0,120}?\b(?:rollout[ ]+(?:status|restart|undo)|scale|set[ ]+image)[ ]+[^\n|;&]{0,80}?"
    r"(?P<kind>deploy(?:ments?)?|statefulsets?|sts|daemonsets?|ds)(?:\.apps)?(?:/|[ ]+)(?P<name>[a-z0-9][a-z0-9-]*)(?![\w.$/{-])(?P<rest>[^\n]*)"
)
_KINDS = {"de": "Deployment", "st": "StatefulSet", "da": "DaemonSet", "ds": "DaemonSet"}
_GOES_ON = regex(r"\|\||2>\s?/dev/null|--ignore-not-found")
_FILES = ("*.yml", "*.yaml", "*.sh", "*.bash", "Makefile", "justfile")


def lost_rollouts(context: Inspection) -> Iterator[Lost]:
    """Each workload that commands name in vain where one is called nearly so: with another prefix, or with a slip."""
    seen = cluster(context)
    if seen.charted:
        return  # an installation gives what a chart makes its names
    told: set[tuple[str, str]] = set()
    for path in files_with(context, ("rollout", "kubectl scale", "kubectl set image"), _FILES):
        text = text_of(context, path, errors="replace")
        for match in _COMMAND.finditer(text):
            kind, name = _KINDS[match["kind"][:2]], match["name"]
            known = {one.name for one in seen.of(kind)}
            if not known or (path, name) in told or _GOES_ON.search(match["rest"]):
                continue
            made = any(one in known or seen.may_have(kind, one) for one in bare(context, name))
            near = next((one for one in sorted(known) if name.endswith(f"-{one}") or name.startswith(f"{one}-")), "")
            near = near or likely(name, known, slip=True)
            if made or not near or made_by_command(context, name):
                continue
            told.add((path, name))
            workflow = "/workflows/" in path
            yield Lost(
                path,
                (line_at(text, match.start("name")), 1),
                f"`kubectl` is told of the {kind} {name}, which no manifest makes; {near} is there: the command fails.",
                f"write {near}, or give the manifests the name {name}",
                "error" if workflow else "warning",
                f"{kind}: {', '.join(sorted(known)[:8])}",
            )
