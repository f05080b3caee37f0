"""Locked packages without a hash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks._texts import line_at, text_of
from toolkit.checks.dependencies._locking import is_dead
from toolkit.checks.dependencies._unhashed import READERS, of_requirements
from toolkit.expressions import regex
from toolkit.model import Fix
from toolkit.packages import LOCKS, MANAGERS
from toolkit.places import folder_of, inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.dependencies._unhashed import Bare
    from toolkit.model import Finding, Severity

_ENDINGS: dict[Severity, str] = {
    "error": "pip refuses a file with hashes for some",
    "warning": "the download is compared with nothing",
    "info": "whoever installs with it compares nothing",
}
_NAMED = 4
_MOST = 200
_HTTP = regex(
    r"""(?:"?resolved"?:?[ \t]+"?|tarball:[ \t]*|url = ")http://(?!localhost|127\.|\[::1\])(?P<host>[\w-]+(?:\.[\w-]+)+)[:/]"""
)
"""Addresses of packages that are fetched without TLS, those of this machine and of a container's neighbours left out."""


class LockfileIntegrityMissing(Check):
    """A lock names a package without a hash of it.

    What it checks:
        Locks of npm, yarn, pnpm, bun, Cargo, uv, Poetry and requirements files that have hashes for some of their lines: entries that
        come from a registry or an address and have no hash. Folders of this repository, links, bundled packages
        and commits of git have none by nature; one finding a lock. Packages that are fetched by plain http. In a lock that
        the project does not read (``lockfile-in-member``, ``lockfile-conflict``) it is info, and one of npm and its kin without a manifest
        beside it is left to ``lockfile-orphan``.

    Why it matters:
        What is downloaded is compared with nothing, so that a registry, a mirror or a cache that was tampered with
        is not noticed. pip refuses a file in which only some lines have hashes.

    How to fix:
        Make the lock again with a current version of its manager (``invoke lock PATH``).

    Fix safety:
        Manual: a new lock asks the registry.
    """

    def run(self, context: Inspection) -> Iterator[Finding]:
        """Read each lock by its own rules."""
        for name, read in READERS.items():
            for path in sorted(context.named(name)):
                folder = folder_of(path)
                alone = not any(context.is_file(inside(folder, manifest)) for manifest in LOCKS.get(name, ()))
                if "node_modules" in path.split("/") or (alone and name in MANAGERS):
                    continue  # nothing reads a lock without its manifest: ``lockfile-orphan``
                dead = is_dead(context, path) or _has_rival(context, path)
                yield from self._told(context, path, list(read(context, path)), "info" if dead else "warning")
                if not dead:
                    yield from self._plain(context, path)
        for path in sorted(set(context.matching("*requirements*.txt", "*requirements*.lock"))):
            yield from self._told(context, path, list(of_requirements(context, path)), "error")

    def _plain(self, context: Inspection, path: str) -> Iterator[Finding]:
        """Packages that are fetched without TLS."""
        text = text_of(context, path)
        found = list(_HTTP.finditer(text)) if "http://" in text else []
        if found:
            one = len(found) == 1
            yield self.finding(
                context,
                path,
                f"{len(found)} {'package is' if one else 'packages are'} fetched by plain http: who sits between sees and delays it",
                line=line_at(text, found[0].start()),
                evidence=", ".join(dict.fromkeys(match["host"] for match in found[:_MOST])),
                fixes=(Fix("make the lock again from a registry by https", "manual"),),
            )

    def _told(self, context: Inspection, path: str, bare: list[Bare], level: Severity) -> Iterator[Finding]:
        if not bare:
            return
        names = ", ".join(one.name for one in bare[:_NAMED]) + (", ..." if len(bare) > _NAMED else "")
        one = len(bare) == 1
        yield self.finding(
            context,
            path,
            f"{len(bare)} {'package has' if one else 'packages have'} no hash: {_ENDINGS[level]}",
            line=bare[0].line,
            evidence=names,
            severity=level,
            fixes=(Fix("make the lock again with a current version of its manager", "manual"),),
        )


def _has_rival(context: Inspection, path: str) -> bool:
    """Whether the lock of another manager of JavaScript lies beside one: which of them is meant is told there."""
    folder, _, name = path.rpartition("/")
    others = (other for other, manager in MANAGERS.items() if manager != MANAGERS.get(name, manager))
    return any(context.is_file(inside(folder or ".", other)) for other in others)
