"""What a TypeScript configuration says after its ``extends``, and which files it takes.

Facts: typescriptlang.org/tsconfig. A path belongs to the file that writes it; ``include`` without an extension
takes the folder whole.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from toolkit.context import Unreadable
from toolkit.documents import jsonc
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import below, folder_of, path_from, table
from toolkit.roles import glob_expression

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolkit.checking import Inspection

__all__ = ["Tsconfig", "read", "sources", "taken"]

_DEFAULT_EXCLUDE = ("node_modules", "bower_components", "jspm_packages")
_PATHS = frozenset(
    {"outDir", "rootDir", "baseUrl", "declarationDir", "outFile", "tsBuildInfoFile", "rootDirs", "typeRoots"}
)
_MAX_CHAIN = 32
_HOME = "${configDir}"
"""The folder of the configuration that is compiled by, wherever it is written."""
_PLAIN = regex(r"(?:@tsconfig|@vue/tsconfig|astro/tsconfigs|@react-native/typescript-config)(?:/|$)|expo/tsconfig")
"""Published configurations that name no folders and no aliases."""


@dataclass(frozen=True)
class Tsconfig:
    """A configuration with everything it inherits.

    Args:
        path: the file.
        options: ``compilerOptions``; those that are paths are relative to the repository's root.
        origin: option, or name of a list of files, to the file that set it.
        include, files, exclude: patterns relative to the root; ``None`` where no file sets them.
        missing: files that ``extends`` names by a relative path and that are not there, with the naming file.
        foreign: what ``extends`` names of packages, whose options are not known here.
    """

    path: str
    options: Mapping[str, Any]
    origin: Mapping[str, str]
    include: tuple[str, ...] | None = None
    files: tuple[str, ...] | None = None
    exclude: tuple[str, ...] | None = None
    missing: tuple[tuple[str, str], ...] = ()
    foreign: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        """The configuration's folder."""
        return posixpath.dirname(self.path) or "."

    @property
    def is_known(self) -> bool:
        """Whether nothing that it inherits from a package, or that is not there, may name folders and aliases."""
        return not self.missing and all(_PLAIN.match(one) for one in self.foreign)


@dataclass
class _Chain:
    home: str
    options: dict[str, Any] = field(default_factory=dict)
    origin: dict[str, str] = field(default_factory=dict)
    lists: dict[str, tuple[str, ...] | None] = field(default_factory=dict)
    missing: list[tuple[str, str]] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)


def read(context: Inspection, path: str) -> Tsconfig:
    """The configuration of a file, its ``extends`` followed; a circle ends where it closes.

    Raises:
        Unreadable: the file itself cannot be read or parsed.
    """
    chain = _Chain(folder_of(path))
    _collect(context, path, chain)
    if isinstance(paths := chain.options.get("paths"), dict):
        chain.options["paths"] = {name: _placed(chain, targets) for name, targets in paths.items()}
    return Tsconfig(
        path,
        chain.options,
        chain.origin,
        chain.lists.get("include"),
        chain.lists.get("files"),
        chain.lists.get("exclude"),
        tuple(chain.missing),
        tuple(chain.foreign),
    )


def _collect(context: Inspection, path: str, chain: _Chain) -> None:
    data = context.document(path, jsonc.parse).data
    if not isinstance(data, dict):
        raise Unreadable("a configuration must be an object", 1, 1, parsed=True)
    chain.seen.append(path)
    folder = posixpath.dirname(path)
    parents = data.get("extends")
    for parent in parents if isinstance(parents, list) else [parents]:
        if isinstance(parent, str):
            _inherit(context, folder, parent, path, chain)
    options = data.get("compilerOptions")
    for name, value in (options if isinstance(options, dict) else {}).items():
        chain.options[name] = _rooted(chain, folder, value) if name in _PATHS else value
        chain.origin[name] = path
    for name in ("include", "files", "exclude"):
        if isinstance(data.get(name), list):
            chain.lists[name] = tuple(_join(chain, folder, item) for item in data[name] if isinstance(item, str))
            chain.origin[name] = path


def _inherit(context: Inspection, folder: str, parent: str, path: str, chain: _Chain) -> None:
    """Take what one parent of a configuration says, or note that it is not there or a package's."""
    found = _parent(context, folder, parent)
    if found and (found in chain.seen or len(chain.seen) > _MAX_CHAIN):
        return
    try:
        if found:
            _collect(context, found, chain)
        elif parent.startswith("."):
            chain.missing.append((parent, path))
        else:
            chain.foreign.append(parent)
    except Unreadable:
        chain.missing.append((parent, path))


def _parent(context: Inspection, folder: str, name: str) -> str:
    """The file that an ``extends`` names, by its path or of a package of the repository; empty for one that is not there."""
    base = path_from(folder, name) if name.startswith(".") else _of_member(context, name)
    names = (base, f"{base}.json", f"{base}/tsconfig.json") if base else ()
    return next((path for path in names if context.is_file(path)), "")


def _of_member(context: Inspection, name: str) -> str:
    """The path that the name of a shared configuration means if one package of the repository has it; else empty."""
    parts = name.split("/")
    package, rest = (
        ("/".join(part) for part in (parts[:2], parts[2:])) if name.startswith("@") else (parts[0], "/".join(parts[1:]))
    )
    folders = _members(context).get(package, ())
    if len(folders) != 1:
        return ""
    data = table(context.json(path_from(folders[0], "package.json")))
    exported = table(data.get("exports")).get(f"./{rest}" if rest else ".")
    given = exported if isinstance(exported, str) else rest or data.get("tsconfig") or "tsconfig.json"
    return path_from(folders[0], str(given))


@once_a_run
def _members(context: Inspection) -> dict[str, tuple[str, ...]]:
    """The folders of the packages of the repository by their name."""
    found: dict[str, tuple[str, ...]] = {}
    for path in context.inventory.named("package.json"):
        try:
            name = table(context.json(path)).get("name")
        except Unreadable:
            continue
        if isinstance(name, str):
            found[name] = (*found.get(name, ()), folder_of(path))
    return found


def _placed(chain: _Chain, targets: Any) -> Any:
    """The targets of an alias, those from the folder of the configuration as they count from where all do."""
    given = chain.options.get("baseUrl")
    base = given if isinstance(given, str) else folder_of(chain.origin["paths"])
    told = [one for one in targets if isinstance(one, str)] if isinstance(targets, list) else []
    return [posixpath.relpath(_join(chain, base, one), base) if one.startswith(_HOME) else one for one in told]


def _rooted(chain: _Chain, folder: str, value: Any) -> Any:
    if isinstance(value, str):
        return _join(chain, folder, value)
    return [_join(chain, folder, item) for item in value if isinstance(item, str)] if isinstance(value, list) else value


def _join(chain: _Chain, folder: str, path: str) -> str:
    return (
        path_from(chain.home, path.removeprefix(_HOME).lstrip("/"))
        if path.startswith(_HOME)
        else path_from(folder, path)
    )


def sources(context: Inspection, config: Tsconfig) -> tuple[str, ...]:
    """The files that the compiler takes by ``files`` and ``include``, declarations left out."""
    endings = [".ts", ".tsx", ".mts", ".cts", *([".js", ".jsx"] if config.options.get("allowJs") else [])]
    include = config.include if config.include is not None or config.files is not None else (f"{config.folder}/**/*",)
    out = config.options.get("outDir")
    default = (*(f"{config.folder}/**/{name}" for name in _DEFAULT_EXCLUDE), *((out,) if isinstance(out, str) else ()))
    exclude = config.exclude if config.exclude is not None else default
    wanted, unwanted = _patterns(include or ()), _patterns(exclude)
    found = set(config.files or ()) & context.inventory.files
    # ``include`` may reach into folders beside the configuration's own.
    roots = {
        config.folder,
        *(one.partition("*")[0].rpartition("/")[0] for one in include or () if not below(config.folder, one)),
    }
    for path in (path for root in roots for path in context.below(root or ".")):
        if (
            path.endswith(tuple(endings))
            and any(pattern.fullmatch(path) for pattern in wanted)
            and not any(pattern.fullmatch(path) for pattern in unwanted)
        ):
            found.add(path)
    return tuple(sorted(path for path in found if not path.endswith((".d.ts", ".d.mts", ".d.cts"))))


@once_a_run
def taken(context: Inspection, path: str) -> frozenset[str]:
    """The sources that a configuration takes, found once a run.

    Raises:
        Unreadable: as :func:`read`.
    """
    return frozenset(sources(context, read(context, path)))


def _patterns(globs: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(_pattern(posixpath.normpath(glob)) for glob in globs)


def _pattern(glob: str) -> re.Pattern[str]:
    last = posixpath.basename(glob)
    if glob == ".":
        return re.compile(".*")
    # A last part without a wildcard or an ending is a folder, and stands for all below it.
    is_folder = not re.search(r"[*?]", last) and not posixpath.splitext(last)[1]
    return re.compile(f"{glob_expression(glob).pattern}/.*") if is_folder else glob_expression(glob)
