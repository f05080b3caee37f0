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
        (
            "const payload = await c.req.json();\nfetch('https://logs.acme.io/x', { body: JSON.stringify({ payload }) });",
            2,
        ),
        (
            "const list = request.headers;\nconsole.log(JSON.stringify([...list]), Object.fromEntries(list.entries()));",
            2,
        ),
        ("const { headers, body: sent } = req;\nconsole.log('in', headers);", 2),
        ("const { body: sent } = req;\nconsole.log(sent);", 2),
        ("request.headers.forEach((value, key) => {\n  console.log(`${key}: ${value}`);\n});", 2),
        ("for (const [key, value] of request.headers) {\n  console.log(key, value);\n}", 2),
        ("const input = await c.req.json();\nconst copy = { ...input };\nconsole.debug('auth', copy);", 3),
        (
            "const entry = JSON.stringify({ h: [...request.headers] });\nctx.waitUntil(fetch(env.LOG_ENDPOINT, { method: 'POST', body: entry }));",
            2,
        ),
        ("morgan.token('body', (req) => JSON.stringify(req.body));", 1),
        ("exports.handler = async (event) => {\n  console.log(JSON.stringify(event));\n  return event.headers;\n};", 2),
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
        "const body = await request.json();\nconst user = await find(body);\nconsole.log(user);",
        "const body = await request.json();\nconst kept = { id: body.id };\nconsole.log(kept);",
        "fetch('/api/login', { body: JSON.stringify(await request.json()) });",
        "fetch(env.BLOG_URL, { headers: request.headers });",
        "request.headers.forEach((value, key) => {\n  if (key !== 'cookie') console.log(key, value);\n});",
        "exports.handler = async (event) => {\n  console.log(event);\n  return event.Records;\n};",
        "const { body } = req;\nsave(body);\nconsole.log(body.id);",
        "const t = await request.text();\nsave(t);",
    ],
)
def test_quiet(inspect: Callable[..., list[Finding]], text: str) -> None:
    assert inspect("sensitive-logging", {"src": {"a.ts": text}}) == []


def test_parameters_of_rust(inspect: Callable[..., list[Finding]]) -> None:
    source = (
        "async fn hook(headers: HeaderMap, body: String) -> StatusCode {\n"
        '    tracing::info!("in {:?}", headers);\n    tracing::info!("in {body}");\n    StatusCode::OK\n}\n'
        'fn other(headers: u32) {\n    tracing::info!("n {:?}", headers);\n}\n'
    )

    assert places(inspect("sensitive-logging", {"a.rs": source})) == [("error", "a.rs", 2), ("error", "a.rs", 3)]


def test_values_in_the_evidence_are_redacted(inspect: Callable[..., list[Finding]]) -> None:
    (found,) = inspect("sensitive-logging", {"a.ts": 'console.log("q1W2e3R4t5Y6u7I8o9P0", req.headers);\n'})

    assert "q1W2e3" not in repr(found)


def test_a_token_that_is_money(inspect: Callable[..., list[Finding]]) -> None:
    text = "import jwt\nlogger.info(f'swept {amount} {token} on {chain}')\n"

    assert inspect("sensitive-logging", {"a.py": text}) == []


def test_that_a_secret_is_there_may_be_said(inspect: Callable[..., list[Finding]]) -> None:
    text = "console.log('key', !!process.env.API_KEY, process.env.API_KEY ? 'set' : 'missing', process.env.API_KEY.length);\n"

    assert inspect("sensitive-logging", {"a.ts": text}) == []


@pytest.mark.parametrize(
    "text",
    [
        "console.log(" * 20_000,
        "const {" + "a, " * 60_000,
        "req.headers.forEach(" * 20_000,
        "exports.handler = async (event) => {" * 5_000,
    ],
)
def test_hostile_texts_take_no_time(inspect: Callable[..., list[Finding]], text: str) -> None:
    assert inspect("sensitive-logging", {"a.ts": text}) == []


def test_python_and_tests(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "app.py": 'logger.info("in", dict(request.headers))\nlogger.info(request.headers.get("x"))\n# print(request.headers)\n',
        "tests": {"test_a.py": "print(request.headers)"},
    }

    assert places(inspect("sensitive-logging", tree)) == [("error", "app.py", 1), ("info", "tests/test_a.py", 1)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.ts", "console.log('login', email, password);\n"),
        ("b.ts", "logger.debug(`access token: ${session.accessToken}`);\n"),
        ("c.ts", "console.log(JSON.stringify({ user, privateKey }));\n"),
        ("d.ts", "console.log('key', process.env.SIGNING_KEY);\n"),
        ("e.ts", "console.log(process.env);\n"),
        ("f.ts", "console.log('auth', request.headers.get('authorization'));\n"),
        ("g.py", "def login(user, password):\n    logging.info(f'login {user} {password}')\n"),
        ("h.py", "print('key', os.environ['API_SECRET'])\n"),
        ("i.go", 'package a\nfunc h() {\n\tslog.Info("login", "password", password)\n}\n'),
        ("j.rs", 'fn h() {\n    info!("key {private_key}");\n}\n'),
        ("k.ts", "import jwt from 'jwt';\nconsole.log('session', token);\n"),
    ],
)
def test_secret_by_its_name(inspect: Callable[..., list[Finding]], name: str, text: str) -> None:
    assert [(one.severity, one.path) for one in inspect("sensitive-logging", {name: text})] == [("warning", name)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.ts", "Sentry.setContext('request', { body: req.body });\n"),
        ("b.ts", "axios.interceptors.request.use((config) => { console.log(config.headers); });\n"),
        (
            "c.ts",
            "const record = { at: 1, headers: [...request.headers] };\nawait env.AUDIT.put(key, JSON.stringify(record));\n",
        ),
        ("d.py", "async def f(request):\n    body = await request.json()\n    print(body)\n"),
        ("e.py", "def f(request):\n    log.info('body=%s', request.POST)\n"),
        ("f.go", 'package a\nfunc h(r *http.Request) {\n\tlog.Printf("headers: %v", r.Header)\n}\n'),
        ("g.go", "package a\nfunc h(r *http.Request) {\n\tb, _ := io.ReadAll(r.Body)\n\tlog.Println(string(b))\n}\n"),
        ("h.rs", 'fn h(req: Request<Body>) {\n    tracing::info!("{:?}", req.headers());\n}\n'),
    ],
)
def test_whole_requests_in_other_sinks_and_languages(
    inspect: Callable[..., list[Finding]], name: str, text: str
) -> None:
    assert [(one.severity, one.path) for one in inspect("sensitive-logging", {name: text})] == [("error", name)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.ts", "console.log('token count', tokens.length, usage.totalTokens, tokenMint.toBase58());\n"),
        ("b.ts", "for (const token of lex(text)) console.log(token);\n"),
        ("c.ts", "console.log('password reset sent'); logger.warn('missing secret key');\n"),
        ("d.ts", "console.log(await pool.update(privateKey, prices));\n"),
        ("e.ts", "console.log(!!password, Boolean(apiKey), mask(accessToken), process.env.NODE_ENV);\n"),
        ("f.py", "print(f'{len(password)} characters')\n"),
        ("g.go", 'package a\nfunc h() error {\n\treturn fmt.Errorf("key %s", apiKey)\n}\n'),
        ("h.rs", 'fn h() {\n    info!("token account {}", token_account);\n}\n'),
        ("i.ts", "console.log({ password: hidden });\n"),
    ],
)
def test_no_secret_though_its_name_is_there(inspect: Callable[..., list[Finding]], name: str, text: str) -> None:
    assert inspect("sensitive-logging", {name: text}) == []


def test_what_people_start_shows_it_on_purpose(inspect: Callable[..., list[Finding]]) -> None:
    found = inspect("sensitive-logging", {"scripts": {"key.ts": "console.log(privateKey);\n"}})

    assert [one.severity for one in found] == ["info"]
