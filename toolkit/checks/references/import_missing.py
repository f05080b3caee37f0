"""See :class:`ImportMissing`."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeVar

from toolkit.checking import Check
from toolkit.checks._compiled import is_left_out
from toolkit.checks._packages import all_packages
from toolkit.checks._standing import standing
from toolkit.checks._test_code import is_test
from toolkit.checks.references._causes import by_cause
from toolkit.checks.references._imports.lost_exports import exported, is_overlooked, lost_exports, only_types
from toolkit.checks.references._imports.lost_imports import is_built, lost_imports
from toolkit.checks.references._imports.lost_modules import of_crates
from toolkit.checks.references._imports.lost_names import bound_in, lost_names
from toolkit.checks.references._imports.relative import home_of
from toolkit.checks.references._imports.swallowed import swallowing
from toolkit.checks.references._lost_packages import of_modules
from toolkit.checks.references._repair import by_hand
from toolkit.expressions import regex
from toolkit.places import folder_of, upward

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from toolkit.checking import Inspection
    from toolkit.checks.references._imports.lost_imports import Lost
    from toolkit.checks.references._imports.lost_names import LostName
    from toolkit.model import Finding, Severity

_CODE = (".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx", ".vue", ".svelte", ".py", ".sol")
_COMPILED = (".ts", ".tsx", ".mts", ".cts")
_SCRIPT = regex(r"(?:^|/)(?:scripts?|tools?|bench(?:marks?)?)/|\.config\.\w+$")
"""What developers start in a checkout."""
_MADE = regex(r"(?:^|/)_*gen(?:erated)?_*/|[._-]generated\.d\.")
_SINGLY = 3
"""Missing files that one package imports up to which each has a finding of its own."""
_FILES = 6
"""Files of a package that import what is not there, up to which each has a finding of its own."""
_CLOSE = 0.8
"""Likeness from which a name is shown as the one that was meant."""
_SHOWN = 1500
"""Characters of evidence."""
_NAMES = 12
"""Names that one message has."""
_NOBODY = 3
_L = TypeVar("_L", "Lost", "LostName")


class ImportMissing(Check):
    """Code imports a file that does not exist.

    What it checks: Relative imports of JavaScript, TypeScript, Vue, Svelte, Python and Solidity, and those by an alias of a TypeScript
        configuration or a bundler. What a build, a script or a code generator may make, what git ignores, what is imported
        within a try, what a script finds in the folder that its head says to copy it to, and what stands in comments and texts is left alone. Many missing files that one file imports, those of one
        missing folder, and those of one part of a package that lacks very many, are one finding. Modules of Rust (``mod x;``) that every target
        of a crate has whatever its features, and packages of a Go module of its own, too; those of Anchor's programs are told by anchor-incomplete-program. In tests and scripts, in sources of a package to which nothing leads that starts by itself, and for types alone where the
        scripts of a package bundle and none compiles, or in declarations that ``skipLibCheck`` has the compiler overlook, it is a warning; where no package builds what nothing leads to, and in such declarations that a generator writes, information.
        A file that git ignores by a rule which names folders of that name anywhere is missing, too, where sources of the same folder
        are in git, or the rule is one of Python's (``lib/``) and the sources are not. So is a name that Python imports at the
        outermost level from a module of the project that binds it nowhere, has no ``__getattr__`` and imports no star; and one that
        TypeScript imports from a source in which it does not occur, and which exports no star (a warning for a mere type), unless it has the compiler overlook that.
    Why it matters: The compiler or the bundler stops there; Python stops when the module is loaded. Usually the file was renamed,
        never added to git, or is ignored by a rule that was meant for something else.
    How to fix: Correct the path, or bring the file back.
    Fix safety: Manual. Which file was meant is known to its author.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterator[Finding]:
        """Gather the lost imports by package, then tell them by cause."""
        packages = {one.folder: one for one in all_packages(context)}
        missing: dict[str, list[Lost]] = {}
        nameless: dict[str, list[LostName]] = {}
        for path in context.inventory.tracked:
            is_code = path.endswith(_CODE) and path not in context.inventory.links
            if not is_code or not context.shows(path) or not is_built(context, path):
                continue
            for one in lost_imports(context, path):
                home = _python_home(context, path) if path.endswith(".py") else home_of(folder_of(path), packages)
                missing.setdefault(home, []).append(one)
            for name in lost_names(context, path) if path.endswith(".py") else lost_exports(context, path):
                nameless.setdefault(name.module, []).append(name)
        for home, module in (*of_crates(context), *of_modules(context)):
            missing.setdefault(home, []).append(module)
        for home, lost in missing.items():
            for group in _groups(context, home, _living_first(context, lost)):
                yield self._told(context, group)
        alone: dict[str, list[LostName]] = {}
        for whole, names in nameless.items():
            paths = {one.path for one in names}
            alone.setdefault(min(paths) if len(paths) == 1 else f"-> {whole}", []).extend(names)
        for names in alone.values():
            yield self._without(context, _living_first(context, names))

    def _without(self, context: Inspection, lost: Sequence[LostName]) -> Finding:
        """Names that one module does not have, or those that the modules of one file which alone imports them do not have."""
        first = lost[0]
        names = list(dict.fromkeys(one.name for one in lost if one.module == first.module))
        python = first.module.endswith(".py")
        known = context.fact(bound_in if python else exported, first.module) or ()
        near = get_close_matches(first.name, known, 1, _CLOSE)
        stops = "Python stops there" if python else "the compiler stops there"
        if not python and all(is_test(one.path) and is_left_out(context, one.path) for one in lost):
            lacks = "the type is not there" if first.typed else "it is undefined there"
            stops = f"no compiler looks at that test, and nothing says that {lacks}"
        rest = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
        more = f" Nor has it {', '.join(names[1:_NAMES])}{rest}." if names[1:] else ""
        modules = len({one.module for one in lost}) - 1
        more += (
            f" Nor do{'es' * (modules == 1)} {modules} more of its modules have what it asks for." if modules else ""
        )
        return self.finding(
            context,
            first.path,
            f"{first.module} has no {first.name} to import{f'; it has {near[0]}' if near else ''}: {stops}.{more}",
            line=first.line,
            evidence=", ".join(f"{one.path}:{one.line} {one.name}" for one in lost)[:_SHOWN],
            severity=_severity(context, lost, lambda one: one.typed),
            fixes=by_hand(f"correct the name, or write {first.name} in {first.module}"),
            related=[(one.path, one.line) for one in lost],
        )

    def _told(self, context: Inspection, lost: Sequence[Lost]) -> Finding:
        first, near = lost[0], lost[0].near(context)
        others = len({one.target for one in lost}) - 1
        rule = swallowing(context, first.path, first.target)
        more = f" {others} more imported file{'s do' if others > 1 else ' does'} not exist, either." if others else ""
        return self.finding(
            context,
            first.path,
            f"{first.written} leads nowhere: {first.target} does not exist{f'; {near} does' if near else ''}.{more}"
            + (f" Git ignores what is there by {rule}." if rule else ""),
            line=first.line,
            evidence=_places(lost)[:_SHOWN],
            severity=_severity(context, lost, lambda one: _is_mere_type(context, one)),
            fixes=by_hand(
                f"let {rule} spare {folder_of(first.target)}, and add what it hides"
                if rule
                else f"correct {first.written}, bring {first.target} back, or remove what needs it"
            ),
            related=[(one.path, one.line) for one in lost],
        )


def _is_mere_type(context: Inspection, lost: Lost) -> bool:
    """Whether nothing stops for want of an import of types."""
    return only_types(context, lost.path, lost.written) or is_overlooked(context, lost.path)


def _living_first(context: Inspection, lost: Sequence[_L]) -> list[_L]:
    """Imports in the order of their files, those last that no program comes to."""
    return sorted(lost, key=lambda one: (_rank(context, one), one.path, one.line))


def _rank(context: Inspection, lost: Lost | LostName) -> int:
    """How little it matters to anybody: 0 for what a program comes to, 1 for tests and scripts, 2 for what nobody imports, 3 where no package builds it."""
    found = standing(context, lost.path)
    if _MADE.search(lost.path) and is_overlooked(context, lost.path):
        return _NOBODY  # the generator writes it again, and no compiler looks
    if _is_aside(lost):
        return _NOBODY if found == "nobody's" and is_test(lost.path) else 1
    if found == "unused" and lost.path.endswith(_COMPILED) and is_left_out(context, lost.path):
        return _NOBODY  # no compiler takes it, either
    return _NOBODY if found == "nobody's" else 2 if found == "unused" else 0


def _severity(context: Inspection, lost: Sequence[_L], is_dropped: Callable[[_L], bool]) -> Severity:
    """An error where something that is shipped is known to stop; of mere types there may be none left for a bundler to look for."""
    ranks = [_rank(context, one) for one in lost]
    if min(ranks) == _NOBODY:
        return "info"
    return (
        "error" if any(not rank and not is_dropped(one) for rank, one in zip(ranks, lost, strict=True)) else "warning"
    )


def _places(lost: Sequence[Lost]) -> str:
    """Each file that is not there once, with the import that comes first; then who imports them, too."""
    first: dict[str, Lost] = {}
    for one in lost:
        first.setdefault(one.target, one)
    named = [f"{one.path}:{one.line} -> {target}" for target, one in first.items()]
    again = [f"{one.path}:{one.line}" for one in lost if first[one.target] is not one]
    return ", ".join(named) + (f"; also imported at {', '.join(again)}" if again else "")


def _python_home(context: Inspection, path: str) -> str:
    """The folder around a Python file that has dependencies of its own."""
    listed = context.inventory.named("pyproject.toml", "setup.py", "Pipfile", "requirements.txt")
    homes = {folder_of(one) for one in listed}
    return next((up for up in upward(folder_of(path)) if up in homes), ".")


def _groups(context: Inspection, home: str, lost: Sequence[Lost]) -> Iterator[Sequence[Lost]]:
    """Imports that have one cause: one missing file or folder; where a package lacks many, each file, or part of the package, with what it lacks, and tests apart."""
    causes = [(first, *others) for first, others in by_cause(context, lost, lambda one: one.target)]
    if len(causes) <= _SINGLY:
        yield from _by_importer(causes)
        return
    many = len({one.path for one in lost if not _is_aside(one)}) > _FILES
    parts: dict[tuple[bool, str], list[Lost]] = {}
    told: dict[str, tuple[bool, str]] = {}  # what several parts lack is told with the first of them
    for one in lost:
        aside = _is_aside(one)
        part = one.path.removeprefix(f"{home}/").partition("/")[0] if aside or many else one.path
        parts.setdefault(told.setdefault(one.target, (aside, part)), []).append(one)
    yield from parts.values()


def _by_importer(causes: Sequence[Sequence[Lost]]) -> Iterator[Sequence[Lost]]:
    """Causes, those as one of which one and the same file alone has the imports: it was written for another place."""
    groups: dict[str, list[Lost]] = {}
    for cause in causes:
        paths = {one.path for one in cause}
        groups.setdefault(min(paths) if len(paths) == 1 else f"-> {cause[0].target}", []).extend(cause)
    yield from groups.values()


def _is_aside(lost: Lost | LostName) -> bool:
    """Whether an import is one of a test or a script: nothing that is shipped lacks it."""
    return getattr(lost, "aside", False) or is_test(lost.path) or _SCRIPT.search(lost.path) is not None
