"""Expressions that wait: what they are to those that ask, and that each of ours can be compiled."""

from __future__ import annotations

import ast
import gc
import importlib
import pkgutil
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import toolkit
from toolkit.expressions import _Waiting, regex

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_an_expression_answers_as_a_compiled_one_does() -> None:
    waiting, compiled = regex(r"(?P<word>\w+)-", re.IGNORECASE), re.compile(r"(?P<word>\w+)-", re.IGNORECASE)

    assert [m["word"] for m in waiting.finditer("ab-CD-e")] == ["ab", "CD"]
    assert (waiting.sub("", "ab-c"), waiting.split("x-y"), waiting.search("")) == ("c", ["", "x", "y"], None)
    assert (waiting.pattern, waiting.flags, waiting.groupindex) == (
        compiled.pattern,
        compiled.flags,
        compiled.groupindex,
    )


def test_nothing_is_compiled_before_the_first_question() -> None:
    waiting = regex("(")

    with pytest.raises(re.error, match="unterminated"):
        waiting.search("x")


def test_every_expression_of_the_package_can_be_compiled() -> None:
    for module in pkgutil.walk_packages(toolkit.__path__, "toolkit."):
        importlib.import_module(module.name)

    faults = []
    waiting = [one for one in gc.get_objects() if isinstance(one, _Waiting) and one.pattern != "("]
    for one in waiting:
        try:
            re.compile(one.pattern, one._flags)
        except (re.error, TypeError) as error:
            faults.append((one.pattern, str(error)))

    assert len(waiting) > 900
    assert faults == []


def test_no_module_compiles_expressions_while_it_is_imported() -> None:
    folder = Path(toolkit.__path__[0])
    early = [
        f"{path.relative_to(folder)}:{call.lineno}"
        for path in sorted(folder.rglob("*.py"))
        if path.name != "launch.py"  # runs before there is an environment, and alone
        for call in _calls_at_import(ast.parse(path.read_text(encoding="utf-8")))
        if ast.unparse(call.func) == "re.compile"
    ]

    assert early == []


def _calls_at_import(node: ast.AST) -> Iterator[ast.Call]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield child
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _calls_at_import(child)
