"""What imports through an alias of a TypeScript configuration may mean."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from toolkit import tsconfig
from toolkit.checks._texts import text_of
from toolkit.checks.references._compiler_inputs import is_known
from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import folder_of, path_from, upward

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["meant"]

_CONFIG = regex(r"(?:ts|js)config(?:\.[\w-]+)*\.json")
_BUNDLER = regex(
    r"(?:vite|vitest|webpack|rollup|next|babel|metro|jest|craco|rspack|nuxt|svelte|astro)\.config\.\w+|\.babelrc(?:\.\w+)?"
)
_TEXT = regex(r"[\"'`]((?:\.{0,2}/)*[\w@.-]+(?:/[\w@.-]+)*)/?[\"'`]")
_LARGEST = 200_000


class _Alias(NamedTuple):
    """An alias: what stands before its star, if it has one, and the paths that it leads to, with theirs; none where that is not known."""

    before: str
    targets: tuple[str, ...]
    is_whole: bool = False


def meant(context: Inspection, path: str, written: str) -> tuple[str, ...]:
    """The paths that an import may lead to; empty for one that is no alias, or may be a package."""
    for alias in _of_folder(context, folder_of(path)):
        if alias.is_whole:
            if written == alias.before:
                return ()  # its own target, which the check of configurations looks at
        elif written.startswith(alias.before) and len(written) > len(alias.before):
            first, _, rest = written.partition("/")
            name = f"{first}/{rest.partition('/')[0]}" if first.startswith("@") and first != "@" else first
            if any(char.isalnum() for char in name) and is_known(context, path, name):
                return ()
            inner = written[len(alias.before) :].partition("?")[0]
            return tuple(posixpath.normpath(target.replace("*", inner, 1)) for target in alias.targets)
    return ()


@once_a_run
def _of_folder(context: Inspection, folder: str) -> tuple[_Alias, ...]:
    """The aliases in force in a folder, the longest first: of all configurations in the nearest folder with one."""
    near = next((up for up in upward(folder) if up in _configs(context)), None)
    found: dict[str, set[str]] = {}
    whole: set[str] = set()
    for path in _configs(context)[near] if near is not None else ():
        try:
            config = tsconfig.read(context, path)
        except Unreadable:
            return ()
        paths, base = config.options.get("paths"), config.options.get("baseUrl")
        home = base if isinstance(base, str) else folder_of(config.origin.get("paths", path))
        whole.update(alias for alias in (paths if isinstance(paths, dict) else ()) if not alias.endswith("*"))
        for alias, targets in paths.items() if isinstance(paths, dict) else ():
            if alias.endswith("*") and len(alias) > 1 and isinstance(targets, list):
                found.setdefault(alias[:-1], set()).update(
                    path_from(home, one) for one in targets if isinstance(one, str)
                )
    # An alias whose folders are not there is one fault, which the check of configurations tells; no shorter one takes its place.
    led = {
        before: any((home := posixpath.dirname(one)) == "" or home in context.inventory.folders for one in to)
        for before, to in found.items()
    }
    joined = (
        _Alias(before, _with_bundlers(context, near or ".", before, to) if led[before] else ())
        for before, to in found.items()
    )
    return tuple(
        sorted((*joined, *(_Alias(one, (), is_whole=True) for one in whole)), key=lambda one: -len(one.before))
    )


def _with_bundlers(context: Inspection, folder: str, before: str, targets: set[str]) -> tuple[str, ...]:
    """The paths of an alias with those that a bundler beside the configuration gives it; empty where that is not read."""
    name = before.rstrip("/")
    for text in _bundlers(context).get(folder, ()):
        for line in text.splitlines() if name in text else ():
            if name not in line or not any(
                f"{quote}{one}{quote}" in line for quote in "\"'`" for one in (name, before)
            ):
                continue
            given = [one for one in _TEXT.findall(line) if one not in (name, before)]
            if not given:
                return ()
            # A list of aliases leads nowhere.
            targets = targets | {f"{path_from(folder, one)}/*" for one in given if not one.startswith("@")}
    return tuple(sorted(targets))


@once_a_run
def _bundlers(context: Inspection) -> dict[str, list[str]]:
    """The texts of the configurations of bundlers by their folder."""
    found: dict[str, list[str]] = {}
    names = context.inventory.by_name
    for path in sorted(path for name in filter(_BUNDLER.fullmatch, names) for path in names[name]):
        found.setdefault(folder_of(path), []).append(text_of(context, path, _LARGEST, errors="replace"))
    return found


@once_a_run
def _configs(context: Inspection) -> dict[str, list[str]]:
    """The configurations of the compiler by their folder."""
    found: dict[str, list[str]] = {}
    for path in context.matching("tsconfig*.json", "jsconfig*.json"):
        if _CONFIG.fullmatch(posixpath.basename(path)):
            found.setdefault(folder_of(path), []).append(path)
    return found
