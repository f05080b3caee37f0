"""Markdown: links and headings with their lines, and what stands outside of fenced code; not a full CommonMark reader."""

from __future__ import annotations

import re
from urllib.parse import unquote

from toolkit.documents._text import decode
from toolkit.expressions import regex
from toolkit.values import frozen

__all__ = ["Block", "Document", "Heading", "Link", "parse"]

_FENCE = regex(r"[ >]*(?:[-*+]\s+)?(?P<mark>`{3,}|~{3,})\s*(?P<info>[^`]*)$")
_HEADING = regex(r" {0,3}(#{1,6})\s+(\S.*)")
_CLOSING = regex(r"\s#+$")
_INLINE = regex(
    r"(?P<image>!?)\[(?P<text>(?:[^\[\]\\]|\\.|\[[^\[\]]*\])*)\]"
    r"\(\s*(?:<(?P<angle>[^<>]*)>|(?P<target>(?:[^\s()\\]|\\.|\([^\s()]*\))*))(?:\s+[\"'(][^\"')]*[\"')])?\s*\)"
)
_DEFINITION = regex(r" {0,3}\[(?P<text>[^\]^][^\]]*)\]:\s*<?(?P<target>[^\s>]+)>?")
_CODE = regex(r"(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)")
_HTML = regex(r"<(?:a|img)\b[^>]*?\b(?:href|src)\s*=\s*[\"']([^\"']*)[\"']", re.IGNORECASE)
_COMMENT = regex(r"<!--.*?-->")
_SCHEME = regex(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_LONGEST_LINE = 5_000
"""Characters of a line that are searched for links; what is longer is data, not prose."""


@frozen
class Link:
    """A link or image as written; line and column are 1-based."""

    target: str
    text: str
    line: int
    column: int
    is_image: bool = False

    @property
    def is_local(self) -> bool:
        """Whether it names a file or an anchor of the repository."""
        return bool(self.target) and _SCHEME.match(self.target) is None

    @property
    def path(self) -> str:
        """The file it names, percent escapes decoded, without anchor and query."""
        return unquote(re.split(r"[#?]", self.target, maxsplit=1)[0], errors="surrogateescape")

    @property
    def anchor(self) -> str:
        """What follows the number sign."""
        return self.target.partition("#")[2]


@frozen
class Heading:
    """A heading in the ``#`` form with the anchor that GitHub gives it."""

    level: int
    text: str
    line: int
    anchor: str


@frozen
class Block:
    """Fenced code: what stands behind its opening mark, the line of its first line, and its text."""

    info: str
    line: int
    text: str


@frozen
class Document:
    """A Markdown file; links within code are left out. ``prose`` holds (line, text) of everything outside fences."""

    links: tuple[Link, ...]
    headings: tuple[Heading, ...]
    prose: tuple[tuple[int, str], ...]
    blocks: tuple[Block, ...] = ()


def parse(source: bytes | str) -> Document:
    """Read a Markdown file.

    Raises:
        DocumentError: beyond the bounds.
    """
    lines = decode(source, strict=False).content.replace("\r\n", "\n").split("\n")
    prose, blocks = _parts(lines)
    links: list[Link] = []
    headings: list[Heading] = []
    seen: dict[str, int] = {}
    for number, line in prose:
        links += _links(line[:_LONGEST_LINE], number)
        if match := _HEADING.match(line[:_LONGEST_LINE]):
            title = _CLOSING.sub("", match[2].rstrip()).rstrip()
            anchor = _anchor(title)
            count = seen[anchor] = seen.get(anchor, -1) + 1
            headings.append(Heading(len(match[1]), title, number, f"{anchor}-{count}" if count else anchor))
    return Document(tuple(links), tuple(headings), prose, blocks)


def _parts(lines: list[str]) -> tuple[tuple[tuple[int, str], ...], tuple[Block, ...]]:
    """The numbered lines outside of fences, and what stands in each; one without its end reaches to the end of the file."""
    prose: list[tuple[int, str]] = []
    blocks: list[Block] = []
    mark, info, first = "", "", 0
    for number, line in enumerate([*lines, ""], 1):
        match = _FENCE.match(line)
        if not mark and match is None:
            prose.append((number, line))
        elif not mark and match is not None:
            mark, info, first = match["mark"], match["info"].strip(), number
        elif number > len(lines) or (match and not match["info"].strip() and match["mark"].startswith(mark)):
            blocks.append(Block(info, first + 1, "\n".join(lines[first : number - 1])))
            mark = ""
    return tuple(prose[:-1] if not mark and prose and prose[-1][0] > len(lines) else prose), tuple(blocks)


def _links(line: str, number: int) -> list[Link]:
    if "](" not in line and "]:" not in line and "<" not in line:
        return []
    blanked = _COMMENT.sub(_blank, _CODE.sub(_blank, line))
    found = []
    at = 0
    while match := _INLINE.search(blanked, at):
        target = match["angle"] if match["angle"] is not None else match["target"]
        found.append(Link(target, match["text"], number, match.start() + 1, bool(match["image"])))
        at = match.start("text") if "](" in match["text"] else match.end()  # a badge: an image within a link
    if match := _DEFINITION.match(blanked):
        found.append(Link(match["target"], match["text"], number, match.start() + 1))
    found += [Link(match[1], "", number, match.start() + 1) for match in _HTML.finditer(blanked)]
    return found


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _anchor(text: str) -> str:
    """GitHub's rule: lower case, punctuation dropped, blanks to hyphens."""
    words = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"[^\w\- ]", "", words.lower()).strip().replace(" ", "-")
