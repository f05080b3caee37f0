"""Workspace members that are not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit import workspace_globs
from toolkit.checking import Check
from toolkit.checks._likeness import likely
from toolkit.checks.dependencies._listed_modules import modules
from toolkit.checks.dependencies._manifests import packages
from toolkit.checks.dependencies._python_members import members, paths, requirements, texts_in_place
from toolkit.checks.dependencies._undeclared_go import is_built_with
from toolkit.documents import gomod, jsonc, yaml
from toolkit.expressions import regex
from toolkit.model import Fix
from toolkit.places import folder_of, inside, join, table
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding, Severity

_SINGLY = 5
"""Entries of one file up to which each has a finding of its own."""
_MAGIC = regex(r"[*?\[{(!]")

_LIKE = 0.8


class WorkspaceMemberMissing(Check):
    """A workspace lists a member that does not exist.

    What it checks:
        Entries of ``pnpm-workspace.yaml``, of ``workspaces`` in ``package.json``, of ``lerna.json``, of
        ``[tool.uv.workspace]`` and the ``use`` lines of ``go.work``: a literal one must name a folder with a manifest, a
        glob should match something (info where its folder is there). Folders that ``[tool.uv.sources]``, Poetry,
        requirements files and ``replace`` in ``go.mod`` name (info where nothing here requires or imports that module); modules of Maven, projects of Gradle, solutions and projects of
        .NET. Negations, folders that a build
        makes and submodules are left alone. Cargo's members are those of ``cargo-member-missing``.

    Why it matters:
        Go, Maven, .NET and yarn refuse to work; npm and pnpm pass over the entry, so that the package is silently not
        installed, built or tested.

    How to fix:
        Correct the path, or remove the entry.

    Fix safety:
        Manual: whether the folder was moved or given up is not known here.
    """

    def run(self, context: Inspection) -> Iterator[Finding]:
        """Look at each kind of workspace file."""
        yield from self._pnpm(context)
        yield from self._package_json(context)
        yield from self._lerna(context)
        yield from self._lost(context)
        yield from self._go(context)

    def _pnpm(self, context: Inspection) -> Iterator[Finding]:
        for path, document in context.documents(context.named("pnpm-workspace.yaml"), yaml.parse):
            for number, entry in enumerate(texts_in_place(document.get(("packages",)))):
                line = document.line(("packages", number))
                yield from self._javascript(context, path, entry, line)

    def _package_json(self, context: Inspection) -> Iterator[Finding]:
        for folder, document in packages(context):
            path = inside(folder, "package.json")
            if context.is_file(inside(folder, "pnpm-workspace.yaml")):
                continue  # pnpm reads its own file alone
            at: tuple[str, ...] = ("workspaces",)
            if isinstance(document.get(at), dict):
                at = ("workspaces", "packages")
            for number, entry in enumerate(texts_in_place(document.get(at))):
                yield from self._javascript(context, path, entry, document.line((*at, number)))

    def _javascript(self, context: Inspection, path: str, entry: str, line: int) -> Iterator[Finding]:
        if entry.startswith("!") or entry.strip("./") in ("", "*", "**"):
            return
        if _MAGIC.search(entry):
            yield from self._glob(context, path, entry, line)
            return
        if resolve(context, f"{entry.rstrip('/')}/package.json", folder_of(path)).fine:
            return
        folder = join(folder_of(path), entry)
        if folder is None or context.inventory.ignored((f"{folder}/",)):
            return  # a folder that some tool makes
        yield self._found(context, path, entry, line, "has no package.json")

    def _glob(self, context: Inspection, path: str, entry: str, line: int) -> Iterator[Finding]:
        prefix = "" if folder_of(path) == "." else f"{folder_of(path)}/"
        below = [item[len(prefix) :] for item in context.inventory.folders if item.startswith(prefix) and item != "."]
        links = [item[len(prefix) :] for item in context.inventory.gitlinks if item.startswith(prefix)]
        if not workspace_globs.claimed("pnpm", [entry], [*below, *links]):
            text = f"the workspace's {entry} matches no folder"
            base = join(folder_of(path), _MAGIC.split(entry, maxsplit=1)[0].rpartition("/")[0] or ".")
            # A folder that is there and empty, or is none yet, waits for members: managers allow that. A name near another's is a slip.
            beside = [one for one in context.inventory.folders if one.count("/") == (base or "").count("/")]
            near = likely(base or "", beside, _LIKE, slip=True)
            level: Severity = "warning" if near and base not in context.inventory.folders else "info"
            text += f"; {near} is there" if level == "warning" else ""
            fix = Fix(f"correct {entry}, or take it off the list", "manual")
            yield self.finding(context, path, text, line=line, evidence=entry, severity=level, fixes=(fix,))

    def _lost(self, context: Inspection) -> Iterator[Finding]:
        for one in (*members(context), *paths(context), *requirements(context), *modules(context)):
            fix = Fix(f"correct {one.entry}, or take it off the list", "manual")
            yield self.finding(
                context, one.path, one.text, line=one.line, evidence=one.entry, severity=one.severity, fixes=(fix,)
            )

    def _lerna(self, context: Inspection) -> Iterator[Finding]:
        for path, document in context.documents(context.named("lerna.json"), jsonc.parse):
            data = table({"": document.data}, "")
            # Under useWorkspaces lerna reads the list of the package manager and not its own.
            listed = () if data.get("useWorkspaces") is True else texts_in_place(data.get("packages"))
            for number, entry in enumerate(listed):
                yield from self._javascript(context, path, entry, document.line(("packages", number)))

    def _go(self, context: Inspection) -> Iterator[Finding]:
        for path, document in context.documents(context.named("go.work", "go.mod"), gomod.parse):
            yield from self._replaced(context, path, document)
            gone = [item for item in document.uses if _is_gone(context, path, item.words[0])]
            if len(gone) > _SINGLY:
                text = f"go.work uses {len(gone)} folders without a go.mod: every go command fails"
                names = ", ".join(f"{item.words[0]} ({item.line})" for item in gone)
                fix = Fix(f"correct or remove {names[:200]}", "manual")
                yield self.finding(
                    context, path, text, line=gone[0].line, evidence=names, severity="error", fixes=(fix,)
                )
                continue
            for item in gone:
                what = "has no go.mod: every go command fails"
                yield self._found(context, path, item.words[0], item.line, what, "error")

    def _replaced(self, context: Inspection, path: str, document: gomod.Document) -> Iterator[Finding]:
        """Modules that are replaced by a folder of this repository."""
        for item in document.replaces:
            inside_of = item.is_local and join(folder_of(path), item.target) is not None
            if inside_of and resolve(context, f"{item.target.rstrip('/')}/go.mod", folder_of(path)).kind == "missing":
                used = is_built_with(context, path, item.module)
                what = "every go command fails" if used else "nothing here requires it, and go passes over the line"
                text = f"{item.module} is replaced by {item.target}, which has no go.mod: {what}"
                fix = Fix(f"correct {item.target}, or remove the replace of {item.module}", "manual")
                yield self.finding(
                    context,
                    path,
                    text,
                    line=item.line,
                    evidence=item.target,
                    severity="error" if used else "info",
                    fixes=(fix,),
                )

    def _found(  # noqa: PLR0913, PLR0917 - the parts of one finding
        self, context: Inspection, path: str, entry: str, line: int, what: str, severity: Severity = "warning"
    ) -> Finding:
        near = resolve(context, entry, folder_of(path)).near
        hint = (
            f"did you mean {near}?"
            if near and near in context.inventory.folders
            else f"correct {entry}, or take it off the list"
        )
        return self.finding(
            context,
            path,
            f"the workspace lists {entry}, which {what}",
            line=line,
            evidence=entry,
            severity=severity,
            fixes=(Fix(hint, "manual"),),
        )


def _is_gone(context: Inspection, path: str, folder: str) -> bool:
    inside_the_repository = join(folder_of(path), folder) is not None
    return inside_the_repository and not resolve(context, f"{folder.rstrip('/')}/go.mod", folder_of(path)).fine
