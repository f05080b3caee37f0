"""Paths in workflows that no clone has."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from toolkit.checking import Check
from toolkit.checks.workflows._named_paths import named_paths
from toolkit.checks.workflows._workflows import is_called, workflows
from toolkit.context import Unreadable
from toolkit.documents import DocumentError
from toolkit.model import EditFile, Fix
from toolkit.references import resolve
from toolkit.system.files import digest_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.workflows._model import Job, Step, Workflow
    from toolkit.checks.workflows._named_paths import Named
    from toolkit.model import Finding, Severity
    from toolkit.references import Verdict

_MAKES_ANYTHING = re.compile(
    r"\bgit (?:clone|checkout|switch|pull|submodule|apply|worktree)\b|\bgh (?:repo clone|pr checkout|release download)"
    r"|\bdegit\b|\bcreate-|\b(?:npm|yarn|pnpm|bun) create\b|\bcargo (?:new|generate|init)\b|\btar\b|\bunzip\b|\bunrar\b"
)
_RESTORES = ("actions/download-artifact", "actions/cache", "dawidd6/action-download-artifact")
_OUTPUT = re.compile(
    r"(?:^|/)(?:dist|build|out|target|node_modules|coverage|_?site|public|bin|tmp|temp|artifacts?|release|\.next"
    r"|htmlcov|\.venv|venv|gh-pages|cmake-build[\w-]*)(?:/|$)"
)


class WorkflowReferenceMissing(Check):
    """A workflow names a file or folder that is not in the repository.

    What it checks:
        ``working-directory``, ``uses: ./...`` of actions and reusable workflows, ``cache-dependency-path``, version files
        and other inputs that name files, scripts that are run, ``cd``, ``-r``, ``--prefix`` and the like, ``npm run``
        of a script that ``package.json`` does not have, and path filters under which nothing lies. Folders of checkouts,
        matrix values and ``cd`` are followed. What an earlier step may have made, build outputs, and what stands
        behind a condition is not judged.

    Why it matters:
        The step fails when it is reached, often in the one job that nobody watches; a filter that matches nothing means
        that the workflow does not run for the change it was written for.

    How to fix:
        Correct the path, usually to where the folder was moved, or remove the step.

    Fix safety:
        Safe where the file of the same name lies at one other place only, unsafe where the name is only alike.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterator[Finding]:
        for workflow in workflows(context):
            yield from self._filters(context, workflow)
            if workflow.is_library and not is_called(context, workflow):
                continue
            for job in workflow.jobs:
                yield from self._called(context, job)
                for step in job.steps:
                    yield from self._step(context, step)

    def _called(self, context: Inspection, job: Job) -> Iterator[Finding]:
        uses = job.data.get("uses")
        if isinstance(uses, str) and uses.startswith("./") and "${{" not in uses:
            verdict = resolve(context, uses, ".")
            if not verdict.fine:
                key = (*job.path, "uses")
                yield self._finding(
                    context, job.workflow, key, f"the reusable workflow {uses} {verdict.why}", uses, verdict
                )

    def _step(self, context: Inspection, step: Step) -> Iterator[Finding]:
        if "hashFiles" in f"{step.data.get('if')}{step.job.data.get('if')}":
            return
        said: set[str] = set()
        for named in named_paths(step):
            verdict = _judge(context, step, named)
            if verdict is None or verdict.path in said:
                continue
            said.add(verdict.path)
            workflow = step.job.workflow
            caught = step.data.get("continue-on-error") is True or step.job.data.get("continue-on-error") is True
            severity: Severity = "warning" if caught or not named.fatal else "error"
            breaks = (
                "the step fails"
                if named.fatal
                else "nothing is cached"
                if named.kind == "lock"
                else "the command fails"
            )
            shown = named.text if named.bases == (".",) else f"{named.text} (from {named.bases[0]})"
            message = f"{named.what}: {shown} {verdict.why}; {breaks}"
            line = (step.line(named.line), 0) if not named.key else None
            yield self._finding(context, workflow, named.key, message, named.text, verdict, severity, line)
        yield from self._package_scripts(context, step)

    def _package_scripts(self, context: Inspection, step: Step) -> Iterator[Finding]:
        for command in step.commands:
            name = _package_script(command.words)
            if not name or command.depth or "||" in (command.before, command.after) or command.cwd is None:
                continue
            for folder in step.folders:
                home = step.job.repository_path(posixpath.join(folder, command.cwd), step.index)
                manifest = _manifest(context, home) if home is not None else ""
                scripts = _scripts(context, manifest) if manifest else None
                if scripts is None or name in scripts or _may_make(step, 0, manifest, "package.json"):
                    continue
                yield self.finding(
                    context,
                    step.job.workflow.path,
                    f"{manifest} has no script {name!r}: the step fails",
                    line=step.line(command.line),
                    evidence=command.text[:120],
                    severity="warning" if step.data.get("continue-on-error") is True else "error",
                    fixes=(Fix(f"add the script {name!r} to {manifest}, or remove the step", "manual"),),
                )

    def _filters(self, context: Inspection, workflow: Workflow) -> Iterator[Finding]:
        said: set[str] = set()
        for event in ("push", "pull_request", "pull_request_target"):
            given = workflow.triggers.get(event, {}).get("paths")
            patterns = [item for item in given if isinstance(item, str)] if isinstance(given, list) else []
            positive = [(index, item) for index, item in enumerate(patterns) if not item.startswith("!")]
            dead = [(index, item) for index, item in positive if not _matches_anything(context, item)]
            for index, item in dead:
                if item in said:
                    continue
                said.add(item)
                alone = len(dead) == len(positive)
                is_folder = item.strip("/") in context.inventory.folders
                severity: Severity = "warning" if alone or is_folder or _never_was(item) else "info"
                why = "is a folder: only /** matches what is in it" if is_folder else "matches no file"
                why = "begins with ./ and so never matches" if item.startswith("./") else why
                yield self.finding(
                    context,
                    workflow.path,
                    f"the filter {item!r} {why}" + (f": no {event} starts this workflow" if alone else ""),
                    line=workflow.document.position(("on", event, "paths", index)),
                    evidence=item,
                    severity=severity,
                    fixes=(Fix("correct the pattern, or remove it", "manual"),),
                )

    def _finding(  # noqa: PLR0913, PLR0917 - what a finding is made of
        self,
        context: Inspection,
        workflow: Workflow,
        key: tuple[str | int, ...],
        message: str,
        text: str,
        verdict: Verdict,
        severity: Severity = "error",
        line: tuple[int, int] | None = None,
    ) -> Finding:
        at = line or workflow.document.position(key)
        if line is None and (inside := _line_within(workflow, key, text)):
            at = (inside, 0)
        return self.finding(
            context,
            workflow.path,
            message,
            line=at,
            evidence=text,
            severity=severity,
            fixes=_fixes(context, workflow, key, text, verdict),
        )


def _judge(context: Inspection, step: Step, named: Named) -> Verdict | None:
    """The verdict about a path, if it is surely wrong in every folder it may count from."""
    verdicts = []
    for base in named.bases:
        # A lock that is named before the checkout is looked for when it is not there yet, whatever its path.
        before = None if named.kind == "lock" else step.index
        home = step.job.repository_path(posixpath.join(base, named.text), before)
        if home is None or (home != "." and _OUTPUT.search(home)) or home.startswith("../"):
            return None
        folders = tuple(folder for folder in step.job_folders if folder != ".")
        verdict = resolve(context, home, ".", bases=folders)
        if named.kind == "action":
            inner = [resolve(context, posixpath.join(home, name)).fine for name in ("action.yml", "action.yaml")]
            if any(inner) or resolve(context, posixpath.join(home, "Dockerfile")).fine:
                return None
        if verdict.fine and named.kind != "action":
            return None
        if verdict.kind == "ignored" and named.kind == "folder":
            return None
        missing = _first_missing(context, verdict.path)
        if _may_make(step, named.script_index, verdict.path, missing, script=not named.key):
            return None
        verdicts.append(verdict)
    return verdicts[0] if verdicts else None


def _first_missing(context: Inspection, path: str) -> str:
    """The first part of a path that is not there."""
    parts = path.split("/")
    for count in range(1, len(parts)):
        if "/".join(parts[:count]) not in context.inventory.folders:
            return parts[count - 1]
    return parts[-1]


def _may_make(step: Step, script_index: int, path: str, name: str, *, script: bool = False) -> bool:
    """Whether a step before, or a command before in this one, may bring a path: it names it, or brings anything."""
    word = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")
    texts = []
    for earlier in step.job.steps[: step.index]:
        if earlier.action.startswith(_RESTORES):
            given = str(earlier.inputs.get("path", ""))
            if not given or "download-artifact" in earlier.action or word.search(given):
                return True
        script_text = earlier.data.get("run")
        if isinstance(script_text, str):
            texts.append(script_text)
        elif earlier.uses and not earlier.uses.startswith("actions/"):
            texts += [str(value) for key, value in earlier.inputs.items() if "directory" not in key.lower()]
    if script:
        texts += [one.text for one in step.commands[:script_index]]
    return any(word.search(text) or _MAKES_ANYTHING.search(text) for text in texts) or path.endswith((".env", ".log"))


def _fixes(
    context: Inspection, workflow: Workflow, key: tuple[str | int, ...], text: str, verdict: Verdict
) -> tuple[Fix, ...]:
    by_hand = Fix("correct the path, or remove what needs it", "manual")
    node = workflow.document.node(key) if key else None
    if not verdict.near or node is None or node.kind != "scalar" or node.value != text:
        return (by_hand,)
    near = f"./{verdict.near}" if text.startswith("./") else verdict.near
    same = posixpath.basename(verdict.near) == posixpath.basename(verdict.path)
    try:
        span = workflow.document.replace(key, near)
    except DocumentError:
        return (by_hand,)
    edit = EditFile(workflow.path, (span,), digest_bytes(context.read(workflow.path)))
    return (Fix(f"use {near}", "safe" if same else "unsafe", (edit,)),)


def _line_within(workflow: Workflow, key: tuple[str | int, ...], text: str) -> int:
    """The line of one of several paths in a block."""
    place = workflow.document.place(key)
    if place is None:
        return 0
    content = workflow.document.text.content
    at = content.find(text, place.start, place.end)
    return workflow.document.text.line(at) if at >= 0 and "\n" in content[place.start : at] else 0


def _package_script(words: tuple[str, ...]) -> str:
    """The script of ``package.json`` that a command runs for sure; empty where other packages may be meant."""
    if words[0] not in ("npm", "pnpm") or len(words) < 2:
        return ""
    if any(word.startswith("-") and word != "--" for word in words[1:3]) or re.search(
        r" (?:-w|--workspaces?|--filter|-F|-r|--recursive|--if-present|--prefix|-C|--dir)\b", f" {' '.join(words)} "
    ):
        return ""
    if words[1] in ("run", "run-script") and len(words) > 2:
        return words[2] if re.fullmatch(r"[\w:.-]+", words[2]) else ""
    return "test" if words[1] in ("test", "t") else ""


def _manifest(context: Inspection, folder: str) -> str:
    while True:
        path = posixpath.normpath(posixpath.join(folder, "package.json"))
        if path in context.inventory.tracked_set:
            return path
        if folder in (".", ""):
            return ""
        folder = posixpath.dirname(folder) or "."


def _scripts(context: Inspection, manifest: str) -> dict[str, Any] | None:
    try:
        data = context.json(manifest)
    except Unreadable:
        return None
    scripts = data.get("scripts", {}) if isinstance(data, dict) else None
    return scripts if isinstance(scripts, dict) else None


def _matches_anything(context: Inspection, pattern: str) -> bool:
    if re.search(r"[?+\[\]]", pattern) or pattern.startswith("**"):
        return True
    if "*" not in pattern:
        return pattern in context.inventory.tracked_set or any(pattern == inner for inner in context.inventory.gitlinks)
    fixed = posixpath.dirname(pattern.split("*", 1)[0] + "x") or "."
    expression = re.compile(
        "".join({"**": ".*", "*": "[^/]*"}.get(part, re.escape(part)) for part in re.split(r"(\*\*|\*)", pattern))
    )
    tracked = context.inventory.tracked_set
    if any(fixed == inner or fixed.startswith(f"{inner}/") for inner in context.inventory.gitlinks):
        return True
    if pattern.endswith("/**") and pattern.count("*") == 2:
        return any(path in tracked for path in context.below(fixed))
    return any(path in tracked and expression.fullmatch(path) for path in context.below(fixed))


def _never_was(pattern: str) -> bool:
    """Whether a dead pattern is wrong by itself or meant a folder of the repository's own, not a file that may come."""
    return pattern.startswith("./") or (pattern.endswith(("/**", "/*", "/**/*")) and not pattern.startswith((".", "*")))
