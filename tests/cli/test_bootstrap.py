"""Bootstrap as a user meets it: real managers, real locks, and everything that goes wrong."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.program import command, environment, snapshot, toolkit
from toolkit.system.lock import hold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.repository import Repository, Tree

NUMBER = {"is-number": "7.0.0"}
INTEGRITY = "sha512-41Cifkg6e8TylSpdtTpeLVMqvSBEVzTttHvERD741+pnZ8ANv0004MRL43QKPDlK9cGvNp6NZWZUBlbGXYxxng=="


def npm(name: str, dependencies: dict[str, str] | None = None, locked: dict[str, str] | None = None) -> Tree:
    """A project of one real package, with the lock that npm writes for it."""
    wanted = NUMBER if dependencies is None else dependencies
    there = wanted if locked is None else locked
    manifest = {"name": name, "version": "1.0.0", "dependencies": wanted}
    packages = {"": {"name": name, "version": "1.0.0", "dependencies": there}}
    packages |= {
        f"node_modules/{package}": {"version": version, "integrity": INTEGRITY} for package, version in there.items()
    }
    lock = {"name": name, "version": "1.0.0", "lockfileVersion": 3, "requires": True, "packages": packages}
    return {"package.json": json.dumps(manifest), "package-lock.json": json.dumps(lock)}


def cargo(name: str) -> Tree:
    """A crate without dependencies, whose fetch takes no network and no time."""
    manifest = f'[package]\nname = "{name}"\nversion = "0.1.0"\nedition = "2021"\n'
    return {
        "Cargo.toml": manifest,
        "Cargo.lock": f'version = 3\n\n[[package]]\nname = "{name}"\nversion = "0.1.0"\n',
        "src": {"lib.rs": ""},
    }


@pytest.mark.real("npm")
@pytest.mark.real("cargo")
def test_everything_is_installed_and_then_fresh_without_starting_anything(
    repository: Callable[..., Repository],
) -> None:
    repo = repository({"web app": npm("web"), "core": cargo("core"), ".gitignore": "node_modules\n"})

    first = toolkit(repo.root, "bootstrap", "--format", "json")
    assert (first.code, first.results()) == (0, {"web app": "installed", "core": "installed"})
    assert (repo.root / "web app/node_modules/is-number/package.json").is_file()
    assert repo.git("status", "--porcelain") == ""

    second = toolkit(repo.root, "bootstrap")
    assert second.code == 0
    assert second.out.startswith("2 subprojects fresh in ")


@pytest.mark.real("cargo")
def test_a_failed_path_dependency_holds_back_only_what_is_declared_after_it(
    repository: Callable[..., Repository],
) -> None:
    """A crate that needs another one is fetched from that one's manifest, whatever became of the other's own fetch."""
    user, base = dict(cargo("user")), dict(cargo("base"))
    manifest, lock = str(user["Cargo.toml"]), str(user["Cargo.lock"])
    user["Cargo.toml"] = f"{manifest}[dependencies]\nbase = {{ path = '../base' }}\n"
    user["Cargo.lock"] = f'{lock}dependencies = ["base"]\n\n[[package]]\nname = "base"\nversion = "0.1.0"\n'
    base["Cargo.lock"] = 'version = 3\n\n[[package]]\nname = "other"\nversion = "0.1.0"\n'
    settings = '[projects.late]\nafter = ["base"]\n'
    repo = repository({"base": base, "user": user, "late": cargo("late"), "toolkit.toml": settings})

    done = toolkit(repo.root, "bootstrap", "--format", "json")
    assert (done.code, done.results()) == (1, {"base": "failed", "user": "installed", "late": "not tried"})


@pytest.mark.real("npm")
@pytest.mark.real("strace")
def test_a_run_that_finds_everything_fresh_starts_nothing_but_git(
    repository: Callable[..., Repository], tmp_path: Path
) -> None:
    repo = repository({"web": npm("web"), ".gitignore": "node_modules\n"})
    assert toolkit(repo.root, "bootstrap").code == 0
    toolkit(
        repo.root, "bootstrap"
    )  # the versions of programs are remembered once there is a folder to remember them in
    trace = tmp_path / "trace"

    subprocess.run(
        ["strace", "-f", "-qq", "-e", "trace=execve", "-e", "status=successful", "-o", trace, *command("bootstrap")],
        cwd=repo.root, env=environment(), stdout=subprocess.DEVNULL, check=True,
    )  # fmt: skip

    programs = [line.split('"')[1].rsplit("/", 1)[-1] for line in trace.read_text().splitlines() if "execve(" in line]
    assert set(programs[1:]) == {"git"}


@pytest.mark.real("npm")
@pytest.mark.parametrize("damage", ["package", "folder", "emptied", "lock", "manifest"])
def test_what_changed_or_broke_is_installed_again(repository: Callable[..., Repository], damage: str) -> None:
    repo = repository({"web": npm("web"), ".gitignore": "node_modules\n"})
    assert toolkit(repo.root, "bootstrap").code == 0
    modules = repo.root / "web/node_modules"
    if damage == "package":
        (modules / "is-number/package.json").unlink()
    elif damage == "folder":
        shutil.rmtree(modules)
    elif damage == "emptied":
        shutil.rmtree(modules / "is-number")
        (modules / "is-number").mkdir()
    elif damage == "lock":
        repo.write({"web": {"package-lock.json": (repo.root / "web/package-lock.json").read_text() + "\n"}})
    else:
        repo.write(
            {
                "web": {
                    "package.json": json.dumps(
                        {"name": "web", "version": "1.0.0", "description": "x", "dependencies": NUMBER}
                    )
                }
            }
        )

    assert toolkit(repo.root, "bootstrap", "--check").code == 1
    again = toolkit(repo.root, "bootstrap", "--format", "json")

    assert again.results() == {"web": "installed"}
    assert again.json["results"][0]["reason"] != ""
    assert (modules / "is-number/package.json").is_file()
    assert toolkit(repo.root, "bootstrap", "--check").code == 0


@pytest.mark.real("npm")
def test_a_project_without_a_lock_is_told_and_skipped(repository: Callable[..., Repository]) -> None:
    unlocked = {"package.json": json.dumps({"name": "b", "version": "1.0.0", "dependencies": NUMBER})}
    repo = repository({"a": npm("a"), "b": unlocked, ".gitignore": "node_modules\n"})

    assert toolkit(repo.root, "bootstrap").code == 0
    assert toolkit(repo.root, "bootstrap", "--strict").code == 1
    assert toolkit(repo.root, "bootstrap", variables={"CI": "true"}).code == 1
    told = toolkit(repo.root, "bootstrap", "--format", "json")
    assert told.results() == {"a": "fresh", "b": "no lock"}
    assert told.json["results"][1]["hint"] == "invoke lock b"

    locked = toolkit(repo.root, "lock", "b")
    assert locked.code == 0, locked.err
    assert "https://" not in (repo.root / "b/package-lock.json").read_text()
    assert toolkit(repo.root, "bootstrap", "--strict", "--format", "json").results() == {"a": "fresh", "b": "installed"}


@pytest.mark.real("npm")
def test_allow_unlocked_installs_without_a_lock(repository: Callable[..., Repository]) -> None:
    repo = repository({"b": {"package.json": json.dumps({"name": "b", "version": "1.0.0", "dependencies": NUMBER})}})
    done = toolkit(repo.root, "bootstrap", "--allow-unlocked", "--format", "json")
    assert (done.code, done.results()) == (0, {"b": "installed"})


@pytest.mark.real("cargo")
@pytest.mark.parametrize("flag", ["--plan", "--check"])
def test_a_plan_writes_nothing(repository: Callable[..., Repository], flag: str) -> None:
    repo = repository({"core": cargo("core"), "web": npm("web")})
    before = snapshot(repo.root)

    done = toolkit(repo.root, "bootstrap", flag)

    assert done.code == (1 if flag == "--check" else 0)
    assert "$ npm ci" in done.out
    assert "$ cargo fetch --locked" in done.out
    assert snapshot(repo.root) == before


def test_a_plan_says_what_cannot_be_installed_and_has_done_its_work(repository: Callable[..., Repository]) -> None:
    repo = repository({"a": {"package.json": '{"name":'}})
    done = toolkit(repo.root, "bootstrap", "--plan")
    assert (done.code, done.out.splitlines()[-1]) == (0, "1 failed")
    assert toolkit(repo.root, "bootstrap", "--check").code == 1


@pytest.mark.real("npm")
@pytest.mark.real("cargo")
def test_one_failure_leaves_the_others_and_can_be_retried(repository: Callable[..., Repository]) -> None:
    repo = repository(
        {
            "good": cargo("good"),
            "bad one": npm("bad", locked={"is-number": "6.0.0"}),
            "broken": {"package.json": '{"name": '},
            ".gitignore": "node_modules\n",
        }
    )

    done = toolkit(repo.root, "bootstrap", "--format", "json")

    assert (done.code, done.results()) == (1, {"good": "installed", "bad one": "failed", "broken": "failed"})
    rows = {row["path"]: row for row in done.json["results"]}
    assert "is-number@6.0.0" in rows["bad one"]["reason"]
    assert rows["bad one"]["hint"].startswith("invoke lock 'bad one'")
    assert "npm" in (repo.root / rows["bad one"]["log"]).read_text()
    assert rows["broken"]["reason"].startswith("broken/package.json is not valid JSON: ")
    text = toolkit(repo.root, "bootstrap").out
    assert "next  toolkit bootstrap --retry-failed" in text

    repo.write({"bad one": npm("bad"), "broken": npm("broken")})
    retried = toolkit(repo.root, "bootstrap", "--retry-failed", "--format", "json")
    assert (retried.code, retried.results()) == (0, {"bad one": "installed", "broken": "installed"})
    assert toolkit(repo.root, "bootstrap", "--retry-failed").code == 2


@pytest.mark.real("npm")
def test_what_failed_is_known_after_a_run_of_others_and_a_stale_lock_is_made_anew_first(
    repository: Callable[..., Repository],
) -> None:
    repo = repository({"a": npm("a"), "b": npm("b", locked={"is-number": "6.0.0"}), ".gitignore": "node_modules\n"})

    first = toolkit(repo.root, "bootstrap")
    assert (first.code, first.out.splitlines()[-1]) == (1, "next  toolkit lock b")
    assert toolkit(repo.root, "bootstrap", "--only", "a").code == 0

    again = toolkit(repo.root, "bootstrap", "--retry-failed", "--format", "json")
    assert (again.code, again.results()) == (1, {"b": "failed"})


def test_the_lock_command_names_the_ecosystem_where_the_folder_holds_several(
    repository: Callable[..., Repository],
) -> None:
    unlocked = {"package.json": json.dumps({"name": "b", "version": "1.0.0", "dependencies": NUMBER})}
    repo = repository({"my programs": {**cargo("core"), **unlocked}, "web": unlocked})
    plan = toolkit(repo.root, "bootstrap", "--plan", "--format", "json").json["results"]
    assert {row["hint"] for row in plan if row["result"] == "no lock"} == {
        "invoke lock 'my programs' --ecosystem npm",
        "invoke lock web",
    }
    assert toolkit(repo.root, "lock", "my programs", "--ecosystem", "npm", "--plan").out.startswith("$ npm install")


@pytest.mark.real("npm")
def test_a_package_that_does_not_exist_is_one_clear_sentence(repository: Callable[..., Repository]) -> None:
    name = "toolkit-no-such-package-d41d8cd9"
    repo = repository({"web": npm("web", {name: "1.0.0"})})
    done = toolkit(repo.root, "bootstrap", "--format", "json")
    row = done.json["results"][0]
    assert (done.code, row["result"]) == (1, "failed")
    assert name in row["reason"]
    assert row["hint"]


@pytest.mark.real("npm")
def test_a_registry_that_does_not_answer_fails_in_time_and_is_tried_twice(
    repository: Callable[..., Repository],
) -> None:
    # Port 9 of the loopback range refuses: a connection error, without leaving this machine.
    repo = repository(
        {
            "web": {**npm("web"), ".npmrc": "registry=http://127.0.0.9:9/\nfetch-retries=0\n"},
            ".gitignore": "node_modules\n",
        }
    )
    done = toolkit(
        repo.root, "bootstrap", "--format", "json", variables={"npm_config_cache": str(repo.root.parent / "empty")}
    )
    row = done.json["results"][0]
    assert (done.code, row["result"], row["tries"]) == (1, "failed", 2)
    assert row["reason"] == "127.0.0.9:9 cannot be reached from here"


@pytest.mark.real("cargo")
def test_only_and_skip_choose(repository: Callable[..., Repository]) -> None:
    repo = repository({"a": cargo("a"), "b": cargo("b"), "c": npm("c")})
    assert toolkit(repo.root, "bootstrap", "--only", "cargo", "--skip", "b", "--format", "json").results() == {
        "a": "installed"
    }


@pytest.mark.real("cargo")
def test_two_at_once_take_turns(repository: Callable[..., Repository]) -> None:
    repo = repository({f"crate{number}": cargo(f"crate{number}") for number in range(6)})
    runs = [
        subprocess.Popen(
            command("bootstrap", "--format", "json"),
            cwd=repo.root,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(3)
    ]
    outputs = [run.communicate(timeout=120) for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0]
    results = [{row["result"] for row in json.loads(out)["results"]} for out, _ in outputs]
    assert results.count({"installed"}) == 1
    assert all(found in ({"installed"}, {"fresh"}) for found in results)


@pytest.mark.real("npm")
def test_a_kill_at_any_moment_is_repaired_by_the_next_run(repository: Callable[..., Repository]) -> None:
    tree: Tree = {f"app{number}": npm(f"app{number}") for number in range(3)}
    repo = repository({**tree, ".gitignore": "node_modules\n"})
    whole = [repo.root / name / "node_modules/is-number/package.json" for name in tree]
    for moment in (0.25, 0.5, 0.8, 1.1):
        for name in tree:
            shutil.rmtree(repo.root / name / "node_modules", ignore_errors=True)
        run = subprocess.Popen(
            command("bootstrap"), cwd=repo.root, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(moment)
        run.kill()
        run.wait()

        done = toolkit(repo.root, "bootstrap", "--format", "json")

        assert done.code == 0, done.out
        assert set(done.results().values()) <= {"installed", "fresh"}
        assert all(path.is_file() for path in whole)
        assert not (repo.root / ".toolkit/lock").exists()


@pytest.mark.real("npm")
def test_an_interrupt_ends_the_installs_and_says_so(repository: Callable[..., Repository]) -> None:
    repo = repository({"web": npm("web"), "toolkit.toml": "", ".gitignore": "node_modules\n"})
    slow = repo.root.parent / "bin"
    slow.mkdir()
    real = shutil.which("npm")
    (slow / "npm").write_text(f'#!/bin/sh\n[ "$1" = ci ] && {{ : > started; exec sleep 60; }}\nexec {real} "$@"\n')
    (slow / "npm").chmod(0o755)
    variables = environment({"PATH": f"{slow}{os.pathsep}{os.environ['PATH']}"})
    run = subprocess.Popen(
        command("bootstrap", "--format", "json"),
        cwd=repo.root,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    while not (repo.root / "web/started").exists():
        time.sleep(0.05)
    run.send_signal(signal.SIGINT)
    out, _ = run.communicate(timeout=30)
    assert run.returncode == 130
    assert json.loads(out)["results"][0]["result"] == "interrupted"


@pytest.mark.real("npm")
def test_a_time_limit_ends_an_install(repository: Callable[..., Repository]) -> None:
    repo = repository({"web": npm("web"), "toolkit.toml": "[bootstrap]\ntimeout-s = 1\n"})
    slow = repo.root.parent / "bin"
    slow.mkdir()
    real = shutil.which("npm")
    (slow / "npm").write_text(f'#!/bin/sh\n[ "$1" = ci ] && exec sleep 60\nexec {real} "$@"\n')
    (slow / "npm").chmod(0o755)
    done = toolkit(
        repo.root, "bootstrap", "--format", "json", variables={"PATH": f"{slow}{os.pathsep}{os.environ['PATH']}"}
    )
    row = done.json["results"][0]
    assert (done.code, row["result"]) == (1, "timed out")
    assert "ran longer than 1 s" in row["reason"]


@pytest.mark.real("cargo")
def test_a_subproject_that_vanishes_during_the_run_fails_alone(repository: Callable[..., Repository]) -> None:
    repo = repository({"a": npm("a"), "z": cargo("z"), ".gitignore": "node_modules\n"})
    vanish = repo.root.parent / "bin"
    vanish.mkdir()
    real = shutil.which("npm")
    (vanish / "npm").write_text(f'#!/bin/sh\n[ "$1" = ci ] && rm -rf ../z\nexec {real} "$@"\n')
    (vanish / "npm").chmod(0o755)
    settings = '[projects."z"]\nafter = ["a"]\n'
    repo.write({"toolkit.toml": settings})
    done = toolkit(
        repo.root, "bootstrap", "--format", "json", variables={"PATH": f"{vanish}{os.pathsep}{os.environ['PATH']}"}
    )
    assert (done.code, done.results()) == (1, {"a": "installed", "z": "failed"})
    assert "is gone" in done.json["results"][1]["reason"]


@pytest.mark.real("npm")
def test_a_needed_subproject_that_fails_holds_back_what_needs_it(repository: Callable[..., Repository]) -> None:
    repo = repository(
        {"a": npm("a", locked={"is-number": "6.0.0"}), "b": npm("b"), "toolkit.toml": '[projects."b"]\nafter = ["a"]\n'}
    )
    done = toolkit(repo.root, "bootstrap", "--format", "json")
    assert done.results() == {"a": "failed", "b": "not tried"}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MB, mounted for one test."""
    place = tmp_path / "small"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place], check=True)
    yield place
    subprocess.run(["umount", "-l", place], check=True)


@pytest.mark.real("npm")
@pytest.mark.real("root")
@pytest.mark.real("linux")
def test_a_full_disk_is_told_and_nothing_is_called_fresh(
    repository: Callable[..., Repository], small_disk: Path
) -> None:
    repo = repository({"web": npm("web"), ".gitignore": "node_modules\n"}, commit=False)
    shutil.copytree(repo.root / "web", small_disk / "web")
    with open(small_disk / "filler", "wb") as stream:
        stream.write(b"\0" * (small_disk.stat().st_blksize * 0 + 1_005_000))
    done = toolkit(small_disk, "bootstrap", "--format", "json")
    assert done.code == 1, done.out + done.err
    assert "Traceback" not in done.err
    (small_disk / "filler").unlink()
    assert toolkit(small_disk, "bootstrap", "--format", "json").results() == {"web": "installed"}


@pytest.mark.real("cargo")
@pytest.mark.real("root")
@pytest.mark.real("linux")
def test_a_read_only_repository_keeps_its_state_elsewhere(
    repository: Callable[..., Repository], tmp_path: Path
) -> None:
    repo = repository({"core": cargo("core")})
    place = tmp_path / "readonly"
    place.mkdir()
    subprocess.run(["mount", "--bind", repo.root, place], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", place], check=True)
        done = toolkit(place, "bootstrap", "--format", "json", variables={"XDG_STATE_HOME": str(tmp_path / "state")})
        assert (done.code, done.results()) == (0, {"core": "installed"})
        assert toolkit(place, "bootstrap", variables={"XDG_STATE_HOME": str(tmp_path / "state")}).out.startswith(
            "1 subproject fresh"
        )
    finally:
        subprocess.run(["umount", "-l", place], check=True)
    assert not (repo.root / ".toolkit").exists()


def test_an_empty_repository_is_fine(repository: Callable[..., Repository]) -> None:
    done = toolkit(repository({"README.md": ""}).root, "bootstrap")
    assert (done.code, done.out) == (0, "no subprojects found\n")


def test_what_the_settings_leave_out_is_called_so(repository: Callable[..., Repository]) -> None:
    tree: Tree = {
        "a": cargo("a"),
        "b": cargo("b"),
        "template": {"package.json": json.dumps({"name": "@x/{{NAME}}", "dependencies": NUMBER})},
        "toolkit.toml": '[projects."a"]\ninstall = false\n',
    }
    repo = repository(tree)

    told = toolkit(repo.root, "bootstrap", "--plan", "--only", "a", "--format", "json")
    assert (told.code, told.results()) == (0, {"a": "left out"})
    assert toolkit(repo.root, "bootstrap", "--plan", "--only", "a").out.splitlines() == [
        'left out       a (cargo, Cargo.toml): install = false in [projects."a"]',
        "1 left out",
    ]
    found = json.loads(toolkit(repo.root, "projects", "--format", "json").out)
    assert [(item["path"], item["role"]) for item in found["excluded"]] == [("template", "template")]


def test_what_is_said_of_one_ecosystem_of_a_folder_holds_for_that_one(repository: Callable[..., Repository]) -> None:
    repo = repository(
        {
            "a": {**cargo("a"), "requirements.txt": "x\n"},
            "b": cargo("b"),
            "toolkit.toml": '[projects."a:pip"]\ninstall = false\n[projects."a:cargo"]\nafter = ["b"]\nrole = "example"\n',
        }
    )
    done = toolkit(repo.root, "bootstrap", "--plan")
    left_out = [line for line in done.out.splitlines() if line.startswith("left out ")]
    assert [line.split("(")[1].split(",")[0] for line in left_out] == ["pip"]
    assert left_out[0].endswith('install = false in [projects."a:pip"]')
    rows = toolkit(repo.root, "projects", "--format", "json").json["subprojects"]
    listed = {row["ecosystem"]: row for row in rows if row["path"] == "a"}
    assert (listed["cargo"]["role"], listed["pip"]["role"]) == ("example", "own")
    assert (listed["cargo"]["needs"], listed["pip"]["needs"]) == (["b"], [])


@pytest.mark.real("npm")
def test_a_file_deep_inside_a_package_that_is_gone_is_noticed_and_brought_back(
    repository: Callable[..., Repository],
) -> None:
    repo = repository({"web": npm("web"), ".gitignore": "node_modules\n"})
    assert toolkit(repo.root, "bootstrap").code == 0
    lost = repo.root / "web/node_modules/is-number/index.js"
    lost.unlink()

    told = toolkit(repo.root, "bootstrap", "--check", "--format", "json")
    assert (told.code, told.results()) == (1, {"web": "would install"})
    assert told.json["results"][0]["reason"] == "web/node_modules/is-number has lost 1 of 4 entries"
    assert toolkit(repo.root, "bootstrap", "--format", "json").results() == {"web": "installed"}
    assert lost.is_file()
    assert toolkit(repo.root, "bootstrap", "--check").code == 0


@pytest.mark.real("npm")
def test_packages_for_another_system_are_installed_anew(repository: Callable[..., Repository]) -> None:
    """A tree that was made elsewhere and copied, with npm's own record of it: nothing else of it is wrong."""
    repo = repository({"web": npm("web"), ".gitignore": "node_modules\n"})
    assert toolkit(repo.root, "bootstrap").code == 0
    record = repo.root / "web/node_modules/.package-lock.json"
    data = json.loads(record.read_bytes())
    data["packages"]["node_modules/tool-elsewhere"] = {"version": "1.0.0", "optional": True, "os": ["elsewhere"]}
    record.write_text(json.dumps(data))
    folder = repo.root / "web/node_modules/tool-elsewhere"
    folder.mkdir()
    (folder / "package.json").write_text("{}")

    told = toolkit(repo.root, "bootstrap", "--check", "--format", "json")
    assert told.json["results"][0]["reason"] == "node_modules/tool-elsewhere is for elsewhere"
    assert toolkit(repo.root, "bootstrap").code == 0
    assert not folder.exists()


def test_a_failure_before_anything_ran_leaves_nothing_for_git(repository: Callable[..., Repository]) -> None:
    repo = repository({"web": {"package.json": '{"name": "x",'}})
    assert toolkit(repo.root, "bootstrap").code == 1
    assert (repo.root / ".toolkit/bootstrap.json").is_file()
    assert repo.git("status", "--porcelain") == ""


def test_an_interrupted_lock_is_130(repository: Callable[..., Repository]) -> None:
    repo = repository({"a b": npm("a", locked={})})
    slow = repo.root.parent / "bin"
    slow.mkdir()
    (slow / "npm").write_text('#!/bin/sh\n[ "$1" = --version ] && exec echo 10.0.0\n: > started; exec sleep 60\n')
    (slow / "npm").chmod(0o755)
    variables = environment({"PATH": f"{slow}{os.pathsep}{os.environ['PATH']}"})
    words = command("lock", "a b", "--provider", "host")
    run = subprocess.Popen(words, cwd=repo.root, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while not (repo.root / "a b/started").exists() and run.poll() is None:
        time.sleep(0.05)
    run.send_signal(signal.SIGINT)
    out, _ = run.communicate(timeout=30)
    assert (run.returncode, b"failed" in out) == (130, False)


def test_a_planned_lock_can_be_pasted(repository: Callable[..., Repository]) -> None:
    repo = repository({"a b": npm("a", locked={})})
    line = toolkit(repo.root, "lock", "a b", "--plan").out.splitlines()[0]
    assert line.endswith("(in 'a b')")


def test_a_lock_waits_for_who_works_on_the_repository_and_is_named_from_where_one_stands(
    repository: Callable[..., Repository],
) -> None:
    repo = repository({"apps": {"a": cargo("a")}, ".gitignore": ".toolkit\n"})
    (repo.root / ".toolkit").mkdir()
    words = command("lock", "a")
    with hold(repo.root / ".toolkit/lock", "a test", lambda _: None):
        run = subprocess.Popen(
            words, cwd=repo.root / "apps", env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        with pytest.raises(subprocess.TimeoutExpired):
            run.communicate(timeout=5)
    out, err = run.communicate(timeout=60)
    assert (run.returncode, out.decode()) == (0, "apps/a: locked\nnext  toolkit bootstrap --only apps/a\n")
    assert b"(a test), which works on this repository" in err


def test_where_every_lock_is_missing_nothing_was_done(repository: Callable[..., Repository]) -> None:
    repo = repository({"a": {"package.json": json.dumps({"name": "a", "dependencies": NUMBER})}})
    told = toolkit(repo.root, "bootstrap")
    assert (told.code, told.out.splitlines()[-1]) == (1, "next  toolkit lock a")
    assert toolkit(repo.root, "bootstrap", "--plan").code == 0

    for tasks, door in (("print(1)", "toolkit"), ("from toolkit.launch import enter", "invoke")):
        (repo.root / "tasks.py").write_text(tasks)
        assert toolkit(repo.root, "bootstrap").out.splitlines()[-1] == f"next  {door} lock a"


def test_a_lock_that_leads_nowhere_fails_its_own_subproject_only(repository: Callable[..., Repository]) -> None:
    module = {"go.mod": "module x\n\ngo 1.21\n\nrequire h.invalid/a v1.0.0\n", "go.sum": Path("nowhere")}
    repo = repository({"a": cargo("a"), "b": module})
    done = toolkit(repo.root, "bootstrap", "--plan", "--format", "json")
    assert (done.code, done.results()["b"]) == (0, "failed")
    assert done.json["results"][1]["reason"].startswith("its lock cannot be read: ")
