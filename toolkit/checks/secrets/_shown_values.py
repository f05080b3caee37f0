"""Values that examples of environment files show: whoever copies one has them, so they are nobody's secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.checks.secrets._values import is_env_example
from toolkit.documents import envfile
from toolkit.memory import once_a_run

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["shown_values"]

_LEAST = 8
"""Characters below which a value is found everywhere."""


@once_a_run
def shown_values(context: Inspection) -> frozenset[str]:
    """Every value of a variable in an example of an environment file."""
    paths = [path for name, paths in context.inventory.by_name.items() if is_env_example(name) for path in paths]
    return frozenset(
        one.value
        for _, document in context.documents(sorted(paths), envfile.parse)
        for one in document.variables
        if len(one.value) >= _LEAST
    )
