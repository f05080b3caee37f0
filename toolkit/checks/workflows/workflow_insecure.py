"""Workflows that strangers can make do what they like, and that give away what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.checking import Check
from toolkit.checks._texts import text_of
from toolkit.checks.workflows._exposed import OF_A_BRANCH, exposed
from toolkit.checks.workflows._external import is_near, zizmor
from toolkit.checks.workflows._strangers import open_to_strangers
from toolkit.checks.workflows._workflows import every_workflow, scripted, workflows
from toolkit.expressions import regex
from toolkit.model import Fix
from toolkit.places import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.workflows._strangers import Weakness
    from toolkit.model import Finding, Severity

_ERRORS = frozenset({"hardcoded-container-credentials", "insecure-commands", "known-vulnerable-actions"})
_MANIFESTS = ("package.json", "Cargo.toml", "pyproject.toml")
_OWNED = regex(r"\brepository(?:\.url)?\b[^\n]{0,20}[\n{]?[^\n]{0,60}?github\.com[/:]([\w.-]+)/")
"""What a manifest says of where its repository lies."""
_SHOWN = 12
_SINGLY = 3
"""Files in which a rule finds something up to which each has a finding of its own."""
_WARNINGS = frozenset({"github-env", "bot-conditions", "unsound-contains"})


class WorkflowInsecure(Check):
    """A stranger can make a workflow run what they like.

    What it checks:
        Titles, bodies, branch names and messages that strangers write, put into a script by ``${{ }}``; checkouts of a
        pull request's code in workflows that run with the repository's rights (``pull_request_target``,
        ``workflow_run`` after a workflow that a stranger can start, ``issue_comment``) and then run something of it, also when a script fetches it; all of
        ``secrets`` or of ``github`` put into a script; ``ACTIONS_ALLOW_UNSECURE_COMMANDS``; secrets that are printed, passwords of
        registries in the file, ``permissions: write-all``, actions of others at a branch (a warning where they are given a
        secret) and versions of actions that were broken into. Composite actions are read like workflows. Where ``zizmor`` is
        installed, its findings
        (offline) are added: fixed credentials and actions of known faults as errors, conditions on bots and texts as
        warnings, all else as information, one a file and rule, or one for a rule that more than three files break. Values that only people with rights to
        the repository can set (inputs, names of pushed branches) are among the latter.

    Why it matters:
        A pull request titled ``"; curl ... | sh #`` runs that command with the workflow's token and secrets.

    How to fix:
        Hand the value over by ``env:`` and use the shell's variable in quotes. Build a stranger's code only in
        ``pull_request``, without secrets.

    Fix safety:
        Manual: moving a value into ``env:`` changes how the script quotes it; ``zizmor --fix`` does some.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterator[Finding]:
        said: dict[str, set[int]] = {}
        groups: dict[object, list[tuple[str, Weakness]]] = {}
        for workflow in scripted(context):
            for one in (*open_to_strangers(workflow, every_workflow(context)), *exposed(workflow)):
                said.setdefault(workflow.path, set()).add(one.line)
                # An action that many workflows take from a branch is mended in all of them at once.
                key = one.message if OF_A_BRANCH in one.message else id(one)
                groups.setdefault(key, []).append((workflow.path, one))
        for (path, one), *others in groups.values():
            more = ", ".join(dict.fromkeys(f"{other}:{same.line}" for other, same in others[:_SHOWN]))
            yield self.finding(
                context,
                path,
                one.message + (f" (as in {len(others)} more place{'s' * (len(others) > 1)})" if others else ""),
                line=one.line,
                evidence=one.evidence + (f"; so in {more}" if more else ""),
                severity="info" if OF_A_BRANCH in one.message and _is_own(context, one.evidence) else one.severity,
                fixes=(Fix(one.fix, "manual"),),
                related=[(other, same.line) for other, same in others],
            )
        paths = [one.path for one in workflows(context)]
        paths += [
            path
            for path in context.named("action.yml", "action.yaml")
            if path.startswith(".github/actions/") and "\n" not in path
        ]
        yield from self._mapped(context, zizmor(context, paths) or [], said)

    def _mapped(self, context: Inspection, items: list[dict[str, Any]], said: dict[str, set[int]]) -> Iterator[Finding]:
        told: dict[str, dict[str, list[int]]] = {}
        for item in items:
            path, line = _place(item)
            name = str(item.get("ident", ""))
            severity = _grade(name, item.get("determinations"))
            if not path or is_near(line, said.get(path, ())):
                continue
            if severity == "info":
                told.setdefault(name, {}).setdefault(path, []).append(line)
                continue
            yield self._of_zizmor(context, path, line, f"{item.get('desc', name)}", name, severity)
        for name, places in told.items():
            for path, lines in places.items() if len(places) <= _SINGLY else ():
                count = f", {len(lines)} times" if len(lines) > 1 else ""
                yield self._of_zizmor(context, path, lines[0], f"zizmor: {name}{count}", name, "info")
            if len(places) > _SINGLY:  # a habit of the whole repository
                first, times = next(iter(places)), sum(map(len, places.values()))
                text = f"zizmor: {name}, {times} times in {len(places)} files"
                yield self._of_zizmor(context, first, places[first][0], text, name, "info")

    def _of_zizmor(  # noqa: PLR0913, PLR0917 - what a finding is made of
        self, context: Inspection, path: str, line: int, message: str, name: str, severity: Severity
    ) -> Finding:
        fix = Fix(f"zizmor explains {name}, and mends some by --fix", "manual")
        return self.finding(
            context, path, message, line=line, evidence=f"zizmor: {name}", severity=severity, fixes=(fix,)
        )


def _is_own(context: Inspection, evidence: str) -> bool:
    """Whether an action is of the owner of this repository, as its manifests say: who can push there can push here."""
    owner = evidence.removeprefix("uses: ").partition("/")[0].lower()
    texts = (text_of(context, path, errors="replace").lower() for path in _MANIFESTS if context.is_file(path))
    said = (one[1] for text in texts for one in _OWNED.finditer(text))
    return bool(owner) and owner in said


def _grade(name: str, determined: Any) -> Severity:
    found = table(determined)
    grave = found.get("severity") == "High" and found.get("confidence") in ("High", "Medium")
    if grave and name in _ERRORS:
        return "error"
    return "warning" if grave and name in _WARNINGS else "info"


def _place(item: dict[str, Any]) -> tuple[str, int]:
    """File and 1-based line of what zizmor points at first."""
    locations = [one for one in item.get("locations", []) if isinstance(one, dict)]
    primary = [one for one in locations if one.get("symbolic", {}).get("kind") == "Primary"] or locations
    if not primary:
        return "", 0
    key = primary[0].get("symbolic", {}).get("key", {})
    local = table(key, "Local")
    row = primary[0].get("concrete", {}).get("location", {}).get("start_point", {}).get("row", -1)
    return str(local.get("verbatim_path") or local.get("given_path") or ""), int(row) + 1
