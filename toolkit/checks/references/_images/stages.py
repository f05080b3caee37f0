"""Stages of Dockerfiles: which names mean none, and what their instructions bring from where."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from toolkit.checks._likeness import likely
from toolkit.expressions import regex
from toolkit.places import path_from
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.documents.dockerfile import Copy, Document, Instruction, Stage

__all__ = ["Brought", "Content", "chain", "contents", "final", "index_of", "is_plain", "traced", "undefined"]

_PLAIN = regex(r"[A-Za-z][\w-]*")
_MOST = 60
"""How many stages are looked at; nobody writes as many."""
_DEEPEST = 5
"""Through how many stages a file is followed."""
_STAGES = regex(
    r"(?i)(?:[\w-]+[-_])?(?:build(?:er)?|deps|dependencies|prod-deps|installer|pruner|compiler?|runner|runtime|planner|cacher|chef"
    r"|release|final|production|development|dev|prod|assets|vendor|stage|sources?|tester|prepare|prepared|packages)(?:[-_]\w+)?"
)
"""Names that people give to stages and nobody to an image of Docker's own library."""
IMAGES = """
    adminer almalinux alpine amazoncorretto amazonlinux archlinux bash buildpack-deps busybox caddy cassandra clojure composer consul
    couchdb crate dart debian docker drupal eclipse-temurin elasticsearch elixir erlang fedora gcc ghost golang gradle groovy haproxy
    haskell httpd hylang influxdb ibmjava jruby julia kibana kong logstash mariadb maven memcached mongo mongo-express mysql nats
    neo4j nextcloud nginx node odoo openjdk oraclelinux percona perl photon php postgres pypy python rabbitmq redis registry rocket
    rockylinux ruby rust sapmachine scratch solr sonarqube spiped swift telegraf tomcat traefik ubuntu unit varnish vault wordpress
    yourls znc zookeeper"""
"""Images of Docker's own library, separated by blanks."""
_EMPTY = frozenset({*IMAGES.split(), "bun", "uv"})
"""Images without files of a project."""


def undefined(document: Document) -> Iterator[tuple[int, str, str]]:
    """Names of stages that no earlier ``FROM`` gives: the line, the name, and what was probably meant."""
    known: list[str] = []
    for index, stage in enumerate(document.stages[:_MOST]):
        image = stage.image.lower()
        near = likely(image, known, slip=True)
        if near and image not in known and _PLAIN.fullmatch(image) and image not in IMAGES.split():
            yield stage.line, stage.image, near
        for line, origin in _origins(stage):
            lower = origin.lower()
            if (lower.isdigit() and int(lower) >= index) or (
                _PLAIN.fullmatch(lower)
                and lower not in {*known, *IMAGES.split()}
                and _means_stage(lower, known, document)
            ):
                yield line, origin, likely(lower, known, slip=True)
        known.append(stage.name.lower())


def _means_stage(name: str, known: list[str], document: Document) -> bool:
    later = name in {stage.name.lower() for stage in document.stages}
    if later or _STAGES.fullmatch(name) or likely(name, known, slip=True):
        return True
    # `prisma-cli` where `migrator-cli` is: half a name was changed.
    words = {word for word in re.split(r"[-_]", name) if len(word) > 2}
    return len(words) > 1 and any(not words.isdisjoint(re.split(r"[-_]", one)) for one in known)


def _origins(stage: Stage) -> Iterator[tuple[int, str]]:
    for item in stage.instructions:
        if item.name in ("COPY", "ADD") and item.flags.get("from"):
            yield item.line, item.flags["from"]


@frozen
class Brought:
    """What one COPY brings: a file or the content of a folder.

    Args:
        target: where it stands in the image.
        source: its path in the build context, or in the stage that it comes from.
        origin: the stage or image, if it comes from one.
        is_glob: the last part of the source is a pattern, and the target a folder.
    """

    target: str
    source: str
    origin: str = ""
    is_glob: bool = False


@dataclass
class Content:
    """What is known about the files of a stage at some instruction.

    Args:
        folder: where it stands.
        brought: what it has been given, in this order.
        text: all that it has run and set.
        ran: what it has run, also in the stages that it begins from.
        plain: whether its first image brings no file of a project.
    """

    folder: str = "/"
    brought: list[Brought] = field(default_factory=list)
    text: str = ""
    ran: tuple[Instruction, ...] = ()
    plain: bool = False

    def at(self, path: str) -> str:
        """A path of the image, made absolute."""
        return path_from(self.folder, path)

    def origins(self, path: str) -> tuple[str, ...] | None:
        """The paths of the build context that one of the image is a copy of; ``None`` if another stage brought it."""
        found = []
        for one in self.brought:
            rest = _below(path, one.target)
            if rest is None:
                continue
            if one.is_glob:
                if fnmatchcase(rest.partition("/")[0], posixpath.basename(one.source)):
                    return None
            elif one.origin:
                return None
            else:
                found.append(path_from(one.source, rest))
        return tuple(found)


def contents(document: Document) -> tuple[list[tuple[Instruction, Content]], list[Content]]:
    """Every command with what its stage holds before it, and what each stage holds at its end; nothing of too many stages."""
    copies: dict[int, Copy] = {id(copy.instruction): copy for copy in document.copies()}
    ends: list[Content] = []
    commands: list[tuple[Instruction, Content]] = []
    for number, stage in enumerate(document.stages if len(document.stages) <= _MOST else ()):
        base = index_of(document, stage.image)
        begin = ends[base] if base is not None and base < number else Content()
        plain = begin.plain if base is not None else is_plain(stage.image)
        now = Content(begin.folder, list(begin.brought), begin.text, begin.ran, plain)
        for item in stage.instructions:
            if item.name in ("RUN", "CMD", "ENTRYPOINT"):
                commands.append((item, replace(now, brought=list(now.brought))))
                now.ran += (item,) * (item.name == "RUN")
            if item.name == "WORKDIR":
                now.folder = now.at(item.value.strip("\"'"))
            elif id(item) in copies:
                now.brought += _brought(now, copies[id(item)])
            if item.name not in ("COPY", "ADD"):
                now.text += "\n" + item.value + "".join(f"\n{part.content}" for part in item.heredocs)
        ends.append(now)
    return commands, ends


def is_plain(image: str) -> bool:
    """Whether an image brings no file of a project, and no instructions that copy any."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0] in _EMPTY and "onbuild" not in image


def traced(document: Document, ends: list[Content], now: Content, path: str, depth: int = 0) -> tuple[str, ...]:
    """The paths of the build context that one of the image may be a copy of, through the stages that it went."""
    found: list[str] = []
    for one in now.brought:
        rest = _below(path, one.target)
        if rest is None:
            continue
        if one.is_glob:
            if fnmatchcase(rest, posixpath.basename(one.source)):
                found.append(posixpath.join(posixpath.dirname(one.source), rest))
            continue
        source = path_from(one.source, rest)
        index = index_of(document, one.origin) if one.origin else None
        if not one.origin:
            found.append(source)
        elif index is not None and index < len(ends) and depth < _DEEPEST:
            found += traced(document, ends, ends[index], posixpath.join("/", source), depth + 1)
    return tuple(dict.fromkeys(found))


def _below(path: str, folder: str) -> str | None:
    if path == folder:
        return "."
    prefix = folder if folder.endswith("/") else f"{folder}/"
    return path[len(prefix) :] if path.startswith(prefix) else None


def final(document: Document) -> tuple[Instruction, ...]:
    """The instructions that the last stage consists of, with those of the stages that it begins from before its own."""
    if not document.stages or len(document.stages) > _MOST:
        return ()
    return tuple(
        item for number in chain(document, len(document.stages) - 1) for item in document.stages[number].instructions
    )


def chain(document: Document, index: int) -> list[int]:
    """A stage and those that it begins from, the first one first."""
    found = [index]
    while (base := index_of(document, document.stages[found[-1]].image)) is not None and base < found[-1]:
        found.append(base)
    return found[::-1]


def index_of(document: Document, name: str) -> int | None:
    """The number of the stage of a name or number; ``None`` for none of this file."""
    if name.isdigit():
        return int(name) if int(name) < len(document.stages) else None
    names = [stage.name.lower() for stage in document.stages]
    return names.index(name.lower()) if name and name.lower() in names else None


def _brought(now: Content, copy: Copy) -> Iterator[Brought]:
    target = now.at(copy.target)
    into = copy.target.endswith(("/", ".")) or len(copy.sources) > 1
    for source in copy.sources:
        clean = posixpath.normpath(source.lstrip("/") or ".")
        if re.search(r"[*?\[$]", clean):
            yield Brought(target, clean, copy.origin, is_glob=True)
            continue
        yield Brought(target, clean, copy.origin)
        if into and clean != ".":
            yield Brought(posixpath.join(target, posixpath.basename(clean)), clean, copy.origin)
