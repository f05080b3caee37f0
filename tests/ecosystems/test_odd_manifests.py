"""Manifests whose values are of a wrong kind: a leaf may call them a problem or pass over them, never fall over."""

from __future__ import annotations

import copy
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import tomlkit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolkit.context import Context
from toolkit.ecosystems.anchor import Anchor
from toolkit.ecosystems.cargo import Cargo
from toolkit.ecosystems.go import Go
from toolkit.ecosystems.pip import Pip
from toolkit.ecosystems.poetry import Poetry
from toolkit.ecosystems.terraform import Terraform
from toolkit.ecosystems.uv import Uv
from toolkit.errors import ToolkitError
from toolkit.extension import Request

if TYPE_CHECKING:
    from toolkit.extension import Ecosystem

CARGO: dict[str, Any] = {
    "package": {"name": "a", "version": "1.0.0", "workspace": "..", "rust-version": {"workspace": True}},
    "workspace": {"members": ["m/*"], "exclude": ["x"], "dependencies": {"d": {"path": "d"}}, "package": {"rust-version": "1.70"}},
    "dependencies": {"d": {"path": "d", "workspace": True}},
    "target": {"cfg(unix)": {"dependencies": {"d": {"path": "d"}}}},
    "patch": {"crates-io": {"p": {"path": "p"}}},
    "replace": {"p:1.0.0": {"path": "p"}},
}  # fmt: skip
PYTHON: dict[str, Any] = {
    "project": {"name": "a", "requires-python": ">=3.11", "dependencies": ["x"], "optional-dependencies": {"o": ["y"]}},
    "dependency-groups": {"dev": ["pytest", {"include-group": "o"}]},
    "build-system": {"build-backend": "poetry.core.masonry.api"},
    "tool": {
        "uv": {"required-version": ">=0.5", "workspace": {"members": ["m"], "exclude": ["x"]}, "sources": {"s": {"path": "s"}}, "default-groups": ["dev"], "dev-dependencies": ["z"]},
        "poetry": {"name": "a", "requires-poetry": ">=2", "dependencies": {"python": "^3.11", "p": {"path": "p"}}, "group": {"dev": {"optional": True, "dependencies": {"q": "*"}}}},
        "mypy": {"files": ["x"]},
    },
}  # fmt: skip
ANCHOR: dict[str, Any] = {"toolchain": {"anchor_version": "1.2.0"}, "workspace": {"members": ["programs/*"]}}
UV_LOCK: dict[str, Any] = {
    "version": 1,
    "package": [
        {"name": "a", "version": "1", "source": {"editable": "."}, "dependencies": [{"name": "x", "extra": ["e"], "marker": "os_name != ''"}], "dev-dependencies": {"dev": [{"name": "x"}]}},
        {"name": "x", "version": "1", "source": {"registry": "r"}, "optional-dependencies": {"e": [{"name": "a"}]}},
    ],
}  # fmt: skip
POETRY_LOCK: dict[str, Any] = {"package": [{"name": "x", "version": "1", "optional": False, "groups": ["main"], "markers": "", "source": {"type": "file"}}]}  # fmt: skip
JUNK: tuple[Any, ...] = (0, True, "text", "", "..", "/x", [], [1], {}, {"a": 1}, [{}], [[]], 1.5)


def places(data: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [at, *(place for key, value in items for place in places(value, (*at, key)))]


def spoiled(data: dict[str, Any], place: tuple[Any, ...], junk: Any) -> dict[str, Any]:
    result: Any = copy.deepcopy(data)
    if not place:
        return {"other": junk}
    inner = result
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = junk
    assert isinstance(result, dict)
    return result


def documents() -> st.SearchStrategy[tuple[str, str]]:
    kinds = {
        "Cargo.toml": CARGO,
        "pyproject.toml": PYTHON,
        "Anchor.toml": ANCHOR,
        "uv.lock": UV_LOCK,
        "poetry.lock": POETRY_LOCK,
    }
    cases = [(name, data, place) for name, data in kinds.items() for place in places(data)]
    return st.tuples(st.sampled_from(cases), st.sampled_from(JUNK)).map(
        lambda drawn: (drawn[0][0], tomlkit.dumps(json.loads(json.dumps(spoiled(drawn[0][1], drawn[0][2], drawn[1])))))
    )


@given(documents())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_leaf_falls_over(document: tuple[str, str]) -> None:
    name, text = document
    tree = {
        "Cargo.toml": CARGO,
        "pyproject.toml": PYTHON,
        "Anchor.toml": ANCHOR,
        "uv.lock": UV_LOCK,
        "poetry.lock": POETRY_LOCK,
    }
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for other, data in tree.items():
            (root / other).write_text(text if other == name else tomlkit.dumps(data))
        if name == "poetry.lock":
            (root / "uv.lock").unlink()
        environment = root / ".venv/bin"
        environment.mkdir(parents=True)
        (environment / "python").touch()
        (root / ".venv/pyvenv.cfg").write_text("version = 3.12.0\n")
        leaves: tuple[Ecosystem, ...] = (Cargo(), Anchor(), Uv(), Poetry(), Pip())
        context = Context(root)
        for leaf in leaves:
            for subproject in leaf.discover(context):
                assert isinstance(subproject.problem, str)
                try:
                    assert leaf.install(context, subproject, Request()).tools
                except ToolkitError as error:
                    assert error.message  # noqa: PT017 - either end is fine
                assert isinstance(leaf.missing(context, subproject), str)
                assert leaf.lock(context, subproject).steps
                for kind in ("build", "test", "lint", "typecheck"):
                    assert isinstance(leaf.tasks(context, subproject, kind), tuple)


@pytest.mark.parametrize(
    ("leaf", "name", "content"),
    [
        (Go(), "go.mod", b"module x\nrequire (\n"),
        (Go(), "go.work", b"use (\n"),
        (Terraform(), "main.tf", b'provider "x" {'),
        (Pip(), "requirements.txt", b"\xff\xfe\x00-r \x00"),
        (Cargo(), "Cargo.toml", b"\xff"),
        (Anchor(), "Anchor.toml", b"\xff"),
        (Uv(), "pyproject.toml", b"\xff"),
    ],
)
def test_files_that_are_no_text(tmp_path: Path, leaf: Ecosystem, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    context = Context(tmp_path)
    found = list(leaf.discover(context))
    assert len(found) == 1
    assert found[0].problem
