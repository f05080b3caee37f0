"""Workflows that strangers can make do what they like."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checking import Check
from toolkit.checks.workflows._expand import is_on
from toolkit.checks.workflows._external import zizmor
from toolkit.checks.workflows._workflows import workflows
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.workflows._model import Step, Workflow
    from toolkit.model import Finding, Severity

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_FROM_STRANGERS = re.compile(
    r"""(?<![\w.])github\.(?:head_ref\b|event\.(?:
      (?:issue|pull_request|discussion)\.(?:title|body)\b
    | (?:comment|review|review_comment|discussion_comment)\.body\b
    | pull_request\.head\.(?:ref|label)\b | pull_request\.head\.repo\.default_branch\b
    | (?:workflow_run|check_suite|check_run\.check_suite)\.(?:head_branch|head_commit\.message|head_commit\.author\.(?:name|email))\b
    | head_commit\.(?:message|author\.(?:name|email))\b
    | commits(?:\[\d+\]|\.\*|\.\d+)\.(?:message|author\.(?:name|email))\b | pages(?:\[\d+\]|\.\*)\.page_name\b
    ))""",
    re.VERBOSE,
)
_OPEN_TO_STRANGERS = frozenset(
    {
        "pull_request", "pull_request_target", "issues", "issue_comment", "discussion", "discussion_comment", "workflow_run",
        "pull_request_review", "pull_request_review_comment", "gollum", "fork", "watch",
    }
)  # fmt: skip
_GIVEN_BY = (
    (re.compile(r"head_ref|pull_request\."), "pull_request"),
    (re.compile(r"event\.issue\."), "issue"),
    (re.compile(r"event\.(?:review_)?comment\."), "comment"),
    (re.compile(r"event\.review\."), "pull_request_review"),
    (re.compile(r"head_commit|commits"), "push"),
    (re.compile(r"workflow_run"), "workflow_run"),
)
"""Which events (by a part of their names) carry a value; in others it is empty."""
_WITH_RIGHTS = ("pull_request_target", "workflow_run", "issue_comment")
_THEIRS = re.compile(
    r"github\.(?:event\.(?:pull_request\.(?:head|merge_commit)|workflow_run\.head)|head_ref)|refs/pull/|steps\.\S*(?:sha|ref)"
)
_RUNS = re.compile(
    r"\b(?:npm|pnpm|yarn|bun|pip3?|uv|poetry|make|cargo|go|docker|gradlew?|mvnw?|bundle|composer|dotnet|bash|sh|python3?|node"
    r"|nix|tox|pytest|deno|forge|anchor)\b|(?:^|\s)\./"
)
_GUARDED = re.compile(
    r"author_association|head\.repo\.(?:full_name|fork|owner)|github\.repository_owner|labels|label\.name|github\.actor|user\.login"
)
_WHOLE = re.compile(r"to(?:JSON|Json|json)\(\s*(?P<what>github(?:\.event)?|secrets)\s*\)")
_FETCHED = re.compile(r"\bgh pr checkout\b|\bgit fetch\b[^\n]*\bpull/|\bhub pr checkout\b")
_ERRORS = frozenset({"hardcoded-container-credentials", "insecure-commands", "known-vulnerable-actions"})
_WARNINGS = frozenset({"github-env", "bot-conditions", "unsound-contains", "unsound-condition"})


class WorkflowInsecure(Check):
    """A stranger can make a workflow run what they like.

    What it checks:
        Titles, bodies, branch names and messages that strangers write, put into a script by ``${{ }}``; checkouts of a
        pull request's code in workflows that run with the repository's rights (``pull_request_target``,
        ``workflow_run``, ``issue_comment``) and then run something of it, also when a script fetches it; all of
        ``secrets`` or of ``github`` put into a script; ``ACTIONS_ALLOW_UNSECURE_COMMANDS``. Where ``zizmor`` is installed, its findings
        (offline) are added: fixed credentials and actions of known faults as errors, unsound conditions as
        warnings, all else as information, one a file and rule. Values that only people with rights to
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
        said: set[tuple[str, int]] = set()
        for workflow in workflows(context):
            for found in self._own(context, workflow):
                said.add((found.path, found.line))
                yield found
        paths = [one.path for one in workflows(context)]
        paths += [
            path
            for path in context.named("action.yml", "action.yaml")
            if path.startswith(".github/actions/") and "\n" not in path
        ]
        yield from self._mapped(context, zizmor(context, paths) or [], said)

    def _own(self, context: Inspection, workflow: Workflow) -> Iterator[Finding]:
        rights = [event for event in workflow.triggers if event in _WITH_RIGHTS]
        for step in workflow.steps:
            for key in (("run",), ("with", "script")):
                script = step.data.get("run") if key == ("run",) else step.inputs.get("script")
                if isinstance(script, str) and (key == ("run",) or step.action == "actions/github-script"):
                    yield from self._injected(context, step, script, (*step.path, *key))
            if rights and step.action.startswith("actions/checkout"):
                yield from self._borrowed(context, step, rights[0])
            if rights and (match := _FETCHED.search(step.script)) and not _is_guarded(step):
                yield from self._fetched(context, step, match, rights[0])
            yield from self._switches(context, step)

    def _fetched(self, context: Inspection, step: Step, match: re.Match[str], event: str) -> Iterator[Finding]:
        """A script that fetches a pull request, and something after it that runs what was fetched."""
        later = [one.script for one in step.job.steps[step.index + 1 :]]
        if any(_RUNS.search(text) for text in (step.script[match.end() :], *later)):
            yield self.finding(
                context,
                step.job.workflow.path,
                f"{event} runs with this repository's rights, and job {step.job.id} fetches and runs a stranger's code",
                line=step.line(step.script.count("\n", 0, match.start())),
                evidence=match[0],
                fixes=(Fix("run it in pull_request, without secrets", "manual"),),
            )

    def _switches(self, context: Inspection, step: Step) -> Iterator[Finding]:
        """Commands that GitHub switched off for their danger, switched on again."""
        for data, path in ((step.data, step.path), (step.job.data, step.job.path)):
            env = data.get("env")
            name = "ACTIONS_ALLOW_UNSECURE_COMMANDS"
            if isinstance(env, dict) and is_on(env.get(name)) and (data is step.data or step.index == 0):
                yield self.finding(
                    context,
                    step.job.workflow.path,
                    "whatever a step prints may set variables and the search path of the next",
                    line=step.job.workflow.document.position((*path, "env", name)),
                    evidence=f"{name}: true",
                    fixes=(Fix("write to the files that GITHUB_ENV and GITHUB_PATH name", "manual"),),
                )

    def _injected(self, context: Inspection, step: Step, script: str, path: tuple[str | int, ...]) -> Iterator[Finding]:
        workflow = step.job.workflow
        names = dict.fromkeys(
            match[0] for inner in _EXPRESSION.findall(script) for match in _FROM_STRANGERS.finditer(inner)
        )
        for match in (found for inner in _EXPRESSION.findall(script) for found in _WHOLE.finditer(inner)):
            all_secrets = match["what"] == "secrets"
            if all_secrets or _OPEN_TO_STRANGERS.intersection(workflow.triggers):
                names[match[0]] = None
        for name in names:
            if not (_WHOLE.match(name) or _is_given(name, workflow)):
                continue
            if "secrets" in name:
                yield self._all_secrets(context, workflow, path, name)
                continue
            exposed = _OPEN_TO_STRANGERS.intersection(workflow.triggers) and not _is_guarded(step)
            yield self.finding(
                context,
                workflow.path,
                f"{name} is put into a script as it is: whoever writes it runs commands in job {step.job.id}",
                line=_line_of(workflow, path, name),
                evidence=f"${{{{ {name} }}}}",
                severity="error" if exposed else "warning",
                fixes=(Fix("hand it over by env: and use the shell's variable in quotes", "manual"),),
            )

    def _all_secrets(self, context: Inspection, workflow: Workflow, path: tuple[str | int, ...], name: str) -> Finding:
        return self.finding(
            context,
            workflow.path,
            "every secret of the repository is put into a script",
            line=_line_of(workflow, path, name),
            evidence=f"${{{{ {name} }}}}",
            severity="warning",
            fixes=(Fix("hand over by env: the one secret that is needed", "manual"),),
        )

    def _borrowed(self, context: Inspection, step: Step, event: str) -> Iterator[Finding]:
        """A checkout of a stranger's code where secrets and a token that may write are at hand."""
        given = f"{step.inputs.get('ref', '')} {step.inputs.get('repository', '')}"
        if not _THEIRS.search(given) or _is_guarded(step):
            return
        later = step.job.steps[step.index + 1 :]
        runs = next((one for one in later if one.uses.startswith("./") or _RUNS.search(one.script)), None)
        if runs is None or ("steps." in given and not re.search("github|refs/pull", given)):
            return
        protected = "environment" in step.job.data
        yield self.finding(
            context,
            step.job.workflow.path,
            f"{event} runs with this repository's rights, and job {step.job.id} checks out and runs a stranger's code",
            line=step.job.workflow.document.position((*step.path, "with", "ref")),
            evidence=f"ref: {step.inputs.get('ref')}",
            severity="warning" if protected else "error",
            fixes=(Fix("run it in pull_request, without secrets, or check out the base only", "manual"),),
        )

    def _mapped(
        self, context: Inspection, items: list[dict[str, Any]], said: set[tuple[str, int]]
    ) -> Iterator[Finding]:
        told: dict[tuple[str, str], list[int]] = {}
        for item in items:
            path, line = _place(item)
            name = str(item.get("ident", ""))
            severity = _grade(name, item.get("determinations"))
            if not path or (path, line) in said:
                continue
            if severity == "info":
                told.setdefault((path, name), []).append(line)
                continue
            yield self._of_zizmor(context, path, line, f"{item.get('desc', name)}", name, severity)
        for (path, name), lines in told.items():
            count = f", {len(lines)} times" if len(lines) > 1 else ""
            yield self._of_zizmor(context, path, lines[0], f"zizmor: {name}{count}", name, "info")

    def _of_zizmor(  # noqa: PLR0913, PLR0917 - what a finding is made of
        self, context: Inspection, path: str, line: int, message: str, name: str, severity: Severity
    ) -> Finding:
        fix = Fix(f"zizmor explains {name}, and mends some by --fix", "manual")
        return self.finding(
            context, path, message, line=line, evidence=f"zizmor: {name}", severity=severity, fixes=(fix,)
        )


def _grade(name: str, determined: Any) -> Severity:
    found = determined if isinstance(determined, dict) else {}
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
    local = key.get("Local", {}) if isinstance(key, dict) else {}
    row = primary[0].get("concrete", {}).get("location", {}).get("start_point", {}).get("row", -1)
    return str(local.get("verbatim_path") or local.get("given_path") or ""), int(row) + 1


def _is_guarded(step: Step) -> bool:
    """Whether a condition lets only trusted people's changes through."""
    return any(_GUARDED.search(str(data.get("if", ""))) for data in (step.data, step.job.data))


def _is_given(name: str, workflow: Workflow) -> bool:
    """Whether any event of the workflow carries the value."""
    part = next((event for pattern, event in _GIVEN_BY if pattern.search(name)), "")
    return "workflow_call" in workflow.triggers or any(part in event for event in workflow.triggers)


def _line_of(workflow: Workflow, path: tuple[str | int, ...], text: str) -> int:
    place = workflow.document.place(path)
    at = workflow.document.text.content.find(text, place.start, place.end) if place else -1
    return workflow.document.text.line(at) if at >= 0 else workflow.document.line(path)
