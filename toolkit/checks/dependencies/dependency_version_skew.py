"""Members of one workspace that want versions of a package that exclude each other."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.checking import SubprojectCheck
from toolkit.checks.dependencies._installed_together import clashes
from toolkit.checks.dependencies._locking import locking
from toolkit.checks.dependencies._manifests import package, packages
from toolkit.checks.dependencies._separate import of_go, of_npm
from toolkit.checks.dependencies._skews import (
    OF_A_PAGE,
    OF_ONE_MEMBER,
    ONCHAIN,
    SHARED_TYPES,
    SINGLETONS,
    dissenters,
    edits_of,
    is_consistent,
    is_parted,
    is_slight,
    meet,
    mistyped,
    reached,
    torn,
)
from toolkit.checks.dependencies._stale import lists_members
from toolkit.checks.dependencies._wanted import wanted
from toolkit.expressions import regex
from toolkit.model import Fix
from toolkit.places import inside
from toolkit.versions import lowest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.dependencies._installed_together import Clash
    from toolkit.checks.dependencies._separate import Asked
    from toolkit.checks.dependencies._wanted import Wanted
    from toolkit.model import Finding, Subproject

_END = {"python": "no version does for both, and uv cannot lock"}
_NAMED = 60
_SINGLY = 3
"""Packages of one member up to which each has a finding of its own."""
_REACT = frozenset({"react", "react-dom", "react-test-renderer", "react-is", *SHARED_TYPES})
"""Packages that go together: one cause, and one finding."""
_WITH_ITS_REACT = regex(r"'(?:react-native|@docusaurus/core|gatsby)'")
_SHOWN = regex(r"(?:^|[/_-])(?:examples?|samples?|demos?|playgrounds?)/")
"""Members that show something, each by itself."""
_SHARED = frozenset(
    {"react", "react-dom", "vue", "svelte", "@angular/core", "graphql", "@solana/web3.js", "ethers",
     "viem", "wagmi", "rxjs", "redux", *SHARED_TYPES, *SINGLETONS}
)  # fmt: skip
"""Packages of which each difference matters by itself; any other is a matter of two members only where one has the other within it."""
_KIN = regex(r"(?P<scope>@(?:nestjs|mui|angular|prisma|sentry|tanstack|trpc|opentelemetry|aws-sdk))/|(?P<name>prisma)$")
"""Packages that are released together: one cause, and one finding."""


class DependencyVersionSkew(SubprojectCheck):
    """Members of one workspace want versions of a package that exclude each other.

    What it checks:
        Plain ranges of the same package in the members of one JavaScript, Cargo or uv workspace, peers left out: those
        that no single version satisfies. Ranges that overlap, tags and other sources are left alone. Separate packages
        of npm in several major versions, and what modules of Go that are built together require, are one line of information each. Entries of a catalog and of ``[workspace.dependencies]`` count where they are asked for.
        Pins that differ within one major version (before 1.0: one minor) are info, and so are ``@types`` of single
        packages, tools and helpers of one member, the React of programs of React Native and sites of Docusaurus and Gatsby, what a catalog with a name gives, what the root forces on single packages (``overrides`` of ``that>react``), packages (but for React and the like) of members that share nothing, those whose plugins a member has in the same version, what examples and tests of crates differ in, most packages of npm before 1.0, and crates other than those of Solana and Anchor. One finding for a
        member that differs in many packages of its own. What one manifest wants in two major versions of packages that are released together (vitest and its coverage, prisma and its client). Files of requirements (and the ``pyproject.toml`` beside them) that
        an image, a job, a script, a README or another such file installs into one environment: those that exclude each other.

    Why it matters:
        Two copies are installed: types of the one do not fit the other, singletons (React, a database pool, a
        validator's registry) exist twice, bundles carry both.

    How to fix:
        Take the newer range everywhere, or say it once (pnpm's catalog, Cargo's ``[workspace.dependencies]``).

    Fix safety:
        Unsafe: the member may not work with the other version yet; the lock is made again, which asks the registry.
    """

    def run(self, context: Inspection) -> Iterator[Finding]:
        """Compare the members of each workspace, then what is built together or lies side by side."""
        yield from super().run(context)
        yield from self._torn(context)
        if context.focus is None:
            yield from (self._clash(context, one) for one in clashes(context))
            yield from self._apart(
                context,
                of_go(context),
                "modules that are built together",
                "the newest is built, and what was tested alone is another",
            )
            yield from self._apart(
                context,
                of_npm(context, OF_ONE_MEMBER),
                "separate packages",
                "what they hand to each other may not fit",
            )

    def _torn(self, context: Inspection) -> Iterator[Finding]:
        """Packages of one manifest that are released together and wanted apart; one finding for the manifests that do it alike."""
        found: dict[tuple[str, str, str, str], list[tuple[str, int]]] = {}
        for folder, document in packages(context):
            path = inside(folder, "package.json")
            for (kind, name), spec, host, other in torn(document.data) if context.shows(path) else ():
                found.setdefault((name, spec, host, other), []).append((path, document.line((kind, name))))
        for (name, spec, host, other), places in found.items():
            yield self.finding(
                context,
                places[0][0],
                f"{name} {spec} here, and {host} {other} beside it: they are released together and work in one major version only",
                line=places[0][1],
                evidence="; ".join(f"{path}:{line}" for path, line in places[:_NAMED]),
                fixes=(Fix(f"take {name} and {host} in one version", "manual"),),
                related=places,
            )

    def _clash(self, context: Inspection, one: Clash) -> Finding:
        """Two files of requirements that something installs into one environment."""
        first, second = one.first, one.second
        more = f", and so are {len(one.others)} more packages" if one.others else ""
        here = "here, too," if first.path == second.path else f"in {first.path}:{first.line}"
        end = "pip refuses" if one.refused else "the later install replaces what the earlier one pinned"
        return self.finding(
            context,
            second.path,
            f"{first.name} {second.spec} here and {first.spec} {here}{more}, and {one.places[0]} installs both into one environment: {end}",
            line=second.line,
            evidence="; ".join((*one.places[:_NAMED], *one.others[:_NAMED])),
            severity="error" if one.refused else "warning",
            fixes=(Fix(f"take one version of {first.name} in both", "manual"),),
        )

    def _apart(self, context: Inspection, groups: Iterable[list[Asked]], whose: str, follows: str) -> Iterator[Finding]:
        """One finding for all that projects want in several versions."""
        for asked in groups:
            names = list(dict.fromkeys(one.name for one in asked))
            first = asked[0]
            other = next(one for one in reversed(asked) if one.name == first.name)
            more = f", and so are {len(names) - 1} more packages" if names[1:] else ""
            yield self.finding(
                context,
                first.path,
                f"{first.name} {first.spec} here and {other.spec} in {other.path}{more}, wanted by {whose}: {follows}",
                line=first.line,
                evidence="; ".join(f"{one.name} {one.spec} ({one.path}:{one.line})" for one in asked[:_NAMED]),
                severity="info",
                fixes=(Fix("take one version everywhere", "manual"),),
                related=[(one.path, one.line) for one in asked],
            )

    def inspect(self, context: Inspection, subproject: Subproject) -> Iterator[Finding]:
        """Group what members want by name."""
        if not subproject.members or (subproject.family == "javascript" and not lists_members(context, subproject)):
            return
        by_name: dict[str, list[Wanted]] = {}
        wants = (one for one in wanted(context, subproject) if not context.is_foreign(one[1].path))
        for name, item in wants:  # what others maintain has its own pins
            by_name.setdefault(name, []).append(item)
        groups: dict[str, list[Finding]] = {}
        members = {
            str(document.data.get("name"))
            for folder in subproject.members
            if (document := package(context, inside(folder, "package.json"))) is not None
        }
        for name, items in sorted(by_name.items()):
            if name in members:
                continue  # a sibling: what does not fit is ``workspace-member-missing``
            if len({item.path for item in items}) > 1 and len({item.spec for item in items}) > 1:
                for one in self._judge(context, subproject, name, items):
                    own = name in _SHARED or subproject.family != "javascript"
                    kin = _kin(name) if one.severity == "warning" or name in _REACT else ""
                    group = f"{one.severity} {kin}" if kin else name if own else one.severity
                    groups.setdefault(f"{one.path} {group}", []).append(one)
        for key, found in groups.items():
            if key.endswith((" react", " kin")):
                first = min(found, key=lambda one: one.message.startswith("@"))
                yield replace(first, evidence="; ".join(one.message for one in found)) if found[1:] else first
            elif len(found) > _SINGLY:
                yield _summarized(found)
            else:
                yield from found

    def _mistyped(self, context: Inspection, name: str, wrong: list[tuple[Wanted, str]]) -> Finding:
        """Types that do not belong to the package beside them: those of the other members may be right, each for its own."""
        item, spec = wrong[0]
        return self.finding(
            context,
            item.path,
            f"{name} {item.spec} here, and {name.removeprefix('@types/')} {spec} beside it: types of another major version",
            line=item.document.line(item.at),
            evidence="; ".join(f"{one.path}:{one.document.line(one.at)}" for one, _ in wrong),
            fixes=(Fix(f"take {name} of the major version of {spec}", "manual"),),
            related=[(one.path, one.document.line(one.at)) for one, _ in wrong],
        )

    def _judge(self, context: Inspection, subproject: Subproject, name: str, items: list[Wanted]) -> Iterator[Finding]:
        rust = subproject.family == "rust"
        odd = dissenters(items, rust=rust)
        if not odd:
            return
        if name in SHARED_TYPES and (wrong := list(mistyped(name, items))):
            yield self._mistyped(context, name, wrong)
            return
        newest = max((item.spec for item in items if item not in odd), key=lowest)
        counts = Counter(item.spec for item in items)
        first = min(odd, key=_asks_for_its_own) if name in _REACT else odd[0]
        same = [item for item in items if item.spec == newest]
        info = (rust and not name.startswith(ONCHAIN)) or is_slight(name, [item.spec for item in items], rust=rust)
        # What tests of a crate are built with seldom can be another: a validator or a simulator brings its own line.
        info = info or (rust and all(item.at[0] == "dev-dependencies" for item in odd))
        info = info or all(_SHOWN.search(item.path) for item in odd)
        # A catalog that somebody has given a name to keep a second version is a decision, and so is what React Native asks for.
        rest = [item for item in items if item not in odd]
        info = info or any(all(item.catalog for item in camp) for camp in (odd, rest))
        info = info or (name in _REACT and any(all(map(_asks_for_its_own, camp)) for camp in (odd, rest)))
        parted = is_parted(context, subproject.path, _REACT if name in _REACT else frozenset({name}))
        info = info or parted
        own = name not in _REACT and name not in SINGLETONS
        apart = subproject.family == "javascript" and own
        root = "" if OF_A_PAGE.fullmatch(name) else inside(subproject.path, "package.json")
        kept = apart and is_consistent(name, odd)
        known = reached(context, subproject) if apart else {}
        info = info or kept or (apart and not meet(known, root, odd, rest, common=name in _SHARED))
        # What most members have may be what the one has left behind: that is not for a machine to take back, nor to tear from its plugins.
        bound = parted or (name in _REACT and any(map(_asks_for_its_own, items)))
        edits = () if kept or bound or lowest(first.spec) > lowest(newest) else tuple(edits_of(context, odd, newest))
        lock = locking(context, subproject) if edits and subproject.lockfile else ()
        yield self.finding(
            context,
            first.path,
            f"{name} {first.spec} here, {newest} in {same[0].path}: {_END.get(subproject.family, 'the workspace gets several copies')}",
            line=first.document.line(first.at),
            evidence=", ".join(f"{spec} ({count})" for spec, count in counts.most_common()),
            severity="error" if subproject.family == "python" else "info" if info else "warning",
            fixes=(
                Fix(f"take {newest} everywhere", "unsafe", (*edits, *lock))
                if edits
                else Fix(f"decide for one of {', '.join(counts)}", "manual"),
            ),
            # Of two camps of one size either may be told by another check.
            causes=[f"version {name} {item.path}" for item in (items if 2 * len(odd) == len(items) else odd)],
        )


def _asks_for_its_own(item: Wanted) -> bool:
    """Whether a member is built with what goes with one version of React, as each of React Native and of Docusaurus does."""
    return _WITH_ITS_REACT.search(repr(item.document.data)) is not None


def _kin(name: str) -> str:
    """What a package is released together with; empty where it stands alone."""
    match = _KIN.match(name)
    return "react" if name in _REACT else f"{match['scope'] or '@prisma'} kin" if match else ""


def _summarized(found: list[Finding]) -> Finding:
    """One finding for a member that is behind, or ahead, in many packages of its own."""
    first = min(found, key=lambda one: one.line)
    names = ", ".join(f"{one.message.split(' ', 1)[0]} ({one.line})" for one in found)
    text = (
        f"{len(found)} packages are wanted in other major versions than the rest of the workspace has: two copies each"
    )
    return replace(
        first, message=text, evidence=names, fixes=(Fix("take one range of each, say in a catalog", "manual"),)
    )
