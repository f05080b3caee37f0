"""Secrets that are printed or fixed, and rights and secrets that are given to code which may change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from toolkit.checks.workflows._strangers import Weakness
from toolkit.expressions import regex
from toolkit.places import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks.workflows._model import Job, Step, Workflow

__all__ = ["OF_A_BRANCH", "exposed"]

OF_A_BRANCH = "is whatever lies on that branch today"

_SECRET = regex(r"\$\{\{[^}]*\bsecrets\.(?P<name>[\w-]+)")
_BRANCH = regex(r"(?P<owner>[\w.-]+)/[\w./-]+@(?:main|master|develop|dev|trunk|latest|HEAD|next)")
_OWN_ACTIONS = frozenset({"actions", "github"})
_BROKEN_INTO = regex(
    r"tj-actions/changed-files@v(?:\d|[1-3]\d|4[0-5])(?:\.\d+)*|reviewdog/action-setup@v1(?:\.[0-2](?:\.\d+)?)?"
)
"""Versions of actions that once read out secrets, or that have a known weakness of this kind."""


_HARMLESS = regex(
    r"^(?!.*(?:DATABASE|DB|SQL|POSTGRES|MONGO|REDIS|AMQP|RABBIT|CONNECTION|HOOK|SLACK|RPC|SENTRY|SIGNED|DEPLOY)\w*_URL)\w+_URL$"
    r"|(?:^|_)(?:ID|HOST|NAME|REGION|USER|USERNAME|EMAIL|BUCKET|DOMAIN|PORT|PATH|ENV|ADDRESS)$",
    re.IGNORECASE,
)
"""Names of what is kept among secrets and is hardly one."""


_DERIVED = regex(
    r"\$\((?!\s*(?:echo|printf|cat|base64|sed|awk|tr|cut|rev|xxd|jq|head|tail|fold|od)\b"
    r"(?![^()]*\b(?:sha\d*sum|shasum|md5sum|wc|openssl)\b))[^()]*\)"
)
"""What a program makes of a secret that it is given, without handing it on: whether it is empty, its length, its digest."""


def exposed(workflow: Workflow) -> Iterator[Weakness]:
    """Every weakness of these kinds in a workflow or a composite action."""
    document = workflow.document
    for job in workflow.jobs:
        if job.data.get("permissions") == "write-all":
            yield _all_rights(document.line((*job.path, "permissions")), f"job {job.id}")
        yield from _fixed(job)
        for step in job.steps:
            yield from _printed(step)
            yield from _broken_into(step)
    yield from _given_away(workflow)
    if workflow.data.get("permissions") == "write-all":
        yield _all_rights(document.line(("permissions",)), "every job")


def _all_rights(line: int, whose: str) -> Weakness:
    message = f"the token of {whose} may write everything: one bad dependency is enough"
    return Weakness(line, message, "permissions: write-all", "name the few rights that are needed", "warning")


def _fixed(job: Job) -> Iterator[Weakness]:
    """Passwords of images that stand in the file."""
    services = job.data.get("services")
    parts: list[tuple[tuple[str | int, ...], Any]] = [((*job.path, "container"), job.data.get("container"))]
    parts += (
        [((*job.path, "services", name), one) for name, one in services.items()] if isinstance(services, dict) else []
    )
    for path, data in parts:
        password = table(data, "credentials").get("password")
        if isinstance(password, str) and password and "${{" not in password:
            yield Weakness(
                job.workflow.document.line((*path, "credentials", "password")),
                "the password of a registry stands in the file",
                f"password of {path[-1]}",
                "put it into a secret of the repository, and change it",
            )


def _printed(step: Step) -> Iterator[Weakness]:
    """Commands that print a secret, or all variables where one is among them."""
    held = _held(step)
    said: set[str] = set()
    kept = _kept_lines(step.script)
    for command in step.commands:
        head, text = command.words[0], command.text
        elsewhere = command.after == "|" or any(re.match(r"[12&]?>", word) for word in command.words)
        if elsewhere or command.line in kept or "::add-mask::" in text:
            continue
        if head in ("echo", "printf"):
            text = _DERIVED.sub("", text)
            named = [match["name"] for match in _SECRET.finditer(text)]
            named += [name for name in held if re.search(rf"\$(?:{name}\b|\{{{name}\}})", text)]
        else:
            all_of_them = text in ("env", "printenv", "export", "set", "env -0")
            named = list(held) if all_of_them else [name for name in held if text == f"printenv {name}"]
        for name in named[:1]:
            if name not in said and not _HARMLESS.search(name):
                said.add(name)
                yield Weakness(
                    step.line(command.line),
                    f"the secret {name} is printed: the log hides it only as a whole, no part or other form of it",
                    f"{head} of {name}",
                    "do not print it; ask whether it is empty by [ -n ]",
                    "warning",
                )


def _kept_lines(script: str) -> set[int]:
    """The 0-based lines of groups in braces whose output goes into a file or another program."""
    found: set[int] = set()
    opened: list[int] = []
    for number, line in enumerate(script.splitlines()):
        text = line.strip()
        if text == "{" or text.endswith(" {"):
            opened.append(number)
        elif text.startswith("}") and opened:
            start = opened.pop()
            if re.match(r"\}\s*[|>]", text):
                found.update(range(start, number))
    return found


def _held(step: Step) -> dict[str, None]:
    """Variables of a step that hold a secret."""
    found: dict[str, None] = {}
    for data in (step.job.workflow.data, step.job.data, step.data):
        for name, value in table(data, "env").items():
            if isinstance(value, str) and _SECRET.search(value) and re.fullmatch(r"\w+", str(name)):
                found[str(name)] = None
    return found


def _broken_into(step: Step) -> Iterator[Weakness]:
    if _BROKEN_INTO.fullmatch(step.uses):
        line = step.job.workflow.document.line((*step.path, "uses"))
        message = f"{step.uses} has once read out the secrets of those who used it"
        yield Weakness(line, message, f"uses: {step.uses}", "use the newest version, by its commit", "warning")


def _given_away(workflow: Workflow) -> Iterator[Weakness]:
    """Actions of others at a branch, each repository of theirs once, first of all where it gets a secret."""
    found: dict[str, Weakness] = {}
    for step in workflow.steps:
        match = _BRANCH.fullmatch(step.uses)
        if match is None or match["owner"].lower() in _OWN_ACTIONS:
            continue
        secret = _handed_over(step, match["owner"].lower())
        whose = "/".join(step.uses.split("/")[:2]).partition("@")[0]
        if whose not in found or (secret and found[whose].severity == "info"):
            found[whose] = Weakness(
                workflow.document.line((*step.path, "uses")),
                f"{step.uses} {OF_A_BRANCH}" + (f", and it is given {secret}" if secret else ""),
                f"uses: {step.uses}",
                "use a version, or better a commit",
                "warning" if secret else "info",
            )
    yield from found.values()


def _handed_over(step: Step, owner: str) -> str:
    """A secret that a step gives its action, by its name; that of the action's own service is none of ours."""
    env = step.data.get("env")
    values = [*step.inputs.values(), *(env.values() if isinstance(env, dict) else ())]
    names = [match["name"] for value in values if isinstance(value, str) for match in _SECRET.finditer(value)]
    # The token of the run is at hand for every action anyway.
    foreign = [
        name
        for name in names
        if name != "GITHUB_TOKEN" and re.sub(r"[\W_]", "", owner)[:5] not in re.sub(r"_", "", name.lower())
    ]
    return next(iter(foreign), "")
