"""Programs that are installed, and that a script gives nothing to work on."""

from __future__ import annotations

import posixpath
from itertools import takewhile
from typing import TYPE_CHECKING

from toolkit.checks._packages import by_folder
from toolkit.checks._test_folders import untested
from toolkit.checks.references._broken import Broken
from toolkit.checks.references._bundlers import config_path
from toolkit.checks.references._scripts.run_outputs import OUTPUT
from toolkit.documents import jsonc
from toolkit.expressions import regex
from toolkit.packages import KINDS
from toolkit.places import below, inside, table, upward
from toolkit.references import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks._packages import Package
    from toolkit.checks.references._scripts.commands import Command
    from toolkit.model import Severity

__all__ = ["asked_major", "without_input"]

_NEEDS_NONE = frozenset({"-p", "--project", "-b", "--build", "--init", "-v", "--version", "-h", "--help", "--all"})
_NO_EXPORT_FROM = 14
"""Major version from which Next.js exports by ``next build`` alone."""
_MAJOR = regex(r"[\^~>=v ]*(\d{1,3})(?:\.|$)")
_OF_TAURI = (("tauri", "dev"), ("tauri", "build"))
_TAURI_FILES = ("tauri.conf.json", "tauri.conf.json5", "Tauri.toml")
_PLAIN_FOLDER = regex(r"(?:\./)?[\w@][\w@/-]{0,120}")
_SOURCE = regex(r"\.[cm]?[jt]sx?$")
_OF_WEBPACK = regex(r"webpack(?:\.config\.\w+|file(?:\.\w+)?)")
_ELSEWHERE = frozenset({"-c", "--config", "--entry", "--context", "-v", "--version", "-h", "--help", "init", "info"})


def without_input(context: Inspection, package: Package, command: Command) -> Iterator[Broken]:
    """What a program of a package has nothing to work on for."""
    program, text, idle = command.words[0], "", False
    level: Severity = "error"
    if program == "tsc" and _has_no_project(context, package, command):
        text = "tsc finds no tsconfig.json in its folder or above, and stops"
        todo = f"add tsconfig.json beside {package.path}, or name a configuration with -p"
    elif program == "tsc" and (path := _only_refers(context, package, command)):
        text, idle = f"{path} lists no file, and tsc does not look at what it refers to without -b", True
        level = "warning"
        todo = "give tsc the option -b, or name a configuration that lists files with -p"
    elif program == "vite" and _has_no_page(context, package, command):
        text = "vite build finds no index.html beside package.json, and no configuration names another input"
        todo = f"add {package.at('index.html')}, or remove the script"
    elif command.words[:2] == ("next", "export") and _exports_by_build(context, package):
        text = "next export is a command that Next.js has no more from version 14 on"
        todo = 'write output: "export" in the configuration, and let next build export'
    elif command.words[:2] in _OF_TAURI and _has_no_tauri(context, package):
        text = "tauri finds no tauri.conf.json in the folder of the package or below, and stops"
        todo = f"add {package.at('src-tauri/tauri.conf.json')}, or remove the script"
    elif program == "webpack" and _has_no_entry(context, package, command):
        text = "webpack finds neither a configuration beside package.json nor src/index.js, and stops"
        todo = f"add {package.at('webpack.config.js')}, or remove the script"
    elif lost := _lost_folder(context, package, command):
        text, todo = f"eslint finds no {lost}, and stops", f"add {package.at(lost)}, or correct the folder"
    elif untested(context, command.words, package.folder):
        text, level = f"{program} finds no test", "warning"
        todo = "write a test, or say --passWithNoTests until there is one"
    if text:
        yield Broken(program, text, todo, level, idle=idle, cause="program")


def asked_major(context: Inspection, folders: Iterable[str], name: str) -> int | None:
    """The major version that the first manifest of some folders asks for which names a package; ``None`` for none, or any."""
    manifests = (one for folder in folders if (one := by_folder(context).get(folder)) is not None)
    asked = (value for one in manifests for kind in KINDS if isinstance(value := table(one.data, kind).get(name), str))
    found = _MAJOR.match(next(asked, ""))
    return int(found[1]) if found else None


def _exports_by_build(context: Inspection, package: Package) -> bool:
    """Whether a package asks for a version of Next.js that has no command for exports."""
    return (asked_major(context, upward(package.folder), "next") or 0) >= _NO_EXPORT_FROM


def _has_no_tauri(context: Inspection, package: Package) -> bool:
    """Whether no folder of a package has a configuration of Tauri, and none is kept out of git."""
    here = package.folder
    found = any(below(here, path) for path in context.inventory.named(*_TAURI_FILES))
    usual = [package.at(posixpath.join(folder, name)) for folder in (".", "src-tauri") for name in _TAURI_FILES]
    return not found and not context.inventory.ignored(usual)


def _lost_folder(context: Inspection, package: Package, command: Command) -> str:
    """The first folder that eslint is given and no clone has; empty for none."""
    if command.words[0] != "eslint" or "--no-error-on-unmatched-pattern" in command.words:
        return ""
    given = (word for word in takewhile(_PLAIN_FOLDER.fullmatch, command.words[1:]) if not OUTPUT.search(word))
    return next((word for word in given if resolve(context, word, package.folder).kind == "missing"), "")


def _is_told(command: Command) -> bool:
    """Whether the compiler is given files or a configuration."""
    return any(word.partition("=")[0] in _NEEDS_NONE or _SOURCE.search(word) for word in command.words[1:])


def _has_no_project(context: Inspection, package: Package, command: Command) -> bool:
    """Whether the compiler is given neither a file nor a configuration: then it prints how it is used, and fails."""
    names = [inside(up, "tsconfig.json") for up in upward(package.folder)]
    return not _is_told(command) and not any(map(context.is_file, names)) and not context.inventory.ignored(names)


def _only_refers(context: Inspection, package: Package, command: Command) -> str:
    """The configuration that the compiler finds, where it only refers to others; empty otherwise."""
    found = (path for up in upward(package.folder) if context.is_file(path := inside(up, "tsconfig.json")))
    path = next(found, "") if not _is_told(command) else ""
    document = context.readable(path, jsonc.parse) if path else None
    data = document.data if document is not None and isinstance(document.data, dict) else {}
    alone = data.get("files") == [] and not data.get("include") and "extends" not in data
    return path if alone and data.get("references") else ""


def _has_no_page(context: Inspection, package: Package, command: Command) -> bool:
    """Whether vite is to build its usual input, a page that is neither there nor made."""
    if command.words[1:] != ("build",) or config_path(context, package.folder, "vite"):
        return False
    return _is_nowhere(context, package, "index.html")


def _has_no_entry(context: Inspection, package: Package, command: Command) -> bool:
    """Whether webpack is to build its usual input, which is neither there nor made, and no configuration names another."""
    given = [word for word in command.words[1:] if "/" in word or word.partition("=")[0] in _ELSEWHERE]
    names = {posixpath.basename(path) for path in context.below(package.folder) if _is_beside(path, package.folder)}
    if given or command.before or any(map(_OF_WEBPACK.fullmatch, names)):
        return False
    known = (
        f"src{end}" for end in (".js", ".json", ".wasm", "/index.js", "/index.json", "/index.wasm", "/package.json")
    )
    return all(_is_nowhere(context, package, name) for name in known)


def _is_beside(path: str, folder: str) -> bool:
    """Whether a file lies in a folder itself, or in that of webpack there."""
    return posixpath.dirname(path) in ("" if folder == "." else folder, inside(folder, ".webpack"))


def _is_nowhere(context: Inspection, package: Package, name: str) -> bool:
    """Whether a file is neither there nor made."""
    found = resolve(context, name, package.folder)
    return found.kind == "missing" and not found.command
