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

__all__ = ["Alone", "Unset", "alone", "unset"]

_PROFILES = "SPRING_PROFILES_ACTIVE"
_NAME = regex(r"[a-z][\w-]{0,40}")
_WANTED = regex(r"(?m)^[ \t]*(?!#)(?:[\w.-]*\.)?(?P<key>[\w-]+)[ \t]*[:=][^#\n]*?\$\{(?P<name>[A-Z][A-Z0-9_]*)\}")
_OWN = regex(
    r"(?m)^[ \t]*(?!#)(?:[\w.-]*\.)?(?P<key>[\w-]+)[ \t]*[:=][^#\n]*?\$\{(?P<name>[A-Z][A-Z0-9_]*):[^{}\n]{0,80}?(?:localhost|127\.0\.0\.1)"
)
"""A setting that means the machine itself where a variable is not set."""
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


class Alone(NamedTuple):
    """A variable that services of a file are not given though another one is: they ask their own container instead.

    Args:
        compose: the file.
        name: the variable.
        services: those that lack it, each with the place of its settings.
        giver: the service that has it.
        value: what that one is given, a service of the file.
    """

    compose: Compose
    name: str
    services: dict[str, str]
    giver: str
    value: str


def alone(context: Inspection) -> Iterator[Alone]:
    """Variables without which the settings of several applications mean the container itself."""
    for compose in files(context):
        given = {name: environment(one.get("environment")) for name, one in compose.services.items()}
        givers = {
            name: (service, str(value))
            for service, many in given.items()
            for name, value in many.items()
            if str(value) in compose.services
        }
        found: dict[str, dict[str, str]] = {}
        for service, one in compose.services.items() if givers and not compose.is_aside else ():
            if one.keys() & {"env_file", "extends", "network_mode"}:
                continue
            known = set(given[service])
            for other in bundle(context, compose):
                known |= environment(other.services.get(service, {}).get("environment")).keys()
            for name, place in _own(context, _home(context, compose, service), known):
                if name in givers:
                    found.setdefault(name, {})[service] = place
        yield from (Alone(compose, name, services, *givers[name]) for name, services in found.items())


def _home(context: Inspection, compose: Compose, service: str) -> str:
    """The folder of the application that a service runs: the one that is built, or is called as its image; empty for none."""
    build = next((one for one in builds(compose) if one.service == service), None)
    if build is not None:
        return posixpath.dirname(build.file) or "."
    name = str(compose.services[service].get("image", "")).rpartition("/")[2].partition(":")[0]
    homes = [one for one in context.inventory.folders if name and posixpath.basename(one) == name]
    homes = [one for one in homes if f"{one}/src/main/resources" in context.inventory.folders]
    return homes[0] if len(homes) == 1 else ""


def _own(context: Inspection, home: str, known: set[str]) -> Iterator[tuple[str, str]]:
    resources = path_from(home, "src/main/resources") if home else ""
    texts = {
        path: text_of(context, path, errors="replace")
        for path in (context.below(resources) if resources else ())
        if posixpath.basename(path).startswith(("application", "bootstrap"))
    }
    if any(map(_FROM_ELSEWHERE.search, texts.values())):
        return
    profiles = "".join(text for path, text in texts.items() if "-" in posixpath.basename(path))
    for path, text in texts.items():
        for match in _OWN.finditer(text) if "-" not in posixpath.basename(path) else ():
            if (
                match["name"] not in known
                and not _is_given(match["key"], known)
                and not any(f"{match['key']}{sign}" in profiles for sign in ":=")
            ):
                yield match["name"], f"{path}:{text.count(chr(10), 0, match.start('name')) + 1}"


def _is_given(key: str, known: set[str]) -> bool:
    """Whether a variable that is called after a property takes its place."""
    last = key.replace("-", "").upper()
    return any(one.replace("_", "").endswith(last) and "_" in one and one.startswith("SPRING_") for one in known)


def unset(context: Inspection) -> Iterator[Unset]:
    """The services that lack any; those with an environment file, or that others extend, are not judged."""
    for compose in files(context):
        for build in builds(compose) if not compose.is_aside and _PROFILES in compose.document.text.content else ():
            service = compose.services[build.service]
            given = environment(service.get("environment"))
            profiles = [one for one in str(given.get(_PROFILES) or "").split(",") if _NAME.fullmatch(one.strip())]
            if service.keys() & {"env_file", "extends"} or not profiles:
                continue
            known = {*given, *_of_image(context, build)}
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
    homes = dict.fromkeys((folder, posixpath.dirname(build.file) or "."))
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


def _of_image(context: Inspection, build: Build) -> Iterator[str]:
    """The variables that the image sets."""
    path = build.file
    document = read(context, path) if context.is_file(path) and not build.is_inline else None
    for item in final(document) if document is not None else ():
        if item.name == "ENV":
            yield from (word.partition("=")[0] for word in item.words)
