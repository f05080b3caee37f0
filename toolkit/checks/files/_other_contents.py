"""Files that bear the name of configuration and are something else: pages of Markdown, and what tests of a reader feed it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._search import holding
from toolkit.checks._test_code import is_test
from toolkit.checks._texts import text_of
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["is_data_of_tests", "is_markdown"]

_HEADING = regex(rb"\A(?:\xef\xbb\xbf)?\s*#{1,2} \S")
_MARKS = regex(
    rb"(?m)^(?:(?P<quote>>[ \t]+\S)|(?P<fence>```)|(?P<section>#{2,6} \S)|(?P<bold>(?:[-*] )?\*\*\w[^*\n]{0,200}\*\*))"
)
"""What Markdown has in the first column; a section is a comment of YAML as well, and tells nothing alone."""
_PROGRAM = regex(
    r"(?i)\.(?:[cm]?[jt]sx?|py|rs|go|java|kts?|rb|cs|php|swift|scala|c|cc|cpp|cxx|h|hpp|zig|dart|exs?|sh)$"
)


def is_markdown(content: bytes) -> bool:
    """Whether a text begins with a heading and goes on with marks of Markdown that YAML has not in the first column."""
    kinds = {match.lastgroup for match in _MARKS.finditer(content)} if _HEADING.match(content) else set()
    return len(kinds) > 1


def is_data_of_tests(context: Inspection, path: str) -> bool:
    """Whether a file lies with tests and their sources alone name it: if it is broken by mistake, they tell."""
    if not is_test(path):
        return False
    name = path.rpartition("/")[2]
    word = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w-])")
    sources = [one for one in sorted(holding(context, (name,)) - {path}) if _PROGRAM.search(one)]
    naming = [one for one in sources if word.search(text_of(context, one, errors="replace"))]
    return bool(naming) and all(is_test(one) for one in naming)
