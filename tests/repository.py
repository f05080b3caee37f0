"""A real repository made from a nested mapping, for tests that need one on disk."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Union

__all__ = ["Repository", "Tree"]

Tree = Mapping[str, Union[str, bytes, Path, "Tree"]]
"""Names to contents: text, bytes, another mapping for a folder, a path for a symbolic link that says it."""


class Repository:
    """A folder with a git repository in it.

    Args:
        root: where it is; made if it is missing.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)

    def write(self, tree: Tree, below: str = ".") -> None:
        """Write files below a folder; what is there already is replaced."""
        folder = self.root / below
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in tree.items():
            path = folder / name
            if isinstance(content, Mapping):
                self.write(content, os.path.relpath(path, self.root))
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, Path):
                path.symlink_to(content)
            else:
                path.write_bytes(content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content)
                if name.endswith((".sh", "gradlew")):
                    path.chmod(0o755)  # as they are in most repositories

    def git(self, *arguments: str) -> str:
        """What git prints; a failure of git is a failure of the test."""
        argv = ["git", *arguments]
        done = subprocess.run(argv, cwd=self.root, capture_output=True, stdin=subprocess.DEVNULL, check=False)
        assert done.returncode == 0, f"{argv}: {done.stderr.decode(errors='replace')}"
        return done.stdout.decode("utf-8", "surrogateescape")

    def commit(self, message: str = "change") -> str:
        """Commit everything that is not ignored, and return the commit's name."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD").strip()

    def files(self) -> dict[str, bytes]:
        """The content of every regular file outside of git's own folder, by path."""
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and not path.is_symlink() and path.relative_to(self.root).parts[0] != ".git"
        }
