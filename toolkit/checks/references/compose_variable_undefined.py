"""See :class:`ComposeVariableUndefined`."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks._likeness import instead, is_slip_of, likely
from toolkit.checks.references._compose.built_in import of_built_in
from toolkit.checks.references._compose.bundles import bundle
from toolkit.checks.references._compose.files import files
from toolkit.checks.references._compose.passed import does_without, read_instead
from toolkit.checks.references._compose.shells import of_shells
from toolkit.checks.references._fault import finding_of
from toolkit.checks.references._repair import by_hand, reword
from toolkit.checks.references._scripts.texts import lines, sets
from toolkit.context import Unreadable
from toolkit.documents import envfile
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import inside, table, upward
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._compose.files import Compose
    from toolkit.documents import Path
    from toolkit.model import Finding, Severity

_NAME = regex(r"[A-Za-z_]\w*")
_VARIABLE = regex(r"\$\$|\$\{([A-Za-z_]\w*)([^}]{0,1000})\}|\$([A-Za-z_]\w*)")
_AMBIENT = regex(
    r"HOME|PWD|USER|UID|GID|PATH|SHELL|HOSTNAME|HOST|LOGNAME|DISPLAY|TMPDIR|TEMP|TMP|TERM|LANG|SSH_AUTH_SOCK|XDG_\w+|XAUTHORITY|CI"
    r"|COMPOSE_\w+|DOCKER_\w+|GITHUB_\w+|CI_\w+|APPDATA|USERPROFILE|(?i:https?_proxy|no_proxy)|MACHTYPE|HOSTTYPE|OSTYPE|EDITOR"
)
_EXAMPLES = (".env.example", "env.example", ".env.sample", ".env.template", ".env.dist")
_NONE: tuple[str, ...] = ()
_DEMANDED = (":?", "?")
_DEFAULTED = (":-", "-")
_SLIP = 0.85
"""Likeness (0 to 1) from which one name of a variable is a slip of another."""
_OF_DEPLOYMENTS = regex(r"TAG|VERSION|IMAGE|SHA|DIGEST|REGISTRY|COMMIT|BUILD")
"""What a pipeline sets when it deploys."""
_MOST = 4
"""How many variables a message names; a file with more of them lacks its example, and what it demands is no odd one."""


class ComposeVariableUndefined(Check):
    """A compose file uses a variable that nothing in the repository gives a value.

    What it checks: ``${VAR}`` and ``$VAR`` without a default or a message of their own, against environment files and
        examples of the repository, scripts, workflows and instructions, comments of the file, and what a shell always has. The variables
        of a file are one finding, and so is what its variants lack; what an image of others or a program here does without is information. A variable with a default that is set nowhere, where one of which a letter is swapped, dropped or doubled in it is used or set.
        ``${VAR:?why}`` where nobody but this file speaks of it, and the other variables of
        the file are known. Variables that a bundler writes into what browsers load (``NEXT_PUBLIC_``, ``VITE_``), given to a container whose image was built without them.
    Why it matters: Compose only warns and puts an empty text in place: a password, an image tag or an address is empty.
    How to fix: Name the variable in ``.env.example``, give it a default (``${VAR:-value}``), or demand it
        (``${VAR:?why}``).
    Fix safety: Manual. Which value is right is not in the repository.
    """

    def run(self, context: Inspection) -> Iterable[Finding]:
        lacking: list[tuple[Compose, dict[str, Path]]] = []
        for compose in files(context):
            yield from self._slips(context, compose)
            first = _unknown(context, compose)
            if len(first) <= _MOST:
                yield from self._demanded(context, compose)
            for one in of_shells(compose, first):
                yield finding_of(self, context, one)
            for name, where in tuple(first.items()):
                near = _meant(context, compose, where, name)
                harmless = not near and _harmless(context, compose, where, name)
                if near or harmless:
                    del first[name]
                    yield self._one(context, compose, where, name, "info" if harmless else "warning", near)
            if first:
                lacking.append((compose, first))
        # Variants of a file lack what it lacks: the one that lacks most is told of.
        told: list[tuple[Compose, dict[str, Path], list[Compose]]] = []
        for compose, first in sorted(lacking, key=lambda one: -len(one[1])):
            same = next((others for _, known, others in told if first.keys() <= known.keys()), None)
            told.append((compose, first, [])) if same is None else same.append(compose)
        for compose, first, others in told:
            yield self._several(context, compose, first, others)
        for late in of_built_in(context):
            yield finding_of(self, context, late)

    def _slips(self, context: Inspection, compose: Compose) -> Iterator[Finding]:
        """Variables whose default hides that another one is meant, which differs by a letter."""
        uses = [one for kind in (_NONE, _DEMANDED, _DEFAULTED) for one in _used(compose, kind)]
        counts = Counter(name for _, name in uses)
        for where, name in _used(compose, _DEFAULTED):
            if counts[name] > 1 or _AMBIENT.fullmatch(name) or _is_set(context, name):
                continue
            # One that is used again or set is no slip itself.
            others = (*(one for one in counts if counts[one] > 1), *sorted(_known(context)))
            near = next((one for one in others if is_slip_of(name, one)), "")
            if near and not _is_of_another(uses, where, near):
                line = compose.line(where)
                yield self.finding(
                    context,
                    compose.path,
                    f"${name} is set nowhere, so that its default always counts ({near} was probably meant).",
                    line=line,
                    evidence=f"{'.'.join(map(str, where))} uses {name}",
                    # The default works: whether the other value does here, nothing says.
                    fixes=by_hand(instead(name, near, "")),
                )

    def _one(  # noqa: PLR0913, PLR0917 - the parts of one message
        self, context: Inspection, compose: Compose, where: Path, name: str, level: Severity, near: str = ""
    ) -> Finding:
        line = compose.line(where)
        todo = f"name {name} in {_example(context, compose)}, or write ${{{name}:-value}} or ${{{name}:?why}}"
        if read := read_instead(context, compose, where) if level == "info" else "":
            todo = f"set {read}, which the program reads, in place of {_filled(compose, where)}"
        return self.finding(
            context,
            compose.path,
            f"${name} has no default, and no environment file, example or script gives it a value: "
            f"it is empty{f' ({near} was probably meant)' if near else ''}.",
            line=line,
            evidence=f"{'.'.join(map(str, where))} uses {name}",
            fixes=(reword(context, ((compose.path, line[0]),), name, near) if near else ())
            or by_hand(instead(name, near, todo)),
            severity=level,
        )

    def _demanded(self, context: Inspection, compose: Compose) -> Iterator[Finding]:
        """The odd ones among the variables that a file demands: the others are named by an example or a workflow."""
        demanded: dict[str, Path] = {}
        for where, name in _used(compose, _DEMANDED):
            demanded.setdefault(name, where)
        unknown = [name for name in demanded if not _AMBIENT.fullmatch(name) and not _is_set(context, name)]
        unknown = [
            name for name in unknown if not _OF_DEPLOYMENTS.search(name) and not _is_told(context, compose, name)
        ]
        if not unknown:
            return
        together = {
            name
            for one in (compose, *bundle(context, compose))
            for kind in (_NONE, _DEMANDED)
            for _, name in _used(one, kind)
        }
        known = sum(_is_set(context, name) for name in together)
        listed = _named(context, _example(context, compose)) & demanded.keys()
        for name in unknown if known and len(unknown) <= _MOST else ():
            yield self.finding(
                context,
                compose.path,
                f"${name} is demanded, and no environment file, example or script names it: compose stops.",
                line=compose.line(demanded[name]),
                evidence=f"{'.'.join(map(str, demanded[name]))} uses {name}; {known} others of its variables are known",
                # That one demands it is an answer, too; another name for what is set, and an example with the others, is none.
                severity="warning" if listed or _other_name(context, compose, demanded[name], name) else "info",
                fixes=by_hand(f"name {name} in {_example(context, compose)}, or write the name that is set"),
            )

    def _several(self, context: Inspection, compose: Compose, first: dict[str, Path], others: list[Compose]) -> Finding:
        """What a file lacks, of which others lack some, too."""
        names = [*first]
        if len(names) == 1 and not others:
            return self._one(context, compose, first[names[0]], names[0], "warning")
        listed = ", ".join(f"${name}" for name in names[:_MOST]) + (" and others" if names[_MOST:] else "")
        count = f"{len(names)} variables have" if len(names) > 1 else f"{listed} has"
        tail = f"them a value: {listed} are empty" if len(names) > 1 else "it a value: it is empty"
        also = f"; so in {', '.join(other.path for other in others[:12])}" if others else ""
        return self.finding(
            context,
            compose.path,
            f"{count} no default, and no environment file, example or script gives {tail}.",
            line=compose.line(first[names[0]]),
            evidence=", ".join(f"{name} (line {compose.line(first[name])[0]})" for name in names) + also,
            fixes=by_hand(
                f"name {', '.join(names[:12])}{' and the others' if names[12:] else ''} in {_example(context, compose)}"
            ),
            related=[(compose.path, compose.line(first[name])) for name in names],
        )


def _is_of_another(uses: list[tuple[Path, str]], where: Path, name: str) -> bool:
    """Whether one other service alone uses a variable: what it says is of that one."""
    services = {place[:2] for place, used in uses if used == name}
    return len(services) == 1 and where[:2] not in services


def _unknown(context: Inspection, compose: Compose) -> dict[str, Path]:
    """The variables of a file that nothing gives a value, each with the first place that uses it."""
    first: dict[str, Path] = {}
    for where, name in _used(compose):
        first.setdefault(name, where)
    # Where one line demands a variable, compose stops before another finds it empty.
    demanded = {name for _, name in _used(compose, _DEMANDED)}
    unknown = [name for name in first if not _AMBIENT.fullmatch(name) and name not in demanded]
    unknown = [name for name in unknown if not _is_set(context, name)]
    return {name: first[name] for name in unknown if not _is_told(context, compose, name)}


def _example(context: Inspection, compose: Compose) -> str:
    """The example that is to name a variable: the nearest one that is there, else one beside the file that git takes."""
    there = (inside(folder, name) for folder in upward(compose.folder) for name in _EXAMPLES)
    new = (inside(compose.folder, name) for name in _EXAMPLES[:2])
    found = next((name for name in there if context.is_file(name)), "")
    return found or next((name for name in new if resolve(context, name).kind != "ignored"), "the README")


def _other_name(context: Inspection, compose: Compose, where: Path, name: str) -> bool:
    """Whether what a variable fills, or one that is like it, has a value by another name."""
    return _is_set(context, _filled(compose, where)) or bool(likely(name, _known(context)))


def _filled(compose: Compose, where: Path) -> str:
    """The name of what a value fills; empty for an entry of a list that names nothing."""
    key = where[-1] if isinstance(where[-1], str) else str(compose.document.get(where)).partition("=")[0]
    return key if _NAME.fullmatch(key) else ""


def _meant(context: Inspection, compose: Compose, where: Path, name: str) -> str:
    """The name that was misspelt: of what it fills, of another variable of the file, or of an environment file."""
    key = _filled(compose, where)
    names = [other for kind in (_NONE, _DEMANDED, _DEFAULTED) for _, other in _used(compose, kind)]
    # `SENTRY_DSN: ${sentry_dsn}`: another way to write it, which has no value either.
    same = re.sub(r"_+", "", key).lower() == re.sub(r"_+", "", name).lower()
    groups = (() if same or not key else (key,), names, _known(context))
    return next(filter(None, (likely(name, group, _SLIP, slip=True) for group in groups)), "")


def _harmless(context: Inspection, compose: Compose, where: Path, name: str) -> bool:
    """Whether a variable that is no slip only goes through to a program which may do without it."""
    if not does_without(context, compose, where, name):
        return False
    return "build" in table(compose.services.get(str(where[1]))) or not likely(name, _known(context))


def _used(compose: Compose, operators: tuple[str, ...] = _NONE) -> Iterator[tuple[Path, str]]:
    """The variables of a file with their places: those without an operator, or with one of some."""
    stack: list[tuple[Path, object]] = [((), compose.document.data)]
    while stack:
        where, value = stack.pop()
        if isinstance(value, str):
            for match in _VARIABLE.finditer(value):
                behind = match[2] or ""
                fits = behind.startswith(operators) if operators else not behind.startswith((":", "-", "?", "+"))
                name = (match[3] if not operators else None) or (match[1] if fits else None)
                if name:
                    yield where, name
        elif isinstance(value, dict):
            stack.extend(((*where, key), value[key]) for key in reversed(value))
        elif isinstance(value, list):
            stack.extend(((*where, index), value[index]) for index in range(len(value) - 1, -1, -1))


def _is_told(context: Inspection, compose: Compose, name: str) -> bool:
    """Whether a comment of the file or a document says that the variable is wanted."""
    word = re.compile(rf"(?<!\w){name}(?!\w)")
    comments = (line.partition("#")[2] for line in compose.document.text.content.splitlines() if name in line)
    # A compose file in a document uses it, and tells nobody to give it a value.
    spoken = re.compile(rf"(?<![\w$])(?<!\$\{{){name}(?!\w)")
    return any(map(word.search, comments)) or any(
        path.endswith((".md", ".mdx", ".rst")) for path, _ in lines(context, spoken, name)
    )


def _is_set(context: Inspection, name: str) -> bool:
    return name in _known(context) or sets(context, name)


@once_a_run
def _known(context: Inspection) -> frozenset[str]:
    """The names in the environment files of the repository, wherever they lie: scripts give them to compose or copy them."""
    return frozenset().union(*(_named(context, path) for path in _environment_files(context)))


def _named(context: Inspection, path: str) -> frozenset[str]:
    """The names in an environment file, also those that it shows commented out; none where it cannot be read."""
    try:
        return frozenset((*context.document(path, envfile.parse).data, *_commented(context.read(path))))
    except Unreadable:
        return frozenset()


def _commented(content: bytes) -> Iterator[str]:
    """Names that an example shows commented out."""
    yield from (match.decode("ascii") for match in re.findall(rb"(?m)^[^\S\n]*#\s*([A-Za-z_]\w*)=", content))


def _environment_files(context: Inspection) -> Iterator[str]:
    for name, paths in context.inventory.by_name.items():
        if ".env" in name or name == "env" or name.startswith("env.") or name.endswith("_env"):
            yield from paths
