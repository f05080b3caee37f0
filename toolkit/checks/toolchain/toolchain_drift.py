"""Places that ask for versions of one tool that exclude each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.toolchain._anchor_lines import is_told_of_programs
from toolkit.checks.toolchain._blame import BLAME, lone, together, worst
from toolkit.checks.toolchain._everything import everything
from toolkit.checks.toolchain._related import agree, of_ci, pairs, severity
from toolkit.documents import gomod
from toolkit.expressions import regex
from toolkit.model import EditFile, Fix, Span
from toolkit.packages import JAVASCRIPT_MANAGERS
from toolkit.places import below, join
from toolkit.system.files import digest_bytes
from toolkit.versions import lowest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.toolchain._said import Said
    from toolkit.model import Finding, Severity


_LINES = {"node": 1, "go": 2, "python": 2, "flutter": 2}
"""Tools whose later versions of one line take the place of the earlier ones, by the numbers that say the line."""
_WHOLE = regex(r"\d+\.\d+\.\d+")


class ToolchainDrift(Check):
    """Places ask for versions of one tool that exclude each other.

    What it checks:
        Version files (``.nvmrc``, ``.python-version``, ``rust-toolchain.toml``, ``.tool-versions``, mise, Volta ...),
        manifests' ranges (``engines``, ``requires-python``, ``rust-version``, ``go``, ``required_version``, what ``pubspec.yaml`` wants of Flutter and Dart, what programs of the lock that refuse an older Node.js want), images in
        Dockerfiles and devcontainers, flakes and devbox, workflows with their variables and matrices, and
        ``[toolchain]`` of ``toolkit.toml``, installs in scripts, what ruff, mypy, pyright, black and pre-commit are told,
        Expo's build profiles, conda's ``environment.yml``, Java of Gradle and Maven, frameworks of .NET. A pin must satisfy
        the ranges of its own scope and the nearest above; two pins of one scope must agree; a matrix must hold what is
        pinned. A job that builds or tests must suit one of the images, pins or manifests that it may be for; stages of an
        image that copy from each other, and Dockerfiles of one folder, must agree; so must a lock of Cargo in version 4 and the
        compiler that reads it. The one Dockerfile or workflow that differs from five or more others that agree is told, too. One finding
        for all that disagree, at what the fewest agree with. Installs of Anchor
        that are of another line than the programs are told by ``anchor-version-mismatch``. Whole versions of one line of Node.js, Go or Python are information.

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
            if one.tool not in JAVASCRIPT_MANAGERS:  # their disagreement is ``package-manager-drift``
                by_tool.setdefault(one.tool, []).append(one)
        for _, said in sorted(by_tool.items()):
            found = [pair for pair in pairs(context, said) if not is_told_of_programs(context, *pair)]
            blamed = {worst(group, said) for group in together(found, said)}
            found += [
                pair for pair in of_ci(context, said, set(found), blamed) if not is_told_of_programs(context, *pair)
            ]
            linted = [pair for pair in found if "linter" in (pair[0].kind, pair[1].kind)]
            groups = [*together([pair for pair in found if pair not in linted], said), *together(linted, said)]
            for group in _merged(groups, said):
                if not _is_pinned(group, said, [other for other in groups if other is not group]):
                    yield self._told(context, said, group)
            blamed |= {worst(group, said) for group in groups}
            for group in lone(said):
                if group[0][0] not in blamed:
                    yield self._told(context, said, group, is_lone=True)
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

    def _told(
        self, context: Inspection, said: list[Said], group: list[tuple[Said, Said]], *, is_lone: bool = False
    ) -> Finding:
        # Where some of them fail and the rest only differ, what fails is the place.
        grave = [pair for pair in group if severity(pair) == "error"]
        one = group[0][0] if is_lone else worst(grave or group, said)
        tool = one.tool
        against = sorted({other for pair in group for other in pair if one in pair and other != one}, key=_order)
        others = against[0].shown + (f" and {len(against) - 1} more" if against[1:] else "")
        every = {other for pair in group for other in pair} - {one, *against}
        excluded = {two for pair in group for two in pair if one.kind == "workflow" and {*against} & {*pair}}
        alike = sorted(
            (
                two
                for two in every
                if two.path != one.path and (two.spec == one.spec or (two in excluded and two.kind == one.kind))
            ),
            key=_order,
        )
        rest = [*alike, *sorted(every - {*alike}, key=_order)]
        is_same = bool(alike) and alike[0].spec == one.spec
        too = (
            f"; so is {'that of' if is_same else f'{alike[0].spec} of'} {alike[0].path}:{alike[0].line}"
            if alike
            else ""
        )
        too += f" and of {len(alike) - 1} more" if alike[1:] else ""
        level: Severity = "error" if grave else "info" if all(map(_is_close, group)) else "warning"
        if is_lone:  # a version that one job or one program of Python may need
            level = "info" if one.kind == "workflow" or tool == "python" else "warning"
        return self.finding(
            context,
            one.path,
            f"{tool} {one.spec} ({one.what}) "
            + (f"stands alone against {others}" if is_lone else f"is excluded by {others}{too}"),
            line=one.line,
            evidence="; ".join(other.shown for other in (one, *against, *rest)),
            severity=level,
            fixes=(*_fixes(context, said, one, against), Fix(f"decide for one version of {tool}", "manual")),
            causes=(f"version {tool} {one.path}",),
            related=[(other.path, other.line) for other in alike],
        )


def _merged(groups: list[list[tuple[Said, Said]]], said: list[Said]) -> list[list[tuple[Said, Said]]]:
    """The groups, those of one version in several files, and of workflows, that the same place excludes as one: it was forgotten once."""
    found: list[tuple[Said, set[Said], list[tuple[Said, Said]]]] = []
    for group in groups:
        one = worst(group, said)
        against = {other for pair in group for other in pair if one in pair and other != one}
        same = next(
            (
                two
                for two in found
                if (two[0].spec == one.spec or two[0].kind == one.kind == "workflow")
                and (two[1] & against or (two[0].path, two[0].line) == (one.path, one.line))
            ),
            None,
        )
        if same is None or one.kind == "range":
            found.append((one, against, list(group)))
        else:
            same[2].extend(group)
    return [group for _, _, group in found]


def _is_pinned(group: list[tuple[Said, Said]], said: list[Said], others: list[list[tuple[Said, Said]]]) -> bool:
    """Whether what disagrees has the version that a file or the settings pin above it, and all against it are told of themselves."""
    one = worst(group, said)
    if one.kind in ("file", "settings", "range"):
        return False
    pins = [
        two for two in said if two.kind in ("file", "settings") and below(two.folder, one.folder) and agree(two, one)
    ]
    against = {two for pair in group for two in pair if two != one}
    told = {two for other in others for pair in other for two in pair if one not in pair}
    return any(not any(agree(pin, two) for two in against) for pin in pins) and against <= told


def _is_close(pair: tuple[Said, Said]) -> bool:
    """Whether two whole versions differ in what every user of one line takes without a thought."""
    parts = _LINES.get(pair[0].tool, 0)
    numbers = [_WHOLE.fullmatch(one.spec) for one in pair]
    return bool(parts) and all(numbers) and len({tuple(one.spec.split(".")[:parts]) for one in pair}) == 1


def _order(one: Said) -> tuple[int, str, int]:
    return (-BLAME.index(one.kind), one.path, one.line)


def _is_newer(first: Said, second: Said) -> bool:
    return lowest(first.spec) > lowest(second.spec)


def _is_used(context: Inspection, work: Said, module: Said) -> bool:
    """Whether a module is one of those that a ``go.work`` uses."""
    if (document := context.readable(work.path, gomod.parse)) is None:
        return False
    return any(join(work.folder, item.words[0]) == module.folder for item in document.uses)


def _fixes(context: Inspection, said: list[Said], worst: Said, against: list[Said]) -> Iterator[Fix]:
    """A version file brought to what the settings, or else the image beside it, pin.

    Not to what an image says where more of the same scope agree with the file than with the image.
    """
    wanted = next((one for kind in ("settings", "image", "shell") for one in against if one.kind == kind), None)
    if worst.span is None or wanted is None or "||" in wanted.spec:
        return
    # What a manifest refuses mends nothing, be it one that agrees with what is there.
    scope = (one for one in said if below(one.folder, worst.folder) or below(worst.folder, one.folder))
    if not all(agree(wanted, one) for one in (*against, *scope) if one.kind == "range"):
        return
    around = [one for one in said if one != worst and below(worst.folder, one.folder) and not agree(worst, one)]
    others = [one for one in said if one != worst and below(worst.folder, one.folder) and not agree(wanted, one)]
    if wanted.kind != "settings" and len(others) > len(around):
        return
    content = context.read(worst.path)
    mark = b"v" if content[slice(*worst.span)].startswith(b"v") else b""
    edit = EditFile(worst.path, (Span(*worst.span, mark + wanted.spec.encode()),), digest_bytes(content))
    yield Fix(f"write {wanted.spec} into {worst.path}", "safe" if wanted.kind == "settings" else "unsafe", (edit,))
