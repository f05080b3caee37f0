"""Modules of Rust, packages of Go and contracts of Solidity that are not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def test_contracts_of_solidity(inspect: Inspect) -> None:
    code = '// SPDX\npragma solidity ^0.8.0;\nimport "forge-std/Script.sol";\nimport {A} from "../src/A.sol";\nimport {\n  B\n} from "../../src/B.sol";\nimport "./C.sol";\n// import "./D.sol";\n'
    tree = {
        "evm": {
            "foundry.toml": "",
            "src": {"A.sol": "", "B.sol": ""},
            "deploy": {"deep": {"Run.s.sol": code, "C.sol": ""}},
        }
    }

    assert [(one.severity, one.line, one.message.partition(" ")[0]) for one in inspect("import-missing", tree)] == [
        ("error", 4, "../src/A.sol"),
    ]


_CRATE = '[package]\nname = "a"\nversion = "0.1.0"\n'


def test_modules_of_a_crate_without_a_file(inspect: Inspect) -> None:
    tree = {
        "api": {
            "Cargo.toml": _CRATE + '[[bin]]\nname = "x"\npath = "cmd/x.rs"\n',
            "src/lib.rs": "pub mod there;\n#[cfg(test)]\nmod checks;\n",
            "src/there.rs": "pub mod deep;\nmod inner {\n    mod handler;\n}\n",
            "src/there/deep.rs": "",
            "cmd/x.rs": "mod gone;\n",
            "tests/all.rs": "mod common;\n",
        }
    }

    found = inspect("import-missing", tree)

    assert places(found) == [
        ("error", "api/cmd/x.rs", 1),
        ("warning", "api/src/lib.rs", 3),
        ("error", "api/src/there.rs", 3),
        ("warning", "api/tests/all.rs", 1),
    ]
    assert "mod gone leads nowhere: api/cmd/gone.rs does not exist" in found[0].message


@pytest.mark.parametrize(
    "tree",
    [
        pytest.param({"src/lib.rs": '#[cfg(feature = "x")]\n#[allow(unused)]\nmod gone;\n'}, id="with a feature"),
        pytest.param(
            {"src/lib.rs": "#[cfg(unix)]\nmod unix;\n", "src/unix.rs": "mod gone;\n"}, id="below one with a condition"
        ),
        pytest.param({"src/lib.rs": "cfg_if! { if #[cfg(unix)] {\nmod gone;\n} }\n"}, id="in a macro"),
        pytest.param({"src/lib.rs": "#[pallet::made]\nmod gone;\n"}, id="a macro as attribute"),
        pytest.param({"src/lib.rs": '#[cfg_attr(x, path = "y.rs")]\nmod gone;\n'}, id="a path for some"),
        pytest.param({"src/lib.rs": '#[path = "y/z.rs"]\nmod a;\n', "src/y/z.rs": "mod b;\n", "src/y/b.rs": ""}, id="beside a path"),
        pytest.param({"src/lib.rs": "mod gone;\n", "build.rs": 'fn main() { write("src/gone.rs"); }\n'}, id="built"),
        pytest.param({"src/lib.rs": "mod generated;\n"}, id="generated"),
        pytest.param({"src/left.rs": "mod gone;\n", "src/lib.rs": ""}, id="of a file that nothing compiles"),
        pytest.param({"src/lib.rs": "mod gone;\n", ".gitignore": "/src/gone.rs\n"}, id="ignored by its name"),
        pytest.param({"examples/x.rs": "mod gone;\n", "src/lib.rs": ""}, id="example"),
    ],
)  # fmt: skip
def test_modules_that_are_not_surely_missing(inspect: Inspect, tree: dict[str, Any]) -> None:
    assert inspect("import-missing", {"Cargo.toml": _CRATE, **tree}) == []


def test_modules_of_a_program_are_told_with_the_rest_of_it(inspect: Inspect) -> None:
    manifest = _CRATE + '[dependencies]\nanchor-lang = "0.31.1"\n'
    tree = {"Cargo.toml": manifest, "src/lib.rs": "mod gone;\n#[program]\npub mod a {}\n"}

    assert inspect("import-missing", tree) == []
    assert places(inspect("anchor-incomplete-program", tree)) == [("error", "src/lib.rs", 1)]


GO = 'package main\n\nimport (\n\t"fmt"\n\t"shop/internal/IMPORTED"\n)\n\nfunc main() { fmt.Println(x.X) }\n'


@pytest.mark.parametrize(
    ("imported", "more", "level"),
    [
        pytest.param("gone", {}, "error", id="not there"),
        pytest.param("here", {}, "", id="there"),
        pytest.param("mocks", {}, "", id="generated"),
        pytest.param("gone", {".gitignore": "/internal/gone/\n"}, "", id="ignored"),
        pytest.param("gone", {"gen.sh": "protoc --go_out=internal/gone x.proto\n"}, "", id="written by a script"),
        pytest.param(
            "gone", {"main.go": "//go:build tools\n\n" + GO.replace("IMPORTED", "gone")}, "", id="built elsewhere"
        ),
        pytest.param("sub/x", {"internal": {"sub": {"go.mod": "module shop/internal/sub\n"}}}, "", id="another module"),
    ],
)
def test_a_package_of_a_go_module_that_is_not_there(
    inspect: Inspect, imported: str, more: dict[str, Any], level: str
) -> None:
    tree = {"go.mod": "module shop\n\ngo 1.22\n", "main.go": GO.replace("IMPORTED", imported), **more}
    tree["internal"] = {"here": {"x.go": "package here\n"}, **more.get("internal", {})}

    found = inspect("import-missing", tree)

    assert [(one.severity, one.path, one.line) for one in found] == ([(level, "main.go", 5)] if level else [])
