"""Where names stand in the sources and configurations of a repository, other than to be handed on."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._search import holding
from toolkit.checks._test_code import is_test
from toolkit.checks.code._paths import is_generated
from toolkit.expressions import regex
from toolkit.specifiers import SOURCES, importers, last_part

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from toolkit.checking import Inspection

__all__ = ["Uses", "imported", "uses", "words_of"]

_CONFIGURATIONS = (".json", ".jsonc", ".toml", ".yml", ".yaml", ".html", ".tf")
_READ = (*SOURCES, *_CONFIGURATIONS, ".py", ".prisma")
_LOCKS = frozenset({"package-lock.json", "pnpm-lock.yaml", "pnpm-lock.yml", "uv.lock", "poetry.lock"})
_MAX_BYTES = 4_000_000
_FEW = 40
"""Words up to which a search for each of them is faster than reading every file."""
_BASELINE = regex(rb'\{\s*"schema_version": \d+,\s*"accepted": \[\s*\{"fingerprint": ')
"""A baseline of the doctor: the names of what it accepted are no use of it, else it would end what it accepts."""
_SPLIT = bytes(one if chr(one).isalnum() or one in b"_$" or one > 127 else 32 for one in range(256))
"""Makes blanks of all that is not of a word."""
_HANDED_ON = regex(
    rb"^(?:[ \t]*(?://|\*|/\*|#(?!\[)).*$"
    rb"|export\s*\*[^;'\"\n]*\bfrom\s*['\"][^'\"\n]*['\"]"
    rb"|from\s+\S+\s+import\s+(?!.*\bas\b)(?:\([^)]*\)|.*)|__all__\s*[+:=][^\]]*\]"
    rb"|export\s*(?:type\s*)?\{[^}]*\}(?:\s*from\b(?:\s*['\"][^'\"\n]*['\"])?)?|module\.exports\s*=\s*(?:\{[^}]*\}|\w+\s*;?\s*$)|(?:module\.)?exports\.\w+\s*=(?:\s*\w+;?\s*$)?|export\s+default\s+\w+\s*;?\s*$)"
    rb"|\b(?:import\s+(?:type\s+)?(?![^;'\"]*\bas\b)[\w\s{},*$]+?\bfrom\s*['\"][^'\"\n]*['\"]"
    rb"|(?:const|let|var)\s*\{[^}:]*\}\s*=\s*require\()",
    re.MULTILINE,
)
"""Comments on lines of their own, imports under the same name, exports and lists of exports."""


class Uses(NamedTuple):
    """Where names stand.

    Args:
        counted: how often each stands in a source or configuration, comments, imports, exports and tests aside.
        tested: those that stand in a test: somebody has them in hand.
    """

    counted: dict[str, int]
    tested: frozenset[str]


def _texts(context: Inspection, words: Collection[bytes], endings: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """What holds one of some words and may use it, what a tool has written aside."""
    inventory = context.inventory
    new = inventory.files - inventory.tracked_set if inventory.is_git else frozenset()
    tracked = inventory.files
    if len(words) <= _FEW:  # a search for thousands of words takes longer than reading every file
        tracked = holding(context, (word.decode() for word in words), [f"*{ending}" for ending in endings])
    for path in sorted(tracked | new):
        if path.endswith(endings) and not is_generated(path) and posixpath.basename(path) not in _LOCKS:
            if (content := context.content(path)) is None:
                continue
            if len(content) <= _MAX_BYTES and not _BASELINE.match(content):
                yield path, content


def uses(context: Inspection, names: Collection[str], further: tuple[str, ...] = ()) -> Uses:
    """Where each name stands in the whole repository; ``further`` are endings of sources that are read, too."""
    wanted = {name.encode() for name in names}
    found = dict.fromkeys(wanted, 0)
    tested: set[bytes] = set()
    for path, content in _texts(context, wanted, (*_READ, *further)) if wanted else ():
        here = wanted.intersection(content.translate(_SPLIT).split())
        if is_test(path):
            tested |= here
            continue
        is_data = path.endswith(".json")  # which hands nothing on, and may be long
        for word in (content.translate(_SPLIT).split() if is_data else words_of(content)) if here else ():
            if word in here:
                found[word] += 1
    return Uses({name.decode(): count for name, count in found.items()}, frozenset(map(bytes.decode, tested)))


def words_of(content: bytes) -> list[bytes]:
    """The words of a source, but for those of comments and of what is only handed on."""
    return _HANDED_ON.sub(b"", content).translate(_SPLIT).split()


def imported(context: Inspection, paths: Collection[str]) -> frozenset[str]:
    """The files among these that some source but a test imports or a configuration names, told by the last part of the name alone."""
    known = importers(context) if paths else {}
    found: set[str] = set()
    stems: dict[bytes, set[str]] = {}
    for path in paths:
        stem = last_part(path)
        if any(one != path and not is_test(one) for one in known.get(stem, ())):
            found.add(path)
        else:
            stems.setdefault(stem.encode(), set()).add(path)
    for path, content in _texts(context, stems, _CONFIGURATIONS) if stems else ():
        if not is_test(path):
            found.update(*(stems[stem] for stem in stems.keys() & set(content.translate(_SPLIT).split())))
    return frozenset(found)
