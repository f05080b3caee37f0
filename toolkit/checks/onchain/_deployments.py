"""Environment files that each belong to one deployment (``.env.devnet``, ``.env.staging``): each has ids of its own."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checks._search import files_with
from toolkit.checks._texts import text_of
from toolkit.checks.onchain._binding_texts import EXAMPLE
from toolkit.expressions import regex
from toolkit.places import folder_of

if TYPE_CHECKING:
    from toolkit.checking import Inspection
    from toolkit.checks.onchain._binding_texts import Binding

__all__ = ["is_other_deployment"]

_OF_NETWORK = regex(r"(?i)(?:\.env\.(?P<after>[a-z][\w-]*)|(?P<before>[a-z][\w-]*)\.env)")
_SCRIPTS = ("*.sh", "*.bash", "Makefile", "makefile", "*.mk", "justfile", "Justfile", "package.json")
_SOURCES = r"(?m)(?:^|[;&|\"'({{`])[ \t]*(?:source|\.)[ \t]+[^\n;&|]{{0,200}}?(?<![\w.-]){name}(?![\w.-])"


def is_other_deployment(context: Inspection, one: Binding) -> bool:
    """Whether a name stands in the environment file of one network, and its siblings have another value of it or a script sources the file."""
    base = posixpath.basename(one.path)
    if not _OF_NETWORK.fullmatch(base) or EXAMPLE.search(base):
        return False
    given = re.compile(rf"(?m)^[ \t]*(?:export[ \t]+)?{re.escape(one.name)}[ \t]*=[ \t]*[\"']?(\w{{32,44}})\b")
    for path in context.below(folder_of(one.path)):
        name = posixpath.basename(path)
        if folder_of(path) != folder_of(one.path) or path == one.path or EXAMPLE.search(name):
            continue
        if _OF_NETWORK.fullmatch(name) and any(value != one.value for value in given.findall(text_of(context, path))):
            return True
    sources = re.compile(_SOURCES.format(name=re.escape(base)))
    return any(sources.search(text_of(context, path)) for path in files_with(context, (base,), _SCRIPTS))
