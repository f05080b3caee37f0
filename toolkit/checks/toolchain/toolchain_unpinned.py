"""Tools that compile or run the repository and that no file pins."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.advice import advised
from toolkit.checking import Check
from toolkit.checks._search import files_with
from toolkit.checks._texts import line_at, text_of
from toolkit.checks.toolchain._everything import everything
from toolkit.checks.toolchain._from_ci import floating, is_stable_meant, unset
from toolkit.checks.toolchain._from_manifests import LOCK, WANTED
from toolkit.documents import toml
from toolkit.expressions import regex
from toolkit.installs import is_dockerfile, users
from toolkit.model import Fix
from toolkit.packages import JAVASCRIPT_MANAGERS
from toolkit.places import below, folder_of, inside, table, upward
from toolkit.versions import may_overlap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.toolchain._said import Said
    from toolkit.model import Finding, Subproject

_TOOLS = {"javascript": "node", "rust": "rust", "python": "python", "terraform": "terraform"}
"""Go is left out: ``go.mod`` says its own version, and go fetches it."""
_FILES = {
    "bun": "packageManager in package.json",
    "node": "an .nvmrc, or engines.node in package.json",
    "rust": "a rust-toolchain.toml",
    "python": "a .python-version",
    "terraform": "required_version",
}
_CHANNEL = regex(
    r'(?m)^[ \t]*(?:channel[ \t]*=[ \t]*["\'])?((?:stable|beta|nightly)(?:-[\w-]+)?)["\']?[ \t]*(?:#.*)?\r?$'
)
_OF_A_DAY = regex(r"(?:nightly|beta)-\d{4}-\d\d-\d\d")
"""A channel as exact as a number, which no range of versions can be compared with."""
_BUILDERS = regex(
    r"(?i)(?:^|/)(?:package\.json|pyproject\.toml|(?:gnu)?makefile|justfile|taskfile\.ya?ml|(?:[\w-]+\.)?(?:docker|container)file[\w.-]*|[^/]*\.(?:sh|bash|mk|just|ps1|nix|gradle|kts)|build\.rs)\Z"
    r"|(?:^|/)\.(?:github|woodpecker|circleci|gitlab|gitlab-ci|woodpecker|travis)\b.*\.ya?ml\Z|(?:^|/)[\w.-]*(?:compose|pipelines?|render|railway|fly|nixpacks)[\w.-]*\.(?:ya?ml|toml)\Z"
)
"""Files that build something."""
_COMPILES = regex(r"\bcargo\b|\brustc\b|\btauri\b|\bmaturin\b|\bwasm-pack\b|\bnapi\b|\btrunk\b|\bnaersk\b|\bcrane\b")
_ENTRIES = ("entrypoint!", "fn entrypoint", "#[program]", "#[entry_point]", "#[entrypoint]", "#[near", "ink::contract")
"""Where a chain enters a program."""
_SOURCES = (".js", ".mjs", ".cjs", ".ts", ".mts", ".tsx", ".jsx", ".vue", ".svelte")
_UNTESTED = regex(r"^\s*echo\b[^&|;]{0,120}(?:&&\s*exit 1\s*)?$")
"""What ``npm init`` writes for ``test``."""
_OF_BUN = regex(r"\s*(?:(?:NODE_ENV|[A-Z_]{2,30})=\S{1,60}\s+)?bunx?\s")
_ENOUGH = frozenset({"settings", "file", "range", "shell"})


class ToolchainUnpinned(Check):
    """A tool that builds the repository is pinned by no file.

    What it checks:
        For every language with a subproject whether a file that its tools read says which version, above or in the
        subproject's folder; a range in a manifest does, and so does an image that is built in the same folder, or that installs
        the package from a folder further down.
        Workflows alone do not: they say what CI takes (information where all of them take one version). One finding a tool. Also steps of workflows with ``setup-node``,
        ``setup-python`` or ``setup-go`` and neither a version nor a file of one; and versions in workflows that are
        whatever is newest (``latest``, ``lts/*``, ``3.x``), where a file of the repository pins the tool: without one they
        are information, and so are crates that no workflow, script, image or manifest compiles. An ``Anchor.toml`` without ``anchor_version`` is information.

    Why it matters:
        Each machine builds with whatever it has: a new compiler's lint or a new runtime's removal breaks a build that
        nobody changed, and an old one fails on what others use.

    How to fix:
        Name the version in the file that the tool itself reads, or in ``[toolchain]`` of ``toolkit.toml``.

    Fix safety:
        Manual: which version to take is a decision.
    """

    def run(self, context: Inspection) -> Iterator[Finding]:
        """Ask for each subproject, and tell each tool once; then each workflow that sets up whatever is there."""
        yield from self._unset(context)
        said = everything(context)
        yield from self._floating(context, said)
        yield from self._anchor(context, said)
        without: dict[str, list[Subproject]] = {}
        for item in context.subprojects:
            tool = "bun" if item.ecosystem == "bun" else _TOOLS.get(item.family)
            if tool is None or item.role != "own" or item.problem or _is_pinned(said, tool, item):
                continue
            if tool == "node" and (_in_images(context, said, item) or not _builds(context, item)):
                continue
            if tool != "rust" or _OF_A_DAY.match(_channel(context, item.path)[2]) is None:
                without.setdefault(tool, []).append(item)
        for tool, items in sorted(without.items()):
            yield self._unpinned(context, said, tool, items)

    def _unpinned(self, context: Inspection, said: tuple[Said, ...], tool: str, items: list[Subproject]) -> Finding:
        """A tool that no file pins, at the file which says nothing, or a channel that is another compiler with every release."""
        first = min(items, key=lambda item: (item.path.count("/"), item.path))
        where = f" ({len(items)} subprojects)" if len(items) > 1 else ""
        path, line, channel = _channel(context, first.path) if tool == "rust" else ("", 0, "")
        text = f"no file says which version of {tool} builds this{where}: each machine takes what it has"
        if by_ci := _in_workflows(said, tool, first):
            text = f"only workflows say which version of {tool} builds this{where}, as {by_ci.path}:{by_ci.line} does ({by_ci.spec}): each other machine takes what it has"
        todo = advised(context, f"write the version into {_FILES[tool]}", "[toolchain] of toolkit.toml")
        if channel:
            text = f"{channel} is another compiler with every release{where}: each machine has that of its last update"
            todo = "write a version in its place" + (", or nightly-YYYY-MM-DD" if channel == "nightly" else "")
        else:
            crate = inside(first.path, "Cargo.toml")
            path = crate if tool == "rust" and context.is_file(crate) else first.manifest
            line = _line(text_of(context, path), '"engines"')
        return self.finding(
            context,
            path,
            text,
            line=line,
            evidence=", ".join(item.manifest for item in items[:5]) + (", ..." if len(items) > 5 else ""),
            severity="info" if _is_slight(context, said, tool, items) else "warning",
            fixes=(Fix(todo, "manual"),),
            causes=[f"pin {tool} {up}" for up in upward(posixpath.commonpath([item.path for item in items]) or ".")],
        )

    def _unset(self, context: Inspection) -> Iterator[Finding]:
        """Steps that set up a tool and do not say which version of it."""
        for tool, places in unset(context):
            path, line = places[0]
            yield self.finding(
                context,
                path,
                f"setup-{tool} is given no version: the job takes the {tool} that the runner has this month{_more(places)}",
                line=line,
                evidence=f"actions/setup-{tool} in {_shown(places)}",
                fixes=(Fix(f"write {tool}-version, or {tool}-version-file", "manual"),),
                related=places,
            )

    def _anchor(self, context: Inspection, said: tuple[Said, ...]) -> Iterator[Finding]:
        """Workspaces of Anchor that say nothing of the command line that builds them; one finding for all."""
        pinned = {one.path for one in said if one.tool == "anchor"}
        lacking = [
            path
            for path in sorted(context.named("Anchor.toml"))
            if path not in pinned and not context.is_foreign(path) and _lists_programs(context, path)
        ]
        if lacking and not any(one.tool == "anchor" and one.kind == "settings" for one in said):
            yield self.finding(
                context,
                lacking[0],
                "Anchor.toml names no anchor_version: avm, and whoever builds the programs, takes what the machine has",
                line=_line(text_of(context, lacking[0]), "[toolchain]"),
                evidence=", ".join(lacking),
                severity="info",
                fixes=(Fix("write anchor_version and solana_version into [toolchain] of Anchor.toml", "manual"),),
                related=[(path, 0) for path in lacking[1:]],
            )

    def _floating(self, context: Inspection, said: tuple[Said, ...]) -> Iterator[Finding]:
        """Versions in workflows that are another every month."""
        for tool, text, places in floating(context):
            pin = next((one for one in said if one.tool == tool and one.kind in ("settings", "file")), None)
            against = f", and {pin.path} pins {pin.spec}" if pin else ""
            path, line = places[0]
            yield self.finding(
                context,
                path,
                f"{tool} {text} is whatever is newest on the day{against}{_more(places)}",
                line=line,
                evidence=f"{tool} {text} in {_shown(places)}",
                severity="warning" if pin else "info",
                fixes=(Fix(f"name the version of {tool}, or the file that pins it", "manual"),),
                related=places,
            )


def _lists_programs(context: Inspection, path: str) -> bool:
    """Whether an Anchor.toml lists programs; what is in one that cannot be read is not known."""
    document = context.readable(path, toml.parse)
    return document is not None and "programs" in document.data


def _more(places: list[tuple[str, int]]) -> str:
    return f"; so it is in {len(places) - 1} more places" if places[1:] else ""


def _shown(places: list[tuple[str, int]]) -> str:
    return ", ".join(f"{path}:{line}" for path, line in places)


def _is_pinned(said: tuple[Said, ...], tool: str, item: Subproject) -> bool:
    """Whether something above or in the folder, or an image or workflow for it, names a version."""
    for one in said:
        if one.tool != tool and not (tool == "bun" and one.tool == "node"):
            continue
        if tool == "bun" and one.kind in ("workflow", "image"):
            return True  # its lock and its runtime come with it
        if one.kind == "image" and one.folder in (item.path, *item.members):
            return True
        if one.kind not in _ENOUGH or one.what == LOCK or one.what.startswith(WANTED):
            continue
        inner = any(below(folder, one.folder) for folder in (item.path, *item.members))
        if below(one.folder, item.path) or (inner and folder_of(one.path) in (item.path, *item.members)):
            return True
    return False


def _in_images(context: Inspection, said: tuple[Said, ...], item: Subproject) -> bool:
    """Whether images further down, in folders without a project of their own, install a package, and each of them names the version."""
    named = {one.path for one in said if one.tool == "node" and one.kind == "image" and one.builds}
    paths = context.inventory.named(*(name for name in context.inventory.by_name if is_dockerfile(name)))
    folders = {folder for folder in map(folder_of, paths) if context.owner(folder, "javascript") == item}
    found = users(context, JAVASCRIPT_MANAGERS, folders)
    installing = {one.path for every in found.values() for one in every if one.kind == "image"}
    return bool(installing) and installing <= named


def _in_workflows(said: tuple[Said, ...], tool: str, item: Subproject) -> Said | None:
    """What a workflow sets up for a project, in its folder or above."""
    return next((one for one in said if _is_by_ci(one, tool, item)), None)


def _is_by_ci(one: Said, tool: str, item: Subproject) -> bool:
    return one.tool == tool and one.kind in ("workflow", "matrix") and below(one.folder, item.path)


def _builds(context: Inspection, item: Subproject) -> bool:
    """Whether node has anything to do for a package: scripts that not bun alone runs, members, or sources in its folder."""
    data = context.json(item.manifest) if item.manifest.endswith("package.json") else {}
    scripts = [text for text in table(data, "scripts").values() if isinstance(text, str) and not _UNTESTED.search(text)]
    if scripts and all(_OF_BUN.match(text) for text in scripts):
        return False
    named = (data.get("main"), *([data["bin"]] if isinstance(data.get("bin"), str) else table(data, "bin").values()))
    started = any(isinstance(one, str) and context.is_file(inside(item.path, one)) for one in named)
    return bool(item.members or scripts or started) or any(
        path.endswith(_SOURCES) and folder_of(path) in (item.path, inside(item.path, "src"))
        for path in context.below(item.path)
    )


def _line(text: str, key: str) -> int:
    """The line of a key's first place; 0 where it has none."""
    before, found, _ = text.partition(key)
    return before.count("\n") + 1 if found else 0


def _channel(context: Inspection, folder: str) -> tuple[str, int, str]:
    """Path, line and channel of the ``rust-toolchain`` that rustup takes for a folder, its own or the next one above; empty without one."""
    names = (inside(up, name) for up in upward(folder) for name in ("rust-toolchain", "rust-toolchain.toml"))
    path = next((path for path in names if context.is_file(path)), "")
    match = _CHANNEL.search(text_of(context, path)) if path else None
    return (path, line_at(match.string, match.start(1)), match[1]) if match else ("", 0, "")


def _is_slight(context: Inspection, said: tuple[Said, ...], tool: str, items: list[Subproject]) -> bool:
    """Whether a pin is worth knowing and no more: CI has one, the manifest has no place for one, or others choose the compiler of a library."""
    if tool == "bun":
        return True  # its lock and its runtime come with each of its versions
    if tool == "rust":
        folders = [folder for item in items for folder in (item.path, *item.members)]
        # What a chain runs has to be built the same again; of all else the newest is a choice that CI may have made.
        if any(_is_deployed(context, folder) for folder in folders):
            return False
        named = any(one.tool == "rust" and one.kind in ("image", "workflow") for one in said)
        programs = any(_is_program(context, folder) for folder in folders)
        return not programs or (not named and (is_stable_meant(context) or not _is_ever_built(context)))
    by_ci = [one.spec for item in items for one in said if _is_by_ci(one, tool, item)]
    if by_ci and all(map(may_overlap, by_ci, by_ci[1:])):
        return True
    return tool in ("terraform", "python") and items[0].ecosystem in ("pip", "terraform")


def _is_deployed(context: Inspection, folder: str) -> bool:
    """Whether a crate is a program of a chain, and none of the libraries that only its clients compile."""
    text = text_of(context, inside(folder, "Cargo.toml"))
    return "cdylib" in text and any(below(folder, path) for path in files_with(context, _ENTRIES, ("*.rs",)))


def _is_ever_built(context: Inspection) -> bool:
    """Whether a workflow, a script, an image or a manifest of another language calls what compiles Rust."""
    builders = (path for path in context.inventory.tracked if _BUILDERS.search(path))
    return any(_COMPILES.search(text_of(context, path, errors="replace")) for path in builders)


def _is_program(context: Inspection, folder: str) -> bool:
    """Whether a crate gives something to run or to deploy."""
    text = text_of(context, inside(folder, "Cargo.toml"))
    runs = context.is_file(inside(folder, "src/main.rs")) or inside(folder, "src/bin") in context.inventory.folders
    return runs or "[[bin]]" in text or "cdylib" in text
