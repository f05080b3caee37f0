"""Variables of manifests that nothing reads, beside one that differs by a word and that the program reads."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from typing import TYPE_CHECKING

from toolkit.checks._search import files_with
from toolkit.checks._texts import text_of
from toolkit.checks.references._environment.needs import declared, demanded, in_settings, reads, reads_of
from toolkit.checks.references._environment.variable_names import reworded
from toolkit.checks.references._kubernetes.given import given
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes.pods import Container
    from toolkit.checks.references._services import Program

__all__ = ["OF_RUNTIMES", "RELAXED", "by_a_word", "is_reader", "read_by"]

OF_RUNTIMES = regex(
    r"(?:NODE|NPM|OTEL|UVICORN|GUNICORN|WEB|SPRING|JAVA|JVM|JDK|PYTHON|PIP|RUST|GO|GIN|RAILS|RACK|PHP|DD|NEW_RELIC|SENTRY|AWS|GOOGLE|GCP"
    r"|AZURE|PRISMA|NEXT|NUXT|VITE|REACT_APP|EXPO|SERVER|MANAGEMENT|LOGGING|ASPNETCORE|DOTNET|PG|MYSQL|POSTGRES|MONGO|TZ|LANG|LC|SSL|HTTP|HTTPS"
    r"|NO_PROXY|KUBERNETES|POD|CELERY|FLASK|DJANGO|N8N|GRAFANA|KC|KEYCLOAK)(?:_|$)"
)
"""Variables that frameworks, drivers and runtimes read by themselves."""
_SETTING = regex(
    r"(?i)(?:^|/)(?:[^/]*\.env[^/]*|[^/]+\.(?:md|mdx|txt|rst|tfvars|ya?ml)|(?:dockerfile|containerfile)[^/]*)$"
)
"""Files that set variables or speak of them; others are taken for readers."""
_BINDING = regex(
    r"\bBaseSettings\b|\bpydantic_settings\b|\bviper\.|\benvconfig\b|\bkoanf\b|\bdynaconf\b|\bfigment\b|\benvy::|\bconfig::Environment\b"
    r"|\bAutomaticEnv\b|\b(?:from|import) decouple\b"
)
"""Readers that make the name of a variable of that of a field."""
_SCRIPT = regex(r"(?:[\w.-]{1,80}/){0,8}[\w.-]{1,80}\.(?:py|js|mjs|cjs|ts|rb|php)")
RELAXED = (".java", ".kt", ".cs", ".php", ".scala", ".groovy")
"""Languages whose frameworks find settings under several names."""
_MOST = 20


def by_a_word(context: Inspection, program: Program, container: Container, names: tuple[str, ...]) -> dict[str, str]:
    """What variables that a container is given were meant to be; only of those that nothing in the repository reads."""
    wanted = read_by(context, program, container)
    known = given(context, program, container, bare=True)
    if known is None or not wanted or any(path.endswith(RELAXED) for path in context.below(program.folder)):
        return {}
    pairs = {name: reworded(name, wanted - known) for name in names if name not in wanted and "__" not in name}
    # USER_READING and USER_WRITING are two variables of a set, and none of them is meant to be USER.
    sets = Counter(near for name in names for near in {*pairs.values()} if near and _is_of_set(name, near))
    likely = {name: near for name, near in pairs.items() if near and sets[near] < 2 and not OF_RUNTIMES.match(name)}
    return {name: near for name, near in tuple(likely.items())[:_MOST] if not _is_read(context, name)}


def _is_of_set(name: str, stem: str) -> bool:
    return name.count("_") > stem.count("_") and reworded(name, {stem}) != ""


def read_by(context: Inspection, program: Program, container: Container) -> set[str]:
    """The variables that the code of a program reads, and the script that a container runs instead of it."""
    scripts = set(_scripts(context, container))
    if scripts:
        return {name for path in scripts for name in reads_of(context, path)}
    if not program.dockerfile:  # one of many packages that are built by one: the whole code of all would take long
        return set(in_settings(context, program.folder))
    return (
        set(reads(context, program.folder))
        | demanded(context, program.folder).keys()
        | declared(context, program.folder)
    )


def _scripts(context: Inspection, container: Container) -> Iterator[str]:
    """The files of the repository that the command of a container runs."""
    for key in ("command", "args"):
        for word in listed(container.data.get(key)):
            name = str(word).removeprefix("./").removeprefix("/app/")
            if not _SCRIPT.fullmatch(name):
                continue
            known = context.inventory.by_name.get(posixpath.basename(name), ())
            found = [path for path in known if path == name or path.endswith(f"/{name}")]
            yield from found if len(found) == 1 else ()


@once_a_run
def _is_read(context: Inspection, name: str) -> bool:
    """Whether a file of the repository reads a variable: by its name, or by a field that becomes it."""
    paths = files_with(context, (name,), ignore_case=True, everything=True)
    return any(is_reader(path, text_of(context, path, errors="replace"), name) for path in paths)


def is_reader(path: str, text: str, name: str, *, handed_on: bool = True) -> bool:
    """Whether a file reads a variable.

    Args:
        path: the file.
        text: its content.
        name: the variable.
        handed_on: whether a file of settings counts that fills it in for another one.
    """
    name = re.escape(name)
    if _SETTING.search(path):
        return handed_on and re.search(rf"\$[{{(]?{name}\b|%{name}%|\benv\.{name}\b", text) is not None
    word = rf"(?<![A-Za-z0-9_]){name}(?![A-Za-z0-9_])"
    if re.search(word, text):
        return True
    return _BINDING.search(text) is not None and re.search(f"(?i){word}", text) is not None
