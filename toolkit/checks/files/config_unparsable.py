"""Configuration that its own reader refuses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks._search import files_with
from toolkit.checks._texts import line_at, text_of
from toolkit.checks.files._doubled import dotted, gathered, is_same, models_twice, one_kept
from toolkit.checks.files._json_readers import is_by_hand, reader_of
from toolkit.checks.files._loose_json import is_loose, is_of_another, is_other_form, is_template
from toolkit.checks.files._other_contents import is_data_of_tests, is_markdown
from toolkit.checks.files._toml_readers import READ_TOML, is_read_as_newer
from toolkit.checks.files._yaml_readers import is_read
from toolkit.context import Unreadable
from toolkit.documents import envfile, hcl, jsonc, toml, yaml
from toolkit.expressions import regex
from toolkit.model import Fix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from toolkit.checking import Inspection
    from toolkit.documents import Duplicate
    from toolkit.model import Finding, Severity

_SINGLY = 5
"""Keys of one file that stand twice, up to which each has a finding of its own."""
_PASTED = regex(r"\.ya?ml$|\.env[\w.-]*$")
"""Files that grow by pasting one after the other: what stands twice in them has one cause."""
_TWICE_IN_TOML = regex(r" twice\b|Cannot overwrite")
_TWICE = "stands twice"
_EXAMPLE = regex(r"(?i)example|sample|template|dist$")
_PARSED = (".yml", ".yaml", ".toml", ".tf", ".json", ".jsonc", ".webmanifest", ".geojson", ".code-workspace", ".ipynb")
_JSON = (
    "*.json",
    "*.jsonc",
    "*.webmanifest",
    "*.geojson",
    "*.code-workspace",
    "*.ipynb",
    ".eslintrc",
    ".babelrc",
    ".swcrc",
)
_TELLS = regex(
    r"\.(?:patch|diff|snap|rst|adoc|txt|orig|rej)$|(?<!README)\.mdx?$|(?:^|/)(?:tests?|__tests__|fixtures?|testdata)/",
    re.IGNORECASE,
)
"""Texts that tell of conflicts, and tests of what reads them."""
_UNMERGED = regex(r"^(?P<side><{7} \S[^\n]*)\r?\n(?:[^\n]*\n)*?={7}\r?\n(?:[^\n]*\n)*?>{7} \S", re.MULTILINE)
_SIDE = regex(rb"^<{7}(?: [^\r\n]*)?\r?$", re.MULTILINE)
_OF_OPENCV = regex(rb"(?:\s*#[^\n]*\n|\s*\n)*%YAML:")
"""A dialect of its own, with a directive that YAML does not know."""
_OF_RUSTUP = regex(r"(?:^|/)\.?rust[-_]?toolchain\.ya?ml$")
"""What rustup would read as TOML under another name: ``toolchain-file-ignored`` tells of it."""
_REFUSES_DOUBLES = regex(
    r"(?:^|/)\.github/|compose[\w.-]*\.ya?ml$|(?:^|/)(?:kustomization|Chart|pnpm-workspace|serverless|openapi[\w.-]*|swagger)\.ya?ml$"
)
"""YAML whose reader stops at a key that stands twice."""
_REFUSES_NOTHING = regex(
    r"(?:^|/)(?:kustomization\.ya?ml|Chart\.yaml|(?:docker-)?compose\.ya?ml)$|^\.github/dependabot\.ya?ml$"
)


class ConfigUnparsable(Check):
    """A configuration file is not what its name says.

    What it checks:
        Every YAML, TOML and Terraform file, and JSON files by the rules of their own readers: a tsconfig may have comments, a
        package.json may not, and mise reads TOML 1.1. JSON, TOML and YAML that no reader is known of (neither its place or its keys tell one,
        nor does a program, a script or a README name the file) is a warning, and YAML among tests that only their sources name is left to them, and JSON is left alone where somebody wrote comments
        or keys without quotes into it. Files that may not be empty (kustomizations, charts, compose files). Keys that stand twice in one mapping count as
        unparsable in YAML of strict readers, and the others drop one silently (a warning, as in JSON that people write, and in
        environment files that set one variable to two values). Several YAML documents in
        one file are fine; templates (Helm, Jinja) are not read. A ``pytest.ini`` whose section is that of ``setup.cfg``; schemas of Prisma that declare a model or an enum twice. Files of any kind that hold both sides of a merge that was
        never finished count as well.

    Why it matters:
        The tool that reads the file fails, or reads something else than what is written. Every other check that needs
        the file can say nothing.

    How to fix:
        Mend the line that is named.

    Fix safety:
        Manual: what was meant cannot be told.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterator[Finding]:
        for path in context.matching("*.yml", "*.yaml"):
            yield from self.found_in(context, path, self._yaml)
        for path in context.matching("*.toml"):
            yield from self.found_in(context, path, self._toml)
        for path in context.matching("*.tf"):
            yield from self.found_in(context, path, self._hcl)
        found = [one for path in context.matching(*_JSON) for one in self.found_in(context, path, self._json)]
        read = [one for one in found if _TWICE in one.message and reader_of(one.path) == "program"]
        yield from (one for one in found if one not in read)
        yield from [gathered(read)] if len(read) > _SINGLY else read
        for path in context.matching("*.prisma"):
            for name, line, first in models_twice(text_of(context, path, errors="replace")):
                todo = (Fix(f"keep one {name}: that of line {first} or that of line {line}", "manual"),)
                said = f"{name} is declared twice (first in line {first}): Prisma refuses the schema"
                yield self.finding(context, path, said, line=line, fixes=todo)
        for path in context.named("pytest.ini", ".pytest.ini"):
            yield from self.found_in(context, path, self._pytest)
        for path in context.matching(".env", ".env.*", "*.env"):
            yield from self.found_in(context, path, self._env)
        yield from self._unmerged(context)

    def _pytest(self, context: Inspection, path: str) -> Iterator[Finding]:
        """The section of another file: pytest takes this one for its configuration, and for an empty one."""
        text = text_of(context, path)
        if (other := f"\n{text}".find("\n[tool:pytest]")) >= 0 and "\n[pytest]" not in f"\n{text}":
            said = "pytest reads [pytest] here, and [tool:pytest] only in setup.cfg: none of these settings is in force"
            todo = (Fix("write [pytest] in place of [tool:pytest]", "manual"),)
            yield self.finding(context, path, said, line=line_at(text, other), severity="warning", fixes=todo)

    def _unmerged(self, context: Inspection) -> Iterator[Finding]:
        """Files of any kind in which a merge was never finished; parsers tell it of the configuration above."""
        for path in files_with(context, (">>>>>>> ",)):
            if path.endswith(_PARSED) or _TELLS.search(path) or context.is_foreign(path):
                continue
            content = text_of(context, path)
            match = _UNMERGED.search(content)
            if match:
                line = line_at(match.string, match.start())
                yield self.finding(
                    context,
                    path,
                    "a merge was never finished: both sides stand here",
                    line=line,
                    evidence=match["side"],
                    severity="warning" if path.endswith("ignore") else "error",
                    fixes=_unfinished(path, line),
                )

    def _toml(self, context: Inspection, path: str) -> Iterator[Finding]:
        known = READ_TOML.search(path) is not None and ".cargo/" not in path
        level: Severity = "error" if known or path.endswith(".cargo/config.toml") else "warning"
        return self._read(context, path, toml.parse, level)

    def _hcl(self, context: Inspection, path: str) -> Iterator[Finding]:
        return self._read(context, path, hcl.parse)

    def _read(
        self, context: Inspection, path: str, parse: Callable[[bytes], object], level: Severity = "error"
    ) -> Iterator[Finding]:
        try:
            context.document(path, parse)
        except Unreadable as error:
            newer = parse is toml.parse and is_read_as_newer(path, context.content(path) or b"")
            if error.parsed and not newer and not is_template(context, path):
                yield self._wrong(context, path, error, level)

    def _yaml(self, context: Inspection, path: str) -> Iterator[Finding]:
        if is_template(context, path) or _OF_OPENCV.match(context.read(path)) or _OF_RUSTUP.search(path):
            return
        if (
            _REFUSES_NOTHING.search(path)
            and not re.sub(rb"(?m)^[ \t\r]*(?:#.*|---[ \t\r]*)?$", b"", context.read(path)).strip()
        ):
            # One for Kustomize never worked: it is a place kept for later.
            level: Severity = "warning" if "compose" in path or "kustomization" in path else "error"
            text, todo = "the file is empty, and what reads it refuses that", f"write {path}, or remove it"
            yield self.finding(context, path, text, severity=level, fixes=(Fix(todo, "manual"),))
            return
        try:
            parts = context.document(path, yaml.parse_all)
        except Unreadable as error:
            if error.parsed and not is_data_of_tests(context, path):
                known = is_read(context, path) or b"\n>>>>>>> " in context.read(path)
                yield self._wrong(context, path, error, "error" if known else "warning")
            return
        doubles = [twice for part in parts for twice in part.duplicates]
        refused = _REFUSES_DOUBLES.search(path) or b"\napiVersion:" in b"\n" + context.read(path)
        yield from self._twice(context, path, doubles, "one of them is lost", "error" if refused else "warning")

    def _twice(
        self, context: Inspection, path: str, doubles: Sequence[Duplicate], lost: str, level: Severity
    ) -> Iterator[Finding]:
        """Keys that stand twice in one mapping, the first few of a file; one for a key however often, and for files that were pasted together."""
        lines = text_of(context, path).splitlines()
        groups: dict[tuple[str | int, ...], list[Duplicate]] = {}
        for twice in doubles:
            groups.setdefault(twice.path, []).append(twice)
        tops = [one for one, _ in groups.items() if len(one) == 1]
        for other in tops[1:] if _PASTED.search(path) else ():
            groups[tops[0]] += groups.pop(other)
        shown = list(groups.values())[:_SINGLY]
        more = len(groups) - len(shown)
        for found in shown:
            twice, names = found[0], list(dict.fromkeys(dotted(one) for one in found))
            also = f", and so do {', '.join(names[1:])}" if names[1:] else ""
            again = (
                ""
                if names[1:] or not found[1:]
                else f", again in line {', '.join(str(one.line) for one in found[1:_SINGLY])}"
            )
            rest = f", and {more} more keys do" if more and found is shown[-1] else ""
            message = f"the key {names[0]} {_TWICE} (first in line {twice.first_line}{again}){also}{rest}: {lost}"
            same = level == "warning" and all(is_same(lines, one) for one in found)
            grade: Severity = "info" if same else level
            yield self.finding(
                context,
                path,
                message,
                line=twice.line,
                severity=grade,
                fixes=one_kept(names[0], twice),
                related=[(path, one.line) for one in found],
            )

    def _env(self, context: Inspection, path: str) -> Iterator[Finding]:
        """Variables that one file sets to two values; the same value twice harms nobody."""
        document = context.document(path, envfile.parse)
        values: dict[str, set[str]] = {}
        for one in document.variables:
            values.setdefault(one.name, set()).add(one.value)
        doubles = [one for one in document.duplicates if len(values[str(one.path[0])]) > 1]
        level: Severity = "info" if _EXAMPLE.search(path) else "warning"
        yield from self._twice(context, path, doubles, "its other value is lost without a word", level)

    def _json(self, context: Inspection, path: str) -> Iterator[Finding]:
        name, reader = path.rpartition("/")[2], reader_of(path)
        plain = reader in ("program", "data")
        if not reader or (plain and is_other_form(context, path)):
            return
        if reader == "strict" and is_of_another(context, path):
            reader, plain = "data", True
        if reader == "relaxed" and not context.read(path).strip():
            return  # what takes comments takes an empty file, too: TypeScript reads it as no settings
        unwritten = name != "package.json" and not context.read(path).strip()
        level: Severity = "warning" if reader == "data" or unwritten else "error"
        try:
            document = context.document(path, jsonc.parse)
        except Unreadable as error:
            if error.parsed and not is_template(context, path) and not (reader == "data" and is_loose(context, path)):
                yield self._wrong(context, path, error, level)
            return
        wrong = document.strict_error
        loose = plain and wrong is not None and is_loose(context, path)
        if wrong is not None and reader != "relaxed" and not loose and not is_template(context, path):
            who = f"{name} is read as strict JSON" if reader == "strict" else "whoever reads JSON refuses it"
            todo = (
                f"take what JSON does not allow (a comment, a comma before a bracket) out of {name}, line {wrong.line}"
            )
            yield self.finding(
                context,
                path,
                f"{who}: {wrong.message}",
                line=(wrong.line, wrong.column),
                severity=level,
                fixes=(Fix(todo, "manual"),),
            )
        if is_by_hand(path):
            yield from self._twice(context, path, document.duplicates, "the first one is lost", "warning")

    def _wrong(self, context: Inspection, path: str, error: Unreadable, level: Severity = "error") -> Finding:
        """What a reader says; a merge that was never finished is told as such, where it begins."""
        side = _SIDE.search(context.read(path))
        if side is not None and b">>>>>>>" in side.string[side.end() :]:
            line = line_at(side.string, side.start())
            return self.finding(
                context,
                path,
                "a merge was never finished: both sides stand here, and nothing reads the file",
                line=line,
                evidence=side[0].decode("utf-8", "replace").strip(),
                fixes=_unfinished(path, line),
            )
        near = "" if path.endswith(".tf") else ", or the one above it: a quote, a bracket or an indent is wrong there"
        is_empty = not context.read(path).strip()
        todo = f"delete {path}, or fill it" if is_empty else f"mend line {error.line} of {path}{near}"
        if path.endswith(".toml") and _TWICE_IN_TOML.search(str(error)):
            todo = f"keep one of the two in {path}: line {error.line} says what stands above once more"
        text = f"cannot be parsed: {error}"
        if path.endswith((".yml", ".yaml")) and is_markdown(context.read(path)):
            text = f"a page of Markdown, and no YAML: whatever reads it as that stops at line {error.line}"
            todo, level = f"rename it to {path.rpartition('.')[0]}.md, or turn its prose into comments", "warning"
        return self.finding(
            context,
            path,
            text,
            line=(error.line, error.column),
            severity=level,
            fixes=(Fix(todo, "manual"),),
        )


def _unfinished(path: str, line: int) -> tuple[Fix, ...]:
    return (Fix(f"keep one side of the merge from line {line} of {path} on, and remove the marks", "manual"),)
