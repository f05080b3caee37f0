"""Tools that nothing pins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


CRATE = {"Cargo.toml": '[package]\nname = "x"\nversion = "0.1.0"\n', "src": {"main.rs": ""}}


def test_one_finding_a_tool(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"programs": CRATE, "deep": {"er": CRATE}, "web": {"package.json": '{"scripts": {"a": "1"}}'}}

    # What nobody compiles but by hand is worth knowing.
    for level, more in (("info", {}), ("warning", {"Makefile": "all:\n\tcargo build\n"})):
        assert places(inspect("toolchain-unpinned", {**tree, **more})) == [
            (level, "programs/Cargo.toml", 0),
            ("warning", "web/package.json", 0),
        ]


def test_quiet_where_something_says_it(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        ".nvmrc": "22\n",
        "web": {"package.json": '{"dependencies": {"a": "1"}}'},
        "a": {**CRATE, "rust-toolchain.toml": '[toolchain]\nchannel = "1.80.0"\n'},
        "b": {**CRATE, "Dockerfile": "FROM rust:1.80\n"},
        "c": {"pyproject.toml": '[project]\nname = "c"\nrequires-python = ">=3.11"\ndependencies = ["x"]\n'},
        "relay": {"go.mod": "module r\n\ngo 1.22\n"},
        "vendor": {"d": CRATE},
    }

    assert inspect("toolchain-unpinned", tree) == []


@pytest.mark.parametrize(
    ("channel", "quiet"), [("nightly-2026-01-13", True), ("1.80.0", True), ("nightly", False), ("stable", False)]
)
def test_rustup_reads_the_file_of_any_folder_above(
    inspect: Callable[..., list[Finding]], channel: str, *, quiet: bool
) -> None:
    own = {**CRATE, "Cargo.toml": f"{CRATE['Cargo.toml']}[workspace]\n"}
    tree = {**CRATE, "rust-toolchain.toml": f'[toolchain]\nchannel = "{channel}"\n', "fuzz": own}

    found = [(one.path, one.line, one.message.partition(" ")[0]) for one in inspect("toolchain-unpinned", tree)]

    assert found == ([] if quiet else [("rust-toolchain.toml", 2, channel)])


def test_settings_pin_for_all(inspect: Callable[..., list[Finding]]) -> None:
    assert inspect("toolchain-unpinned", {"toolkit.toml": '[toolchain]\nrust = "1.95.0"\n', "a": CRATE}) == []


def test_workflows_that_set_up_whatever_is_there(inspect: Callable[..., list[Finding]]) -> None:
    steps = (
        "      - uses: actions/checkout@v4\n      - uses: actions/setup-python@v5\n      - uses: actions/setup-node@v4\n        with:\n"
        "          cache: npm\n      - uses: actions/setup-go@v5\n        with:\n          go-version: ''\n"
    )
    fine = (
        "      - uses: actions/setup-python@v5\n        with:\n          python-version-file: pyproject.toml\n"
        "      - uses: actions/setup-node@v4\n        with: {node-version: 'lts/*'}\n      - uses: actions/setup-java@v4\n"
        "      - uses: actions/setup-go@v5\n        with:\n          go-version: ${{ matrix.go }}\n"
    )
    head = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n"
    python = "      - uses: actions/setup-python@v5\n"
    tree = {".github": {"workflows": {"a.yml": head + steps, "b.yml": head + fine, "c.yml": head + python * 3}}}
    found = inspect("toolchain-unpinned", tree)

    assert places(found) == [
        ("warning", ".github/workflows/a.yml", 7),
        ("warning", ".github/workflows/a.yml", 8),
        ("warning", ".github/workflows/a.yml", 11),
        ("info", ".github/workflows/b.yml", 10),
    ]
    assert found[2].message.endswith("the python that the runner has this month; so it is in 3 more places")
    assert len(inspect("toolchain-unpinned", tree | {".python-version": "3.12\n"})) == 3


@pytest.mark.parametrize(
    ("uses", "told"),
    [
        ("actions/setup-node@v4\n        with:\n          node-version: latest", ("warning", 9)),
        ("actions/setup-node@v4\n        with: {node-version: '${{ env.NODE }}'}", ("warning", 2)),
        ("actions/setup-node@v4\n        with: {node-version: '${{ matrix.node }}'}", None),
        ("actions/setup-node@v4\n        with: {node-version: 22.x}", None),
        ("pnpm/action-setup@v4\n        with:\n          version: latest", ("warning", 9)),
        ("actions/setup-python@v5\n        with: {python-version: 3.x}", ("info", 8)),
        ("dtolnay/rust-toolchain@master\n        with: {toolchain: stable}", None),
    ],
)
def test_versions_that_are_whatever_is_newest(
    inspect: Callable[..., list[Finding]], uses: str, told: tuple[str, int] | None
) -> None:
    head = "on: push\nenv: {NODE: lts/*}\njobs:\n  a:\n    runs-on: x\n    steps:\n"
    workflow = f"{head}      - uses: {uses}\n"
    tree = {
        ".nvmrc": "22\n",
        "package.json": '{"packageManager": "pnpm@9.1.0"}',
        ".github": {"workflows": {"a.yml": workflow}},
    }

    found = inspect("toolchain-unpinned", tree)

    assert [(one.severity, one.line) for one in found] == ([told] if told else [])


def test_bun_runs_what_it_installs_and_others_choose_the_compiler_of_a_library(
    inspect: Callable[..., list[Finding]],
) -> None:
    bun = {"package.json": '{"dependencies": {"a": "1"}}', "bun.lock": "{}"}
    setup = "      - uses: oven-sh/setup-bun@v2\n        with:\n          bun-version: 1.2.0\n"
    workflow = f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n{setup}"
    library = {"Cargo.toml": '[package]\nname = "x"\nversion = "0.1.0"\n', "src": {"lib.rs": ""}}

    assert places(inspect("toolchain-unpinned", {"a": bun})) == [("info", "a/package.json", 0)]
    assert inspect("toolchain-unpinned", {"a": bun, ".github": {"workflows": {"a.yml": workflow}}}) == []
    assert places(inspect("toolchain-unpinned", {"a": library})) == [("info", "a/Cargo.toml", 0)]


def test_a_workspace_of_anchor_without_a_version(inspect: Callable[..., list[Finding]]) -> None:
    listed = '[programs.localnet]\nvault = "Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS"\n'
    tree = {
        "a": {"Anchor.toml": f"[toolchain]\n{listed}"},
        "b": {"Anchor.toml": f'[toolchain]\nanchor_version = "0.31.1"\n{listed}'},
        "c": {"Anchor.toml": '[provider]\ncluster = "localnet"\n'},
        "d": {"Anchor.toml": f'[toolchain]\nanchor_version = "0.31.1"\n{listed}[provider]\n[provider]\n'},
    }

    assert places(inspect("toolchain-unpinned", tree)) == [("info", "a/Anchor.toml", 1)]


def test_what_builds_nothing_and_programs_of_which_ci_takes_the_newest_compiler(
    inspect: Callable[..., list[Finding]],
) -> None:
    step = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: dtolnay/rust-toolchain@{}\n      - run: cargo test\n"
    stray: dict[str, Any] = {"package.json": '{"dependencies": {"a": "1"}}'}
    chained = {
        "Cargo.toml": str(CRATE["Cargo.toml"]) + '[lib]\ncrate-type = ["cdylib"]\n',
        "src": {"lib.rs": "entrypoint!(run);"},
    }

    def found(ref: str, crate: dict[str, Any]) -> list[tuple[str, str, int]]:
        return places(
            inspect("toolchain-unpinned", {**stray, "c": crate, ".github": {"workflows": {"a.yml": step.format(ref)}}})
        )

    assert found("stable", CRATE) == [("info", "c/Cargo.toml", 0)]
    assert found("stable", chained) == [("warning", "c/Cargo.toml", 0)]
    assert found("1.80", CRATE) == [("warning", "c/Cargo.toml", 0)]
    assert found("1.80", {**chained, "src": {"lib.rs": "use x::entrypoint::ProgramResult;"}}) == [
        ("warning", "c/Cargo.toml", 0)
    ]
    assert found("stable", {**chained, "src": {"lib.rs": "#[wasm_bindgen]"}}) == [("info", "c/Cargo.toml", 0)]
    tree = {"web": {**stray, "src": {"a.ts": ""}}}
    assert [one.path for one in inspect("toolchain-unpinned", tree) if "node" in one.message] == ["web/package.json"]


@pytest.mark.parametrize(
    ("folder", "said"),
    [
        ("api", "only workflows say which version of node builds this, as .github/workflows/ci.yml:8 does (20): each other machine takes what it has"),
        ("web", "no file says which version of node builds this: each machine takes what it has"),
    ],
)  # fmt: skip
def test_what_only_workflows_say(inspect: Callable[..., list[Finding]], folder: str, said: str) -> None:
    job = (
        "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: actions/setup-node@v4\n        with:\n          node-version: 20\n"
        "      - run: npm test\n        working-directory: api\n"
    )
    package = {"package.json": '{"scripts": {"test": "x"}}'}

    (found,) = inspect("toolchain-unpinned", {".github/workflows/ci.yml": job, folder: package})

    assert found.message == said


@pytest.mark.parametrize(
    ("images", "told"),
    [
        ({"a": "FROM node:20-alpine\nCOPY . .\nRUN npm ci\n"}, False),
        ({"a": "FROM node:20\nCOPY . .\nRUN npm ci\n", "b": "FROM node:lts\nCOPY . .\nRUN npm ci\n"}, True),
        ({"a": "FROM node:20\nCOPY tool.js .\nCMD node tool.js\n"}, True),
    ],
)
def test_images_further_down_that_install_the_package(
    inspect: Callable[..., list[Finding]], images: dict[str, str], *, told: bool
) -> None:
    package = {"package.json": '{"scripts": {"build": "x"}, "dependencies": {"a": "1"}}'}
    tree = {**package, "apps": {name: {"Dockerfile": text} for name, text in images.items()}}

    assert [one.path for one in inspect("toolchain-unpinned", tree)] == (["package.json"] if told else [])


def test_images_of_another_package_say_nothing_of_the_root(inspect: Callable[..., list[Finding]]) -> None:
    package = '{"scripts": {"build": "x"}, "dependencies": {"a": "1"}}'
    image = "FROM node:20\nCOPY . .\nRUN npm ci\n"
    tree = {"package.json": package, "api": {"package.json": package, "docker": {"Dockerfile": image}}}

    assert places(inspect("toolchain-unpinned", tree)) == [("warning", "package.json", 0)]


@pytest.mark.parametrize(("versions", "severity"), [(("20", "20.x"), "info"), (("20", "22"), "warning")])
def test_ci_that_takes_one_version_has_a_pin(
    inspect: Callable[..., list[Finding]], versions: tuple[str, str], severity: str
) -> None:
    setup = "      - uses: actions/setup-node@v4\n        with:\n          node-version: '{}'\n      - run: npm test\n"
    job = "  {}:\n    runs-on: x\n    steps:\n" + setup
    flow = "on: push\njobs:\n" + "".join(job.format(name, one) for name, one in zip("ab", versions, strict=True))
    tree = {".github": {"workflows": {"ci.yml": flow}}, "package.json": '{"scripts": {"test": "x"}}'}

    found = [one for one in inspect("toolchain-unpinned", tree) if one.path == "package.json"]

    assert [one.severity for one in found] == [severity]


@pytest.mark.parametrize(
    ("manifest", "told"),
    [
        ('{"main": "index.js", "scripts": {"test": "echo \\"Error: no test specified\\" && exit 1"}}', 0),
        ('{"scripts": {"add": "bun run add.ts", "check": "NODE_ENV=test bun test"}, "dependencies": {"a": "1"}}', 0),
        ('{"scripts": {"add": "bun run add.ts", "check": "tsx check.ts"}}', 1),
    ],
)
def test_a_package_for_which_node_does_nothing(inspect: Callable[..., list[Finding]], manifest: str, told: int) -> None:
    found = inspect(
        "toolchain-unpinned", {"a": {"package.json": manifest, "package-lock.json": "{}", "x": {"a.md": ""}}}
    )
    assert len(found) == told


def test_the_entry_of_a_package_that_is_there(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"a": {"package.json": '{"main": "lib/run.js"}', "package-lock.json": "{}", "lib": {"run.js": ""}}}
    assert places(inspect("toolchain-unpinned", tree)) == [("warning", "a/package.json", 0)]


@pytest.mark.parametrize(("between", "told"), [("", False), ("      - run: npm ci\n", True)])
def test_a_step_that_the_next_one_takes_back(
    inspect: Callable[..., list[Finding]], between: str, *, told: bool
) -> None:
    again = "      - uses: actions/setup-node@v4\n        with: {node-version: 22.1.0}\n"
    steps = f"      - uses: actions/setup-node@v4\n{between}{again}      - run: npm test\n"
    tree = {".github": {"workflows": {"ci.yml": f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n{steps}"}}}

    assert places(inspect("toolchain-unpinned", tree)) == ([("warning", ".github/workflows/ci.yml", 6)] if told else [])
