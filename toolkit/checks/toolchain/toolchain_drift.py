"""Places that ask for versions of one tool that exclude each other."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.toolchain._anchor_lines import is_told_of_programs
from toolkit.checks.toolchain._everything import everything
from toolkit.context import Unreadable
from toolkit.documents import gomod
from toolkit.errors import ConfigurationError
from toolkit.model import EditFile, Fix, Span
from toolkit.places import below, join
from toolkit.system.files import digest_bytes
from toolkit.versions import overlap, sort_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.toolchain._said import Said
    from toolkit.model import Finding, Severity

_MANAGERS = frozenset({"npm", "pnpm", "yarn", "bun"})
"""Their disagreement is ``package-manager-drift``."""
_BLAME = ("linter", "matrix", "workflow", "image", "shell", "file", "range", "settings")
"""Of two that exclude each other, which is more likely wrong."""
_UNRELATED: tuple[set[str], ...] = (
    {"range"},
    {"workflow"},
    {"matrix"},
    {"workflow", "matrix"},
    {"image"},
    {"image", "workflow"},
    {"image", "matrix"},
)
"""Kinds of which several in one place are no contradiction: each image and job has a purpose of its own."""
_PINS = frozenset({"file", "shell", "settings"})


class ToolchainDrift(Check):
    """Places ask for versions of one tool that exclude each other.

    What it checks:
        Version files (``.nvmrc``, ``.python-version``, ``rust-toolchain.toml``, ``.tool-versions``, mise, Volta ...),
        manifests' ranges (``engines``, ``requires-python``, ``rust-version``, ``go``, ``required_version``), images in
        Dockerfiles and devcontainers, flakes and devbox, workflows with their variables and matrices, and
        ``[toolchain]`` of ``toolkit.toml``, installs in scripts, what ruff, mypy, pyright, black and pre-commit are told,
        and Expo's build profiles. A pin must satisfy the ranges of its own scope and the nearest above; two
        pins of one scope must agree; a matrix must hold what is pinned. One finding for all that disagree. Installs of Anchor that are of another line than
        the programs are told by ``anchor-version-mismatch``.

    Why it matters:
        Locally one version runs, in CI or in the image another: what passes here fails there, an install refuses, and
        nobody knows which of them was meant.

    How to fix:
        Decide for one version, say it in ``[toolchain]`` of ``toolkit.toml``, and bring the other places to it.

    Fix safety:
        Safe where ``[toolchain]`` names the version and a version file differs; unsafe where only the majority says so.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterator[Finding]:
        """Compare what belongs together, tool by tool."""
        by_tool: dict[str, list[Said]] = {}
        for one in everything(context):
            if one.tool not in _MANAGERS:
                by_tool.setdefault(one.tool, []).append(one)
        for tool, said in sorted(by_tool.items()):
            pairs = [
                (first, second)
                for number, first in enumerate(said)
                for second in said[number + 1 :]
                if _are_related(context, said, first, second)
                and not _agree(first, second)
                and not is_told_of_programs(context, first, second)
            ]
            for group in _groups(pairs):
                yield self._told(context, tool, group)
        yield from self._go_work(context, [one for one in by_tool.get("go", ()) if one.what == "go"])

    def _go_work(self, context: Inspection, said: list[Said]) -> Iterator[Finding]:
        """A workspace of Go that names an older Go than one of its modules, which every go command refuses."""
        for work in (one for one in said if one.path.rpartition("/")[2] == "go.work"):
            newer = [one for one in said if one != work and _is_newer(one, work) and _is_used(context, work, one)]
            if newer:
                yield self.finding(
                    context,
                    work.path,
                    f"go.work says Go {work.spec.lstrip('>=')}, and {newer[0].path} wants {newer[0].spec.lstrip('>=')}:"
                    " every go command refuses",
                    line=work.line,
                    evidence="; ".join(one.shown for one in (work, *newer)),
                    fixes=(Fix("go work use, which raises the line", "manual"),),
                )

    def _told(self, context: Inspection, tool: str, pairs: list[tuple[Said, Said]]) -> Finding:
        counts = Counter(one for pair in pairs for one in pair)
        # What a manifest or the settings demand is the measure: the many that break it are what is wrong.
        suspects = [one for one in counts if one.kind not in ("range", "settings")] or list(counts)
        worst = max(suspects, key=lambda one: (counts[one], -_BLAME.index(one.kind), _depth(one.folder), one.path))
        against = sorted({other for pair in pairs for other in pair if worst in pair and other != worst}, key=_order)
        others = ", ".join(one.shown for one in against)
        severity = "error" if any(_severity(pair) == "error" for pair in pairs) else "warning"
        rest = sorted(counts.keys() - {worst, *against}, key=_order)
        return self.finding(
            context,
            worst.path,
            f"{tool} {worst.spec} ({worst.what}) is excluded by {others}",
            line=worst.line,
            evidence="; ".join(one.shown for one in (worst, *against, *rest)),
            severity="error" if severity == "error" else "warning",
            fixes=(*_fixes(context, worst, against), Fix(f"decide for one version of {tool}", "manual")),
        )


def _order(one: Said) -> tuple[int, str, int]:
    return (-_BLAME.index(one.kind), one.path, one.line)


def _depth(folder: str) -> int:
    return 0 if folder == "." else folder.count("/") + 1


def _agree(first: Said, second: Said) -> bool:
    """Whether one version does for both; what cannot be read is taken for right.

    Of a matrix each entry has to do for a range: what a manifest excludes does not install.
    """
    matrix, other = (first, second) if first.kind == "matrix" else (second, first)
    strict = matrix.kind == "matrix" and other.kind == "range"
    try:
        if strict and first.tool == "python":
            return all(overlap(entry, other.spec) for entry in matrix.spec.split(" || "))
        return overlap(first.spec, second.spec)
    except ConfigurationError:
        return True


def _is_newer(first: Said, second: Said) -> bool:
    return sort_key(first.spec.lstrip(">=")) > sort_key(second.spec.lstrip(">="))


def _is_used(context: Inspection, work: Said, module: Said) -> bool:
    """Whether a module is one of those that a ``go.work`` uses."""
    try:
        document = context.document(work.path, gomod.parse)
    except Unreadable:
        return False
    return any(join(work.folder, item.words[0]) == module.folder for item in document.uses)


def _are_related(context: Inspection, said: list[Said], first: Said, second: Said) -> bool:
    """Whether both speak of the same tool in the same place."""
    kinds = {first.kind, second.kind}
    if "linter" in kinds:
        return _is_judged(said, *(first, second) if first.kind == "linter" else (second, first))
    if first.path == second.path and first.kind == second.kind:
        return False  # stages of one file, two tables of one manifest: each for a purpose of its own
    if "settings" in kinds:
        return kinds != {"settings", "range"} or "." in (first.folder, second.folder)
    if kinds in _UNRELATED or first.folder == second.folder:
        return kinds not in _UNRELATED or (kinds == {"range"} and _are_members(context, first, second))
    outer, inner = (first, second) if below(first.folder, second.folder) else (second, first)
    if not below(outer.folder, inner.folder) or outer.kind in ("image", "workflow", "matrix"):
        return False
    return _governs(context, said, outer, inner)


def _are_members(context: Inspection, first: Said, second: Said) -> bool:
    """Whether one Node runs both: a workspace's root and a member of it."""
    owner = context.owner(first.folder)
    folders = {first.folder, second.folder}
    members = owner is not None and owner.path in folders and not folders.isdisjoint(owner.members)
    return members and first.tool == "node" and len(folders) > 1


def _is_judged(said: list[Said], linter: Said, demand: Said) -> bool:
    """Whether code is judged for what the nearest manifest demands: for the oldest version allowed, whatever runs here."""
    above = [one.folder for one in said if one.kind == "range" and below(one.folder, linter.folder)]
    return demand.kind == "range" and demand.folder == max(above, key=_depth, default="")


def _governs(context: Inspection, said: list[Said], outer: Said, inner: Said) -> bool:
    """Whether nothing nearer speaks for the inner place, and both belong to one project or the outer one pins."""
    owner = context.owner(inner.folder)
    if inner.kind in ("image", "workflow", "matrix"):
        same = owner is not None and owner.path == outer.folder
        nearer = any(_is_between(one, outer, inner) for one in said)
        return same and not nearer
    if outer.kind not in _PINS or inner.kind not in ("range", *_PINS):
        return False
    if inner.kind in _PINS:  # a member of a workspace is built from its root, too
        return owner is not None and owner.path == outer.folder and inner.folder in owner.members
    return not any(one.kind in _PINS and _is_between(one, outer, inner) for one in said)


def _is_between(one: Said, outer: Said, inner: Said) -> bool:
    strict = one.folder != outer.folder and below(outer.folder, one.folder) and below(one.folder, inner.folder)
    return strict and one.kind in (*_PINS, "range") and one != inner


def _severity(pair: tuple[Said, Said]) -> Severity:
    first, second = pair
    kinds = {first.kind, second.kind}
    same = first.folder == second.folder
    if kinds & {"workflow", "matrix"}:
        return "error" if first.tool == "python" and "range" in kinds and "matrix" not in kinds and same else "warning"
    if kinds & {"settings", "linter"} or not same or (first.tool == "rust" and "image" in kinds):
        return "warning"
    return "error"


def _groups(pairs: list[tuple[Said, Said]]) -> Iterator[list[tuple[Said, Said]]]:
    """Pairs that hang together by what they share."""
    left = list(pairs)
    while left:
        group = [left.pop(0)]
        members = set(group[0])
        grown = True
        while grown:
            more = [pair for pair in left if members & set(pair)]
            grown = bool(more)
            for pair in more:
                left.remove(pair)
                group.append(pair)
                members.update(pair)
        yield group


def _fixes(context: Inspection, worst: Said, against: list[Said]) -> Iterator[Fix]:
    """A version file brought to what the settings, or else the image beside it, pin."""
    wanted = next((one for kind in ("settings", "image", "shell") for one in against if one.kind == kind), None)
    if worst.span is None or wanted is None or "||" in wanted.spec:
        return
    content = context.read(worst.path)
    span = Span(*worst.span, wanted.spec.encode())
    edit = EditFile(worst.path, (span,), digest_bytes(content))
    safety = "safe" if wanted.kind == "settings" else "unsafe"
    yield Fix(f"write {wanted.spec} into {worst.path}", "safe" if safety == "safe" else "unsafe", (edit,))
