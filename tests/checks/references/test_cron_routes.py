"""Paths that Vercel asks for by a schedule."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]

GET = "export async function GET() {}\n"


def _told(inspect: Inspect, asked: list[str], tree: dict[str, Any]) -> list[tuple[int, str]]:
    crons = [f'{{"schedule": "0 * * * *", "path": "{one}"}}' for one in asked]
    config = '{"crons": [\n' + ",\n".join(crons) + "]}\n"
    found = inspect("deploy-reference-missing", {"web": {"vercel.json": config, **tree}})
    return [(one.line, one.message.rpartition("it only gets ")[2]) for one in found]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["/api/cron/expire", "/api/cron/sweep?all=1"], [(3, "404.")]),
        (["/api/cron/only-post"], [(2, "405.")]),
        (["/api/gone/a", "/api/gone/b", "/api/cron/expire"], [(2, "404.")]),
        (["/api/chains/10/daily", "/api/rest/a/b", "/report", "/api/old", "/api/old/deep"], []),
    ],
)
def test_what_routes_answer(inspect: Inspect, asked: list[str], told: list[tuple[int, str]]) -> None:
    tree = {
        "src/app/(jobs)/api/cron/expire/route.ts": GET,
        "src/app/api/cron/only-post/route.ts": "export async function POST() {}\n",
        "src/app/api/chains/[chain]/daily/route.ts": "export { GET } from './other';\n",
        "src/app/api/rest/[...all]/route.ts": GET,
        "pages/api/old/index.ts": "",
        "pages/api/old/deep.ts": "",
    }

    assert _told(inspect, asked, _tree(tree)) == told


def test_functions_and_other_ways_to_answer(inspect: Inspect) -> None:
    asked = ["/api/a", "/api/b"]

    assert not _told(inspect, asked, {"app": {"routes": {"api.a.tsx": ""}}})
    assert _told(inspect, asked, {"api": {"a.py": ""}}) == [(3, "404.")]
    for config in (
        'rewrites: () => [{ source: "/api/:path*", destination: "https://api.example.invalid/:path*" }]',
        '{ destination: "/all", source: "/(.*)" }',
    ):
        assert not _told(inspect, asked, {"api": {"a.py": ""}, "next.config.mjs": config})
    headers = 'headers: () => [{ source: "/(.*)", headers: [] }]'
    assert _told(inspect, asked, {"api": {"a.py": ""}, "next.config.mjs": headers})


def test_what_is_no_schedule_is_no_fault(inspect: Inspect) -> None:
    text = json.dumps({"crons": [{"path": 3}, 4, {}]})

    assert not inspect("deploy-reference-missing", {"vercel.json": text, "api": {"a.ts": ""}})


def _tree(files: dict[str, str]) -> dict[str, Any]:
    """Nested folders of paths."""
    whole: dict[str, Any] = {}
    for path, text in files.items():
        *folders, name = path.split("/")
        inner = whole
        for folder in folders:
            inner = inner.setdefault(folder, {})
        inner[name] = text
    return whole
