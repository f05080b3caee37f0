"""Keypairs that the scripts of a repository use on a local network only."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checks._search import files_with
from toolkit.checks._texts import text_of
from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["is_for_local_network"]

_LOCAL = regex(
    r"(?i)local_?net(?![a-z])|local[_-]validator|test[_-]validator|localhost|127\.0\.0\.1|(?<!\S)-u ?l(?!\w)"
)


def is_for_local_network(context: Inspection, path: str) -> bool:
    """Whether every line that names the file of a key speaks of a local network, or stands in a file that is called after one."""
    name = posixpath.basename(path)
    named = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])")
    places = [
        (other, line)
        for other in files_with(context, (name,), everything=True)
        for line in text_of(context, other).splitlines()
        if named.search(line)
    ]
    return bool(places) and all(_LOCAL.search(line) or _LOCAL.search(other) for other, line in places)
