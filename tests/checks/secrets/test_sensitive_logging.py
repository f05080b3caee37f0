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
    found = inspect("sensitive-logging", {"src": {"a.ts": text}})
    assert places(found) == [(_level(found), "src/a.ts", line)]


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

    assert places(inspect("sensitive-logging", {"a.rs": source})) == [("error", "a.rs", 2), ("warning", "a.rs", 3)]


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
    found = inspect("sensitive-logging", {name: text})
    assert [(one.severity, one.path) for one in found] == [(_level(found), name)]


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
        (
            "j.py",
            "os.environ['DATABASE_URL'] = 'postgres://a:b@localhost/c'\nprint(f\"Using {os.environ['DATABASE_URL']}\")\n",
        ),
    ],
)
def test_no_secret_though_its_name_is_there(inspect: Callable[..., list[Finding]], name: str, text: str) -> None:
    assert inspect("sensitive-logging", {name: text}) == []


def test_what_people_start_shows_it_on_purpose(inspect: Callable[..., list[Finding]]) -> None:
    found = inspect("sensitive-logging", {"scripts": {"key.ts": "console.log(privateKey);\n"}})

    assert [one.severity for one in found] == ["info"]


GIVEN = "headers['Authorization'] = `Bearer ${token}`;"


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("a.ts", "app.use(async (c) => {\n  console.log(JSON.stringify(c.req.header()));\n});", 2),
        ("a.ts", "retry();\nconsole.error('failed', error.config?.headers);", 2),
        ("a.ts", "console.log('[upstream]', url, init?.headers, init?.body);", 1),
        ("a.ts", "export default defineEventHandler(async (event) => {\n  console.log(await readBody(event));\n});", 2),
        ("a.ts", "const list = await headers();\nconsole.log(Object.fromEntries(list));", 2),
        ("a.ts", f"function f(headers, token) {{\n  {GIVEN}\n  console.debug('x', url, headers);\n}}", 3),
        (
            "a.ts",
            f"const headers: Record<string, string> = {{\n  a: 'b',\n}};\nif (token) {{\n  {GIVEN}\n}}\nconsole.log(headers);",
            7,
        ),
        (
            "a.ts",
            "const h = new Headers(init?.headers);\nh.set('Authorization', `Bearer ${t}`);\nconsole.log(Object.fromEntries(h.entries()));",
            3,
        ),
        (
            "a.ts",
            "const options = {\n  method: 'POST',\n  headers: { Authorization: `Bearer ${key}` },\n};\nconsole.log('sent', options);",
            5,
        ),
        ("a.py", 'def f(key):\n    headers = {"X-API-Key": key}\n    logger.debug("sent %s", headers)\n', 3),
        ("a.py", 'class A:\n    def a(self, t):\n        self.headers["Authorization"] = f"Bearer {t}"\n        print(f"{self.headers}")\n', 4),
        ("a.go", 'func f(t string) {\n\theaders := map[string]string{"Authorization": "Bearer " + t}\n\tlog.Printf("%v", headers)\n}\n', 3),
        ("a.rs", 'fn f(t: HeaderValue) {\n    let mut headers = HeaderMap::new();\n    headers.insert(AUTHORIZATION, t);\n    debug!("sent {headers:?}");\n}\n', 4),
        ("a.ts", "class A {\n  @Post('login')\n  login(@Body() dto: LoginDto) {\n    this.logger.log(JSON.stringify(dto));\n  }\n}", 4),
        ("a.ts", "app.get('/', (req, res) => {\n  console.log(req);\n});", 2),
        ("a.go", 'func (h *H) A(w http.ResponseWriter, r *http.Request) {\n\th.log.Info("in", zap.Any("headers", r.Header))\n}\n', 2),
        ("a.go", 'func a(c *gin.Context) {\n\tfields := []zap.Field{\n\t\tzap.Any("headers", c.Request.Header),\n\t}\n}\n', 3),
        ("a.go", 'func a(r *http.Request) {\n\tlogrus.WithFields(logrus.Fields{"h": r.Header}).Info("in")\n}\n', 2),
        ("a.go", 'func a(r *http.Request) {\n\tlog.Printf("%+v", r)\n}\n', 2),
        ("a.ts", "api.interceptors.request.use((config) => {\n  console.log('sent', config);\n  return config;\n});", 2),
        ("a.js", "module.exports = function (context, req) {\n  context.log('in', req.headers);\n};", 2),
    ],
)  # fmt: skip
def test_headers_and_bodies_by_other_ways(
    inspect: Callable[..., list[Finding]], name: str, text: str, line: int
) -> None:
    found = inspect("sensitive-logging", {name: text})
    assert places(found) == [(_level(found), name, line)]


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("a.ts", "export async function handler(event: SQSEvent) {\n  console.log('in', JSON.stringify(event));\n}", 2),
        ("a.py", 'def handler(event, context):\n    print(event)\n    for one in event["Records"]:\n        save(one["body"])\n', 2),
        ("a.go", 'func handler(ctx context.Context, event events.SQSEvent) error {\n\tlog.Printf("%v", event)\n\treturn nil\n}\n', 2),
        (
            "a.py",
            "def login(\n    session: SessionDep, form: Annotated[OAuth2PasswordRequestForm, Depends()]\n) -> Token:\n    logger.warning('%s', form.__dict__)\n",
            4,
        ),
        ("a.py", "async def register(user: UserCreateRequest, db: Session):\n    print(user.model_dump())\n", 2),
        ("a.ts", "export function signIn(credentials: LoginCredentials) {\n  console.log('sign in', credentials);\n}", 2),
        ("a.go", 'func a(c *gin.Context) {\n\tvar in LoginRequest\n\tif err := c.BindJSON(&in); err != nil {\n\t\tlog.Printf("%+v", in)\n\t}\n}\n', 4),
        ("a.rs", 'log::debug!("db {:?}", std::env::var("DATABASE_URL"));\n', 1),
        ("a.go", 'log.Println("key", os.Getenv("STRIPE_SECRET_KEY"))\n', 1),
        ("a.ts", "console.log('key', process.env.STRIPE_SECRET_KEY);\n", 1),
        ("a.py", 'logger.info("db %s", os.environ.get("MONGODB_URI"))\n', 1),
        ("a.py", 'logger.info("db: %s", settings.DATABASE_URL)\n', 1),
        ("a.rs", 'async fn h(Json(payload): Json<LoginRequest>) {\n    tracing::debug!("{:?}", payload);\n}\n', 2),
        ("api-client.ts", "console.debug('login', { email, password });\n", 1),
        ("client/auth.ts", "console.log(password);\n", 1),
    ],
)  # fmt: skip
def test_messages_logins_and_variables(inspect: Callable[..., list[Finding]], name: str, text: str, line: int) -> None:
    tree: dict[str, object] = {name.rpartition("/")[2]: text}
    tree = {"client": tree} if "/" in name else tree

    assert places(inspect("sensitive-logging", tree)) == [("warning", name, line)]


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
    ("name", "text"),
    [
        ("a.ts", "console.log('in', { hasAuth: !!req.headers.get('Authorization'), none: !req.headers.authorization });"),
        ("a.ts", "console.log(`auth ${!!c.req.raw.headers.get('authorization')}`, req.headers['cookie'] !== undefined);"),
        ("a.ts", "console.log(req.headers.authorization ? 'set' : 'missing', null != req.headers.cookie);"),
        ("a.ts", "logger.info({ bearer: req.headers.authorization?.startsWith('Bearer '), ok: req.headers.cookie && 'yes' });"),
        ("a.ts", "console.log(!!req.headers, !!req.body, req.body === undefined, req.headers ? 1 : 0, 'x-id' in req.headers);"),
        ("a.ts", "const body = await request.json();\nconsole.log(!!body, body !== null, body ? 'some' : 'none', 'id' in body);"),
        ("a.ts", "const hasBody = req.body !== undefined;\nconst o = { there: !!req.headers };\nconsole.log(hasBody, o);"),
        ("a.ts", "// login\nconsole.log({ token: !!token, password: password ? 'set' : 'missing', apiKey: apiKey !== '' });"),
        ("a.py", 'log.info("auth %s", request.headers.get("Authorization") is not None)\n'),
        ("a.py", 'print(f"auth {bool(request.headers.get(\'Authorization\', None))}", "Authorization" in request.headers)\n'),
        ("a.py", 'print("key", "set" if os.environ.get("API_KEY") else "missing", not os.getenv("JWT_SECRET"))\n'),
        ("a.py", 'print(os.environ.get("API_KEY", "") != "", bool(password), "set" if access_token else "missing")\n'),
        ("a.go", 'slog.Info("in", "auth", r.Header.Get("Authorization") != "", "key", os.Getenv("API_KEY") == "")\n'),
        ("a.rs", 'tracing::info!("{}", request.headers.get("authorization").is_some());\n'),
    ],
)  # fmt: skip
def test_only_asked_about(inspect: Callable[..., list[Finding]], name: str, text: str) -> None:
    assert inspect("sensitive-logging", {name: text}) == []


@pytest.mark.parametrize(
    ("name", "text", "severity"),
    [
        ("a.ts", "console.log(req.headers.authorization ? req.headers.authorization : 'missing');", "warning"),
        ("a.ts", "console.log(req.headers.authorization || 'missing');", "warning"),
        ("a.ts", "console.log(req!.headers.authorization, req.headers['authorization']!);", "warning"),
        ("a.ts", "console.log(!!req.headers.cookie, req.headers.authorization);", "warning"),
        ("a.ts", "console.log(!!req.headers, req.headers);", "error"),
        ("a.ts", "const body = await request.json();\nconsole.log(!!body, body);", "warning"),
        ("a.ts", "const sent = req.body ? JSON.parse(req.body) : {};\nconsole.log(sent);", "warning"),
        ("a.py", 'print("key", os.environ.get("API_KEY") or "-")\n', "warning"),
        ("a.py", 'print(request.headers.get("Authorization") if ready else "missing")\n', "warning"),
        ("a.go", 'slog.Info("in", "auth", r.Header.Get("Authorization"))\n', "warning"),
    ],
)
def test_asked_about_and_written(inspect: Callable[..., list[Finding]], name: str, text: str, severity: str) -> None:
    assert [(one.severity, one.path) for one in inspect("sensitive-logging", {name: text})] == [(severity, name)]


WORKER = 'import { Hono } from "hono";\n'
OTHER_NAMES = {
    "a key in another form": ("console.log(`key=${privateKeyBase58}`);", "privateKeyBase58 is logged"),
    "a wallet's phrase": ('console.log("m", walletMnemonic);', "walletMnemonic is logged"),
    "a key of a user": ("logger.info({ userPrivateKey });", "userPrivateKey is logged"),
    "all bindings of a worker": (WORKER + 'console.log("env", c.env);', "the whole environment is logged"),
    "all of it in an object": (WORKER + "console.log({ ...env });", "the whole environment is logged"),
    "the cookie of Hono": ('console.log("cookie=" + c.req.header("cookie"));', "the header that logs a caller in is logged"),
    "the header of Express": ('console.log("a", req.get("Authorization"));', "the header that logs a caller in is logged"),
}  # fmt: skip


def test_a_text_of_the_source_is_logged_only_right_below(inspect: Callable[..., list[Finding]]) -> None:
    given = "os.environ['DATABASE_URL'] = {}\n"
    told = "print(os.environ['DATABASE_URL'])\n"
    tree = {"a.py": given.format("read()") + told, "b.py": given.format("'x'") + "start()\n" + told}

    assert places(inspect("sensitive-logging", tree)) == [("warning", "a.py", 2), ("warning", "b.py", 3)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("log.info('x', { headers: req.headers, size: res.get('Content-Length'), contentLength: n });", True),
        ("log.info('x', typeof req.body, req.body);", True),
        ("log.info('x', { n: JSON.stringify(req.body).length });", False),
        ("log.info('x', req.body ? req.body.length : 0);", False),
        ("log.info('x', Buffer.byteLength(JSON.stringify(req.body)));", False),
        ("log.info('x', redact({ headers: req.headers, length: 1 }));", False),
    ],
)
def test_the_length_of_one_thing_beside_all_of_another(
    inspect: Callable[..., list[Finding]], text: str, told: bool
) -> None:
    code = f"app.use((req, res) => {{\n  {text}\n}});\n"

    found = inspect("sensitive-logging", {"src": {"a.ts": code}})
    assert places(found) == [(_level(found), "src/a.ts", 2)] * told


HARMLESS = {
    "an encrypted key": "console.log(encryptedPrivateKey);",
    "whether there is one": "console.log(hasPrivateKey, privateKeyPath, userHasPrivateKey, mnemonicLength);",
    "a part of it": WORKER + "console.log(c.env.REGION, !!c.env);",
    "the name of an environment": 'console.log("stage", this.env, c.env);',
    "whether a cookie was sent": 'console.log(!!c.req.header("cookie"));',
}


@pytest.mark.parametrize("name", OTHER_NAMES)
def test_other_names_of_secrets(inspect: Callable[..., list[Finding]], name: str) -> None:
    text, message = OTHER_NAMES[name]

    assert [(one.severity, one.message) for one in inspect("sensitive-logging", {"src": {"a.ts": text}})] == [
        ("warning", message)
    ]


@pytest.mark.parametrize("name", HARMLESS)
def test_names_that_tell_nothing(inspect: Callable[..., list[Finding]], name: str) -> None:
    assert inspect("sensitive-logging", {"src": {"a.ts": HARMLESS[name]}}) == []


def test_a_body_is_an_error_where_people_send_a_secret(inspect: Callable[..., list[Finding]]) -> None:
    text = "const body = await request.json();\nconsole.log(body);\n"
    login = f"{text}await check(body.email, body.password);\n"

    assert places(inspect("sensitive-logging", {"flag.ts": text, "login.ts": login})) == [
        ("warning", "flag.ts", 2),
        ("error", "login.ts", 2),
    ]


def test_the_name_of_an_environment_and_a_token_that_is_sent(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "src": {
            "a.py": "# onRequest\ndef load():\n    env = os.getenv('STAGE', 'local').lower()\n    logger.error('no models in %s', env)\n",
            "b.ts": "export function send(recipient: R) {\n  console.log('sending', { to: recipient.address, amount: recipient.amount, token: recipient.token });\n}\n",
            "c.ts": "import { Hono } from 'hono';\napp.get('/', (c) => {\n  console.log(c.env);\n});\n",
        }
    }

    assert [one.path for one in inspect("sensitive-logging", tree)] == ["src/c.ts"]


@pytest.mark.parametrize(
    ("name", "text", "severity"),
    [
        ("a.ts", "const headers = {};\nrequest.headers.forEach((v, k) => { headers[k] = v; });\nconsole.log('in', { headers });\n", "error"),
        ("a.ts", "const headers = {};\nrequest.headers.forEach((v, k) => { if (ok(k)) headers[k] = v; });\nconsole.log('in', { headers });\n", ""),
        ("a.py", "def check(provided_token, jwt):\n    logger.info('token=%s', provided_token)\n", "warning"),
        ("a.py", "def parse(expected_token):\n    logger.info('%s', expected_token)\n", ""),
        ("a.py", "def check(authorization):\n    logger.warning('bad token %s', authorization)\n", "warning"),
        ("a.rs", 'fn f(parts: Parts) {\n    info!(headers = ?parts.headers, "in");\n}\n', "error"),
        ("scripts/fund-sources.ts", "console.log(kp.secretKey);\n", "warning"),
        ("scripts/create-wallet.ts", "console.log(kp.secretKey);\n", "info"),
    ],
)  # fmt: skip
def test_copies_of_headers_and_longer_names(
    inspect: Callable[..., list[Finding]], name: str, text: str, severity: str
) -> None:
    assert [one.severity for one in inspect("sensitive-logging", {name: text})] == ([severity] if severity else [])


def test_what_is_compiled_beside_its_source(inspect: Callable[..., list[Finding]]) -> None:
    text = "console.log(req.headers);\n"

    assert places(inspect("sensitive-logging", {"a.ts": text, "a.js": text, "b.js": text})) == [
        ("error", "a.ts", 1),
        ("error", "b.js", 1),
    ]


def test_headers_that_a_function_puts_together(inspect: Callable[..., list[Finding]]) -> None:
    code = (
        "function authHeaders(bearer?: string) {\n  const headers: Record<string, string> = {};\n  if (bearer) headers['Authorization'] = `Bearer ${bearer}`;\n  return headers;\n}\n"
        "export async function api(path: string, opts: O) {\n  const sent: Record<string, string> = { Accept: 'a/b' };\n  Object.assign(sent, authHeaders(opts.bearer));\n"
        "  console.debug('request', path, { sent });\n  console.log('names', Object.keys(sent));\n}\n"
        "export function other(opts: O) {\n  const mine = { ...authHeaders(opts.bearer) };\n  console.log(mine);\n  console.log('token', authHeaders(opts.bearer).Authorization);\n}\n"
    )

    found = inspect("sensitive-logging", {"a.ts": code})

    assert places(found) == [("error", "a.ts", 9), ("warning", "a.ts", 15)]
    assert "1 more in this file (line 14)" in found[0].evidence


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


def test_headers_of_a_call_and_names_in_texts(inspect: Callable[..., list[Finding]]) -> None:
    code = (
        "await fetch(`${SENTRY_BASE}/api/0${path}`, { ...init, headers: { Authorization: `Bearer ${T}`, ...(init?.headers ?? {}) } });\n"
        "console.error('drift', { message: 'env.CRON_SECRET and process.env.CRON_SECRET differ' });\nconsole.error(`drift ${process.env.CRON_SECRET}`);\n"
        "await fetch(LOG_URL, { method: 'POST', body: JSON.stringify({ headers: request.headers }) });\n"
    )

    assert places(inspect("sensitive-logging", {"a.ts": code})) == [("warning", "a.ts", 3), ("error", "a.ts", 4)]


def test_headers_behind_a_cast_and_branches_for_development(inspect: Callable[..., list[Finding]]) -> None:
    cast = (
        "async function send(url, options) {\n  const headers = { ...options.headers };\n"
        "  (headers as Record<string, string>)['Authorization'] = `Bearer ${token}`;\n  console.log('request', url, headers);\n}\n"
    )
    local = (
        "export async function POST({ request, platform }) {\n  const db = platform?.env?.DB;\n  const data = await request.json();\n"
        "  if (!db) {\n    console.log('no database', data);\n    return;\n  }\n  console.log('stored', data);\n}\n"
    )

    found = inspect("sensitive-logging", {"a.ts": cast, "b.ts": local})

    assert places(found) == [("error", "a.ts", 4), ("warning", "b.ts", 5)]


@pytest.mark.parametrize(
    "code",
    [
        "export async function POST(request) {\n  const body = await request.json();\n  return fetch(`${BACKEND_URL}/api/webhooks/pay`, { method: 'POST', body: JSON.stringify(body) });\n}\n",
        "const headers = { Authorization: KEY };\nawait fetch(auditUrl, { method: 'POST', headers, body });\n",
        "const headers = { Authorization: KEY };\nawait fetch(config.webhookUrl, { headers: headers, body });\n",
    ],
    ids=["a webhook that is passed on", "the call's own headers", "the same by name"],
)
def test_what_a_call_sends_of_its_own(inspect: Callable[..., list[Finding]], code: str) -> None:
    assert inspect("sensitive-logging", {"a.ts": code}) == []


def test_loggers_that_calls_give_and_tokens_of_a_chain(inspect: Callable[..., list[Finding]]) -> None:
    code = (
        "import jwt from 'jwt';\n"
        "getLogger().info({ headers: c.req.header() });\n"
        "if (this.debug) {\n  console.log('sent', { headers: req.headers });\n}\n"
        "console.warn(`rejected ${bidOutput.token} ${requiredAsset.token}`);\n"
        "console.warn(`rejected ${session.token}`);\n"
        "console.warn(`marked ${expiration.secret_key} as told`);\n"
    )

    assert places(inspect("sensitive-logging", {"a.ts": code})) == [
        ("error", "a.ts", 2),
        ("info", "a.ts", 4),
        ("warning", "a.ts", 7),
    ]


@pytest.mark.parametrize(("call", "told"), [("vault.fetch_secret(secret_key, default='')", 0), ("sign(secret_key)", 1)])
def test_the_name_by_which_a_secret_is_fetched(inspect: Callable[..., list[Finding]], call: str, told: int) -> None:
    code = f"value = {call}\nlogger.debug(f'Secret {{secret_key}} is there')\n"

    assert places(inspect("sensitive-logging", {"a.py": code})) == [("warning", "a.py", 2)] * told


@pytest.mark.parametrize(
    ("route", "told"), [("/log-event", False), ("/api/events", False), ("/login", True), ("/blog", True)]
)
def test_a_route_that_is_there_to_keep_what_people_send(
    inspect: Callable[..., list[Finding]], route: str, told: bool
) -> None:
    code = (
        f"app.post('{route}', async (c) => {{\n  const payload = await c.req.json();\n"
        "  await fetch('http://logger.internal/log-event', { method: 'POST', body: JSON.stringify(payload) });\n});\n"
    )

    assert len(inspect("sensitive-logging", {"a.ts": code})) == told


def test_the_signs_of_tracing_before_a_value(inspect: Callable[..., list[Finding]]) -> None:
    code = (
        'fn a(access_token: &str, password: &str) {\n    tracing::info!(access_token = %access_token, "in");\n'
        '    tracing::debug!(?password, "in");\n    tracing::info!(length = %password.len(), "in");\n}\n'
    )

    assert places(inspect("sensitive-logging", {"a.rs": code})) == [("warning", "a.rs", 2), ("warning", "a.rs", 3)]


@pytest.mark.parametrize(
    ("cut", "count"), [("substring(0, 20)", 0), ("slice(-4)", 0), ("slice(0, 90)", 1), ("slice(7)", 1)]
)
def test_a_few_characters_of_a_header(inspect: Callable[..., list[Finding]], cut: str, count: int) -> None:
    text = f"console.log('got', {{ authorization: request.headers.get('Authorization')?.{cut} + '...' }});\n"

    assert len(inspect("sensitive-logging", {"a.ts": text})) == count


@pytest.mark.parametrize(("guard", "told"), [("c.cfg.Debug", "info"), ("c.cfg.Ready", "error")])
def test_a_branch_that_somebody_asks_for(inspect: Callable[..., list[Finding]], guard: str, told: str) -> None:
    code = (
        f"func call(request *http.Request) error {{\n\tif {guard} {{\n\t\tdump, err := httputil.DumpRequestOut(request, true)\n"
        '\t\tif err != nil {\n\t\t\treturn err\n\t\t}\n\t\tlog.Printf("%s", string(dump))\n\t}\n\treturn nil\n}\n'
    )

    assert places(inspect("sensitive-logging", {"client.go": code})) == [(told, "client.go", 7)]


@pytest.mark.parametrize(
    ("written", "told"), [("(body as Order)?.total", 0), ("(body as any).total", 0), ("body as Order", 1)]
)
def test_a_part_of_what_is_taken_for_something_else(
    inspect: Callable[..., list[Finding]], written: str, told: int
) -> None:
    code = f"const body: unknown = await request.json();\nlogger.info({{ at: {written} }});\n"

    assert len(inspect("sensitive-logging", {"a.ts": code})) == told


@pytest.mark.parametrize(("says", "told"), [("copy it now, it is not stored", "info"), ("given", "warning")])
def test_a_secret_that_is_shown_to_whom_it_is_for(inspect: Callable[..., list[Finding]], says: str, told: str) -> None:
    code = f'print("The password ({says}):")\nprint(f"password={{user.password}}")\n'

    assert places(inspect("sensitive-logging", {"app/users.py": code})) == [(told, "app/users.py", 2)]


@pytest.mark.parametrize(("part", "told"), [("[:12]", 0), ("[-4:]", 0), ("[:200]", 1), ("", 1)])
def test_a_few_characters_of_a_secret(inspect: Callable[..., list[Finding]], part: str, told: int) -> None:
    code = f"logger.info(f\"store {{os.getenv('REDIS_URL', 'none'){part}}}\")\n"

    assert len(inspect("sensitive-logging", {"a.py": code})) == told


@pytest.mark.parametrize(
    ("path", "told"),
    [("src/archive/old/a.ts", "info"), ("design/v0-examples/a.ts", "info"), ("src/current/a.ts", "warning")],
)
def test_what_is_only_kept_or_shows_how_something_looks(
    inspect: Callable[..., list[Finding]], path: str, told: str
) -> None:
    found = inspect("sensitive-logging", {path: "const body = await request.json();\nconsole.log(body);\n"})

    assert places(found) == [(told, path, 2)]


@pytest.mark.parametrize(
    ("use", "told"),
    [
        ("", "warning"),
        ("const { planId, branch } = body;\n", "info"),
        ("const { planId, email } = body;\n", "warning"),
        ("run(body.type, body?.status);\n", "info"),
        ("run(body.type, body.customer.id);\n", "warning"),
        ("run(body.get('branch'));\n", "info"),
        ("run(body.toString());\n", "warning"),
        ("const { planId, password } = body;\n", "error"),
    ],
)
def test_what_a_source_takes_out_of_a_body(inspect: Callable[..., list[Finding]], use: str, told: str) -> None:
    code = f"const body = await request.json();\nconsole.log(body);\n{use}"

    assert places(inspect("sensitive-logging", {"a.ts": code})) == [(told, "a.ts", 2)]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("`OTP for ${phone}: ${otp}`", ["warning"]),
        ("'code', resetCode", ["warning"]),
        ("'sent', otpSentAt", []),
        ("'otp is right', isValid(otp)", []),
        ("'status', statusCode", []),
    ],
)
def test_codes_that_let_somebody_in_once(inspect: Callable[..., list[Finding]], written: str, told: list[str]) -> None:
    code = f"export async function send(phone, otp, resetCode) {{\n  logger.info({written});\n  await sms(phone, otp);\n}}\n"

    assert [one.severity for one in inspect("sensitive-logging", {"src/a.ts": code})] == told


@pytest.mark.parametrize(
    ("first", "severity"),
    [
        ("if (!isDevEnvironment()) return json({}, { status: 403 });", "info"),
        ("if (process.env.NODE_ENV === 'production') {\n    throw error(404);\n  }", "info"),
        ("if (isDevEnvironment()) return json({}, { status: 403 });", "warning"),
        ("if (!isDevEnvironment()) count();", "warning"),
    ],
)
def test_a_route_that_refuses_where_the_program_is_not_developed(
    inspect: Callable[..., list[Finding]], first: str, severity: str
) -> None:
    code = f"export const POST = async ({{ request }}) => {{\n  {first}\n  const body = await request.json();\n  logger.info({{ body }});\n}};\n"

    assert [one.severity for one in inspect("sensitive-logging", {"src": {"a.ts": code}})] == [severity]
