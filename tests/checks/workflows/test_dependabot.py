"""Folders and ecosystems that Dependabot is told of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

WEB = {
    "package.json": '{"scripts": {"test": "x"}}',
    "package-lock.json": "{}",
    "scripts": {"a.sh": ""},
    "Dockerfile": "",
}


def test_ecosystems_of_dependabot(inspect: Callable[..., list[Finding]]) -> None:
    updates = "".join(
        f"  - package-ecosystem: {kind}\n    directory: {folder}\n"
        for kind, folder in (("npm", "/web"), ("pip", "/web"), ("pip", "/api"), ("docker", "/web"), ("pip", "/web/*"))
    )
    tree = {
        ".github": {"dependabot.yml": f"version: 2\nupdates:\n{updates}"},
        "web": WEB,
        "api": {"pyproject.toml": ""},
    }

    assert places(inspect("workflow-reference-missing", tree)) == [("warning", ".github/dependabot.yml", 6)]


def test_folders_of_dependabot(inspect: Callable[..., list[Finding]]) -> None:
    text = """version: 2
updates:
  - package-ecosystem: npm
    directory: /web
  - package-ecosystem: npm
    directory: /website
  - package-ecosystem: docker
    directories:
      - "/images/*"
      - /gone
  - package-ecosystem: npm
    directory: /gone
  - package-ecosystem: npm
    directory: /other
    target-branch: other
"""
    tree = {".github": {"dependabot.yml": text}, "web": {"package.json": "{}"}}

    assert places(inspect("workflow-reference-missing", tree)) == [
        ("warning", ".github/dependabot.yml", 6),
        ("warning", ".github/dependabot.yml", 10),
    ]


def test_many_folders_of_dependabot_are_one_finding(inspect: Callable[..., list[Finding]]) -> None:
    text = "version: 2\nupdates:\n" + "".join(
        f"  - package-ecosystem: npm\n    directory: /{name}\n    schedule: {{interval: weekly}}\n" for name in "abcd"
    )

    found = inspect("workflow-reference-missing", {".github": {"dependabot.yml": text}})

    assert [(one.severity, one.line, one.message, one.evidence) for one in found] == [
        (
            "warning",
            4,
            "Dependabot looks into /a, which does not exist, and into 3 more that do not: it updates nothing there",
            "/a (4), /b (7), /c (10), /d (13)",
        )
    ]
