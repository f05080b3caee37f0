"""The one import of invoke, without the test tools that it brings along.

``invoke/context.py`` imports ``unittest.mock`` (and with it asyncio) for a class that only tests use, and
``invoke/__init__.py`` reads its own version through ``importlib.metadata``: together half of what importing
invoke costs, at every start of the toolkit (``docs/decisions/start-up.md``). Stand-ins take their places while
invoke is imported for the first time, and leave again. Where the modules are loaded already, nothing is done.
Its copy of PyYAML, for configuration files that hardly anybody has, is loaded when it is first used.
"""

from __future__ import annotations

import contextlib
import sys
from importlib.machinery import PathFinder
from importlib.util import LazyLoader
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from importlib.machinery import ModuleSpec

__all__ = ["Collection", "Exit", "ParseError", "Program", "Task", "task"]


class _LazyYaml:
    """Finds invoke's copy of PyYAML so that it is executed at the first use."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target) if name == "invoke.vendor.yaml" else None
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec


@contextlib.contextmanager
def _without_test_tools() -> Iterator[None]:
    mock = ModuleType("unittest.mock")
    mock.__dict__["Mock"] = object
    metadata = ModuleType("importlib.metadata")
    metadata.__dict__["version"] = lambda _name: "unknown"
    stand_ins = {"unittest": ModuleType("unittest"), "unittest.mock": mock, "importlib.metadata": metadata}
    placed = {} if stand_ins.keys() & sys.modules.keys() else stand_ins
    sys.modules.update(placed)
    sys.meta_path.insert(0, _LazyYaml)
    try:
        yield
    finally:
        sys.meta_path.remove(_LazyYaml)
        for name in placed:
            del sys.modules[name]


with _without_test_tools():
    from invoke import Collection, Program, Task, task
    from invoke.exceptions import Exit, ParseError
