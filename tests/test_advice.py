"""What a repair is called, where the toolkit is in use and where it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from toolkit.advice import fresh_install, new_lock, out_of_git
from toolkit.checking import Inspection

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Repository

PACKAGE = '{"dependencies": {"a": "1"}}'
CRATE = '[package]\nname = "a"\nversion = "0.1.0"\n'


@pytest.mark.parametrize(
    ("settings", "lock", "install", "going"),
    [
        (
            {},
            "npm install --package-lock-only, in web",
            "npm install, in web",
            "git rm -r --cached dist, and ignore it",
        ),
        (
            {"toolkit.toml": ""},
            "npm install --package-lock-only, in web, or invoke lock web",
            "npm install, in web, or invoke bootstrap --only web",
            "git rm -r --cached dist, and ignore it, or invoke clean --tracked",
        ),
    ],
)
def test_the_known_command_comes_first(
    repository: Callable[..., Repository], settings: dict[str, str], lock: str, install: str, going: str
) -> None:
    context = Inspection(repository({"web": {"package.json": PACKAGE}, **settings}).root, {})
    (item,) = context.subprojects

    assert (new_lock(context, item), fresh_install(context, item), out_of_git(context, "dist")) == (
        lock,
        install,
        going,
    )


@pytest.mark.parametrize(
    ("tree", "lock"),
    [
        ({"Cargo.toml": CRATE, "src": {"main.rs": ""}}, "cargo generate-lockfile"),
        ({"Cargo.toml": CRATE, "src": {"main.rs": ""}, "Cargo.lock": "version = 4\n"}, "cargo update --workspace"),
        ({"package.json": PACKAGE, "yarn.lock": "# yarn lockfile v1\n"}, "yarn install"),
        ({"requirements.txt": "a\n"}, "uv pip compile requirements.txt -o requirements.lock"),
    ],
)
def test_every_manager_has_its_own(repository: Callable[..., Repository], tree: dict[str, object], lock: str) -> None:
    context = Inspection(repository(tree).root, {})

    assert new_lock(context, context.subprojects[0]) == lock
