"""Dependencies taken from a place whose content may change."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks._texts import text_of
from toolkit.checks.dependencies._indexes import plain
from toolkit.checks.dependencies._manifests import cargo, packages, pyprojects, requirements_of
from toolkit.checks.dependencies._redirected import redirected
from toolkit.documents import requirements, toml
from toolkit.expressions import regex
from toolkit.model import Fix
from toolkit.packages import CRATE_KINDS, INSTALLED_KINDS, PYTHON_SOURCES, poetry_tables, python_requirements
from toolkit.places import folder_of, inside, join, table, upward

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.dependencies._redirected import Redirected
    from toolkit.documents import jsonc
    from toolkit.model import Finding, Severity

_SINGLY = 3
"""Sources of one manifest up to which each has a finding of its own."""
_COMMIT = regex(r"(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])|#[0-9a-f]{7,40}$")
_GIT = regex(r"(?:git\+|git://|git@|ssh://git@|github:|gitlab:|bitbucket:|gist:)|https?://\S{1,300}?\.git(?:#|$|@)")
_SHORT = regex(r"[\w.-]+/[\w.-]+(?:#\S+)?")
"""npm's ``owner/repository``."""
_TAG = regex(r"[#@](?:semver:)?(?:[\w./-]*@)?v?\d+\.\d+[\w.-]*(?:$|#)|/(?:releases/download|archive/refs/tags)/")
_ANY = frozenset({"*", "latest", "x", "", ">=0", "next", "canary"})
_PLAIN = regex(r"https?://")
_DIRECT = regex(r"^\s*([\w.-]+)(?:\[[^\]]*\])?\s*@\s*(\S+)")


class DependencyUnpinnedSource(Check):
    """A dependency comes from a branch or an address whose content may change.

    What it checks:
        git and web addresses in ``package.json``, ``Cargo.toml``, ``pyproject.toml`` and requirements files that name
        no commit; packages of npm and crates in any version (``*``, ``latest``; info beside a lock); paths that leave the repository;
        registries that are asked by plain http; bounds without quotes in commands of pip, uv, Poetry and conda (``x>=1.2``), which a shell
        takes for a redirection. A tag is info, and so is a branch
        of a crate whose lock is in git; a commit is quiet, and so are the registry,
        workspace members and folders of this repository.

    Why it matters:
        What a branch holds changes any day, and whoever can push to it runs code in your builds. A lock keeps the
        commit of the day until somebody makes the lock again; a path outside exists on one machine only.

    How to fix:
        Name the commit (``#<40 hex digits>``, ``rev = "..."``, ``@<commit>``), or take a release from the registry.

    Fix safety:
        Manual: which commit is meant is not known without the network.
    """

    def run(self, context: Inspection) -> Iterator[Finding]:
        """Look at each kind of manifest, and tell the many of one in one finding."""
        groups: dict[tuple[str, Severity], list[Finding]] = {}
        reads = (self._javascript, self._rust, self._python, self._requirements)
        for one in (found for read in reads for found in read(context)):
            groups.setdefault((one.path, one.severity), []).append(one)
        alike: dict[tuple[str, str, Severity], list[Finding]] = {}
        for several in groups.values():
            for one in several if len(several) <= _SINGLY else [_together(several)]:
                alike.setdefault((one.message, one.evidence, one.severity), []).append(one)
        for several in alike.values():
            yield from several if len(several) <= _SINGLY else [_together(several)]
        for index in plain(context):
            text = "packages are taken from here by plain http: whoever sits between can put others in their place"
            yield self._found(context, index.path, index.line, index.url, text, "warning")
        yield from self._redirected(context)

    def _redirected(self, context: Inspection) -> Iterator[Finding]:
        """One for each file whose commands give the shell a bound in place of the installer."""
        files: dict[str, list[Redirected]] = {}
        for one in redirected(context):
            files.setdefault(one.path, []).append(one)
        for path, (first, *others) in files.items():
            more = f" (as {len(others)} more)" if others else ""
            ends = (
                f"any version is installed, and a file {first.file} is written"
                if first.sign == ">"
                else "the command fails"
            )
            taken = "for where to write" if first.sign == ">" else f"for reading {first.file}, which is not there"
            yield self.finding(
                context,
                path,
                f"{first.text} is not quoted{more}: the shell takes {first.sign} {taken}, so that {ends}.",
                line=first.line,
                evidence="; ".join((first.text, *(f"line {one.line}: {one.text}" for one in others[:12]))),
                severity="warning",
                fixes=(Fix(f'write "{first.text}" in quotes', "manual"),),
                related=[(path, one.line) for one in others],
            )

    def _javascript(self, context: Inspection) -> Iterator[Finding]:
        found = dict(packages(context))
        own = frozenset(str(document.data.get("name")) for document in found.values())
        for folder, document in found.items():
            path = inside(folder, "package.json")
            for kind, name, spec in requirements_of(document.data):
                line = document.line((kind, name))
                if spec.startswith(("file:", "link:", "portal:")):
                    target = spec.partition(":")[2]
                    if target.startswith(("/", "~")) or (target.startswith(".") and join(folder, target) is None):
                        yield self._found(context, path, line, spec, f"{name} lies outside of the repository", "error")
                elif _GIT.search(spec) or _PLAIN.match(spec) or _SHORT.fullmatch(spec):
                    yield from self._source(context, path, line, name, spec)
            yield from self._any(context, path, document, own)

    def _any(self, context: Inspection, path: str, document: jsonc.Document, own: frozenset[str]) -> Iterator[Finding]:
        """Packages of the registry in any version, one finding a manifest; those of the repository have no choice."""
        asked = [
            (kind, name, spec)
            for kind, name, spec in requirements_of(document.data, INSTALLED_KINDS)
            if spec.strip() in _ANY
        ]
        asked = [(kind, name, spec) for kind, name, spec in asked if name not in own]
        if asked:
            kind, name, _ = asked[0]
            owner = context.owner(folder_of(path))
            level: Severity = "info" if owner is not None and owner.lockfile else "warning"
            more = f" and {len(asked) - 1} more are" if len(asked) > 1 else " is"
            text = f"{name}{more} taken in any version: what that is may change any day"
            names = ", ".join(f"{one}: {what}" for _, one, what in asked)
            yield self._found(context, path, document.line((kind, name)), names, text, level)

    def _source(self, context: Inspection, path: str, line: int, name: str, spec: str) -> Iterator[Finding]:
        if _COMMIT.search(spec) or spec.startswith("workspace:"):
            return
        if _TAG.search(spec):
            text = f"{name} comes from a tag, which its owner can move"
            yield self._found(context, path, line, spec, text, "info")
        elif _PLAIN.match(spec) and not _GIT.search(spec):
            archive = re.search(r"\d+\.\d+\.\d+", spec)
            text = f"{name} comes from an address whose content may change"
            yield self._found(context, path, line, spec, text, "info" if archive else "warning")
        else:
            text = f"{name} comes from a branch: what it holds may change any day"
            yield self._found(context, path, line, spec, text, "warning")

    def _rust(self, context: Inspection) -> Iterator[Finding]:
        """One finding for the crates of one repository and reference, which are pinned together."""
        for path, document in cargo(context):
            groups: dict[tuple[str, str, Severity], list[tuple[str, ...]]] = {}
            for at, value in _cargo_tables(document):
                address = value.get("git")
                if isinstance(address, str) and "rev" not in value:
                    tag = value.get("tag")
                    branch = f"branch {value['branch']}" if "branch" in value else "default branch"
                    severity: Severity = "info" if tag else "warning"
                    groups.setdefault((address, f"tag {tag}" if tag else branch, severity), []).append(at)
            for (address, ref, level), found in groups.items():
                names = ", ".join(at[-1] for at in found)
                one = "comes" if len(found) == 1 else "come"
                locked = level == "warning" and _is_locked(context, path, address)
                ending = "its owner can move it" if level == "info" else "what it holds may change any day"
                ending = "the lock keeps a commit until somebody makes it again" if locked else ending
                text = f"{names} {one} from a {ref} of a repository: {ending}"
                line, shown = document.line(found[0]), f"git = {address}"
                yield self._found(context, path, line, shown, text, "info" if locked else level)
            free = [at for at, spec in _cargo_versions(document) if spec.strip() == "*"]
            if free:
                owner = context.owner(folder_of(path))
                level = "info" if owner is not None and owner.lockfile else "warning"
                names = ", ".join(at[-1] for at in free)
                text = f"{names} may be of any version: what that is may change any day"
                yield self._found(context, path, document.line(free[0]), names, text, level)

    def _python(self, context: Inspection) -> Iterator[Finding]:
        for path, document in pyprojects(context):
            for at, name in python_requirements(document.data):
                item = document.get(at)
                match = _DIRECT.match(item) if isinstance(item, str) else None
                if match and not match[2].startswith("file:"):
                    yield from self._source(context, path, document.line(at), name, match[2])
            for table_at in (PYTHON_SOURCES, *poetry_tables(document.data)):
                for name, value in table(document.data, *table_at).items():
                    given = table({"": value}, "")
                    line = document.line((*table_at, name))
                    if isinstance(given.get("git"), str) and "rev" not in given:
                        text = f"{name} comes from a {'tag' if 'tag' in given else 'branch'} of a repository"
                        severity: Severity = "info" if "tag" in given else "warning"
                        yield self._found(context, path, line, given["git"], text, severity)
                    elif isinstance(given.get("url"), str):
                        yield from self._source(context, path, line, name, given["url"])

    def _requirements(self, context: Inspection) -> Iterator[Finding]:
        paths = sorted(set(context.matching("*requirements*.txt", "*requirements*.in")))
        for path, document in context.documents(paths, requirements.parse):
            for one in document.requirements:
                if one.url and not one.is_local and (_GIT.search(one.url) or _PLAIN.match(one.url)) and not one.hashes:
                    yield from self._source(context, path, one.line, one.name or "a package", one.url)

    def _found(  # noqa: PLR0913, PLR0917 - the parts of one finding
        self, context: Inspection, path: str, line: int, spec: str, message: str, severity: Severity
    ) -> Finding:
        shown = re.sub(r"//[^/@\s]+@", "//***@", spec)
        is_open = "any version" in message
        title = "write a range of versions" if is_open else "name the commit, or take a release from the registry"
        fix = Fix("name the registry by https" if spec.startswith("http://") else title, "manual")
        return self.finding(context, path, message, line=line, evidence=shown, severity=severity, fixes=(fix,))


def _together(found: list[Finding]) -> Finding:
    """One finding for the many of one manifest, or of one repository in many; the evidence has each."""
    found = sorted(found, key=lambda one: (one.path, one.line))
    names = "; ".join(f"{one.path}:{one.line} {one.evidence}" for one in found)
    here = "more here" if found[0].path == found[-1].path else "more manifests"
    return replace(found[0], message=f"{found[0].message}; so it is with {len(found) - 1} {here}", evidence=names)


def _is_locked(context: Inspection, path: str, address: str) -> bool:
    """Whether the nearest Cargo.lock is in git and names a commit of a repository."""
    locks = (inside(up, "Cargo.lock") for up in upward(folder_of(path)))
    lock = next((one for one in locks if one in context.inventory.tracked_set), "")
    return bool(lock) and f'"git+{address}' in text_of(context, lock)


def _cargo_versions(document: toml.Document) -> Iterator[tuple[tuple[str, ...], str]]:
    """Place and version of everything that a Cargo.toml takes from a registry."""
    for at in ((), ("workspace",)):
        for kind in CRATE_KINDS:
            for name, value in table(document.data, *at, kind).items():
                spec = value if isinstance(value, str) else table({"": value}, "").get("version")
                if isinstance(spec, str) and not {"path", "git"} & table({"": value}, "").keys():
                    yield (*at, kind, name), spec


def _cargo_tables(document: toml.Document) -> Iterator[tuple[tuple[str, ...], dict[str, object]]]:
    holders: list[tuple[str, ...]] = [(), ("workspace",)]
    holders += [("target", key) for key in table(document.data, "target")]
    places = [(*at, kind) for at in holders for kind in CRATE_KINDS]
    places += [("patch", key) for key in table(document.data, "patch")]
    for at in places:
        for name, value in table(document.data, *at).items():
            if isinstance(value, dict):
                yield (*at, name), value
