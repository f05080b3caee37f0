"""Settings for GitHub below the root."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places
from tests.checks.workflows import at_root

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def test_what_is_read_at_the_root_only(inspect: Callable[..., list[Finding]]) -> None:
    github = {
        "dependabot.yml": "",
        "CODEOWNERS": "",
        "ISSUE_TEMPLATE": {"a.md": "", "b.md": ""},
        "pull_request_template.md": "",
        "labeler.yml": "",
    }
    found = inspect("nested-github-config", {"web": {".github": github}, "vendor": {"x": {".github": github}}})

    assert [one for one in places(found) if one[1].startswith("web/")] == [
        ("warning", "web/.github/CODEOWNERS", 0),
        ("warning", "web/.github/ISSUE_TEMPLATE/a.md", 0),
        ("warning", "web/.github/dependabot.yml", 0),
    ]
    assert {one.path: [place.path for place in one.related] for one in found if one.related}[
        "web/.github/ISSUE_TEMPLATE/a.md"
    ] == [
        "web/.github/labeler.yml",
        "web/.github/pull_request_template.md",
    ]
    assert {one.severity for one in found if one.path.startswith("vendor/")} == {"info"}
    assert {one.path: one.fixes[0].safety for one in found}["web/.github/dependabot.yml"] == "unsafe"


def test_quiet_for_the_root_for_actions_and_for_what_a_workflow_names(inspect: Callable[..., list[Finding]]) -> None:
    flow = "on: push\njobs: {x: {steps: [{with: {configuration-path: web/.github/labeler.yml}}]}}\n"
    tree = at_root(flow, web={".github": {"labeler.yml": "", "actions": {"a": {"action.yml": ""}}, "copilot.md": ""}})
    tree[".github"] = {"dependabot.yml": "", "CODEOWNERS": ""}

    assert inspect("nested-github-config", tree) == []


def test_files_beside_the_places_that_are_read(inspect: Callable[..., list[Finding]]) -> None:
    updates = "version: 2\nupdates:\n- package-ecosystem: npm\n  directory: /\n"
    tree = at_root(
        "on: push\njobs: {}\n",
        web={
            "CODEOWNERS": "",
            ".github": {
                "dependabot": {"a.yml": updates},
                "SECURITY.md": "",
                "settings.yml": "",
                "codeql": {"config.yml": ""},
            },
        },
        docs={"CODEOWNERS": "", "dependabot.yml": updates},
        CODEOWNERS="",
    )
    tree[".github"] = {
        "workflows": {"dependabot.yml": updates},
        "dependabot": {"npm.yml": updates, "notes.yml": "updates: [a, b]\n"},
        "CODEOWNERS": "",
        "dependabot.yml": updates,
    }

    assert places(inspect("nested-github-config", tree)) == [
        ("warning", ".github/dependabot/npm.yml", 0),
        ("warning", ".github/workflows/dependabot.yml", 0),
        ("info", "web/.github/SECURITY.md", 0),
        ("warning", "web/.github/codeql/config.yml", 0),
        ("warning", "web/.github/dependabot/a.yml", 0),
        ("warning", "web/CODEOWNERS", 0),
    ]
