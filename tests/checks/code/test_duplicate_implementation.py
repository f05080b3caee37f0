from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

LINES = [f"export const value{number} = compute({number});" for number in range(20)]
MODULE = "\n".join(LINES) + "\n"


def package(**files: str) -> dict[str, object]:
    return {"package.json": "{}", **{f"{name}.ts": text for name, text in files.items()}}


def test_one_finding_for_two_packages(inspect: Callable[..., list[Finding]]) -> None:
    drifted = "// a comment\n\n" + MODULE.replace("compute(3)", "mended(3)")

    found = inspect(
        "duplicate-implementation",
        {"a": package(money=MODULE, score=MODULE), "b": package(money=drifted, score=MODULE)},
    )

    assert places(found) == [("warning", "b/money.ts", 0)]
    assert "and 1 more files" in found[0].message


def test_small_foreign_own_and_conventional_copies(inspect: Callable[..., list[Finding]]) -> None:
    short = "\n".join(LINES[:5])
    tree = {
        "a": package(small=short, env=MODULE)
        | {"x": {"same.ts": MODULE}, "y": {"same.ts": MODULE}, "tests": {"t.ts": MODULE}},
        "b": package(small=short, other=MODULE) | {"tests": {"t.ts": MODULE}, "generated": {"api.ts": MODULE}},
        "c": package(unlike="\n".join(LINES[:14])) | {"generated": {"api.ts": MODULE}},
        "d": package(unlike=MODULE),
        "vendor": {"e": package(other=MODULE)},
        **{f"p{number}": package(button=MODULE) for number in range(5)},
    }

    assert inspect("duplicate-implementation", tree) == []
