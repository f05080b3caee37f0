"""Every manager for real on one small workspace: lock, frozen install, damage noticed, mended, errors explained."""

from __future__ import annotations

import json
import os
import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from toolkit.commands import Command
from toolkit.context import Context
from toolkit.extension import Ecosystem, Install, Request, ecosystem
from toolkit.system.process import run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.repository import Repository
    from toolkit.commands import Completed
    from toolkit.model import Subproject

pytestmark = pytest.mark.real("npm")

PACKAGES = {
    "npm": "",
    "pnpm": "pnpm@10.34.9",
    "yarn": "@yarnpkg/cli-dist@4.18.1",
    "yarn_classic": "yarn@1.22.22",
    "bun": "bun@1.4.5",
}
ABSENT = "this-package-does-not-exist-9c1b4d"
CASES = ("npm", "pnpm", "yarn", "yarn-pnp", "yarn_classic", "bun", "bun-hoisted")


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """The folder of a manager's program, installed by npm on first use into a folder of the session."""
    made: dict[str, str] = {}

    def of(name: str) -> str:
        if PACKAGES[name] and name not in made:
            folder = tmp_path_factory.mktemp(name)
            (folder / "package.json").write_text("{}")
            argv = ("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", PACKAGES[name])
            done = run(Command(argv, folder, timeout_s=240))
            assert done.ok, done.error_text
            if name == "bun":
                binary = next((folder / "node_modules" / "@oven").glob("*/bin/bun"))
                shutil.copy2(binary, folder / "node_modules" / "bun" / "bin" / "bun.exe")
            made[name] = f"{folder}/node_modules/.bin{os.pathsep}"
        return made.get(name, "")

    return of


class Manager:
    """One manager in one repository."""

    def __init__(self, name: str, path: str, repository: Repository) -> None:
        self.leaf: Ecosystem = ecosystem(name)
        self.path = path + os.environ["PATH"]
        self.repository = repository

    def subproject(self) -> tuple[Context, Subproject]:
        context = Context(self.repository.root)
        (found,) = self.leaf.discover(context)
        return context, found

    def carry_out(self, install: Install) -> Completed:
        assert install.steps
        for step in install.steps:
            command = Command(
                step.argv, self.repository.root / step.cwd, {**step.env, "PATH": self.path}, timeout_s=240
            )
            done = run(command)
            if not done.ok:
                break
        return done

    def install(self, request: Request | None = None) -> Completed:
        return self.carry_out(self.leaf.install(*self.subproject(), request or Request()))

    def missing(self) -> str:
        return self.leaf.missing(*self.subproject())

    def declare(self, **dependencies: str) -> None:
        path = self.repository.root / "package.json"
        data = json.loads(path.read_text())
        path.write_text(json.dumps({**data, "dependencies": dependencies}))


def tree(case: str) -> dict[str, Any]:
    star = "*" if case in ("npm", "yarn_classic") else "workspace:*"
    field = {"npm": "npm@11.0.0", "bun": "bun@1.4.5"}.get(case.partition("-")[0]) or {
        "pnpm": "pnpm@10.34.9",
        "yarn_classic": "yarn@1.22.22",
    }.get(case, "yarn@4.18.1")
    ours: dict[str, Any] = {
        ".gitignore": "node_modules\n",
        "package.json": json.dumps(
            {
                "name": "root",
                "version": "1.0.0",
                "private": True,
                "license": "MIT",
                "packageManager": field,
                "workspaces": ["packages/*"],
                "dependencies": {"is-number": "7.0.0"},
                **({} if case.startswith("yarn") else {"optionalDependencies": {"fsevents": "2.3.3"}}),
            }
        ),
        "packages": {
            "a": {"package.json": member("@s/a", {"b": star, "is-odd": "3.0.1"})},
            "b": {"package.json": member("b", {"is-number": "6.0.0", "num": "npm:is-number@5.0.0"})},
        },
    }
    extra: dict[str, dict[str, str]] = {
        "pnpm": {"pnpm-workspace.yaml": "packages: [packages/*]\n"},
        "yarn": {".yarnrc.yml": "nodeLinker: node-modules\n", "yarn.lock": ""},
        "yarn-pnp": {"yarn.lock": ""},
        "bun-hoisted": {"bunfig.toml": '[install]\nlinker = "hoisted"\n'},
    }
    return {**ours, **extra.get(case, {})}


def member(name: str, dependencies: dict[str, str]) -> str:
    scripts = {"postinstall": "node -e \"require('fs').writeFileSync('ran.txt','')\""} if name == "b" else {}
    data = {"name": name, "version": "1.0.0", "license": "MIT", "dependencies": dependencies, "scripts": scripts}
    return json.dumps(data)


def installed(root: Path) -> Iterator[Path]:
    """Every package that an install put below ``node_modules``, each once for each place, and each archive's twin."""
    for folder, folders, names in os.walk(root):
        if "node_modules" in folder and "package.json" in names:
            folders.clear()
            yield root / folder


@pytest.mark.parametrize("case", CASES)
def test_lock_install_damage_and_errors(
    case: str, programs: Callable[[str], str], repository: Callable[..., Repository]
) -> None:
    name = case.partition("-")[0]
    manager = Manager(name, programs(name), repository(tree(case), commit=False))
    root = manager.repository.root
    done = manager.carry_out(manager.leaf.lock(*manager.subproject()))
    assert done.ok, done.text + done.error_text
    _, subproject = manager.subproject()
    assert (subproject.ecosystem, subproject.members) == (name, ("packages/a", "packages/b"))
    assert subproject.lockfile
    locked = (root / subproject.lockfile).read_bytes()

    if name != "yarn_classic":
        assert manager.missing()
    for request in (Request(), Request(offline=True), Request(scripts=("is-odd",))):
        done = manager.install(request)
        assert done.ok, done.text + done.error_text
        assert manager.missing() == ""
    assert (root / subproject.lockfile).read_bytes() == locked, "a frozen install wrote the lock"

    for package in installed(root):
        if package.parent.name == "node_modules" and case != "yarn-pnp":
            os.rename(package / "package.json", package / "hidden")
            noticed = manager.missing()
            os.rename(package / "hidden", package / "package.json")
            nested = name == "yarn_classic" and package.parent.parent != root
            assert noticed or nested, f"{package} was emptied"
    for victim in (
        (".pnp.cjs",) if case == "yarn-pnp" else ("node_modules/is-number", "node_modules/is-number/package.json")
    ):
        path = root / victim
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        assert manager.missing()
        assert manager.install(Request(repair=True)).ok
        assert manager.missing() == ""

    manager.declare(**{"is-number": "7.0.0", "is-even": "1.0.0"})
    done = manager.install()
    assert not done.ok
    sentence, hint = manager.leaf.diagnose(done.text + done.error_text)
    assert re.search(r"the lock (?:lacks|disagrees)", sentence), done.text + done.error_text
    assert "invoke lock" in hint
    manager.declare(**{ABSENT: "1.0.0"})
    done = manager.carry_out(manager.leaf.lock(*manager.subproject()))
    assert not done.ok
    assert (
        manager.leaf.diagnose(done.text + done.error_text)[0]
        == f"the package {ABSENT} does not exist, or you may not see it"
    )


def test_scripts_run_only_where_they_are_allowed(repository: Callable[..., Repository]) -> None:
    manager = Manager("npm", "", repository(tree("npm"), commit=False))
    context, subproject = manager.subproject()
    manager.carry_out(manager.leaf.lock(context, subproject))
    assert manager.leaf.install(*manager.subproject(), Request()).policy == (
        "install scripts not run: of the repository itself (packages/b)"
    )
    assert manager.install().ok
    assert not (manager.repository.root / "packages/b/ran.txt").exists()
    assert manager.install(Request(scripts="allow")).ok
    assert (manager.repository.root / "packages/b/ran.txt").exists()


def test_another_managers_folder_and_an_interrupted_install_are_told(repository: Callable[..., Repository]) -> None:
    manager = Manager("npm", "", repository(tree("npm"), commit=False))
    manager.carry_out(manager.leaf.lock(*manager.subproject()))
    assert manager.install().ok
    modules = manager.repository.root / "node_modules"
    (modules / ".is-odd-AbCd1234").mkdir()
    assert manager.missing() == "an interrupted install left node_modules/.is-odd-AbCd1234"
    os.rename(modules / ".package-lock.json", modules / ".modules.yaml")
    assert manager.missing() == "node_modules was made by pnpm"
    assert manager.install().ok
    assert manager.missing() == ""


@pytest.mark.parametrize("name", ["npm", "pnpm", "yarn", "yarn_classic", "bun"])
def test_what_only_nx_knows_as_a_project_is_not_missed_in_node_modules(
    name: str, programs: Callable[[str], str], repository: Callable[..., Repository]
) -> None:
    ours = tree(name)
    root = json.loads(ours["package.json"])
    del root["workspaces"]
    ours.pop("pnpm-workspace.yaml", None)
    project = {"package.json": member("@s/a", {"is-odd": "3.0.1"}), "project.json": "{}"}
    manager = Manager(
        name,
        programs(name),
        repository(
            {**ours, "nx.json": "{}", "package.json": json.dumps(root), "packages": {"a": project}}, commit=False
        ),
    )
    done = manager.carry_out(manager.leaf.lock(*manager.subproject()))
    assert done.ok, done.text + done.error_text
    assert manager.subproject()[1].members == ("packages/a",)

    assert manager.install().ok
    assert manager.missing() == ""
    path = manager.repository.root / "node_modules/is-number"
    path.unlink() if path.is_symlink() else shutil.rmtree(path)
    assert manager.missing()
