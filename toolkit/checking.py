"""What a check is: the base class, and what it needs; what it is given is :class:`toolkit.inspection.Inspection`.

A check is one file ``toolkit/checks/FAMILY/an_id.py`` with one class in it; the file's name with dashes is its
id, the folder its family, the class's docstring its page of documentation. See ``docs/checks-howto.md``.
"""

from __future__ import annotations

import importlib.util
import sys
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from toolkit.inspection import Inspection
from toolkit.model import Finding, Fix, Place
from toolkit.system.file_facts import UNKNOWN
from toolkit.system.process import which
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from toolkit.model import Severity, Subproject

__all__ = [
    "FAMILIES",
    "Check",
    "Inspection",
    "Needs",
    "SubprojectCheck",
]

FAMILIES = (
    "machine",
    "files",
    "dependencies",
    "toolchain",
    "workflows",
    "references",
    "onchain",
    "secrets",
    "code",
    "decisions",
)
"""Folders of ``toolkit/checks`` in the order of reports."""

Scope = Literal["machine", "repository", "subproject"]


@frozen
class Needs:
    """What a check cannot do without; unmet, it is skipped with the reason.

    Args:
        platforms: values of ``sys.platform`` of which one must be ours; empty for all.
        tools: programs that must be on the search path.
        modules: Python modules of an extra that must be installed.
        network: whether it asks the network, which ``--offline`` forbids.
    """

    platforms: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    network: bool = False

    def unmet(self, context: Inspection) -> str:
        """Why the check cannot run here, in a few words; empty if it can."""
        if self.platforms and sys.platform not in self.platforms:
            return f"only on {', '.join(self.platforms)}"
        if self.network and context.offline:
            return "needs the network"
        for tool in self.tools:
            if not which(tool, {"PATH": context.variables.get("PATH")}):
                return f"{tool} is not installed"
        for module in self.modules:
            if importlib.util.find_spec(module) is None:
                return f"the Python package {module} is not installed"
        return ""


class Check(ABC):
    """One question about the repository or the machine; reads only, returns findings.

    The id and the family come from the file's place. The class's docstring has a first line that names the bad
    pattern and the four sections of :data:`toolkit.catalog.SECTIONS`; "Fix safety" begins with ``Safe``, ``Unsafe`` or ``Manual``.
    """

    id: str = ""
    family: str = ""
    scope: ClassVar[Scope] = "repository"
    severity: ClassVar[Severity] = "warning"
    """The severity of its findings, unless one says otherwise."""
    needs: ClassVar[Needs] = Needs()
    timeout_s: float = 60.0
    """Seconds that it may take in a repository of ordinary size; more where there are more files."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        parts = cls.__module__.split(".")
        if parts[:2] == ["toolkit", "checks"] and len(parts) == 4 and not parts[3].startswith("_"):
            cls.family, cls.id = parts[2], parts[3].replace("_", "-")

    @abstractmethod
    def run(self, context: Inspection) -> Iterable[Finding]:
        """Look, and yield what is wrong.

        Raises:
            CannotCheckError: it cannot be found out; the check's status is then ``unknown``.
        """

    def finding(  # noqa: PLR0913 - the fields of a finding, all but three by name
        self,
        context: Inspection,
        path: str,
        message: str,
        *,
        line: int | tuple[int, int] = 0,
        evidence: str = "",
        severity: Severity | None = None,
        fixes: Iterable[Fix] = (),
        owner: str = "",
        causes: Iterable[str] = (),
        related: Iterable[tuple[str, int | tuple[int, int]]] = (),
    ) -> Finding:
        """A finding of this check; in a vendored copy, a template or a fixture it is marked and lowered to ``info``.

        Args:
            context: the run.
            path: the file or folder, relative to the root.
            message: what was found and what it breaks: a sentence or two, no line end.
            line: 1-based line, or line and column as :meth:`Positioned.position` gives them.
            evidence: what proves it, secrets redacted.
            severity: if it is not the check's own.
            fixes: repairs as data, the best first.
            owner: the path whose role counts, if it is not the finding's own (a node_modules folder is the concern of
                the folder around it).
            causes: names of what other checks may tell, too.
            related: path and line of the other places where the same has to be mended, lines as above.
        """
        at, column = (line, 0) if isinstance(line, int) else line
        foreign = self.scope != "machine" and context.is_foreign(owner or path)
        level = "info" if foreign else severity or self.severity
        places = (Place(other, place if isinstance(place, int) else place[0]) for other, place in related)
        others = tuple(one for one in dict.fromkeys(places) if one != Place(path, at))
        return Finding(
            self.id,
            self.family,
            level,
            path,
            message,
            at,
            column,
            evidence,
            foreign,
            tuple(fixes),
            tuple(causes),
            others,
        )

    def found_in(
        self, context: Inspection, path: str, look: Callable[[Inspection, str], Iterable[Finding]]
    ) -> Iterator[Finding]:
        """What a method of this check finds in one file, from this run or one before that saw the same file.

        Args:
            context: the run.
            path: the file.
            look: a method of the check; it may ask for nothing but the content of this file, its path and whether it is
                foreign, and its repairs are manual ones.
        """
        table = context.facts.table(f"{self.id}.{look.__name__}")
        foreign = context.is_foreign(path)
        known = table.get(path)
        if known is not UNKNOWN and known[0] == foreign:
            yield from (self._restored(path, foreign, row) for row in known[1])
            return
        found = tuple(look(context, path))
        if context.is_readable(path):
            table.put(path, (foreign, tuple(_row(one) for one in found)))
        yield from found

    def _restored(self, path: str, foreign: bool, row: tuple[Any, ...]) -> Finding:
        severity, message, line, column, evidence, titles, lines = row
        fixes = tuple(Fix(title, "manual") for title in titles)
        related = tuple(Place(path, at) for at in lines)
        return Finding(
            self.id, self.family, severity, path, message, line, column, evidence, foreign, fixes, related=related
        )


def _row(one: Finding) -> tuple[Any, ...]:
    """A finding as plain values, without what its file says already.

    Raises:
        TypeError: it has a repair that writes, or a place in another file, which a later run would lose.
    """
    if any(fix.actions or fix.safety != "manual" for fix in one.fixes):
        raise TypeError(f"{one.check} keeps a finding whose repair is not a manual one")
    if any(place.path != one.path for place in one.related):
        raise TypeError(f"{one.check} keeps a finding of several files as one of {one.path}")
    titles = tuple(fix.title for fix in one.fixes)
    lines = tuple(place.line for place in one.related)
    return one.severity, one.message, one.line, one.column, one.evidence, titles, lines


class SubprojectCheck(Check):
    """A check that looks at one subproject at a time."""

    scope = "subproject"

    def run(self, context: Inspection) -> Iterable[Finding]:
        """Inspect every subproject that tasks work on."""
        for subproject in context.subprojects:
            yield from self.inspect(context, subproject)

    @abstractmethod
    def inspect(self, context: Inspection, subproject: Subproject) -> Iterable[Finding]:
        """Look at one subproject, and yield what is wrong."""
