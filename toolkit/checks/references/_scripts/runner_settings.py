"""Files that configurations of test runners name, and aliases of Vite that lead nowhere."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checks._likeness import instead
from toolkit.checks._packages import all_packages, by_folder, packages
from toolkit.checks._texts import line_at, text_of
from toolkit.checks.references._fault import Fault
from toolkit.checks.references._repair import position
from toolkit.checks.references._scripts.programs import holds, reach
from toolkit.checks.references._scripts.run_outputs import OUTPUT, beside
from toolkit.checks.references._wrangler.worker_code import plain
from toolkit.expressions import regex
from toolkit.packages import TEXT_LOCKS
from toolkit.places import folder_of, inside, path_from, upward
from toolkit.references import lost_part, resolve
from toolkit.specifiers import SOURCES, specifiers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Severity

__all__ = ["of_test_runners"]

_CONFIGS = ("jest*.config.*", "vitest*.config.*", "playwright*.config.*", "vite*.config.*")
_CODE = regex(r"\.[cm]?[jt]s$")
_OPTION = regex(
    r"\b(?P<name>setupFiles(?:AfterEnv)?|globalSetup|globalTeardown|testDir|preset|roots)[\"']?\s*:\s*(?P<value>\[[^\]]{0,2000}\]|[^,\n]{1,300})"
)
_PATH = regex(r"[\"'](?P<base><rootDir>/|\./|\.\./)(?P<rest>[^\"'\n$*]{1,200})[\"']")
_ALIAS = regex(
    r"[\"'](?P<name>[@~#][\w@/.-]{0,60})[\"']\s*:\s*(?:\w+\.)?resolve\(\s*__dirname\s*,\s*[\"'](?P<path>\.{1,2}/[\w@./-]{1,200})[\"']\s*\)"
)
_ENVIRONMENTS = {
    ("environment", "jsdom"): "jsdom",
    ("environment", "happy-dom"): "happy-dom",
    ("environment", "edge-runtime"): "@edge-runtime/vm",
    ("testEnvironment", "jsdom"): "jest-environment-jsdom",
    ("testEnvironment", "jest-environment-jsdom"): "jest-environment-jsdom",
}
"""What runners load by another name, as vitest or jest is told, with the package that it is in."""
_ENVIRONMENT = regex(
    r"\b(?P<key>environment|testEnvironment)[\"']?\s*:\s*[\"'](?P<name>[\w-]+)[\"']"
    r"|[\"']?\s*:\s*\[?\s*[\"'](?P<package>ts-jest|@swc/jest|jest-expo|jest-preset-angular)(?:/[\w/-]+)?[\"']"
)
"""Where one is named, and presets and translators of jest, which are called like their packages."""
_ROOT = regex(r"\s--rootDir[ =][\"']?(?P<path>[^\s\"'$]{1,200})")
_ROOT_DIR = regex(r"\brootDir[\"']?\s*:\s*(?:[\"'](?P<path>[^\"'\n$]{1,200})[\"']\s*[,}\n])?")
"""The folder that paths of jest count from, by a script or by a configuration, where it is written out."""
_SETTING = regex(r"\.config\.[\w.]+$|(?:^|/)(?:node_modules|dist|build)/")
_CHOOSES = regex(r"\s(?:-c|--config)[ =][\"']?(?P<path>[^\s\"']*)")
_SUFFIXES = (".js", ".ts", ".mjs", ".cjs", ".mts", ".tsx", ".json", "/index.js", "/index.ts")
_LARGEST = 100_000


def of_test_runners(context: Inspection) -> Iterator[Fault]:
    """What runners of tests are told to load, or to look for tests in, and that nobody has."""
    for path in context.matching(*_CONFIGS):
        if not _CODE.search(path) or context.role(path)[0] not in ("own", "test"):
            continue
        text = plain(text_of(context, path, _LARGEST, errors="replace"), templates=False)
        yield from _lost_files(context, path, text)
        yield from _lost_aliases(context, path, text)
        yield from _lost_environment(context, path, text)
    for package in packages(context):
        if isinstance(package.data.get("jest"), dict) and context.role(package.path)[0] in ("own", "test"):
            before = position(package.document, ("jest",))[0] - 1
            lines = text_of(context, package.path, _LARGEST, errors="replace").split("\n")[before:]
            text = "\n" * before + "\n".join(lines)
            yield from _lost_files(context, package.path, text)
            yield from _lost_environment(context, package.path, text)


def _lost_files(context: Inspection, path: str, text: str) -> Iterator[Fault]:
    bases, told, folders = _bases(context, path, text), set(), dict[str, list[Fault]]()
    for option in _OPTION.finditer(text) if bases else ():
        for found in _PATH.finditer(text, option.start("value"), option.end("value")):
            written = found["rest"] if found["base"] == "<rootDir>/" else f"{found['base']}{found['rest']}"
            verdict = resolve(context, written, bases[-1], suffixes=_SUFFIXES)
            if _may_be(context, written, bases) or OUTPUT.search(written) or verdict.path in told:
                continue
            told.add(verdict.path)
            near = beside(verdict.near, bases[-1])
            ends = "no test is found" if option["name"] == "testDir" else "no test runs"
            said = f"{option['name']} is {written}, which does not exist{f'; {near} does' if near else ''}: {ends}."
            line = line_at(text, found.start())
            todo = instead(written, near, f"add {verdict.path}, or take it out of {option['name']}")
            level: Severity = "error" if _is_run(context, path) else "warning"
            one = Fault(path, line, said, f"{verdict.path} does not exist", todo, severity=level)
            gone = folder_of(verdict.path)
            folders.setdefault(verdict.path if gone in context.inventory.folders else gone, []).append(one)
    for first, *others in folders.values():  # what lies in one folder that is not there has one cause
        more = f" Nor {'do' if others[1:] else 'does'} {len(others)} more of that folder." if others else ""
        yield first._replace(
            text=first.text + more,
            evidence="; ".join(f"{one.evidence} (line {one.line})" for one in (first, *others)),
            related=tuple((one.path, one.line) for one in others),
        )


def _lost_environment(context: Inspection, path: str, text: str) -> Iterator[Fault]:
    """What tests are to run in or to be translated by, and that nothing installs, by the lock."""
    home = next((by_folder(context)[up] for up in upward(folder_of(path)) if up in by_folder(context)), None)
    passed_over = path.endswith(".config.js") and context.is_file(f"{path[:-2]}ts")  # vitest takes the other one
    if home is None or passed_over:
        return
    owner = context.owner(home.folder)
    folders = dict.fromkeys((home.folder, owner.path if owner is not None else home.folder))
    locks = [lock for up in folders for name in TEXT_LOCKS if context.is_file(lock := inside(up, name))]
    told = set[str]()
    for found in _ENVIRONMENT.finditer(text):
        wanted = found["package"] or _ENVIRONMENTS.get((found["key"], found["name"]), "")
        if found["package"] and "jest" not in reach(context, home, "jest"):
            return  # which is what is lacking
        if not wanted or wanted in told or not locks or wanted in reach(context, home, wanted):
            continue
        told.add(wanted)
        if not any(holds(context, lock, [wanted]) for lock in locks):
            use = f"are to be read by {wanted}" if found["package"] else f"run in {found['name']}"
            said = f"The tests {use}, and neither a manifest nor the lock has {wanted}: no test runs."
            level: Severity = "error" if _is_run(context, path) else "warning"
            line, todo = line_at(text, found.start()), f"add {wanted} to {home.path}, then lock again"
            yield Fault(path, line, said, f"{', '.join(locks)}: no {wanted}", todo, severity=level)


def _is_run(context: Inspection, path: str) -> bool:
    """Whether a script of the package starts the runner that a configuration is of, or one of the root does for all packages."""
    name, folder = posixpath.basename(path), folder_of(path)
    inner = name == "package.json"  # which jest reads where no other is chosen
    runner = next((one for one in ("jest", "playwright") if inner or name.startswith(one)), "vitest")
    home = next((up for up in upward(folder) if up in by_folder(context)), folder)
    found = home == folder or runner == "vitest"  # jest looks for a configuration in the folder of a package only
    return any(
        (runner in text and found and ((one.folder == home and not inner) or not _CHOOSES.search(text)))
        or any(path_from(one.folder, chosen["path"]) == path for chosen in _CHOOSES.finditer(text))
        for one in all_packages(context)
        if one.folder in (home, ".")
        for text in one.scripts.values()
    )


def _bases(context: Inspection, path: str, text: str) -> tuple[str, ...]:
    """Where paths of a configuration may count from: its folder, for Vite's the package that its tests are started in, for jest's its root."""
    folder, name = folder_of(path), posixpath.basename(path)
    homes = [up for up in upward(folder) if context.is_file(inside(up, "package.json"))]
    if name.startswith("vit"):
        return tuple(dict.fromkeys((folder, *homes[:1])))
    if name.startswith("playwright"):
        return (folder,)
    scripts = by_folder(context)[homes[0]].scripts.values() if homes and homes[0] in by_folder(context) else ()
    given = [path_from(homes[0], one["path"]) for script in scripts for one in _ROOT.finditer(script)]
    written = [one["path"] and path_from(folder, one["path"]) for one in _ROOT_DIR.finditer(text)]
    roots = [*given, *(written or [folder])]
    return tuple(dict.fromkeys(roots)) if all(roots) else ()


def _may_be(context: Inspection, written: str, bases: tuple[str, ...]) -> bool:
    """Whether a file is there from one of the folders, or from another package that may share a configuration which is in none."""
    found = (resolve(context, written, base, suffixes=_SUFFIXES) for base in bases)
    if any(one.kind != "missing" or one.command for one in found):
        return True
    name = posixpath.basename(written)
    shared = len(bases) > 1 and written.startswith("./")
    return shared and any(context.is_file(inside(folder_of(one), "package.json")) for one in context.named(name))


def _lost_aliases(context: Inspection, path: str, text: str) -> Iterator[Fault]:
    """The aliases of one configuration that lead nowhere, as one: they were written for another place."""
    lost = [
        (one, verdict)
        for one in _ALIAS.finditer(text)
        if (verdict := resolve(context, one["path"], folder_of(path), suffixes=_SUFFIXES)).kind
        in ("missing", "outside")
        and not verdict.command
        and not OUTPUT.search(one["path"])
    ]
    if lost:
        first, verdict = lost[0]
        more = f" So do {len(lost) - 1} more aliases." if len(lost) > 1 else ""
        why = "lies outside of the repository" if verdict.kind == "outside" else "does not exist"
        names = ", ".join(f"{one['name']} ({line_at(text, one.start())})" for one, _ in lost)
        said = f"The alias {first['name']} leads to {first['path']}, which {why}.{more}"
        todo = f"correct the paths of {', '.join(one['name'] for one, _ in lost)}, or remove them"
        causes = tuple(f"folder {lost_part(context, one.path)}" for _, one in lost)
        line = line_at(text, first.start())
        level: Severity = "warning" if any(_is_used(context, path, one["name"]) for one, _ in lost) else "info"
        yield Fault(path, line, said, names[:300], todo, severity=level, causes=causes)


def _is_used(context: Inspection, path: str, name: str) -> bool:
    """Whether a source below the folder of a configuration imports by an alias."""
    before = f"{name.removesuffix('/')}/"
    return any(
        one == name or one.startswith(before)
        for source in context.below(folder_of(path))
        if source.endswith(SOURCES) and not _SETTING.search(source)
        for one in context.fact(specifiers, source)
    )
