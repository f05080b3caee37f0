"""The generated pages say what the code says, and no page points into nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from docs import generate

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", sorted(generate.PAGES))
def test_a_page_is_up_to_date(name: str) -> None:
    page = ROOT / "docs" / name

    assert page.read_text(encoding="utf-8") == generate.PAGES[name]().rstrip("\n") + "\n", (
        "python3 -m toolkit.launch python -m docs.generate writes it anew"
    )


def test_an_old_page_is_noticed_and_written_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = {"one.md": lambda: "new\n", "two.md": lambda: "same"}
    monkeypatch.setattr(generate, "DOCS", tmp_path)
    monkeypatch.setattr(generate, "PAGES", pages)
    (tmp_path / "one.md").write_text("old\n")
    (tmp_path / "two.md").write_text("same\n")

    assert generate.main(["--check"]) == 1
    assert (tmp_path / "one.md").read_text() == "old\n"
    assert generate.main([]) == 0
    assert (tmp_path / "one.md").read_text() == "new\n"
    assert generate.main(["--check"]) == 0


def test_an_unknown_word_is_a_wrong_usage() -> None:
    assert generate.main(["--chek"]) == 2


def test_the_check_runs_as_a_program() -> None:
    argv = [sys.executable, "-m", "docs.generate", "--check"]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize(
    ("index", "folder", "prefix"),
    [("unverified.md", "unverified", "unverified/"), ("decisions/README.md", "decisions", "")],
)
def test_an_index_names_every_page(index: str, folder: str, prefix: str) -> None:
    text = (ROOT / "docs" / index).read_text(encoding="utf-8")
    pages = sorted(page.name for page in (ROOT / "docs" / folder).glob("*.md") if page.name != "README.md")

    assert pages
    assert [page for page in pages if f"({prefix}{page})" not in text] == []
