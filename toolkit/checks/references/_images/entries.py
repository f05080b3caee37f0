"""Commands that an image does not run, because its ENTRYPOINT takes their words for arguments."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.checks.references._broken import Broken
from toolkit.checks.references._images.dockerfiles import read
from toolkit.checks.references._images.stages import chain, contents, index_of, traced
from toolkit.expressions import regex
from toolkit.places import path_from

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.checking import Inspection
    from toolkit.documents.dockerfile import Document, Instruction

__all__ = ["unheard"]

_PROGRAMS = frozenset(
    {"node", "npm", "npx", "pnpm", "yarn", "bun", "bunx", "tsx", "ts-node", "deno", "python", "python3", "sh", "bash", "gunicorn", "uvicorn",
     "celery", "alembic", "flask", "poetry", "uv", "java", "ruby", "bundle", "php", "dotnet"}
)  # fmt: skip
"""Programs that a command begins with, and that no program takes as its argument."""
_SERVERS = frozenset({"npm", "yarn", "pnpm", "java", "dotnet", "uvicorn", "gunicorn", "flask", "celery"})
"""Of these what is told first decides what they do."""
_ON = frozenset({"exec", "dlx", "run", "--", "-m", "x"})
"""What hands the words behind it on."""
_SCRIPT = regex(r"\.?/?\w[\w./-]*\.(?:sh|py|js|mjs|cjs|ts)|(?:\.?/)?(?:[\w.-]+/)*(?:docker-)?entrypoint")
_TAKES = regex(
    r"\$(?:[@*#\d]|\{[@*#\d])|\bshift\b|\bargv\b|\bargs\b|argparse|\bclick\b|\btyper\b|\bfire\b|\bmanagement\b"
)
"""What a script does that looks at its arguments."""


def unheard(  # noqa: PLR0913 - what starts, where it is built and by whom
    context: Inspection, path: str, folder: str, stage: str | None, words: Sequence[str], *, own: bool = False
) -> Iterator[Broken]:
    """That the image of a stage does not run a command which it is started with.

    Args:
        context: the run.
        path: the Dockerfile.
        folder: the build context.
        stage: the stage that is built; ``None`` for the last one.
        words: the command.
        own: whether it is the image's own, which is only missed where the script that starts does not start the same.
    """
    document = read(context, path)
    number = (
        len(document.stages) - 1
        if document and stage is None
        else index_of(document, stage or "")
        if document
        else None
    )
    if document is None or number is None or number < 0 or not words:
        return
    entry = next((one for one in _entries(document, number)), None)
    program = posixpath.basename(words[0])
    if entry is None or not _is_deaf(context, (document, number, folder), entry, program):
        return
    if own and not _is_left(context, (document, number, folder), entry, program):
        return
    shown = " ".join(entry.json_form or (entry.value,))
    text = f"the ENTRYPOINT of its image ({shown[:80]}) takes {words[0]} and what follows for arguments, and does what it always does"
    yield Broken(
        words[0], text, 'start it as the entrypoint, or let the ENTRYPOINT end in exec "$@"', "warning", idle=True
    )


def _entries(document: Document, number: int) -> Iterator[Instruction]:
    """The instructions that say what the image of a stage starts, the last one first."""
    for index in reversed(chain(document, number)):
        yield from (item for item in reversed(document.stages[index].instructions) if item.name == "ENTRYPOINT")


def _is_deaf(context: Inspection, image: tuple[Document, int, str], entry: Instruction, program: str) -> bool:
    """Whether what an image starts pays no heed to a command that begins with a program."""
    given = entry.json_form
    if given == ():
        return False  # it takes away what the image before has
    if given is None or (posixpath.basename(given[0]) in ("sh", "bash") and "-c" in given):
        return "$" not in entry.value and program in _PROGRAMS  # the shell has them as parameters, which nothing reads
    first = posixpath.basename(given[0])
    script = next((word for word in given if _SCRIPT.fullmatch(word)), "")
    if script:
        return program in _PROGRAMS and _takes_none(context, image, script)
    if first in _PROGRAMS:
        alone = len(given) == 1 and first not in ("npx", "bunx", "uv", "poetry", "bundle")
        return program in _PROGRAMS and (alone or (first in _SERVERS and _ON.isdisjoint(given)))
    return len(given) == 1 and first == program


def _is_left(context: Inspection, image: tuple[Document, int, str], entry: Instruction, program: str) -> bool:
    """Whether what an image starts is a script for a shell that does not start a program."""
    scripts = [word for word in entry.json_form or () if _SCRIPT.fullmatch(word)]
    text = "\n".join(
        text_of(context, one, errors="replace") for word in scripts for one in _files(context, image, word)
    )
    is_shell = text.startswith("#!") and "sh" in text.partition("\n")[0]
    return is_shell and re.search(rf"(?<![\w-]){re.escape(program)}(?![\w-])", text) is None


def _takes_none(context: Inspection, image: tuple[Document, int, str], script: str) -> bool:
    """Whether a script of the repository that an image starts never looks at its arguments."""
    files = _files(context, image, script)
    return bool(files) and not any(_TAKES.search(text_of(context, one, errors="replace")) for one in files)


def _files(context: Inspection, image: tuple[Document, int, str], script: str) -> tuple[str, ...]:
    """The files of the repository that a script in an image may be a copy of."""
    document, number, folder = image
    ends = contents(document)[1]
    sources = traced(document, ends, ends[number], ends[number].at(script)) if ends else ()
    return tuple(one for one in (path_from(folder, source) for source in sources) if context.is_file(one))
