"""Whether somebody makes a file that compose wants and no clone has: from a template beside it, or by a script."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checks.references._scripts.texts import lines
from toolkit.memory import once_a_run

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["is_made"]

_ENDINGS = ("template", "example", "sample", "dist", "tpl", "tmpl", "j2", "in")


def is_made(context: Inspection, path: str) -> bool:
    """Whether a path has a template beside it, or a script or instruction writes something of its name."""
    stem, ending = posixpath.splitext(path)
    names = [f"{path}.{one}" for one in _ENDINGS] + [f"{stem}.{one}{ending}" for one in _ENDINGS if ending]
    return any(map(context.is_file, names)) or _is_written(context, path)


@once_a_run
def _is_written(context: Inspection, path: str) -> bool:
    name = posixpath.basename(path)
    # Many files are called config.yaml: what people are told to make is known by its folder, too.
    short = "/".join(path.split("/")[-2:])
    there = short in context.inventory.folders or short in context.inventory.tracked_set
    told = re.escape(path if there else short)
    word = rf"(?<![\w.-]){re.escape(name)}(?![\w.-])"
    needle = re.compile(
        # No quotation of a document, no arrow, no tag.
        rf"(?:(?<=[^\s>|-][ \t])|(?<=[ \t][\d&])|(?<=[)}}]))>{{1,2}}\|?[ \t]*[^\s;&|<>]{{0,200}}{word}"
        rf"|(?:\s-o|\s-out|\s--out[\w-]*|\s-keyout)[ =][^\s;&|]{{0,200}}{word}"
        rf"|\b(?:mkdir|touch|tee|envsubst|openssl|mkcert|keytool|ssh-keygen|htpasswd|git clone)\b[^\n;&|]{{0,300}}{word}"
        rf"|\b(?:[Cc]reates?|[Gg]enerates?|[Rr]enders?|[Ww]rites?|[Ee]mits?|[Dd]ownload|[Pp]lace|[Pp]ut)\b[^\n]{{0,200}}(?<![\w.-]){told}(?![\w.-])"
        rf"|\b\w{{0,40}}(?:OUT|DEST|TARGET)\w{{0,40}}[ \t]*:?=[ \t]*[\"']?[^\s\"';&|]{{0,200}}(?<![\w.-]){told}[\"']?[ \t]*$"
        rf"|\b(?:cp|mv|ln|install|scp|rsync)\b[^\n;&|]{{0,300}}\s[^\s;&|]{{0,200}}{word}/?[\"']?\s*(?:$|[;&|\n])",
        re.MULTILINE,
    )
    # The folder of that name in the root is what a script speaks of that only says the name.
    bare = path == name or name not in context.inventory.folders
    beside = posixpath.dirname(path)
    return any(
        bare or short in line or posixpath.dirname(source) == beside for source, line in lines(context, needle, name)
    )
