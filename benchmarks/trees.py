"""Trees to measure on: the same content for the same numbers, made in seconds.

As a program: ``python -m benchmarks.trees npm TARGET COUNT``, ``python -m benchmarks.trees large TARGET TRACKED
IGNORED`` or ``python -m benchmarks.trees polyglot TARGET COUNT``.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.commands import Command
from toolkit.system.process import run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["large_repository", "npm_subprojects", "polyglot_repository"]

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


def polyglot_repository(root: Path, count: int, *, projects: int = 40) -> Path:
    """Make a monorepo of sources in four languages with the configuration that such a one has, and commit it.

    Args:
        root: the repository; must not exist or be empty.
        count: about how many files.
        projects: services, each with a manifest, a lock, a Dockerfile, two Kubernetes manifests and a workflow.
    """
    _write(root, {".gitignore": "node_modules/\n", "README.md": "# A monorepo\n"}.items())
    paths = [f"services/service-{number:03d}" for number in range(projects)]
    for number, path in enumerate(paths):
        _write(root, (_npm_project(path) | _configuration(path, number)).items())
    written = 2 + projects * (3 + len(_configuration("x", 0)))
    _write(root, _polyglot_sources(paths, count - written))
    _commit(root)
    return root


def _configuration(path: str, number: int) -> dict[str, str]:
    """What a service is built, deployed and tested with."""
    name = path.rpartition("/")[2]
    labels = f"app: {name}"
    return {
        f"{path}/tsconfig.json": _json({"compilerOptions": {"strict": True, "outDir": "dist"}, "include": ["src"]}),
        f"{path}/src/other.ts": "export const value = 1;\n",
        f"{path}/Dockerfile": 'FROM node:22\nWORKDIR /app\nCOPY package.json .\nCOPY src src\nCMD ["node", "index.js"]\n',
        f"{path}/docker-compose.yml": f"services:\n  {name}:\n    build: .\n    ports: ['{3000 + number}:80']\n",
        f"deploy/{name}/deployment.yaml": (
            f"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\nspec:\n  selector:\n    matchLabels:\n      {labels}\n"
            f"  template:\n    metadata:\n      labels:\n        {labels}\n    spec:\n      containers:\n        - name: {name}\n"
            f"          image: registry.example/{name}:1.0.{number}\n          ports:\n            - containerPort: 80\n"
        ),
        f"deploy/{name}/service.yaml": (
            f"apiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\nspec:\n  selector:\n    {labels}\n  ports:\n    - port: 80\n"
        ),
        f".github/workflows/{name}.yml": (
            f"name: {name}\non:\n  push:\n    paths: ['{path}/**']\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n"
            f"      - uses: actions/checkout@v4\n      - run: npm ci\n        working-directory: {path}\n"
        ),
    }


_SOURCES = {
    "ts": "import {{ value }} from '../other';\nexport class Handler{0} {{\n  handle(request: Request): string {{\n    console.log(request.url);\n"
    "    return `${{value}}-{0}`;\n  }}\n}}\n",
    "js": "const fs = require('fs');\nmodule.exports = function read{0}(path) {{\n  try {{\n    return fs.readFileSync(path);\n"
    "  }} catch (error) {{\n    throw new Error(`cannot read ${{path}}`);\n  }}\n}};\n",
    "py": "import json\n\n\nclass Loader{0}:\n    def load(self, path):\n        with open(path) as stream:\n            return json.load(stream)\n",
    "rs": "pub struct Account{0} {{ pub owner: u64 }}\n\nimpl Account{0} {{\n    pub fn check(&self, other: u64) -> Result<(), String> {{\n"
    '        if self.owner == other {{ Ok(()) }} else {{ Err(String::from("owner")) }}\n    }}\n}}\n',
}


def _polyglot_sources(projects: list[str], count: int) -> Iterator[tuple[str, str]]:
    """Sources of the four languages in turn, each as long as sources are: some thirty lines."""
    endings = sorted(_SOURCES)
    for number in range(count):
        ending = endings[number % len(endings)]
        place = number // len(projects)
        path = f"{projects[number % len(projects)]}/src/part_{place // FILES_IN_FOLDER}/module_{place}.{ending}"
        yield path, "\n".join(_SOURCES[ending].format(f"{number}x{part}") for part in range(4))


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
    makers: dict[str, Callable[..., Path]] = {
        "npm": npm_subprojects,
        "large": large_repository,
        "polyglot": polyglot_repository,
    }
    sys.stdout.write(f"{makers[kind](Path(target), *map(int, numbers))}\n")


if __name__ == "__main__":
    _main(sys.argv[1:])
