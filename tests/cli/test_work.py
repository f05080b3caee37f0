"""Build and test as a user meets them: nothing installed before, dependencies first, one failure alone."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.cli.test_bootstrap import cargo, npm
from tests.program import toolkit

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Repository, Tree


def scripted(name: str, script: str) -> Tree:
    """An npm project with one real package and a test."""
    tree = dict(npm(name))
    manifest = json.loads(str(tree["package.json"]))
    tree["package.json"] = json.dumps({**manifest, "scripts": {"test": script}})
    return tree


USES = "node -e \"require('is-number')(5) || process.exit(1)\""


@pytest.mark.real("npm")
@pytest.mark.real("cargo")
def test_a_fresh_clone_is_installed_and_tested_by_one_command(repository: Callable[..., Repository]) -> None:
    repo = repository({"web": scripted("web", USES), "core": cargo("core"), ".gitignore": "node_modules\ntarget\n"})

    done = toolkit(repo.root, "test", "--format", "json")

    assert (done.code, done.results()) == (0, {"web": "done", "core": "done"})
    assert toolkit(repo.root, "bootstrap").out.startswith("2 subprojects fresh")


@pytest.mark.real("npm")
@pytest.mark.real("cargo")
def test_the_workspace_around_a_folder_is_installed_before_its_tests(repository: Callable[..., Repository]) -> None:
    root = dict(npm("web"))
    member = {"name": "chain", "version": "1.0.0"}
    locked = json.loads(str(root["package-lock.json"]))
    locked["packages"][""]["workspaces"] = ["chain"]
    locked["packages"] |= {"node_modules/chain": {"resolved": "chain", "link": True}, "chain": member}
    settings = f'[projects."chain".commands]\ntest = ["node", "-e", {json.dumps(USES[9:-1])}]\n'
    repo = repository(
        {
            "package.json": json.dumps({**json.loads(str(root["package.json"])), "workspaces": ["chain"]}),
            "package-lock.json": json.dumps(locked),
            "chain": {**cargo("chain"), "package.json": json.dumps(member)},
            "toolkit.toml": settings,
            ".gitignore": "node_modules\ntarget\n",
        }
    )

    done = toolkit(repo.root, "test", "--format", "json")

    assert (done.code, done.results()) == (0, {".": "none", "chain": "done"})


@pytest.mark.real("npm")
def test_without_install_nothing_is_installed(repository: Callable[..., Repository]) -> None:
    repo = repository({"web": scripted("web", USES), ".gitignore": "node_modules\n"})
    done = toolkit(repo.root, "test", "--no-install", "--format", "json")
    assert (done.code, done.results()) == (1, {"web": "failed"})
    assert not (repo.root / "web/node_modules").exists()


@pytest.mark.real("npm")
def test_one_failure_leaves_the_others_and_blocks_what_needs_it(repository: Callable[..., Repository]) -> None:
    repo = repository(
        {
            "bad": scripted("bad", "exit 3"),
            "good": scripted("good", "exit 0"),
            "next": scripted("next", "exit 0"),
            "toolkit.toml": '[projects."next"]\nafter = ["bad"]\n',
            ".gitignore": "node_modules\n",
        }
    )
    done = toolkit(repo.root, "test", "--format", "json")
    assert (done.code, done.results()) == (1, {"bad": "failed", "good": "done", "next": "blocked"})
    text = toolkit(repo.root, "test").out
    assert "test: 1 of 3 succeeded" in text
    whole = toolkit(repo.root, "test", variables={"CI": "1"}).out
    assert "npm run test" in whole


@pytest.mark.real("npm")
def test_what_cannot_be_installed_is_not_tested(repository: Callable[..., Repository]) -> None:
    broken = dict(scripted("a", "exit 0"))
    broken["package-lock.json"] = npm("a", locked={"is-number": "6.0.0"})["package-lock.json"]
    repo = repository({"a": broken, ".gitignore": "node_modules\n"})
    done = toolkit(repo.root, "test", "--format", "json")
    assert done.results() == {"a": "failed"}
    reason = done.json["results"][0]["reason"]
    assert reason.startswith("it could not be installed: ")
    assert reason.endswith("; invoke lock a, then commit the lock")


@pytest.mark.real("cargo")
@pytest.mark.skipif(shutil.which("anchor") is not None, reason="anchor is there")
def test_a_program_that_nothing_supplies_is_named_with_the_reason(repository: Callable[..., Repository]) -> None:
    anchor = {**cargo("vault"), "Anchor.toml": '[toolchain]\nanchor_version = "0.0.1"\n'}
    repo = repository({"chain": anchor, ".gitignore": "target\n"})

    done = toolkit(repo.root, "build", "--provider", "host", "--format", "json")

    reasons = {(one["path"], one["ecosystem"]): one["reason"] for one in done.json["results"]}
    assert done.code == 1
    assert reasons["chain", "anchor"].startswith(
        "anchor 0.0.1 is asked for by [toolchain] in chain/Anchor.toml, and no"
    )
    assert "; install it" in reasons["chain", "anchor"]


@pytest.mark.real("npm")
def test_only_what_a_change_touches_is_tested(repository: Callable[..., Repository]) -> None:
    repo = repository(
        {"a": scripted("a", "exit 0"), "b": scripted("b", "exit 0"), ".gitignore": "node_modules\n.toolkit\n"}
    )
    repo.git("switch", "--quiet", "-c", "work")
    repo.write({"a": {"new.js": ""}})
    assert toolkit(repo.root, "affected", "--format", "paths").out == "a\n"
    done = toolkit(repo.root, "test", "--affected", "--format", "json")
    assert done.results() == {"a": "done"}


def test_settings_replace_the_standard_commands(repository: Callable[..., Repository]) -> None:
    repo = repository(
        {"core": cargo("core"), "toolkit.toml": '[projects."core".commands]\ntest = ["echo", "two words"]\n'}
    )
    assert "$ echo 'two words'" in toolkit(repo.root, "test", "--plan").out
    plan = toolkit(repo.root, "test", "--plan", "--format", "json")
    assert (plan.code, plan.results()) == (0, {"core": "planned"})
    assert plan.json["results"][0]["commands"] == [["echo", "two words"]]
