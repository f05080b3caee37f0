"""By which ways headers and bodies come into a log, and where that counts less."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def test_a_body_is_an_error_where_people_send_a_secret(inspect: Callable[..., list[Finding]]) -> None:
    text = "const body = await request.json();\nconsole.log(body);\n"
    login = f"{text}await check(body.email, body.password);\n"

    assert places(inspect("sensitive-logging", {"flag.ts": text, "form.ts": text, "login.ts": login})) == [
        ("info", "flag.ts", 2),
        ("warning", "form.ts", 2),
        ("error", "login.ts", 2),
    ]


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


@pytest.mark.parametrize(("key", "told"), [("AUTHORIZATION", 0), ("'AUTHORIZATION'", 1), ("Authorization", 1)])
def test_a_word_in_capitals_names_no_header(inspect: Callable[..., list[Finding]], key: str, told: int) -> None:
    code = f"const report = {{\n  {key}: given,\n}}\nconsole.log(JSON.stringify({{ report }}))\n"

    assert len(inspect("sensitive-logging", {"a.ts": code})) == told


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

    found = inspect("sensitive-logging", {"a.ts": cast, "orders.ts": local})

    assert places(found) == [("error", "a.ts", 4), ("warning", "orders.ts", 5)]


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


@pytest.mark.parametrize(
    ("path", "told"),
    [("src/archive/old/a.ts", "info"), ("design/v0-examples/a.ts", "info"), ("src/current/users.ts", "warning")],
)
def test_what_is_only_kept_or_shows_how_something_looks(
    inspect: Callable[..., list[Finding]], path: str, told: str
) -> None:
    found = inspect("sensitive-logging", {path: "const body = await request.json();\nconsole.log(body);\n"})

    assert places(found) == [(told, path, 2)]


@pytest.mark.parametrize(
    ("use", "told"),
    [
        ("", "info"),
        ("greet(user.firstName);\n", "warning"),
        ("open({ passwordless: true });\n", "info"),
        ("const { planId, branch } = body;\n", "info"),
        ("const { planId, email } = body;\n", "warning"),
        ("run(body.type, body?.status);\n", "info"),
        ("run(body.type, body.customer.id);\n", "warning"),
        ("run(body.get('branch'));\n", "info"),
        ("run(body.toString());\n", "info"),
        ("const { planId, password } = body;\n", "error"),
    ],
)
def test_what_a_source_takes_out_of_a_body(inspect: Callable[..., list[Finding]], use: str, told: str) -> None:
    code = f"const body = await request.json();\nconsole.log(body);\n{use}"

    assert places(inspect("sensitive-logging", {"a.ts": code})) == [(told, "a.ts", 2)]


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

    assert [one.severity for one in inspect("sensitive-logging", {"src": {"users.ts": code}})] == [severity]


_CONFIG = "const config = { url: process.env.RPC_URL, adminPrivateKey: process.env.ADMIN_KEY ?? '' };\nexport default config;\nexport const mail = { from: 'a', apiKey: process.env.MAIL_API_KEY };\n"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("import config from './config';\nconsole.log(`with ${JSON.stringify({ a: 1, ...config })}`);\n", [2]),
        ("import { mail as mailConfig } from './config.js';\nlogger.info('mail', mailConfig);\n", [2]),
        ("const config = { password: process.env.DB_PASSWORD };\nconsole.log(config);\n", [2]),
        ("import config from './config';\nconsole.log(config.url, Object.keys(config));\n", []),
        (
            "const config = { port: process.env.PORT, publicKey: process.env.NEXT_PUBLIC_KEY };\nconsole.log(config);\n",
            [],
        ),
        ("import config from './other';\nconsole.log(config);\n", []),
    ],
)
def test_settings_with_a_secret_are_followed_to_those_that_import_them(
    inspect: Callable[..., list[Finding]], text: str, lines: list[int]
) -> None:
    other = "export default { port: 1 };\n"

    found = inspect("sensitive-logging", {"src": {"run.ts": text, "config.ts": _CONFIG, "other.ts": other}})

    assert [(one.severity, one.line) for one in found] == [("warning", line) for line in lines]


_UNREAD = "export const handler = async (event: APIGatewayEvent) => {\n  logger.info(`${JSON.stringify(event)}`);\n};\n"


@pytest.mark.parametrize(
    ("terraform", "text", "told"),
    [
        ("", _UNREAD, ["warning"]),
        ("", _UNREAD.replace("};", "  return event.path;\n};"), ["error"]),
        ('resource "aws_cloudwatch_event_target" "a" {}\n', _UNREAD, []),
        (
            'resource "aws_cloudwatch_event_target" "a" {}\nresource "aws_lambda_function_url" "b" {}\n',
            _UNREAD,
            ["warning"],
        ),
    ],
)
def test_an_event_that_only_a_clock_sends_has_no_headers(
    inspect: Callable[..., list[Finding]], terraform: str, text: str, told: list[str]
) -> None:
    found = inspect("sensitive-logging", {"bot": {"index.ts": text}, "ops": {"main.tf": terraform}})

    assert [one.severity for one in found] == told


@pytest.mark.parametrize(("main", "told"), [("import './errors';\n", "error"), ("export {};\n", "info")])
def test_what_nothing_loads_logs_nothing(inspect: Callable[..., list[Finding]], main: str, told: str) -> None:
    text = "export function onError(req, res) {\n  console.error(req.headers);\n}\n"
    tree = {"package.json": '{"private": true, "main": "src/index.ts"}', "src": {"index.ts": main, "errors.ts": text}}

    assert [one.severity for one in inspect("sensitive-logging", tree)] == [told]
