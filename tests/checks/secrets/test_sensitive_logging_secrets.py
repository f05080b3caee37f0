"""Secrets in logs, by their names, and what only asks about them or shows a few characters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def test_a_token_that_is_money(inspect: Callable[..., list[Finding]]) -> None:
    text = "import jwt\nlogger.info(f'swept {amount} {token} on {chain}')\n"

    assert inspect("sensitive-logging", {"a.py": text}) == []


def test_that_a_secret_is_there_may_be_said(inspect: Callable[..., list[Finding]]) -> None:
    text = "console.log('key', !!process.env.API_KEY, process.env.API_KEY ? 'set' : 'missing', process.env.API_KEY.length);\n"

    assert inspect("sensitive-logging", {"a.ts": text}) == []


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
        ("l.py", "print('store', DATABASE_URL)\n"),
        ("m.ts", "this.logger.log(`at ${mongoUri}`);\n"),
    ],
)
def test_secret_by_its_name(inspect: Callable[..., list[Finding]], name: str, text: str) -> None:
    assert [(one.severity, one.path) for one in inspect("sensitive-logging", {name: text})] == [("warning", name)]


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
        ("k.ts", "import jwt from 'jwt';\nconsole.log(`added the TXT record ${verificationToken}`);\n"),
        ("l.ts", "console.log('try', demoLogins.admin.password);\n"),
        (
            "m.ts",
            "console.log(new URL(databaseUrl).host, dbUrl.replace(secret, '*'), databaseUrl ? 'set' : 'missing');\n",
        ),
        ("n.py", "db_url = mask(settings.db_url)\nprint(db_url)\n"),
        (
            "j.py",
            "os.environ['DATABASE_URL'] = 'postgres://a:b@localhost/c'\nprint(f\"Using {os.environ['DATABASE_URL']}\")\n",
        ),
    ],
)
def test_no_secret_though_its_name_is_there(inspect: Callable[..., list[Finding]], name: str, text: str) -> None:
    assert inspect("sensitive-logging", {name: text}) == []


def test_what_somebody_has_to_be_told_once_or_at_home(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "mail.ts": "if (!this.ready && process.env.NODE_ENV === 'development') {\n  logger.info(`code ${otp}`);\n}\n",
        "main.go": 'package a\nfunc h() {\n\tlog.Printf("generated ephemeral token: %s", cfg.AuthToken)\n}\n',
        "web-e2e": {"commands.ts": "console.log('login', email, password);\n"},
    }

    assert places(inspect("sensitive-logging", tree)) == [("info", "mail.ts", 2), ("info", "main.go", 3)]


def test_what_people_start_shows_it_on_purpose(inspect: Callable[..., list[Finding]]) -> None:
    found = inspect("sensitive-logging", {"scripts": {"key.ts": "console.log(privateKey);\n"}})

    assert [one.severity for one in found] == ["info"]


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
        ("chat.ts", "const body = await request.json();\nconsole.log(!!body, body);", "warning"),
        ("chat.ts", "const sent = req.body ? JSON.parse(req.body) : {};\nconsole.log(sent);", "warning"),
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


def test_the_name_of_an_environment_and_a_token_that_is_sent(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "src": {
            "a.py": "# onRequest\ndef load():\n    env = os.getenv('STAGE', 'local').lower()\n    logger.error('no models in %s', env)\n",
            "b.ts": "export function send(recipient: R) {\n  console.log('sending', { to: recipient.address, amount: recipient.amount, token: recipient.token });\n}\n",
            "c.ts": "import { Hono } from 'hono';\napp.get('/', (c) => {\n  console.log(c.env);\n});\n",
        }
    }

    assert [one.path for one in inspect("sensitive-logging", tree)] == ["src/c.ts"]


@pytest.mark.parametrize(("call", "told"), [("vault.fetch_secret(secret_key, default='')", 0), ("sign(secret_key)", 1)])
def test_the_name_by_which_a_secret_is_fetched(inspect: Callable[..., list[Finding]], call: str, told: int) -> None:
    code = f"value = {call}\nlogger.debug(f'Secret {{secret_key}} is there')\n"

    assert places(inspect("sensitive-logging", {"a.py": code})) == [("warning", "a.py", 2)] * told


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


@pytest.mark.parametrize(("says", "told"), [("copy it now, it is not stored", "info"), ("given", "warning")])
def test_a_secret_that_is_shown_to_whom_it_is_for(inspect: Callable[..., list[Finding]], says: str, told: str) -> None:
    code = f'print("The password ({says}):")\nprint(f"password={{user.password}}")\n'

    assert places(inspect("sensitive-logging", {"app/users.py": code})) == [(told, "app/users.py", 2)]


@pytest.mark.parametrize(("part", "told"), [("[:12]", 0), ("[-4:]", 0), ("[:200]", 1), ("", 1)])
def test_a_few_characters_of_a_secret(inspect: Callable[..., list[Finding]], part: str, told: int) -> None:
    code = f"logger.info(f\"store {{os.getenv('REDIS_URL', 'none'){part}}}\")\n"

    assert len(inspect("sensitive-logging", {"a.py": code})) == told


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
