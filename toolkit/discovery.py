"""Which subprojects the repository has: every ecosystem is asked, one list comes back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from toolkit.errors import ConfigurationError, UsageError
from toolkit.extension import ecosystems_of
from toolkit.roles import has_placeholder, matches, role_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toolkit.context import Context
    from toolkit.model import Subproject

__all__ = ["Discovered", "discover", "order", "select"]


@dataclass(frozen=True, slots=True)
class Discovered:
    """What was found.

    Args:
        subprojects: those that tasks work on.
        excluded: vendored copies, templates, fixtures and what the settings leave out, each with its rule.
    """

    subprojects: tuple[Subproject, ...]
    excluded: tuple[Subproject, ...]


def discover(context: Context) -> Discovered:
    """Find every subproject, with its role, and the settings' ``after`` added to what it needs.

    Raises:
        CannotCheckError: git could not list the files.
        ConfigurationError: ``toolkit.toml`` is wrong, or names a folder in ``after`` that is no subproject.
    """
    found = [
        _with_role(context, item)
        for leaf in ecosystems_of(context.inventory.by_name)
        for item in leaf.discover(context)
    ]
    found.sort(key=lambda item: (item.path != ".", item.path, item.ecosystem))
    active = tuple(item for item in found if item.active)
    known = {item.path for item in found}
    for path, project in context.settings.projects.items():
        for needed in project.after:
            if needed not in known:
                raise ConfigurationError(
                    f'toolkit.toml: [projects."{path}"] after names {needed}, which is no subproject',
                    "toolkit projects lists them",
                )
    return Discovered(active, tuple(item for item in found if not item.active))


def _with_role(context: Context, item: Subproject) -> Subproject:
    role, why = role_of(context, item.path)
    if role in ("own", "example") and not why.startswith("role in") and has_placeholder(item.name):
        role, why = "template", f"{item.manifest} has a placeholder for a name"
    after = context.settings.project(item.path).after
    needs = tuple(dict.fromkeys((*item.needs, *after)))
    return replace(item, role=role, role_why=why, needs=needs)


def select(
    items: Iterable[Subproject], only: tuple[str, ...] = (), skip: tuple[str, ...] = ()
) -> tuple[Subproject, ...]:
    """The subprojects that the globs leave.

    Args:
        items: the candidates.
        only: globs of folders, names of ecosystems or ``path:ecosystem``, of which one must match; empty for all.
        skip: globs of which none may match.

    Raises:
        UsageError: one of ``only`` matches nothing: a mistyped name must not pass for success.
    """
    items = tuple(items)

    def hit(item: Subproject, patterns: tuple[str, ...]) -> bool:
        return bool(matches(item.path, patterns)) or bool({item.ecosystem, item.name, item.key} & set(patterns))

    for pattern in only:
        if not any(hit(item, (pattern,)) for item in items):
            raise UsageError(f"--only {pattern} is no subproject", "toolkit projects lists them, and what is left out")
    return tuple(item for item in items if (not only or hit(item, only)) and not hit(item, skip))


def order(items: tuple[Subproject, ...]) -> tuple[tuple[Subproject, ...], ...]:
    """The items in waves: each needs only what stands in an earlier one.

    Raises:
        ConfigurationError: they need each other in a circle; the message shows it.
    """
    left = {item.key: item for item in items}
    waves: list[tuple[Subproject, ...]] = []
    while left:
        paths = {item.path for item in left.values()}
        wave = tuple(item for item in left.values() if not (set(item.needs) - {item.path}) & paths)
        if not wave:
            names = ", ".join(sorted(paths))
            raise ConfigurationError(
                f"these subprojects need each other in a circle: {names}", 'see [projects."PATH"] after in toolkit.toml'
            )
        waves.append(wave)
        for item in wave:
            del left[item.key]
    return tuple(waves)
