from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from toolkit.checking import Inspection
from toolkit.checks._test_code import in_test, is_test

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Repository

SOURCE = """\
#[cfg(test)]
use std::{fmt, io};
fn a(x: [u8; 4]) {
    "#[cfg(test)] {"
}
#[tokio::test]
async fn b(x: [u8; 4]) {
    { }
}
#[cfg(not(test))]
fn c() {}
#[cfg(all(test, not(feature = "slow")))]
#[allow(dead_code)]
mod checks {
    fn d() {}
}
// #[cfg(test)]
fn e() {}
#[cfg(any(test, feature = "test-utils"))]
impl Store for F {
    fn f() {}
}
#[cfg(feature = "testnet")]
fn g() {}
mod price_tests {
    fn h() {}
}
"""


def test_items_of_tests_within_a_source_of_rust(repository: Callable[..., Repository]) -> None:
    context = Inspection(
        repository({"src": {"a.rs": SOURCE, "b.rs": f"#![cfg(test)]\n{SOURCE}", "c.py": SOURCE}}).root, {}
    )

    found = [line for line in range(1, 28) if in_test(context, "src/a.rs", line)]

    assert found == [1, 2, 6, 7, 8, 9, 12, 13, 14, 15, 16, 19, 20, 21, 22, 25, 26, 27]
    assert in_test(context, "src/b.rs", 3)
    assert not in_test(context, "src/c.py", 1)


def test_modules_that_are_mounted_for_tests(repository: Callable[..., Repository]) -> None:
    source = {
        "lib.rs": '#[cfg(test)]\nmod helpers;\n#[cfg(test)]\n#[path = "odd.rs"]\nmod named;\npub mod vault;\nmod real;\n',
        "helpers": {"mod.rs": "mod inner;\n", "inner.rs": "mod deep;\n", "inner": {"deep.rs": ""}},
        "odd.rs": "",
        "real.rs": "",
        "vault": {
            "mod.rs": "#[cfg(not(test))]\nmod live;\n#[cfg(test)]\npub(crate) mod twins;\n",
            "twins.rs": "",
            "live.rs": "",
        },
    }
    context = Inspection(repository({"src": source, "mod.rs": "", "main.rs": "mod alone;", "alone.rs": ""}).root, {})
    asked = [path for path in sorted(context.inventory.files) if in_test(context, path, 1)]

    assert asked == [
        "src/helpers/inner.rs",
        "src/helpers/inner/deep.rs",
        "src/helpers/mod.rs",
        "src/lib.rs",
        "src/odd.rs",
        "src/vault/twins.rs",
    ]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("src/tests.rs", True),
        ("src/test_utils.rs", True),
        ("src/mock.rs", True),
        ("a/integration-tests/x.ts", True),
        ("a/test-helpers/x.ts", True),
        ("src/test/java/PayTest.java", True),
        ("app/PayTests.swift", True),
        ("pay_test.go", True),
        ("fuzz/fuzz_targets/a.rs", True),
        ("test_pay.py", True),
        ("src/latest.java", False),
        ("src/attestation.rs", False),
        ("contests/a.ts", False),
        ("testnet/a.ts", False),
        ("src/protest.rs", False),
    ],
)
def test_paths(path: str, expected: bool) -> None:
    assert is_test(path) is expected


def test_sources_that_open_more_than_they_close(repository: Callable[..., Repository]) -> None:
    content = "#[cfg(test)]\nmod a {\n" * 20_000
    context = Inspection(repository({"a.rs": content, "b.rs": "#[test]" * 50_000, "c.rs": "#[cfg(" * 50_000}).root, {})

    assert in_test(context, "a.rs", 40_000)
    assert not in_test(context, "c.rs", 1)
