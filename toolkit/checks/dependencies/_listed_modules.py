"""Modules that builds of Java and .NET list and that are not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks._texts import line_at, text_of
from toolkit.checks.dependencies._python_members import Lost
from toolkit.expressions import regex
from toolkit.places import folder_of, inside, join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Severity

__all__ = ["modules"]

_MODULE = regex(r"<module>\s{0,50}(?P<entry>[^<\s]{1,300})\s{0,50}</module>")
_INCLUDE = regex(r"(?m)^[ \t]*(?P<word>include(?:Build)?)\b[ \t]*\(?(?P<body>(?:,[ \t]{0,20}\r?\n|[^\n)]){0,4000})")
_REMARK = regex(r"(?m)//[^\n]*$")
_QUOTED = regex(r"[\"'](?P<entry>[\w.:/-]+)[\"']")
_SOLUTION = regex(r"(?m)^Project\(\"[^\"]*\"\)[ \t]*=[ \t]*\"[^\"]*\",[ \t]*\"(?P<entry>[^\"]+\.(?:cs|fs|vb)proj)\"")
_REFERENCE = regex(r"<ProjectReference\s+Include=\"(?P<entry>[^\"$*]+)\"")
_MAX_BYTES = 500_000


def modules(context: Inspection) -> Iterator[Lost]:
    """What ``pom.xml``, ``settings.gradle``, solutions and projects of .NET name and what has no folder or file."""
    for path in sorted(context.named("pom.xml")):
        yield from _maven(context, path)
    for path in sorted(context.named("settings.gradle", "settings.gradle.kts")):
        yield from _gradle(context, path)
    for path in sorted(set(context.matching("*.sln", "*.csproj", "*.fsproj", "*.vbproj"))):
        text = text_of(context, path)[:_MAX_BYTES]
        for match in (_SOLUTION if path.endswith(".sln") else _REFERENCE).finditer(text):
            target = join(folder_of(path), match["entry"].replace("\\", "/"))
            if target is not None and not context.is_file(target) and not _is_away(context, target):
                line = line_at(text, match.start("entry"))
                yield Lost(path, line, match["entry"], f"{match['entry']} is not there: dotnet build fails", "error")


def _maven(context: Inspection, path: str) -> Iterator[Lost]:
    text = _without_comments(text_of(context, path)[:_MAX_BYTES])
    optional = text.find("<profiles>")
    start = text.find("<modules>")
    while start >= 0 and (end := text.find("</modules>", start)) >= 0:
        for match in _MODULE.finditer(text, start, end):
            target = join(folder_of(path), match["entry"])
            if "$" in match["entry"] or target is None or _is_away(context, target):
                continue
            if not context.is_file(inside(target, "pom.xml")) and not context.is_file(target):
                line = line_at(text, match.start("entry"))
                what = f"the module {match['entry']} has no pom.xml: mvn refuses the build"
                level: Severity = "warning" if 0 <= optional < match.start() else "error"
                yield Lost(path, line, match["entry"], what, level)
        start = text.find("<modules>", end)


def _without_comments(text: str) -> str:
    """XML without its comments, the lines where they were; one that is never closed reaches to the end."""
    first, *rest = text.split("<!--")
    kept = [first]
    for part in rest:
        comment, _, after = part.partition("-->")
        kept += ["\n" * comment.count("\n"), after]
    return "".join(kept)


def _gradle(context: Inspection, path: str) -> Iterator[Lost]:
    text = text_of(context, path)[:_MAX_BYTES]
    if "projectDir" in text:
        return  # the folders are said elsewhere
    text = _REMARK.sub("", text)
    for statement in _INCLUDE.finditer(text):
        if "(" in statement["body"].strip().removeprefix("("):
            continue  # the folder is what a call gives
        for match in _QUOTED.finditer(text, statement.start("body"), statement.end("body")):
            entry = match["entry"]
            target = join(folder_of(path), entry.strip(":").replace(":", "/"))
            if target is None or target in context.inventory.folders or _is_away(context, target):
                continue
            line = line_at(text, match.start())
            if statement["word"] == "includeBuild":
                yield Lost(path, line, entry, f"the build {entry} is not there: gradle fails", "error")
            else:
                what = f"the project {entry} has no folder: gradle builds nothing of it, and refuses from version 9 on"
                yield Lost(path, line, entry, what, "warning")


def _is_away(context: Inspection, target: str) -> bool:
    """Whether something else brings the folder: a submodule, or a tool whose output git ignores."""
    links = context.inventory.gitlinks
    return any(target == link or target.startswith(f"{link}/") for link in links) or bool(
        context.inventory.ignored((target, f"{target}/"))
    )
