"""Which package manager a folder uses, and which rule said so (``docs/decisions/package-managers.md``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.context import Unreadable
from toolkit.ecosystems._javascript_versions import YARN_METADATA, content_of, manager_version
from toolkit.expressions import regex
from toolkit.model import Choice
from toolkit.packages import JAVASCRIPT_MANAGERS, KINDS
from toolkit.places import inside
from toolkit.values import frozen
from toolkit.versions import overlap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from toolkit.context import Context

    Members = Callable[[str], Iterable[str]]

__all__ = ["LOCKS", "Asked", "asked_by", "choose", "dependencies", "is_outvoted"]

LOCKS: Mapping[str, tuple[str, ...]] = {
    "pnpm": ("pnpm-lock.yaml",),
    "bun": ("bun.lock", "bun.lockb"),
    "yarn": ("yarn.lock",),
    "yarn_classic": ("yarn.lock",),
    "npm": ("npm-shrinkwrap.json", "package-lock.json"),
}
"""Locks by ecosystem. npm stands last: it is what somebody runs by accident beside another manager."""

_SETTINGS_FILES = (("pnpm", "pnpm-workspace.yaml"), ("yarn", ".yarnrc.yml"), ("bun", "bunfig.toml"))
_NUMBER = regex(r"\d+")
_CALLED = regex(
    r"""(?<![^\s;&|("'`])(?:(?P<any>npm|pnpm|yarn)|(?P<bun>bun)[ \t]+(?:install|i|add|ci))(?![^\s;&|)"'`])"""
)
"""A manager that a script calls; bun also runs what others installed, and counts where it installs."""


@frozen
class Asked:
    """A manager that a ``package.json`` names."""

    manager: str
    version: str | None
    rule: str
    source: str


def dependencies(data: Mapping[str, Any]) -> dict[str, str]:
    """Every package that a ``package.json`` declares, of whatever kind, with its range."""
    found: dict[str, str] = {}
    for kind in KINDS:
        table = data.get(kind)
        if isinstance(table, dict):
            found.update((name, spec) for name, spec in table.items() if isinstance(spec, str))
    return found


def asked_by(data: Mapping[str, Any], source: str) -> Asked | None:
    """The manager that ``packageManager``, else ``devEngines.packageManager``, names.

    Args:
        data: a ``package.json``.
        source: its path, for the provenance.
    """
    field = data.get("packageManager")
    if isinstance(field, str) and field:
        name, _, version = field.partition("@")
        if name in JAVASCRIPT_MANAGERS:
            return Asked(name, _version(version), "packageManager", source)
    engines = data.get("devEngines")
    entry = engines.get("packageManager") if isinstance(engines, dict) else None
    for one in entry if isinstance(entry, list) else [entry]:
        if isinstance(one, dict) and one.get("name") in JAVASCRIPT_MANAGERS:
            return Asked(one["name"], _version(one.get("version")), "devEngines", source)
    return None


def _version(text: Any) -> str | None:
    """A version or range without corepack's hash; ``None`` for a tag such as ``latest``."""
    if not isinstance(text, str):
        return None
    bare = text.split("+", 1)[0].strip()
    return bare if _NUMBER.search(bare) else None


def choose(
    context: Context, folder: str, data: Mapping[str, Any], ancestor: Asked | None, members: Members
) -> tuple[Choice, str | None, str | None]:
    """The ecosystem of a folder, the version asked for and the lock it has.

    What the folder says itself (field, lock, a manager's own settings file) goes before what an ancestor's
    field says: a lock can only be read by the manager that wrote it. A lock and its manager's settings file outvote a
    field that names a manager without a lock.

    Args:
        context: the run's state.
        folder: a folder that no workspace claims.
        data: its ``package.json``; empty where there is none to read.
        ancestor: what the nearest ``package.json`` above asks for.
        members: tells the folders of the workspace that a manager sees in the folder.
    """
    asked = asked_by(data, inside(folder, "package.json"))
    if asked is None or is_outvoted(context, folder, asked.manager):
        found = _by_lock(context, folder, data, members) or _by_settings(context, folder)
        if found:
            name, choice = found
            same = ancestor is not None and ancestor.manager == name.removesuffix("_classic")
            needed = manager_version(context, folder, name)
            above = ancestor.version if same and ancestor else None
            version = above if above and _fits(name, above, needed) else needed
            return choice, version, _lock_of(context, folder, name)
        asked = ancestor
    because = ""
    if asked is None:
        asked, because = _by_scripts(context, folder, data)
    if asked is None:
        return Choice("npm", "default"), None, None
    name = asked.manager
    if name == "yarn":
        name = _yarn_flavour(context, folder, asked.version)
    needed = manager_version(context, folder, name)
    lock = _lock_of(context, folder, name)
    if name == "bun" and lock and asked.version and needed and not overlap(asked.version, needed):
        # bun itself never looks at the field, so the one that wrote the lock is the one that people use.
        return Choice(name, "lock file", lock), needed, lock
    return Choice(name, asked.rule, asked.source, because), asked.version or needed, lock


def _by_scripts(context: Context, folder: str, data: Mapping[str, Any]) -> tuple[Asked | None, str]:
    """The only manager that the scripts of a package call, unless something installs there with another one; and which script does."""
    scripts = data.get("scripts")
    called: dict[str, str] = {}
    for name, text in scripts.items() if isinstance(scripts, dict) else ():
        for match in _CALLED.finditer(text) if isinstance(text, str) else ():
            called.setdefault(match["any"] or match["bun"], f"{name} calls {match[0]}")
    if len(called) != 1 or "npm" in called or ("pnpm" in called and data.get("workspaces")):
        return None, ""  # pnpm does not read that key: whoever wrote it installs otherwise
    from toolkit.installs import users  # reads documents of many kinds: only where it is asked

    ((manager, because),) = called.items()
    if users(context, JAVASCRIPT_MANAGERS, {folder}).keys() - {manager}:
        return None, ""
    return Asked(manager, None, "scripts", inside(folder, "package.json")), because


def is_outvoted(context: Context, folder: str, manager: str) -> bool:
    """Whether a lock and the settings of its manager lie in a folder whose field names another one that has no lock there.

    One word against two files: what the folder is installed with is what they say, and the field is the slip.

    Args:
        context: the run's state.
        folder: where the ``package.json`` lies.
        manager: what its field names.
    """
    if any(context.is_file(inside(folder, lock)) for lock in LOCKS[manager]):
        return False
    return any(
        other != manager and _lock_of(context, folder, other) is not None and context.is_file(inside(folder, file))
        for other, file in _SETTINGS_FILES
    )


def _lock_of(context: Context, folder: str, name: str) -> str | None:
    """The lock of an ecosystem in a folder."""
    paths = (inside(folder, lock) for lock in LOCKS[name])
    return next((path for path in paths if context.is_file(path)), None)


def _by_lock(context: Context, folder: str, data: Mapping[str, Any], members: Members) -> tuple[str, Choice] | None:
    found = [(name, path) for name in LOCKS if name != "yarn_classic" and (path := _lock_of(context, folder, name))]
    because = ""
    if len(found) > 1:
        from toolkit.installs import sole_user  # reads documents of many kinds: only where it is asked

        wanted = dependencies({kind: data.get(kind) for kind in KINDS[:3]})  # yarn locks no peers
        covering = [one for one in found if _covers(context, one[1], wanted)] or found
        folders = {folder, *(member for name, _ in found for member in members(name))}
        used, said = sole_user(context, tuple(name for name, _ in found), folders)
        meant = [one for one in covering if one[0] == used]
        because = said if meant else ""
        found = meant or [one for one in covering if _agrees(context, *one, wanted)] or covering
    for name, path in found:
        flavour = _yarn_flavour(context, folder, None) if name == "yarn" else name
        return flavour, Choice(flavour, "lock file", path, because)
    return None


def _covers(context: Context, lock: str, wanted: Mapping[str, str]) -> bool:
    """Whether a lock mentions every package that is declared: of two locks the abandoned one often does not."""
    try:
        content = context.read(lock)
    except Unreadable:
        return False
    return all(name.encode() in content for name in wanted)


def _agrees(context: Context, name: str, lock: str, wanted: Mapping[str, str]) -> bool:
    """Whether a lock also holds the ranges that are declared now; a binary lock of bun holds none and is believed."""
    if lock.endswith(".lockb"):
        return True
    content = context.read(lock).decode("utf-8", "replace")
    forms = {
        "pnpm": ("specifier: {1}\n", "specifier: '{1}'\n"),
        "yarn": ("{0}@{1}", "{0}@npm:{1}", "{0}: {1}", '{0}: "{1}"'),
    }
    taken = forms.get(name, ('"{0}": "{1}"',))
    return all(any(form.format(package, spec) in content for form in taken) for package, spec in wanted.items())


def _by_settings(context: Context, folder: str) -> tuple[str, Choice] | None:
    for name, file in _SETTINGS_FILES[:2]:
        if context.is_file(inside(folder, file)):
            return name, Choice(name, "manifest", inside(folder, file))
    return None


def _fits(name: str, version: str, needed: str | None) -> bool:
    """Whether the version of an ancestor can read the lock of this folder, by major version."""
    number = _NUMBER.search(version)
    if number is None:
        return False
    if name.startswith("yarn") and (number[0] == "1") != (name == "yarn_classic"):
        return False
    if name == "bun":
        return needed is None or overlap(version, needed)
    least = _NUMBER.search(needed or "")
    if least is None or needed is None:
        return True
    return int(number[0]) == int(least[0]) or (needed.startswith(">=") and int(number[0]) >= int(least[0]))


def _yarn_flavour(context: Context, folder: str, version: str | None) -> str:
    """Classic or berry: by version, else by the lock's content, else by the settings file.

    Without any of them yarn is classic, which is also what corepack takes for a bare ``yarn``.
    """
    if number := _NUMBER.search(version or ""):
        return "yarn_classic" if number[0] == "1" else "yarn"
    content = content_of(context, inside(folder, "yarn.lock"))
    if content is not None and content.strip():
        return "yarn" if YARN_METADATA.search(content) else "yarn_classic"
    return "yarn" if context.is_file(inside(folder, ".yarnrc.yml")) else "yarn_classic"
