from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ecosystems.installing import carry_out, discovered, only, told
from toolkit.ecosystems.go import Go
from toolkit.errors import ToolkitError
from toolkit.extension import Request

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.repository import Repository, Tree

LEAF = Go()
CODE = 'package main\n\nimport "github.com/google/uuid"\n\nfunc main() { _ = uuid.New() }\n'


def module(name: str, more: str = "", go: str = "1.22") -> Tree:
    return {"go.mod": f"module example.test/{name}\n\ngo {go}\n{more}"}


def test_workspaces_own_their_modules(repository: Callable[..., Repository]) -> None:
    tree: Tree = {
        "go.work": "go 1.22\n\nuse (\n\t./a\n\t./b\n)\n",
        "a": {**module("a", "require example.test/b v0.0.0\n", go="1.23"), "go.sum": ""},
        "b": module("b"),
        "alone": module("alone", "require example.test/b v0.0.0\nreplace example.test/b => ../b\n"),
        "fence": {"go.mod": "// keeps Go out of this folder\n"},
        "broken": {"go.mod": "module x\nrequire (\n"},
        "wrong": {"go.work": "use ./gone\n"},
    }
    _, found = discovered(LEAF, repository(tree).root)
    assert {
        path: (item.members, item.needs, item.version, item.lockfile)
        for path, item in found.items()
        if not item.problem
    } == {
        ".": (("a", "b"), (), ">=1.23", "a/go.sum"),
        "alone": ((), (".",), ">=1.22", None),
    }
    assert found["."].inputs == ("a/go.mod", "b/go.mod")
    assert found["broken"].problem.startswith("go.mod: ")
    assert found["wrong"].problem == "go.work uses ./gone, which has no go.mod"


def test_local_folders_are_looked_for_on_the_disk_too(repository: Callable[..., Repository]) -> None:
    """Submodules and ignored folders are in no inventory; Go reads them all the same."""
    replaced = "require example.test/sub v0.0.0\nreplace example.test/sub => "
    tree: Tree = {
        ".gitignore": "here\n",
        "work": {"go.work": "go 1.22\n\nuse ./a\nuse ../here\n", "a": module("a")},
        "there": module("there", f"{replaced}../here\n"),
        "gone": module("gone", f"{replaced}../absent\n"),
        "unused": module("unused", "replace example.test/sub => ../absent\n"),
        "vendored": {**module("vendored", f"{replaced}../absent\n"), "vendor": {"modules.txt": ""}},
        "late": module("late", f"{replaced}../linked\n"),
        "using": {"go.work": "go 1.22\n\nuse ../linked\n"},
        "here": {"go.mod": "module example.test/sub\n"},
    }
    repo = repository(tree)
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},linked")
    _, found = discovered(LEAF, repo.root)
    submodule = "../linked, which is in a submodule that is not checked out (git submodule update --init)"
    assert {path: item.problem for path, item in found.items() if item.problem} == {
        "gone": "gone/go.mod replaces example.test/sub by ../absent, which has no go.mod",
        "late": f"late/go.mod replaces example.test/sub by {submodule}",
        "using": f"go.work uses {submodule}",
    }


def test_needs_that_run_both_ways_lose_one(repository: Callable[..., Repository]) -> None:
    tree = {
        "a": module("a", "require example.test/b v0.0.0\nreplace example.test/b => ../b\n"),
        "b": module("b", "require example.test/a v0.0.0\nreplace example.test/a => ../a\n"),
    }
    _, found = discovered(LEAF, repository(tree).root)
    assert {path: item.needs for path, item in found.items()} == {"a": ("b",), "b": ()}


def test_a_module_that_requires_nothing_needs_no_lock(repository: Callable[..., Repository]) -> None:
    context, subproject = only(LEAF, repository(module("a")).root)
    assert not LEAF.lacks_lock(context, subproject)
    assert LEAF.install(context, subproject, Request()).steps == ()
    assert LEAF.missing(context, subproject) == ""


def test_vendored_modules_are_not_downloaded(repository: Callable[..., Repository]) -> None:
    tree = {**module("a", "require example.test/x v1.0.0\n"), "vendor": {"modules.txt": ""}}
    context, subproject = only(LEAF, repository(tree).root)
    assert not LEAF.lacks_lock(context, subproject)
    assert LEAF.install(context, subproject, Request()).note == "its modules are in vendor/, nothing to download"


def test_a_requirement_without_a_checksum_is_found_before_go_runs(repository: Callable[..., Repository]) -> None:
    tree = {**module("a", "require example.test/x v1.0.0\n"), "go.sum": "example.test/y v1.0.0/go.mod h1:AAAA=\n"}
    context, subproject = only(LEAF, repository(tree).root)
    with pytest.raises(ToolkitError, match=r"has no checksum for example\.test/x v1\.0\.0"):
        LEAF.install(context, subproject, Request())


def test_a_workspace_wants_the_highest_version(
    repository: Callable[..., Repository], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOMODCACHE", str(tmp_path / "cache"))
    sums = "".join(f"example.test/X {version} h1:A=\n" for version in ("v1.9.0", "v1.10.0"))
    tree: Tree = {
        "go.work": "use ./a\nuse ./b\n",
        "a": {**module("a", "require example.test/X v1.9.0\n"), "go.sum": sums},
        "b": module("b", "require example.test/X v1.10.0\n"),
    }
    context, subproject = only(LEAF, repository(tree).root)
    assert LEAF.missing(context, subproject) == "example.test/X v1.10.0 is not in the module cache"
    folder = tmp_path / "cache/cache/download/example.test/!x/@v"
    folder.mkdir(parents=True)
    (folder / "v1.10.0.zip").touch()
    (folder / "v1.10.0.ziphash").touch()
    assert LEAF.missing(context, subproject) == ""


@pytest.fixture
def module_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module cache of its own, which can be deleted again."""
    monkeypatch.setenv("GOMODCACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("GOFLAGS", "-modcacherw")
    return tmp_path / "cache"


@pytest.mark.real("go")
def test_install_from_the_lock(repository: Callable[..., Repository], module_cache: Path) -> None:
    made = repository({**module("a", "require github.com/google/uuid v1.6.0\n"), "main.go": CODE})
    context, subproject = only(LEAF, made.root)
    assert LEAF.lacks_lock(context, subproject)
    assert carry_out(made.root, LEAF.lock(context, subproject)).ok

    context, subproject = only(LEAF, made.root)
    before = made.files()
    assert carry_out(made.root, LEAF.install(context, subproject, Request())).ok
    assert LEAF.missing(context, subproject) == ""
    assert carry_out(made.root, LEAF.install(context, subproject, Request(offline=True))).ok
    for step in LEAF.tasks(context, subproject, "build"):
        assert step.argv == ("go", "build", "-o", "/dev/null", "./...")
    assert made.files() == before

    (archive,) = module_cache.glob("cache/download/github.com/google/uuid/@v/*.zip")
    archive.unlink()
    assert LEAF.missing(context, subproject) == "github.com/google/uuid v1.6.0 is not in the module cache"
    cold = LEAF.install(context, subproject, Request(offline=True))
    assert told(LEAF, carry_out(made.root, cold)) == (
        "a module is not in the local cache",
        "run once without --offline",
    )

    made.write({"go.sum": before["go.sum"].replace(b" h1:", b" h1:AAAA")[:-5] + b"\n"})
    context, subproject = only(LEAF, made.root)
    assert LEAF.install(context, subproject, Request()).steps


@pytest.mark.real("go")
@pytest.mark.parametrize(
    ("more", "go", "sentence"),
    [
        ("require github.com/google/uuid v9.9.9\n", "1.22", "go.mod does not parse"),
        ("require github.com/google/uuid v1.6.0\n", "1.999", "it asks for Go 1.999"),
    ],
)
@pytest.mark.usefixtures("module_cache")
def test_diagnosis_of_real_failures(
    repository: Callable[..., Repository], monkeypatch: pytest.MonkeyPatch, more: str, go: str, sentence: str
) -> None:
    monkeypatch.setenv("GOTOOLCHAIN", "local")
    made = repository(module("a", more, go))
    context, subproject = only(LEAF, made.root)
    done = carry_out(made.root, LEAF.install(context, subproject, Request(frozen=False)))
    assert told(LEAF, done)[0].startswith(sentence)


@pytest.mark.parametrize(
    ("log", "sentence"),
    [
        (
            "verifying example.test/x@v1.6.0: checksum mismatch\n\tdownloaded: h1:A\n",
            "example.test/x@v1.6.0 is not what",
        ),
        (
            "main.go:4:2: missing go.sum entry for module providing package example.test/x (imported",
            "go.sum has no checksum for example.test/x",
        ),
        ("go: cannot load module c listed in go.work file: open c/go.mod", "go.work uses c"),
        (
            "go: example.test/x@v1.0.0: reading ADDRESS/x/@v/v1.0.0.mod: 404 Not Found\n",
            "no module example.test/x@v1.0.0",
        ),
        (
            'go: example.test/x@v1.0.0: unrecognized import path "example.test/x": reading',
            "no module example.test/x@v1.0.0",
        ),
        ("fine", ""),
    ],
)
def test_diagnosis(log: str, sentence: str) -> None:
    assert LEAF.diagnose(log)[0].startswith(sentence)


@pytest.mark.real("go")
def test_a_workspace_is_downloaded_as_one(repository: Callable[..., Repository], module_cache: Path) -> None:
    need = "require github.com/google/uuid v1.6.0\n"
    made = repository({"go.work": "go 1.22\n\nuse ./a\n", "a": {**module("a", need), "main.go": CODE}})
    context, subproject = only(LEAF, made.root)
    assert carry_out(made.root, LEAF.lock(context, subproject)).ok
    context, subproject = only(LEAF, made.root)
    assert subproject.lockfile == "a/go.sum"
    assert carry_out(made.root, LEAF.install(context, subproject, Request())).ok
    assert LEAF.missing(context, subproject) == ""
    assert module_cache.is_dir()
    assert [(step.argv, step.cwd) for step in LEAF.tasks(context, subproject, "test")] == [
        (("go", "test", "./..."), "a")
    ]


def test_a_workspace_puts_back_the_checksums_that_go_writes_unasked(repository: Callable[..., Repository]) -> None:
    module = "module example.test/{}\n\ngo 1.21\n\nrequire example.test/x v1.0.0\n"
    sums = "example.test/x v1.0.0 h1:x=\nexample.test/x v1.0.0/go.mod h1:y=\n"
    tree = {
        "go.work": "go 1.21\n\nuse (\n\t./a\n\t./b\n)\n",
        **{name: {"go.mod": module.format(name), "go.sum": sums} for name in ("a", "b")},
    }
    context, subproject = only(LEAF, repository(tree).root)
    assert LEAF.install(context, subproject, Request()).kept == ("go.work.sum",)
    assert LEAF.install(context, subproject, Request(frozen=False)).kept == ()
