"""Whatever a workflow holds, the relocation is a decision and no crash."""

from __future__ import annotations

import copy
from typing import Any

import yaml as pyyaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.features.relocation.sample import ACTION, CI, DEPLOY, REUSABLE, SUBPROJECT, applied, decide
from toolkit.documents._tree import walk

FEW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
TEXTS = {"ci.yml": CI, "deploy.yml": DEPLOY, "reusable.yml": REUSABLE}
ODD: list[Any] = [
    None,
    1,
    True,
    "",
    "x",
    "./",
    "../x",
    "${{ x }}",
    "a\nb\n",
    "&x",
    [],
    ["a", 1],
    {},
    {"a": None},
    {"run": 1},
    [[]],
    [{"uses": 1}],
]


def settled(files: dict[str, str]) -> None:
    """Decide; whatever moves can be applied, and each edited file reads as it was meant to, which `applied` shows."""
    relocation, before = decide({**SUBPROJECT, **files})
    tree = applied(relocation, before)
    for item in relocation.moved:
        assert tree[item.target] == item.after
    assert len(relocation.left) + sum(item.source != item.target for item in relocation.moved) == len(TEXTS)


@FEW
@given(st.sampled_from(sorted(TEXTS)), st.data())
def test_damaged_text(file: str, data: st.DataObject) -> None:
    text = TEXTS[file]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 20)))
    settled(
        {
            f".github/workflows/{file}": text[:start]
            + data.draw(st.text("&*:{}[]|>'\"#- \n\tab!", max_size=5))
            + text[end:]
        }
    )


@FEW
@given(st.sampled_from([*sorted(TEXTS), "action.yml"]), st.data())
def test_odd_values(file: str, data: st.DataObject) -> None:
    content = pyyaml.load(TEXTS.get(file, ACTION), Loader=pyyaml.BaseLoader)
    paths = [path for path, _ in walk(content) if path]
    path = data.draw(st.sampled_from(paths))
    parent = content
    for step in path[:-1]:
        parent = parent[step]
    parent[path[-1]] = copy.deepcopy(data.draw(st.sampled_from(ODD)))
    text = pyyaml.dump(content, sort_keys=False, default_flow_style=data.draw(st.sampled_from([None, True, False])))
    where = ".github/actions/setup/action.yml" if file == "action.yml" else f".github/workflows/{file}"
    settled({where: text})
