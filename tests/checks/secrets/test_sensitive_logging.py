"""Whole requests in logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from toolkit.checks.secrets import sensitive_logging

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def _level(found: list[Finding]) -> str:
    """How bad one finding is: what a body holds nobody knows."""
    return "warning" if any("whole body" in one.message for one in found) else "error"


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
    found = inspect("sensitive-logging", {"src": {"users.ts": text}})
    assert places(found) == [(_level(found), "src/users.ts", line)]


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
        "log.error({ url: req.url, ...(config.env === 'development' && { body: req.body }) }, 'failed');",
        "log.error({ url: req.url, body: isDev ? req.body : undefined });",
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

    assert places(inspect("sensitive-logging", {"chat.rs": source})) == [
        ("error", "chat.rs", 2),
        ("warning", "chat.rs", 3),
    ]


def test_values_in_the_evidence_are_redacted(inspect: Callable[..., list[Finding]]) -> None:
    (found,) = inspect("sensitive-logging", {"a.ts": 'console.log("q1W2e3R4t5Y6u7I8o9P0", req.headers);\n'})

    assert "q1W2e3" not in repr(found)


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
        ("users.ts", "Sentry.setContext('request', { body: req.body });\n"),
        ("b.ts", "axios.interceptors.request.use((config) => { console.log(config.headers); });\n"),
        (
            "c.ts",
            "const record = { at: 1, headers: [...request.headers] };\nawait env.AUDIT.put(key, JSON.stringify(record));\n",
        ),
        ("users.py", "async def f(request):\n    body = await request.json()\n    print(body)\n"),
        ("chat.py", "def f(request):\n    log.info('body=%s', request.POST)\n"),
        ("f.go", 'package a\nfunc h(r *http.Request) {\n\tlog.Printf("headers: %v", r.Header)\n}\n'),
        (
            "users.go",
            "package a\nfunc h(r *http.Request) {\n\tb, _ := io.ReadAll(r.Body)\n\tlog.Println(string(b))\n}\n",
        ),
        ("h.rs", 'fn h(req: Request<Body>) {\n    tracing::info!("{:?}", req.headers());\n}\n'),
    ],
)
def test_whole_requests_in_other_sinks_and_languages(
    inspect: Callable[..., list[Finding]], name: str, text: str
) -> None:
    found = inspect("sensitive-logging", {name: text})
    assert [(one.severity, one.path) for one in found] == [(_level(found), name)]


GIVEN = "headers['Authorization'] = `Bearer ${token}`;"


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("users.ts", "app.use(async (c) => {\n  console.log(JSON.stringify(c.req.header()));\n});", 2),
        ("users.ts", "retry();\nconsole.error('failed', error.config?.headers);", 2),
        ("users.ts", "console.log('[upstream]', url, init?.headers, init?.body);", 1),
        ("users.ts", "export default defineEventHandler(async (event) => {\n  console.log(await readBody(event));\n});", 2),
        ("users.ts", "const list = await headers();\nconsole.log(Object.fromEntries(list));", 2),
        ("users.ts", f"function f(headers, token) {{\n  {GIVEN}\n  console.debug('x', url, headers);\n}}", 3),
        (
            "users.ts",
            f"const headers: Record<string, string> = {{\n  a: 'b',\n}};\nif (token) {{\n  {GIVEN}\n}}\nconsole.log(headers);",
            7,
        ),
        (
            "users.ts",
            "const h = new Headers(init?.headers);\nh.set('Authorization', `Bearer ${t}`);\nconsole.log(Object.fromEntries(h.entries()));",
            3,
        ),
        (
            "users.ts",
            "const options = {\n  method: 'POST',\n  headers: { Authorization: `Bearer ${key}` },\n};\nconsole.log('sent', options);",
            5,
        ),
        ("a.py", 'def f(key):\n    headers = {"X-API-Key": key}\n    logger.debug("sent %s", headers)\n', 3),
        ("a.py", 'class A:\n    def a(self, t):\n        self.headers["Authorization"] = f"Bearer {t}"\n        print(f"{self.headers}")\n', 4),
        ("a.go", 'func f(t string) {\n\theaders := map[string]string{"Authorization": "Bearer " + t}\n\tlog.Printf("%v", headers)\n}\n', 3),
        ("a.rs", 'fn f(t: HeaderValue) {\n    let mut headers = HeaderMap::new();\n    headers.insert(AUTHORIZATION, t);\n    debug!("sent {headers:?}");\n}\n', 4),
        ("users.ts", "class A {\n  @Post('login')\n  login(@Body() dto: LoginDto) {\n    this.logger.log(JSON.stringify(dto));\n  }\n}", 4),
        ("users.ts", "app.get('/', (req, res) => {\n  console.log(req);\n});", 2),
        ("a.go", 'func (h *H) A(w http.ResponseWriter, r *http.Request) {\n\th.log.Info("in", zap.Any("headers", r.Header))\n}\n', 2),
        ("a.go", 'func a(c *gin.Context) {\n\tfields := []zap.Field{\n\t\tzap.Any("headers", c.Request.Header),\n\t}\n}\n', 3),
        ("a.go", 'func a(r *http.Request) {\n\tlogrus.WithFields(logrus.Fields{"h": r.Header}).Info("in")\n}\n', 2),
        ("a.go", 'func a(r *http.Request) {\n\tlog.Printf("%+v", r)\n}\n', 2),
        ("users.ts", "api.interceptors.request.use((config) => {\n  console.log('sent', config);\n  return config;\n});", 2),
        ("a.js", "module.exports = function (context, req) {\n  context.log('in', req.headers);\n};", 2),
    ],
)  # fmt: skip
def test_headers_and_bodies_by_other_ways(
    inspect: Callable[..., list[Finding]], name: str, text: str, line: int
) -> None:
    found = inspect("sensitive-logging", {name: text})
    assert places(found) == [(_level(found), name, line)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.ts", "console.log(c.req.header('x-request-id'), c.req.header(\"accept\"));"),
        ("a.ts", "headers['Authorization'] = '[redacted]';\nconsole.log(headers);"),
        ("a.ts", f"{GIVEN}\nconst res = await fetch(url, {{ headers }});\nconsole.log(res.status, headers.accept, headers['x-id']);"),
        ("a.ts", f"{GIVEN}\nconsole.log((await fetch(url, {{ headers }})).status);"),
        ("a.ts", f"function f(headers) {{\n  {GIVEN}\n  delete headers.authorization;\n  console.log(headers);\n}}"),
        ("a.ts", f"function f() {{\n  const headers = {{}};\n  {GIVEN}\n}}\nfunction g(headers) {{\n  console.log(headers);\n}}"),
        ("a.py", 'headers = {"Authorization": f"Bearer {t}"}\nprint(requests.get(url, headers=headers).json())\n'),
        ("a.py", 'def a(t):\n    headers = {"Authorization": t}\n    send(headers)\n\ndef b(headers):\n    print(headers)\n'),
        ("a.ts", "// headers['Authorization'] = token\nconsole.log(headers);"),
        ("a.ts", "const schema = { Authorization: z.string(), other: 'Authorization: none' };\nconsole.log(schema);"),
        ("a.ts", "type T = { login: LoginForm };\nfunction f(form: LoginForm) {\n  console.log(form.email, check(form));\n}"),
        ("a.ts", "function f(answer: LoginResponse, device: RegisterDeviceDto) {\n  console.log(answer, device);\n}"),
        ("a.go", 'func a(w http.ResponseWriter, r *http.Request) {\n\tlog.Info("in", zap.String("ip", clientIP(r)), zap.String("p", r.URL.Path))\n}\n'),
        ("a.go", 'func a(w http.ResponseWriter, r *http.Request) {\n\tdefer func() {\n\t\tif r := recover(); r != nil {\n\t\t\tlog.Println("panic", r)\n\t\t}\n\t}()\n}\n'),
        ("a.ts", "export async function handler(event: S3Event) {\n  console.log(JSON.stringify(event));\n}"),
        ("a.ts", "console.error('STRIPE_SECRET_KEY is missing', process.env.STRIPE_SECRET_KEY);\n"),
        ("a.ts", "console.log('db', new URL(process.env.DATABASE_URL).host, process.env.DATABASE_URL ? 'set' : 'none');\n"),
        ("a.rs", 'log::debug!("{}", std::env::var("DATABASE_URL").is_ok());\n'),
        ("a.ts", "await c.env.BUCKET.put(key, file, { onlyIf: c.req.raw.headers, httpMetadata: c.req.raw.headers });"),
        ("a.go", 'log.Println("sent", SENTRY, os.Getenv("API_KEY") != "")\n'),
    ],
)  # fmt: skip
def test_other_ways_that_show_nothing(inspect: Callable[..., list[Finding]], name: str, text: str) -> None:
    assert inspect("sensitive-logging", {name: text}) == []


@pytest.mark.parametrize(
    "text",
    [
        "headers['Authorization'] = " * 10_000,
        "const a = { Authorization: b, " * 5_000,
        "(form: LoginForm " * 10_000,
        "x".join(["Authorization"] * 20_000),
        "headers = {\n" * 10_000 + "authorization",
    ],
)
def test_hostile_texts_with_credentials(inspect: Callable[..., list[Finding]], text: str) -> None:
    assert inspect("sensitive-logging", {"a.ts": text, "a.py": text, "b.ts": f"console.log(1);{text}"}) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("log.info('x', { headers: req.headers, size: res.get('Content-Length'), contentLength: n });", True),
        ("log.info('x', typeof req.body, req.body);", True),
        ("log.info('x', { n: JSON.stringify(req.body).length });", False),
        ("log.info('x', req.body ? req.body.length : 0);", False),
        ("log.info('x', type(req.body));", False),
        ("log.info('x', Buffer.byteLength(JSON.stringify(req.body)));", False),
        ("log.info('x', redact({ headers: req.headers, length: 1 }));", False),
    ],
)
def test_the_length_of_one_thing_beside_all_of_another(
    inspect: Callable[..., list[Finding]], text: str, told: bool
) -> None:
    code = f"app.use((req, res) => {{\n  {text}\n}});\n"

    found = inspect("sensitive-logging", {"src": {"users.ts": code}})
    assert places(found) == [(_level(found), "src/users.ts", 2)] * told


def test_what_is_compiled_beside_its_source(inspect: Callable[..., list[Finding]]) -> None:
    text = "console.log(req.headers);\n"

    assert places(inspect("sensitive-logging", {"a.ts": text, "a.js": text, "b.js": text})) == [
        ("error", "a.ts", 1),
        ("error", "b.js", 1),
    ]


def test_a_source_is_asked_once_for_the_words_of_requests(
    inspect: Callable[..., list[Finding]], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def may_hold(content: str) -> bool:
        asked.append(content)
        return True

    monkeypatch.setattr(sensitive_logging, "may_hold", may_hold)

    assert places(inspect("sensitive-logging", {"a.ts": "console.log(req.headers);\n"})) == [("error", "a.ts", 1)]
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("if (process.env.NODE_ENV === 'development') {\n  console.log(req.body);\n}\n", "info"),
        ("this.logger.debug(req.body);\n", "info"),
        ("console.debug(req.body);\n", "warning"),
        ("log.error({ ...(env === 'production' && { body: req.body }) });\n", "warning"),
        ("const { all = true } = options;\nlog.error({ ...(all && { body: req.body }) });\n", "warning"),
        ("log.error({ ...(env === 'development' && { url: req.url }), body: req.body });\n", "warning"),
    ],
)
def test_a_body_that_only_developers_see(inspect: Callable[..., list[Finding]], text: str, level: str) -> None:
    assert [one.severity for one in inspect("sensitive-logging", {"src": {"users.ts": text}})] == [level]


def test_what_an_option_adds_that_is_off_unless_somebody_asks(inspect: Callable[..., list[Finding]]) -> None:
    code = "const { all = false } = options;\nlog.info('in', { url: req.url, ...(all && { body: req.body }) });\n"

    assert inspect("sensitive-logging", {"users.ts": code}) == []


@pytest.mark.parametrize(
    ("before", "level"), [("", "warning"), ("if (import.meta.env.DEV) ", "info"), ("if (debug) {\n  ", "info")]
)
def test_a_login_that_is_logged_in_development_alone(
    inspect: Callable[..., list[Finding]], before: str, level: str
) -> None:
    text = f"export async function login(given: LoginRequest) {{\n  {before}console.log('given', given);\n}}\n"

    assert [one.severity for one in inspect("sensitive-logging", {"login.ts": text})] == [level]
