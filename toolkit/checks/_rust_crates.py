"""The sources of a crate that cargo compiles: its targets, and what their module statements lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from toolkit.checks._texts import text_of
from toolkit.documents import rust
from toolkit.expressions import regex
from toolkit.places import folder_of, inside, join, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection

__all__ = ["compiled", "is_mounted_for_tests", "led_to"]

_MAX_BYTES = 400_000
_ROOT = regex(r"(?:src/bin|tests|benches)/[^/]+(?:/main)?\.rs")
_EXAMPLE = regex(r"examples/[^/]+(?:/main)?\.rs")
_ROOTS = ("mod.rs", "lib.rs", "main.rs")
_TARGETS = ("bin", "example", "test", "bench")
_MODULE = regex(r"\bmod[ \t]+(?:r#)?(?P<name>\w+)[ \t]*(?P<end>[;{])")
_PATH = regex(r"\bpath[ \t]*=[ \t]*\"([^\"\n]+)\"")
_CONDITION = regex(r"#\[cfg\((?!test\))[^\n]*\)\]\s*(?:pub(?:\([^)\n]*\))?[ \t]+)?$")
"""What is compiled somewhere else, or with a feature only."""
_WHEN = regex(r"#\[\s*cfg\s*\(([^\]\n]{0,300})\)\s*\]")
_BEFORE = 300
_Row = tuple[str, tuple[str, ...], tuple[str, ...], bool, bool]
"""A module as it is kept."""


class _Module(NamedTuple):
    """A module in a file of its own: its name, the folders of modules around it in the same file, given paths, whether it has a condition, or is for tests."""

    name: str
    within: tuple[str, ...]
    given: tuple[str, ...]
    conditional: bool
    for_tests: bool


def compiled(context: Inspection, folder: str, manifest: dict[str, Any], *, conditional: bool) -> frozenset[str]:
    """The files that cargo compiles for one package.

    Args:
        context: the run.
        folder: of the package.
        manifest: its ``Cargo.toml``.
        conditional: whether examples count, and modules that are compiled for a feature or another system only.
    """
    prefix = "" if folder == "." else f"{folder}/"
    kinds = (_ROOT, _EXAMPLE) if conditional else (_ROOT,)
    within = {path: path.removeprefix(prefix) for path in context.below(folder) if path.endswith(".rs")}
    roots = {path for path, short in within.items() if any(kind.fullmatch(short) for kind in kinds)}
    roots |= {inside(folder, name) for name in ("src/lib.rs", "src/main.rs", "build.rs")}
    roots |= {path for path in _given(folder, manifest) if path is not None}
    return _reached(context, roots, frozenset(roots), conditional=conditional)


def led_to(context: Inspection, path: str) -> frozenset[str]:
    """A source of a crate, and every file that its module statements lead to."""
    return _reached(context, (path,), frozenset(), conditional=True)


def is_mounted_for_tests(context: Inspection, path: str) -> bool:
    """Whether the statement that mounts a source as a module, or one of the modules around it, is compiled for tests only."""
    for parent in _parents(context, path):
        base = parent.removesuffix(".rs") if parent.rpartition("/")[2] not in _ROOTS else folder_of(parent)
        rows = (_Module(*row) for row in context.fact(_modules, parent))
        mounts = [one.for_tests for one in rows if path in _places(parent, base, one)]
        if mounts and (all(mounts) or is_mounted_for_tests(context, parent)):
            return True
    return False


def _parents(context: Inspection, path: str) -> Iterator[str]:
    """The files that may mount a source as a module: of its folder, or named after that."""
    folder, _, name = path.rpartition("/")
    if name in _ROOTS[1:]:
        return
    folder = folder_of(folder) if name == "mod.rs" else folder
    places = (*(inside(folder or ".", one) for one in _ROOTS), f"{folder}.rs")
    yield from (one for one in places if one != path and context.is_file(one))


def _reached(context: Inspection, start: Iterable[str], roots: frozenset[str], *, conditional: bool) -> frozenset[str]:
    """The files that exist among some and what their module statements lead to; the modules of a root lie beside it."""
    waiting, found = sorted(start), set[str]()
    while waiting:
        path = waiting.pop()
        if path in found or not context.is_file(path):
            continue
        found.add(path)
        base = folder_of(path) if path in roots or path.endswith("/mod.rs") else path.removesuffix(".rs")
        for module in (_Module(*row) for row in context.fact(_modules, path)):
            if conditional or not module.conditional:
                waiting += _places(path, base, module)
    return frozenset(found)


def _given(folder: str, manifest: dict[str, Any]) -> list[str | None]:
    """The roots that a manifest names."""
    targets = [table(manifest, "lib")]
    targets += [one for kind in _TARGETS for one in manifest.get(kind) or () if isinstance(one, dict)]
    build = table(manifest, "package").get("build")
    paths = [one["path"] for one in targets if isinstance(one.get("path"), str)]
    return [join(folder, path) for path in (*paths, *([build] if isinstance(build, str) else []))]


def _places(path: str, base: str, module: _Module) -> list[str]:
    """Where the file of a module may be."""
    found = [place for given in module.given if (place := join(folder_of(path), given)) is not None]
    for inner in (base, *(inside(base, one) for one in module.within)):
        found += [inside(inner, f"{module.name}.rs"), inside(inner, f"{module.name}/mod.rs")]
        found += [place for given in module.given if (place := join(inner, given)) is not None]
    return found


def _modules(context: Inspection, path: str) -> tuple[_Row, ...]:
    """What a file says lies in files of its own, line comments aside."""
    text = text_of(context, path, _MAX_BYTES)
    found: list[_Row] = []
    within: list[str] = []
    for match in _MODULE.finditer(text):
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        if "//" in line:
            continue
        if match["end"] == "{":
            within.append(match["name"])
            continue
        before = text[max(match.start() - _BEFORE, 0) : match.start()]
        above = before[max(before.rfind(";"), before.rfind("}")) + 1 :]
        inner = tuple(within) if line[:1].isspace() else ()
        conditional, tested = _CONDITION.search(before) is not None, any(map(rust.is_for_tests, _WHEN.findall(above)))
        found.append((match["name"], inner, tuple(_PATH.findall(above)), conditional, tested))
    return tuple(found)
