# ruff: noqa: ARG002 - the signatures are libfuse's
"""The file system in front of the provider: a passthrough on libfuse 3 that pays for content.

Metadata never downloads the item itself; listing an evicted folder or resolving a child of one does.
"""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING, Any

# mfusepy takes libfuse 2 where both are installed, and must be told before it is imported.
os.environ.setdefault("FUSE_LIBRARY_PATH", "libfuse3.so.3")

import mfusepy

from toolkit.system import dataless
from toolkit.system.darwin import Policy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.simulator.engine import Engine

_STAT = ("st_mode", "st_nlink", "st_uid", "st_gid", "st_size", "st_blocks", "st_ino", "st_dev", "st_blksize")
_STATVFS = ("f_bavail", "f_bfree", "f_blocks", "f_bsize", "f_favail", "f_ffree", "f_files", "f_flag", "f_frsize",
            "f_namemax")  # fmt: skip


def caller_prevents() -> bool:
    """Whether the process that asks has its materialization policy OFF."""
    pid = mfusepy.fuse_get_context()[2]
    try:
        with open(f"/proc/{pid}/coredump_filter", encoding="ascii") as stream:
            return dataless.simulated_policy(int(stream.read(), 16)) is Policy.OFF
    except (OSError, ValueError):
        return False


def interrupted() -> bool:
    """Whether the kernel took the request back, because the caller got a signal."""
    return bool(mfusepy._libfuse.fuse_interrupted())


class FileSystem(mfusepy.Operations):  # type: ignore[misc]
    """Operations of the mount; paths begin with a slash."""

    use_ns = True

    def __init__(self, engine: Engine, timeout: float = 0.0) -> None:
        self.engine = engine
        self.timeout = timeout

    def init_with_config(self, connection: Any, config: Any) -> None:
        config.use_ino = 1
        # Names may be remembered, since only this mount changes them; sizes and blocks change with each eviction.
        config.entry_timeout = 60.0
        config.attr_timeout = self.timeout
        config.negative_timeout = 0.0
        config.hard_remove = 1
        connection.max_background = 512
        connection.congestion_threshold = 400

    def _pay(self, path: str, status: os.stat_result) -> None:
        if status.st_ino in self.engine.evicted:
            self.engine.download(path, status, prevented=caller_prevents(), interrupted=interrupted)

    def _pay_folder(self, folder: str) -> None:
        if not self.engine.evicted:
            return
        try:
            status = os.lstat(self.engine.real(folder))
        except OSError:
            return
        if stat.S_ISDIR(status.st_mode):
            self._pay(folder, status)

    def _fault(self, path: str, operation: str) -> int | None:
        """Act out the rule that is due; for a short read the length at which the file ends."""
        rule = self.engine.due(path, operation)
        if rule is None:
            return None
        if rule.kind == "short":
            return rule.bytes
        self.engine.suffer(rule, interrupted)
        return None

    # metadata

    def getattr(self, path: str, fh: Any = None) -> dict[str, int]:
        if path != "/":
            self._pay_folder(os.path.dirname(path))
        status = os.lstat(self.engine.real(path)) if fh is None else os.fstat(fh.fh)
        answer = {name: getattr(status, name) for name in _STAT}
        answer |= {
            "st_atime": status.st_atime_ns,
            "st_mtime": status.st_mtime_ns,
            "st_ctime": status.st_ctime_ns,
        }
        if status.st_ino in self.engine.evicted and not stat.S_ISDIR(status.st_mode):
            answer["st_blocks"] = 0
        return answer

    def readdir(self, path: str, fh: Any) -> Iterator[tuple[str, dict[str, int], int]]:
        self._fault(path, "readdir")
        self._pay_folder(path)
        yield ".", {}, 0
        yield "..", {}, 0
        with os.scandir(self.engine.real(path)) as entries:
            for entry in entries:
                mode = stat.S_IFDIR if entry.is_dir(follow_symlinks=False) else stat.S_IFREG
                yield entry.name, {"st_mode": stat.S_IFLNK if entry.is_symlink() else mode, "st_ino": entry.inode()}, 0

    def access(self, path: str, mode: int) -> int:
        if not os.access(self.engine.real(path), mode):
            raise mfusepy.FuseOSError(errno.EACCES)
        return 0

    def readlink(self, path: str) -> str:
        return os.readlink(self.engine.real(path))

    def statfs(self, path: str) -> dict[str, int]:
        status = os.statvfs(self.engine.real(path))
        return {name: getattr(status, name) for name in _STATVFS}

    # content

    def open(self, path: str, fi: Any) -> int:
        self._fault(path, "open")
        self._pay_folder(os.path.dirname(path))
        if fi.flags & os.O_ACCMODE == os.O_RDONLY:
            with self.engine.lock:
                self.engine.counts.opened[path.strip("/")] += 1
        fi.fh = os.open(self.engine.real(path), fi.flags & ~(os.O_CREAT | os.O_EXCL))
        evicted = os.fstat(fi.fh).st_ino in self.engine.evicted
        # A short answer counts as the end of a file only outside the page cache.
        fi.direct_io = int(evicted or bool(self.engine.rules))
        return 0

    def create(self, path: str, mode: int, fi: Any) -> int:
        fi.fh = os.open(self.engine.real(path), fi.flags | os.O_CREAT, mode)
        return 0

    def read(self, path: str, size: int, offset: int, fi: Any) -> bytes:
        self._pay(path, os.fstat(fi.fh))
        with self.engine.lock:
            self.engine.counts.read[path.strip("/")] += 1
        end = self._fault(path, "read")
        if end is not None:
            size = max(0, min(size, end - offset))
        return os.pread(fi.fh, size, offset) if size else b""

    def write(self, path: str, data: bytes, offset: int, fi: Any) -> int:
        self._pay(path, os.fstat(fi.fh))
        with self.engine.lock:
            self.engine.counts.written[path.strip("/")] += 1
        self._fault(path, "write")
        return os.pwrite(fi.fh, data, offset)

    def truncate(self, path: str, length: int, fi: Any = None) -> int:
        real = self.engine.real(path)
        self._pay(path, os.lstat(real) if fi is None else os.fstat(fi.fh))
        if fi is None:
            os.truncate(real, length)
        else:
            os.ftruncate(fi.fh, length)
        return 0

    def release(self, path: str, fi: Any) -> int:
        os.close(fi.fh)
        return 0

    def fsync(self, path: str, datasync: int, fi: Any) -> int:
        os.fsync(fi.fh)
        return 0

    # names

    def mkdir(self, path: str, mode: int) -> int:
        os.mkdir(self.engine.real(path), mode)
        return 0

    def rmdir(self, path: str) -> int:
        real = self.engine.real(path)
        status = os.lstat(real)
        os.rmdir(real)
        self.engine.forget(status)
        return 0

    def unlink(self, path: str) -> int:
        real = self.engine.real(path)
        status = os.lstat(real)
        os.unlink(real)
        self.engine.forget(status)
        return 0

    def symlink(self, target: str, source: str) -> int:
        os.symlink(source, self.engine.real(target))
        return 0

    def link(self, target: str, source: str) -> int:
        real = self.engine.real(source)
        self._pay(source, os.lstat(real))
        os.link(real, self.engine.real(target))
        return 0

    def rename(self, old: str, new: str) -> int:
        target = self.engine.real(new)
        status = os.lstat(target) if os.path.lexists(target) else None
        os.rename(self.engine.real(old), target)
        if status is not None:
            self.engine.forget(status)
        return 0

    def chmod(self, path: str, mode: int) -> int:
        os.chmod(self.engine.real(path), mode)
        return 0

    def chown(self, path: str, user: int, group: int) -> int:
        os.lchown(self.engine.real(path), user, group)
        return 0

    def utimens(self, path: str, times: Any = None) -> int:
        if times:
            os.utime(self.engine.real(path), ns=times, follow_symlinks=False)
        else:
            os.utime(self.engine.real(path), follow_symlinks=False)
        return 0

    # extended attributes: any name, kept by inode, the backing folder stays untouched

    def _inode(self, path: str) -> int:
        return os.lstat(self.engine.real(path)).st_ino

    def getxattr(self, path: str, name: str, position: int = 0) -> bytes:
        inode = self._inode(path)
        if name == dataless.SIMULATOR or (name == dataless.SIMULATOR_DATALESS and inode in self.engine.evicted):
            return b"1"
        value = self.engine.attributes.get(inode, {}).get(name)
        if value is None:
            raise mfusepy.FuseOSError(errno.ENODATA)
        return value

    def listxattr(self, path: str) -> list[str]:
        inode = self._inode(path)
        marker = [dataless.SIMULATOR_DATALESS] if inode in self.engine.evicted else []
        return [*self.engine.attributes.get(inode, {}), *marker]

    def setxattr(self, path: str, name: str, value: bytes, options: int, position: int = 0) -> int:
        self._fault(path, "setxattr")
        self.engine.attributes.setdefault(self._inode(path), {})[name] = value
        return 0

    def removexattr(self, path: str, name: str) -> int:
        if self.engine.attributes.get(self._inode(path), {}).pop(name, None) is None:
            raise mfusepy.FuseOSError(errno.ENODATA)
        return 0


def mount(filesystem: FileSystem, mount_point: str) -> None:
    """Serve until it is unmounted. Every download that waits holds a thread."""
    mfusepy.FUSE(
        filesystem,
        mount_point,
        raw_fi=True,
        foreground=True,
        allow_other=True,
        max_threads=128,
        max_idle_threads=32,
        fsname="toolkit-simulator",
    )
