"""The contract of the house: which part may import which, and what no part may do."""

from __future__ import annotations

import ast
import re
import tomllib
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "toolkit"

# A part may import the parts of the floors below. Within a floor the order of a row counts:
# `context` may import `manifest`, and parts that share a place may not import each other.
FLOORS: tuple[tuple[tuple[str, ...], ...], ...] = (
    (("values",), ("__init__", "commands", "model", "errors")),
    (("expressions",), ("path_names", "versions"), ("system", "documents")),
    (
        ("settings",),
        ("manifest",),
        ("context",),
        ("extension", "memory", "places", "roles", "texts", "words"),
        ("advice",),
        ("discovery",),
        ("inspection",),
        ("checking",),
        ("catalog",),
    ),
    (
        ("packages", "specifiers", "workspace_globs"),
        ("tsconfig",),
        ("emission", "installs"),
        ("outputs",),
        ("near_paths",),
        ("references", "strays"),
        ("ecosystems", "checks"),
    ),
    (("features",),),
    (("apply",), ("report",)),
    (("cli",),),
)
PLACES = {part: place for place, parts in enumerate(row for floor in FLOORS for row in floor) for part in parts}
# What starts before there is an environment stands outside, and reaches the house by one door only.
OUTSIDE = {
    "toolkit.launch": {"toolkit", "toolkit._venv", "toolkit.launch", "toolkit.cli.program"},
    "toolkit._venv": {"toolkit.launch", "toolkit._interpreters"},
    "toolkit._interpreters": {"toolkit.launch"},
}
LEAF_FOLDERS = ("toolkit.ecosystems", "toolkit.checks", "toolkit.features", "toolkit.report", "toolkit.cli")
GUESSES = {"near", "likely", "meant", "instead", "get_close_matches"}
BANNED_NAMES = {"util", "utils", "common", "helper", "helpers", "misc", "shared", "lib"}


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py")) if "_data" not in path.parts}
TREES = {name: ast.parse(path.read_bytes(), str(path)) for name, path in MODULES.items()}


def imports_of(name: str) -> set[str]:
    """Every module of ours that a module imports, wherever in the file it says so."""
    found = set()
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively in line {node.lineno}"
            base = node.module or ""
            submodules = {f"{base}.{alias.name}" for alias in node.names} & MODULES.keys()
            found |= submodules or {base}
            if len(submodules) < len(node.names):
                found.add(base)
    return {target for target in found if target in MODULES and target != name}


IMPORTS = {name: imports_of(name) for name in MODULES}


def part_of(name: str) -> str:
    return name.split(".")[1] if "." in name else "__init__"


def folder_of(name: str) -> str:
    return name if MODULES[name].name == "__init__.py" else name.rpartition(".")[0]


def complaint(source: str, target: str) -> str:
    """Why an import is not allowed; empty if it is."""
    if source in OUTSIDE:
        return "" if target in OUTSIDE[source] else "starts before there is an environment"
    if target in OUTSIDE:
        return "nothing imports what starts the program"
    above, below = PLACES[part_of(source)], PLACES[part_of(target)]
    if below > above:
        return "imports upward"
    if below == above and part_of(source) != part_of(target):
        return "imports sideways"
    return "a leaf imports a leaf" if below == above and not _within_a_part(source, target) else ""


def _within_a_part(source: str, target: str) -> bool:
    """Leaves may import what a folder above them keeps in underscore modules and underscore folders, and the folder itself."""
    if not folder_of(source).startswith(LEAF_FOLDERS) or target == folder_of(target):
        return True
    around = folder_of(source).split(".")
    path = target.split(".")
    above = next(
        (place for place, (one, other) in enumerate(zip(around, path, strict=False)) if one != other), len(around)
    )
    return any(part.startswith("_") for part in path[: above + 1])


@pytest.mark.parametrize("name", sorted(MODULES))
def test_imports_go_downward(name: str) -> None:
    wrong = {target: reason for target in sorted(IMPORTS[name]) if (reason := complaint(name, target))}

    assert wrong == {}


def test_every_part_has_a_floor() -> None:
    parts = {part_of(name) for name in MODULES if name not in OUTSIDE}

    assert parts == PLACES.keys()


def test_the_package_tells_where_everything_is() -> None:
    told = re.findall(r"\w+", ast.get_docstring(TREES["toolkit"]) or "")
    parts = {part_of(name) for name in MODULES} - {"__init__"}

    assert parts <= set(told)


def test_imports_have_no_cycle() -> None:
    # The launcher and its other half name each other: the second is loaded only when there is something to make.
    graph = {name: targets for name, targets in IMPORTS.items() if name not in OUTSIDE}
    try:
        order = tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(f"a cycle: {' -> '.join(error.args[1])}")

    assert set(order) == graph.keys()


def test_dependencies_are_those_that_are_imported() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["deep"]]
    nodes = [node for tree in TREES.values() for node in ast.walk(tree)]
    imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    known = packages_distributions()
    used = {name.lower() for module in imported for name in known.get(module.partition(".")[0], ())}

    assert used == {re.split(r"[<>=~!; ]", name)[0].lower() for name in wanted}


@pytest.mark.parametrize("name", sorted(MODULES))
def test_module_says_what_it_is_for(name: str) -> None:
    tree = TREES[name]

    assert not tree.body or ast.get_docstring(tree), f"{name} has no docstring"


def test_no_module_is_a_drawer() -> None:
    named = {name for name in MODULES if name.rpartition(".")[2].strip("_") in BANNED_NAMES}

    assert named == set()


def test_only_the_command_line_prints() -> None:
    printing = {
        name
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    }

    assert {name for name in printing if not name.startswith("toolkit.cli.")} == {"toolkit.launch"}


def test_what_is_only_near_is_never_a_safe_fix() -> None:
    """A file of the same or of a like name elsewhere may be another program's: who writes its path has to be asked."""
    functions = [
        (name, node)
        for name, tree in TREES.items()
        if name.startswith(("toolkit.checks.", "toolkit.features."))
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    ]
    astray = {
        f"{name}.{function.name}"
        for name, function in functions
        for inner in [list(ast.walk(function))]
        if any(isinstance(node, ast.Constant) and node.value == "safe" for node in inner)
        and any(
            (isinstance(node, ast.Attribute) and node.attr in GUESSES)
            or (isinstance(node, ast.Name) and node.id.strip("_") in GUESSES)
            for node in inner
        )
    }

    assert astray == set()


def test_tests_mirror_the_package() -> None:
    """Below a package folder's name, a test folder bears the name of a folder or a module of that package."""
    astray = []
    for folder in sorted({path.parent.relative_to(ROOT / "tests") for path in (ROOT / "tests").rglob("test_*.py")}):
        if folder == Path() or not (PACKAGE / folder.parts[0]).exists():
            continue
        if not (PACKAGE / folder).is_dir() and not (PACKAGE / folder).with_suffix(".py").exists():
            astray.append(folder.as_posix())

    assert astray == []


def test_every_test_folder_is_a_package() -> None:
    folders = {path.parent for path in (ROOT / "tests").rglob("*.py")}

    assert {str(folder.relative_to(ROOT)) for folder in folders if not (folder / "__init__.py").exists()} == set()


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("toolkit.model", "toolkit.system.process"),
        ("toolkit.context", "toolkit.extension"),
        ("toolkit.system.process", "toolkit.launch"),
        ("toolkit.launch", "toolkit.model"),
    ],
)
def test_the_contract_can_be_broken(source: str, target: str) -> None:
    assert complaint(source, target) != ""
