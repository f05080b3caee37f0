"""Tokens of registries in git; none of them is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places
from toolkit.model import EditFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


TOKEN = "npm_" + "0a" * 18


def test_tokens(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a": {".npmrc": f"; a comment\n//registry.example/:_authToken={TOKEN}\n"},
        "b": {".yarnrc.yml": f"npmAuthToken: {TOKEN}\n"},
        "c": {".pypirc": f"[pypi]\nusername = me\npassword = {TOKEN}\n"},
        "d": {".cargo": {"credentials.toml": f'[registry]\ntoken = "{TOKEN}"\n'}},
        "e": {"pip.conf": f"[global]\nindex-url = https://me:{TOKEN}@index.example/simple\n"},
        "f": {".cargo": {"config.toml": f'[registries.own]\nindex = "sparse+x"\ntoken = "{TOKEN}"\n'}},
    }
    found = inspect("registry-token-committed", tree)

    assert places(found) == [
        ("error", "a/.npmrc", 2),
        ("error", "b/.yarnrc.yml", 1),
        ("error", "c/.pypirc", 3),
        ("error", "d/.cargo/credentials.toml", 2),
        ("error", "e/pip.conf", 2),
        ("error", "f/.cargo/config.toml", 3),
    ]
    assert not any(TOKEN[:8] in f"{one.message}{one.evidence}" for one in found)
    (action,) = found[0].fixes[0].actions
    assert isinstance(action, EditFile)
    assert [(span.end - span.start, span.text) for span in action.spans] == [(len(TOKEN), b"${NPM_TOKEN}")]


def test_quiet_for_variables_placeholders_and_what_git_does_not_track(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        ".npmrc": "//registry.example/:_authToken=${NPM_TOKEN}\n# _authToken=abcdefgh\nsave-exact=true\n",
        ".yarnrc.yml": "npmAuthToken: '${NPM_TOKEN:-}'\nnodeLinker: node-modules\n",
        "b": {".npmrc": "//registry.example/:_authToken=YOUR_TOKEN_HERE\n"},
        "c": {"credentials": "token = 0123456789\n"},
    }

    assert inspect("registry-token-committed", tree, loose={"d": {".npmrc": f"_authToken={TOKEN}"}}) == []


def test_hostile_settings_take_no_time(inspect: Callable[..., list[Finding]]) -> None:
    tree = {".npmrc": "registry" * 50_000 + "\n" + " " * 100_000, "pip.conf": "https://" * 50_000}

    assert inspect("registry-token-committed", tree) == []


def test_tokens_in_addresses_of_packages_and_passwords_of_nuget(inspect: Callable[..., list[Finding]]) -> None:
    token = "made-up-" + "a1" * 12
    tree = {
        "package.json": f'{{"dependencies": {{\n"a": "git+https://{token}@git.example.org/a.git",\n"b": "https://git@x.example.org/b.git"}}}}',
        "nuget.config": '<add key="Username" value="ci" />\n<add key="ClearTextPassword" value="MadeUp-77" />\n'
        '<add key="ClearTextPassword" value="%NUGET_PASSWORD%" />\n',
    }

    found = inspect("registry-token-committed", tree)

    assert places(found) == [("error", "nuget.config", 2), ("error", "package.json", 2)]
    assert all(token not in one.message + one.evidence for one in found)
