"""Files that the manifest of a browser extension names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

_ALL: dict[str, Any] = {
    "manifest_version": 3,
    "name": "shop",
    "background": {"service_worker": "background.js"},
    "content_scripts": [{"matches": ["<all_urls>"], "js": ["content.js"], "css": ["content.css"]}],
    "action": {"default_popup": "popup.html", "default_icon": {"16": "icons/16.png"}},
    "icons": {"16": "/icons/16.png"},
}
_FILES = ("background.js", "content.js", "content.css", "popup.html", "icons/16.png")


def extension(*lacking: str, **more: Any) -> dict[str, Any]:
    files = {f"ext/{name}": "x" for name in _FILES if name not in lacking}
    return {"ext/manifest.json": json.dumps({**_ALL, **more}, indent=1), **files}


def test_all_is_there(inspect: Callable[..., list[Finding]]) -> None:
    assert inspect("extension-entry-missing", extension()) == []


@pytest.mark.parametrize(
    ("lacking", "line"), [("background.js", 5), ("content.css", 16), ("popup.html", 21), ("icons/16.png", 23)]
)
def test_a_folder_that_the_browser_loads_as_it_is(
    inspect: Callable[..., list[Finding]], lacking: str, line: int
) -> None:
    found = inspect("extension-entry-missing", extension(lacking))

    assert places(found) == [("error", "ext/manifest.json", line)]
    assert lacking in found[0].message


def test_messages_of_the_default_locale(inspect: Callable[..., list[Finding]]) -> None:
    tree = extension(default_locale="de")

    (found,) = inspect("extension-entry-missing", tree)

    assert "_locales/de/messages.json" in found.message
    assert inspect("extension-entry-missing", {**tree, "ext/_locales/de/messages.json": "{}"}) == []


@pytest.mark.parametrize(
    "packer",
    [
        {"ext/package.json": '{"scripts": {"build": "vite build"}}'},
        {"package.json": '{"scripts": {"build:ext": "esbuild ext/main.ts --outdir=dist"}}'},
    ],
    ids=["its own package", "the root's script"],
)
def test_what_a_build_makes(inspect: Callable[..., list[Finding]], packer: dict[str, str]) -> None:
    tree = {**extension("background.js", "popup.html", "icons/16.png"), **packer}

    assert places(inspect("extension-entry-missing", tree)) == [("warning", "ext/manifest.json", 23)]


@pytest.mark.parametrize("source", ["ext/draw_icons.py", "brand/16.png"])
def test_where_an_icon_comes_from(inspect: Callable[..., list[Finding]], source: str) -> None:
    tree = {**extension("icons/16.png"), "ext/package.json": '{"scripts": {"build": "vite build"}}', source: "x"}

    assert inspect("extension-entry-missing", tree) == []


def test_a_manifest_that_is_copied_and_one_of_a_page(inspect: Callable[..., list[Finding]]) -> None:
    page = json.dumps({"name": "shop", "icons": [{"src": "/gone.png", "sizes": "16x16"}]})
    tree = {**extension(*_FILES), "public/manifest.json": page}

    assert inspect("extension-entry-missing", tree) == []


def test_what_packs_a_part_of_the_folder_packs_not_the_folder(inspect: Callable[..., list[Finding]]) -> None:
    """A package below it says its place, and has pictures of its own."""
    tree = extension("icons/16.png")
    nested = {"ext/panel/package.json": '{"repository": {"directory": "ext/panel"}}', "ext/panel/hand.svg": "<svg/>"}

    assert places(inspect("extension-entry-missing", {**tree, **nested})) == [("error", "ext/manifest.json", 23)]
    packed = inspect("extension-entry-missing", {**tree, **nested, "package.json": '{"files": ["ext"]}'})
    assert [one.severity for one in packed] == ["warning"]
