"""Sources of Python as trees, also where several threads ask at once."""

from __future__ import annotations

import ast
import gc
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor

from toolkit.checks._python_trees import tree_of


def test_what_can_be_read_and_what_cannot() -> None:
    tree = tree_of("import a\n")
    assert tree is not None
    assert ast.dump(tree.body[0]) == "Import(names=[alias(name='a')])"
    assert tree_of(b"print 'hello'\n") is None
    assert tree_of("a\0b") is None


def test_no_warning_of_a_source_is_shown() -> None:
    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always")
        assert tree_of("a = '\\d'\nb = 1 is 1\n") is not None
    assert shown == []


class _Circle:
    """Garbage whose end runs Python, at which another thread may go on."""

    def __init__(self) -> None:
        self.self = self

    def __del__(self) -> None:
        sum(range(200))


def test_several_threads_at_once() -> None:
    source = "value = " + "(" * 40 + "1" + " + 1)" * 40 + "\n"

    def read(_: int) -> ast.Module | None:
        _Circle()
        return tree_of(source * 3)

    threshold, interval = gc.get_threshold(), sys.getswitchinterval()
    gc.set_threshold(200)
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            trees = list(pool.map(read, range(200)))
    finally:
        gc.set_threshold(*threshold)
        sys.setswitchinterval(interval)
    assert all(tree is not None and len(tree.body) == 3 for tree in trees)
