"""See :class:`PackageEntryMissing`."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks._likeness import instead
from toolkit.checks._packages import packages
from toolkit.checks.references._entry_points import entries, is_specifier, judged
from toolkit.checks.references._entry_weight import OUTPUT, is_built
from toolkit.checks.references._fault import finding_of
from toolkit.checks.references._packed import is_copied
from toolkit.checks.references._python_entries import promised
from toolkit.checks.references._repair import by_hand, position, relative, replace, strings
from toolkit.expressions import regex
from toolkit.outputs import outputs
from toolkit.places import as_index
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks._packages import Package
    from toolkit.documents import Path
    from toolkit.model import Finding, Severity
    from toolkit.references import Verdict

    _Lost = tuple[Path, str, Verdict, Severity]

_SHIPPED_ANYWAY = regex(r"(?i)^(?:\./)?(?:readme|licen[cs]e|changelog|history|notice|package\.json|docs?/?$)")
"""Files that npm ships whether they are listed or not, or that a release writes."""
_SUFFIXES = (
    ".js",
    ".json",
    ".mjs",
    ".cjs",
    ".ts",
    ".tsx",
    ".d.ts",
    "/index.js",
    "/index.json",
    "/index.d.ts",
    "/index.ts",
    ".node",
)


_GENERATED = regex(r"(?:^|/)(?:_*generated_*|\.?gen|\.prisma|codegen|typechain(?:-types)?|wasm-pkg|pkg)(?:/|$)")
_CLIENT = regex(r"(?:prisma-client|\.prisma/client)(?:-[0-9a-f]{16,}|$)")
"""How the generator of Prisma calls the package that it writes, wherever that lies."""
_SINGLY = 3
"""Entries of one package up to which each has a finding of its own."""
_GENERIC = frozenset({"index", "index.d", "main", "main.d"})
"""Names that every part of a package may give its own entry."""
_LAYOUTS = frozenset({"src", "source", "lib", "cjs", "esm", "es", "umd", "dist", "build", "out", "types", "packages"})


class PackageEntryMissing(Check):
    """package.json names an entry that is not in the repository and that no build makes.

    What it checks: ``main``, ``module``, ``browser``, ``types``, ``style``, ``bin``, ``imports``, ``exports`` and the names in ``files``. An entry in an output folder of a package
        with a build script, or one that git ignores, is a build's business, unless the build is known to write it elsewhere,
        or to write no declarations, or neither the package nor a folder above has a build (told once a package). A folder needs an index. The ``readme`` and the licence of a pyproject.toml, and the
        modules of its programs, where their package is there.
    Why it matters: Whoever imports the package finds no module, no types or no program.
    How to fix: Name the file that is there or that the build makes; remove an entry that nobody needs.
    Fix safety: Unsafe. The path is replaced by the build's output of the same name, or by the only file that is like it, where only
        the layout of a build lies between them, or by the index of a folder of that name. A namesake of another folder is only named.
    """

    severity = "warning"

    def run(self, context: Inspection) -> Iterable[Finding]:
        for package in packages(context):
            if _GENERATED.search(package.folder) or _CLIENT.match(str(package.data.get("name"))):
                continue  # the generator writes the manifest for more than it writes here
            for group in _groups(list(_lost(context, package))):
                yield self._many(context, package, group) if group[1:] else self._entry(context, package, group[0])
            if not is_copied(context, package):
                yield from self._shipped(context, package)
        for one in promised(context):
            yield finding_of(self, context, one)

    def _many(self, context: Inspection, package: Package, found: list[_Lost]) -> Finding:
        """One finding for a package whose files have moved."""
        lines = ", ".join(f"{value} ({position(package.document, where)[0]})" for where, value, _, _ in found)
        verdict = found[0][2]
        makes = f"; `{verdict.command}` makes {verdict.near}" if _is_moved(context, verdict, package.folder) else ""
        return self.finding(
            context,
            package.path,
            f"{len(found)} entries lead to what does not exist, the first of them {found[0][1]}{makes}.",
            line=position(package.document, found[0][0]),
            evidence=lines,
            severity="warning" if any(level == "warning" for _, _, _, level in found) else "info",
            fixes=by_hand(
                f"name what {package.folder} has or its build makes in the {len(found)} entries, or remove them"
            ),
            related=[(package.path, position(package.document, where)) for where, _, _, _ in found[1:]],
        )

    def _shipped(self, context: Inspection, package: Package) -> Iterator[Finding]:
        """What ``files`` promises to those who install the package, and what is not there."""
        if package.data.get("private") is True:
            return
        builds = is_built(package)
        for below, value in strings(package.data.get("files")):
            if (
                re.search(r"[*?{}!\[]", value)
                or _SHIPPED_ANYWAY.match(value)
                or (builds and not posixpath.splitext(value)[1])
            ):
                continue
            verdict = resolve(context, value.strip("/"), package.folder)
            if verdict.kind == "missing" and not verdict.command and not OUTPUT.search(value):
                text = f"files lists {value}, which does not exist: nobody who installs the package gets it."
                line = position(package.document, ("files", *below))
                near = relative(verdict.near, package.folder, value)
                where = ("files", *below)
                sure = _is_inner(near) and _is_laid_out(verdict, package.folder)
                fixes = replace(context, package.path, package.document, where, near) if sure else ()
                fixes = fixes or by_hand(f"add {verdict.path}, or take {value} off files")
                proof = f"{verdict.path} {verdict.why}"
                yield self.finding(context, package.path, text, line=line, evidence=proof, fixes=fixes)

    def _entry(self, context: Inspection, package: Package, lost: _Lost) -> Finding:
        """One entry that leads nowhere, with what is there or is made in its place."""
        where, value, verdict, level = lost
        near = relative(verdict.near, package.folder, value)
        moved = _is_moved(context, verdict, package.folder)
        sure = moved or (not verdict.command and _is_inner(near) and _ending(near) == _ending(value))
        sure = sure and near.count("*") == value.count("*") and _is_laid_out(verdict, package.folder)
        fixes = replace(context, package.path, package.document, where, near) if sure else ()
        entry = ".".join(map(str, where))
        todo = f"add {verdict.path}, let the build make it, or remove {entry}"
        todo = f"name {near} if that is meant, or remove {entry}" if moved and not sure else todo
        return self.finding(
            context,
            package.path,
            f"{entry} is {value}, {_fault(package, value, verdict, moved=moved)}.",
            line=position(package.document, where),
            evidence=f"{verdict.path} {verdict.why}",
            severity=level,
            fixes=fixes or by_hand(instead(value, near if sure else "", todo)),
        )


def _fault(package: Package, value: str, verdict: Verdict, *, moved: bool) -> str:
    """What is wrong with an entry, to end the sentence that names it."""
    if verdict.path == f"{package.at(value)}/index.js":
        return "a folder without an index"
    if verdict.command and not verdict.near:
        return f"which does not exist: `{verdict.command}` writes no declarations"
    if moved:
        return f"which does not exist; `{verdict.command}` makes {verdict.near}"
    return "which does not exist, and no build is known to make it"


def _is_inner(near: str) -> bool:
    """Whether a path was found, and lies within the package."""
    return bool(near) and not near.startswith("..")


def _is_moved(context: Inspection, verdict: Verdict, folder: str) -> bool:
    """Whether a build makes the entry in another layout, and no entry of a part (``bridge/index.js``).

    Where code is made in a folder ``types``, too, that is a part.
    """
    if verdict.command and verdict.near == as_index(verdict.path):
        return True
    if not verdict.command or posixpath.basename(verdict.near) != posixpath.basename(verdict.path):
        return False
    if posixpath.splitext(verdict.path)[0].rpartition("/")[2] not in _GENERIC:
        return True
    entry, made = (posixpath.dirname(path).split("/") for path in (verdict.path, verdict.near))
    code = f"{verdict.near.removesuffix(_ending(verdict.near))}js"
    part = {"types"} if any(one.path == code for one in outputs(context, folder)) else set()
    return not (set(made) - set(entry) - set(folder.split("/")) - (_LAYOUTS - part))


def _is_laid_out(verdict: Verdict, folder: str) -> bool:
    """Whether a path differs from the missing one by how a build lays folders out: a namesake in a folder of another name is another thing."""
    entry, there = (set(posixpath.dirname(path).split("/")) - {""} for path in (verdict.path, verdict.near))
    return verdict.near == as_index(verdict.path) or (entry ^ there) - set(folder.split("/")) <= _LAYOUTS | {"bin"}


def _ending(path: str) -> str:
    """What tells a declaration, a module and a program apart."""
    return posixpath.basename(path).partition(".")[2]


def _groups(found: list[_Lost]) -> list[list[_Lost]]:
    """What is told at once: very many entries, and the forms of one module, its code and its declarations."""
    if len(found) > _SINGLY:
        return [found]
    groups: dict[tuple[str, bool], list[_Lost]] = {}
    for one in found:
        value = one[1].removeprefix("./")
        groups.setdefault((value[: -len(_ending(value)) or None], bool(one[2].near)), []).append(one)
    return list(groups.values())


def _lost(context: Inspection, package: Package) -> Iterator[_Lost]:
    """The entries that are not there and that no build is trusted to make, each path once."""
    told: set[str] = set()
    unbuilt = False
    listed = list(entries(package.data))
    exported = {value.removeprefix("./") for where, value in listed if where[0] == "exports"}
    for where, value in listed:
        if value in told or (where[0] in ("main", "module") and value.removeprefix("./") in exported):
            continue
        first = resolve(context, value, package.folder, suffixes=_SUFFIXES)
        verdict, level = judged(context, package, where, value, first)
        never = first.kind == "ignored" and not verdict.command
        if level and not is_specifier(package, value) and not (never and unbuilt):
            told.add(value)
            unbuilt = unbuilt or never  # a package that nobody builds is one cause
            yield where, value, verdict, level
