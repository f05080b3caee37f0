"""Files that Terraform runs or hands on: scripts of provisioners, programs of external data, contexts of images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks.references._terraform.paths import Named, place
from toolkit.expressions import regex

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from toolkit.checks.references._terraform.modules import Module
    from toolkit.documents.hcl import Attribute, Block

__all__ = ["programs"]

_SCRIPT = regex(
    r"(?<![\w/.}$-])(?P<path>(?:\$\{\s*path\.(?:module|root)\s*\}/|\.{1,2}/)[\w./-]{1,200}\.(?:sh|bash|py|js|mjs|ts|rb|ps1|sql))(?![\w./-])"
)
_PLACED = regex(r'"(?P<path>\$\{\s*path\.(?:module|root)\s*\}/[^"$]{1,200})"')
_HANDED = ("context", "script", "working_dir", "dockerfile")


def programs(module: Module) -> Iterator[Named]:
    """Every file and folder of a configuration's own that it runs or hands on, by a path that says where it is."""
    for block in module.document.body.walk():
        what = block.labels[0] if block.labels else block.type
        for item in block.attributes:
            pattern = _pattern(block, item)
            if pattern is None:
                continue
            for match in pattern.finditer(module.document.text.content, item.start, item.end):
                line = module.document.text.line(match.start("path"))
                written = match["path"]
                yield Named(what, written, place(module, written), line, match.start("path"), match.end("path"))


def _pattern(block: Block, item: Attribute) -> re.Pattern[str] | None:
    """How paths are written in an attribute; ``None`` where it names none."""
    if block.type == "provisioner":
        # Where a command begins is only known if nothing else sets its folder.
        moved = block.attribute("working_dir") is not None
        commanded = item.name == "command" and not moved and "cd " not in item.expression
        return _SCRIPT if commanded else _PLACED if item.name in ("source", "script", "scripts") else None
    if block.type == "data" and block.labels[:1] == ("external",):
        return _PLACED if item.name == "program" else None
    return _PLACED if item.name in _HANDED else None
