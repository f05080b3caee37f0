"""What is accepted, and the file of it that only shrinks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.features.doctor.scripted import BROKEN, context_of, finding
from toolkit.errors import ConfigurationError, ExitCode
from toolkit.features.doctor import Order, accept, examine, fingerprints, parse, with_baseline, written

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Repository


def test_fingerprints_survive_moved_lines_and_tell_equal_lines_apart(repository: Callable[..., Repository]) -> None:
    before = repository({"a": "one\nbad\nbad\n"}, name="before")
    after = repository({"a": "new\none\n\n  bad\nmore\nbad\n"}, name="after")

    old = fingerprints(context_of(before), [finding(line=2), finding(line=3), finding(path=".")])
    new = fingerprints(context_of(after), [finding(line=4), finding(line=6), finding(path=".")])

    assert len(set(old.values())) == 3
    assert set(old.values()) == set(new.values())


def test_the_ratchet(repository: Callable[..., Repository]) -> None:
    made = repository(BROKEN)
    order = Order(only=("config-unparsable",))
    first = examine(context_of(made), order)
    baseline = parse("baseline", written(accept(context_of(made), first.findings)))
    assert [line["path"] for line in baseline.values()] == ["a/package.json", "b/package.json"]

    made.write({"a": {"package.json": "{}"}, "b": {"package.json": "\n\n{\n"}, "c": {"package.json": "["}})
    context = context_of(made)
    second, found = with_baseline(context, examine(context, order), baseline, whole=True)

    assert [one.path for one in second.findings if one.severity == "error"] == ["c/package.json"]
    assert (found.fixed, [line["path"] for line in found.left.values()]) == (1, ["b/package.json"])

    made.write({"a": {"package.json": "{\n  1\n}\n"}, "b": {"package.json": "{\n"}, "c": {"package.json": "{}"}})
    context = context_of(made)
    third, found = with_baseline(context, examine(context, order), baseline, whole=True)
    assert (third.exit_code, third.fixed, len(found.left)) == (ExitCode.OK, 0, 2)
    assert {one.by for one in third.silenced} == {"baseline"}

    partial, found = with_baseline(context, examine(context, Order(only=("conflict-copy",))), baseline, whole=True)
    assert (partial.fixed, len(found.left)) == (0, 2)


@pytest.mark.parametrize("content", [b"", b"[]", b'{"accepted": [{"check": "x"}]}'])
def test_a_baseline_that_is_none(content: bytes) -> None:
    with pytest.raises(ConfigurationError):
        parse("baseline", content)
