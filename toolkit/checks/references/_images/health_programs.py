"""Health checks of programs that the image does not have: the container is never healthy."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks.references._compose.sections import builds
from toolkit.checks.references._images.dockerfiles import dockerfiles, read
from toolkit.checks.references._images.stages import chain, final, index_of
from toolkit.checks.references._repair import strings
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import table, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._compose.files import Compose
    from toolkit.checks.references._compose.sections import Build
    from toolkit.documents.dockerfile import Document, Instruction

__all__ = ["Lacking", "by_habit", "in_compose", "in_images"]

_MOST_FILES = 3
"""Files with one fault beyond which it is a habit, and told once."""

_IMAGE = regex(
    r"(?:docker\.io/)?(?:library/)?(?:(?:node|python|golang|ruby):(?P<tag>[\w.-]*)|(?:alpine|debian|ubuntu)(?::[\w.-]+)?)"
)
_BUSYBOX = regex(r"^(?:docker\.io/)?(?:library/)?alpine\b|-alpine|:alpine")
_ASKED = regex(
    r"(?:(?:/bin/)?(?:ba)?sh -c )?[\"']?(?P<program>/usr/bin/curl|/usr/bin/wget|curl|wget)\s(?P<rest>[^\n]*)"
)
_OTHERWISE = regex(r"\|\|\s*(?!exit\b|false\b|kill\b)\S")
_MAY_BRING = regex(r"\$\(|`|\bxargs\b|\.sh\b|--with-deps|\bansible\b|\bnix\b|<\s*\S|@\w")
"""What may install packages that the text does not name."""


class Lacking(NamedTuple):
    """A health check that cannot be run.

    Args:
        path, line: where it stands.
        program: what it starts.
        image: the image that lacks it.
        service: that of compose; empty for a Dockerfile.
        awaited: another service of the file waits until it is healthy.
    """

    path: str
    line: int
    program: str
    image: str
    service: str = ""
    awaited: bool = False

    @property
    def why(self) -> str:
        """What is wrong, to end a sentence."""
        return f"{self.program} is not in {self.image}, and nothing installs it: the container is never healthy"

    @property
    def todo(self) -> str:
        """What to do about it."""
        other = "ask with wget -q --spider, which it has" if _BUSYBOX.search(self.image) else "ask with what it has"
        return f"install {self.program} in the image, or {other}"


def by_habit(found: Iterable[Lacking]) -> Iterator[list[Lacking]]:
    """Those of one program in one file together, or in all where there are many; first one whose remedy fits all."""
    groups: dict[str, dict[str, list[Lacking]]] = {}
    for one in sorted(found, key=lambda one: _BUSYBOX.search(one.image) is not None):
        groups.setdefault(one.program, {}).setdefault(one.path, []).append(one)
    for files in groups.values():
        own = list(files.values())
        yield from [[one for many in own for one in many]] if len(own) > _MOST_FILES else own


@once_a_run
def in_images(context: Inspection) -> tuple[Lacking, ...]:
    """The health checks of Dockerfiles, of their last stage."""
    return tuple(_in_images(context))


def _in_images(context: Inspection) -> Iterator[Lacking]:
    for path in dockerfiles(context):
        document = read(context, path)
        if document is None or not document.stages:
            continue
        items = final(document)
        for item in [one for one in items if one.name == "HEALTHCHECK"][-1:]:
            program = _program(" ".join(item.words).removeprefix("CMD").strip())
            image = _image(document, len(document.stages) - 1) if program else ""
            if _lacks(image, program, items):
                yield Lacking(path, item.line, program, image)


def in_compose(context: Inspection, compose: Compose) -> Iterator[Lacking]:
    """Those of services, built ones and those that run an image as it is; not where the Dockerfile has the same fault."""
    told = {one.path for one in in_images(context)} if "healthcheck" in compose.document.text.content else frozenset()
    built = {build.service: build for build in builds(compose)}
    conditions = [pair for _, value in compose.values("depends_on") for pair in table(value).items()]
    awaited = {name for name, how in conditions if table(how).get("condition") == "service_healthy"}
    for where, value in compose.values("healthcheck"):
        test, name = table(value).get("test"), str(where[1])
        words = [test] if isinstance(test, str) else texts(test)
        program = _program(" ".join(words[1:] if words[:1] in (["CMD"], ["CMD-SHELL"]) else words))
        image, items, path = _run(context, compose, name, built.get(name)) if program else ("", (), "")
        own = "".join(text for key in ("command", "entrypoint") for _, text in strings(compose.services[name].get(key)))
        if path not in told and program not in own and _lacks(image, program, items):
            yield Lacking(compose.path, compose.line((*where, "test"))[0], program, image, name, name in awaited)


def _run(
    context: Inspection, compose: Compose, name: str, build: Build | None
) -> tuple[str, tuple[Instruction, ...], str]:
    """The image that a service begins from, what its Dockerfile adds, and the latter."""
    if build is None:
        return str(compose.services[name].get("image", "")), (), ""
    path = build.file
    document = read(context, path) if context.is_file(path) and not build.is_inline else None
    if document is None or not document.stages:
        return "", (), ""
    number = index_of(document, build.target) if build.target else len(document.stages) - 1
    if number is None:
        return "", (), ""
    items = tuple(item for one in chain(document, number) for item in document.stages[one].instructions)
    return _image(document, number), items, path


def _image(document: Document, number: int) -> str:
    return document.stages[chain(document, number)[0]].image


def _program(text: str) -> str:
    """The program of a health check that asks nothing else where it fails."""
    found = _ASKED.match(text)
    return posixpath.basename(found["program"]) if found and not _OTHERWISE.search(found["rest"]) else ""


def _lacks(image: str, program: str, items: Iterable[Instruction]) -> bool:
    known = _IMAGE.fullmatch(image.partition("@")[0]) if program else None
    if known is None or not (known["tag"] is None or "slim" in known["tag"] or "alpine" in known["tag"]):
        return False  # the whole variants have both programs
    if program == "wget" and _BUSYBOX.search(image):
        return False
    for item in items:
        text = item.value + "".join(one.content for one in item.heredocs)
        brings = item.name in ("RUN", "COPY", "ADD", "SHELL") and (program in text or "busybox" in text)
        if brings or (item.name == "RUN" and _MAY_BRING.search(text)):
            return False
    return True
