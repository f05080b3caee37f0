"""Repairs as one plan, and what is left after it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from tests.features.doctor.scripted import context_of, finding
from toolkit.features.doctor import aftermath, repair_of
from toolkit.model import Action, EditFile, Finding, Fix, MoveFile, RemoveTree, RunCommand, Safety, Span, WriteFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Repository


def fix(*actions: Action, safety: Safety = "safe") -> Fix:
    return Fix("mend it", safety, actions)


def edit(*spans: tuple[int, int, bytes], path: str = "f", digest: str = "d") -> EditFile:
    return EditFile(path, tuple(Span(*span) for span in spans), digest)


def test_edits_of_one_file_are_joined() -> None:
    found = repair_of(
        [
            finding("x", "error", "f", 1, fix(edit((0, 1, b"a")))),
            finding("y", "warning", "f", 2, fix(edit((5, 6, b"b"), (9, 9, b"c")))),
            finding("z", "warning", "f", 3, fix(edit((0, 1, b"a")))),
        ]
    )

    assert found.plan.actions == (edit((0, 1, b"a"), (5, 6, b"b"), (9, 9, b"c")),)
    assert [one.finding.check for one in found.chosen] == ["x", "y", "z"]
    assert found.conflicts == ()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (edit((0, 4, b"a")), edit((3, 5, b"b"))),
        (edit((4, 4, b"a")), edit((4, 4, b"b"))),
        (edit((0, 1, b"a")), edit((5, 6, b"b"), digest="e")),
        (edit((0, 1, b"a")), WriteFile("f", b"", "d")),
        (edit((0, 1, b"a"), path="t/f"), RemoveTree("t", "why", "any")),
        (MoveFile("f", "g", "d"), WriteFile("g", b"", None)),
        (RemoveTree("t", "why", "any"), MoveFile("x", "t/x", "d")),
    ],
)
def test_the_worse_finding_wins_and_the_other_is_named(first: Action, second: Action) -> None:
    found = repair_of([finding("late", "warning", "f", 0, fix(second)), finding("early", "error", "f", 0, fix(first))])

    assert found.plan.actions == (first,)
    assert [(one.loser.finding.check, one.winner.finding.check) for one in found.conflicts] == [("late", "early")]


def test_a_fix_is_taken_whole_or_not_at_all() -> None:
    whole = fix(edit((0, 1, b"a"), path="other"), edit((0, 1, b"b")))

    found = repair_of([finding("a", "error", "f", 0, fix(edit((0, 1, b"x")))), finding("b", "error", "f", 0, whole)])

    assert found.plan.actions == (edit((0, 1, b"x")),)


def test_rules_of_gitignore_are_all_appended() -> None:
    one, other = (edit((9, 9, name), path="a/.gitignore") for name in (b"/a\n", b"/b\n"))

    found = repair_of([finding("a", "error", "f", 0, fix(one)), finding("b", "error", "g", 0, fix(other))])

    assert found.plan.actions == (replace(one, spans=(*one.spans, *other.spans)),)


def test_what_is_declared_at_one_place_is_all_declared() -> None:
    def declared(text: bytes, path: str = "a/package.json") -> Fix:
        return fix(edit((9, 9, text), path=path))

    def chosen(*fixes: Fix) -> list[str]:
        return [
            one.finding.check
            for one in repair_of([finding(f"c{at}", "error", "f", at, one) for at, one in enumerate(fixes)]).chosen
        ]

    assert chosen(declared(b'"a": "1",\n  '), declared(b'"b": "1",\n  ')) == ["c0", "c1"]
    late, early = (
        finding("a", "error", "f", 0, declared(b'"b": "1",')),
        finding("b", "error", "f", 1, declared(b'"a": "1",')),
    )
    (joined,) = repair_of([late, early]).plan.actions
    assert isinstance(joined, EditFile)
    assert [span.text for span in joined.spans] == [b'"a": "1",', b'"b": "1",']
    assert chosen(declared(b',\n  "a": "1"'), declared(b',\n  "b": "1"')) == ["c0", "c1"]
    assert chosen(declared(b'"a": "1"'), declared(b'"b": "1"')) == ["c0"]
    assert chosen(declared(b'"a": "1",', "a/x.json"), declared(b'"b": "1",', "a/x.json")) == ["c0"]


def test_programs_run_when_every_file_is_as_it_will_be() -> None:
    lock = RunCommand(("npm", "install"), ".", "why", changes="package-lock.json")
    first, second = edit((0, 1, b"x"), path="a"), edit((0, 1, b"x"), path="b")

    found = repair_of(
        [finding("a", "error", "f", 0, fix(first, lock)), finding("b", "error", "g", 0, fix(second, lock))]
    )

    assert found.plan.actions == (first, second, lock)


def test_safety_and_copies() -> None:
    run = RunCommand(("true",), ".", "why")
    findings = [
        finding("safe", "error", "a", 0, fix(edit((0, 1, b"x"), path="a"))),
        finding("unsafe", "error", "b", 0, fix(run, safety="unsafe")),
        finding("manual", "error", "c", 0, Fix("think", "manual")),
        Finding("copy", "files", "info", "v", "m", vendored=True, fixes=(fix(edit((0, 1, b"x"), path="v")),)),
        finding("both", "warning", "d", 0, fix(safety="manual"), fix(edit((0, 1, b"x"), path="d"))),
    ]

    safe, all_of_them = repair_of(findings), repair_of(findings, unsafe=True)

    assert [one.finding.check for one in safe.chosen] == ["safe", "both"]
    assert ([one.check for one in safe.unsafe], [one.check for one in safe.manual]) == (["unsafe"], ["manual", "copy"])
    assert [one.finding.check for one in all_of_them.chosen] == ["safe", "unsafe", "both"]


def test_the_aftermath(repository: Callable[..., Repository]) -> None:
    context = context_of(repository({"a": "x\ny\n", "b": "z\n"}))
    old = [finding(line=1), finding(line=2), finding(path="b", line=1)]
    new = [finding(line=2), finding(path="c")]

    found = aftermath((context, old), (context, new), old[:2])

    assert (places(found.fixed), places(found.still), places(found.new)) == (
        [("error", "a", 1)],
        [("error", "a", 2)],
        [("error", "c", 0)],
    )
