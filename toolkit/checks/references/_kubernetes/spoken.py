"""What speaks of an object that no manifest makes: comments, arguments of programs, commands and instructions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._search import holding
from toolkit.checks._texts import text_of
from toolkit.checks.references._kubernetes.made import made_by_command
from toolkit.checks.references._kubernetes.pods import cluster, containers, pods
from toolkit.checks.references._scripts.texts import lines, mentioned
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes.asked import Wanted

__all__ = ["OF_PODS", "is_beside", "keys_by_command", "may_give", "spoken_of"]

_CREATING = regex(
    r"create[ ]+(?P<what>secret[ ]+generic|configmap|cm)[ ]+[\"']?(?P<name>[a-z0-9][\w.-]*)[\"']?(?=[ \n]|$)"
)
_APPLYING = regex(
    r"\b(?:kubectl|oc)\b[^\n]{0,80}\bapply\b[^\n]{0,80}?[ ](?:-f|--filename)[ =]?[\"']?([\w./-]{0,120}secrets?[\w.-]{0,40}\.ya?ml)"
)
_WRITERS = (
    *("*.tmpl", "*.tpl", "*.j2", "*.template", "*.example", "*.sample", "*.dist", "*.yml", "*.yaml"),
    *("*.ts", "*.js", "*.py", "*.go", "*.rb", "*.java", "*.cs", "*.jsonnet", "*.libsonnet"),
)
"""Templates, playbooks and programs that make objects of a cluster."""
_LONGEST = 4000
_AFTER = regex(r"`|&&|;|[ ]\|[ ]|[ ]>")
_LITERAL = regex(r"--from-literal[= ][\"']?([\w.-]+)=")
_WHOLE_LITERAL = regex(r"--from-literal[= ](?:[\w.-]+=)?(?:\"[^\"]*\"|'[^']*'|[^\s\"'])+")
_PLAIN_OPTION = regex(r"(?:-n|--namespace|-o|--output|--context|--type)[= ]\S+")
_BRINGING = regex(r"--from-|[$@{]")

_COMMENT = regex(r"(?m)^[ \t]*#[^\n]*|^[^\n]*\b(?:kubectl|oc)\b[^\n]*\bcreate\b[^\n]*")
"""Comments of manifests, and commands of scripts within them."""
OF_PODS = ("ConfigMap", "Secret", "PersistentVolumeClaim", "ServiceAccount")
"""Kinds of what pods ask for."""


def spoken_of(context: Inspection, one: Wanted) -> str:
    """The first script, instruction or comment of a manifest that makes something; for parts of pods, that names it."""
    if one.kind not in OF_PODS:
        return made_by_command(context, one.name)
    given = next((path for path, text in _arguments(context) if one.name in text), "")
    if given:
        return given
    comments = _comments(context)
    # ``system:serviceaccount:NAMESPACE:NAME`` trusts an account or binds it, and makes none.
    qualified = one.kind != "ServiceAccount"
    needle = re.compile(rf"(?<![\w.{'' if qualified else ':'}-]){re.escape(one.name)}(?![\w-])")
    spoken = (path for path, text in comments.items() if one.name in text and needle.search(text))
    applied = _applied(context) if one.kind == "Secret" else ""
    written = _written_by_code(context, one.kind, one.name)
    return mentioned(context, one.name, qualified=qualified) or next(spoken, "") or written or applied


def _written_by_code(context: Inspection, kind: str, name: str) -> str:
    """The first template, playbook or program besides the manifests that makes an object of a kind and names it; empty for none."""
    makes = re.compile(
        rf"\bkind[\"']?\s*[:=]\s*[\"']?{kind}\b|(?<![A-Za-z])(?:V1|Kube)?{kind}\(|\bcreate\s+(?i:{kind})\b"
    )
    called = re.compile(rf"(?<![\w./-]){re.escape(name)}(?![\w-])")
    seen = cluster(context)
    # A patch of a kustomization names what it changes: it makes nothing.
    manifests = {item.path for item in seen.objects} | {path for path, _ in seen.kustomizations}
    for path in sorted(holding(context, (name,), _WRITERS)):
        text = text_of(context, path, errors="replace") if path not in manifests else ""
        if makes.search(text) and called.search(text):
            return path
    return ""


@once_a_run
def _applied(context: Inspection) -> str:
    """The first script or instruction that applies a file of Secrets which no clone has; empty if none does."""
    found = (
        (path, match[1]) for path, line in lines(context, _APPLYING, "apply") for match in _APPLYING.finditer(line)
    )
    known = context.inventory.by_name
    return next((path for path, name in found if name.rpartition("/")[2] not in known), "")


@once_a_run
def _comments(context: Inspection) -> dict[str, str]:
    """The comments of each manifest."""
    texts = {path: document.text.content for path, document in cluster(context).kustomizations}
    texts |= {item.path: item.document.text.content for item in cluster(context).objects}
    return {path: "\n".join(_COMMENT.findall(text)) for path, text in texts.items()}


@once_a_run
def _arguments(context: Inspection) -> tuple[tuple[str, frozenset[str]], ...]:
    """The words that each manifest gives to programs: one that is told a name may make what bears it."""
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


def keys_by_command(context: Inspection, kind: str, name: str) -> tuple[str, frozenset[str]] | None:
    """The first file whose commands make a Secret or ConfigMap, and the keys that all such commands give it.

    Nothing where none makes it, or the keys of one follow from a file or a variable.
    """
    known = _all_created(context)
    fitting = [(path, keys) for path, made, called, keys in known if (made, called) == (kind, name)]
    found = [keys for _, keys in fitting if keys is not None]
    return (fitting[0][0], frozenset().union(*found)) if fitting and len(found) == len(fitting) else None


@once_a_run
def _all_created(context: Inspection) -> tuple[tuple[str, str, str, frozenset[str] | None], ...]:
    """What commands make, each with its file and its keys."""
    return tuple(one for path, line in lines(context, _CREATING, "create") for one in _created(path, line))


def _created(path: str, line: str) -> Iterator[tuple[str, str, str, frozenset[str] | None]]:
    for match in _CREATING.finditer(line):
        rest = _AFTER.split(line[match.end() : match.end() + _LONGEST], maxsplit=1)[0]
        keys = set(_LITERAL.findall(rest))
        # What is left beside literals and plain options may bring more keys.
        left = _PLAIN_OPTION.sub(" ", _WHOLE_LITERAL.sub(" ", rest))
        sure = bool(keys) and not _BRINGING.search(left)
        yield (
            path,
            "Secret" if match["what"].startswith("secret") else "ConfigMap",
            match["name"],
            (frozenset(keys) if sure else None),
        )


def may_give(context: Inspection, one: Wanted) -> bool:
    """Whether a command makes an object that a manifest defines, too, and may give it a key that this has not."""
    made = keys_by_command(context, one.kind, one.name)
    return one.key in made[1] if made is not None else bool(made_by_command(context, one.name))


def is_beside(context: Inspection, name: str, key: str) -> bool:
    """Whether a script or an instruction that names an object speaks of a key, too: it may give it some other way."""
    first = {path for path, _ in lines(context, re.compile(re.escape(name)), name)}
    return any(path in first for path, _ in lines(context, re.compile(rf"(?<![\w-]){re.escape(key)}(?![\w-])"), key))
