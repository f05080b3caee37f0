from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

STUB = {
    "package.json": '{"name": "api"}',
    "src": {"store.js": 'export function refund() {\n  throw new Error("not implemented");\n}\n'},
}


def test_claims_beside_stubs(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "services": {"api": {**STUB, "STATUS.md": "# Status\n\nThe service is production-ready.\n"}},
        "reports": {"launch.md": "Everything is 100% complete and fully implemented.\n"},
        "README.md": "All tests pass.\n",
    }

    found = inspect("unsupported-claim", tree)

    assert places(found) == [
        ("warning", "README.md", 1),
        ("warning", "reports/launch.md", 1),
        ("warning", "services/api/STATUS.md", 3),
    ]
    assert "services/api/src/store.js:2 refund" in found[2].evidence


def test_claims_of_tests_where_there_are_none(inspect: Callable[..., list[Finding]]) -> None:
    web = {"package.json": '{"name": "web"}', "a.js": "export const a = 1;\n", "README.md": "All tests are passing.\n"}

    assert places(inspect("unsupported-claim", {"web": web})) == [("warning", "web/README.md", 1)]


def test_denials_plans_and_supported_claims(inspect: Callable[..., list[Finding]]) -> None:
    denied = (
        "Not production-ready.\nThis isn't production ready.\nBefore it is production-ready, rotate the keys.\nWill be fully implemented.\n"
        "- [ ] production-ready\nHow to make it production-ready?\nMake sure all tests pass.\n```\nproduction-ready\n```\n"
    )
    good = {
        "package.json": '{"name": "ok"}',
        "a.js": "export const a = 1;\n",
        "a.test.js": "test();\n",
        "README.md": "Production-ready; all tests pass.\n",
    }
    tree = {
        "api": {**STUB, "README.md": denied, "CHANGELOG.md": "- now production-ready\n"},
        "ok": good,
        "third_party": {"x": {"package.json": "{}", "README.md": "Production-ready.\n"}},
    }

    assert inspect("unsupported-claim", tree) == []
