"""Tracked files whose content is with a cloud provider."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks.files._away import listed
from toolkit.model import Fix, Materialize
from toolkit.system.darwin import Policy
from toolkit.system.dataless import seam

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Finding

_SINGLY = 3
"""Files of one top folder up to which each has a finding of its own."""


class DatalessFile(Check):
    """A file of the repository is evicted: its bytes are with a cloud provider.

    What it checks:
        The flags of every listed file (``SF_DATALESS``), by ``lstat`` and listings of folders alone; nothing is
        opened or downloaded. Many files of one top folder are one finding.

    Why it matters:
        Whoever reads such a file either waits without a limit of time or fails with "Resource deadlock avoided":
        compilers, installers and git do not know the case and blame something else.

    How to fix:
        ``invoke hydrate`` restores from git what git has and downloads the rest, with a deadline for each file.

    Fix safety:
        Safe: the content comes back, nothing changes.
    """

    scope = "machine"
    severity = "error"

    def run(self, context: Inspection) -> Iterator[Finding]:
        """List the folders that hold files; on a file system without such files this costs one system call."""
        provider = seam(context.root)
        if not provider.capable:
            return
        provider.set_policy(Policy.OFF)
        away = listed(os.fspath(context.root), sorted(context.inventory.files), provider)
        groups: dict[str, list[tuple[str, int]]] = {}
        for path, size in away.files:
            groups.setdefault(path.partition("/")[0] if "/" in path else ".", []).append((path, size))
        for top, files in sorted(groups.items()):
            if len(files) <= _SINGLY:
                for path, size in files:
                    text = "its content is not on this machine: whoever reads it hangs or fails"
                    yield self._found(context, path, text, [(path, size)])
            else:
                total = sum(size for _, size in files)
                text = f"{len(files)} files ({total / 1e6:.1f} MB) are not on this machine: builds hang or fail"
                yield self._found(context, top, text, files)
        for folder in away.unknown:
            text = "the folder's listing is with the provider: what it holds cannot be told"
            yield self._found(context, folder, text, [])

    def _found(self, context: Inspection, path: str, message: str, files: list[tuple[str, int]]) -> Finding:
        actions = tuple(Materialize(name, size) for name, size in files)
        more = ", ..." if len(files) > _SINGLY else ""
        evidence = ", ".join(name for name, _ in files[:_SINGLY]) + more
        fix = Fix("bring it back: invoke hydrate", "safe" if actions else "manual", actions)
        return self.finding(context, path, message, evidence=evidence, fixes=(fix,))
