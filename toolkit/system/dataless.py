"""The seam behind which dataless files live: macOS's flags, or the marker of the tests' simulator.

A placeholder keeps its path, size and times; its bytes are with a cloud provider. Everything here
works on one ``lstat`` and never reads. On a file system that cannot hold placeholders, asking costs
one system call a process.
"""

from __future__ import annotations

import errno
import os
import stat
from enum import Enum
from functools import lru_cache
from typing import NamedTuple, Protocol

from toolkit.system import darwin
from toolkit.system.darwin import Policy

SIMULATOR = "toolkit.simulator"
"""Extended attribute that every path of a simulated provider answers to."""
SIMULATOR_DATALESS = "toolkit.simulator.dataless"
"""Extended attribute that only an evicted item of the simulator has."""
_SIMULATOR_POLICY = "/proc/self/coredump_filter"
_POLICY_BITS = {Policy.OFF: 0x80, Policy.ON: 0x100}
"""Bits of the core dump filter (dumps of DAX mappings, which nothing here has) in which the simulator sees a policy.

Linux has no policy to materialize, but the filter behaves like one: it belongs to the process, it can
be changed at any time, children inherit it and it survives ``exec`` (``core(5)``).
"""


class FileState(Enum):
    """Where the bytes of an item are."""

    LOCAL = "local"
    DATALESS = "dataless"
    UNKNOWN = "unknown"
    """It cannot be told without a download, for example below a dataless folder."""


class Node(NamedTuple):
    """One entry of a folder.

    Attributes:
        kind: ``file``, ``folder``, ``link`` or ``other``.
        size: the logical size in bytes, which a placeholder keeps.
        allocated: the bytes on this disk.
    """

    name: str
    kind: str
    size: int
    allocated: int
    mtime_ns: int
    state: FileState


class Seam(Protocol):
    """What a provider of dataless files has to tell."""

    name: str
    capable: bool
    """Whether any file here can be dataless."""
    switch: str
    """How a child that imports nothing turns materialization ON: ``darwin``, or ``path=text`` to write."""

    def node(self, path: str) -> Node | None:
        """The item itself; ``None`` if there is none.

        Raises:
            OSError: it cannot be told, for example ``EDEADLK`` below a dataless folder.
        """

    def listing(self, folder: str) -> list[Node]:
        """The entries of a folder, in no order.

        Raises:
            OSError: ``EDEADLK`` for a dataless folder while the policy is OFF.
        """

    def policy(self) -> Policy:
        """The policy that this process has."""

    def set_policy(self, policy: Policy) -> None:
        """Choose the policy of this process and of the children it starts from now on."""


def seam(root: str | os.PathLike[str]) -> Seam:
    """The provider for the file system that holds this folder, decided once a process and folder."""
    return _seam(os.fspath(root))[0]


def inherited(root: str | os.PathLike[str]) -> Policy:
    """The policy that this process had when the folder's seam was first asked for: before anybody changed it."""
    return _seam(os.fspath(root))[1]


def fail_at_once(root: str | os.PathLike[str]) -> Policy:
    """Have reads of evicted files fail with ``EDEADLK``, here and in children, in place of waiting for a provider.

    Returns:
        The policy of the process so far.
    """
    provider, _ = _seam(os.fspath(root))
    before = provider.policy()
    provider.set_policy(Policy.OFF)
    return before


@lru_cache(maxsize=64)
def _seam(root: str) -> tuple[Seam, Policy]:
    provider = _provider(root)
    return provider, provider.policy()


def _provider(root: str) -> Seam:
    if darwin.available():
        return DarwinSeam()
    if hasattr(os, "getxattr"):
        try:
            os.getxattr(root, SIMULATOR)
        except OSError:
            return PlainSeam()
        return SimulatedSeam()
    return PlainSeam()


def state(path: str | os.PathLike[str], provider: Seam) -> FileState:
    """Where the bytes of one item are; a missing item is local, what cannot be told is unknown."""
    try:
        node = provider.node(os.fspath(path))
    except OSError:
        return FileState.UNKNOWN
    return FileState.LOCAL if node is None else node.state


def is_missing(error: OSError) -> bool:
    """Whether an error says that there is no such item, rather than that it cannot be told."""
    return error.errno in (errno.ENOENT, errno.ENOTDIR)


KINDS = {stat.S_IFREG: "file", stat.S_IFDIR: "folder", stat.S_IFLNK: "link"}


class PlainSeam:
    """A file system on which every file is here."""

    name = "none"
    capable = False
    switch = ""

    def node(self, path: str) -> Node | None:
        """The item itself."""
        try:
            status = os.lstat(path)
        except OSError as error:
            if is_missing(error):
                return None
            raise
        return self._node(os.path.basename(path), path, status)

    def listing(self, folder: str) -> list[Node]:
        """The entries of a folder."""
        nodes = []
        with os.scandir(folder) as entries:
            for entry in entries:
                try:
                    status = entry.stat(follow_symlinks=False)
                except FileNotFoundError:  # removed since the folder was listed
                    continue
                except OSError:
                    nodes.append(Node(entry.name, "other", 0, 0, 0, FileState.UNKNOWN))
                    continue
                nodes.append(self._node(entry.name, entry.path, status))
        return nodes

    def policy(self) -> Policy:
        """Nothing is ever downloaded, so there is none."""
        return Policy.DEFAULT

    def set_policy(self, policy: Policy) -> None:
        """Do nothing: there is nothing that a policy could prevent."""

    def _node(self, name: str, path: str, status: os.stat_result) -> Node:
        kind = KINDS.get(stat.S_IFMT(status.st_mode), "other")
        return Node(
            name, kind, status.st_size, status.st_blocks * 512, status.st_mtime_ns, self._state(path, kind, status)
        )

    def _state(self, path: str, kind: str, status: os.stat_result) -> FileState:  # noqa: ARG002
        return FileState.LOCAL


class DarwinSeam(PlainSeam):
    """The flags of macOS. Blocks are no test there: compressed and sparse files have none either."""

    name = "macOS"
    capable = True
    switch = "darwin"

    def listing(self, folder: str) -> list[Node]:
        """The entries of a folder by ``getattrlistbulk``; by ``lstat`` where a file system has no such call."""
        try:
            entries = darwin.list_folder(folder)
        except OSError as error:
            if error.errno not in (errno.ENOTSUP, errno.EINVAL, errno.ENOSYS):
                raise
            return super().listing(folder)
        return [bulk_node(entry) for entry in entries]

    def policy(self) -> Policy:
        """The policy of this process."""
        return darwin.policy()

    def set_policy(self, policy: Policy) -> None:
        """Choose the policy of this process."""
        darwin.set_policy(policy)

    def _state(self, path: str, kind: str, status: os.stat_result) -> FileState:  # noqa: ARG002
        return FileState.DATALESS if darwin.is_dataless(status) else FileState.LOCAL


_BULK_KINDS = {darwin.VREG: "file", darwin.VDIR: "folder", darwin.VLNK: "link"}


def bulk_node(entry: darwin.BulkEntry) -> Node:
    """A node from an entry of a bulk listing; one that the kernel could not tell about is unknown."""
    if entry.error:
        where = FileState.UNKNOWN
    else:
        where = FileState.DATALESS if entry.flags & darwin.SF_DATALESS else FileState.LOCAL
    return Node(entry.name, _BULK_KINDS.get(entry.kind, "other"), entry.size, entry.allocated, entry.mtime_ns, where)


class SimulatedSeam(PlainSeam):
    """The marker of the simulator; zero blocks are only a cheap first look for files."""

    name = "simulator"
    capable = True
    switch = f"{_SIMULATOR_POLICY}={_POLICY_BITS[Policy.ON]:#x}"

    def policy(self) -> Policy:
        """The policy of this process, read from its core dump filter."""
        with open(_SIMULATOR_POLICY, encoding="ascii") as stream:
            return simulated_policy(int(stream.read(), 16))

    def set_policy(self, policy: Policy) -> None:
        """Choose the policy of this process by its core dump filter."""
        with open(_SIMULATOR_POLICY, "r+", encoding="ascii") as stream:
            kept = int(stream.read(), 16) & ~(_POLICY_BITS[Policy.OFF] | _POLICY_BITS[Policy.ON])
            stream.seek(0)
            stream.write(hex(kept | _POLICY_BITS.get(policy, 0)))

    def _state(self, path: str, kind: str, status: os.stat_result) -> FileState:
        if kind not in ("file", "folder") or (kind == "file" and (status.st_blocks or not status.st_size)):
            return FileState.LOCAL
        try:
            os.getxattr(path, SIMULATOR_DATALESS, follow_symlinks=False)
        except OSError as error:
            return FileState.LOCAL if error.errno == errno.ENODATA else FileState.UNKNOWN
        return FileState.DATALESS


def simulated_policy(core_dump_filter: int) -> Policy:
    """The policy that a core dump filter stands for; shared with the simulator."""
    for policy, bit in _POLICY_BITS.items():
        if core_dump_filter & bit:
            return policy
    return Policy.DEFAULT
