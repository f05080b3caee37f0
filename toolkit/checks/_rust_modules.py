"""The modules that a Rust source says lie in files of their own, and where cargo looks for these."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from toolkit.documents import rust
from toolkit.errors import ToolkitError
from toolkit.expressions import regex
from toolkit.places import folder_of, inside, join, path_from

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["MODULE", "ROOTS", "Module", "base_of", "exact", "modules", "places"]

MODULE = regex(r"(?m)^[ \t]*(?:pub(?:\s*\([^)]*\))?\s+)?(?P<word>mod)\s+(?P<name>(?:r#)?\w+)\s*(?P<end>[;{])")
_FILED = regex(rb"\bmod\s+(?:r#)?\w+\s*;")
_ANYWHERE = regex(r"\bmod\s+(?P<name>(?:r#)?\w+)\s*;")
_PATH = regex(r"\bpath\s*=\s*\"([^\"\n]+)\"")
_CONDITION = regex(r"#\[\s*cfg\s*\(([^\]]{0,400})\)\s*\]")
_ATTRIBUTE = regex(r"#\[\s*([\w:]+)")
_PLAIN = frozenset(
    {"allow", "warn", "deny", "expect", "deprecated", "doc", "macro_use", "path", "cfg", "cfg_attr", "rustfmt::skip"}
)
"""Attributes that leave a module where it is; any other may be a macro that makes something else of it."""
ROOTS = ("mod.rs", "lib.rs", "main.rs")
"""Names of sources whose modules lie beside them."""
_MAX_BYTES = 400_000
_Row = tuple[str, int, tuple[str, ...], tuple[str, ...], bool, bool, bool]
"""A module as it is kept."""


class Module(NamedTuple):
    """A module in a file of its own.

    Args:
        name: of the module.
        line: where it is declared.
        within: the modules around it in the same file.
        given: the paths that its attributes give.
        conditional: whether it is compiled somewhere else, or with a feature only.
        for_tests: whether it is compiled for tests.
        sure: whether the statement stands in no macro, and nothing moves the module.
    """

    name: str
    line: int
    within: tuple[str, ...]
    given: tuple[str, ...]
    conditional: bool
    for_tests: bool
    sure: bool


def modules(context: Inspection, path: str) -> tuple[Module, ...]:
    """What a source says lies in files of its own."""
    return tuple(Module(*row) for row in context.fact(_modules, path))


def base_of(path: str) -> str:
    """The folder of the modules of a source that is no root under another name."""
    return folder_of(path) if path.rpartition("/")[2] in ROOTS else path.removesuffix(".rs")


def places(path: str, base: str, module: Module) -> list[str]:
    """Where the file of a module may be, whatever its attributes and the modules around it mean."""
    found = [place for given in module.given if (place := join(folder_of(path), given)) is not None]
    for inner in dict.fromkeys((base, *(inside(base, one) for one in module.within), path_from(base, *module.within))):
        found += [inside(inner, f"{module.name}.rs"), inside(inner, f"{module.name}/mod.rs")]
        found += [place for given in module.given if (place := join(inner, given)) is not None]
    return found


def exact(path: str, base: str, module: Module) -> tuple[str, ...]:
    """The only files that would do for a module that is ``sure``."""
    inner = path_from(base, *module.within)
    if module.given:
        return (path_from(inner if module.within else folder_of(path), module.given[0]),)
    return inside(inner, f"{module.name}.rs"), inside(inner, f"{module.name}/mod.rs")


def _modules(context: Inspection, path: str) -> tuple[_Row, ...]:
    content = context.content(path)
    if content is None or len(content) > _MAX_BYTES or not _FILED.search(content):
        return ()
    try:
        source = rust.parse(content)
    except ToolkitError:
        return ()
    code, found = source.code, list[_Row]()
    around: list[tuple[int, str, bool, bool]] = []
    surely = {match.end(): match for match in MODULE.finditer(code)}
    every = {match.end(): match for match in _ANYWHERE.finditer(code)} | surely
    for end, match in sorted(every.items()):
        around = [one for one in around if one[0] > match.start()]
        start = len(match[0]) - len(match[0].lstrip()) + match.start()
        said, name = rust.attributes(source.uncommented, start), match["name"].removeprefix("r#")
        conditions = _CONDITION.findall(said)
        conditional = any(one.strip() != "test" for one in conditions) or any(one[2] for one in around)
        tested = any(map(rust.is_for_tests, conditions)) or any(one[3] for one in around)
        if code[end - 1] == "{":
            span = rust.block(code, end - 1)
            around.append((span[1] if span else len(code), name, conditional, tested))
            continue
        within, given = tuple(one[1] for one in around), tuple(_PATH.findall(said))
        depth = code.count("{", 0, start) - code.count("}", 0, start)
        moved = "cfg_attr" in said and bool(given)
        sure = end in surely and depth == len(around) and not moved and _PLAIN.issuperset(_ATTRIBUTE.findall(said))
        found.append((name, source.text.line(start), within, given, conditional, tested, sure))
    return tuple(found)
