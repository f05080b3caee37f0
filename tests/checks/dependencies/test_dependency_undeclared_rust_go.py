"""Crates and modules of Go that no manifest explains."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


CRATE = '[dev-dependencies]\nasync-stripe = "1"\nrust-s3 = "1"\n\n[package]\nname = "my-tool"\nversion = "0.1.0"\n\n[dependencies]\nserde = "1"\nre = { package = "regex", version = "1" }\n'


def test_crates_that_nobody_declares(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "Cargo.toml": CRATE,
        "src": {
            "main.rs": "mod net;\nuse std::fs;\nuse regex::Regex;\n\nfn main() {\n    use anyhow::Context;\n}\n",
            "net.rs": "pub mod deep;\npub(crate) use tokio::{\n    net::TcpStream,\n};\nextern crate libc;\n",
            "net": {"deep.rs": '#[path = "odd/name.rs"]\nmod other;\n', "odd": {"name.rs": "use rand::Rng;\n"}},
        },
        "tests": {"a.rs": "use my_tool::net;\nuse tempfile::tempdir;\n"},
        "build.rs": "use cc::Build;\nfn main() {}\n",
    }

    assert [(one.path, one.line, one.message.split(" ")[0]) for one in inspect("dependency-undeclared", tree)] == [
        ("build.rs", 1, "cc"),
        ("src/main.rs", 3, "regex"),
        ("src/net.rs", 2, "tokio"),
        ("src/net/odd/name.rs", 1, "rand"),
        ("tests/a.rs", 2, "tempfile"),
    ]


def test_what_a_glob_of_another_crate_does_not_bring(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "Cargo.toml": CRATE,
        "src": {
            "main.rs": "mod own;\nuse serde::{de::*, Serialize};\nuse sha2::Sha256;\nuse borsh::BorshSerialize;\n",
            "own.rs": "use crate::prelude::*;\nuse sha3::Keccak256;\n",
        },
        "tests": {"a.rs": "use borsh::prelude::*;\nuse serde::Serialize;\nuse given::X;\n"},
    }

    found = inspect("dependency-undeclared", tree)

    assert [(one.path, one.line) for one in found] == [("src/main.rs", 3), ("tests/a.rs", 1)]
    assert found[1].message == "borsh is used, and Cargo.toml does not declare it: this does not compile"


@pytest.mark.parametrize(
    "source",
    [
        "use serde::Serialize;\nuse re::Regex;\nuse ::serde::de;\n",
        "use my_tool::x;\nuse self::a::b;\nuse super::c;\nuse crate::d;\n",
        "mod inner { pub fn f() {} }\nuse inner::f;\n",
        "mod elsewhere;\nuse elsewhere::f;\n",
        '#[cfg(feature = "x")]\nmod lost;\n',
        "use crate::prelude::{net, io as streams};\nuse net::connect;\nuse streams::read;\n",
        "use serde::*;\nuse unknown::X;\n",
        "use crate::prelude::*;\nuse unknown::X;\n",
        "use serde::{self, de::{*}};\nuse unknown::X;\n",
        "use serde::{\n    de::{A, B},\n    *,\n};\nuse unknown::X;\n",
        'include!("generated.rs");\nuse unknown::X;\n',
        '// use unknown::X;\n/*\nuse unknown::Y;\n*/\nconst T: &str = r#"\nuse unknown::Z;\n"#;\nconst U: &str = "\nuse unknown::Z;\n";\n',
        "enum Kind { A }\nuse Kind::A;\n",
        "use stripe::Client;\nuse s3::Bucket;\n",
        "wit_bindgen::generate!({ generate_all });\nuse exports::shop::api::Guest;\nuse wasi::logging;\n",
        "declare_program!(market);\nuse market::accounts::Pool;\n",
        '#[cfg(feature = "onnx")]\nuse unknown::X;\n',
        '#![cfg(feature = "onnx")]\nuse unknown::X;\n',
        'fn f() { println!("use it"); }\n',
    ],
)
def test_quiet_rust(inspect: Callable[..., list[Finding]], source: str) -> None:
    tree = {
        "Cargo.toml": CRATE,
        "src": {"lib.rs": source, "lost.rs": "use unknown::X;\n"},
        "examples": {"x.rs": "use unknown::X;\n"},
        "scripts": {"x.rs": "use unknown::X;\n"},
        "vendor": {"v": {"Cargo.toml": CRATE, "src": {"lib.rs": "use unknown::X;\n"}}},
        "workspace": {"Cargo.toml": "[workspace]\nmembers = []\n"},
    }

    assert inspect("dependency-undeclared", tree) == []


def test_tables_of_targets_and_the_workspace_declare_too(inspect: Callable[..., list[Finding]]) -> None:
    manifest = (
        '[package]\nname = "a"\nversion = "0.1.0"\n[lib]\nname = "b"\n[target."cfg(unix)".dependencies]\nnix = "1"\n'
        '[dev-dependencies]\nproptest-derive.workspace = true\n[build-dependencies]\ncc = "1"\n'
    )
    source = "use nix::x;\nuse proptest_derive::y;\nuse cc::z;\nuse b::w;\nuse a::v;\n"

    assert inspect("dependency-undeclared", {"Cargo.toml": manifest, "src": {"lib.rs": source}}) == []


def test_a_library_that_is_called_otherwise_than_its_package(inspect: Callable[..., list[Finding]]) -> None:
    package = '[package]\nname = "{}"\nversion = "0.1.0"\n'
    tree = {
        "bridge": {"Cargo.toml": package.format("token-bridge") + '[lib]\nname = "cw_bridge"\n', "src": {"lib.rs": ""}},
        "user": {
            "Cargo.toml": package.format("user") + '[dependencies]\ntoken-bridge = "0.1.0"\n',
            "src": {"lib.rs": "use cw_bridge::msg::Execute;\n"},
        },
        "macro": {
            "Cargo.toml": package.format("macro") + "[lib]\nproc-macro = true\n",
            "src": {"lib.rs": "fn f() {\n  quote! {\n    use cw_bridge::msg::Execute;\n  }\n}\n"},
        },
        "other": {"Cargo.toml": package.format("other"), "src": {"lib.rs": "use cw_bridge::msg::Execute;\n"}},
    }

    assert [one.path for one in inspect("dependency-undeclared", tree)] == ["other/src/lib.rs"]


def test_hostile_rust_takes_no_time(inspect: Callable[..., list[Finding]]) -> None:
    texts = [
        "use a::" * 40_000,
        "/*" * 100_000,
        'r#"' * 60_000,
        "use {" * 60_000,
        "use b::" + "x" * 300_000,
        '"' * 99_999,
        '"\\\\' * 99_999,
    ]
    tree = {f"m{at}.rs": f"use serde::x;\n{text}" for at, text in enumerate(texts)}
    tree["lib.rs"] = "".join(f"mod m{at};\n" for at in range(len(texts))) + "mod lib;\n" * 20_000

    assert len(inspect("dependency-undeclared", {"Cargo.toml": CRATE, "src": tree})) <= 1


def go(*names: str) -> str:
    return "package a\n\nimport (\n" + "".join(f'\t"{name}"\n' for name in names) + ")\n"


def test_imports_of_go(inspect: Callable[..., list[Finding]]) -> None:
    module = "module example.org/{0}\n\ngo 1.22\n\nrequire (\n\tgithub.com/a/b/v2 v2.0.0\n\tgithub.com/c/d v1.0.0 // indirect\n)\n\nreplace gopkg.in/e => ../e\n"
    tree = {
        "go.work": "go 1.22\n\nuse (\n\t./x\n\t./y\n)\n",
        "x": {
            "go.mod": module.format("x"),
            "a.go": go("fmt", "net/http", "example.org/x/inner", "github.com/a/b/v2/deep", "github.com/c/d", "gopkg.in/e", "example.org/y", "github.com/a/b"),
            "b.go": 'package a\n\nimport other "github.com/lost/c"\n',
            "os_linux.go": "//go:build linux\n\n" + go("github.com/lost/d"),
            "testdata": {"c.go": go("github.com/lost/e")},
            "inner": {"d_test.go": go("github.com/lost/f")},
        },
        "y": {"go.mod": "module example.org/y\n\ngo 1.22\n", "a.go": go("github.com/c/d", "C")},
        "alone": {"go.mod": "module example.org/alone\n\ngo 1.22\n", "a.go": go("example.org/x")},
        "old": {"go.mod": "module example.org/old\n\ngo 1.16\n", "a.go": go("github.com/lost/g")},
        "vendored": {"go.mod": "module example.org/v\n\ngo 1.22\n", "vendor": {"modules.txt": ""}, "a.go": go("github.com/lost/h")},
    }  # fmt: skip

    found = inspect("dependency-undeclared", tree)

    assert places(found) == [
        ("error", "alone/a.go", 4),
        ("error", "x/a.go", 11),
    ]
    assert found[0].message.endswith("alone/go.mod requires no module that has it: go build refuses")


def test_crates_that_a_path_begins_with(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "Cargo.toml": CRATE,
        "src": {
            "main.rs": (
                "mod net;\nmod own;\nuse std::{fs, io::*};\nuse serde::Deserialize;\n\n"
                "struct A { value: serde_json::Value, text: str }\n#[tokio::main]\nasync fn main() { fs::read(1); u64::MAX; own::b::<u8>(); }\n"
            ),
            "net.rs": "use serde::*;\nfn a() { brought::b(); }\n",
            "own.rs": (
                '// hex::encode\nfn b<T>() { b::<u8>(); re::Regex::new("x::y"); stripe::A; my_tool::c(); calc::parse(); log::info!(1) }\n'
                "made!(calc);\nfn c(log: u8) { crate::deep::d(); $x::y; }\n"
            ),
        },
        "tests": {"a.rs": '#[cfg(feature = "x")]\nfn a() { gone::b(); }\n'},
    }  # fmt: skip

    assert [(one.path, one.line, one.message.split(" ")[0]) for one in inspect("dependency-undeclared", tree)] == [
        ("src/main.rs", 6, "serde_json"),
    ]
    assert "nor tokio (line 7)" in inspect("dependency-undeclared", tree)[0].message


def test_tests_of_go_that_a_generator_wrote(inspect: Callable[..., list[Finding]]) -> None:
    text = 'package api\n\nimport "github.com/a/assert"\n'
    tree = {
        "made": {"go.mod": "module x\n\ngo 1.23\n", "api_test.go": f"// Code generated by a tool\n\n{text}"},
        "own": {"go.mod": "module y\n\ngo 1.23\n", "api_test.go": text},
    }

    found = inspect("dependency-undeclared", tree)

    assert places(found) == [("warning", "made/api_test.go", 5), ("error", "own/api_test.go", 3)]
    assert all(one.message.endswith(": go test refuses") for one in found)
