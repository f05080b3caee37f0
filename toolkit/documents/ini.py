"""INI files with positions: ``setup.cfg``, ``.npmrc``, ``.gitmodules``, ``.editorconfig``."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.documents._text import LIMIT_BYTES, decode
from toolkit.expressions import regex

__all__ = ["Document", "Entry", "parse"]

_SECTION = regex(r"\s*\[([^\]]*)\]")
_COMMENT = regex(r"\s[;#].*$")


@dataclass(frozen=True, slots=True)
class Entry:
    """``key = value`` of a section (empty before the first); continuation lines joined by line feeds.

    ``line`` is 1-based; ``value`` of a key without a sign is empty.
    """

    section: str
    key: str
    value: str
    line: int


@dataclass(frozen=True, slots=True)
class Document:
    """An INI file."""

    entries: tuple[Entry, ...]
    sections: tuple[tuple[str, int], ...]

    def get(self, section: str, key: str) -> Entry | None:
        """The last entry of a key."""
        return next((item for item in reversed(self.entries) if (item.section, item.key) == (section, key)), None)

    @property
    def data(self) -> dict[str, dict[str, str]]:
        """Values by section and key; the last of equal keys wins."""
        found: dict[str, dict[str, str]] = {name: {} for name, _ in self.sections}
        for item in self.entries:
            found.setdefault(item.section, {})[item.key] = item.value
        return found


def parse(source: bytes | str, *, limit: int = LIMIT_BYTES, continued: bool = True) -> Document:
    """Read an INI file.

    Args:
        source: the file's bytes or text.
        limit: size in bytes above which nothing is read.
        continued: an indented line goes on with the value above (``setup.cfg``); not so in
            ``.npmrc``, ``.gitmodules`` and ``.editorconfig``.

    Raises:
        DocumentError: beyond the bounds.
    """
    entries: list[Entry] = []
    sections: list[tuple[str, int]] = []
    for number, line in enumerate(decode(source, limit=limit, strict=False).content.splitlines(), 1):
        body = line.strip()
        if not body or body[0] in ";#":
            continue
        section = sections[-1][0] if sections else ""
        if continued and line[0] in " \t" and entries and entries[-1].section == section:
            last = entries[-1]
            entries[-1] = Entry(last.section, last.key, f"{last.value}\n{body}", last.line)
        elif match := _SECTION.match(line):
            sections.append((match[1].strip(), number))
        else:
            entries.append(_entry(section, body, number))
    return Document(tuple(entries), tuple(sections))


def _entry(section: str, body: str, number: int) -> Entry:
    # npm's addresses hold colons, so an equals sign parts first wherever there is one.
    sign = "=" if "=" in body else ":"
    key, found, value = body.partition(sign)
    return Entry(section, key.strip(), _COMMENT.sub("", value).strip() if found else "", number)
