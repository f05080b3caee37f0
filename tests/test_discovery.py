"""Which subprojects are worked on, and which are only kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from toolkit.context import Context
from toolkit.discovery import Discovered, discover, kept_only

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Repository

APP = {"package.json": '{"dependencies": {"a": "1"}}', "package-lock.json": "{}"}


def found_in(made: Repository) -> Discovered:
    return discover(Context(made.root, {}))


@pytest.mark.parametrize("folder", ["archive", "old", "deprecated", "_archived", "Archive", "apps/old", ".attic"])
def test_what_is_only_kept_is_listed_and_left_out(repository: Callable[..., Repository], folder: str) -> None:
    made = repository({"web": APP, **nested(f"{folder}/first", APP)})

    found = found_in(made)

    assert [item.path for item in found.subprojects] == ["web"]
    assert [(item.path, item.role) for item in found.excluded] == [(f"{folder}/first", "ignored")]
    assert kept_only(found) == (
        f'left out: {folder}/first: {folder}/ is only kept; include = ["{folder}"] under [bootstrap] in toolkit.toml installs it',
    )


@pytest.mark.parametrize(
    "tree",
    [
        {"archive": APP},
        {"old": {"first": APP, "package.json": "{}"}},
        {"old": {"first": APP}, "toolkit.toml": '[bootstrap]\ninclude = ["old"]\n'},
        {"old": {"first": APP}, "toolkit.toml": '[projects."old/first"]\ncritical = true\n'},
        {"archiver": {"first": APP}, "threshold": {"old-age": APP}, "legacy": {"first": APP}},
        {
            "web": {"package.json": '{"dependencies": {"b": "file:../old/first"}}', "package-lock.json": "{}"},
            "old": {"first": {"package.json": '{"name": "b", "dependencies": {"a": "1"}}', "package-lock.json": "{}"}},
            "toolkit.toml": '[projects.web]\nafter = ["old/first"]\n',
        },
    ],
)
def test_what_lives_under_such_a_name_stays(repository: Callable[..., Repository], tree: dict[str, object]) -> None:
    found = found_in(repository(tree))

    assert (found.excluded, kept_only(found)) == ((), ())


def nested(path: str, content: dict[str, str]) -> dict[str, object]:
    first, _, rest = path.partition("/")
    return {first: nested(rest, content) if rest else content}
