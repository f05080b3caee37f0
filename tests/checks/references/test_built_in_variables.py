"""Variables that browsers read and that only the running container is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]

COMPOSE = (
    "services:\n  web:\n    build: {context: ./web%s}\n    environment:\n      - NEXT_PUBLIC_API=http://api:4000\n%s"
)
DOCKERFILE = 'FROM node:22\nWORKDIR /app\nCOPY . .\n%sRUN npm ci && npm run build\nCMD ["npm", "start"]\n'
PACKAGE = '{"dependencies": {"next": "15"}, "scripts": {"build": "next build", "start": "%s"}}'
PAGE = "'use client';\nexport const url = process.env.NEXT_PUBLIC_API;\n"


def web(
    build: str = "", more: str = "", before: str = "", start: str = "next start", page: str = PAGE
) -> dict[str, object]:
    inner = {"Dockerfile": DOCKERFILE % before, "package.json": PACKAGE % start, "app": {"page.tsx": page}}
    return {"compose.yaml": COMPOSE % (build, more), "web": inner}


@pytest.mark.parametrize(
    "tree",
    [
        web(),
        web(before="ARG NEXT_PUBLIC_API\nENV NEXT_PUBLIC_API=$NEXT_PUBLIC_API\n"),
        web(page="export const url = 1;\n") | {"web/components/a.tsx": "process.env.NEXT_PUBLIC_API"},
    ],
)
def test_a_value_that_comes_after_the_build(inspect: Inspect, tree: dict[str, object]) -> None:
    found = inspect("compose-variable-undefined", tree)

    assert [(one.severity, one.path, one.line) for one in found] == [("warning", "compose.yaml", 5)]
    assert found[0].message == (
        "NEXT_PUBLIC_API of service web comes when the container runs, and the build in web/Dockerfile has written what it "
        "knew into what browsers load: they never see this value."
    )


@pytest.mark.parametrize(
    "tree",
    [
        web(build=", args: {NEXT_PUBLIC_API: a}"),
        web(more="    command: npm run dev\n"),
        web(before="ENV NEXT_PUBLIC_API=https://api.example.com\n"),
        web(before="ARG NEXT_PUBLIC_API=https://api.example.com\n"),
        web(before="COPY .env.production .\n"),
        {**web(), "compose.yaml": (COMPOSE % ("", "")).replace("=http://api:4000", "=")},
        web(start="next dev"),
        web(start="sh start.sh"),
        web(page="export const url = process.env.NEXT_PUBLIC_API;\n"),
        web(page=PAGE.replace("API;", "API || 'http://api:4000';")),
        web() | {"web/.env": "NEXT_PUBLIC_API=x\n"},
        web(before="ARG NEXT_PUBLIC_API\n") | {"build.sh": "docker build --build-arg NEXT_PUBLIC_API=x web\n"},
    ],
)
def test_quiet_where_the_build_may_know_it(inspect: Inspect, tree: dict[str, object]) -> None:
    assert inspect("compose-variable-undefined", tree) == []
