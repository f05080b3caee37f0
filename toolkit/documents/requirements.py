"""pip's requirements files: requirements and options with their lines."""

from __future__ import annotations

import re

from toolkit.documents._text import decode
from toolkit.expressions import regex
from toolkit.values import frozen

__all__ = ["Document", "Option", "Requirement", "parse"]

_COMMENT = regex(r"(?:^|(?<=\s))#.*")
_NAME = regex(r"([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(.*)", re.DOTALL)
_HASH = regex(r"--hash[=\s]\s*(\S+)")
_OPTION = regex(r"(--?[A-Za-z][\w-]*)(?:[=\s]\s*(.*))?$", re.DOTALL)
_LONG = {
    "-r": "--requirement",
    "-c": "--constraint",
    "-e": "--editable",
    "-i": "--index-url",
    "-f": "--find-links",
}
_ATTACHED = regex(r"-([rceif])([^-\s=].*)$", re.DOTALL)
_TO_LOCAL = regex(r"(?:\.{0,2}/|[A-Za-z]:\\|\.$|file:)")


@frozen
class Requirement:
    """One requirement; the line is 1-based.

    Args:
        name: as written; empty for a bare path or address.
        specifier: version clauses, for example ``>=2,<3``; empty if there are none.
        url: an address or path to install from; empty for an index.
        marker: what follows the semicolon.
        hashes: ``sha256:...`` and the like.
        editable: given with ``-e``.
    """

    name: str
    specifier: str
    line: int
    url: str = ""
    marker: str = ""
    hashes: tuple[str, ...] = ()
    editable: bool = False

    @property
    def is_pinned(self) -> bool:
        """Whether exactly one version fits."""
        return re.fullmatch(r"={2,3}\s*[^*,\s]+", self.specifier) is not None

    @property
    def is_local(self) -> bool:
        """Whether it is a path."""
        return _TO_LOCAL.match(self.url) is not None


@frozen
class Option:
    """A line with an option, by its long name: ``--requirement other.txt``."""

    name: str
    value: str
    line: int


@frozen
class Document:
    """A requirements file."""

    requirements: tuple[Requirement, ...]
    options: tuple[Option, ...]

    @property
    def includes(self) -> tuple[Option, ...]:
        """Other files it reads, ``--requirement`` and ``--constraint``, relative to its folder."""
        return tuple(item for item in self.options if item.name in ("--requirement", "--constraint"))


def parse(source: bytes | str) -> Document:
    """Read a requirements file; UTF-16 with a byte order mark is read, as pip does.

    Raises:
        DocumentError: beyond the bounds.
    """
    requirements: list[Requirement] = []
    options: list[Option] = []
    for line, text in _logical(decode(source, strict=False).content):
        match = _ATTACHED.match(text)
        body = f"-{match[1]} {match[2]}" if match else text
        option = _OPTION.match(body) if body.startswith("-") else None
        if option is None:
            requirements.append(_requirement(body, line))
            continue
        name, value = _LONG.get(option[1], option[1]), (option[2] or "").strip()
        if name == "--editable":
            requirements.append(_requirement(value, line, editable=True))
        else:
            options.append(Option(name, value.strip("'\""), line))
    return Document(tuple(requirements), tuple(options))


def _logical(content: str) -> list[tuple[int, str]]:
    """Lines with continuations joined and comments taken off, with the line each begins on."""
    found: list[tuple[int, str]] = []
    parts: list[str] = []
    first = 0
    for number, line in enumerate(content.splitlines(), 1):
        first = first if parts else number
        body = _COMMENT.sub("", line).rstrip()
        if body.endswith("\\"):
            parts.append(body[:-1])
            continue
        text = " ".join((*parts, body)).strip()
        parts = []
        if text:
            found.append((first, text))
    if parts and " ".join(parts).strip():
        found.append((first, " ".join(parts).strip()))
    return found


def _requirement(text: str, line: int, *, editable: bool = False) -> Requirement:
    hashes = tuple(_HASH.findall(text))
    body = re.split(r"\s--[a-z]", text, maxsplit=1)[0].strip()
    body, _, marker = _marker(body)
    match = _NAME.match(body)
    if match is None or "://" in match[0].split("@")[0] or _TO_LOCAL.match(body) or re.match(r"[\w.-]+[/\\]", body):
        egg = re.search(r"#(?:.*&)?egg=([\w.-]+)", body)
        return Requirement(egg[1] if egg else "", "", line, body, marker, hashes, editable)
    rest = match[2].strip()
    url = rest[1:].strip() if rest.startswith("@") else ""
    specifier = "" if url else rest.removeprefix("(").removesuffix(")").strip()
    return Requirement(match[1], specifier, line, url, marker, hashes, editable)


def _marker(body: str) -> tuple[str, str, str]:
    """The semicolon parts a marker off; in an address only one with a blank before it does."""
    cut = " ;" if "://" in body else ";"
    head, found, tail = body.partition(cut)
    return head.strip(), found, tail.strip()
