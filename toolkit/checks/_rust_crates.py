"""The sources of a crate that cargo compiles: its targets, and what their module statements lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks._rust_modules import ROOTS, base_of, exact, modules, places
from toolkit.checks._texts import text_of
from toolkit.expressions import regex
from toolkit.places import below, folder_of, inside, join, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection

__all__ = [
    "ENTRY",
    "LostModule",
    "compiled",
    "is_anchor_program",
    "is_mounted_for_tests",
    "led_to",
    "lost_modules",
    "roots_of",
]

_ROOT = regex(r"(?:src/bin|tests|benches)/[^/]+(?:/main)?\.rs")
_EXAMPLE = regex(r"examples/[^/]+(?:/main)?\.rs")
ENTRY = regex(r"#\[\s*(?:anchor_lang::)?program\s*\]")
"""What makes a crate root the program of Anchor."""
_TARGETS = ("bin", "example", "test", "bench")


class LostModule(NamedTuple):
    """A module without a file: who declares it, at which line, its name, whether only tests have it, and the paths that would do."""

    path: str
    line: int
    name: str
    for_tests: bool
    candidates: tuple[str, ...]


def compiled(context: Inspection, folder: str, manifest: dict[str, Any], *, conditional: bool) -> frozenset[str]:
    """The files that cargo compiles for one package.

    Args:
        context: the run.
        folder: of the package.
        manifest: its ``Cargo.toml``.
        conditional: whether examples count, and modules that are compiled for a feature or another system only.
    """
    roots = roots_of(context, folder, manifest, examples=conditional)
    return _reached(context, roots, roots, conditional=conditional)


def roots_of(context: Inspection, folder: str, manifest: dict[str, Any], *, examples: bool) -> frozenset[str]:
    """The files that the targets of a package begin with; also where cargo looks for one and there is none."""
    prefix = "" if folder == "." else f"{folder}/"
    kinds = (_ROOT, _EXAMPLE) if examples else (_ROOT,)
    within = {path: path.removeprefix(prefix) for path in context.below(folder) if path.endswith(".rs")}
    roots = {path for path, short in within.items() if any(kind.fullmatch(short) for kind in kinds)}
    roots |= {inside(folder, name) for name in ("src/lib.rs", "src/main.rs", "build.rs")}
    return frozenset(roots | {path for path in _given(folder, manifest) if path is not None})


def is_anchor_program(context: Inspection, folder: str, manifest: dict[str, Any]) -> bool:
    """Whether the library of a package is a program of Anchor."""
    root = join(folder, str(table(manifest, "lib").get("path", "src/lib.rs")))
    uses = "anchor-lang" in table(manifest, "dependencies")
    return uses and root is not None and ENTRY.search(text_of(context, root)) is not None


def led_to(context: Inspection, path: str) -> frozenset[str]:
    """A source of a crate, and every file that its module statements lead to."""
    return _reached(context, (path,), frozenset(), conditional=True)


def lost_modules(context: Inspection, roots: Iterable[str]) -> Iterator[LostModule]:
    """The modules without a file that surely belong to a crate, whatever its features: nothing that leads to them compiles."""
    waiting = [(path, folder_of(path), False) for path in sorted(roots) if context.is_file(path)]
    seen = {path for path, _, _ in waiting}
    while waiting:
        path, base, tested = waiting.pop()
        for module in modules(context, path):
            if not module.sure or module.conditional:
                continue
            candidates, for_tests = exact(path, base, module), tested or module.for_tests
            found = next((one for one in candidates if _is_there(context, one)), "")
            if not found:
                yield LostModule(path, module.line, module.name, for_tests, candidates)
            elif found not in seen:
                seen.add(found)
                waiting.append((found, folder_of(found) if module.given else base_of(found), for_tests))


def _is_there(context: Inspection, path: str) -> bool:
    """Whether git has a file, or nobody can tell from here."""
    away = (*context.inventory.gitlinks, *context.inventory.nested, *context.inventory.links)
    if path.startswith("../") or any(below(one, path) for one in away):
        return True
    return path in context.inventory.tracked_set or (context.is_file(path) and not context.inventory.ignored((path,)))


def is_mounted_for_tests(context: Inspection, path: str) -> bool:
    """Whether the statement that mounts a source as a module, or one of the modules around it, is compiled for tests only."""
    for parent in _parents(context, path):
        rows = modules(context, parent)
        mounts = [one.for_tests for one in rows if path in places(parent, base_of(parent), one)]
        if mounts and (all(mounts) or is_mounted_for_tests(context, parent)):
            return True
    return False


def _parents(context: Inspection, path: str) -> Iterator[str]:
    """The files that may mount a source as a module: of its folder, or named after that."""
    folder, _, name = path.rpartition("/")
    if name in ROOTS[1:]:
        return
    folder = folder_of(folder) if name == "mod.rs" else folder
    above = (*(inside(folder or ".", one) for one in ROOTS), f"{folder}.rs")
    yield from (one for one in above if one != path and context.is_file(one))


def _reached(context: Inspection, start: Iterable[str], roots: frozenset[str], *, conditional: bool) -> frozenset[str]:
    """The files that exist among some and what their module statements lead to; the modules of a root lie beside it."""
    waiting, found = sorted(start), set[str]()
    while waiting:
        path = waiting.pop()
        if path in found or not context.is_file(path):
            continue
        found.add(path)
        base = folder_of(path) if path in roots or path.endswith("/mod.rs") else path.removesuffix(".rs")
        for module in modules(context, path):
            if conditional or not module.conditional:
                waiting += places(path, base, module)
    return frozenset(found)


def _given(folder: str, manifest: dict[str, Any]) -> list[str | None]:
    """The roots that a manifest names."""
    targets = [table(manifest, "lib")]
    targets += [one for kind in _TARGETS for one in manifest.get(kind) or () if isinstance(one, dict)]
    build = table(manifest, "package").get("build")
    paths = [one["path"] for one in targets if isinstance(one.get("path"), str)]
    return [join(folder, path) for path in (*paths, *([build] if isinstance(build, str) else []))]
