"""Unpacking archives so that nothing can land, or later be reached, outside the target folder."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Literal

from toolkit.errors import ConfigurationError, ToolkitError
from toolkit.values import frozen

if TYPE_CHECKING:
    import tarfile
    import zipfile
    from collections.abc import Callable, Iterator

__all__ = ["FORMATS", "ArchiveError", "Layout", "link_executable", "unpack"]

FORMATS = ("tar.xz", "tar.gz", "tar.bz2", "zip", "file")
_EXECUTABLE = 0o755
_PLAIN = 0o644
_BUFFER = 1024 * 1024


class ArchiveError(ToolkitError):
    """The archive is broken or holds something that may not be unpacked."""


@frozen
class Layout:
    """What of an archive goes where.

    Args:
        format: one of :data:`FORMATS`; ``file`` is a bare executable.
        strip: leading components dropped from every name.
        root: folder inside the archive; only what it holds is unpacked. Applied before ``strip``.
        into: folder inside the target.
        name: path inside the target of a bare file.
    """

    format: str
    strip: int = 0
    root: str = ""
    into: str = ""
    name: str = ""


@frozen
class _Member:
    name: str
    kind: Literal["folder", "file", "symlink", "hardlink", "other"]
    executable: bool
    target: str
    open: Callable[[], IO[bytes]] | None


def unpack(archive: Path, target: Path, layout: Layout) -> int:
    """Unpack into an existing folder, which may hold files of other archives already.

    Owners, set-user-id bits and group or world write permission are dropped. Symbolic links are made
    last, so that no file can be written through one, and must stay inside the target.

    Args:
        archive: the file.
        target: the folder.
        layout: its form, and what of it goes where.

    Returns:
        How many files and links were made.

    Raises:
        ArchiveError: a broken archive, a name or link that leaves the target, a device or FIFO.
        ConfigurationError: an unknown format.
    """
    import lzma
    import tarfile
    import zipfile
    import zlib

    if layout.format not in FORMATS:
        raise ConfigurationError(f"The archive format {layout.format!r} is unknown", f"use one of {', '.join(FORMATS)}")
    if layout.format == "file":
        return _bare_file(archive, target, layout)
    try:
        members = _zip_members(archive) if layout.format == "zip" else _tar_members(archive, layout.format)
        return _Unpacker(target, layout).run(members)
    except (tarfile.TarError, zipfile.BadZipFile, lzma.LZMAError, zlib.error, EOFError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise ArchiveError(f"{archive.name} is no whole {layout.format} archive: {error}") from error


class _Unpacker:
    def __init__(self, target: Path, layout: Layout) -> None:
        self._target = target
        self._layout = layout
        self._links: dict[str, str] = {}
        self._made = 0

    def run(self, members: Iterator[_Member]) -> int:
        for member in members:
            place = self._place(member.name)
            if place is not None:
                self._unpack(member, place)
        self._link()
        return self._made

    def _place(self, name: str) -> str | None:
        """The path inside the target, ``None`` for what the layout leaves out."""
        parts = _safe_parts(name)
        root = PurePosixPath(self._layout.root).parts
        if parts[: len(root)] != root:
            return None
        kept = parts[len(root) + self._layout.strip :]
        return "/".join((*PurePosixPath(self._layout.into).parts, *kept)) if kept else None

    def _unpack(self, member: _Member, place: str) -> None:
        path = self._target / place
        if member.kind == "folder":
            _folder(path)
        elif member.kind == "symlink":
            self._links[place] = member.target
        elif member.kind == "hardlink":
            self._hardlink(member, path)
        elif member.kind == "file" and member.open is not None:
            _folder(path.parent)
            with member.open() as source:
                _write(source, path, executable=member.executable)
            self._made += 1
        else:
            raise ArchiveError(f"The archive holds {member.name!r}, which is no file, folder or link")

    def _hardlink(self, member: _Member, path: Path) -> None:
        place = self._place(member.target)
        source = self._target / place if place is not None else None
        if source is None or not source.is_file():
            raise ArchiveError(f"The archive's {member.name!r} is a hard link to {member.target!r}, which is not in it")
        _folder(path.parent)
        with source.open("rb") as stream:
            _write(stream, path, executable=os.access(source, os.X_OK))
        self._made += 1

    def _link(self) -> None:
        inside = self._target.resolve()
        for place, to in self._links.items():
            path = self._target / place
            # A link that was made before may lead out, and this one's folder through it.
            if to.startswith("/") or not to or not path.parent.resolve().is_relative_to(inside):
                raise ArchiveError(f"The archive's link {place!r} points to {to!r}, outside of it")
            _folder(path.parent)
            if path.is_symlink() or path.is_file():
                path.unlink()
            elif path.is_dir():
                raise ArchiveError(f"The archive holds {place!r} both as a folder and as a link")
            path.symlink_to(to)
            self._made += 1
        # Only now is every link in place that another one may lead through.
        for place, to in self._links.items():
            if not (self._target / place).resolve().is_relative_to(inside):
                raise ArchiveError(f"The archive's link {place!r} points to {to!r}, outside of it")


def _safe_parts(name: str) -> tuple[str, ...]:
    if name.startswith("/") or "\0" in name:
        raise ArchiveError(f"The archive holds the name {name!r}, which is not relative")
    parts = PurePosixPath(name).parts
    if ".." in parts:
        raise ArchiveError(f"The archive holds the name {name!r}, which leaves its folder")
    return parts


def _folder(path: Path) -> None:
    try:
        path.mkdir(mode=0o755, parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise ArchiveError(f"The archive holds {path.name!r} both as a folder and as a file") from None


def _write(source: IO[bytes], path: Path, *, executable: bool) -> None:
    """Write a new file; one that was there is replaced, never written through."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        descriptor = os.open(path, flags, _EXECUTABLE if executable else _PLAIN)
    except (FileExistsError, IsADirectoryError):
        raise ArchiveError(f"The archive holds {path.name!r} both as a folder and as a file") from None
    with open(descriptor, "wb", closefd=True) as stream:
        shutil.copyfileobj(source, stream, _BUFFER)


def _bare_file(archive: Path, target: Path, layout: Layout) -> int:
    parts = _safe_parts(layout.name)
    if not parts:
        raise ConfigurationError("A bare file needs the name it gets", 'give "name" in nix/pins.json')
    path = target.joinpath(*parts)
    _folder(path.parent)
    with archive.open("rb") as source:
        _write(source, path, executable=True)
    return 1


def _tar_members(archive: Path, form: str) -> Iterator[_Member]:
    import tarfile

    with tarfile.open(archive, f"r:{form.removeprefix('tar.')}") as container:  # type: ignore[call-overload]
        for info in container:
            yield _Member(
                info.name, _tar_kind(info), bool(info.mode & 0o100), info.linkname, _tar_reader(container, info)
            )


def _tar_kind(info: tarfile.TarInfo) -> Literal["folder", "file", "symlink", "hardlink", "other"]:
    if info.isdir():
        return "folder"
    if info.issym():
        return "symlink"
    if info.islnk():
        return "hardlink"
    return "file" if info.isfile() else "other"


def _tar_reader(container: tarfile.TarFile, info: tarfile.TarInfo) -> Callable[[], IO[bytes]] | None:
    def read() -> IO[bytes]:
        stream = container.extractfile(info)
        if stream is None:
            raise ArchiveError(f"The archive's {info.name!r} cannot be read")
        return stream

    return read if info.isfile() else None


def _zip_members(archive: Path) -> Iterator[_Member]:
    import zipfile

    with zipfile.ZipFile(archive) as container:
        for info in container.infolist():
            yield _zip_member(container, info)


def _zip_member(container: zipfile.ZipFile, info: zipfile.ZipInfo) -> _Member:
    mode = info.external_attr >> 16
    if info.flag_bits & 0x1:
        raise ArchiveError(f"The archive's {info.filename!r} is encrypted")
    if info.is_dir():
        return _Member(info.filename, "folder", executable=False, target="", open=None)
    if stat.S_ISLNK(mode):
        to = container.read(info).decode("utf-8", "surrogateescape")
        return _Member(info.filename, "symlink", executable=False, target=to, open=None)
    kind: Literal["file", "other"] = "file" if stat.S_IFMT(mode) in (0, stat.S_IFREG) else "other"
    return _Member(info.filename, kind, bool(mode & 0o100), "", lambda: container.open(info))


def link_executable(folder: Path, name: str, to: str) -> None:
    """Make ``folder/name`` a link to a file of the same folder and that file executable.

    Args:
        folder: the unpacked tree.
        name: where the link goes, relative to the folder; what is there is replaced.
        to: the file, relative to the folder.

    Raises:
        ArchiveError: the file is not in the tree.
    """
    target = folder.joinpath(*_safe_parts(to))
    if not target.is_file() or not target.resolve().is_relative_to(folder.resolve()):
        raise ArchiveError(f"The package does not hold {to!r}, which it names as its program")
    target.chmod(_EXECUTABLE)
    link = folder.joinpath(*_safe_parts(name))
    if link == target:
        return
    _folder(link.parent)
    link.unlink(missing_ok=True)
    link.symlink_to(os.path.relpath(target, link.parent))
