"""See :class:`TsconfigPathMissing`."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from toolkit import tsconfig
from toolkit.checking import Check
from toolkit.checks.references._repair import mapping, position, relative, replace, strings
from toolkit.context import Unreadable
from toolkit.documents import jsonc
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.documents import Path
    from toolkit.model import Finding

_SUFFIXES = (
    ".ts",
    ".tsx",
    ".d.ts",
    ".js",
    ".jsx",
    ".mts",
    ".json",
    "/index.ts",
    "/index.tsx",
    "/index.d.ts",
    "/index.js",
    "/package.json",
)
_CODE = (".ts", ".tsx", ".js", ".jsx", ".mts", ".vue", ".svelte")
_MOST_FILES = 3000
_OUTPUT = re.compile(r"(^|/)(node_modules|dist|build|\.[a-z][\w-]*|target|typechain(-types)?|generated|artifacts)(/|$)")


class TsconfigPathMissing(Check):
    """A TypeScript configuration names a file or folder that is not there.

    What it checks: Targets of ``paths`` after the ``extends`` chain, each from the ``baseUrl`` that is in force or else from the file
        that writes it, with the endings that the compiler tries; ``extends`` and ``references`` by a relative path; ``files``.
        An alias is an error if an import uses it.
    Why it matters: The compiler stops at a missing parent or reference, and no import through the alias is found.
    How to fix: Correct the path, or remove an alias that nobody uses.
    Fix safety: Unsafe. A missing parent or reference is replaced by the only file that is like it.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterable[Finding]:
        for path in context.matching("tsconfig*.json", "jsconfig*.json"):
            try:
                document = context.document(path, jsonc.parse)
                config = tsconfig.read(context, path)
            except Unreadable:
                continue
            data = mapping(document.data)
            yield from self._parents(context, path, document, data, config)
            yield from self._aliases(context, path, document, data, config)

    def _parents(
        self, context: Inspection, path: str, document: Any, data: dict[str, Any], config: tsconfig.Tsconfig
    ) -> Iterator[Finding]:
        del config
        folder = posixpath.dirname(path) or "."
        wanted: list[tuple[Path, str, str]] = [
            (("extends", *below), value, "extends")
            for below, value in strings(data.get("extends"))
            if value.startswith(".")
        ]
        listed = data.get("references")
        for index, item in enumerate(listed if isinstance(listed, list) else []):
            if isinstance(value := mapping(item).get("path"), str):
                wanted.append((("references", index, "path"), value, "references"))
        wanted += [(("files", *below), value, "files lists") for below, value in strings(data.get("files"))]
        for where, value, what in wanted:
            verdict = resolve(context, value, folder, suffixes=(".json", "/tsconfig.json"))
            if verdict.kind != "missing" or verdict.command or _OUTPUT.search(value):
                continue
            near = (
                verdict.near
                if verdict.near.endswith(".json") and posixpath.dirname(verdict.near) == posixpath.dirname(verdict.path)
                else ""
            )
            yield self.finding(
                context,
                path,
                f"{what} {value}, which does not exist: the compiler stops.",
                line=position(document, where),
                evidence=f"{verdict.path} {verdict.why}",
                fixes=replace(context, path, document, where, relative(near, folder, value)) if near else (),
            )

    def _aliases(
        self, context: Inspection, path: str, document: Any, data: dict[str, Any], config: tsconfig.Tsconfig
    ) -> Iterator[Finding]:
        if any(parent for parent, _ in config.missing):
            return  # the missing parent may set the base
        base = config.options.get("baseUrl")
        folder = base if isinstance(base, str) else posixpath.dirname(path) or "."
        unused: list[str] = []
        for alias, targets in mapping(mapping(data.get("compilerOptions")).get("paths")).items():
            values = [value for _, value in strings(targets)]
            verdicts = [resolve(context, value, folder, suffixes=_SUFFIXES) for value in values]
            if not verdicts or any(verdict.kind != "missing" or verdict.command for verdict in verdicts):
                continue
            if any(_OUTPUT.search(value) for value in values) or alias == "*":
                continue
            user = _user(context, path, alias)
            if not user:
                unused.append(alias)
                continue
            yield self.finding(
                context,
                path,
                f"The alias {alias} leads to {', '.join(values)}, which does not exist; {user} imports from it.",
                line=position(document, ("compilerOptions", "paths", alias)),
                evidence=f"{verdicts[0].path} does not exist",
            )
        if unused:
            yield self.finding(
                context,
                path,
                f"The alias {', '.join(unused)} leads to what does not exist; no import uses it yet.",
                line=position(document, ("compilerOptions", "paths", unused[0])),
                evidence=f"targets of {len(unused)} aliases count from {folder}",
                severity="warning",
            )


def _user(context: Inspection, path: str, alias: str) -> str:
    """A file below the configuration that imports through an alias; empty if none does."""
    stem = re.escape(alias.partition("*")[0])
    needle = re.compile(
        (rf"""(?:from|import|require\(|import\()\s*["']{stem}""" + ("" if "*" in alias else "[\"']")).encode()
    )
    folder = posixpath.dirname(path) or "."
    paths = [item for item in context.below(folder) if item.endswith(_CODE)]
    for item in paths[:_MOST_FILES]:
        try:
            if item in context.inventory.tracked_set and needle.search(context.read(item)):
                return item
        except Unreadable:
            continue
    return ""
