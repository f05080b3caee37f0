"""A file system on which the items of chosen names are evicted, for checks that ask by ``lstat`` only."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from toolkit.system.dataless import FileState, PlainSeam

if TYPE_CHECKING:
    from toolkit.system.darwin import Policy
    from toolkit.system.dataless import Node


class AwaySeam(PlainSeam):
    """What lies at one of the given paths is with a provider; a folder among them cannot be listed."""

    name = "fake"
    capable = True

    def __init__(self, *paths: str) -> None:
        self.paths = paths
        self.policies: list[Policy] = []

    def set_policy(self, policy: Policy) -> None:
        """Note it."""
        self.policies.append(policy)

    def listing(self, folder: str) -> list[Node]:
        """The entries, unless the folder itself is away."""
        if any(os.path.normpath(folder).endswith(f"/{path}") for path in self.paths):
            raise OSError(errno.EDEADLK, os.strerror(errno.EDEADLK))
        return super().listing(folder)

    def _state(self, path: str, kind: str, status: os.stat_result) -> FileState:
        del kind, status
        away = any(os.path.normpath(path).endswith(f"/{item}") for item in self.paths)
        return FileState.DATALESS if away else FileState.LOCAL
