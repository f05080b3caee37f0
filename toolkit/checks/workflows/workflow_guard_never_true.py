"""Conditions that nothing can meet: on files that are not in the repository, on values that a name never has."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.workflows._conditions import is_off
from toolkit.checks.workflows._situations import never, of_step
from toolkit.checks.workflows._workflows import workflows
from toolkit.model import Fix
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.workflows._model import Step
    from toolkit.checks.workflows._shell import Simple
    from toolkit.model import Finding, Severity

_TEST = re.compile(
    r"""(?P<lead>\bif|\belif|^|&&|;)[ \t]*(?:\[\[?|test)[ \t]+-(?P<kind>[fdesr])[ \t]+(?P<quote>["']?)(?P<path>[\w@./+-]+)(?P=quote)
        [ \t]*(?:\]\]?)?[ \t]*(?P<rest>&&|;|\n|$)""",
    re.VERBOSE | re.MULTILINE,
)
_HASHED = re.compile(r"(?<!!)hashFiles\(\s*'([^'*]+)'\s*\)(?:\s*!=\s*''|(?!\s*==))")
_SWITCH = re.compile(r"[=!]=\s*'(?:true|false)'")
_MADE = re.compile(
    r"(?:^|/)(?:dist|build|out|target|node_modules|coverage|_?site|public|bin|tmp|temp|artifacts?|release|logs?|\.next|htmlcov"
    r"|\.venv|venv|\.cache|[\w-]*(?:reports?|results?|outputs?))(?:/|$)"
    r"|(?:^|/)[\w.-]*(?:coverage|reports?|results?|output|junit|lcov|summary|findings)[\w.-]*$"
    r"|\.(?:log|txt|out|env|xml|lcov|tar\.gz|zip|tgz|pid|sarif|patch|diff)$|(?:^|/)\.env|(?:^|/)\.changeset/pre\.json$",
    re.IGNORECASE,
)
"""What runs make, and what a tool adds and removes again (changesets keeps ``pre.json`` only between two releases)."""
# What starter workflows look for to suit any repository: true or not, nothing was meant for this one.
_ADAPTS = re.compile(
    r"(?:requirements[\w.-]*\.txt|setup\.(?:py|cfg)|pyproject\.toml|Pipfile|poetry\.lock|package(?:-lock)?\.json|yarn\.lock|pnpm-lock\.yaml"
    r"|bun\.lockb?|Gemfile|go\.(?:mod|sum)|Cargo\.(?:toml|lock)|Makefile|pom\.xml|build\.gradle(?:\.kts)?|composer\.json)[\"'\s)]"
)


class WorkflowGuardNeverTrue(Check):
    """A step is guarded by what is never true, so that it never does anything.

    What it checks:
        ``if [ -f X ]``, ``[ -d X ] &&``, ``test -e X`` and ``if: hashFiles('X') != ''`` where X is a literal path that no
        clone has, no build makes and nothing else in the job names. A guard with an ``else`` and a negated one do
        something and are not told; guards by manifests and locks, as starter workflows have them, are information. Also
        conditions of steps that compare a name with what it never is: members that ``github`` does not have, events,
        systems and results that do not exist, values outside of the matrix and the choices of an input, texts
        (variables, outputs) with ``true``. A setting of the file itself that switches a step off is information.

    Why it matters:
        The step is green because it is empty. A moved configuration silently ends its tests.

    How to fix:
        Correct the path, or remove the guard, so that a missing file is a failure.

    Fix safety:
        Manual: what the guard was meant for is not in the file.
    """

    severity = "warning"

    def run(self, context: Inspection) -> Iterator[Finding]:
        for workflow in workflows(context):
            if workflow.is_library:
                continue
            for step in workflow.steps:
                yield from self._scripts(context, step)
                yield from self._conditions(context, step)

    def _scripts(self, context: Inspection, step: Step) -> Iterator[Finding]:
        script = step.script
        for match in _TEST.finditer(script):
            path = match["path"]
            if match["lead"] in ("elif", ";") or _has_else(script, match) or _MADE.search(path):
                continue
            if match["lead"] != "if" and match["rest"] != "&&":
                continue
            line = script.count("\n", 0, match.start("path"))
            test = next((one for one in step.commands if one.line == line and _tests(one, path)), None)
            if test is None or test.cwd is None or _is_named_elsewhere(step, path, match.start()):
                continue
            cwd = test.cwd
            missing = [found for folder in step.folders if (found := _missing(context, step, folder, cwd, path))]
            if missing and len(missing) == len(step.folders):
                yield self._finding(context, step, missing[0], step.line(line), match[0].strip())

    def _conditions(self, context: Inspection, step: Step) -> Iterator[Finding]:
        condition = step.data.get("if")
        if not isinstance(condition, str) or is_off(condition):
            return
        why = never(condition, of_step(step))
        if why is not None:
            line = step.job.workflow.document.position((*step.path, "if"))[0]
            switch = why.startswith("env.") and _SWITCH.search(condition)
            yield self._finding(
                context,
                step,
                why or "nothing meets the condition",
                line,
                f"if: {' '.join(condition.split())}",
                "info" if switch else None,
            )
            return
        match = _HASHED.search(condition) if "||" not in condition else None
        if match and not _MADE.search(match[1]) and not _is_named_elsewhere(step, match[1], 0):
            missing = _missing(context, step, ".", ".", match[1])
            if missing:
                line = step.job.workflow.document.position((*step.path, "if"))[0]
                yield self._finding(context, step, missing, line, match[0])

    def _finding(  # noqa: PLR0913, PLR0917 - what a finding is made of
        self, context: Inspection, step: Step, why: str, line: int, evidence: str, severity: Severity | None = None
    ) -> Finding:
        return self.finding(
            context,
            step.job.workflow.path,
            f"the guard is never true: {why}",
            line=line,
            evidence=evidence,
            severity=severity or ("info" if _ADAPTS.search(evidence) else None),
            fixes=(Fix("correct the guard, or remove it", "manual"),),
        )


def _missing(context: Inspection, step: Step, folder: str, cwd: str, path: str) -> str:
    home = step.job.repository_path(posixpath.join(folder, cwd, path), step.index)
    if home is None:
        return ""
    verdict = resolve(context, home)
    return f"{home} {verdict.why}" if verdict.kind in ("missing", "elsewhere") else ""


def _tests(command: Simple, path: str) -> bool:
    """Whether a command is the test of that path; what stands in a heredoc is no command."""
    return command.words[0] in ("[", "[[", "test") and path in command.words and not command.negated


def _has_else(script: str, match: re.Match[str]) -> bool:
    """Whether anything happens when the file is not there."""
    if match["lead"] != "if":
        tail = script[match.end() :].partition("\n")[0]
        return "||" in tail
    depth = 1
    for word in re.finditer(r"(?m)(?:^|[;\s])(if|fi|else|elif)(?=[;\s]|$)", script[match.end("lead") :]):
        depth += {"if": 1, "fi": -1}.get(word[1], 0)
        if depth == 1 and word[1] in ("else", "elif"):
            return True
        if depth == 0:
            return False
    return False


def _is_named_elsewhere(step: Step, path: str, start: int) -> bool:
    """Whether something before the guard may make the file: another step names it, or this one does earlier."""
    name = re.compile(rf"(?<![\w-]){re.escape(posixpath.basename(path.rstrip('/')))}(?![\w-])")
    for earlier in step.job.steps[: step.index]:
        brings = "download-artifact" in earlier.action or "cache" in earlier.action
        if brings and not earlier.inputs.get("path"):
            return True
        if earlier.uses and any(name.search(str(value)) for value in earlier.inputs.values()):
            return True
        text = earlier.data.get("run")
        guards = _TEST.sub("", text) if isinstance(text, str) else ""
        if name.search(guards) and not re.search(rf"-[fder]\s+[\"']?{re.escape(path)}", str(text)):
            return True
    return name.search(step.script[:start]) is not None
