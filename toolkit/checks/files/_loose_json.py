"""Files that end like JSON or YAML and need not be either: other forms, settings for readers that take more, templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["is_loose", "is_of_another", "is_other_form", "is_template"]

_TEXT = regex(rb'"(?:[^"\\\n]|\\.)*"')
_BLANK = regex(rb"#\w+#|@\w+@|\$\{?\w|__\w+__|%\w+%|<\w+>")
"""Marks in whose place a program writes a value."""
_LOOSE = regex(
    rb"(?m)^[ \t]*(?://|/\*|[A-Za-z_$][\w$]*[ \t]*:|'[^'\n]*'[ \t]*:)|[,{\[]\s{0,99}(?://|/\*|'|[A-Za-z_$][\w$]*[ \t]*:|-?(?:NaN|Infinity)\b)|:[ \t]*-?(?:NaN|Infinity)\b|[\"\d\]}el],?[ \t]*//[^\"\n]*$"
)
_WRITTEN = 1_000_000
"""Bytes; nobody writes more by hand."""
_MARKS = {
    "app.json": regex(rb'"(?:expo|buildpacks|formation|displayName|slug|addons|success_url|pages|window)"'),
    "components.json": regex(rb'"(?:style|aliases|tailwind|\$schema|usingComponents)"'),
    "global.json": regex(rb'"(?:sdk|msbuild-sdks)"'),
    "manifest.json": regex(rb'"(?:icons|start_url|short_name|display|manifest_version|name)"'),
    "serverless.json": regex(rb'"(?:provider|functions)"'),
}
"""Names that mean something only in some places, with keys that the file of the tool has."""
_TEMPLATE = regex(rb"\{\{|\{%|<%|%\{-?~?[ \t]*(?:if|for|else|end(?:if|for))\b")
"""Blocks of Jinja, of Embedded Ruby and the like, and of Terraform."""


def is_other_form(context: Inspection, path: str) -> bool:
    """Whether a file is no one JSON value by its looks: text, one value on each line, or too large to be anybody's writing."""
    if (content := context.content(path)) is None:
        return True
    first, _, rest = content.partition(b"\n")
    lines = first.rstrip().endswith((b"}", b"]")) and rest.lstrip()[:1] in (b"{", b"[")
    return lines or len(content) > _WRITTEN or content.lstrip()[:1] not in (b"{", b"[")


def is_of_another(context: Inspection, path: str) -> bool:
    """Whether a file has the name of a tool's settings and not one of their keys: bases of compilers and data are called so, too."""
    marks = _MARKS.get(path.rpartition("/")[2])
    return marks is not None and marks.search(context.content(path) or b"") is None


def is_loose(context: Inspection, path: str) -> bool:
    """Whether somebody wrote for a reader that takes more than JSON: comments, keys without quotes, settings of compilers."""
    content = context.read(path)
    return _LOOSE.search(content) is not None or b'"compilerOptions"' in content or b'"extends"' in content


def is_template(context: Inspection, path: str) -> bool:
    """Whether a file is filled in before anybody reads it; GitHub's ``${{ }}`` is no such sign."""
    if (content := context.content(path)) is None:
        return True
    if path.endswith(".json"):
        # Dashboards and translations have names in braces within their texts; beside them any mark is a blank to fill.
        content = _TEXT.sub(b"", content)
        if _BLANK.search(content):
            return True
    return _TEMPLATE.search(content.replace(b"${{", b"")) is not None
