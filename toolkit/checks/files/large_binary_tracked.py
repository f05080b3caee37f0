"""Large binary files in git."""

from __future__ import annotations

import os
import posixpath
import stat
from collections import Counter
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks._texts import beginning
from toolkit.context import Unreadable
from toolkit.model import Fix
from toolkit.places import folder_of, upward
from toolkit.strays import strays
from toolkit.system import git

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding, Severity

LIMIT_BYTES = 1_000_000
HEAVY_BYTES = 10_000_000
"""From here on a picture or a film is felt by every clone, too."""
SOON_BYTES = 5_000_000
"""Up to here what a program loads (a module of WebAssembly, a state, weights) is worth knowing and no more."""
_SINGLY = 3
"""Files of one folder up to which each has a finding of its own."""
_EVERYWHERE = 8
"""Folders with large files below one at the root from which they are one finding: that is one decision."""
_FOLDERS = 2
"""Folders below one at the root with large files of one ending up to which each is told by itself."""
_NAMED = 8
_PROBED_BYTES = 8000
"""As far as git itself looks for a NUL byte to call a file binary."""
_PRESENTED = (
    ".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".ico", ".icns", ".heic", ".mp4", ".webm", ".mov", ".mp3",
    ".wav", ".ogg", ".pdf", ".ttf", ".otf", ".woff", ".woff2", ".eot", ".psd", ".glb", ".pptx", ".docx", ".xlsx",
)  # fmt: skip
"""Pictures, sound, fonts and documents: content of its own right, worth knowing and no more."""
_PACKED = (
    ".zip", ".gz", ".tgz", ".xz", ".bz2", ".zst", ".7z", ".rar", ".tar", ".jar", ".war", ".whl", ".dmg", ".msi", ".deb", ".rpm", ".apk", ".aab", ".ipa",
    ".exe", ".bin", ".dll", ".so", ".dylib", ".a", ".lib", ".o", ".node", ".pack", ".iso", ".img", ".vsix", ".nupkg", ".db", ".sqlite", ".sqlite3", ".mdb", ".dump",
)  # fmt: skip
"""Archives, installers, programs and databases; what has no ending is a program, too."""


class LargeBinaryTracked(Check):
    """A large binary file is in git.

    What it checks:
        Tracked files of more than a megabyte with a NUL byte in their beginning: archives, installers, programs,
        databases (warning); other data that programs load (info, from five megabytes on a warning); pictures, sound, fonts and documents (info, from ten on a warning). Files that Git LFS keeps are left out, and what
        lies in build output that is tracked, which has a finding of its own. Many of one folder are one finding, and
        so are those of many folders below one at the root.

    Why it matters:
        Every clone downloads every version of it for ever; git cannot merge or show it, and nobody can review
        what an installer or a compiled program in a commit does.

    How to fix:
        Fetch it when it is needed (with a hash), build it, attach it to a release, or keep it with Git LFS.
        Removing it from the next commit does not shrink the history.

    Fix safety:
        Manual: where else the file should live is a decision.
    """

    def run(self, context: Inspection) -> Iterator[Finding]:
        """Ask the size of every tracked file, and read the beginning of the large ones."""
        large = list(_large(context))
        kept = _in_lfs(context, [path for path, _ in large])
        told = frozenset(one.path for one in strays(context) if one.tracked) if large else frozenset()
        groups: dict[tuple[str, Severity], list[tuple[str, int]]] = {}
        for path, size in large:
            if (
                path in kept
                or not told.isdisjoint(upward(folder_of(path)))
                or b"\0" not in beginning(context, path, _PROBED_BYTES)
            ):
                continue
            groups.setdefault((folder_of(path), _level(path, size)), []).append((path, size))
        for (folder, level, kind), found in _gathered(groups).items():
            parts = [found] if kind or len(found) > _SINGLY else [[one] for one in found]
            yield from (self._told(context, folder, part, level) for part in parts)

    def _told(self, context: Inspection, folder: str, found: list[tuple[str, int]], level: Severity) -> Finding:
        """One file, or the many of one folder at the largest of them."""
        path, _ = max(found, key=lambda one: one[1])
        size = sum(size for _, size in found)
        many = f" in {len(found)} files of {folder}" if len(found) > 1 else ""
        names = ", ".join(posixpath.relpath(one, folder) for one, _ in found[:_NAMED])
        more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
        return self.finding(
            context,
            path,
            f"{size / 1e6:.1f} MB of binary data{many}: every clone downloads each of its versions for ever",
            evidence=f"{names}{more}" if many else f"{size} bytes",
            severity="warning" if size >= HEAVY_BYTES and not path.lower().endswith(_PRESENTED) else level,
            fixes=(Fix("keep it outside of git, or with Git LFS", "manual"),),
        )


def _gathered(
    groups: dict[tuple[str, Severity], list[tuple[str, int]]],
) -> dict[tuple[str, Severity, str], list[tuple[str, int]]]:
    """The files by folder; by the one at the root where many below it have some, or several have some of one kind."""
    tops = Counter((folder.partition("/")[0], level) for folder, level in groups)
    kinds = Counter(
        (folder.partition("/")[0], level, ending)
        for (folder, level), found in groups.items()
        for ending in {_ending(path) for path, _ in found}
    )
    gathered: dict[tuple[str, Severity, str], list[tuple[str, int]]] = {}
    for (folder, level), found in groups.items():
        top = folder.partition("/")[0]
        for one in found:
            ending = _ending(one[0])
            alike = kinds[top, level, ending] > _FOLDERS and top != folder
            place = top if alike or tops[top, level] > _EVERYWHERE else folder
            kind = ending if alike and tops[top, level] <= _EVERYWHERE else ""
            gathered.setdefault((place, level, kind), []).append(one)
    return gathered


def _level(path: str, size: int) -> Severity:
    name = posixpath.basename(path).lower()
    packed = name.endswith(_PACKED) or "." not in name.lstrip(".")
    most = HEAVY_BYTES if name.endswith(_PRESENTED) else 0 if packed else SOON_BYTES
    return "info" if size < most else "warning"


def _ending(path: str) -> str:
    return posixpath.splitext(path)[1].lower()


def _large(context: Inspection) -> Iterator[tuple[str, int]]:
    top = os.fspath(context.root)
    for path in context.inventory.tracked:
        if not context.shows(path):
            continue
        known = context.facts.identity(path)
        if known is not None and known[0] <= LIMIT_BYTES:
            continue
        try:
            status = os.lstat(f"{top}/{path}")
        except OSError:
            continue
        if status.st_size > LIMIT_BYTES and stat.S_ISREG(status.st_mode):
            yield path, status.st_size


def _in_lfs(context: Inspection, paths: list[str]) -> frozenset[str]:
    """Those that a filter of Git LFS keeps elsewhere."""
    if not paths or not any(_speaks_of_lfs(context, path) for path in context.inventory.named(".gitattributes")):
        return frozenset()
    data = b"\0".join(os.fsencode(path) for path in paths) + b"\0"
    done = git.expect(git.git(context.root, "check-attr", "-z", "--stdin", "filter", data=data))
    words = done.text.split("\0")
    return frozenset(words[at] for at in range(0, len(words) - 2, 3) if words[at + 2] == "lfs")


def _speaks_of_lfs(context: Inspection, path: str) -> bool:
    try:
        return b"filter=lfs" in context.read(path)
    except Unreadable:
        return False
