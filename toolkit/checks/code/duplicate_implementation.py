"""See :class:`DuplicateImplementation`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from toolkit.checking import Check, Needs
from toolkit.checks._test_code import is_test
from toolkit.checks.code._copies import are_alike, code_lines, look_alikes, sharing
from toolkit.checks.code._paths import is_generated, is_hidden
from toolkit.checks.code._sources import NEEDED, TIMEOUT_S, sources
from toolkit.expressions import regex
from toolkit.model import Fix
from toolkit.places import home_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding

_MANIFESTS = ("package.json", "Cargo.toml", "pyproject.toml", "setup.py", "requirements.txt", "go.mod", "Anchor.toml")
_EXPECTED = regex(
    r"(?i)(?:^|/)(?:idl|generated|__generated__|abis?|locales?|i18n|codegen|gen|examples?|templates?|components/ui|shadcn|proto|lessons?|circuits/build)/|(?:generate_witness|witness_calculator)\.c?js$|\.config\.\w+$|/env\.\w+$|(?:^|/)(?:entry[.-](?:server|client)|reportWebVitals|service-?worker|serviceWorkerRegistration)\.[jt]sx?$"
)
_SCRIPT = regex(
    r"(?i)(?:^|/)(?:scripts?|bin|migrations?|seeds?|examples?|demos?)/|\.config\.\w+\Z|(?:^|/)(?:cli|setup|conf|seed|gulpfile|build)\.\w+\Z"
)
"""What runs once and ends; a folder of a command line or of tools is a program like others."""
_ON_CHAIN = regex(r"(?:^|/)programs?/.*\.rs$")
_SMALL = 60
"""Lines of code that programs which are deployed apart may each have for themselves."""
_LITTLE = 40
"""Lines of code of all copies of two packages, below which those that go their own ways already may as well."""
_LEGACY = regex(r"(?i)(?:^|[/_-])legacy(?:[/_-])")
"""Trees that stay as they are until they go."""
_MIRROR = regex(
    r"(?i)(?:duplicated|copied) verbatim|verbatim (?:copy|duplicate)|byte-?identical|(?:deliberate|intentional)(?:ly)? (?:a )?(?:cop(?:y|ied)|duplicat\w+|mirror)"
)
_HEAD = 1_500
"""Characters of a file in which it says that it is a copy on purpose."""
_DENO = regex(r"(?P<home>(?:.*/)?supabase/functions)/")
"""A tree that Deno runs, which takes nothing of the package around it."""
_PLACEHOLDER = regex(r"\{\{.*\}\}|\{%.*%\}|<%.*%>|__[A-Z][A-Z_]+__|%[A-Z_]{3,}%|\$\{[A-Z_]{3,}\}")
_MANY = 3
"""More copies than this are a convention (a component of each package), not a fork."""
_COLLECTION = 10
"""From more pairs of packages on, the repository is a collection of variants."""


class DuplicateImplementation(Check):
    """The same module stands in two subprojects.

    What it checks: Sources in different packages, whatever they are called, whose lines of code are the same but for one in seven, blanks and comments aside, and twelve at least.
        One finding for packages that have copies from one another, ``info`` below forty lines in all if they differ, and where one stands in a tree called legacy; in a repository with more than ten such pairs they are meant, and told as ``info``. Tests, scripts, configurations, generated and vendored files, examples and copies in more than three packages stay quiet.
    Why it matters: A fault is mended in one copy. The other stays in production, and nobody looks there.
    How to fix: Move it into a package that both use.
    Fix safety: Manual. Where the shared code should live has to be decided.
    """

    severity = "warning"
    needs = Needs(modules=NEEDED)
    timeout_s = TIMEOUT_S

    def run(self, context: Inspection) -> Iterable[Finding]:
        focus = context.focus
        if focus is not None:
            changed = [path for path in sources(context) if _counts(context, path)]
            near = {*changed, *(path for path in sharing(context, changed) if _counts(context, path))}
            several = [group for group in look_alikes(context, sorted(near)) if not focus.isdisjoint(group)]
            if not _pairs(context, several):
                return
        everything = sorted(sources(context, everything=True))
        pairs = _pairs(context, look_alikes(context, (path for path in everything if _counts(context, path))))
        for homes, found in _related(pairs):
            if focus is None or any(focus & {first, path} for first, path, _ in found):
                yield self._finding(context, found, homes, collection=len(pairs) > _COLLECTION)

    def _finding(
        self, context: Inspection, found: list[tuple[str, str, int]], homes: set[str], *, collection: bool
    ) -> Finding:
        first, path, count = found[0]
        others = [", ".join(other for _, other, _ in found[1:6])] if len(found) > 1 else []
        files = f"{len(found) - 1} more file{'s' if len(found) > 2 else ''}"
        more = f", and {files} of the {'two' if len(homes) == 2 else len(homes)} packages" if len(found) > 1 else ""
        mine, theirs = code_lines(context, first), code_lines(context, path)
        differ = max(len(mine), len(theirs)) - sum((Counter(mine) & Counter(theirs)).values())
        like = "Nearly the same module" if differ else "The same module"
        they = f"{differ} lines of them differ" if differ > 1 else "1 line of them differs"
        why = f", and {they} already" if differ else ""
        said = context.content(path) or b""
        meant = _MIRROR.search(said[:_HEAD].decode("utf-8", "replace")) is not None
        small = differ > 0 and sum(lines for _, _, lines in found) < _LITTLE
        meant = meant or any(_LEGACY.search(one) is not None for one in (first, path))
        apart = small or (count < _SMALL and all(_ON_CHAIN.search(one) for one in (first, path)))
        return self.finding(
            context,
            path,
            f"{like} as {first}{more}: a fault that is mended in one stays in the other{why}.",
            evidence="; ".join((f"{count} lines of code, six of seven equal at least", *others)),
            severity="info" if collection or apart or meant else "warning",
            fixes=(Fix("move it into a package that both use", "manual"),),
            causes=(f"copies {' '.join(sorted(homes))}",),
        )


def _related(
    pairs: dict[tuple[str, str], list[tuple[str, str, int]]],
) -> Iterator[tuple[set[str], list[tuple[str, str, int]]]]:
    """The copies of packages that have them from one another: one template has one cause, however many were made of it."""
    groups: list[tuple[set[str], list[tuple[str, str, int]]]] = []
    for homes, found in pairs.items():
        near = [one for one in groups if not one[0].isdisjoint(homes)]
        groups = [one for one in groups if one not in near]
        groups.append((set(homes).union(*(one[0] for one in near)), [*(row for one in near for row in one[1]), *found]))
    yield from groups


def _pairs(context: Inspection, groups: Iterable[list[str]]) -> dict[tuple[str, str], list[tuple[str, str, int]]]:
    """Copies by the two packages that have them."""
    pairs: dict[tuple[str, str], list[tuple[str, str, int]]] = {}
    for paths in groups:
        for first, path, count in _copies(context, paths):
            pairs.setdefault((_home(context, first), _home(context, path)), []).append((first, path, count))
    return pairs


def _copies(context: Inspection, paths: list[str]) -> Iterator[tuple[str, str, int]]:
    """Pairs of files in different packages, with the lines of code of the first."""
    packages = {path: _home(context, path) for path in paths}
    if len(set(packages.values())) == 1:
        return
    lines = {path: found for path in paths if (found := code_lines(context, path))}
    while lines:
        first, mine = next(iter(lines.items()))
        del lines[first]
        same = [path for path, theirs in lines.items() if packages[path] != packages[first] and are_alike(mine, theirs)]
        for path in same:
            theirs = lines.pop(path)
            if _is_rendered(mine, theirs):
                same = [other for other in same if other != path]
        if len(same) < _MANY:
            yield from ((first, path, len(mine)) for path in same)


def _is_rendered(mine: list[str], theirs: list[str]) -> bool:
    """Whether one of two files is a template, and the other what is made of it: all lines that only one has hold a name to be filled in."""
    sides = (Counter(mine) - Counter(theirs), Counter(theirs) - Counter(mine))
    return any(side and all(_PLACEHOLDER.search(line) for line in side) for side in sides)


def _home(context: Inspection, path: str) -> str:
    """The package of a file; functions of Supabase are one of their own."""
    deno = _DENO.match(path)
    return deno["home"] if deno else home_of(context, path, _MANIFESTS)


def _counts(context: Inspection, path: str) -> bool:
    """Whether a copy of a source is one too many."""
    if (
        path.endswith(".go")
        or is_test(path)
        or _SCRIPT.search(path)
        or is_generated(path)
        or is_hidden(path)
        or _EXPECTED.search(path)
    ):
        return False
    return not context.is_foreign(path)
