"""Frozen dataclasses that are quick to define.

:func:`dataclasses.dataclass` writes and compiles seven methods for each class when its module is imported. For the hundred
and fifty classes that a run of all checks loads that took 0.12 s, and most of them are never made or compared in it.
"""

from __future__ import annotations

from dataclasses import MISSING, FrozenInstanceError, dataclass, field, fields
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, dataclass_transform

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["frozen"]

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """Make of a class what ``dataclass(frozen=True, slots=True)`` makes of it, with methods that all such classes share.

    Only the constructor is a class's own; it is written when the first of its values is made.
    """
    for name in _METHODS:
        if name not in cls.__dict__:
            setattr(cls, name, _Shared.__dict__[name])
    return dataclass(init=False, repr=False, eq=False, slots=True)(cls)


class _Shared:
    """What a class takes over, unless it has its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Stands for the constructor until it is called."""
        cls: Any = next(one for one in type(self).__mro__ if one.__dict__.get("__init__") is _Shared.__init__)
        cls.__init__ = made = _constructor(cls)
        made(self, *args, **kwargs)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        cls: Any = type(self)
        told = _compared(cls, hashed=False)
        return bool(told(self) == told(other))

    def __hash__(self) -> int:
        cls: Any = type(self)
        return hash(_compared(cls, hashed=True)(self))

    def __repr__(self) -> str:
        shown = (f"{one.name}={getattr(self, one.name)!r}" for one in _fields(self) if one.repr)
        return f"{type(self).__qualname__}({', '.join(shown)})"

    def __reduce__(self) -> tuple[type[Any], tuple[Any, ...]]:
        return type(self), tuple(getattr(self, one.name) for one in _fields(self))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> NoReturn:
        raise FrozenInstanceError(f"cannot delete field {name!r}")


_METHODS = ("__init__", "__eq__", "__hash__", "__repr__", "__reduce__", "__setattr__", "__delattr__")


def _fields(of: Any) -> tuple[Any, ...]:
    return fields(of)


@cache
def _compared(cls: Any, *, hashed: bool) -> Callable[[Any], Any]:
    """What of a value counts when it is compared, or for its hash."""
    names = [one.name for one in _fields(cls) if (one.hash if hashed and one.hash is not None else one.compare)]
    return attrgetter(*names) if names else lambda _: ()


def _constructor(cls: Any) -> Callable[..., None]:
    """A function that takes the fields of a class and sets them."""
    known: dict[str, Any] = {"set_": object.__setattr__, "UNSET": MISSING}
    taken, lines = ["self"], []
    for one in _fields(cls):
        known[f"_{one.name}"] = one.default if one.default_factory is MISSING else one.default_factory
        default = "UNSET" if one.default_factory is not MISSING else "" if one.default is MISSING else f"_{one.name}"
        taken.append(f"{one.name}={default}" if default else one.name)
        given = f"_{one.name}() if {one.name} is UNSET else {one.name}" if default == "UNSET" else one.name
        lines.append(f" set_(self, {one.name!r}, {given})")
    source = "\n".join((f"def __init__({', '.join(taken)}):", *(lines or [" pass"])))
    exec(source, known)  # noqa: S102 - names of fields and nothing else
    made: Callable[..., None] = known["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made
