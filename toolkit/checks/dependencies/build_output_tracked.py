"""Build output in git."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.model import Fix
from toolkit.strays import removal, strays

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding


_MARKS = frozenset({".gitkeep", ".keep", ".gitignore"})


class BuildOutputTracked(Check):
    """What a build makes is tracked by git.

    What it checks:
        Tracked files below dist, build, out, target, .next, .turbo, .wrangler, __pycache__, .venv, coverage, egg-info and the like, one
        finding for each topmost folder; ``*.tsbuildinfo``. What an action has built for GitHub to run is left alone, and so
        are the IDL and the types of an Anchor program. A name alone is no proof: git's own rules ignore the folder, a build writes
        there, or at least half of its files are minified, maps, declarations or objects.

    Why it matters:
        The committed output and the sources drift apart, and what is deployed is the older of the two; every build
        shows up as a change; merges conflict in files that nobody wrote.

    How to fix:
        invoke clean --tracked takes the folder out of git's index, ignores it, and moves it to the quarantine.

    Fix safety:
        Unsafe: something may be deployed from the committed files.
    """

    def run(self, context: Inspection) -> Iterator[Finding]:
        for stray in strays(context):
            if stray.kind == "tracked-output" and not _is_kept_empty(context, stray.path):
                fix = Fix("invoke clean --tracked takes it out of git", "unsafe", removal(context, stray))
                yield self.finding(
                    context,
                    stray.path,
                    stray.reason,
                    evidence=f"back with: {stray.regain}",
                    fixes=(fix,),
                    owner=stray.place,
                )


def _is_kept_empty(context: Inspection, folder: str) -> bool:
    """Whether git tracks nothing there but the marks that keep an empty folder."""
    tracked = [path for path in context.below(folder) if path in context.inventory.tracked_set]
    return bool(tracked) and all(path.rpartition("/")[2] in _MARKS for path in tracked)
