"""Finding the few files that hold a text among all of them.

Git searches files that are not in memory: it opens 10,000 of them in 0.05 s of processor time and more, and each search opens them anew. Where a run has
read all texts ahead, they are searched here: a text in 10,000 files (7 MB) takes 0.01 s, a hundred and fifty 0.06 s.
"""

from __future__ import annotations

import os
import re
from fnmatch import translate
from hashlib import sha256
from typing import TYPE_CHECKING

from toolkit.checks._literals import Literals, any_of, each_of
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.system import git
from toolkit.texts import NO_TEXT, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from toolkit.checking import Inspection
    from toolkit.commands import Completed

__all__ = ["files_with", "held", "holders", "holding"]

_MANY = 200
"""Files about which nothing is known yet, up to which each is simply read."""
_WILD = regex(r"[][*?\\/]")
_THREADS = max((os.cpu_count() or 1) // 4, 1)
"""Threads of a search: other checks keep the other cores busy, and two threads take half as much processor time again as one."""
_MANY_TEXTS = 10
"""Texts in any case from which on one expression of all of them is faster than each by itself."""
_MANY_EXACT = range(30, 300)
"""As many texts whose case counts are found sooner by a few expressions."""
_LONG = 200
"""Letters of a text up to which expressions are made of it: they nest as deep as two texts have letters in common."""
_TOGETHER = 1 << 16
"""Bytes of small files that are searched at once."""
_HEAD = 8000
"""Bytes in which a NUL says that a file is no text, as git has it."""


def files_with(
    context: Inspection,
    texts: Sequence[str],
    globs: Sequence[str] = (),
    *,
    ignore_case: bool = False,
    everything: bool = False,
) -> tuple[str, ...]:
    """Tracked text files that hold any of the texts, sorted, copies that were put aside last.

    Args:
        context: the run; a focus narrows what is looked at.
        texts: fixed strings.
        globs: for the last part of a path; all files if empty.
        ignore_case: for ASCII letters.
        everything: also what ``--changed`` leaves out, to compare with.

    Raises:
        CannotCheckError: git failed.
    """
    wanted = _listed(context, *globs, everything=everything)
    asked = sha256(repr((texts, ignore_case)).encode()).hexdigest()
    table = context.facts.table(f"search.{asked[:20]}")
    told = table.known(wanted)
    unknown = [path for path in wanted if path not in told]
    holds: Callable[[bytes], bool] = bool  # where git has found a text it need not be looked for again
    if context.inventory.is_git and len(unknown) > _MANY and not context.is_read:
        hits, all_read = _by_git(context, texts, globs, ignore_case=ignore_case)
        if all_read:
            table.put_all((path for path in unknown if path not in hits), fact=False)
        unknown = [path for path in unknown if path in hits]
    else:
        holds = _finder(texts, len(unknown), ignore_case=ignore_case)
    found = dict(_judged(context, unknown, holds))
    for fact in (True, False):
        table.put_all((path for path, one in found.items() if one == fact), fact)
    return tuple(path for path in wanted if told.get(path) or found.get(path))


def holding(context: Inspection, texts: Iterable[str], globs: Sequence[str] = ()) -> frozenset[str]:
    """Tracked text files that hold any of the texts, those that ``--changed`` leaves out too.

    For texts that the repository itself gives and that differ from run to run: nothing of it is remembered.

    Args:
        context: the run.
        texts: fixed strings, each of one line.
        globs: for the last part of a path; all files if empty.

    Raises:
        CannotCheckError: git failed.
    """
    wanted = [text for text in dict.fromkeys(texts) if text and "\n" not in text]
    if not wanted:
        return frozenset()
    listed = _listed(context, *globs)
    holds: Callable[[bytes], bool] = bool  # as above
    if context.inventory.is_git and not (context.is_read and len(wanted) < _MANY_EXACT.stop):
        hits = _by_git(context, wanted, globs, ignore_case=False)[0]
        listed = tuple(path for path in listed if path in hits)
    else:
        holds = _finder(wanted, len(listed))
    return frozenset(path for path, held in _judged(context, listed, holds) if held)


def holders(context: Inspection, texts: Iterable[str], globs: Sequence[str] = ()) -> dict[str, frozenset[str]]:
    """Each of many texts with the tracked text files that hold it, those that ``--changed`` leaves out too; nothing of it is remembered.

    To look for two hundred names of files at once takes git three times as long as to look for one, and few files hold any.

    Args:
        context: the run.
        texts: fixed strings, each of one line.
        globs: for the last part of a path; all files if empty.

    Raises:
        CannotCheckError: git failed.
    """
    known = sorted(set(texts))
    found: dict[str, set[str]] = {text: set() for text in known}
    for begin in range(0, len(known), _MANY_EXACT.stop - 1):
        some = Literals(known[begin : begin + _MANY_EXACT.stop - 1])
        for path in holding(context, some.texts, globs):
            for text in some.held(text_of(context, path)):
                found[text].add(path)
    return {text: frozenset(paths) for text, paths in found.items()}


def held(context: Inspection, texts: Collection[bytes], globs: Sequence[str]) -> dict[str, set[bytes]]:
    """Tracked files with the texts that each holds, those that ``--changed`` leaves out too; of texts that overlap the longest.

    Args:
        context: the run.
        texts: fixed strings, each of one line; nothing of it is remembered.
        globs: for the last part of a path.

    Raises:
        CannotCheckError: git failed.
    """
    inventory = context.inventory
    found: dict[str, set[bytes]] = {}
    if not texts:
        return found
    if inventory.is_git:
        done = _grep(context, ("-o",), b"\n".join(texts), globs)
        for record in done.stdout.split(b"\n"):
            name, _, text = record.partition(b"\0")
            found.setdefault(os.fsdecode(name), set()).add(text)
        listed = inventory.tracked_set - inventory.links
        return {path: told for path, told in found.items() if path in listed}
    for path in _listed(context, *globs):
        if context.is_readable(path) and (told := {text for text in texts if text in context.read(path)}):
            found[path] = told
    return found


def _by_git(
    context: Inspection, texts: Sequence[str], globs: Sequence[str], *, ignore_case: bool
) -> tuple[frozenset[str], bool]:
    """The tracked files that hold a text, binary ones too, and whether git could read all others."""
    switches = ("-l", "-i") if ignore_case else ("-l",)
    if len(texts) >= _MANY_TEXTS if ignore_case else len(texts) in _MANY_EXACT:
        wanted = any_of(text.lower() for text in texts) if ignore_case else "\n".join(each_of(texts))
        done = _run(context, (*switches, "-P"), _encoded(wanted), globs)
        if done.code in (0, 1):
            return frozenset(done.text.split("\0")), not done.stderr
    done = _grep(context, switches, _encoded("\n".join(texts)), globs)
    return frozenset(done.text.split("\0")), not done.stderr


def _grep(context: Inspection, switches: Sequence[str], texts: bytes, globs: Sequence[str]) -> Completed:
    """What ``git grep`` prints of files that hold fixed strings.

    Raises:
        CannotCheckError: git failed.
    """
    done = _run(context, (*switches, "-F"), texts, globs)
    if done.code not in (0, 1):
        git.expect(done)
    return done


def _run(context: Inspection, switches: Sequence[str], texts: bytes, globs: Sequence[str]) -> Completed:
    # What git's attributes call binary is searched, too: the content alone decides, here as above.
    return git.git(
        context.root,
        *("-c", "grep.lineNumber=false", "-c", "grep.column=false", "grep"),
        *("-a", "-z", "--no-color", "--no-recurse-submodules", "--full-name", f"--threads={_THREADS}"),
        *switches,
        *("-f", "-"),  # thousands of names are more than a command line holds
        "--",
        *(map(_pathspec, globs) if globs else (".", *(f":(exclude)*{ending}" for ending in NO_TEXT))),
        data=texts,
        timeout_s=50.0,
    )


def _pathspec(glob: str) -> str:
    """Git's words for paths whose last part a glob matches.

    A star before plain text is compared as an ending; with the word ``glob`` the whole path is matched instead, which made a
    search of 10,000 files three times as long.
    """
    return glob if glob.startswith("*") and not _WILD.search(glob, 1) else f":(glob)**/{glob}"


@once_a_run
def _listed(context: Inspection, *globs: str, everything: bool = True) -> tuple[str, ...]:
    """The tracked paths whose last part one of the globs matches, all of text if there are none; sorted, copies put aside last, without links."""
    inventory = context.inventory
    paths = (inventory.tracked_set if inventory.is_git else inventory.files) - inventory.links
    if narrowed := context.focus is not None and not everything:
        paths = paths & context.focus
    if not globs:
        return context.living_first(sorted(path for path in paths if not path.endswith(NO_TEXT)))
    expression = re.compile("|".join(map(translate, globs)))
    if narrowed:
        return context.living_first(sorted(path for path in paths if expression.fullmatch(path.rpartition("/")[2])))
    wanted = {name for name in inventory.by_name if expression.fullmatch(name)}
    return context.living_first(sorted(path for name in wanted for path in inventory.by_name[name] if path in paths))


def _judged(context: Inspection, paths: Iterable[str], holds: Callable[[bytes], bool]) -> Iterator[tuple[str, bool]]:
    """Each file that can be read, with whether it is a text that holds something.

    Small files are searched several at once: most hold nothing, and to begin a search takes as long as to go through a kilobyte.
    The more of them hold something, the fewer are taken together.
    """
    some: list[tuple[str, bytes]] = []
    size, most = 0, _TOGETHER
    for path, content in context.contents(paths):
        some.append((path, content))
        size += len(content)
        if size >= most:
            hit = holds(b"\n".join([content for _, content in some]))
            yield from ((path, hit and holds(content) and _is_text(content)) for path, content in some)
            most = most // 2 if hit else min(most * 2 + 1, _TOGETHER)
            some.clear()
            size = 0
    yield from ((path, holds(content) and _is_text(content)) for path, content in some)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _is_text(content: bytes) -> bool:
    return b"\0" not in content[:_HEAD]


def _finder(texts: Sequence[str], files: int, *, ignore_case: bool = False) -> Callable[[bytes], bool]:
    """What says of a content whether it holds one of the texts.

    Args:
        texts: fixed strings.
        files: how many it is asked about: expressions of many texts have to be made first.
        ignore_case: for ASCII letters.
    """
    wanted = [text.lower() for text in texts] if ignore_case else texts
    if len(wanted) < _MANY_TEXTS or files < _MANY or max(map(len, wanted)) > _LONG:
        plain = [_encoded(text) for text in wanted]

        def holds(content: bytes) -> bool:
            return any(text in content for text in plain)

    else:
        searches = [re.compile(_encoded(expression)).search for expression in each_of(wanted)]

        def holds(content: bytes) -> bool:
            for search in searches:  # noqa: SIM110 - a generator for each of 10,000 files takes half as long again
                if search(content):
                    return True
            return False

    return (lambda content: holds(content.lower())) if ignore_case else holds
