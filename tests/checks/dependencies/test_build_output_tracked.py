"""Build output in git, and folders that only share its names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from toolkit.model import RemoveTree, WriteFile

PROFILE = {"Local State": "{}", "Default": {"Preferences": "{}", "Cookies": "x"}}

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Repository, Tree
    from toolkit.model import Finding


@pytest.mark.parametrize(
    ("tree", "path"),
    [
        ({"ext": {"dist": {"a.js": "", "a.js.map": ""}}}, "ext/dist"),
        ({"py": {"__pycache__": {"a.pyc": ""}}}, "py/__pycache__"),
        ({"rs": {"Cargo.toml": "", "target": {"debug": {"x": ""}}}}, "rs/target"),
        ({"evm": {"foundry.toml": "", "out": {"A.sol": {"A.json": "{}"}}}}, "evm/out"),
        ({"build": {"cli": {"Analysis-00.toc": "", "PYZ-00.pyz": "", "base_library.zip": ""}}}, "build"),
        ({"lib": {"build": {"x.min.js": "", "index.html": ""}}}, "lib/build"),
        ({"web": {".next": {"server.js": ""}}}, "web/.next"),
    ],
)
def test_with_evidence(inspect: Callable[..., list[Finding]], tree: Tree, path: str) -> None:
    assert places(inspect("build-output-tracked", tree)) == [("warning", path, 0)]


def test_ignored_but_tracked_all_the_same(repository: Callable[..., Repository]) -> None:
    from toolkit.catalog import load
    from toolkit.checking import Inspection

    made = repository({"dist": {"hand.txt": ""}})
    made.write({".gitignore": "dist/\n"})
    made.git("add", "--force", "dist", ".gitignore")
    made.commit()

    assert places(load("build-output-tracked").run(Inspection(made.root, {}))) == [("warning", "dist", 0)]


@pytest.mark.parametrize(
    "tree",
    [
        {"relay": {"build": {"relay.service": "[Unit]\n"}}},
        {"chain": {"build": {"genesis.json": "{}", "config.toml": ""}}},
        {"docs": {"target": {"audience.md": ""}}},
        {"out": {"of": {"africa.md": ""}}},
    ],
)
def test_a_name_alone_is_no_proof(inspect: Callable[..., list[Finding]], tree: Tree) -> None:
    assert inspect("build-output-tracked", tree) == []


def test_quiet_about_a_folder_that_is_only_kept(repository: Callable[..., Repository]) -> None:
    from toolkit.catalog import load
    from toolkit.checking import Inspection

    made = repository({"dist": {".gitkeep": ""}})
    made.write({".gitignore": "dist/\n"})
    made.git("add", "--force", "dist", ".gitignore")
    made.commit()

    assert list(load("build-output-tracked").run(Inspection(made.root, {}))) == []


@pytest.mark.parametrize(
    ("tree", "path"),
    [
        ({"lib": {"lib.egg-info": {"PKG-INFO": "Name: lib\n"}}}, "lib/lib.egg-info"),
        ({"web": {"tsconfig.tsbuildinfo": "{}"}}, "web/tsconfig.tsbuildinfo"),
    ],
)
def test_what_installs_test_runs_and_compilers_leave(
    inspect: Callable[..., list[Finding]], tree: Tree, path: str
) -> None:
    assert places(inspect("build-output-tracked", tree)) == [("warning", path, 0)]


def test_quiet_about_output_that_has_to_be_in_git(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "action.yml": "runs: {using: node20, main: dist/index.js}\n",
        "dist": {"index.js": "", "index.js.map": ""},
        "Anchor.toml": "",
        "target": {"idl": {"a.json": "{}"}, "types": {"a.ts": ""}},
        "coverage": {"policy.md": ""},
    }

    assert inspect("build-output-tracked", tree) == []


def test_of_a_target_with_an_interface_only_the_rest_is_told(inspect: Callable[..., list[Finding]]) -> None:
    interface = {"idl": {"a.json": "{}"}, "types": {"a.ts": ""}}
    few = inspect("build-output-tracked", {"Anchor.toml": "", "target": {**interface, "deploy": {"a.so": ""}}})
    more = {name: {"a.o": ""} for name in ("deploy", "debug", "release")}
    many = inspect("build-output-tracked", {"Anchor.toml": "", "target": {**interface, **more}})

    assert [(one.path, one.fixes[0].title) for one in few] == [
        ("target/deploy", "git rm -r --cached target/deploy, and ignore it")
    ]
    assert [(one.path, one.message.split(",")[0]) for one in many] == [("target/debug", "3 times target/* in git")]


@pytest.mark.parametrize(
    ("scripts", "folder", "again"),
    [
        ({"build": "vite build"}, "dist", "npm run build"),
        ({"build": "next build"}, "dist", "git has it: no build here is known to make it again"),
        ({"build": "next build"}, "out", "npm run build"),
        ({"image:build": "docker build -t a ."}, "dist", "git has it: no build here is known to make it again"),
        ({"build": "npm run a", "a": "cp -r src dist"}, "dist", "npm run build"),
        ({"build": "cp -r src public"}, "dist", "git has it: no build here is known to make it again"),
        ({}, "__pycache__", "the tool that fills it, at its next run"),
    ],
)
def test_a_build_that_does_not_make_it_is_not_named(
    inspect: Callable[..., list[Finding]], scripts: dict[str, str], folder: str, again: str
) -> None:
    tree = {"package.json": json.dumps({"scripts": scripts}), folder: {"a.js": "", "a.js.map": "", "b.js.map": ""}}

    (found,) = inspect("build-output-tracked", tree)

    assert found.evidence == f"made again by: {again}"


@pytest.mark.parametrize(
    ("tree", "told"),
    [
        ({"e2e": {".cache-w": {"a": PROFILE, "b": PROFILE}}}, ["e2e/.cache-w"]),
        ({"e2e": {"chrome": PROFILE}}, ["e2e/chrome"]),
        ({"e2e": {"fox": {"places.sqlite": "", "prefs.js": ""}}}, ["e2e/fox"]),
        ({"docs": {"Local State": "of the art"}}, []),
        ({"run-1": PROFILE, "run-2": PROFILE, "run-3": PROFILE}, ["run-1"]),
    ],
)
def test_the_profile_of_a_browser(inspect: Callable[..., list[Finding]], tree: Tree, told: list[str]) -> None:
    assert places(inspect("build-output-tracked", tree)) == [("warning", path, 0) for path in told]


def test_one_finding_for_the_many_folders_of_one_name(inspect: Callable[..., list[Finding]]) -> None:
    made = {"__pycache__": {"x.pyc": b"\x00"}}

    found = inspect("build-output-tracked", {"a": made, "b": made, "c": made})

    assert places(found) == [("warning", "a/__pycache__", 0)]
    assert found[0].evidence == "a/__pycache__, b/__pycache__, c/__pycache__"
    removed = [getattr(action, "path", "") for action in found[0].fixes[0].actions]
    assert removed == ["a/__pycache__", "b/__pycache__", "c/__pycache__", ".gitignore"]


@pytest.mark.parametrize(
    ("tree", "path"),
    [
        (
            {
                "package.json": '{"scripts": {"build": "tsc"}}',
                "tsconfig.json": '{"compilerOptions": {"outDir": "dist", "rootDir": "src"}}',
                "src": {"a.ts": "", "b.ts": ""},
                "dist": {"a.js": "", "b.js": ""},
            },
            "dist",
        ),
        (
            {"web": {"dist": {"index.html": "", "assets": {"index-B4x9Qz1a.js": "", "index-Ck3_9fQd.css": ""}}}},
            "web/dist",
        ),
        ({"infra": {"cdk.out": {"manifest.json": "{}"}}}, "infra/cdk.out"),
    ],
)
def test_what_a_build_is_known_to_write(inspect: Callable[..., list[Finding]], tree: Tree, path: str) -> None:
    assert places(inspect("build-output-tracked", tree)) == [("warning", path, 0)]


def test_quiet_about_hand_written_files_of_long_names(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "build": {"js": {"jquery-selector.js": "", "form-validation.js": ""}},
        "out": {"css": {"a-typography.css": ""}},
    }

    assert inspect("build-output-tracked", tree) == []


@pytest.mark.parametrize(
    ("tree", "path"),
    [
        ({"infra": {".terraform": {"modules": {"modules.json": "{}"}}}}, "infra/.terraform"),
        ({"web": {"out": {"index.html": "", "_next": {"static": {"main.js": ""}, "data.json": ""}}}}, "web/out"),
        ({"app": {"build": {"outputs": {"app-debug.apk": "PK"}}}}, "app/build"),
    ],
)
def test_what_terraform_next_and_android_write(inspect: Callable[..., list[Finding]], tree: Tree, path: str) -> None:
    assert places(inspect("build-output-tracked", tree)) == [("warning", path, 0)]


COMPILED = '"use strict";\nObject.defineProperty(exports, "__esModule", { value: true });\nexports.a = 1;\n'


def test_compiled_files_beside_their_sources(inspect: Callable[..., list[Finding]]) -> None:
    awaiter = '"use strict";\nvar __awaiter = (this && this.__awaiter) || function () {};\n'
    tree = {
        "a": {"package.json": "{}", "src": {name + end: "" for name in "xyz" for end in (".ts", ".js", ".js.map")}},
        "b": {"package.json": "{}", "lib": {"nonce.ts": "", "nonce.js": COMPILED}},
        "c": {"package.json": "{}", "x.tsx": "", "x.js": f"// a banner\n{awaiter}"},
        "d": {"package.json": "{}", "x.mts": "", "x.mjs": "export const a = 1;\n//# sourceMappingURL=x.mjs.map\n"},
    }
    found = inspect("build-output-tracked", tree)

    assert places(found) == [
        ("warning", "a/src/x.js", 0),
        ("warning", "b/lib/nonce.js", 0),
        ("warning", "c/x.js", 0),
        ("warning", "d/x.mjs", 0),
    ]
    assert found[0].message == "compiled from a source of the same name beside it, in git, and so are 2 more"


def test_quiet_about_javascript_that_somebody_wrote(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": "export const a = 1;\n",
        "a.js": "module.exports = require('./b');\n",
        "b.d.ts": "export const b: 1;\n",
        "b.js": COMPILED,
        "c.ts": "",
        "c.js": '"use strict";\n\nconst a = 1;\nexports.a = a;\n',
        "build": {"release.js": "console.log(1);\n", "README.md": "", "x.js": COMPILED},
        "fixtures": {"d.ts": "", "d.js": "x\n//# sourceMappingURL=d.js.map\n"},
        "e.ts": "",
        "e.js": '"use strict";' * 20_000 + "var __" * 20_000,
    }

    assert [one for one in inspect("build-output-tracked", tree) if not one.vendored] == []


@pytest.mark.parametrize(
    ("tree", "path"),
    [
        ({"server": {"build": {"server.js": COMPILED, "routes": {"a.js": COMPILED}}}}, "server/build"),
        ({"web": {".next_stale_2026": {"BUILD_ID": "x"}}}, "web/.next_stale_2026"),
        ({"web": {".svelte-kit-old": {"a.json": "{}"}}}, "web/.svelte-kit-old"),
        ({"lib": {"libmetrics.rlib": "x", "a.rmeta": "x"}}, "lib/a.rmeta"),
        ({"src": {"Main.java": "", "Main.class": "x"}}, "src/Main.class"),
    ],
)
def test_output_with_other_names(inspect: Callable[..., list[Finding]], tree: Tree, path: str) -> None:
    assert places(inspect("build-output-tracked", tree)) == [("warning", path, 0)]


def test_what_runs_left_behind_where_git_ignores_it(repository: Callable[..., Repository]) -> None:
    from toolkit.catalog import load
    from toolkit.checking import Inspection

    made = repository({"test-results": {".last-run.json": "{}"}, "logs": {"README.md": ""}, "web": {"tmp": {"a": ""}}})
    made.write({".gitignore": "/test-results/\ntmp\n"})
    made.git("add", "--force", ".gitignore")
    made.commit()

    found = list(load("build-output-tracked").run(Inspection(made.root, {})))
    assert places(found) == [("info", "test-results", 0), ("info", "web/tmp", 0)]


def test_what_runs_found_is_for_a_person_to_look_through(inspect: Callable[..., list[Finding]]) -> None:
    proofs = {"playwright-report": {"index.html": "", "data": {"a.webm": "x"}}}
    tree = {"proofs": {"1": proofs, "2": proofs, "3": proofs}, "web": {"coverage": {"lcov.info": "TN:\n", "a.md": ""}}}

    found = inspect("build-output-tracked", tree)

    assert places(found) == [("info", "proofs/1/playwright-report", 0), ("info", "web/coverage", 0)]
    assert [(fix.safety, fix.actions) for one in found for fix in one.fixes] == [("manual", ())] * 2


def test_only_what_is_made_again_is_taken_away_by_a_program(repository: Callable[..., Repository]) -> None:
    from toolkit.catalog import load
    from toolkit.checking import Inspection
    from toolkit.model import RemoveTree

    made = repository({"kept": {"dist": {"hand.txt": ""}}, "b": {"dist": {"a.txt": ""}}, "c": {"dist": {"a.txt": ""}}})
    made.write({"b": {"package.json": '{"scripts": {"build": "vite build"}}'}, ".gitignore": "dist/\n"})
    made.git("add", "--force", ".")
    made.commit()

    (found,) = load("build-output-tracked").run(Inspection(made.root, {}))

    assert found.severity == "warning"
    (fix,) = found.fixes
    assert fix.title == "git rm -r --cached b/dist, and ignore it"
    assert [one.path for one in fix.actions if isinstance(one, RemoveTree)] == ["b/dist"]


@pytest.mark.parametrize("magic", ["\x7fELF\x02", "MZ\x90"])
def test_a_program_that_git_ignores(repository: Callable[..., Repository], magic: str) -> None:
    made = repository({"services": {"a": {"server": magic, "main.go": "package main\n", "notes": "a text\n"}, "b": {"tool": magic}}, "bin": {"x.exe": magic}})  # fmt: skip
    made.write({".gitignore": "services/*/server\n*.exe\nservices/*/notes\n"})
    made.git("add", "--force", ".gitignore")

    from toolkit.catalog import load
    from toolkit.checking import Inspection

    found = list(load("build-output-tracked").run(Inspection(made.root, {})))

    assert [(one.path, one.evidence) for one in found] == [("bin/x.exe", "bin/x.exe, services/a/server")]


def test_the_metadata_of_several_packages_is_one_finding(inspect: Callable[..., list[Finding]]) -> None:
    project = '[project]\nname = "x"\nversion = "1"\n[build-system]\nrequires = ["setuptools"]\n'
    tree = {
        "packages": {
            name: {"pyproject.toml": project, "src": {f"{name}.egg-info": {"PKG-INFO": "Name: x\n"}, "a.py": ""}}
            for name in ("one", "two", "three")
        },
    }

    found = inspect("build-output-tracked", tree)

    assert [one.message.partition(" in git")[0] for one in found] == ["3 times *.egg-info"]


def test_what_a_desktop_leaves_is_one_finding_and_one_line_of_gitignore(inspect: Callable[..., list[Finding]]) -> None:
    tree = {".DS_Store": "", "app": {".DS_Store": "", "deep": {".DS_Store": "", "a.txt": ""}}}

    (found,) = inspect("build-output-tracked", tree, loose={"other/.DS_Store": ""})

    assert (found.severity, found.path, found.line) == ("info", ".DS_Store", 0)
    assert found.evidence == ".DS_Store, app/.DS_Store, app/deep/.DS_Store"
    *removed, rule = found.fixes[0].actions
    assert [one.path for one in removed if isinstance(one, RemoveTree)] == [
        ".DS_Store",
        "app/.DS_Store",
        "app/deep/.DS_Store",
    ]
    assert isinstance(rule, WriteFile)
    assert rule.content == b".DS_Store\n"


def test_the_wrapper_of_nx_is_a_source(inspect: Callable[..., list[Finding]]) -> None:
    wrapper = {"nxw.js": "// starts Nx\n"}
    kept = {"cache": {"run.json": "{}"}}

    assert inspect("build-output-tracked", {"a": {".nx": wrapper}}) == []
    tree = {"b": {".nx": kept}, "c": {".nx": {**wrapper, **kept}}}
    assert [(one.path, one.fixes[0].title.startswith("git rm")) for one in inspect("build-output-tracked", tree)] == [
        ("b/.nx", True),
        ("c/.nx", False),
    ]


NOTES = '{"version": "5.6.3", "root": [1]}'
LOCK = '{"packages": {"node_modules/typescript": {\n"version": "5.6.3"}}}'


@pytest.mark.parametrize(
    ("options", "build", "more", "level"),
    [
        pytest.param('"incremental": true', "tsc", {}, "error", id="the same compiler"),
        pytest.param('"composite": true', "tsc -b", {}, "error", id="composite"),
        pytest.param('"incremental": true', "tsc", {"package-lock.json": "{}"}, "warning", id="some compiler"),
        pytest.param('"incremental": true', "rm -f *.tsbuildinfo && tsc", {}, "", id="taken away before"),
        pytest.param('"incremental": true', "tsc --noEmit", {}, "", id="only judged"),
        pytest.param('"incremental": true, "noEmit": true', "tsc", {}, "", id="nothing to write"),
        pytest.param('"target": "es2022"', "tsc", {}, "", id="no notes kept"),
        pytest.param('"incremental": true', "tsc", {"dist": {"a.js": ""}}, "", id="output in git"),
        pytest.param('"incremental": true', "tsc", {"package-lock.json": LOCK.replace("5.6", "5.7")}, "", id="another version"),
        pytest.param(
            '"incremental": true', "tsc", {"tsconfig.tsbuildinfo": NOTES.replace('"root"', '"affectedFilesPendingEmit"')}, "", id="not yet written"
        ),
    ],
)  # fmt: skip
def test_notes_of_the_compiler_by_which_it_writes_nothing(
    inspect: Callable[..., list[Finding]], options: str, build: str, more: dict[str, Tree | str], level: str
) -> None:
    tree: dict[str, Tree | str] = {
        "package.json": f'{{"name": "a", "scripts": {{"build": "{build}"}}}}',
        "package-lock.json": LOCK,
        "tsconfig.json": f'{{"compilerOptions": {{"outDir": "dist", "rootDir": "src", {options}}}, "include": ["src"]}}',
        "tsconfig.tsbuildinfo": NOTES,
        "src": {"a.ts": ""},
        **more,
    }

    stopped = [one for one in inspect("build-output-tracked", tree) if "writes nothing" in one.message]

    assert [(one.severity, one.path) for one in stopped] == ([(level, "tsconfig.tsbuildinfo")] if level else [])
