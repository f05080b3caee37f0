"""What speaks of an object that no manifest makes: comments, arguments of programs, commands and instructions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks.references._kubernetes import cluster, containers, listed, pods
from toolkit.checks.references._kubernetes_made import made_by_command
from toolkit.checks.references._repair import remembered
from toolkit.checks.references._scripts import mentioned
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes_asked import Wanted

__all__ = ["OF_PODS", "spoken_of"]

_COMMENT = regex(r"(?m)^[ \t]*#[^\n]*|^[^\n]*\b(?:kubectl|oc)\b[^\n]*\bcreate\b[^\n]*")
"""Comments of manifests, and commands of scripts within them."""
OF_PODS = ("ConfigMap", "Secret", "PersistentVolumeClaim", "ServiceAccount")
"""Kinds of what pods ask for."""


def spoken_of(context: Inspection, one: Wanted) -> str:
    """The first script, instruction or comment of a manifest that makes something; for parts of pods, that names it."""
    if one.kind not in OF_PODS:
        return made_by_command(context, one.name)

    def make() -> dict[str, str]:
        texts = {path: document.text.content for path, document in cluster(context).kustomizations}
        texts |= {item.path: item.document.text.content for item in cluster(context).objects}
        return {path: "\n".join(_COMMENT.findall(text)) for path, text in texts.items()}

    given = next((path for path, text in _arguments(context) if one.name in text), "")
    if given:
        return given
    comments: dict[str, str] = remembered(context, "references.manifest_comments", make)
    needle = re.compile(rf"(?<![\w.-]){re.escape(one.name)}(?![\w-])")
    spoken = (path for path, text in comments.items() if one.name in text and needle.search(text))
    return mentioned(context, one.name) or next(spoken, "")


def _arguments(context: Inspection) -> tuple[tuple[str, frozenset[str]], ...]:
    """The words that each manifest gives to programs: one that is told a name may make what bears it."""

    def make() -> tuple[tuple[str, frozenset[str]], ...]:
        found = []
        for pod in pods(context):
            words = [
                str(word)
                for container in containers(pod)
                for key in ("command", "args")
                for word in listed(container.data.get(key))
            ]
            found.append((pod.owner.path, frozenset(word.rpartition("=")[2] for word in words)))
        return tuple(found)

    known: tuple[tuple[str, frozenset[str]], ...] = remembered(context, "references.arguments", make)
    return known
