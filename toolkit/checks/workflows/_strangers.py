"""What strangers can make a workflow run: texts that they write, and code that they send."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks.workflows._conditions import EXPRESSION
from toolkit.checks.workflows._expand import is_on
from toolkit.checks.workflows._let_in import is_guarded
from toolkit.checks.workflows._names import line_of
from toolkit.expressions import regex
from toolkit.places import several, table
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.checks.workflows._model import Step, Workflow
    from toolkit.model import Severity

__all__ = ["Weakness", "open_to_strangers"]

_FROM_STRANGERS = regex(
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
    (regex(r"head_ref|pull_request\."), "pull_request"),
    (regex(r"event\.issue\."), "issue"),
    (regex(r"event\.(?:review_)?comment\."), "comment"),
    (regex(r"event\.review\."), "pull_request_review"),
    (regex(r"head_commit|commits"), "push"),
    (regex(r"workflow_run"), "workflow_run"),
)
"""Which events (by a part of their names) carry a value; in others it is empty."""
_WITH_RIGHTS = ("pull_request_target", "workflow_run", "issue_comment")
_THEIRS = regex(
    r"github\.(?:event\.(?:pull_request\.(?:head|merge_commit)|workflow_run\.head)|head_ref)|refs/pull/|steps\.\S*(?:sha|ref)"
)
_OWN_BRANCH = regex(
    r"\$\{\{\s*github\.(?:head_ref|event\.(?:pull_request\.head\.ref|workflow_run\.head_branch))\s*\}\}"
)
"""A branch by its name alone: without the name of a fork the checkout takes it from this repository, or fails."""
_RUNS = regex(
    r"\b(?:npm|pnpm|yarn|bun|pip3?|uv|poetry|make|cargo|go|docker|gradlew?|mvnw?|bundle|composer|dotnet|bash|sh|python3?|node"
    r"|nix|tox|pytest|deno|forge|anchor)\b|(?:^|\s)\./"
)
_ENTERED = regex(r"(?:github\.event\.)?inputs\.([\w-]+)")
_WHOLE = regex(r"to(?:JSON|Json|json)\(\s*(?P<what>github(?:\.event)?|secrets)\s*\)")
_FROM = r"(?m)(?:\b(?:cd|pushd|bash|sh|source|node|tsx|python3?|pip install)\s+|--(?:prefix|dir|cwd|manifest-path)[ =]|-[Cre]\s+|^\s*|[;&|]\s*)(?:\./)?"
"""How a script goes into a folder, or starts something of it."""
_ASKS_FOR_HEAD = regex(
    r"\bpulls\.get\(|\bheadRefOid\b|\bpull_request\.head\b|\bworkflow_run\.head|/pulls/[^\n]{0,80}\.head\b"
)
_READS = regex(r"\breadFile(?:Sync)?\(|\b(?:cat|jq|source)\b|<\s?[\w./$]")
"""How a script asks for the commit of a pull request, and how it reads a file."""
_FETCHED = regex(r"\bgh pr checkout\b|\bgit fetch\b[^\n]*\bpull/|\bhub pr checkout\b")


@frozen
class Weakness:
    """Something by which others get what they should not.

    Args:
        line: where it stands.
        message: what it gives them.
        evidence: as written, no value of a secret.
        fix: what to do, in words.
        severity: how bad it is.
    """

    line: int
    message: str
    evidence: str
    fix: str
    severity: Severity = "error"


def open_to_strangers(workflow: Workflow, others: Sequence[Workflow] = ()) -> Iterator[Weakness]:
    """Every weakness of these kinds in the steps of a workflow or of a composite action.

    Args:
        workflow: the one to look through.
        others: all of the repository: those after which it runs say whose code it may get.
    """
    rights = next(
        (event for event in workflow.triggers if event in _WITH_RIGHTS and _is_reached(workflow, event, others)), ""
    )
    for step in workflow.steps:
        for key in (("run",), ("with", "script")):
            script = step.data.get("run") if key == ("run",) else step.inputs.get("script")
            if isinstance(script, str) and (key == ("run",) or step.action == "actions/github-script"):
                yield from _injected(step, script, (*step.path, *key))
        if rights and step.action.startswith("actions/checkout"):
            yield from _borrowed(step, rights)
        if rights and not is_guarded(step):
            yield from _fetched(step, rights)
        yield from _switches(step)
    yield from _entered(workflow)


def _is_reached(workflow: Workflow, event: str, others: Sequence[Workflow]) -> bool:
    """Whether a stranger can bring the event about: not that of workflows which none of a stranger's doings starts."""
    named = [str(name) for name in several(table(workflow.triggers, event).get("workflows"))]
    if event != "workflow_run" or not named:
        return True
    sources = [one for one in others if (one.data.get("name") or one.path) in named]
    found = {one.data.get("name") or one.path for one in sources}
    return found != set(named) or any(_OPEN_TO_STRANGERS.intersection(one.triggers) for one in sources)


def _is_narrowed(workflow: Workflow, event: str) -> bool:
    """Whether only branches of some names get through; a fork may call its branch so, too."""
    branches = [str(name) for name in several(table(workflow.triggers, event).get("branches"))]
    return event == "workflow_run" and bool(branches) and not any(name.startswith("*") for name in branches)


def _is_bounded(name: str, workflow: Workflow) -> bool:
    """Whether the name of a branch is one of few that the trigger lists."""
    branches = [str(one) for one in several(table(workflow.triggers, "workflow_run").get("branches"))]
    return name.endswith("workflow_run.head_branch") and bool(branches) and not any("*" in one for one in branches)


def _entered(workflow: Workflow) -> Iterator[Weakness]:
    """Texts that people with rights, or callers, give a workflow and that are put into a script: the first for all."""
    open_ = {
        str(name)
        for event in ("workflow_dispatch", "workflow_call")
        for name, about in table(workflow.triggers.get(event), "inputs").items()
        if (about.get("type", "string") if isinstance(about, dict) else "string") == "string"
    }
    found = [
        (step, match[0], match[1])
        for step in workflow.steps
        for inner in EXPRESSION.findall(step.script)
        if (match := _ENTERED.fullmatch(inner.strip())) and match[1] in open_
    ]
    if found:
        step, text, name = found[0]
        more = f" (so are {len(found) - 1} more)" if len(found) > 1 else ""
        yield Weakness(
            line_of(workflow, (*step.path, "run"), text),
            f"the input {name} is put into a script as it is: who starts the workflow writes commands{more}",
            f"${{{{ {text} }}}}",
            "hand it over by env: and use the shell's variable in quotes",
            "info",
        )


def _fetched(step: Step, event: str) -> Iterator[Weakness]:
    """A script that fetches a pull request, and something after it that runs what was fetched."""
    match = _FETCHED.search(step.script)
    later = [one.script for one in step.job.steps[step.index + 1 :]]
    if match and any(_RUNS.search(text) for text in (step.script[match.end() :], *later)):
        yield Weakness(
            step.line(step.script.count("\n", 0, match.start())),
            f"{event} runs with this repository's rights, and job {step.job.id} fetches and runs a stranger's code",
            match[0],
            "run it in pull_request, without secrets",
        )


def _switches(step: Step) -> Iterator[Weakness]:
    """Commands that GitHub switched off for their danger, switched on again."""
    name = "ACTIONS_ALLOW_UNSECURE_COMMANDS"
    for data, path in ((step.data, step.path), (step.job.data, step.job.path), (step.job.workflow.data, ())):
        env = data.get("env")
        first = data is step.data or (step.index == 0 and step.job.workflow.jobs[0].id == step.job.id)
        if isinstance(env, dict) and is_on(env.get(name)) and first:
            yield Weakness(
                step.job.workflow.document.line((*path, "env", name)),
                "whatever a step prints may set variables and the search path of the next",
                f"{name}: true",
                "write to the files that GITHUB_ENV and GITHUB_PATH name",
            )


def _injected(step: Step, script: str, path: tuple[str | int, ...]) -> Iterator[Weakness]:
    workflow = step.job.workflow
    inside = EXPRESSION.findall(script)
    names = {match[0]: match[0] for inner in inside for match in _FROM_STRANGERS.finditer(inner)}
    names |= dict(found for inner in inside if (found := _by_env(step, inner)) is not None)
    strange = workflow.is_action or _OPEN_TO_STRANGERS.intersection(workflow.triggers)
    # In pull_request a fork has no secrets, and may write the workflow itself.
    grave = not workflow.is_action and _OPEN_TO_STRANGERS.intersection(workflow.triggers) - {"pull_request"}
    for match in (found for inner in inside for found in _WHOLE.finditer(inner)):
        if match["what"] == "secrets":
            yield Weakness(
                line_of(workflow, path, match[0]),
                "every secret of the repository is put into a script",
                f"${{{{ {match[0]} }}}}",
                "hand over by env: the one secret that is needed",
                "warning",
            )
        elif strange:
            names[match[0]] = match[0]
    whose = "this action" if workflow.is_action else f"job {step.job.id}"
    for shown, name in names.items():
        if _is_bounded(name, workflow):
            continue
        if _WHOLE.match(name) or workflow.is_action or _is_given(name, workflow):
            severity: Severity = "info" if is_guarded(step) else "error" if grave else "warning"
            yield Weakness(
                line_of(workflow, path, shown),
                f"{name} is put into a script as it is: whoever writes it runs commands in {whose}",
                f"${{{{ {shown} }}}}",
                "hand it over by env: and use the shell's variable in quotes",
                severity,
            )


def _by_env(step: Step, inner: str) -> tuple[str, str] | None:
    """An expression that only stands for a variable, and the text of strangers that the variable holds."""
    name = inner.strip()
    if not name.startswith("env."):
        return None
    for data in (step.data, step.job.data, step.job.workflow.data):
        env = data.get("env")
        if isinstance(env, dict) and name[4:] in env:
            value = env[name[4:]]
            match = _FROM_STRANGERS.search(value) if isinstance(value, str) else None
            return (name, match[0]) if match else None
    return None


def _borrowed(step: Step, event: str) -> Iterator[Weakness]:
    """A checkout of a stranger's code where secrets and a token that may write are at hand."""
    given = f"{step.inputs.get('ref', '')} {step.inputs.get('repository', '')}"
    if not _THEIRS.search(given) or _OWN_BRANCH.fullmatch(given.strip()) or is_guarded(step):
        return
    later = step.job.steps[step.index + 1 :]
    runs = next((one for one in later if _runs(one, str(step.inputs.get("path", "")))), None)
    named = re.search(r"steps\.([\w-]+)", given) if not re.search("github|refs/pull", given) else None
    if runs is None or (named and not _is_theirs(step, named[1])):
        return
    yield Weakness(
        step.job.workflow.document.line((*step.path, "with", "ref" if "ref" in step.inputs else "repository")),
        f"{event} runs with this repository's rights, and job {step.job.id} checks out and runs a stranger's code",
        f"ref: {step.inputs.get('ref')}",
        "run it in pull_request, without secrets, or check out the base only",
        "warning" if "environment" in step.job.data or _is_narrowed(step.job.workflow, event) else "error",
    )


def _is_theirs(step: Step, source: str) -> bool:
    """Whether a step before asks for a stranger's commit, or reads it in what the stranger's own run has left."""
    before = step.job.steps[: step.index]
    texts = [f"{one.script} {one.inputs.get('script', '')}" for one in before if one.data.get("id") == source]
    left = any("workflow_run.id" in str(one.inputs.get("run-id")) for one in before)
    return any(_ASKS_FOR_HEAD.search(text) or (left and _READS.search(text)) for text in texts)


def _runs(step: Step, folder: str) -> bool:
    """Whether a step runs something of a checkout: of all that lies there, or of the folder that it was put into."""
    if not folder.strip("./"):
        return step.uses.startswith("./") or _RUNS.search(step.script) is not None
    name = re.escape(folder.strip("./"))
    works = f"{step.data.get('working-directory', '')} {step.uses}"
    return re.search(rf"(?:^|[ /]){name}\b", works) is not None or bool(re.search(_FROM + name + r"\b", step.script))


def _is_given(name: str, workflow: Workflow) -> bool:
    """Whether any event of the workflow carries the value."""
    part = next((event for pattern, event in _GIVEN_BY if pattern.search(name)), "")
    return "workflow_call" in workflow.triggers or any(part in event for event in workflow.triggers)
