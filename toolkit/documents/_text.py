"""Decoding with limits, and the way from an offset to a line or to a byte."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import field

from toolkit.errors import ExitCode, ToolkitError
from toolkit.values import frozen

LIMIT_BYTES = 16 * 1024 * 1024
"""Above this size a document is not read; the largest lock files in use are a few megabytes."""

MAX_DEPTH = 200
"""Nesting that any reader accepts; real configuration stays below 40, and recursion must stay possible."""

_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class DocumentError(ToolkitError):
    """A text that is not what its format asks for.

    Args:
        message: what is wrong, without the file's name, which the reader does not know.
        line: 1-based; 0 where it is not known.
        column: 1-based in characters; 0 where it is not known.
    """

    exit_code = ExitCode.FAILED

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class DocumentTooLargeError(DocumentError):
    """A text above the size limit: it was not looked at."""


@frozen
class Text:
    """A decoded document that knows where its lines and bytes are.

    Args:
        content: the characters, without a byte order mark.
        bom: bytes before the first character.
        editable: byte offsets can be computed, which a UTF-16 file does not allow.
    """

    content: str
    bom: int = 0
    editable: bool = True
    _starts: list[int] = field(default_factory=list, repr=False, compare=False)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column, both 1-based, of a character offset; only a line feed ends a line, as git counts."""
        starts = self._starts
        if not starts:
            starts = [0]
            at = self.content.find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = self.content.find("\n", at + 1)
            self._starts[:] = starts  # whole, and at once: other threads may ask meanwhile
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def line(self, offset: int) -> int:
        """The 1-based line of a character offset."""
        return self.position(offset)[0]

    def byte(self, offset: int) -> int:
        """The byte offset in the file of a character offset.

        Raises:
            DocumentError: the file is UTF-16, where edits are not supported.
        """
        if not self.editable:
            raise DocumentError("a UTF-16 file cannot be edited in place")
        if self.content.isascii():
            return self.bom + offset
        return self.bom + len(self.content[:offset].encode("utf-8", "surrogateescape"))

    def error(self, message: str, offset: int) -> DocumentError:
        """An error at a character offset."""
        return DocumentError(message, *self.position(min(max(offset, 0), len(self.content))))

    @property
    def newline(self) -> str:
        """The line end that the document uses first; a line feed where it has none."""
        at = self.content.find("\n")
        return "\r\n" if at > 0 and self.content[at - 1] == "\r" else "\n"


def decode(source: bytes | str, *, strict: bool = True) -> Text:
    """Decode a document.

    Args:
        source: the file's bytes, or text that was decoded already.
        strict: refuse what is not UTF-8; else such bytes become surrogate escapes.

    Raises:
        DocumentTooLargeError: more bytes (characters for text) than :data:`LIMIT_BYTES`.
        DocumentError: not UTF-8 (or UTF-16 with a byte order mark).
    """
    if len(source) > LIMIT_BYTES:
        raise DocumentTooLargeError(f"{len(source)} bytes, more than the limit of {LIMIT_BYTES}")
    if isinstance(source, str):
        return _checked(source, strict=strict)
    if source.startswith(_UTF16):
        try:
            return Text(source.decode("utf-16"), editable=False)
        except UnicodeDecodeError as error:
            raise DocumentError("begins like UTF-16 and is not") from error
    bom = 3 if source.startswith(b"\xef\xbb\xbf") else 0
    try:
        return Text(source[bom:].decode("utf-8", "strict" if strict else "surrogateescape"), bom)
    except UnicodeDecodeError as error:
        before = source[bom : bom + error.start]
        raise DocumentError(
            f"not UTF-8: byte 0x{source[bom + error.start]:02x}",
            before.count(b"\n") + 1,
            len(before) - before.rfind(b"\n"),
        ) from error


def _checked(source: str, *, strict: bool) -> Text:
    bom = 3 if source.startswith("\ufeff") else 0
    text = Text(source[1:] if bom else source, bom)
    if strict:
        try:
            text.content.encode("utf-8")
        except UnicodeEncodeError as error:
            raise text.error("not UTF-8: a lone surrogate", error.start) from error
    return text
