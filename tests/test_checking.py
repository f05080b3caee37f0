"""The contract of a check, held by every file in the folder, and what checks are given."""

from __future__ import annotations

import ast
import inspect as python_inspect
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from toolkit.catalog import SECTIONS, catalog, documentation, load
from toolkit.checking import FAMILIES, Check, Inspection, Needs
from toolkit.documents import yaml
from toolkit.model import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.repository import Repository
    from toolkit.model import Finding

IDS = [listed.id for listed in catalog()]
ROOT = Path(__file__).resolve().parent


@pytest.mark.parametrize("name", IDS)
def test_a_file_defines_one_check_named_by_its_place(name: str) -> None:
    check = load(name)

    assert (check.id, check.family in FAMILIES, check.severity in ("error", "warning", "info")) == (name, True, True)


@pytest.mark.parametrize("name", IDS)
def test_the_docstring_is_a_page(name: str) -> None:
    page = documentation(load(name))

    assert [heading for heading, text in page.sections if not text] == []
    assert page.title.endswith(".")
    assert page.safety in ("safe", "unsafe", "manual")


@pytest.mark.parametrize("name", IDS)
def test_every_check_has_a_test(name: str) -> None:
    check = load(name)

    assert (ROOT / "checks" / check.family / f"test_{name.replace('-', '_')}.py").is_file()


@pytest.mark.parametrize("name", IDS)
def test_a_check_never_writes(name: str) -> None:
    tree = ast.parse(python_inspect.getsource(python_inspect.getmodule(type(load(name))) or pytest.fail("no source")))
    writers = {"write_text", "write_bytes", "unlink", "rmdir", "mkdir", "rename", "replace_process", "atomic_write"}
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} | {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name)
    }

    assert used & writers == set()


@pytest.mark.parametrize("name", IDS)
def test_a_finding_says_what_to_do(name: str) -> None:
    tree = ast.parse(python_inspect.getsource(python_inspect.getmodule(type(load(name))) or pytest.fail("no source")))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    told = [node for node in calls if isinstance(node.func, ast.Attribute) and node.func.attr == "finding"]

    assert [node.lineno for node in told if "fixes" not in {word.arg for word in node.keywords}] == []


def test_ids_are_unique() -> None:
    assert len(set(IDS)) == len(IDS)
    assert IDS


class Anywhere(Check):
    """A check outside of the folder, for tests."""

    id = "anywhere"
    family = "files"

    def run(self, context: Inspection) -> Iterator[Finding]:
        yield self.finding(context, "vendor/a.yml", "found", line=(3, 7), severity="error")
        yield self.finding(context, "a.yml", "found", line=3)


def test_a_finding_in_a_copy_is_marked_and_lowered(repository: Callable[..., Repository]) -> None:
    context = Inspection(repository({"a.yml": "", "vendor": {"a.yml": ""}}).root, {})

    assert [(one.severity, one.line, one.column, one.vendored) for one in Anywhere().run(context)] == [
        ("info", 3, 7, True),
        ("warning", 3, 0, False),
    ]


def test_the_other_places_are_told_once_each(repository: Callable[..., Repository]) -> None:
    context = Inspection(repository({"a.yml": ""}).root, {})
    others = [("b.yml", 2), ("a.yml", 3), ("b.yml", 2), ("c.yml", 0)]

    one = Anywhere().finding(context, "a.yml", "found", line=(3, 7), related=others)

    assert one.related == (Place("b.yml", 2), Place("c.yml", 0))
    assert one.places == (Place("a.yml", 3), *one.related)


class Kept(Anywhere):
    """The same, as one that is remembered by file."""

    id = "kept"

    def look(self, context: Inspection, path: str) -> Iterator[Finding]:
        """Two lines of one file, told as one."""
        yield self.finding(context, path, "found", line=1, related=[(path, 2)])

    def astray(self, context: Inspection, path: str) -> Iterator[Finding]:
        """What lies in another file, too."""
        yield self.finding(context, path, "found", line=1, related=[("other.yml", 2)])


def test_the_other_places_of_a_file_are_remembered_with_it(repository: Callable[..., Repository]) -> None:
    context = Inspection(repository({"a.yml": ""}).root, {})

    first, again = (list(Kept().found_in(context, "a.yml", Kept().look)) for _ in range(2))

    assert [one.places for one in again] == [one.places for one in first] == [(Place("a.yml", 1), Place("a.yml", 2))]
    with pytest.raises(TypeError, match="several files"):
        list(Kept().found_in(context, "a.yml", Kept().astray))


def test_documents_are_parsed_once(repository: Callable[..., Repository]) -> None:
    context = Inspection(repository({"a.yml": "x: 1\n---\ny: 2\n"}).root, {})
    first = context.document("a.yml", yaml.parse_all)

    assert [part.data for part in first] == [{"x": 1}, {"y": 2}]
    assert context.document("a.yml", yaml.parse_all) is first


def test_a_focus_narrows_what_is_reported_on_only(repository: Callable[..., Repository]) -> None:
    root = repository({"a": {"x.tf": ""}, "b": {"x.tf": "", "y.tf": ""}}).root
    context = Inspection(root, {}, frozenset({"b/x.tf"}))

    assert list(context.named("x.tf")) == ["b/x.tf"]
    assert list(context.matching("*.tf")) == ["b/x.tf"]
    assert list(context.inventory.named("x.tf")) == ["a/x.tf", "b/x.tf"]


@pytest.mark.parametrize(
    ("folder", "expected"),
    [("a", ("a/x", "a/y/z")), ("a/y", ("a/y/z",)), (".", ("a+/q", "a/x", "a/y/z", "ab")), ("none", ())],
)
def test_below(repository: Callable[..., Repository], folder: str, expected: tuple[str, ...]) -> None:
    context = Inspection(repository({"a": {"x": "", "y": {"z": ""}}, "ab": "", "a+": {"q": ""}}).root, {})

    assert context.below(folder) == expected


@pytest.mark.parametrize(
    ("needs", "offline", "reason"),
    [
        (Needs(), False, ""),
        (Needs(platforms=("plan9",)), False, "only on plan9"),
        (Needs(tools=("git", "no-such-program")), False, "no-such-program is not installed"),
        (Needs(modules=("yaml", "no_such_module")), False, "the Python package no_such_module is not installed"),
        (Needs(network=True), True, "needs the network"),
        (Needs(network=True), False, ""),
    ],
)
def test_needs(repository: Callable[..., Repository], needs: Needs, offline: bool, reason: str) -> None:
    import os

    context = Inspection(repository().root, {"PATH": os.environ["PATH"]})
    context.offline = offline

    assert needs.unmet(context) == reason


def test_what_was_deleted_is_gone_and_what_was_evicted_is_not(repository: Callable[..., Repository]) -> None:
    made = repository({"a": "", "b": {"c": "", "d": ""}, "e": ""})
    for name in ("a", "b/c", "e"):
        (made.root / name).unlink()
    made.write({"b": {".c.icloud": ""}, ".e.icloud": ""})

    assert Inspection(made.root, {}).inventory.tracked == ("b/c", "b/d", "e")


def test_sections_are_the_four_of_the_page() -> None:
    assert SECTIONS == ("What it checks", "Why it matters", "How to fix", "Fix safety")


def test_the_family_machine_is_about_the_machine() -> None:
    """``--changed`` leaves the family out before any of its checks is loaded."""
    assert {load(name).scope for name in IDS if load(name).family == "machine"} == {"machine"}
