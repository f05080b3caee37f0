"""See :class:`ImportEscapesProject`."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, TypeVar

from toolkit.checking import Check
from toolkit.checks._packages import all_packages
from toolkit.checks._search import files_with
from toolkit.checks._texts import text_of
from toolkit.checks.references._images.folders import is_brought
from toolkit.checks.references._imports.relative import escapes, home_of
from toolkit.checks.references._imports.sys_path import added
from toolkit.checks.references._repair import by_hand
from toolkit.checks.references._rust_files import taken
from toolkit.documents import gomod, toml
from toolkit.expressions import regex
from toolkit.packages import CRATE_KINDS
from toolkit.places import below, folder_of, inside, join, path_from, table, upward
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._imports.relative import Hit
    from toolkit.checks.references._imports.sys_path import Added
    from toolkit.checks.references._rust_files import Taken
    from toolkit.model import Finding, Severity

_CODE = (".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx", ".vue", ".svelte")
_LARGEST = 1_000_000
_NAMED = 5
_SHOWN = 300
"""Characters of evidence."""
_TEST = regex(r"(?:^|/)(?:tests?|e2e|scripts|tools)/|(?:^|/)(?:test_[^/]*|conftest)\.py$")
T = TypeVar("T")


class ImportEscapesProject(Check):
    """Code imports a file outside of its own package by a relative path.

    What it checks: Relative imports in JavaScript and TypeScript that leave the folder of the nearest named package.json, or lead
        into the store of pnpm, whose folders bear the versions of one lock; folders of other projects or of one machine that Python files add to their search path; crates and modules outside of the repository
        that a Cargo.toml or go.mod names by path; files that Rust sources build in from outside of their crate. Members of
        one workspace that take each other's sources by path: an error where the compiler refuses it (``rootDir``), a warning
        where it moves the package's output or where the package does not depend on the other one; types, tests, scripts,
        configuration files and sources whose head says that they are generated are left alone. Through the ``include`` of its TypeScript configuration, from scripts and
        configuration files and towards generated files it is only information.
    Why it matters: The package works only inside of this repository: its image, its published form and its own install lack the
        file, and the file's dependencies are not those of the package.
    How to fix: Make the shared code a package, and depend on it.
    Fix safety: Manual. Where shared code should live is a decision.
    """

    severity = "warning"

    def run(self, context: Inspection) -> Iterable[Finding]:
        packages = {
            one.folder: one for one in all_packages(context) if "name" in one.data or "dependencies" in one.data
        }
        homes: dict[str, str] = {}
        found: dict[tuple[str, Severity, str], dict[str, list[Hit]]] = {}
        for path in context.inventory.tracked:
            if not path.endswith(_CODE) or not context.shows(path):
                continue
            folder = posixpath.dirname(path)
            home = homes.get(folder)
            if home is None:
                home = homes[folder] = home_of(folder, packages)
            for place, level, hit in (
                escapes(context, path, packages[home]) if home and path not in context.inventory.links else ()
            ):
                found.setdefault((home, level, hit.why), {}).setdefault(place, []).append(hit)
        for (home, level, _), places in found.items():
            yield self._told(context, home, ", ".join(places), level, [hit for hits in places.values() for hit in hits])
        yield from self._python(context)
        yield from self._rust(context)
        yield from self._go(context)

    def _python(self, context: Inspection) -> Iterator[Finding]:
        """Folders of other projects, or of one machine, that a file puts on its search path."""
        listed = context.inventory.named("pyproject.toml", "setup.py", "requirements.txt", "Pipfile")
        homes = {folder_of(path) for path in listed if not _is_part(context, folder_of(path))}
        found: dict[tuple[str, Severity], list[tuple[str, str, Added]]] = {}
        for path in files_with(context, ("sys.path", "addsitedir"), ("*.py",)):
            content = text_of(context, path, _LARGEST, errors="replace")
            home = next((up for up in upward(folder_of(path)) if up in homes), ".")
            for one in added(path, content, home, context.inventory.folders):
                away = one.folder.startswith(("/", ".."))
                if not away and (below(home, one.folder) or is_brought(context, home, one.folder)):
                    continue
                here, there = context.owner(path), context.owner(one.folder)
                same = here is not None and there is not None and here.key == there.key
                aside = _TEST.search(path) or context.role(path)[0] != "own"
                level: Severity = "info" if (same and not away) or aside else "warning"
                found.setdefault((one.folder, level), []).append((home, path, one))
        for (folder, level), places in found.items():
            yield self._added(context, folder, level, places)

    def _added(
        self, context: Inspection, folder: str, level: Severity, places: list[tuple[str, str, Added]]
    ) -> Finding:
        """One finding for the files that add the same folder, of whatever project they are."""
        home, path, one = places[0]
        shown = "the root of the repository" if folder == "." else folder.removeprefix("//")
        where = "is a folder of one machine" if folder.startswith("/") else f"lies outside of the project {home}"
        more = f" The same in {len(places) - 1} more place{'s' if places[2:] else ''}." if places[1:] else ""
        others = "".join(f"; {other}:{two.line}" for _, other, two in places[1 : _NAMED * 2])
        return self.finding(
            context,
            path,
            f"Python's search path gets {shown}, which {where}: no install brings it.{more}",
            line=one.line,
            evidence=one.text[:120] + others,
            severity=level,
            fixes=by_hand(f"make a package of what is taken from {shown} and install it, and take the line out"),
            related=[(other, two.line) for _, other, two in places],
        )

    def _rust(self, context: Inspection) -> Iterator[Finding]:
        """Crates outside of the repository."""
        for path in context.named("Cargo.toml"):
            document = context.readable(path, toml.parse)
            for where, value in _crates(document.data) if document else ():
                if resolve(context, value, folder_of(path)).kind == "outside":
                    text = f"The crate at {value} lies outside of the repository: no clone can build this."
                    line = document.line(where) if document else 0
                    todo = by_hand(
                        f"bring the crate at {value} into the repository, or take it by git or from a registry"
                    )
                    yield self.finding(context, path, text, line=line, evidence=value, severity="error", fixes=todo)

        for (crate, around, severity), files in self._taken(context).items():
            names = ", ".join(f"{one.written} ({one.path}:{one.line})" for one in files[:_NAMED])
            text = f"{files[0].written} leads out of the crate {crate}, which cannot be compiled by itself."
            yield self.finding(
                context,
                files[0].path,
                text,
                line=files[0].line,
                evidence=f"takes from {around}/: {names}"[:_SHOWN],
                severity=severity,
                fixes=by_hand(f"move what {crate} takes from {around} into the crate, or into one that it depends on"),
                related=[(one.path, one.line) for one in files],
            )

    def _taken(self, context: Inspection) -> dict[tuple[str, str, Severity], list[Taken]]:
        """Files that sources build in from outside of their crate; within one workspace it is only information."""
        groups: dict[tuple[str, str, Severity], list[Taken]] = {}
        for one in taken(context):
            target = path_from(folder_of(one.path), one.written)
            if below(one.crate, target) or resolve(context, target).kind in ("missing", "built", "unknown"):
                continue
            here, there = context.owner(one.crate), context.owner(target)
            same = here is not None and there is not None and here.key == there.key
            aside = target.endswith(".md") or _is_kept_here(context, one)
            level: Severity = "info" if same or aside else "warning"
            groups.setdefault((one.crate, folder_of(target), level), []).append(one)
        return groups

    def _go(self, context: Inspection) -> Iterator[Finding]:
        """Modules outside of the repository that ``replace`` names."""
        for path in context.named("go.mod", "go.work"):
            document = context.readable(path, gomod.parse)
            for item in document.replaces if document else ():
                if item.is_local and (item.target.startswith("/") or join(folder_of(path), item.target) is None):
                    text = f"{item.module} is replaced by {item.target}, outside of the repository: no clone can build this."
                    todo = by_hand(f"remove the replace of {item.module}, or bring it into the repository")
                    yield self.finding(
                        context, path, text, line=item.line, evidence=item.target, severity="error", fixes=todo
                    )

    def _told(self, context: Inspection, home: str, place: str, level: Severity, hits: list[Hit]) -> Finding:
        """One finding for all that a package takes from one place: one shared folder, one cause."""
        first = hits[0]
        files = ", ".join(f"{path}:{at[0]}" for path, at in {one.path: one.at for one in hits}.items())
        more = f" and {len(hits) - 1} more" if len(hits) > 1 else ""
        todo = f"make {place} a package that {home} depends on, or move it into {home}"
        if first.is_stored:
            todo = f"import it from a package that {home} depends on"
        elif first.why:
            todo = f"let {home} depend on {place} and import it by its name, or move what is shared into a package of its own"
        plain = f"leads out of the package {home}, which cannot run by itself."
        return self.finding(
            context,
            first.path,
            f"{first.written}{more} {first.why or plain}",
            line=first.at,
            evidence=f"imports from {place} in {files}"[:_SHOWN],
            severity=level,
            fixes=by_hand(todo),
        )


def _is_part(context: Inspection, folder: str) -> bool:
    """Whether a folder that only lists requirements lies within a package of the project above, and nothing makes an image of it alone."""
    manifests, packed = ("pyproject.toml", "setup.py"), False
    if any(context.is_file(inside(folder, name)) for name in (*manifests, "Pipfile", "Dockerfile")):
        return False
    for up in upward(folder):
        if any(context.is_file(inside(up, name)) for name in manifests):
            return packed
        packed = packed or context.is_file(inside(up, "__init__.py"))
    return False


def _is_kept_here(context: Inspection, one: Taken) -> bool:
    """Whether a source is only compiled in this repository: in tests, or in a crate that is never published."""
    manifest = context.readable(inside(one.crate, "Cargo.toml"), toml.parse)
    before = text_of(context, one.path, errors="replace").splitlines()[: one.line]
    published = table(manifest.data, "package").get("publish") if manifest else True
    return published is False or _TEST.search(one.path) is not None or any("#[cfg(test)]" in line for line in before)


def _crates(data: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """The crates that a manifest names by path."""
    scopes: list[tuple[tuple[str, ...], Any]] = [((), data), (("workspace",), table(data, "workspace"))]
    scopes += [(("target", name), table(value)) for name, value in table(data, "target").items()]
    tables = [((*at, kind), table(scope).get(kind)) for at, scope in scopes for kind in CRATE_KINDS]
    tables += [(("patch", name), value) for name, value in table(data, "patch").items()]
    for at, section in tables:
        for name, value in table(section).items():
            if isinstance(path := table(value).get("path"), str):
                yield (*at, name, "path"), path
