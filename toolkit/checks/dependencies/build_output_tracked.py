"""Build output in git."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.advice import out_of_git
from toolkit.checking import Check
from toolkit.checks._texts import beginning
from toolkit.checks.dependencies._compiler_notes import idle
from toolkit.checks.dependencies._kept_outputs import home_of_rules, is_model, is_the_package, kept_by, named_by_rules
from toolkit.expressions import regex
from toolkit.model import Fix, RemoveTree
from toolkit.outputs import package_of
from toolkit.places import folder_of, upward
from toolkit.strays import LITTER, OBJECTS, compiled_beside, ruled_out, strays
from toolkit.strays.removals import ignoring, removal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.dependencies._compiler_notes import Idle
    from toolkit.model import Finding, Severity
    from toolkit.strays import Stray


_SINGLY = 2
"""Folders of one name up to which each has a finding of its own."""
_NAMED = 20
_MAY_RUN = regex(r"(?:^|/)[^./]+\Z|\.(?:exe|dll|so|dylib|node|bin|out)\Z")
_MAGIC = (b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"MZ")
_BY_HAND = Fix(
    "if nobody keeps it as a proof, and something makes it again, take it out of git and ignore it", "manual"
)
_MARKS = frozenset({".gitkeep", ".keep", ".gitignore"})


class BuildOutputTracked(Check):
    """What a build makes is tracked by git.

    What it checks:
        Tracked files below dist, build, out, target, .next, .turbo, .wrangler, __pycache__, .venv, coverage, egg-info and the like, one
        finding for each topmost folder, or for the many of one name; ``*.tsbuildinfo`` (an error where a build compiles by it into
        a folder that is not in git, with the version that wrote it). What an action has built for GitHub to run is left alone, and so
        are the IDL and the types of an Anchor program. A name alone is no proof: git's own rules ignore the folder, a build writes
        there, at least half of its files are minified, maps, declarations or objects, or its code begins as compilers begin
        theirs. Also JavaScript that was compiled from a source of the same name beside it, objects of compilers wherever they
        lie (a model in the text of Wavefront is none), programs that git ignores, folders set aside (``.next-old``), profiles of browsers, and hundreds of files
        below a folder that git's own rules name, whatever it is called. Output that a script compares with a new build (``git diff --exit-code -- dist``) or a workflow commits,
        and output that is all a package has, is information. What runs leave behind (``playwright-report``, ``coverage``,
        and ``test-results`` or ``logs`` that git ignores) is information, for people keep it as a proof; so is what a desktop writes
        (``.DS_Store``, ``Thumbs.db``).

    Why it matters:
        The committed output and the sources drift apart, and what is deployed is the older of the two; every build
        shows up as a change; merges conflict in files that nobody wrote.

    How to fix:
        ``git rm -r --cached PATH``, and a rule in ``.gitignore``, where a build of the repository or a tool at its next run makes it
        again; ``invoke clean --tracked`` does both. All else is for a person to look through.

    Fix safety:
        Unsafe: something may be deployed from the committed files.
    """

    def run(self, context: Inspection) -> Iterator[Finding]:
        groups: dict[str, list[Stray]] = {}
        for stray in strays(context):
            if stray.path.endswith(".tsbuildinfo") and (stopped := idle(context, stray.path)) is not None:
                yield self._stopped(context, stray, stopped)
                continue
            litter = stray.kind == "litter" and stray.tracked and posixpath.basename(stray.path) in LITTER
            if litter or (stray.kind == "tracked-output" and not _is_kept_empty(context, stray.path)):
                name = posixpath.basename(stray.path) if not context.is_foreign(stray.place) else stray.path
                name = "target/*" if posixpath.basename(stray.place) == "target" and "/" not in name else name
                name = "the profile of a browser" if "browser's profile" in stray.reason else name
                name = "*.egg-info" if name.endswith(".egg-info") and "/" not in name else name
                groups.setdefault(name, []).append(stray)
        for name, found in groups.items():
            if len(found) > (1 if name in LITTER else _SINGLY):
                yield self._many(context, name, found)
            else:
                yield from (self._told(context, stray) for stray in found)
        yield from self._files(context)
        for folder, count in named_by_rules(context):
            fix = Fix(out_of_git(context, folder), "manual")
            text = f"{count} files are in git below a folder that git's own rules ignore: they were added before the rule, or by force"
            yield self.finding(
                context, folder, text, evidence=folder, fixes=(fix,), owner=home_of_rules(context, folder)
            )

    def _stopped(self, context: Inspection, stray: Stray, stopped: Idle) -> Finding:
        """Notes of the compiler by which it writes nothing."""
        fix = Fix(out_of_git(context, stray.path), "unsafe", removal(context, stray))
        return self.finding(
            context,
            stray.path,
            f"the compiler's notes on its last run are in git and {stopped.folder} is not: in a clone, `{stopped.command}` takes the sources for compiled and writes nothing",
            evidence=f"only sources that changed since are compiled into {stopped.folder}",
            severity=stopped.severity,
            fixes=(fix,),
        )

    def _files(self, context: Inspection) -> Iterator[Finding]:
        """Compiled files among the sources, one finding for each package and for each folder of objects."""
        folders = frozenset(stray.path for stray in strays(context) if stray.tracked)
        by_package: dict[str, list[str]] = {}
        for path, _ in compiled_beside(context):
            by_package.setdefault(package_of(context, path) or ".", []).append(path)
        what = "compiled from a source of the same name beside it"
        found = [(paths, what) for paths in by_package.values()]
        objects: dict[str, list[str]] = {}
        for path in context.inventory.tracked:
            if path.endswith(OBJECTS) and not is_model(context, path):
                objects.setdefault(folder_of(path), []).append(path)
        found += [(paths, "an object that a compiler writes") for paths in objects.values()]
        found += [
            (paths, "a program that a compiler wrote, which git's own rules ignore")
            for paths in [_programs(context)]
            if paths
        ]
        for paths, text in found:
            kept = [path for path in paths if folders.isdisjoint(upward(folder_of(path)))]
            if kept:
                many = f", and so are {len(kept) - 1} more" if kept[1:] else ""
                names = ", ".join(kept[:_NAMED]) + (", ..." if len(kept) > _NAMED else "")
                fix = Fix("take them out of git and ignore them", "manual")
                yield self.finding(context, kept[0], f"{text}, in git{many}", evidence=names, fixes=(fix,))

    def _told(self, context: Inspection, stray: Stray) -> Finding:
        fix = Fix(out_of_git(context, stray.path), "unsafe", removal(context, stray))
        kept = kept_by(context, stray.path)
        meant = kept or is_the_package(context, stray.path)
        return self.finding(
            context,
            stray.path,
            f"{stray.reason}; {kept} keeps it there on purpose" if kept else stray.reason,
            evidence=f"made again by: {stray.regain}",
            severity="info" if meant else _worth([stray]),
            fixes=(fix if stray.remade and not kept else _BY_HAND,),
            owner=stray.place,
        )

    def _many(self, context: Inspection, name: str, found: list[Stray]) -> Finding:
        """One finding for the folders of one name: a rule of ``.gitignore`` that is not there."""
        going = [stray for stray in found if stray.remade]
        actions = dict.fromkeys(action for stray in going for action in removal(context, stray))
        one_each = tuple(action for action in actions if isinstance(action, RemoveTree))
        rule = ignoring(context, tuple(stray.path for stray in going))
        rest = f", and so the {len(going) - 1} others that are made again" if going[1:] else ""
        title = out_of_git(context, going[0].path) + rest if going else ""
        fix = Fix(title, "unsafe", (*one_each, *((rule,) if rule else ()))) if going else _BY_HAND
        named = ", ".join(stray.path for stray in found[:_NAMED])
        more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
        text = f"{len(found)} times {name} in git, here {found[0].reason}"
        return self.finding(
            context,
            found[0].path,
            text,
            evidence=named + more,
            severity=_worth(found),
            fixes=(fix,),
            owner=found[0].place,
            related=[(stray.path, 0) for stray in found],
        )


def _worth(found: list[Stray]) -> Severity:
    """What runs left behind is worth knowing: somebody may keep it as a proof; a desktop's files only annoy."""
    return "info" if all(stray.record or stray.kind == "litter" for stray in found) else "warning"


def _programs(context: Inspection) -> list[str]:
    """Tracked programs and libraries that a rule of git ignores: they were added before the rule, or by force."""
    tracked = context.inventory.tracked_set
    paths = tracked if context.focus is None else tracked & context.focus
    named = [path for path in paths if _MAY_RUN.search(path) and not context.is_foreign(path)]
    return sorted(path for path in ruled_out(context, named) if beginning(context, path, 4).startswith(_MAGIC))


def _is_kept_empty(context: Inspection, folder: str) -> bool:
    """Whether git tracks nothing there but the marks that keep an empty folder."""
    tracked = [path for path in context.below(folder) if path in context.inventory.tracked_set]
    return bool(tracked) and all(path.rpartition("/")[2] in _MARKS for path in tracked)
