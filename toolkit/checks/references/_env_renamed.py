"""What reads variables of the environment: the program of a container, or any file."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checks.references._env_needs import declared, demanded, in_settings, reads, reads_of
from toolkit.expressions import regex
from toolkit.places import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._kubernetes import Container
    from toolkit.checks.references._services import Program

__all__ = ["OF_RUNTIMES", "RELAXED", "is_reader", "read_by"]

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


def is_reader(path: str, text: str, name: str) -> bool:
    """Whether a file that is none of settings reads a variable."""
    if _SETTING.search(path):
        return False
    word = rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])"
    if re.search(word, text):
        return True
    return _BINDING.search(text) is not None and re.search(f"(?i){word}", text) is not None
