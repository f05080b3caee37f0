"""Trees to measure on: the same content for the same numbers, made in seconds.

As a program: ``python -m benchmarks.trees npm TARGET COUNT`` or ``python -m benchmarks.trees large TARGET TRACKED
IGNORED``.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.model import Command
from toolkit.system.process import run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["large_repository", "npm_subprojects"]

PACKAGE, VERSION = "is-number", "7.0.0"
INTEGRITY = "sha512-41Cifkg6e8TylSpdtTpeLVMqvSBEVzTttHvERD741+pnZ8ANv0004MRL43QKPDlK9cGvNp6NZWZUBlbGXYxxng=="
"""Of the package in npm's registry, so that ``npm ci`` accepts the lock; what lies in the tree is a stand-in."""

FILES_IN_FOLDER = 50
PACKAGES_IN_MODULES = 100
CONTENTS = 64
"""Different contents of tracked files: git stores one object for each, and still hashes every file."""

DATE = "2025-03-01T12:00:00 +0000"


def npm_subprojects(root: Path, count: int, *, installed: bool = True) -> Path:
    """Make a repository of npm subprojects, each with a lock and one package.

    Args:
        root: the repository; must not exist or be empty.
        count: how many subprojects; they lie in ``services/0000`` and so on.
        installed: also write ``node_modules`` as ``npm ci`` would leave it, newer than the lock.

    Returns:
        The root.
    """
    paths = [f"services/{number:04d}" for number in range(count)]
    files: dict[str, str] = {".gitignore": "node_modules/\n", "README.md": f"# {count} services\n"}
    for path in paths:
        files |= _npm_project(path)
    _write(root, files.items())
    _commit(root)
    if installed:
        for path in paths:
            _write(root, _npm_modules(path).items())
    return root


def large_repository(root: Path, tracked: int, ignored: int, *, modules: int = 40) -> Path:
    """Make a repository of many tracked files, and more that git ignores.

    Args:
        root: the repository; must not exist or be empty.
        tracked: how many files git tracks, the manifests of the subprojects included.
        ignored: how many files lie in all ``node_modules`` together.
        modules: how many subprojects, each with a ``node_modules``.

    Returns:
        The root.

    Raises:
        ValueError: fewer tracked files than the subprojects' own.
    """
    projects = [f"apps/app-{number:03d}" for number in range(modules)]
    manifests = {".gitignore": "node_modules/\n"}
    for path in projects:
        manifests |= _npm_project(path)
    rest = tracked - len(manifests)
    if rest < 0:
        raise ValueError(f"{modules} subprojects have {len(manifests)} files of their own, more than {tracked}")
    _write(root, manifests.items())
    _write(root, _sources(projects or ["."], rest))
    _commit(root)
    _write(root, _modules(projects, ignored))
    return root


def _npm_project(path: str) -> dict[str, str]:
    name = path.replace("/", "-")
    head = {"name": name, "version": "1.0.0"}
    needs = {"dependencies": {PACKAGE: VERSION}}
    lock = {
        **head,
        "lockfileVersion": 3,
        "requires": True,
        "packages": {"": {**head, **needs}, f"node_modules/{PACKAGE}": _locked()},
    }
    return {
        f"{path}/package.json": _json({**head, "private": True, **needs}),
        f"{path}/package-lock.json": _json(lock),
        f"{path}/index.js": f'module.exports = require("{PACKAGE}");\n',
    }


def _npm_modules(path: str) -> dict[str, str]:
    hidden = {
        "name": path.replace("/", "-"),
        "version": "1.0.0",
        "lockfileVersion": 3,
        "requires": True,
        "packages": {f"node_modules/{PACKAGE}": _locked()},
    }
    return {
        f"{path}/node_modules/{PACKAGE}/package.json": _json({"name": PACKAGE, "version": VERSION}),
        f"{path}/node_modules/{PACKAGE}/index.js": "module.exports = (value) => Number.isFinite(Number(value));\n",
        f"{path}/node_modules/.package-lock.json": _json(hidden),  # last: npm compares its time with the packages'
    }


def _locked() -> dict[str, object]:
    return {"version": VERSION, "integrity": INTEGRITY, "license": "MIT", "engines": {"node": ">=0.12.0"}}


def _sources(projects: list[str], count: int) -> Iterator[tuple[str, str]]:
    """Source files spread evenly over projects, some fifty in a folder."""
    for number in range(count):
        project = projects[number % len(projects)]
        place = number // len(projects)
        text = f"export const value = {number % CONTENTS};\n" * 8
        yield f"{project}/src/part-{place // FILES_IN_FOLDER:03d}/file-{place % FILES_IN_FOLDER:02d}.ts", text


def _modules(projects: list[str], count: int) -> Iterator[tuple[str, str]]:
    """Files of packages spread evenly over projects; the first of each package is its manifest."""
    for number in range(count if projects else 0):
        project = projects[number % len(projects)]
        place = number // len(projects)
        package, file = place % PACKAGES_IN_MODULES, place // PACKAGES_IN_MODULES
        folder = f"{project}/node_modules/package-{package:03d}"
        if file == 0:
            yield f"{folder}/package.json", f'{{ "name": "package-{package:03d}", "version": "1.0.{package}" }}\n'
        else:
            yield f"{folder}/lib/module-{file:04d}.js", f"module.exports = {file};\n"


def _write(root: Path, files: Iterable[tuple[str, str]]) -> None:
    """Write files, making each folder once; with os alone, because this runs hundreds of thousands of times."""
    base = os.fspath(root)
    made: set[str] = set()
    for path, text in files:
        folder = f"{base}/{path.rpartition('/')[0]}"
        if folder not in made:
            os.makedirs(folder, exist_ok=True)
            made.add(folder)
        descriptor = os.open(f"{base}/{path}", os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
        try:
            os.write(descriptor, text.encode())
        finally:
            os.close(descriptor)


def _commit(root: Path) -> None:
    """One commit of everything, with a name that depends on the content alone."""
    _git(root, "init", "--quiet", "--initial-branch=main")
    _git(root, "-c", "core.looseCompression=0", "add", "--all")
    _git(root, "commit", "--quiet", "--message", "A tree to measure on")


def _git(root: Path, *arguments: str) -> None:
    who = {"NAME": "Benchmark", "EMAIL": "benchmark@benchmark.example", "DATE": DATE}
    env = {f"GIT_{role}_{part}": value for role in ("AUTHOR", "COMMITTER") for part, value in who.items()}
    env |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    done = run(Command(("git", "-c", "gc.auto=0", *arguments), root, env=env))
    if not done.ok:
        raise RuntimeError(f"git {arguments} in {root}: {done.error_text}")


def _json(value: object) -> str:
    return json.dumps(value, indent=2) + "\n"


def _main(arguments: list[str]) -> None:
    kind, target, *numbers = arguments
    makers: dict[str, Callable[..., Path]] = {"npm": npm_subprojects, "large": large_repository}
    sys.stdout.write(f"{makers[kind](Path(target), *map(int, numbers))}\n")


if __name__ == "__main__":
    _main(sys.argv[1:])
