"""Results that are made once a run and shared by all who ask for them."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.context import Context

__all__ = ["remembered"]

C = TypeVar("C", bound="Context")
P = ParamSpec("P")
T = TypeVar("T")


def remembered(make: Callable[Concatenate[C, P], T]) -> Callable[Concatenate[C, P], T]:
    """A function of the run whose result is kept in :attr:`Context.shared`, by its name and its further arguments.

    Args:
        make: takes the run first; what else it is given is told apart by its text. Its result is not to be changed.
    """
    name = f"{make.__module__}.{make.__qualname__}"

    @wraps(make)
    def recalled(context: C, /, *args: P.args, **kwargs: P.kwargs) -> T:
        key = ":".join((name, *map(str, args), *map(str, kwargs.values())))
        if key not in context.shared:
            context.shared[key] = make(context, *args, **kwargs)
        return cast("T", context.shared[key])

    return recalled
