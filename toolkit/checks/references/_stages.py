"""Stages of Dockerfiles: which names mean none, and what their instructions bring from where."""

from __future__ import annotations

import difflib
import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.documents.dockerfile import Copy, Document, Instruction, Stage

__all__ = ["Content", "content", "final", "undefined"]

_PLAIN = re.compile(r"[A-Za-z][\w-]*")
_MOST = 60
"""How many stages are looked at; nobody writes as many."""
_CLOSE = 0.75
"""Likeness (0 to 1) from which a name is taken for a misspelled stage."""
_STAGES = re.compile(
    r"(?i)(?:[\w-]+[-_])?(?:build(?:er)?|deps|dependencies|prod-deps|installer|pruner|compiler?|runner|runtime|planner|cacher|chef"
    r"|release|final|production|development|dev|prod|assets|vendor|stage|sources?|tester|prepare|prepared|packages)(?:[-_]\w+)?"
)
"""Names that people give to stages and nobody to an image of Docker's own library."""
_IMAGES = """
    adminer almalinux alpine amazoncorretto amazonlinux archlinux bash buildpack-deps busybox caddy cassandra clojure composer consul
    couchdb crate dart debian docker drupal eclipse-temurin elasticsearch elixir erlang fedora gcc ghost golang gradle groovy haproxy
    haskell httpd hylang influxdb ibmjava jruby julia kibana kong logstash mariadb maven memcached mongo mongo-express mysql nats
    neo4j nextcloud nginx node odoo openjdk oraclelinux percona perl photon php postgres pypy python rabbitmq redis registry rocket
    rockylinux ruby rust sapmachine scratch solr sonarqube spiped swift telegraf tomcat traefik ubuntu unit varnish vault wordpress
    yourls znc zookeeper"""
"""Images of Docker's own library, separated by blanks."""


def undefined(document: Document) -> Iterator[tuple[int, str, str]]:
    """Names of stages that no earlier ``FROM`` gives: the line, the name, and what was probably meant."""
    known: list[str] = []
    for index, stage in enumerate(document.stages[:_MOST]):
        image = stage.image.lower()
        near = difflib.get_close_matches(image, known, 1, _CLOSE)
        if near and image not in known and _PLAIN.fullmatch(image) and image not in _IMAGES.split():
            yield stage.line, stage.image, near[0]
        for line, origin in _origins(stage):
            lower = origin.lower()
            if (lower.isdigit() and int(lower) >= index) or (
                _PLAIN.fullmatch(lower)
                and lower not in {*known, *_IMAGES.split()}
                and _means_stage(lower, known, document)
            ):
                yield line, origin, next(iter(difflib.get_close_matches(lower, known, 1, _CLOSE)), "")
        known.append(stage.name.lower())


def _means_stage(name: str, known: list[str], document: Document) -> bool:
    later = name in {stage.name.lower() for stage in document.stages}
    return later or bool(_STAGES.fullmatch(name) or difflib.get_close_matches(name, known, 1, _CLOSE))


def _origins(stage: Stage) -> Iterator[tuple[int, str]]:
    for item in stage.instructions:
        if item.name in ("COPY", "ADD") and item.flags.get("from"):
            yield item.line, item.flags["from"]


@dataclass
class Content:
    """What is known about the files of a stage.

    Args:
        folder: where it stands at its end.
        brought: folders and files of the image, each with the path in the build context that it is a copy of.
        foreign: folders and files of the image that come from other stages.
        text: all that it runs and sets.
    """

    folder: str = "/"
    brought: list[tuple[str, str]] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    text: str = ""

    def at(self, path: str) -> str:
        """A path of the image, made absolute."""
        return posixpath.normpath(posixpath.join(self.folder, path))

    def origins(self, path: str) -> tuple[str, ...] | None:
        """The paths of the build context that one of the image is a copy of; ``None`` if another stage brought it."""
        if any(_below(path, other) is not None for other in self.foreign):
            return None
        pairs = ((_below(path, target), source) for target, source in self.brought)
        return tuple(posixpath.normpath(posixpath.join(source, rest)) for rest, source in pairs if rest is not None)


def _below(path: str, folder: str) -> str | None:
    if path == folder:
        return "."
    prefix = folder if folder.endswith("/") else f"{folder}/"
    return path[len(prefix) :] if path.startswith(prefix) else None


def final(document: Document) -> tuple[Instruction, ...]:
    """The instructions that the last stage consists of, with those of the stages that it begins from before its own."""
    if not document.stages or len(document.stages) > _MOST:
        return ()
    chain = _chain(document, len(document.stages) - 1)
    return tuple(item for number in chain for item in document.stages[number].instructions)


def _chain(document: Document, index: int) -> list[int]:
    """A stage and those that it begins from, the first one first."""
    found = [index]
    while (base := _index(document, document.stages[found[-1]].image)) is not None and base < found[-1]:
        found.append(base)
    return found[::-1]


def content(document: Document, name: str, copied: tuple[Copy, ...]) -> Content | None:
    """What a stage of this file holds at its end, with the stages that it begins from; ``None`` for none of it.

    Args:
        document: the file.
        name: the stage's name or number.
        copied: all that the file copies.
    """
    index = _index(document, name)
    if index is None or len(document.stages) > _MOST:
        return None
    copies: dict[int, Copy] = {id(copy.instruction): copy for copy in copied}
    found = Content()
    for number in _chain(document, index):
        for item in document.stages[number].instructions:
            if item.name == "WORKDIR":
                found.folder = found.at(item.value.strip("\"'"))
            elif id(item) in copies:
                _bring(found, copies[id(item)])
            if item.name not in ("COPY", "ADD"):
                found.text += "\n" + item.value + "".join(f"\n{part.content}" for part in item.heredocs)
    return found


def _index(document: Document, name: str) -> int | None:
    if name.isdigit():
        return int(name) if int(name) < len(document.stages) else None
    names = [stage.name.lower() for stage in document.stages]
    return names.index(name.lower()) if name and name.lower() in names else None


def _bring(found: Content, copy: Copy) -> None:
    target = found.at(copy.target)
    if copy.origin or not copy.sources:
        found.foreign.append(target)
        return
    into = copy.target.endswith(("/", ".")) or len(copy.sources) > 1
    for source in copy.sources:
        clean = posixpath.normpath(source.lstrip("/") or ".")
        if re.search(r"[*?\[$]", clean):
            found.foreign.append(target)
        else:
            found.brought.append((target, clean))
            if into and clean != ".":
                found.brought.append((posixpath.join(target, posixpath.basename(clean)), clean))
