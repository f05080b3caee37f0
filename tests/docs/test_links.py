"""Every relative link in our own Markdown leads to a file, and its fragment to a heading."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).parents[2]
FOREIGN = ("examples/", "tests/")
"""What is wrong on purpose there is what the checks are shown on."""

LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)|<img[^>]* src=\"([^\"]+)\"")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")


def pages() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    found = listed.stdout.decode().split("\0")[:-1]
    return sorted(path for path in found if not path.startswith(FOREIGN) and (ROOT / path).is_file())


def prose(text: str) -> str:
    """A page without its code, in which brackets mean something else."""
    lines = [line for line in FENCE.sub("", text).splitlines() if not line.startswith("    ")]
    return CODE.sub("", "\n".join(lines))


def anchors(text: str) -> set[str]:
    """The fragments of a page's headings, as forges make them."""
    headings = re.findall(r"^#{1,6}\s+(.+?)\s*$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def has(file: Path, fragment: str) -> bool:
    """Whether a page has a heading; other files have no fragments that anybody could check here."""
    return not fragment or file.suffix != ".md" or fragment in anchors(file.read_text(encoding="utf-8"))


def broken(page: Path, text: str) -> list[str]:
    found = []
    for match in LINK.finditer(prose(text)):
        target = match[1] or match[2]
        if re.match(r"[a-z][a-z0-9+.-]*:", target):
            continue
        path, _, fragment = unquote(target).partition("#")
        file = (page.parent / path).resolve() if path else page
        if not (file.exists() and file.is_relative_to(ROOT) and has(file, fragment)):
            found.append(target)
    return found


def test_there_are_pages() -> None:
    assert {"README.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs/cli.md"} <= set(pages())


@pytest.mark.parametrize("name", pages())
def test_every_relative_link_resolves(name: str) -> None:
    page = ROOT / name

    assert broken(page, page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[a](docs/cli.md) [b](https://example.invalid/x)", []),
        ("[a](docs/clu.md)", ["docs/clu.md"]),
        ("![a](docs/none.svg)", ["docs/none.svg"]),
        ("[a](docs/cli.md#nowhere)", ["docs/cli.md#nowhere"]),
        ("`[a](none.md)`\n\n    [b](none.md)\n", []),
        ('<img alt="a" src="none.svg">', ["none.svg"]),
        ("[a](../outside.md)", ["../outside.md"]),
    ],
)
def test_a_broken_link_is_told_from_a_whole_one(text: str, found: list[str]) -> None:
    assert broken(ROOT / "docs/../README.md", text) == found


def test_pages_that_docstrings_name_are_there() -> None:
    named = {
        (page, path.name)
        for path in (ROOT / "toolkit").rglob("*.py")
        for page in re.findall(r"``(docs/[\w/-]+\.md)``", path.read_text(encoding="utf-8"))
    }

    assert named
    assert {(page, module) for page, module in named if not (ROOT / page).is_file()} == set()
