"""Results that are made once a run and shared by all who ask for them."""

from __future__ import annotations

import threading
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.context import Context

__all__ = ["once_a_run"]

C = TypeVar("C", bound="Context")
P = ParamSpec("P")
T = TypeVar("T")


def once_a_run(find: Callable[Concatenate[C, P], T]) -> Callable[Concatenate[C, P], T]:
    """Make a function of the run answer once for each of its further arguments; threads that ask meanwhile wait.

    Args:
        find: takes the run first; what else it is given is told apart by its text. Nobody changes its answer.
    """
    name = f"{find.__module__}.{find.__qualname__}"

    @wraps(find)
    def answer(context: C, /, *args: P.args, **kwargs: P.kwargs) -> T:
        key = "\0".join((name, *map(str, args), *map(str, kwargs.values()))) if args or kwargs else name
        if key not in context.shared:
            with context.shared.setdefault(f"{key}, being found", threading.RLock()):
                if key not in context.shared:
                    context.shared[key] = find(context, *args, **kwargs)
        return cast("T", context.shared[key])

    return answer
