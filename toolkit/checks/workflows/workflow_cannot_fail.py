"""Tests and builds whose failure the workflow swallows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.workflows._expand import is_on
from toolkit.checks.workflows._workflows import workflows
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.workflows._model import Job, Step
    from toolkit.checks.workflows._shell import Simple
    from toolkit.model import Finding, Severity

_PREFIX = (
    r"(?:(?:npx|pnpx|bunx|uvx|poetry\ run|pdm\ run|hatch\ run|uv\ run|pnpm\ exec|yarn\ exec|npm\ exec|bundle\ exec"
    r"|python3?\ -m|coverage\ run\ -m)(?:\ --?[\w-]+)*\ )?"
)
_PROVING = re.compile(
    rf"""{_PREFIX}(?:
      (?:npm|pnpm|yarn|bun|deno|task|just|nx|turbo|lerna|rush)\b(?:\ -[\w-]+(?:[= ][\w@/.*-]+)?)*
        (?:\ run)?\ (?:test|build|typecheck|type-check|check-types|tsc|compile|e2e)(?::(?!watch)[\w:-]+)?(?=\s|$)
    | (?:pytest|py\.test|unittest|nose2?|tox|nox|jest|vitest|mocha|ava|playwright\ test|cypress\ run|rspec|phpunit|bats)\b
    | (?:mypy|pyright|tsc|vue-tsc|basedpyright)\b
    | cargo(?:\ \+[\w.-]+)?\ (?:test|nextest|build|check|build-sbf|test-sbf)\b
    | (?:anchor|forge|hardhat|truffle|go|dotnet|swift|bazel|zig|aptos\ move|sui\ move|near)\ (?:test|build|compile|vet)\b
    | (?:mvn|\./mvnw|gradle|\./gradlew)\b.*\b(?:test|build|verify|check|package|assemble\w*)\b
    | python3?\ manage\.py\ test\b|(?:yarn|npm|pnpm)\ workspaces?\ \S+\ (?:run\ )?(?:test|build|typecheck)\b
    | docker(?:\ |-)compose\ (?:run|exec)\b.*\ (?:pytest|test|jest|vitest|rspec|phpunit)\b
    | make\ (?:-\S+\ )*(?:test|build|all|check|ci|unit|integration|e2e)[\w-]*(?=\s|$)
    | ctest\b|docker(?:\ buildx)?\ build\b|docker\ compose\ build\b|terraform\ (?:validate|plan)\b|tofu\ validate\b
    )""",
    re.VERBOSE,
)
_GUARDING = re.compile(
    rf"""{_PREFIX}(?:
      (?:npm|pnpm|yarn|bun|deno|task|just|nx|turbo)\b(?:\ -[\w-]+(?:[= ][\w@/.*-]+)?)*
        (?:\ run)?\ (?:lint|format:check|check|fmt)(?::[\w:-]+)?(?=\s|$)
    | (?:npm|pnpm|yarn|bun)\ (?:ci|install|i)\b|yarn$
    | (?:eslint|ruff|flake8|pylint|black\ --check|prettier\ (?:-c|--check)|clippy|golangci-lint|shellcheck|hadolint|biome)\b
    | cargo(?:\ \+[\w.-]+)?\ (?:clippy|fmt)\b|gofmt\b|terraform\ fmt\b|tflint\b
    | (?:pip3?|uv\ pip|poetry|pdm|bundle|composer|uv)\ (?:install|sync)\b
    | make\ lint[\w-]*(?=\s|$)
    )""",
    re.VERBOSE,
)
_TRYING = re.compile(
    r"experimental|nightly|optional|allow(?:ed)?[ _-]?(?:to[ _-])?fail|non-?blocking|advisory|canary|beta"
    r"|best[ -]effort|informational|flaky|may fail|soft|report|preview|benchmark|coverage|smoke-only",
    re.IGNORECASE,
)
_CLEANING = re.compile(r"--version|--help|--list|--clear|--clearcache|--dry-run|--collect-only| -h$", re.IGNORECASE)
_TESTS = re.compile(r"\b(?:unit[-_ ]?|integration[-_ ]?|e2e[-_ ]?)?tests?\b|\blint\b|\btype-?check\b", re.IGNORECASE)
_PREPARES = (
    "actions/checkout",
    "actions/setup-",
    "actions/cache",
    "pnpm/action-setup",
    "oven-sh/setup-bun",
    "astral-sh/setup-uv",
)
_CLOSING_WORDS = ("fi", "done", "esac")
_INNOCENT_SCRIPTS = re.compile(r"GITHUB_OUTPUT|GITHUB_ENV|PIPESTATUS|\$\?|::set-output|GITHUB_STEP_SUMMARY")


class WorkflowCannotFail(Check):
    """A failing test, build or lint does not fail the workflow.

    What it checks:
        Tests, builds, type checks, linters and installs followed by ``|| true``, ``|| :``, ``|| exit 0`` or
        ``|| echo ...``; followed by ``; true``, or after ``set +e`` by nothing but prints; with ``continue-on-error: true``;
        or piped into ``tee`` in the default shell, which has no ``pipefail``. Jobs named for tests that only print. Quiet where the result is looked at later (``steps.ID.outcome``, ``$?``, an output), for clean-up,
        and for what calls itself experimental or optional.

    Why it matters:
        The check mark is green whatever the code does. People trust it, and merge what does not work.

    How to fix:
        Remove the part that swallows the failure. If the step is really optional, put it into a job of its own whose
        name says so.

    Fix safety:
        Manual: the step fails today, unseen, and a person has to mend what it finds first.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterator[Finding]:
        for workflow in workflows(context):
            for step in workflow.steps:
                yield from self._swallowed(context, step)
                yield from self._continued(context, step)
                yield from self._forgotten(context, step)
            for job in workflow.jobs:
                yield from self._empty(context, job)

    def _swallowed(self, context: Inspection, step: Step) -> Iterator[Finding]:
        script = step.script
        if not script or _INNOCENT_SCRIPTS.search(script) or _is_trying(step):
            return
        commands = step.commands
        for index, command in enumerate(commands):
            severity = _weight(command)
            following = commands[index + 1] if index + 1 < len(commands) else None
            if severity is None or following is None:
                continue
            if command.after == "||" and _swallows(following, commands[index + 2 :]):
                why = f"{command.text[:80]} || {following.text[:40]}"
                yield self._finding(context, step, command, "its failure is swallowed", why, severity)
            elif command.after == "|" and _loses_status(step, commands, index):
                why = f"{command.text[:80]} | {following.text[:40]}"
                text = "the default shell takes the exit code of the last command of a pipe (no pipefail)"
                yield self._finding(context, step, command, text, why, "warning")

    def _finding(  # noqa: PLR0913, PLR0917 - what a finding is made of
        self, context: Inspection, step: Step, command: Simple, how: str, evidence: str, severity: Severity
    ) -> Finding:
        name = " ".join(command.words[:3])
        return self.finding(
            context,
            step.job.workflow.path,
            f"`{name}` in job {step.job.id} cannot fail: {how}",
            line=step.line(command.line),
            evidence=evidence,
            severity=severity,
            fixes=(Fix("let the step fail, or move it into a job whose name says that it is optional", "manual"),),
        )

    def _forgotten(self, context: Inspection, step: Step) -> Iterator[Finding]:
        """A failing command is not the last one, and the shell was told to go on."""
        script, commands = step.script, step.commands
        if not script or _INNOCENT_SCRIPTS.search(script) or _is_trying(step) or not commands:
            return
        for index, command in enumerate(commands):
            if _weight(command) != "error" or command.before == "|":
                continue
            rest = [one for one in commands[index + 1 :] if one.words[0] not in _CLOSING_WORDS]
            if command.after == ";" and rest and rest[0].words[0] in ("true", ":"):
                yield self._finding(
                    context, step, command, "its failure is swallowed", f"{command.text[:80]}; true", "error"
                )
            elif _goes_on(commands[:index]) and rest and all(_always_succeeds(one) for one in rest):
                why = f"{command.text[:60]} ... {rest[-1].text[:40]}"
                yield self._finding(
                    context,
                    step,
                    command,
                    "the shell goes on after it (set +e), and the last command succeeds",
                    why,
                    "error",
                )

    def _empty(self, context: Inspection, job: Job) -> Iterator[Finding]:
        """A job or a step that says it tests and only prints."""
        if "needs" in job.data or any(step.uses and not step.action.startswith(_PREPARES) for step in job.steps):
            return  # what sums up others, and what actions do, is no empty test
        scripts = [step for step in job.steps if "run" in step.data]
        names = f"{job.id} {job.data.get('name', '')} {' '.join(str(step.data.get('name', '')) for step in scripts)}"
        if not scripts or not _TESTS.search(names) or not all(step.is_posix and step.script for step in scripts):
            return
        commands = [command for step in scripts for command in step.commands]
        if commands and all(_always_succeeds(one) and ">" not in one.text and "$(" not in one.text for one in commands):
            step = scripts[0]
            yield self.finding(
                context,
                job.workflow.path,
                f"job {job.id} says that it tests, and only prints: it cannot fail",
                line=step.line(commands[0].line),
                evidence=commands[0].text[:120],
                severity="warning",
                fixes=(Fix("run the tests, or remove the job", "manual"),),
            )

    def _continued(self, context: Inspection, step: Step) -> Iterator[Finding]:
        whole_job = is_on(step.job.data.get("continue-on-error"))
        if not (whole_job or is_on(step.data.get("continue-on-error"))) or _is_trying(step):
            return
        if _is_asked_later(step):
            return
        command = next((one for one in step.commands if _weight(one) and one.after != "||"), None)
        if command is None:
            return
        where = step.job.path if whole_job else step.path
        yield self.finding(
            context,
            step.job.workflow.path,
            f"`{' '.join(command.words[:3])}` in job {step.job.id} cannot fail: continue-on-error is set",
            line=step.job.workflow.document.position((*where, "continue-on-error")),
            evidence=f"{command.text[:80]}; continue-on-error: true",
            severity="warning",
            fixes=(Fix("remove continue-on-error, or say in the name that it is optional", "manual"),),
        )


def _weight(command: Simple) -> Severity | None:
    """How bad it is that a command cannot fail; ``None`` for those that prove nothing."""
    text = command.text
    if _CLEANING.search(text) or command.negated:
        return None
    if _PROVING.match(text):
        return "error"
    return "warning" if _GUARDING.match(text) else None


def _swallows(command: Simple, later: tuple[Simple, ...]) -> bool:
    """Whether the alternative of a failed command succeeds."""
    words = command.words
    if words[0] in ("true", ":") or words == ("exit", "0"):
        return True
    if words[0] not in ("echo", "printf"):
        return False
    # `|| echo ... && exit 1`, `|| { echo ...; exit 1; }`: the failure is told after all.
    follows = later[0].words if later and command.after in ("&&", ";", "\n") else ()
    return ">" not in command.text and follows[:1] not in (("exit",), ("return",), ("false",))


def _loses_status(step: Step, commands: tuple[Simple, ...], index: int) -> bool:
    last = commands[index + 1]
    plain = not step.shell and "windows" not in " ".join(step.job.runners).lower()
    safe = any(one.words[0] == "set" and "pipefail" in one.text for one in commands[:index])
    return plain and not safe and last.words[0] == "tee" and _PROVING.match(commands[index].text) is not None


def _goes_on(before: tuple[Simple, ...]) -> bool:
    """Whether the shell does not end at a failing command: ``set +e`` before it."""
    switches = [one.text for one in before if one.words[0] == "set" and re.search(r"[-+]\w*e|errexit", one.text)]
    return bool(switches) and re.search(r"\+\w*e|\+o errexit", switches[-1]) is not None


def _always_succeeds(command: Simple) -> bool:
    return command.words[0] in ("echo", "printf", "true", ":") or command.words == ("exit", "0")


def _is_trying(step: Step) -> bool:
    """Whether a step or its job says that it is optional."""
    names = (step.data.get("name"), step.data.get("id"), step.job.data.get("name"), step.job.id, step.job.workflow.name)
    return any(isinstance(name, str) and _TRYING.search(name) for name in names)


def _is_asked_later(step: Step) -> bool:
    name = step.data.get("id")
    content = step.job.workflow.document.text.content
    asked = isinstance(name, str) and re.search(rf"steps\.{re.escape(name)}\.(?:outcome|conclusion|outputs)", content)
    return bool(asked) or re.search(rf"needs\.{re.escape(step.job.id)}\.result", content) is not None
