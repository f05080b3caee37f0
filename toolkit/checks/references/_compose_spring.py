"""Variables that the settings of a Spring profile fill in, and that the service of compose with this profile is not given."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._texts import text_of
from toolkit.checks.references._compose import files
from toolkit.checks.references._compose_bundles import bundle
from toolkit.checks.references._compose_sections import builds
from toolkit.checks.references._dockerfiles import read
from toolkit.checks.references._services import environment
from toolkit.checks.references._stages import final
from toolkit.expressions import regex
from toolkit.places import path_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._compose import Compose
    from toolkit.checks.references._compose_sections import Build

__all__ = ["Unset", "unset"]

_PROFILES = "SPRING_PROFILES_ACTIVE"
_NAME = regex(r"[a-z][\w-]{0,40}")
_WANTED = regex(r"(?m)^[ \t]*(?!#)(?:[\w.-]*\.)?(?P<key>[\w-]+)[ \t]*[:=][^#\n]*?\$\{(?P<name>[A-Z][A-Z0-9_]*)\}")
_FROM_ELSEWHERE = regex(
    r"(?m)\b(?:configserver|vault|configtree|consul|kubernetes)\b|^[ \t]*(?:spring\.config\.)?import[ \t]*[:=]"
)
"""Where an application is told to take settings that nobody sees here."""


class Unset(NamedTuple):
    """What a service is not given: each name with the place that wants it."""

    compose: Compose
    service: str
    profile: str
    names: dict[str, str]


def unset(context: Inspection) -> Iterator[Unset]:
    """The services that lack any; those with an environment file, or that others extend, are not judged."""
    for compose in files(context):
        for build in builds(compose) if not compose.is_aside and _PROFILES in compose.document.text.content else ():
            service = compose.services[build.service]
            given = environment(service.get("environment"))
            profiles = [one for one in str(given.get(_PROFILES) or "").split(",") if _NAME.fullmatch(one.strip())]
            if service.keys() & {"env_file", "extends"} or not profiles:
                continue
            known = {*given, *_of_image(context, compose, build)}
            for other in bundle(context, compose):
                known |= environment(other.services.get(build.service, {}).get("environment")).keys()
            for profile in map(str.strip, profiles):
                lost = dict(_wanted(context, compose, build, profile, known))
                if lost:
                    yield Unset(compose, build.service, profile, lost)


def _wanted(
    context: Inspection, compose: Compose, build: Build, profile: str, known: set[str]
) -> Iterator[tuple[str, str]]:
    folder = compose.at(build.context)
    homes = dict.fromkeys((folder, posixpath.dirname(_dockerfile(compose, build)) or "."))
    for home in homes:
        resources = path_from(home, "src/main/resources")
        settings = [
            path
            for path in context.below(resources)
            if posixpath.basename(path).startswith(("application", "bootstrap"))
        ]
        if any(_FROM_ELSEWHERE.search(text_of(context, path, errors="replace")) for path in settings):
            return
        for path in settings:
            text = text_of(context, path, errors="replace") if f"-{profile}." in path else ""
            for match in _WANTED.finditer(text):
                key = match["key"].replace("-", "").upper()
                # A variable that is called after the property takes its place.
                if match["name"] not in known and not any(
                    one.replace("_", "").endswith(key) and "_" in one for one in known
                ):
                    yield match["name"], f"{path}:{text.count(chr(10), 0, match.start('name')) + 1}"


def _dockerfile(compose: Compose, build: Build) -> str:
    return path_from(compose.at(build.context), build.dockerfile or "Dockerfile")


def _of_image(context: Inspection, compose: Compose, build: Build) -> Iterator[str]:
    """The variables that the image sets."""
    path = _dockerfile(compose, build)
    document = read(context, path) if context.is_file(path) and not build.is_inline else None
    for item in final(document) if document is not None else ():
        if item.name == "ENV":
            yield from (word.partition("=")[0] for word in item.words)
