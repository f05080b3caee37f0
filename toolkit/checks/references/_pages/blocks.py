"""The commands that a page tells its reader to type, each with where it stands and what the page says around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._shell import commands
from toolkit.documents import markdown
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["Said", "Typed", "typed"]

_SHELLS = frozenset({"bash", "sh", "shell", "zsh", "shell-script"})
_TERMINALS = frozenset({"", "console", "shell-session", "shellsession", "sh-session", "terminal", "text", "txt"})
"""Languages in which output stands as well."""
_PROMPT = regex(r"[ \t>]*(?:\([\w.-]+\)[ \t]*)?\$[ \t]+(?=\S)")
_KNOWN = regex(
    r"(?!npm (?:error|ERR|warn|WARN))[ \t>]*(?:sudo[ \t]+)?(?:(?:[A-Z_]+=\S+[ \t]+)*(?:npm|pnpm|yarn|bun|npx|bunx|cd|git|make|docker(?:-compose)?|python3?|pip3?|poetry|uv|cargo|anchor|node|tsx|go"
    r"|mkdir|cp|chmod|source|kubectl|helm|terraform|export|just|bash|sh|solana|forge|rustup|nvm|corepack|curl|brew|echo|wrangler)[ \t]+[\w./@:$~\"'-]"
    r"|(?:yarn|make|\./[\w./-]+)(?:[ \t]|$))"
)
"""A line that begins like a command, and goes on like one."""
_PROSE_IN = regex(r"[\u2500-\u257f\u2013\u2014\u2190\u2192]|\s(?:is|are|the|to run|will)\s")
_OTHER_TIME = regex(
    r"(?i)\b(?:migrat\w+|before|legacy|old|changelog|upgrad\w+|deprecated|previous|history|planned|roadmap|future|todo|proposed|coming soon)\b"
)
"""Headings of what is no more, or not yet."""
_WINDOWS = regex(r"\b[A-Za-z]:\\|[\w.]\\\w|%\w+%|\$env:")
"""Paths and variables of another shell."""
_PLACE = r"[^.\n]{0,40}\b(?:folder|(?:sub-?)?director|packages?\b|services?\b|apps?\b|projects?\b|workspace|module|example|contract|repo)"
_ANY = regex(
    rf"(?i)\b(?:each|every|specific|respective|corresponding|relevant|desired|individual)\b{_PLACE}"
    rf"|\b(?:in|inside|from|into|to) (?:any|your(?: own)?)\b{_PLACE}"
)
"""Text that lets the reader choose where to be."""
_MAYBE = regex(
    r"(?i)\bif [\w -]{0,40}\b(?:present|exists?|available|defined)\b|#[^\n]*\b(?:adjust|replace|substitute)\b|\byour (?:own )?\w+ name\b"
)
"""Text by which a command is one of some, or may not be there."""
_AROUND = 8
"""Lines before a block that say where it is meant."""
_SAID = 3
"""Those that say so of the block itself."""


class Typed(NamedTuple):
    """One command.

    Args:
        words: the program and its arguments.
        line: where it stands.
        apart: whether a comment or an empty line stands before it, behind which a reader may be elsewhere.
        alone: whether nothing else stands in its line.
        tolerated: whether it may fail, or may not be run at all.
        after: the operator behind it.
    """

    words: tuple[str, ...]
    line: int
    apart: bool
    alone: bool
    tolerated: bool
    after: str


class Said(NamedTuple):
    """A block of commands.

    Args:
        section: the line of the heading above it.
        around: the headings above it, and the text before it, which say where it is meant.
        commands: what stands in it.
    """

    section: int
    around: str
    commands: tuple[Typed, ...]


def typed(context: Inspection, path: str) -> Iterator[Said]:
    """The blocks of commands of a page."""
    document = context.readable(path, markdown.parse)
    if document is None:
        return
    for block in document.blocks:
        script = _script(block)
        above = _above(document, block.line) if script.strip() else []
        if script.strip() and not any(_OTHER_TIME.search(one.text) for one in above) and not _WINDOWS.search(script):
            near = [text for line, text in document.prose if block.line - _AROUND <= line < block.line]
            if any(_ANY.search(text) or _MAYBE.search(text) for text in near[-_SAID:]):
                continue
            comments = [line for line in block.text.split("\n") if line.lstrip().startswith("#")]
            around = "\n".join((*(one.text for one in above), *near, *comments))
            yield Said(above[-1].line if above else 0, around, tuple(_commands(script, block.line)))


def _above(document: markdown.Document, line: int) -> list[markdown.Heading]:
    """The headings within which a line stands, the innermost last."""
    found: list[markdown.Heading] = []
    for one in document.headings:
        if one.line < line:
            found = [*(other for other in found if other.level < one.level), one]
    return found


def _script(block: markdown.Block) -> str:
    """The lines of a block that are commands, at their places; empty for a block of something else."""
    language = (block.info.lower().replace("{", " ").split() or [""])[0]
    if language not in _SHELLS | _TERMINALS:
        return ""
    lines = [line.lstrip("> \t") if line.lstrip().startswith(">") else line for line in block.text.split("\n")]
    if any(_PROMPT.match(line) for line in lines):
        return "\n".join(_prompted(lines))
    if language in _TERMINALS and not all(map(_is_command, _whole(lines))):
        return ""
    return "\n".join(lines)


def _prompted(lines: list[str]) -> Iterator[str]:
    """The lines behind a prompt and what continues them; the others are output."""
    goes_on = False
    for line in lines:
        match = _PROMPT.match(line)
        text = line[match.end() :] if match else line if goes_on else ""
        goes_on = text.endswith("\\")
        yield text


def _whole(lines: list[str]) -> Iterator[str]:
    """Lines that are no comment and do not continue another."""
    goes_on = False
    for line in lines:
        if line.strip() and not goes_on and not line.lstrip().startswith("#"):
            yield line
        goes_on = line.endswith("\\")


def _is_command(line: str) -> bool:
    return _KNOWN.match(line) is not None and _PROSE_IN.search(line.partition("#")[0]) is None


def _commands(script: str, first: int) -> Iterator[Typed]:
    lines = script.split("\n")
    found = commands(script)
    count: dict[int, int] = {}
    for one in found:
        count[one.line] = count.get(one.line, 0) + 1
    last = -1
    for one in found:
        between = lines[last + 1 : one.line] if one.line > last + 1 else []
        apart = any(not line.strip() or line.lstrip().startswith("#") for line in between)
        maybe = _MAYBE.search("\n".join(lines[max(one.line - 1, 0) : one.line + 1])) is not None
        tolerated = bool(one.depth) or one.negated or "||" in (one.before, one.after) or maybe
        yield Typed(one.words, one.line + first, apart, count[one.line] == 1, tolerated, one.after)
        last = one.line
