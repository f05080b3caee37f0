"""What the settings and the command line make of checks and findings: which run, how severe, what is accepted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from toolkit.catalog import catalog
from toolkit.checking import FAMILIES
from toolkit.context import Unreadable
from toolkit.errors import ConfigurationError, UsageError
from toolkit.expressions import regex
from toolkit.features.doctor._custom import FAMILY
from toolkit.features.doctor._results import Silenced
from toolkit.model import Finding
from toolkit.path_names import is_backup, is_kept_only
from toolkit.places import upward
from toolkit.roles import ASSISTANTS, matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from toolkit.context import Context
    from toolkit.inspection import Inspection
    from toolkit.model import Severity
    from toolkit.settings import CheckSettings

__all__ = ["UNREASONED", "aside", "chosen", "graded", "known_names", "uncommented"]

UNREASONED = "ignore-without-reason"
"""The id of the finding about an ignore comment that gives no reason."""

_IGNORE = regex(rb"toolkit:\s*ignore\[([^\]\n]*)\][ \t]*([^\r\n]*)")
_AS_VALID = frozenset(
    (
        "registry-token-committed",
        "keypair-committed",
        "program-keypair-committed",
        "conflict-copy",
        "large-binary-tracked",
        "case-clash",
        "gitlink-undeclared",
        "dataless-file",
        "legacy-placeholder",
    )
)
"""Besides the family of secrets: what is as true of a copy that nothing uses."""
_BROUGHT = regex(r"(?:^|/)(?:node_modules|site-packages)/")
"""Below what an installer fills: of a tracked one that it is tracked is the one thing to say."""
_INSTALLED = "install-metadata.json"
"""What programs leave in the hidden folder that they fill, and fill again with every update."""
_CLOSERS = regex(r"\s*(?:\*/|-->|#\}|%>)\s*$")


def known_names(settings: CheckSettings) -> frozenset[str]:
    """Every id and family that a setting or a flag may name."""
    names = {*FAMILIES, FAMILY, UNREASONED, *settings.custom}
    return frozenset(names | {listed.id for listed in catalog()})


def _verify(
    names: Iterable[str], known: frozenset[str], where: str, kind: type[UsageError | ConfigurationError]
) -> None:
    for name in names:
        if name not in known:
            import difflib

            near = difflib.get_close_matches(name, known, 1, 0.5)
            hint = f"did you mean {near[0]}?" if near else "invoke doctor --list shows them all"
            raise kind(f"{where} names {name}, which is no check and no family", hint)


def chosen(
    settings: CheckSettings, ids: Mapping[str, str], only: Sequence[str], skip: Sequence[str]
) -> tuple[str, ...]:
    """The ids of the checks to run.

    Args:
        settings: ``[checks]``.
        ids: each check's id to its family.
        only: ids or families of the command line, which take the place of the settings' choice.
        skip: ids or families that are left out.

    Raises:
        UsageError, ConfigurationError: a name that is neither an id nor a family, or flags that leave no check.
    """
    known = known_names(settings)
    _verify(only, known, "--only", UsageError)
    _verify(skip, known, "--skip", UsageError)
    named = (*settings.select, *settings.ignore, *settings.severity)
    inner = [name for rule in settings.paths.values() for name in (*rule["ignore"], *rule["severity"])]
    _verify((*named, *inner), known, "[checks] in toolkit.toml", ConfigurationError)

    def hit(name: str, wanted: Iterable[str]) -> bool:
        return name in wanted or ids[name] in wanted

    def runs(name: str) -> bool:
        if hit(name, skip):
            return False
        if only:
            return hit(name, only)
        off = settings.severity.get(name) == "off"
        return (not settings.select or hit(name, settings.select)) and not hit(name, settings.ignore) and not off

    found = tuple(name for name in ids if runs(name))
    if not found and (only or skip):
        raise UsageError("no check is left to run", "leave out --skip, or name others with --only")
    return found


def aside(context: Inspection, findings: Iterable[Finding]) -> frozenset[str]:
    """The paths of findings in what nothing here uses or maintains.

    A folder at the root whose name says that it is only kept and that is no project itself; deeper down one that begins with a line,
    too, which no feature of that name does, and one with projects that nothing living needs; a backup by its name; the folder of a
    coding assistant, and a hidden folder that a program filled and fills again.
    """

    def lies(path: str) -> bool:
        if is_backup(path) or ASSISTANTS.search(path) or is_kept_only(path.partition("/")[0], context.is_file):
            return True
        kept = [folder for folder in upward(path) if is_kept_only(folder, context.is_file)]
        if any(f"/{folder}".rpartition("/")[2].startswith("_") for folder in kept):
            return True
        if kept and not {item.kept_in for item in context.discovered.excluded}.isdisjoint(kept):
            return True
        return "." in path and any(
            folder.rpartition("/")[2].startswith(".") and context.is_file(f"{folder}/{_INSTALLED}")
            for folder in upward(path)
        )

    return frozenset(path for path in {one.path for one in findings} if lies(path))


def graded(
    settings: CheckSettings, findings: Iterable[Finding], unused: frozenset[str] = frozenset()
) -> tuple[list[Finding], list[Silenced]]:
    """Findings with the severities that the settings give them, and those that the settings accept.

    Of several rules the more exact wins: a path's over the general one, an id's over a family's. What lies in a
    vendored copy stays at ``info`` unless a path's rule says otherwise, and below what an installer filled nothing is told; what
    nothing here uses is ``info`` where no rule says anything. Secrets are as valid in all of these.

    Args:
        settings: the rules.
        findings: as the checks gave them.
        unused: the paths that :func:`aside` tells.
    """
    kept: list[Finding] = []
    accepted: list[Silenced] = []
    for one in findings:
        rule, reason = _rule(settings, one)
        if not rule and one.family != "secrets" and one.check not in _AS_VALID:
            if one.vendored and _BROUGHT.search(one.path):
                continue
            rule = "info" if one.path in unused else ""
        if rule == "off":
            accepted.append(Silenced(one, "settings", reason))
        else:
            kept.append(replace(one, severity=cast("Severity", rule)) if rule else one)
    return kept, accepted


def _rule(settings: CheckSettings, one: Finding) -> tuple[str, str]:
    """The severity that a rule gives (``off`` to accept, empty for none) and the rule's reason."""
    for glob, rule in settings.paths.items():
        if not matches(one.path, (glob,)):
            continue
        if one.check in rule["ignore"] or one.family in rule["ignore"]:
            return "off", rule["reason"] or f'[checks.paths."{glob}"] ignore'
        if given := rule["severity"].get(one.check) or rule["severity"].get(one.family):
            return given, rule["reason"] or f'[checks.paths."{glob}"] severity'
    given = settings.severity.get(one.check) or settings.severity.get(one.family, "")
    return ("", "") if one.vendored and given != "off" else (given, "[checks] severity")


def uncommented(context: Context, findings: Iterable[Finding]) -> tuple[list[Finding], list[Silenced]]:
    """Findings that no ignore comment covers, and those that one does.

    A comment ``toolkit: ignore[id, other-id] reason`` covers its own line and the next one; a finding about a whole
    file is covered from the first three lines. Without a reason it covers nothing and is a finding itself.
    """
    kept: list[Finding] = []
    accepted: list[Silenced] = []
    complained: set[tuple[str, int]] = set()
    files: dict[str, list[tuple[int, tuple[str, ...], str]]] = {}
    for one in findings:
        if one.path not in files:
            files[one.path] = _comments(context, one.path)
        lines = (one.line - 1, one.line) if one.line else (1, 2, 3)
        reason = None
        for line, names, said in files[one.path]:
            if line in lines and one.check in names:
                reason = said
                if not said and (one.path, line) not in complained:
                    complained.add((one.path, line))
                    kept.append(_unreasoned(one, line))
        if reason:
            accepted.append(Silenced(one, "comment", reason))
        else:
            kept.append(one)
    return kept, accepted


def _unreasoned(one: Finding, line: int) -> Finding:
    message = f"the comment ignores {one.check} and gives no reason, so it ignores nothing"
    return Finding(UNREASONED, one.family, "warning", one.path, message, line)


def _comments(context: Context, path: str) -> list[tuple[int, tuple[str, ...], str]]:
    """Line, ids and reason of each ignore comment of a file."""
    try:
        content = context.read(path)
    except Unreadable:
        return []
    if b"toolkit:" not in content:
        return []
    found = []
    for match in _IGNORE.finditer(content):
        names = tuple(part.strip() for part in match[1].decode("utf-8", "replace").split(","))
        reason = _CLOSERS.sub("", match[2].decode("utf-8", "replace")).strip(" -:\t")
        found.append((content.count(b"\n", 0, match.start()) + 1, names, reason))
    return found
