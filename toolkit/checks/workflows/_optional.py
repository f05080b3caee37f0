"""Steps that may fail by intention, and steps of whose result something asks later."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._shell import commands
from toolkit.checks._texts import indent
from toolkit.checks.workflows._proving import is_deployment, is_setup, weight
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks._shell import Simple
    from toolkit.checks.workflows._model import Step

__all__ = ["is_asked_later", "is_excused", "is_reported", "may_be_tried", "says_it_is_optional", "stands_aside"]

_TRYING = regex(
    r"experimental|optional|allow(?:ed)?[ _-]?(?:to[ _-])?fail|non-?blocking|advisory|best[ -]effort|informational|flaky|may fail"
    r"|soft[ -]?fail|smoke-only|(?:report|warn(?:ing)?s?)[ -]only|nightly|canary|beta|(?:if|when) (?:(?:un)?available|configured)",
    re.IGNORECASE,
)
_ON_THE_SIDE = regex(r"soft|report|preview|benchmark|coverage|nice to have|comment|notif", re.IGNORECASE)
"""What stands beside the work, unless a test, build or the like is called so."""
_WORK = regex(r"\btest|test\b|tests\b|jest|lint|build|compile|type-?check", re.IGNORECASE)
_COMMENT = regex(
    r"(?:^|\s)#[^\n#]*\b(?:non-?blocking|advisory|informational|best[ -]effort|optional|(?:do(?:es)?|must|should|will)(?: not|n't)"
    r" (?:fail|block|break|gate)|(?:never|not) (?:fails?|blocks?|blocking|fatal|gat(?:es?|ing))|non-?fatal|allow(?:ed)? to fail"
    r"|may fail|soft[ -]fail|(?:report|warn(?:ing)?s?)[ -]only|tolerate|temporar(?:y|ily)|for now\b|for the time being|until\b[^\n]*\b(?:fix|done|ready|green|strict|pass)"
    r"|(?:todo|fixme)\b[^\n]*\b(?:remove|fix|enable|enforce|strict|block))",
    re.IGNORECASE | re.MULTILINE,
)

_MOST = 2_000
"""Characters in which comments around a step are looked for."""
_JUDGES_TESTS = regex(r"test-report|junit|unit-test-result|test-summary|codecov/test-results")
_JUDGES_ALL = regex(r"sonar|quality-gate|reviewdog")
"""Actions that judge what linters write, too."""
_TESTS = regex(
    r"(?:^|[\s:/_-])(?:unit|integration)?tests?(?![\w.])|\b(?:pytest|jest|vitest|mocha|ava|e2e|rspec|phpunit|pest|ctest|playwright|cypress|tox|nox|bats)\b"
)
_OF_TEXTS = frozenset(
    {
        "echo", "printf", "[", "[[", "test", "true", ":", "cat", "grep", "sed", "awk", "head", "tail", "cut", "sort", "uniq", "wc", "tr",
        "date", "jq", "ls", "pwd",
    }
)  # fmt: skip
"""Programs that make and show texts."""


def says_it_is_optional(step: Step) -> bool:
    """Whether a step or its job says that it is optional."""
    own = (step.data.get("name"), step.data.get("id"))
    around = (step.job.data.get("name"), step.job.id)
    if any(_TRYING.search(name) for name in (*own, *around) if isinstance(name, str)):
        return True
    workflow = _TRYING.search(step.job.workflow.name)
    return workflow is not None and not re.fullmatch(r"(?i)nightly|canary|beta", workflow[0])


def may_be_tried(name: str) -> bool:
    """Whether the name of something says that it may fail."""
    return _TRYING.search(name) is not None


def stands_aside(step: Step) -> bool:
    """Whether a step says that what it finds need not stop anybody: by its name, or in a comment."""
    own = (step.data.get("name"), step.data.get("id"))
    named = any(_ON_THE_SIDE.search(name) and not _WORK.search(name) for name in own if isinstance(name, str))
    return named or is_excused(step)


def is_excused(step: Step) -> bool:
    """Whether a comment above a step or its job, or in the step, says that it need not succeed."""
    document = step.job.workflow.document
    content = document.text.content
    own, job = document.place(step.path), document.place(step.job.path)
    steps = document.place((*step.job.path, "steps"))
    texts = [*_around(content, own.start, own.end), content[own.start : own.end]] if own is not None else []
    if job is not None and steps is not None:
        texts += [*_around(content, job.first, job.first), content[job.first : steps.first]]
    return any(_COMMENT.search(text) for text in texts)


def _around(content: str, start: int, end: int) -> Iterator[str]:
    """The comments right above an entry, not those of what stands before it, and those at its end."""
    above = content[max(start - _MOST, 0) : start].split("\n")
    before = above.pop()
    column = len(before)
    # What begins with a dash has the comments about it at the dash; those at its keys are about the entry above.
    most = column - 1 if before.strip() == "-" else column
    while above and above[-1].lstrip().startswith("#") and indent(above[-1]) <= most:
        yield above.pop()
    rest = content[end : end + _MOST].split("\n")
    yield rest[0]
    for line in rest[1:]:
        if not line.lstrip().startswith("#") or indent(line) < column:
            return
        yield line


def is_asked_later(step: Step, *, whole: bool = False) -> bool:
    """Whether something is decided by the result of a step that may fail; what is only shown to people is not.

    Args:
        step: with ``continue-on-error``, after which its job succeeds, and ``conclusion`` is ``success``.
        whole: whether the job has it instead, whose result another job may ask for.
    """
    if whole and _uses_of(step, rf"needs\.{re.escape(step.job.id)}\.result|needs\.\*\.result"):
        return True
    name = step.data.get("id")
    return isinstance(name, str) and _uses_of(step, rf"steps\.{re.escape(name)}\.(?:outcome|outputs)\b")


def is_reported(step: Step, command: Simple) -> bool:
    """Whether an action behind a step reads what a test or a linter reports, and may fail because of it."""
    heavy = weight(command) == "error"
    if (heavy and not _TESTS.search(command.text)) or (not heavy and (is_deployment(command) or is_setup(command))):
        return False
    judges = (_JUDGES_ALL, _JUDGES_TESTS) if heavy else (_JUDGES_ALL,)
    return any(judge.search(one.action) for one in step.job.steps[step.index + 1 :] for judge in judges)


def _uses_of(step: Step, pattern: str) -> bool:
    use = re.compile(pattern)
    return any(use.search(text) for other in step.job.workflow.jobs for text in _deciding(other.data))


def _deciding(data: object) -> Iterator[str]:
    """Every text of a job but scripts that only show something."""
    stack = [("", data)]
    while stack:
        key, value = stack.pop()
        if isinstance(value, dict):
            stack += [(str(name), item) for name, item in value.items()]
        elif isinstance(value, list):
            stack += [(key, item) for item in value]
        elif isinstance(value, str) and not (key == "run" and _only_tells(value)):
            yield value


def _only_tells(script: str) -> bool:
    """Whether a script makes a text for people and does nothing else, expressions taken for words."""
    found = commands(re.sub(r"\$\{\{[^{}]*\}\}", "x", script))
    return (
        bool(found)
        and not re.search(r"GITHUB_(?:OUTPUT|ENV)\b|::set-output|<<", script)
        and all(one.words[0] in _OF_TEXTS or one.words == ("exit", "0") for one in found)
    )
