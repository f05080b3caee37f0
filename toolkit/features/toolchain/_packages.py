"""Getting one file of a package registry through its ordinary client, which knows mirrors, proxies and passwords."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit import versions as _versions
from toolkit.commands import Command
from toolkit.errors import ToolkitError
from toolkit.system import process
from toolkit.system.download import DownloadError, Integrity, check_file, refuse_other

if TYPE_CHECKING:
    from collections.abc import Mapping

    from toolkit.features.toolchain._pins import Source

_TIMEOUT_S = 900.0
_CHUNK = 1024 * 1024
_NPM_ENVIRONMENT = {
    "NPM_CONFIG_IGNORE_SCRIPTS": "true",
    "NPM_CONFIG_UPDATE_NOTIFIER": "false",
    "NPM_CONFIG_LOGLEVEL": "error",
}
_PIP_ENVIRONMENT = {"PIP_REQUIRE_VIRTUALENV": "0", "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def npm_pack(source: Source, scratch: Path, environment: Mapping[str, str | None]) -> Path:
    """Let npm download a package's archive.

    Args:
        source: names the package, its version and digest.
        scratch: an empty folder to put it into.
        environment: on whose ``PATH`` npm is.

    Raises:
        DownloadError: npm could not get it.
        IntegrityError: it is something else than pinned.
    """
    what = f"{source.address}@{source.version}"
    argv = ("npm", "pack", what, "--silent", "--pack-destination", str(scratch))
    _succeed(argv, scratch, {**environment, **_NPM_ENVIRONMENT}, what)
    return _only_file(scratch, source, what)


def npm_versions(package: str, spec: str, environment: Mapping[str, str | None]) -> tuple[str, ...]:
    """The published versions that satisfy a pin.

    Args:
        package: its name in the registry.
        spec: the pin.
        environment: in which npm runs.

    Raises:
        DownloadError: npm could not find out.
    """
    argv = ("npm", "view", package, "versions", "--json")
    text = _succeed(argv, Path("/"), {**environment, **_NPM_ENVIRONMENT}, package)
    found = json.loads(text)
    versions = found if isinstance(found, list) else [found]
    return tuple(version for version in versions if _versions.satisfies(version, spec))


def npm_integrity(package: str, version: str, environment: Mapping[str, str | None]) -> Integrity:
    """The digest that the registry itself gives for a version.

    Args:
        package: its name in the registry.
        version: an exact one.
        environment: in which npm runs.

    Raises:
        DownloadError: there is no such version, or it has no digest that proves anything.
    """
    what = f"{package}@{version}"
    argv = ("npm", "view", what, "dist.integrity", "--json")
    text = _succeed(argv, Path("/"), {**environment, **_NPM_ENVIRONMENT}, what).strip()
    found = json.loads(text) if text else None
    if not isinstance(found, str):
        raise DownloadError(f"The npm registry has no {what} with a digest", "state a version that is published")
    return Integrity.parse(found)


def pip_download(source: Source, scratch: Path) -> Path:
    """Let pip download the wheel for this machine.

    Args:
        source: names the package, its version and digest.
        scratch: an empty folder to put it into.

    Raises:
        DownloadError: pip could not get it, for example because no wheel fits this machine.
        IntegrityError: it is something else than pinned.
    """
    what = f"{source.address}=={source.version}"
    folder = scratch / "wheel"
    folder.mkdir()
    argv = (*_pip(scratch), "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", str(folder), what)
    _succeed(argv, scratch, _PIP_ENVIRONMENT, what)
    return _only_file(folder, source, what)


def go_module(source: Source, scratch: Path) -> Path:
    """Let the Go that is there download a module's archive, which it holds against Go's checksum database itself.

    Args:
        source: names the module, its version and the digest of its content, which ``go.sum`` calls ``h1``.
        scratch: an empty folder to put it into.

    Raises:
        DownloadError: there is no Go, or it could not get it.
        IntegrityError: it is something else than pinned.
    """
    what = f"{source.address}@{source.version}"
    text = _succeed(("go", "mod", "download", "-json", what), scratch, _go_environment(scratch), what)
    target = scratch / "module.zip"
    Path(json.loads(text)["Zip"]).replace(target)
    if source.integrity is not None:
        refuse_other(_content_digest(target), source.integrity, what)
    return target


def go_versions(module: str) -> tuple[str, ...]:
    """The published versions of a Go module.

    Raises:
        DownloadError: there is no Go, or it could not find out.
    """
    import tempfile

    with tempfile.TemporaryDirectory(prefix="toolkit-go-") as folder:
        changes = _go_environment(Path(folder))
        return tuple(_succeed(("go", "list", "-m", "-versions", module), Path(folder), changes, module).split()[1:])


def _go_environment(scratch: Path) -> dict[str, str]:
    """A module cache of its own, so that the user's is not filled with toolchains; no other Go is fetched for it."""
    return {"GOMODCACHE": str(scratch / "cache"), "GOFLAGS": "-modcacherw", "GOTOOLCHAIN": "local", "GOWORK": "off"}


def _content_digest(archive: Path) -> Integrity:
    """The digest of a module's files: of their names and digests in order, so that how they are packed does not count.

    As ``golang.org/x/mod/sumdb/dirhash`` defines ``Hash1``.
    """
    import hashlib
    import zipfile

    with zipfile.ZipFile(archive) as content:
        names = sorted(info.filename for info in content.infolist() if not info.is_dir())
        whole = hashlib.sha256()
        for name in names:
            own = hashlib.sha256()
            with content.open(name) as stream:
                while chunk := stream.read(_CHUNK):
                    own.update(chunk)
            whole.update(f"{own.hexdigest()}  {name}\n".encode())
    return Integrity("sha256", whole.digest())


def _pip(scratch: Path) -> tuple[str, ...]:
    """A pip that answers: ours, one on the search path, or the one that Python brings along."""
    for argv in ((sys.executable, "-m", "pip"), ("python3", "-m", "pip"), ("pip3",)):
        if process.run(Command((*argv, "--version"), scratch, _PIP_ENVIRONMENT, 60)).ok:
            return argv
    folder = scratch / "pip"
    done = process.run(Command((sys.executable, "-m", "venv", str(folder)), scratch, {}, 300))
    if not done.ok:
        raise DownloadError("No pip was found and Python cannot make one", "install pip, or the tool itself")
    return (str(folder / "bin" / "python"), "-m", "pip")


def _succeed(argv: tuple[str, ...], cwd: Path, environment: Mapping[str, str | None], what: str) -> str:
    done = process.run(Command(argv, cwd, environment, _TIMEOUT_S))
    if done.code == process.NOT_FOUND:
        raise DownloadError(f"{argv[0]} is needed for {what} and is not on PATH", f"install {argv[0]}")
    if done.code == process.TIMED_OUT:
        raise DownloadError(f"{what} did not arrive within {_TIMEOUT_S:g} s", "check the network and the proxy")
    if not done.ok:
        raise DownloadError(f"{Path(argv[0]).name} could not get {what}: {_reason(done.error_text or done.text)}")
    return done.text


def _reason(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower() and "complete log" not in line.lower()]
    return (errors or lines or ["no reason given"])[0]


def _only_file(folder: Path, source: Source, what: str) -> Path:
    files = [path for path in folder.iterdir() if path.is_file()]
    if len(files) != 1:
        raise ToolkitError(f"{what} gave {len(files)} files instead of one")
    if source.integrity is not None:
        check_file(files[0], source.integrity, what)
    return files[0]
