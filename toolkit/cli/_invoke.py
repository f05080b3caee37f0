"""The one import of invoke, without the test tools that it brings along.

``invoke/context.py`` imports ``unittest.mock`` (and with it asyncio) for a class that only tests use, and
``invoke/__init__.py`` reads its own version through ``importlib.metadata``: together half of what importing
invoke costs, at every start of the toolkit (``docs/decisions/start-up.md``). Stand-ins take their places while
invoke is imported for the first time, and leave again. Where the modules are loaded already, nothing is done.
"""

from __future__ import annotations

import contextlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Collection", "Exit", "ParseError", "Program", "Task", "task"]


@contextlib.contextmanager
def _without_test_tools() -> Iterator[None]:
    mock = ModuleType("unittest.mock")
    mock.__dict__["Mock"] = object
    metadata = ModuleType("importlib.metadata")
    metadata.__dict__["version"] = lambda _name: "unknown"
    stand_ins = {"unittest": ModuleType("unittest"), "unittest.mock": mock, "importlib.metadata": metadata}
    placed = {} if stand_ins.keys() & sys.modules.keys() else stand_ins
    sys.modules.update(placed)
    try:
        yield
    finally:
        for name in placed:
            del sys.modules[name]


with _without_test_tools():
    from invoke import Collection, Program, Task, task
    from invoke.exceptions import Exit, ParseError
