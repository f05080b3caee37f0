"""What manifests of JavaScript ask an install for, and that is not there: folders, members, catalog entries, patches."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from toolkit.checks._likeness import instead, likely
from toolkit.checks._packages import called, named, packages
from toolkit.checks._texts import text_of
from toolkit.checks.references._fault import Fault
from toolkit.checks.references._repair import position, relative
from toolkit.documents import jsonc, yaml
from toolkit.errors import ConfigurationError
from toolkit.expressions import regex
from toolkit.packages import INSTALLED_KINDS
from toolkit.places import inside, table, upward
from toolkit.references import resolve
from toolkit.versions import overlap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks._packages import Package
    from toolkit.documents import Path
    from toolkit.references import Verdict

__all__ = ["of_packages", "of_settings"]

_PATCH = regex(r"^patch:[^#]*#(?:optional!)?(?P<path>~?/?[^:#&]+\.(?:patch|diff))")
_APART = "no workspace holds both"
_NAMED = 8
"""Others of evidence that ask for the same."""
_CATALOGS: tuple[tuple[str, Callable[[bytes], Any], tuple[str, ...]], ...] = (
    ("pnpm-workspace.yaml", yaml.parse, ()),
    ("package.json", jsonc.parse, ()),
    ("package.json", jsonc.parse, ("workspaces",)),
    (".yarnrc.yml", yaml.parse, ()),
)
"""Where pnpm, Bun and yarn keep their catalogs: the file and the tables around them."""


def of_packages(context: Inspection) -> Iterator[Fault]:
    """What the dependencies of packages name and nobody has: one row for what several of a workspace ask for alike."""
    alike: dict[tuple[str, ...], list[Fault]] = {}
    for package in packages(context):
        owner = context.owner(package.folder, "javascript")
        for one in _of_package(context, package):
            place = owner.path if owner else package.folder
            key = (package.path,) if _APART in one.text else (place, one.text, one.evidence)
            alike.setdefault(key, []).append(one)
    for first, *others in alike.values():
        proof = "; ".join(f"{one.path}:{_line(one)} ({one.evidence})" for one in (first, *others[:_NAMED]))
        more = f" and {len(others) - _NAMED} more" if others[_NAMED:] else ""
        told = tuple((one.path, one.line) for one in others)
        yield first._replace(evidence=proof + more, related=told) if others else first


def _line(one: Fault) -> int:
    return one.line if isinstance(one.line, int) else one.line[0]


def _of_package(context: Inspection, package: Package) -> Iterator[Fault]:
    """What the dependencies of a package name and nobody has."""
    for kind in INSTALLED_KINDS:
        for name, value in table(package.data, kind).items():
            if not isinstance(value, str):
                continue
            scheme, _, rest = value.partition(":")
            found = _JUDGES[scheme](context, package, name, rest) if scheme in _JUDGES else None
            if found is not None:
                yield Fault(package.path, position(package.document, (kind, name)), *found)
    for where in (("pnpm", "patchedDependencies"), ("patchedDependencies",)):
        yield from _patches(context, package.path, package.document, where)


def _folder(context: Inspection, package: Package, name: str, rest: str) -> tuple[str, str, str] | None:
    path = rest.removeprefix("//").replace("\\", "/")  # npm and pnpm take both kinds of slashes
    if not path or path.startswith(("/", "~")):
        return None
    verdict = resolve(context, path, package.folder)
    if verdict.kind != "missing" or verdict.command:
        return None
    return (
        f"The dependency {name} is at {path}, which does not exist: the install fails, or leaves a link to nothing.",
        f"{verdict.path} {verdict.why}",
        instead(
            path,
            relative(verdict.near, package.folder, path),
            f"add {verdict.path}, or take {name} out of {package.path}",
        ),
    )


def _member(context: Inspection, package: Package, name: str, rest: str) -> tuple[str, str, str] | None:
    """A member of the workspace, by name and range, or by its folder."""
    if rest.startswith(".") or "/" in rest.partition("@")[0]:
        return _folder(context, package, name, rest) if rest.startswith(".") else None
    wanted, _, spec = rest.rpartition("@") if "@" in rest[1:] else (name, "", rest)
    member = called(context, wanted, package.folder)
    if member is None:
        return _absent(context, package, wanted, f"{name}: workspace:{rest}")
    if not _together(context, package.folder, member.folder):
        return _apart(context, package, member, name, rest)
    version = member.data.get("version")
    try:
        fits = spec in ("*", "^", "~", "") or not isinstance(version, str) or overlap(version, spec)
    except ConfigurationError:
        return None
    if fits:
        return None
    text = f"The workspace's {wanted} has version {version}, which {spec} excludes: the install fails."
    return text, member.path, f"write workspace:^{version} or workspace:* for {name}"


def _absent(context: Inspection, package: Package, wanted: str, written: str) -> tuple[str, str, str] | None:
    """A member that no workspace has; what the workspace leaves out installs nothing, which :func:`of_settings` tells at once."""
    if _is_left_out(context, package.folder) or _unlisted(context, package.folder):
        return None
    owner = context.owner(package.folder)
    above = [inside(owner.path, name) for name in ("pnpm-workspace.yaml", "package.json")] if owner is not None else []
    if any(inner in text_of(context, path) for inner in context.inventory.gitlinks for path in above):
        return None  # it may be a member that the submodule brings
    near = likely(wanted, named(context).keys() - {str(package.data.get("name"))})
    todo = instead(wanted, near, f"add {wanted} to the workspace, or take it from the registry")
    return f"The workspace has no member {wanted}: the install fails.", written, todo


def _apart(context: Inspection, package: Package, member: Package, name: str, rest: str) -> tuple[str, str, str] | None:
    """A member of another workspace; of what pnpm's leaves out altogether :func:`of_settings` tells at once."""
    if _is_left_out(context, package.folder) or _unlisted(context, package.folder):
        return None
    text = f"{member.data['name']} is {member.path} here, and {_APART}: the install fails."
    todo = f"list both in one workspace, or write file:{posixpath.relpath(member.folder, package.folder)} for {name}"
    return text, f"{name}: workspace:{rest}", todo


def _unlisted(context: Inspection, folder: str) -> str:
    """The ``pnpm-workspace.yaml`` above a package that does not list it: pnpm installs there, and without it."""
    owner = context.owner(folder, "javascript")
    above = next((path for up in upward(folder) if context.is_file(path := inside(up, "pnpm-workspace.yaml"))), "")
    if owner is None or (owner.lockfile and owner.ecosystem != "pnpm"):
        return ""
    if folder in owner.members and context.is_file(inside(owner.path, "pnpm-workspace.yaml")):
        return ""  # listed by a workspace further out, which reads none of a file in a member
    return "" if inside(owner.path, "pnpm-workspace.yaml") == above else above


def _is_left_out(context: Inspection, folder: str) -> bool:
    """Whether a workspace above excludes a package by name: that nobody installs it is meant."""
    ups = [(up, inside(up, name)) for up in upward(folder) for name in ("package.json", "pnpm-workspace.yaml")]
    return any(re.search(rf"""["']!(?:\./)?{re.escape(posixpath.relpath(folder, up))}/?["']""", text_of(context, path))
               for up, path in ups if context.is_file(path))  # fmt: skip


def _together(context: Inspection, folder: str, other: str) -> bool:
    """Whether one workspace holds two packages; true as well where nobody knows whose the first one is."""
    owner = context.owner(folder, "javascript")
    held = (owner.path, *owner.members) if owner else ()
    return folder not in held or other in held


def _catalog(context: Inspection, package: Package, name: str, rest: str) -> tuple[str, str, str] | None:
    """An entry of a catalog in the nearest folder that has one."""
    wanted = rest.strip() or "default"
    for folder in upward(package.folder):
        known = [one for source in _CATALOGS if (one := _entries(context, folder, *source)) is not None]
        entries = {key for one in known for catalog, names in one.items() for key in names if catalog == wanted}
        if known:
            called = "catalog" if wanted == "default" else f"catalog {wanted}"
            text = f"The {called} has no entry for {name}: the install fails."
            todo = f"add {name} with its version to the {called} of {folder}"
            return None if name in entries else (text, f"{name}: catalog:{rest}", todo)
    return None


def _entries(
    context: Inspection, folder: str, name: str, parse: Callable[[bytes], Any], above: tuple[str, ...]
) -> dict[str, set[str]] | None:
    """The names in each catalog of a file; ``None`` where it has none."""
    document = context.readable(inside(folder, name), parse)
    section = table(document.data, *above) if document else {}
    if not isinstance(section.get("catalog"), dict) and not isinstance(section.get("catalogs"), dict):
        return None
    found = {key: set(table(value)) for key, value in table(section, "catalogs").items()}
    found.setdefault("default", set()).update(table(section, "catalog"))
    return found


def _patch(context: Inspection, package: Package, name: str, rest: str) -> tuple[str, str, str] | None:
    """A patch that yarn applies, from the package or with ``~`` from the root of the project."""
    match = _PATCH.match(f"patch:{rest}")
    if match is None:
        return None
    path = match["path"]
    owner = context.owner(package.folder)
    base = owner.path if path.startswith("~") and owner is not None else package.folder
    verdict = resolve(context, path.removeprefix("~/"), base)
    if verdict.kind != "missing":
        return None
    return f"The patch of {name} is not there: the install fails.", *_wanted(verdict)


_LOCKS = ("pnpm-lock.yaml", "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "bun.lock", "bun.lockb")
_JUDGES: dict[str, Callable[[Inspection, Package, str, str], tuple[str, str, str] | None]] = {
    "file": _folder,
    "link": _folder,
    "portal": _folder,
    "workspace": _member,
    "catalog": _catalog,
    "patch": _patch,
}


def of_settings(context: Inspection) -> Iterator[Fault]:
    """What ``pnpm-workspace.yaml`` leaves out and the patches that it names, and the yarn that ``.yarnrc.yml`` wants to run."""
    yield from _unread(context)
    outside = list(_outside(context))
    for path in context.named("pnpm-workspace.yaml"):
        if (document := context.readable(path, yaml.parse)) is not None:
            yield from _patches(context, path, document, ("patchedDependencies",))
            if found := [package for package, above in outside if above == path]:
                more = f" So it does with {len(found) - 1} more." if len(found) > 1 else ""
                text = f"{found[0].folder} asks for packages of the workspace and is none of it: pnpm leaves it out without a word.{more}"
                todo = "list it under packages, or exclude it by name if nobody is to install it"
                evidence = ", ".join(package.path for package in found)
                yield Fault(path, position(document, ("packages",)), text, evidence, todo, severity="warning")
    for path in context.named(".yarnrc.yml"):
        document = context.readable(path, yaml.parse)
        value = table(document.data).get("yarnPath") if document is not None else None
        if document is None or not isinstance(value, str):
            continue
        verdict = resolve(context, value, posixpath.dirname(path) or ".")
        if verdict.kind in ("missing", "ignored"):
            text = f"yarnPath is {value}, which no clone has: yarn does not start."
            yield Fault(path, position(document, ("yarnPath",)), text, *_wanted(verdict))


def _unread(context: Inspection) -> Iterator[Fault]:
    """The ``workspaces`` of a manifest beside which pnpm installs, which reads them in a file of its own only."""
    for package in packages(context):
        globs = package.data.get("workspaces")
        globs = table(globs).get("packages") if isinstance(globs, dict) else globs
        at = package.folder
        if not isinstance(globs, list) or any(context.is_file(inside(up, "pnpm-workspace.yaml")) for up in upward(at)):
            continue
        manager = str(package.data.get("packageManager") or "")
        locks = [name for name in _LOCKS if context.is_file(inside(at, name))]
        if not (manager.startswith("pnpm@") or (not manager and locks == ["pnpm-lock.yaml"])):
            continue
        wanted = [one for one in globs if isinstance(one, str) and not one.startswith("!")]
        if any(resolve(context, inside(one.rstrip("/"), "package.json"), at).kind == "exists" for one in wanted):
            yield Fault(
                package.path,
                position(package.document, ("workspaces",)),
                "pnpm reads no workspaces in package.json, and there is no pnpm-workspace.yaml: it installs none of the members.",
                manager or inside(at, "pnpm-lock.yaml"),
                f"write pnpm-workspace.yaml with packages: {', '.join(wanted)}",
            )


def _outside(context: Inspection) -> Iterator[tuple[Package, str]]:
    """Packages that ask for members of a workspace of pnpm which does not list them, and its file; those to be copied aside."""
    for package in packages(context):
        if context.is_foreign(package.folder):
            continue
        asked = [name for kind in INSTALLED_KINDS for name, value in table(package.data, kind).items()
                 if str(value).startswith("workspace:") and name in named(context)]  # fmt: skip
        if asked and not _is_left_out(context, package.folder) and (above := _unlisted(context, package.folder)):
            yield package, above


def _patches(context: Inspection, path: str, document: Any, where: Path) -> Iterator[Fault]:
    for name, value in table(document.data, *map(str, where)).items():
        if not isinstance(value, str):
            continue
        verdict = resolve(context, value, posixpath.dirname(path) or ".")
        if verdict.kind in ("missing", "ignored"):
            text = f"The patch of {name} is not there: the install fails."
            yield Fault(path, position(document, (*where, name)), text, *_wanted(verdict))


def _wanted(verdict: Verdict) -> tuple[str, str]:
    """What proves that a file is in no clone, and what a person does about it."""
    ignored = "take it out of .gitignore and " if verdict.kind == "ignored" else ""
    return f"{verdict.path} {verdict.why}", f"{ignored}commit {verdict.path}, or remove the entry"
