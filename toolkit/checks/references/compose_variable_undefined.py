"""See :class:`ComposeVariableUndefined`."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.references._compose import files
from toolkit.checks.references._repair import position, remembered, strings
from toolkit.checks.references._scripts import sets
from toolkit.context import Unreadable
from toolkit.documents import envfile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._compose import Compose
    from toolkit.documents import Path
    from toolkit.model import Finding

_VARIABLE = re.compile(r"\$\$|\$\{([A-Za-z_]\w*)([^}]*)\}|\$([A-Za-z_]\w*)")
_AMBIENT = re.compile(
    r"HOME|PWD|USER|UID|GID|PATH|SHELL|HOSTNAME|HOST|LOGNAME|DISPLAY|TMPDIR|TEMP|TMP|TERM|LANG|SSH_AUTH_SOCK|XDG_\w+|XAUTHORITY|CI"
    r"|COMPOSE_\w+|DOCKER_\w+|GITHUB_\w+|CI_\w+|APPDATA|USERPROFILE|(?i:https?_proxy|no_proxy)|MACHTYPE|HOSTTYPE|OSTYPE|EDITOR"
)


class ComposeVariableUndefined(Check):
    """A compose file uses a variable that nothing in the repository gives a value.

    What it checks: ``${VAR}`` and ``$VAR`` without a default or a message of their own, against environment files and
        examples in the folder of the compose file and above, its ``env_file`` entries, scripts, workflows and
        instructions, and what a shell always has.
    Why it matters: Compose only warns and puts an empty text in place: a password, an image tag or an address is empty.
    How to fix: Name the variable in ``.env.example``, give it a default (``${VAR:-value}``), or demand it
        (``${VAR:?why}``).
    Fix safety: Manual. Which value is right is not in the repository.
    """

    def run(self, context: Inspection) -> Iterable[Finding]:
        for compose in files(context):
            known: frozenset[str] | None = None
            reported: set[str] = set()
            for where, name in _used(compose):
                known = _known(context, compose) if known is None else known
                if name in reported or name in known or _AMBIENT.fullmatch(name) or sets(context, name):
                    continue
                reported.add(name)
                yield self.finding(
                    context,
                    compose.path,
                    f"${name} has no default, and no environment file, example or script gives it a value: it is empty.",
                    line=position(compose.document, where),
                    evidence=f"{'.'.join(map(str, where))} uses {name}",
                )


def _used(compose: Compose) -> Iterator[tuple[Path, str]]:
    stack: list[tuple[Path, object]] = [((), compose.document.data)]
    while stack:
        where, value = stack.pop()
        if isinstance(value, str):
            for match in _VARIABLE.finditer(value):
                name = match[3] or (match[1] if not (match[2] or "").startswith((":", "-", "?", "+")) else None)
                if name:
                    yield where, name
        elif isinstance(value, dict):
            stack.extend(((*where, key), value[key]) for key in reversed(value))
        elif isinstance(value, list):
            stack.extend(((*where, index), value[index]) for index in range(len(value) - 1, -1, -1))


def _known(context: Inspection, compose: Compose) -> frozenset[str]:
    folders = {compose.folder, "."}
    folder = compose.folder
    while folder not in (".", ""):
        folders.add(folder)
        folder = posixpath.dirname(folder)
    named = {
        posixpath.normpath(posixpath.join(compose.folder, path))
        for _, value in compose.values("env_file")
        for _, path in strings(value)
    }
    found: set[str] = set()
    for path in _environment_files(context):
        if posixpath.dirname(path) in folders or (posixpath.dirname(path) or ".") in folders or path in named:
            try:
                found.update(context.document(path, envfile.parse).data)
                found.update(_commented(context.read(path)))
            except Unreadable:
                continue
    return frozenset(found)


def _commented(content: bytes) -> Iterator[str]:
    """Names that an example shows commented out."""
    yield from (match.decode("ascii") for match in re.findall(rb"(?m)^\s*#\s*([A-Za-z_]\w*)=", content))


def _environment_files(context: Inspection) -> tuple[str, ...]:
    def make() -> tuple[str, ...]:
        names = [
            name for name in context.inventory.by_name if name.startswith(".env") or ".env" in name or name == "env"
        ]
        names += [name for name in context.inventory.by_name if name.startswith("env.") or name.endswith("_env")]
        return tuple(path for name in dict.fromkeys(names) for path in context.inventory.by_name[name])

    found: tuple[str, ...] = remembered(context, "references.environment_files", make)
    return found
