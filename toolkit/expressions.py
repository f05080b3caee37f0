"""Regular expressions that are compiled when they are first used: compiling all of ours takes a quarter of a second."""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast

__all__ = ["regex"]

_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split")


class _Waiting:
    """Stands for a compiled expression, and asks it.

    Args:
        source, flags: as :func:`re.compile` takes them.
    """

    def __init__(self, source: str | bytes, flags: int) -> None:
        self.pattern = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what copying and the like ask is about this object
            raise AttributeError(name)
        compiled = re.compile(self.pattern, self._flags)
        self.__dict__.update({method: getattr(compiled, method) for method in _METHODS})
        return getattr(compiled, name)


def regex(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """An expression for a constant of a module.

    The functions of :mod:`re` do not take it in place of a compiled one, and ``re`` of a match is the compiled one; its methods are all there.

    Args:
        source: as :func:`re.compile` takes it; a fault shows with the first use, and a test uses all.
        flags: of :mod:`re`.
    """
    return cast("re.Pattern[AnyStr]", _Waiting(source, flags))
