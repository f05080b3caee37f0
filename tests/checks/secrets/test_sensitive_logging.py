"""Whole requests in logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('console.log("in", Object.fromEntries(request.headers));', 1),
        ("logger.info({ headers: req.headers });", 1),
        ("this.log.debug(JSON.stringify([...request.headers]));", 1),
        ("console.error(\n  'failed',\n  await request.text());", 1),
        ("console.log(`body ${JSON.stringify(req.body)}`);", 1),
        (
            "function f(request) {\n  const headers = Object.fromEntries(request.headers.entries());\n  log.warn('x', headers);\n}",
            3,
        ),
        ("const body = await request.json();\nconsole.log(body);", 2),
        ("const all = [...request.headers];\nawait env.AUDIT.put(key, JSON.stringify({ all }));", 2),
        ("fetch('https://logs.acme.io/ingest', { body: JSON.stringify(request.headers) });", 1),
    ],
)
def test_logged(inspect: Callable[..., list[Finding]], text: str, line: int) -> None:
    assert places(inspect("sensitive-logging", {"src": {"a.ts": text}})) == [("error", "src/a.ts", line)]


@pytest.mark.parametrize(
    "text",
    [
        'log.info(request.headers.get("x-request-id"));',
        "console.log(req.headers['content-type'], req.headers.host, req.body.id);",
        "console.log(redact(request.headers));",
        "logger.info({ headers: sanitizeHeaders(req.headers) });",
        "console.log(Object.keys(req.headers));",
        "console.log('request.headers'); // console.log(request.headers)",
        "await env.BUCKET.put(key, request.body);",
        "fetch('https://api.acme.io/v1', { headers: request.headers });",
        "const body = await request.json();\nconsole.log(body.id, 'body');",
        "function f(request) { const headers = request.headers; }\nfunction g(headers) { console.log(headers); }",
        "response.headers; console.log(response.headers);",
        "log(request.headers);",
        "const t = await request.text();\nsave(t);",
    ],
)
def test_quiet(inspect: Callable[..., list[Finding]], text: str) -> None:
    assert inspect("sensitive-logging", {"src": {"a.ts": text}}) == []


def test_python_and_tests(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "app.py": 'logger.info("in", dict(request.headers))\nlogger.info(request.headers.get("x"))\n# print(request.headers)\n',
        "tests": {"test_a.py": "print(request.headers)"},
    }

    assert places(inspect("sensitive-logging", tree)) == [("error", "app.py", 1), ("info", "tests/test_a.py", 1)]
