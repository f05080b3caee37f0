"""Makes a git repository out of ``examples/messy`` and adds the troubles that cannot be kept there.

Three kinds are added: what would break the installation of the surrounding repository (``overlay/``), what git
cannot hold or another machine could not check out (case clashes, untracked leftovers, a nested repository), and
what must not stand in a file because it looks like a secret (assembled here from digests).

As a program: ``python -m tests.messy.build TARGET``.
"""

from __future__ import annotations

import base64
import hashlib
import os
import plistlib
import shutil
import sys
from pathlib import Path

from toolkit.commands import Command
from toolkit.system.process import run

__all__ = ["SOURCE", "build", "secrets", "truth"]

SOURCE = Path(__file__).resolve().parents[2] / "examples" / "messy"
OVERLAY = Path(__file__).resolve().parent / "overlay"
TRUTH = Path(__file__).resolve().parent / "expected.json"

ADDED, APPENDED = ".overlay", ".append"
"""A file of the overlay bears one of these, so that nothing takes it for a manifest where it lies."""

DATES = ("2025-03-01T12:00:00 +0000", "2025-09-01T12:00:00 +0000")
"""Of the first commit, and of the second, which brings ``programs``: the copy that still changes."""

OUTPUTS = frozenset({"node_modules", "target", ".venv", "dist", ".terraform", "__pycache__", ".yarn", ".git"})
COMMITTED_MODULES = "tools/node_modules"
FORCED = ("extension/dist", "programs/target", COMMITTED_MODULES)
BINARY_BYTES = 1_200_000
A_COMMIT = "8a9b0c1d2e3f405162738495a6b7c8d9eafb0c1d"
CONFLICT_COPIES = {
    "services/api/config 2.json": '{ "currency": "USD" }\n',
    "web/packages/ui/src/button (conflicted copy 2025-08-02).js": "export const button = () => '';\n",
}


def build(target: Path, *, troubles: bool = True, root_workflows: bool = True) -> Path:
    """Make the repository; its commits have the same names at every call.

    Args:
        target: where; must not exist or be empty.
        troubles: also add what the surrounding repository cannot keep; without it everything installs.
        root_workflows: keep ``.github`` of the root; without it only nested workflows are left.

    Returns:
        The target.
    """
    target.mkdir(parents=True, exist_ok=True)
    for path in committed(SOURCE):
        _copy(SOURCE / path, target / path)
    if not root_workflows:
        shutil.rmtree(target / ".github")
    if troubles:
        _lay_over(target)
        _write_large_files(target)
        (target / "deploy" / "current").symlink_to("k8s")
    _commit(target, troubles=troubles)
    if troubles:
        _leave_untracked(target)
    return target


def truth() -> dict[str, object]:
    """The expected findings and near misses, as ``expected.json`` explains them."""
    import json

    loaded: dict[str, object] = json.loads(TRUTH.read_text("utf-8"))
    return loaded


def secrets() -> dict[str, str]:
    """Fake values by placeholder: of the right form for a scanner, and nobody's."""
    letters = base64.b32encode(hashlib.sha256(b"harbor fake access key").digest()).decode()
    digits = hashlib.sha256(b"harbor fake token").hexdigest()
    return {
        "@@KEY@@": "AKIA" + letters[:16],
        "@@KEY_OF_DOCUMENTATION@@": "AKIA" + "IOSFODNN7" + "EXAMPLE",
        "@@NPM_TOKEN@@": "npm_" + digits[:36],
        "@@JWT_SECRET@@": hashlib.sha256(b"harbor fake secret").hexdigest()[:40],
    }


def committed(source: Path) -> list[str]:
    """Paths of the example's own files, without what an installation in place has left there.

    Git is asked; in an export without git the names of outputs decide.
    """
    listed = run(Command(("git", "ls-files", "-z", "--cached", "."), source))
    if listed.ok:
        names = {name for name in listed.text.split("\0") if name}
        return sorted(name for name in names if os.path.lexists(source / name))
    found = []
    for folder, folders, files in os.walk(source):
        below = Path(folder).relative_to(source)
        folders[:] = [one for one in folders if one not in OUTPUTS or (below / one).as_posix() == COMMITTED_MODULES]
        found += [(below / name).as_posix() for name in files]
    return sorted(found)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target, follow_symlinks=False)


def _lay_over(target: Path) -> None:
    for path in sorted(OVERLAY.rglob("*")):
        if path.is_dir():
            continue
        text = path.read_text("utf-8")
        for placeholder, value in secrets().items():
            text = text.replace(placeholder, value)
        place = target / path.relative_to(OVERLAY).with_suffix("")
        place.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == APPENDED:
            text = place.read_text("utf-8") + text
        elif path.suffix != ADDED or place.exists():
            raise ValueError(f"the overlay cannot hold {path}")
        place.write_text(text, "utf-8")


def _write_large_files(target: Path) -> None:
    (target / "docs" / "harbor-setup.bin").write_bytes(hashlib.shake_256(b"harbor").digest(BINARY_BYTES))
    line = "2025-03-01;EUR;1250\n"
    (target / "docs" / "prices.csv").write_text(line * (BINARY_BYTES // len(line)))


def _commit(target: Path, *, troubles: bool) -> None:
    _git(target, "init", "--quiet", "--initial-branch=main")
    for key, value in {"core.autocrlf": "false", "core.quotePath": "false", "commit.gpgSign": "false"}.items():
        _git(target, "config", key, value)
    _git(target, "add", "--all")
    _git(target, "add", "--force", *(path for path in FORCED if (target / path).exists() and _is_ours(path, troubles)))
    if troubles:
        for path in ("third_party/forgotten", "third_party/declared"):
            _git(target, "update-index", "--add", "--cacheinfo", f"160000,{A_COMMIT},{path}")
            (target / path).mkdir(parents=True, exist_ok=True)
        _add_case_clash(target)
    _git(target, "rm", "-r", "--quiet", "--cached", "programs")
    _git(target, "commit", "--quiet", "--message", "Everything but the programs", date=DATES[0])
    _git(target, "add", "--force", *_files_below(target, "programs"))
    _git(target, "commit", "--quiet", "--message", "The programs", date=DATES[1])


def _is_ours(path: str, troubles: bool) -> bool:
    return troubles or path == COMMITTED_MODULES


def _files_below(target: Path, folder: str) -> list[str]:
    return sorted(path.relative_to(target).as_posix() for path in (target / folder).rglob("*") if path.is_file())


def _add_case_clash(target: Path) -> None:
    """Track two names that differ in letter case only; where the file system cannot hold both, only git does."""
    for name, text in {"docs/Setup.md": "# Setup\n", "docs/setup.md": "# How to set up\n"}.items():
        place = target / name
        if not place.exists():
            place.write_text(text)
        blob = _git(target, "hash-object", "-w", "--stdin", data=text.encode()).strip()
        _git(target, "update-index", "--add", "--cacheinfo", f"100644,{blob},{name}")


def _leave_untracked(target: Path) -> None:
    """What lies about on a machine of years: copies of a cloud, modules of another manager, a nested repository."""
    for name, text in CONFLICT_COPIES.items():
        (target / name).write_text(text)
    stub = plistlib.dumps({"NSURLNameKey": "minutes.pdf", "NSURLFileSizeKey": 48_213}, fmt=plistlib.FMT_BINARY)
    (target / "docs" / ".minutes.pdf.icloud").write_bytes(stub)
    (target / "docs" / "weather.icloud").write_text("clouds, no sun\n")

    _write(target / "reports/node_modules/is-number/package.json", '{ "name": "is-number", "version": "7.0.0" }\n')
    _write(target / "services/auth/node_modules/.modules.yaml", "layoutVersion: 5\npackageManager: pnpm@9.15.4\n")
    _write(target / "services/auth/node_modules/.pnpm/lock.yaml", "lockfileVersion: '9.0'\n")
    _write(target / "mobile/node_modules/.yarn-integrity", '{ "flags": [] }\n')

    _git(target / "sandbox", "init", "--quiet", "--initial-branch=main")
    _write(target / "sandbox/notes.txt", "a repository inside of a repository\n")

    lock = target / ".git" / "packed-refs.lock"
    lock.write_text("")
    os.utime(lock, (1_740_830_400, 1_740_830_400))  # 2025-03-01: whoever took it is long gone


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _git(folder: Path, *arguments: str, data: bytes | None = None, date: str = DATES[0]) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    who = {f"GIT_{role}_{part}": value for role in ("AUTHOR", "COMMITTER") for part, value in _identity(date).items()}
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    done = run(Command(("git", *arguments), folder, env={**who, **alone}), data)
    if not done.ok:
        raise RuntimeError(f"git {arguments[0]} in {folder}: {done.error_text}")
    return done.text


def _identity(date: str) -> dict[str, str]:
    return {"NAME": "Harbor", "EMAIL": "harbor@harbor.example", "DATE": date}


if __name__ == "__main__":
    sys.stdout.write(f"{build(Path(sys.argv[1]))}\n")
