"""Whether anything that lives loads a source."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from toolkit.checks import _search, _standing
from toolkit.checks._standing import is_idle, standing
from toolkit.inspection import Inspection

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from tests.repository import Repository

CODE = "export const a = 1;\n"


def package(**more: Any) -> str:
    return json.dumps({"name": "a", "version": "1.0.0", **more})


def of(made: Repository, path: str = "src/parts/odd.ts") -> str:
    return standing(Inspection(made.root, {}), path)


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({}, id="no importer"),
        pytest.param({"src": {"parts": {"even.ts": "import './odd';\n", "odd.ts": CODE}}}, id="an importer that nobody imports"),
        pytest.param({"src": {"odd.test.ts": "import './parts/odd';\n"}}, id="a test"),
        pytest.param({"README.md": "The parts are in `src/parts/odd.ts`.\n"}, id="prose"),
        pytest.param(
            {"package.json": package(scripts={"build": "tsc"}), "tsconfig.json": '{"exclude": ["src/parts"]}'},
            id="the compiler leaves it out",
        ),
        pytest.param({"src": {"pages": {"home.ts": "import '../parts/odd';\n"}}}, id="a page that no framework loads"),
        pytest.param({"src": {"main.ts": "import.meta.glob('./pages/*.ts');\n"}}, id="a glob of another folder"),
        pytest.param({"src": {"main.ts": "import type { Odd } from './parts/odd';\n"}}, id="a type alone"),
        pytest.param({"src": {"main.ts": "import '@/other/odd';\n", "other": {"odd.ts": ""}}}, id="an alias of another folder"),
    ],
)  # fmt: skip
def test_a_source_that_nothing_leads_to(repository: Callable[..., Repository], more: dict[str, Any]) -> None:
    tree = {"package.json": package(), "src": {"main.ts": CODE, "parts": {"odd.ts": CODE}}}

    assert of(repository(merged(tree, more))) == "unused"


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"src": {"main.ts": "import './parts/even';\n", "parts": {"even.ts": "export * from './odd.js';\n"}}}, id="through another"),
        pytest.param({"src": {"main.ts": "lazy(() => import('@/parts/odd'));\n"}}, id="an alias"),
        pytest.param({"package.json": package(scripts={"odd": "node src/parts/odd.ts"})}, id="a script"),
        pytest.param({"run.sh": "npx tsx src/parts/odd.ts\n"}, id="a shell script"),
        pytest.param({"package.json": package(scripts={"build": "tsc && vite build"}), "tsconfig.json": '{"include": ["src"]}'}, id="the compiler takes it"),
        pytest.param({"package.json": package(scripts={"build": "next build"}), "tsconfig.json": "{}"}, id="Next has it checked"),
        pytest.param({"src": {"main.ts": "import.meta.glob('./parts/*.ts');\n"}}, id="a glob"),
        pytest.param({"src": {"main.ts": "const load = (name) => import(`./parts/${name}.ts`);\n"}}, id="a name that is put together"),
        pytest.param({"src": {"main.ts": "const load = (name) => import(`${name}`);\n"}}, id="any name"),
        pytest.param({"src": {"main.ts": "const handler = 'src/parts/odd.handler';\n"}}, id="a text"),
        pytest.param({"package.json": package(dependencies={"astro": "5"}), "src": {"pages": {"home.ts": "import '../parts/odd';\n"}}}, id="a page"),
        pytest.param({"src": {"main.ts": None}}, id="nothing is known to start"),
    ],
)  # fmt: skip
def test_a_source_that_something_leads_to(repository: Callable[..., Repository], more: dict[str, Any]) -> None:
    tree = {"package.json": package(), "src": {"main.ts": CODE, "parts": {"odd.ts": CODE}}}

    assert of(repository(merged(tree, more))) == "used"


def test_a_source_that_no_package_builds(repository: Callable[..., Repository]) -> None:
    made = repository(
        {
            "package.json": package(private=True),
            "web": {"package.json": package(), "main.ts": "import './part';\n", "part.ts": CODE},
            "left": {"src": {"main.ts": CODE, "__tests__": {"a.test.ts": CODE}}},
            "tests": {"all.test.ts": CODE},
            "server.ts": "import './lib/part';\n",
            "lib": {"part.ts": CODE},
        }
    )

    assert {path: of(made, path) for path in ("web/part.ts", "lib/part.ts", "tests/all.test.ts")} == {
        "web/part.ts": "used",
        "lib/part.ts": "used",
        "tests/all.test.ts": "used",
    }
    assert {of(made, path) for path in ("left/src/main.ts", "left/src/__tests__/a.test.ts")} == {"nobody's"}


def test_sources_without_an_importer_are_looked_for_together(
    repository: Callable[..., Repository], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    really = _search.holders

    def spy(context: Inspection, texts: Collection[str]) -> dict[str, frozenset[str]]:
        asked.append(len(texts))
        return really(context, texts)

    monkeypatch.setattr(_standing, "holders", spy)
    parts = {f"part{number}.ts": CODE for number in range(9)}
    made = repository(
        {
            "package.json": package(),
            "run.sh": "npx tsx src/parts/part3.ts\n",
            "src": {"main.ts": "const handler = 'src/parts/part5.handler';\n", "parts": parts},
        }
    )
    context = Inspection(made.root, {})

    found = {name: standing(context, f"src/parts/{name}") for name in parts}

    assert found == dict.fromkeys(parts, "unused") | {"part3.ts": "used", "part5.ts": "used"}
    assert asked == [len(parts)]


def merged(tree: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    both = {
        name: merged(tree[name], one) if isinstance(one, dict) and name in tree else one for name, one in more.items()
    }
    return {name: one for name, one in {**tree, **both}.items() if one is not None}


@pytest.mark.parametrize(
    ("files", "idle"),
    [
        pytest.param({}, True, id="no importer"),
        pytest.param({"src/main.ts": "import './parts/odd';\n"}, False, id="an importer that starts"),
        pytest.param(
            {"package.json": package(scripts={"build": "tsc"}), "tsconfig.json": "{}"}, True, id="only compiled"
        ),
        pytest.param({"package.json": package(exports="./src/main.ts")}, False, id="given to others"),
        pytest.param({"package.json": package(types="main.d.ts")}, False, id="types for others"),
        pytest.param(
            {"package.json": package(types="main.d.ts", scripts={"start": "node dist/main.js"})},
            True,
            id="types of a program",
        ),
        pytest.param(
            {
                "package.json": package(name="odd", types="main.d.ts", scripts={"start": "node dist/main.js"}),
                "app/package.json": package(dependencies={"odd": "*"}),
            },
            False,
            id="types of a program that another package depends on",
        ),
        pytest.param({"PLAN.md": "Add tests for src/parts/odd.ts\n"}, True, id="a plan that names it"),
        pytest.param({"Dockerfile": "FROM node\nCOPY src/parts/odd.ts /a\n"}, False, id="an image that takes it"),
        pytest.param(
            {"src/parts/odd.ts": "export const handler = async () => 1;\n"}, False, id="a function of a cloud"
        ),
        pytest.param({"src/main.ts": None}, False, id="nothing starts here"),
        pytest.param(
            {
                "src/main.ts": "import './templates/all';\n",
                "src/templates/all.ts": "export const a = lazy(() => import('../parts/odd'));\n",
            },
            False,
            id="templates of its own that it loads",
        ),
    ],
)
def test_what_nothing_loads(files: dict[str, str | None], idle: bool, repository: Callable[..., Repository]) -> None:
    every = {"package.json": package(), "src/main.ts": "run();\n", "src/parts/odd.ts": CODE, **files}
    made = repository({path: text for path, text in every.items() if text is not None})

    assert is_idle(Inspection(made.root, {}), "src/parts/odd.ts") == idle


def test_what_remix_loads_by_its_place(repository: Callable[..., Repository]) -> None:
    manifest = package(devDependencies={"@remix-run/dev": "2"})
    made = repository(
        {"package.json": manifest, "app/root.tsx": CODE, "app/routes/a.tsx": CODE, "app/services/odd.ts": CODE}
    )
    context = Inspection(made.root, {})

    assert [is_idle(context, path) for path in ("app/root.tsx", "app/routes/a.tsx", "app/services/odd.ts")] == [
        False,
        False,
        True,
    ]
