"""Which subprojects are worked on, and which are only kept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from toolkit.context import Context
from toolkit.discovery import Discovered, discover, kept_only
from toolkit.errors import ConfigurationError

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


@pytest.mark.parametrize(
    ("settings", "sentence", "hint"),
    [
        ('[projects."wet"]\ncritical = true', '[projects."wet"] is no folder or subproject of this repository', 'did you mean "web"?'),
        ('[projects."wbe:npm"]\ncritical = true', '[projects."wbe:npm"] is no folder or', 'did you mean "web:npm"?'),
        ('[projects."web:nmp"]\ninstall = false', '[projects."web:nmp"] is no folder or', 'did you mean "web:npm"?'),
        ('[bootstrap.install-scripts]\nnmp = "allow"', "bootstrap.install-scripts names nmp, which is no", 'did you mean "npm"?'),
        ('[bootstrap.install-scripts]\ndocker = "allow"', "bootstrap.install-scripts names docker", "one of: anchor, bun"),
    ],
)  # fmt: skip
def test_settings_of_what_is_not_there_are_refused(
    repository: Callable[..., Repository], settings: str, sentence: str, hint: str
) -> None:
    repo = repository({"web": {"package.json": '{"scripts": {"test": "true"}}'}, "toolkit.toml": settings})
    with pytest.raises(ConfigurationError) as found:
        discover(Context(repo.root))
    assert sentence in found.value.message
    assert found.value.hint.startswith(hint)


def test_settings_may_speak_of_a_folder_and_of_an_ecosystem_that_nothing_here_uses(
    repository: Callable[..., Repository],
) -> None:
    settings = (
        '[projects."docs"]\nrole = "vendored"\n[bootstrap.install-scripts]\n"*" = "deny"\nyarn_classic = "allow"\n'
    )
    repo = repository({"docs": {"a.md": ""}, "toolkit.toml": settings})
    assert discover(Context(repo.root)).subprojects == ()


def test_what_names_each_other_has_an_order_all_the_same(repository: Callable[..., Repository]) -> None:
    def both(name: str, other: str, *, crate_needs: bool) -> dict[str, str]:
        needs = f'[dependencies]\n{other} = {{ path = "../{other}" }}\n' if crate_needs else ""
        package = {
            "name": name,
            "dependencies": {} if crate_needs else {other: f"file:../{other}"},
            "scripts": {"a": "b"},
        }
        return {
            "package.json": json.dumps(package),
            "Cargo.toml": f'[package]\nname = "{name}"\nversion = "1.0.0"\n{needs}[workspace]\n',
            "Cargo.lock": "",
        }

    made = repository(
        {
            "a": {"package.json": '{"dependencies": {"b": "file:../b"}}'},
            "b": {"package.json": '{"dependencies": {"a": "file:../a", "d": "file:../d"}}'},
            "c": both("c", "d", crate_needs=True),
            "d": both("d", "c", crate_needs=False),
            "toolkit.toml": '[projects.a]\nafter = ["d"]\n',
        }
    )
    needs = {item.key: item.needs for item in found_in(made).subprojects}
    assert needs == {
        "a:npm": ("b", "d"),
        "b:npm": ("d",),
        "c:cargo": ("d",),
        "c:npm": (),
        "d:cargo": (),
        "d:npm": (),
    }
