from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def test_functions_that_are_not_written(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": 'export function refund(id: string) {\n  throw new Error("Not yet implemented");\n}\n',
        "b.js": "export const pay = () => {\n  throw new Error(`unimplemented: pay`);\n};\nfunction later() {\n  // TODO: write it\n}\n",
        "c.rs": 'fn audit() -> u64 {\n    todo!("sum")\n}\nfn other() {\n    unimplemented!();\n}\n',
        "d.py": 'def load():\n    """Load it."""\n    raise NotImplementedError\n\n\ndef store(x):\n    y = x\n    raise NotImplementedError("not implemented yet")\n',
        "third_party": {"e.ts": 'function f() {\n  throw new Error("not implemented");\n}\n'},
    }

    assert places(inspect("stub-implementation", tree)) == [
        ("warning", "a.ts", 2),
        ("warning", "b.js", 2),
        ("warning", "b.js", 4),
        ("warning", "c.rs", 2),
        ("warning", "c.rs", 5),
        ("warning", "d.py", 3),
        ("warning", "d.py", 8),
        ("info", "third_party/e.ts", 2),
    ]


def test_a_branch_that_is_missing_is_worth_knowing(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": 'function f(x: number) {\n  if (x > 1) {\n    throw new Error("not implemented");\n  }\n  return x;\n}\n',
        "b.rs": "fn f(x: u8) -> u8 {\n    match x {\n        1 => 2,\n        _ => unimplemented!(),\n    }\n}\n",
        "c.rs": "fn f(x: u8) -> u8 {\n    match x {\n        1 => 2,\n        _ => todo!(),\n    }\n}\n",
    }

    assert places(inspect("stub-implementation", tree)) == [
        ("info", "a.ts", 3),
        ("info", "b.rs", 4),
        ("warning", "c.rs", 4),
    ]


def test_abstract_methods_tests_and_words(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.py": (
            "from abc import ABC, abstractmethod\nclass Source:\n    def read(self):\n        raise NotImplementedError\n"
            "class Base(ABC):\n    @abstractmethod\n    def a(self):\n        raise NotImplementedError('not implemented')\n"
            "class P(Protocol):\n    def b(self):\n        raise NotImplementedError('todo')\n"
            "class Q:\n    def c(self):\n        raise NotImplementedError('Subclasses must implement this')\n"
        ),
        "b.ts": (
            'abstract class A { go() { throw new Error("Method not implemented."); } }\n'
            'class BaseStore { go() { throw new Error("not implemented"); } }\n'
            'function check(x: string) { throw new TypeError("not an amount"); }\n// throw new Error("not implemented")\n'
            "const text = 'throw new Error(\"not implemented\")';\n"
            "function noop() {\n  // nothing to do here\n}\n"
        ),
        "c.rs": "#[cfg(test)]\nmod tests {\n    fn f() { todo!() }\n}\n#[test]\nfn g() { unimplemented!() }\n// todo!()\n",
        "tests": {"d.ts": 'function f() { throw new Error("not implemented"); }\n'},
        "e.test.ts": 'const f = () => { throw new Error("not implemented"); };\n',
        "broken.ts": "function ( { throw new Error('not implemented'",
        "binary.ts": b"\x00\xff\xfe implement todo",
    }

    assert [one for one in inspect("stub-implementation", tree) if one.severity != "info"] == []


def test_a_function_that_only_passes(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.py": "def pay():\n    # TODO: call the bank\n    pass\n\n\ndef noop():\n    pass\n\n\ndef later():\n    pass  # TODO\n"
    }

    assert places(inspect("stub-implementation", tree)) == [("warning", "a.py", 1), ("warning", "a.py", 10)]


PRETENDS = {
    "a.ts": "export async function verify(m: string) {\n  // TODO: check the signature\n  return true;\n}\n",
    "b.ts": "export async function price(mint: string) {\n  // In production, this would call the exchange\n  return 42.5;\n}\n",
    "c.ts": "class Pay {\n  async charge(id: string) {\n    // Simulate the payment request\n    await new Promise((r) => setTimeout(r, 900));\n    return { ok: true };\n  }\n}\n",
    "d.ts": "export const getLoad = () => Math.random() * 100;\n",
    "e.ts": "export async function confirm(sig: string) {\n  const confirmed = Math.random() > 0.1;\n  return { sig, confirmed };\n}\n",
    "f.ts": "export function verifyProof(proof: Uint8Array): boolean {\n  return true;\n}\n",
    "g.ts": "app.get('/stats', (c) => {\n  // return mock data until the indexer is there\n  return c.json({ users: 12 });\n});\n",
    "h.ts": "router.post('/pay', (req, res) => {\n  res.status(501).json({ error: 'Not implemented' });\n});\n",
    "i.py": "def verify(payload, signature):\n    # TODO: check the HMAC\n    return True\n",
    "j.py": "def predict(x):\n    # Placeholder: replace with the real model\n    return 0.5\n",
    "k.rs": "pub fn verify_proof(proof: &[u8]) -> Result<bool, E> {\n    Ok(true)\n}\n",
    "l.rs": "pub fn price(_m: &str) -> Result<u64, E> {\n    // In production, this would query the oracle\n    Ok(100)\n}\n",
}


def test_functions_that_pretend(inspect: Callable[..., list[Finding]]) -> None:
    found = inspect("stub-implementation", PRETENDS)

    assert [one.path for one in found] == list(PRETENDS)
    assert {one.severity for one in found} == {"warning"}
    assert "verify is a placeholder: it does none of its work" in found[0].message


def test_what_works_does_not_pretend(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "real.ts": "export async function price(m: string) {\n  // In production, this would use a cache\n  return (await fetch(m)).json();\n}\n",
        "table.ts": "export function minutes(i: string) {\n  // TODO: more intervals\n  switch (i) {\n    case '1m': return 1;\n    default: return 5;\n  }\n}\n",
        "format.ts": "export const read = (a: { v: string }): string => {\n  // For now, always return the text\n  return a.v;\n};\n",
        "chance.ts": "export const getRandomDelay = () => Math.random() * 100;\n",
        "mocks/pay.ts": PRETENDS["c.ts"],
        "src/demo/pay.ts": PRETENDS["b.ts"],
        "fake.ts": "export class FakeVerifier {\n  verifyProof(p: Uint8Array) {\n    return true;\n  }\n}\n",
        "abstract.py": "class BaseModel:\n    def predict(self, x):\n        # placeholder, replace with a real model\n        return 0.5\n",
        "errors.ts": "export class NoFeature extends Error {\n  constructor() {\n    super('Feature not implemented');\n  }\n}\n",
        "config.ts": "export function url(name: string) {\n  switch (name) {\n    case 'test':\n      return 'ws://localhost'; // Mock server\n    default:\n      return 'wss://api';\n  }\n}\n",
        "physics.ts": "export function step(v: number) {\n  // Simulate gravity\n  return v - 9.81;\n}\n",
    }

    assert inspect("stub-implementation", tree) == []


def test_refusals_in_every_form(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.py": 'def pay():\n    raise HTTPException(status_code=501, detail="Not implemented yet")\n\n\ndef export():\n    raise Exception("xlsx export not implemented")\n',
        "b.ts": (
            'export async function exportPdf() {\n  console.log("PDF export coming soon");\n}\nclass Client {\n  watch() {\n    return Promise.reject(new Error("watch is not implemented yet"));\n  }\n}\n'
            'const swap = useCallback(async () => {\n  alert("Swap is not implemented yet");\n}, []);\n'
        ),
        "c.rs": 'pub fn send() -> Result<()> {\n    Err(anyhow!("send not implemented"))\n}\n',
    }

    assert places(inspect("stub-implementation", tree)) == [
        ("warning", "a.py", 2),
        ("warning", "a.py", 6),
        ("warning", "b.ts", 2),
        ("warning", "b.ts", 6),
        ("warning", "b.ts", 10),
        ("warning", "c.rs", 2),
    ]


def test_asides_additions_and_what_is_kept(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": (
            "const base = (source: Source) => ({\n  type: 1, // placeholder, overwritten by the caller\n  source,\n});\n"
            "function log(entry: Entry) {\n  console.log(entry);\n  // In production, this could also send it to a service\n}\n"
            'export class HttpError extends Error {\n  static later() {\n    return new HttpError(501, "Not implemented");\n  }\n}\n'
            "export const Soon = () => <p>coming soon</p>;\n"
        ),
        "b.py": "class Document:\n    def update(self, new):\n        self.content = new\n        # In a real implementation, this would trigger events\n",
        ".tool": {"c.ts": 'export function f() {\n  throw new Error("not implemented");\n}\n'},
        "dist": {"d.js": 'export function f() {\n  throw new Error("not implemented");\n}\n'},
    }

    assert inspect("stub-implementation", tree) == []


def test_answers_that_are_written_down_in_further_forms(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.py": (
            "def purge(session):\n    # For now just report success\n    return 0\n\n\nclass Deals:\n    def place(self, x):\n        y = x + 1\n        return self.send(y)\n\n"
            "    def watch(self, x):\n        self.last = x\n        return x\n\n    def cancel(self, x):\n        raise NotImplementedError('cancel of a deal')\n"
        ),
        "b.ts": (
            "async function sendMail(user: string) {\n  console.log(`[mail] would send a mail to ${user}`);\n}\n"
            "class Tokens {\n  static get() {\n\n  }\n  put() {}\n  drop() {\n  }\n}\n"
        ),
        "message_template.rs": "pub fn verify_signature(_body: &[u8]) -> Result<bool> {\n    // TODO: compare\n    Ok(true)\n}\n",
        "c.rs": (
            "#[program]\npub mod market {\n    use super::*;\n    // later\n}\nimpl Health for Db {\n    fn check(&self) -> Check {\n        let start = Instant::now();\n"
            "        // In a real implementation, this would ping the database\n        Check { ok: true, took: start.elapsed() }\n    }\n}\n"
        ),
    }

    assert places(inspect("stub-implementation", tree)) == [
        ("warning", "a.py", 1),
        ("warning", "a.py", 16),
        ("warning", "b.ts", 2),
        ("warning", "b.ts", 4),
        ("warning", "c.rs", 2),
        ("warning", "c.rs", 7),
        ("warning", "message_template.rs", 1),
    ]


def test_what_refuses_works_or_only_announces(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": (
            "export const Auth = createContext<Auth>({\n  login: async () => {\n    throw new Error('login not implemented, wrap your app in the provider');\n  },\n});\n"
            "export async function refresh(token: string) {\n  // This is a placeholder for consistency with the others\n  throw new Error('tokens are not refreshed');\n}\n"
            "export async function answer(text: string) {\n  // Simulate a delay for the response\n  await new Promise((done) => setTimeout(done, 1000));\n  return await ask(text);\n}\n"
            "export function logInfo(text: string) {\n  // Placeholder logger\n  console.info(text);\n}\n"
            "class Audit {\n  add(entry: Entry) {\n    // in production, this would be sent to a log\n    this.entries.push(entry);\n  }\n}\n"
            "function smooth(data: number[]) {\n  const found = [];\n  found.push(data[0]); // placeholder\n  return found;\n}\n"
        ),
        "b.py": (
            "def _raise_not_implemented():\n    raise HTTPException(status_code=501)\n\n\nclass Store:\n    def get(self, key):\n        raise NotImplementedError('get of a store')\n\n"
            "    def both(self, key):\n        one = self.get(key)\n        return one\n"
        ),
        "c.js": "// node_modules/x/index.js\nfunction f() {\n  throw new Error('not implemented');\n}\n\n// node_modules/y/index.js\n",
        "d.tsx": "const onCode = () => {\n  Alert.alert('Coming Soon', 'Codes come soon.');\n};\nconst onTerms = () => {\n  Alert.alert('Coming Soon', 'Terms come soon.');\n};\n",
        "e.rs": "#[program]\npub mod market {\n    pub fn buy(ctx: Context<Buy>) -> Result<()> {\n        buy::run(ctx)\n    }\n}\n",
    }

    found = inspect("stub-implementation", tree)

    assert places(found) == [("info", "d.tsx", 2)]
    assert found[0].message == "What is to come is only announced to the user: onCode, onTerms."


def test_a_video_is_no_source(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"a.ts": b"G\0\x10 function f() { throw new Error('not implemented'); }\n"}

    assert inspect("stub-implementation", tree) == []


def test_a_word_in_a_comment_beside_what_works(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.py": (
            "class Screener:\n    def __init__(self):\n        self.fields = {\n            # Fundamentals (mock for now)\n"
            '            "pe": "P/E",\n        }\n        # mock data for now\n        self.rows = []\n'
        ),
        "b.ts": "class Prices {\n  rows: number[];\n  constructor() {\n    // placeholder data until the feed is there\n    this.rows = [];\n  }\n}\n",
        "c.ts": (
            "function endpoint(): string {\n  const url = process.env.RPC_URL;\n  if (url) return url;\n  // use a placeholder that is never called\n"
            '  return "https://localhost/rpc";\n}\n'
        ),
        "d.ts": "export function price(id: string): number {\n  // Placeholder\n  return 42;\n}\n",
        "e.ts": "export function quote(a: number): number {\n  if (!a) return 0;\n  // In production, this would call the exchange\n  return a * 2;\n}\n",
    }

    assert places(inspect("stub-implementation", tree)) == [("warning", "d.ts", 1), ("warning", "e.ts", 1)]


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("a.ts", "export const upload = async (req, res) => {\n  // TODO: store it\n  res.json({ success: true, url: 'a' });\n};\n", 1),
        ("a.ts", "app.post('/pay', (req, res) => {\n  // TODO: charge\n  res.status(200).json({ success: true });\n});\n", 1),
        ("a.ts", "export async function POST(request) {\n  const body = await request.json();\n  // TODO: save it\n  return NextResponse.json({ success: true });\n}\n", 1),
        ("a.ts", "class Auth {\n  async login(email, password) {\n    // Mock authentication - replace with a real check\n    return { token: 'a', email };\n  }\n}\n", 2),
        ("a.ts", "program\n  .command('deploy')\n  .action(() => {\n    console.log('Deploy is not implemented yet');\n  });\n", 4),
        ("a.py", '@cli.command()\ndef deploy():\n    """Deploy."""\n    click.echo("Not implemented yet")\n', 4),
        ("a.py", 'def cmd_sync(args):\n    print("sync: coming soon")\n', 2),
        ("a.rs", 'fn deploy() {\n    println!("deploy is not implemented yet");\n}\n', 2),
        ("a.ts", "export const upload = async (req, res) => {\n  // TODO: limit it\n  res.json({ success: true, url: await store(req.file) });\n};\n", 0),
        ("a.ts", "export const one = async (req, res) => {\n  // TODO: cache it\n  res.json({ user: req.user });\n};\n", 0),
        ("a.ts", "export async function POST(request) {\n  const body = await request.json();\n  // TODO: retry\n  await save(body);\n  return NextResponse.json({ success: true });\n}\n", 0),
        ("a.ts", "export const start = async (req, res) => {\n  // Just return a placeholder, the first message makes it\n  res.status(200).json({ id: null });\n};\n", 0),
        ("a.ts", "function auditDecision(x) {\n  // In production, this would send it to the audit service\n  console.log(x);\n}\n", 1),
        ("a.ts", "function logIn() {\n  // TODO: rotate\n  console.log('in');\n}\n", 0),
        ("a.ts", "program.command('list').action(() => {\n  console.log('Nothing to list');\n});\n", 0),
        ("a.py", 'def deploy(kind):\n    if kind == "x":\n        print("x is not implemented")\n    else:\n        run(kind)\n', 0),
        ("a.py", 'def status():\n    run()\n    print("history is not implemented")\n', 0),
        ("a.rs", 'fn a(c: C) {\n    match c {\n        C::A => println!("a is not implemented"),\n        C::B => run(),\n    }\n}\n', 0),
    ],
)  # fmt: skip
def test_handlers_and_commands_that_only_say(
    inspect: Callable[..., list[Finding]], path: str, text: str, line: int
) -> None:
    found = inspect("stub-implementation", {path: text})

    assert [(one.severity, one.line) for one in found] == ([("warning", line)] if line else [])


def test_answers_with_the_status_of_what_is_not_implemented(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.rs": (
            'async fn login(r: Json<R>) -> impl Responder {\n    HttpResponse::NotImplemented().json(serde_json::json!({"message": "later"}))\n}\n'
            'async fn close(Path(_id): Path<Uuid>) -> Result<Json<T>, StatusCode> {\n    tracing::warn!("asked");\n    Err(StatusCode::NOT_IMPLEMENTED)\n}\n'
            'async fn rules() -> impl IntoResponse {\n    (StatusCode::NOT_IMPLEMENTED, Json(json!({"error": "x"}))).into_response()\n}\n'
            'fn scan() -> Result<(), E> {\n    warn!("scan is not implemented");\n    Ok(())\n}\n'
            "fn status(e: E) -> StatusCode {\n    match e {\n        E::A => StatusCode::NOT_IMPLEMENTED,\n        _ => StatusCode::OK,\n    }\n}\n"
            "fn fallback() -> StatusCode {\n    StatusCode::NOT_IMPLEMENTED\n}\n"
            "async fn old() -> impl Responder {\n    // moved to v2\n    HttpResponse::NotImplemented()\n}\n"
        ),
        "b.ts": (
            "class C {\n  public getCard = async (req: Request, res: Response): Promise<void> => {\n    res.status(501).json({ success: false });\n  };\n}\n"
            "export async function POST() {\n  return NextResponse.json({ message: 'soon' }, { status: 501 });\n}\n"
            "router.get('/a', (req, res) => res.sendStatus(501));\napp.all('*', (req, res) => res.status(501).end());\n"
            "function other(n: number) {\n  return n === 501 ? 1 : 2;\n}\n"
            "export async function GET() {\n  return NextResponse.json({ message: 'use actions instead' }, { status: 501 });\n}\n"
            "async function summary() {\n  console.warn('summary is not implemented yet due to changes of the schema');\n  return { total: 0 };\n}\n"
        ),
        "c.py": 'def rate(x):\n    logger.warning("rate is not implemented yet")\n    return 0\n',
        "d.go": (
            'package d\nfunc Load() error {\n\treturn errors.New("not implemented")\n}\nfunc Run() {\n\tpanic("implement me")\n}\n'
            "func (w *W) Reconcile(c Ctx) (int, error) {\n\t// TODO: implement the sweep\n\treturn 0, nil\n}\n"
            "func Sum(a int) int {\n\t// TODO: faster\n\treturn a + add(a)\n}\n"
        ),
    }  # fmt: skip

    assert places(inspect("stub-implementation", tree)) == [
        ("warning", "a.rs", 2), ("warning", "a.rs", 6), ("warning", "a.rs", 12),
        ("warning", "b.ts", 3), ("warning", "b.ts", 18),
        ("warning", "c.py", 2), ("warning", "d.go", 3), ("warning", "d.go", 6), ("warning", "d.go", 8),
    ]  # fmt: skip


def test_work_that_is_put_off_and_guards_that_let_everything_through(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": (
            "export function canReadEntity(user: string): boolean {\n  // real policy comes with V12\n  return true;\n}\n"
            "export async function verifyAttestation(_d: string): Promise<{ ok: boolean }> {\n  return { ok: true };\n}\n"
            "export const syncAll = async () => {\n  return 0; // until the queue is live\n};\n"
            "export function limiter(req, res, next) {\n  // TODO: implement rate limiting\n  next();\n}\n"
            "export function charge(amount: number) {\n  return { id: 'ch_mock_123', status: 'succeeded' };\n}\n"
            "export function riskScore() {\n  return Math.random() * 100;\n}\n"
            "export function passOn(req, res, next) {\n  // TODO: rename\n  next();\n}\n"
            "export function getRowColor(x: string) {\n  // In a real implementation, this would use a palette\n  return 'red';\n}\n"
            "export function isReady() {\n  // done in phase 2 of the start\n  return state.ready;\n}\n"
            "export function visitType() {\n  // Types are resolved in a later phase.\n  return true;\n}\n"
            "export function canDrop(x: string) {\n  return true;\n}\n"
            "export function pick() {\n  return { kind: 'fake_news', title: 'x' };\n}\n"
        ),
        "b.rs": (
            "pub async fn export_cold(_o: Uuid) -> Result<usize, String> {\n    // Archival is handled in a later phase.\n    Ok(0)\n}\n"
            "impl<S> Service for AuthService<S> {\n    fn call(&self, req: R) -> F {\n        // TODO: Implement JWT validation\n"
            "        let fut = self.service.call(req);\n        Box::pin(async move {\n            let res = fut.await?;\n            Ok(res)\n        })\n    }\n}\n"
        ),
        "c.py": (
            'def send_mail(to):\n    """Sends a mail."""\n    pass\n\n\ndef create_plan(x):\n    """A hook for plugins."""\n    pass\n\n\n'
            'class A:\n    def send_it(self, x):\n        """Sends it."""\n        pass\n\n    def _placeholder_rerank(self, docs):\n'
            "        # Placeholder: return scores\n        return [0.8 for _ in range(len(docs))]\n\n\n"
            "async def merge(params):\n    try:\n        sources = params.get('s', [])\n        logger.info('merge', count=len(sources))\n"
            "        # Placeholder - actual implementation would combine content\n        return {'success': True, 'data': ''}\n"
            "    except Exception as e:\n        return {'success': False, 'error': str(e)}\n"
        ),
        "alembic": {"versions": {"a.py": 'def downgrade():\n    raise NotImplementedError("not implemented")\n'}},
        "migrations": {"b.js": "exports.down = () => {\n  throw new Error('not implemented');\n};\n"},
        "purpose.py": 'def fork(x):\n    raise NotImplementedError("fork cannot work on Windows")\n',
        "scripts": {"plan.py": 'def main():\n    raise NotImplementedError("planned")\n'},
    }  # fmt: skip

    found = [(path, line) for _, path, line in places(inspect("stub-implementation", tree))]

    assert found == [
        ("a.ts", 1), ("a.ts", 5), ("a.ts", 8), ("a.ts", 11),
        ("a.ts", 16), ("a.ts", 18), ("b.rs", 1), ("b.rs", 6), ("c.py", 1),
        ("c.py", 16), ("c.py", 21), ("scripts/plan.py", 2),
    ]  # fmt: skip


def test_logins_that_never_read_the_password(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": (
            "class A {\n  async authenticate(credentials: Login): Promise<R> {\n    const user = await this.users.byEmail(credentials.email);\n"
            "    // TODO: check the password\n    return { success: true, token: this.sign(user) };\n  }\n}\n"
            "export const login = async ({ email, password }) => {\n  return { success: true, user: { email } };\n};\n"
            "async function signIn(email: string, password: string) {\n  return api.post('/login', { email, password }).token;\n}\n"
            "async function loginUser(credentials: Login) {\n  const { token } = await api.post('/login', credentials);\n  return token;\n}\n"
            "async function loginWithGoogle(credentials: G) {\n  return { success: true, id: credentials.id };\n}\n"
            "function authenticate(credentials: Login) {\n  return { success: false, email: credentials.email };\n}\n"
            "function verify(credentials: Login) {\n  return ok(credentials.id);\n}\n"
        ),
        "b.py": (
            "def login(email, password):\n    user = users.get(email)\n    return {'success': True, 'user': user}\n\n\n"
            "def authenticate(request, username=None, password=None, **kwargs):\n    return super().authenticate(request, token=1, **kwargs)\n\n\n"
            "def check_password(password, stored):\n    return hmac.compare_digest(password, stored)\n"
        ),
        "c.rs": "fn login(email: &str, password: &str) -> Result<User, E> {\n    let user = find(email)?;\n    Ok(user)\n}\n",
    }  # fmt: skip

    assert places(inspect("stub-implementation", tree)) == [
        ("warning", "a.ts", 2), ("warning", "a.ts", 8), ("warning", "b.py", 1), ("warning", "c.rs", 1),
    ]  # fmt: skip


def test_what_only_shows_how_something_is_used(inspect: Callable[..., list[Finding]]) -> None:
    throws = 'throw new Error("not implemented");'
    tree = {
        "a.py": (
            "def load():\n    return 1\n\n\ndef example_usage():\n    raise NotImplementedError('not implemented')\n\n\n"
            "if __name__ == '__main__':\n    def answer(x):\n        raise NotImplementedError('not implemented')\n    answer(1)\n"
        ),
        "b.ts": (
            f"function demoOrder() {{\n  {throws}\n}}\nif (import.meta.url === pathToFileURL(process.argv[1]).href) {{\n  const f = () => {{ {throws} }};\n}}\n"
            f"if (require.main === module) {{\n  function g() {{ {throws} }}\n}}\nexport function usageOfDisk() {{\n  {throws}\n}}\nexport function order() {{\n  {throws}\n}}\n"
        ),
        "c.rs": "mod examples {\n    fn a() {\n        todo!()\n    }\n}\nfn b() {\n    todo!()\n}\n",
        "playground": {"d.ts": f"export function f() {{\n  {throws}\n}}\n"},
    }

    assert places(inspect("stub-implementation", tree)) == [
        ("warning", "b.ts", 11),
        ("warning", "c.rs", 7),
    ]


WAIT = "  await new Promise((r) => setTimeout(r, 800));\n"


@pytest.mark.parametrize(
    ("name", "code", "told"),
    [
        ("a.ts", f"export async function chargeCard(n, t) {{\n{WAIT}  return {{ success: true, id: 'txn_123456' }};\n}}\n", 1),
        ("a.ts", "async function sendEmail(to) {\n  console.log(to);\n  return { success: true, messageId: 'msg_' + Date.now() };\n}\n", 1),
        ("a.ts", "async function transfer(a, b) {\n  const txHash = `0x${Math.random()}`;\n  return { txHash, status: 'confirmed' };\n}\n", 1),
        ("a.py", "async def charge_card(n, t):\n    await asyncio.sleep(1)\n    return {'success': True, 'id': 'txn_123456'}\n", 1),
        ("a.py", "class Bridge:\n    def send_sms(self, to):\n        return {'success': True, 'sid': 'SM123'}\n", 2),
        ("a.rs", 'async fn charge(n: u64) -> Result<Receipt> {\n    tokio::time::sleep(D).await;\n    Ok(Receipt { id: "txn_1234".into(), success: true })\n}\n', 1),
        ("a.ts", "function metrics() {\n  return { cpu: Math.random() * 100, memoryUsage: 20 + Math.random() };\n}\n", 2),
        ("a.py", "def system_metrics():\n    return {'cpu': random.uniform(1, 9), 'latency_ms': random.randint(1, 9)}\n", 2),
        ("a.ts", "async function getUptime(s) {\n  return 99 + Math.random();\n}\n", 1),
        ("a.py", "def verify_signature(body, given):\n    logger.info('checking')\n    return True\n", 1),
        (
            "a.tsx",
            f"function Form() {{\n  const handleSubmit = async (e) => {{\n    e.preventDefault();\n    setBusy(true);\n{WAIT}    toast.success('Sent');\n  }};\n}}\n",
            5,
        ),
        ("a.ts", "async function sendEmail(to) {\n  const id = await mailer.send(to);\n  return { success: true, messageId: id };\n}\n", 0),
        ("a.ts", "function sendSuccess(res, data) {\n  return { success: true, id: 'a-100' };\n}\n", 0),
        ("a.ts", "function buildTransferPayload(a) {\n  return { id: randomUUID(), status: 'confirmed' };\n}\n", 0),
        ("a.ts", "class A {\n  transfer(a) {\n    this.done[a] = 1;\n    return { id: randomUUID(), status: 'confirmed' };\n  }\n}\n", 0),
        ("a.ts", "function spawn() {\n  return { x: Math.random(), y: Math.random(), price: Math.random() };\n}\n", 0),
        ("a.ts", "function simulateMetrics() {\n  return { cpu: Math.random(), memory: Math.random() };\n}\n", 0),
        (
            "a.tsx",
            f"const handleSubmit = async () => {{\n{WAIT}  await api.post('/x');\n  toast.success('Sent');\n}};\n",
            0,
        ),
        ("a.ts", "async function waitForPayment(id) {\n" + WAIT + "  return { success: true };\n}\n", 0),
        ("a.ts", "function pay(a) { return { success: true, id: " + "(" * 3_000 + "'p12'" + ")" * 3_000 + " }; }\n", None),
    ],
)  # fmt: skip
def test_work_that_is_only_acted(inspect: Callable[..., list[Finding]], name: str, code: str, told: int | None) -> None:
    found = inspect("stub-implementation", {"src": {name: code}})

    assert told is None or [(one.severity, one.line) for one in found] == ([("warning", told)] if told else [])


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (f"const join = useCallback(async (id) => {{\n  // Simulate API call\n  // await api.join(id)\n{WAIT}  setJoined(true);\n}}, []);\n", 4),
        ("const load = async () => {\n  // Simulate the request\n  const r = await new Promise((f) => { setTimeout(() => f({ on: false }), 500); });\n  setState(r);\n};\n", 3),
        ("export async function GET() {\n  try {\n    return NextResponse.json(mockReviews);\n  } catch (e) {\n    return NextResponse.json({ error: 1 }, { status: 500 });\n  }\n}\n", 3),
        ("async function getPrices() {\n  try {\n    return await api.get('/x');\n  } catch (e) {\n    return mockPrices;\n  }\n}\n", 5),
        ("class Push {\n  async sendPush(u) {\n    const d = await db.find(u);\n    // Simulate sending the notification\n    this.logger.log(d);\n    return d;\n  }\n}\n", 4),
        ("async function getPrices() {\n  if (USE_MOCKS) {\n    return mockPrices;\n  }\n  return api.get('/x');\n}\n", 0),
        ("async function sendPush(u) {\n  // Simulate sending in tests only\n  logger.log(u);\n  await push.send(u);\n}\n", 0),
        (f"async function say(t) {{\n  // Simulate typing\n{WAIT}  setText(t);\n}}\n", 0),
        (f"async function load(t) {{\n  // Simulate latency\n{WAIT}  return await api.get(t);\n}}\n", 0),
        ("function mockPrices() {\n  return mockData;\n}\n", 0),
        ("async function load() {\n" + "  // Simulate the request\n" * 300 + WAIT + "}\n", None),
    ],
)  # fmt: skip
def test_pauses_logs_and_made_up_data(inspect: Callable[..., list[Finding]], code: str, told: int | None) -> None:
    found = inspect("stub-implementation", {"src": {"a.tsx": code}})

    assert told is None or [(one.severity, one.line) for one in found] == ([("warning", told)] if told else [])


def test_work_that_is_due_and_mocks_that_serve_all(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": (
            "export async function publishStake(params: P) {\n  try {\n    const valid = Schema.parse(params);\n    // TODO: implement the publishing\n"
            "    const mockId = `id_${Date.now()}`;\n    return { success: true, id: mockId, amount: valid.amount };\n  } catch (error) {\n    return { success: false };\n  }\n}\n"
        ),
        "b.ts": "// Mock invoke function for now\nconst mockInvoke = async (name: string) => ({ success: true });\nexport const health = () => mockInvoke('health');\n",
        "c.ts": "export async function revokePolicy(_id: string) {\n  await new Promise((r) => setTimeout(r, 10));\n  return { revoked: true };\n}\n",
        "s.ts": "class S {\n  private async validateSession(): Promise<boolean> {\n    // Implementation would validate with backend\n    return true;\n  }\n}\n",
        "e.ts": "export async function saveAll(x: X) {\n  // TODO: implement retries\n  await db.save(x);\n  return { success: true };\n}\n",
    }

    found = places(inspect("stub-implementation", tree))

    assert found == [("warning", "a.ts", 4), ("warning", "b.ts", 2), ("warning", "c.ts", 1), ("warning", "s.ts", 2)]


def test_words_of_stubs_beside_work(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.rs": '#[cfg(test)]\nmod checks {\n    /// Build one entry for the mock response.\n    fn entry(mint: &str) -> String {\n        format!("{mint}")\n    }\n}\n',
        "b.js": "class E {\n  publishEvent(type, data) {\n    // This would integrate with your server\n    // For now, we'll just log the event\n    console.log(type);\n    const client = redis.getClient();\n    client.publish('events', data);\n  }\n}\n",
        "c.tsx": "const getSportText = () => {\n  // No hardcoded logic\n  return 'text';\n};\n",
        "d.ts": "export const calculateLevel = (m: M) => {\n  // This is a simplified calculation - in real app, this would use actual data\n  const days = Math.floor(m.joined / 9);\n  if (days < 7) return 'high';\n  return 'low';\n};\n",
        "e.tsx": "const onGenerate = useCallback(async () => {\n  // Simulate brief delay\n  await new Promise((r) => setTimeout(r, 600));\n  const sections = generateTemplate(question);\n  setSections(sections);\n}, []);\n",
        "f.js": "class H {\n  async getTrends() {\n    // This would query the history\n    return { status: 'No historical data available', trend: 'stable' };\n  }\n}\n",
        "g.ts": "// Mock API delay\nconst delay = (ms: number) => new Promise((r) => setTimeout(r, ms));\nexport { delay };\n",
    }

    assert inspect("stub-implementation", tree) == []


def test_many_of_one_file(inspect: Callable[..., list[Finding]]) -> None:
    names = ("getA", "getB", "verifyC", "getD")
    body = "(_id: string) {\n    // Placeholder - implement later\n    return { total: 0 };\n  }\n"
    tree = {"a.ts": "class S {\n" + "".join(f"  async {name}{body}" for name in names) + "}\n"}

    found = inspect("stub-implementation", tree)

    assert [(one.severity, one.line) for one in found] == [("warning", 2), ("info", 6), ("info", 14), ("warning", 10)]
    assert found[0].message.endswith("So are 2 more functions of this file.")


def test_abstract_methods_of_go(inspect: Callable[..., list[Finding]]) -> None:
    refuses = '{\n\treturn fmt.Errorf("not implemented for Base")\n}\n'
    tree = {
        "go.mod": "module x\n",
        "base": {"base.go": f"package base\n\ntype Base struct {{\n\tid int\n}}\n\nfunc (b *Base) Run() error {refuses}\nfunc (b *Base) Stop() error {refuses}"},
        "remote": {
            "a.go": "package remote\n\ntype Remote struct {\n\t*base.Base\n\tname string\n}\n",
            "b.go": "package remote\n\nfunc (r *Remote) Run() error {\n\treturn r.start()\n}\n",
        },
    }  # fmt: skip

    assert [(one.path, one.message.split()[0]) for one in inspect("stub-implementation", tree)] == [
        ("base/base.go", "Stop")
    ]


def test_a_look_into_what_is_kept_is_no_placeholder(inspect: Callable[..., list[Finding]]) -> None:
    code = (
        "class Scout:\n    def is_registered(self, agent):\n        # For simulation, we assume agent maps to what is kept\n"
        "        # In prod, this would check the registry\n        return {answer}\n"
    )

    assert inspect("stub-implementation", {"src": {"a.py": code.format(answer="agent in self.known")}}) == []
    assert len(inspect("stub-implementation", {"src": {"a.py": code.format(answer="True")}})) == 1


def test_doubles_and_the_only_other_answer_of_a_let(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "Cargo.toml": '[package]\nname = "a"\n',
        "src": {
            "lib.rs": "#[cfg(test)]\nmod doubles;\npub mod a;\npub mod b;\n",
            "doubles.rs": "pub struct Open;\nimpl Open {\n    pub fn authorize(&self) -> bool {\n        true\n    }\n    fn b() { todo!() }\n}\n",
            "a.rs": (
                "struct TestOpenAuth;\nimpl Auth for TestOpenAuth {\n    fn authorize(&self) -> bool {\n        true\n    }\n    fn b() { todo!() }\n}\n"
                "impl<T> Sink for MockSink<T> {\n    fn put(&self) { unimplemented!() }\n}\nimpl Sink for NoopSink {\n    fn put(&self) { unimplemented!() }\n}\n"
            ),
            "b.rs": (
                'async fn nonce() -> u64 {\n    let Kind::View(one) = ask().await else {\n        unimplemented!("kind")\n    };\n    one\n}\n'
                "fn later() -> u64 {\n    let Some(one) = ask() else { todo!() };\n    one\n}\n"
                "fn other() -> u64 {\n    ask().unwrap_or_else(|| unimplemented!())\n}\n"
                "impl Store for LatestTests {\n    fn put(&self) { unimplemented!() }\n}\n"
            ),
        },
    }

    assert places(inspect("stub-implementation", tree)) == [
        ("warning", "src/b.rs", 8),
        ("info", "src/b.rs", 12),
        ("warning", "src/b.rs", 15),
    ]


def test_refusals_of_one_file_and_copies_in_several(inspect: Callable[..., list[Finding]]) -> None:
    refuses = 'throw new Error("Not implemented yet")'
    gate = f"export class Gate {{\n  open() {{ {refuses}; }}\n  close() {{ {refuses}; }}\n  lock() {{ throw new Error('todo: not implemented'); }}\n}}\n"
    ready = "async def readiness():\n    # TODO: check the database\n    return {'status': 'ready'}\n"
    tree = {"a": {"gate.ts": gate, "main.py": ready}, "b": {"gate.ts": gate, "main.py": ready}, "c": {"main.py": ready}}

    found = inspect("stub-implementation", tree)

    assert [(one.path, one.line, one.message.partition(". ")[2], one.evidence.partition("; ")[2]) for one in found] == [
        (
            "a/gate.ts",
            2,
            "So is 1 more function of this file. Also in 1 more file.",
            "close in line 3; b/gate.ts:2",
        ),
        ("a/gate.ts", 4, "Also in 1 more file.", "b/gate.ts:4"),
        ("a/main.py", 1, "Also in 2 more files.", "b/main.py:1; c/main.py:1"),
    ]


def test_methods_that_subclasses_write_over(inspect: Callable[..., list[Finding]]) -> None:
    refuses = "throw new Error('Not implemented');"
    tree = {
        "keys.js": f"class Keys {{\n  async sign(m) {{\n    {refuses}\n  }}\n  rotate() {{\n    {refuses}\n  }}\n}}\nmodule.exports = Keys;\n",
        "made.js": "const Keys = require('./keys');\nclass Made extends Keys {\n  async sign(m) {\n    return seal(m);\n  }\n}\n",
        "feed.py": "class Feed:\n    def read(self):\n        raise NotImplementedError('not implemented')\n    def close(self):\n        raise NotImplementedError('not implemented')\n",
        "file.py": "class File(Feed):\n    def read(self):\n        return open(self.x)\n",
        "other.js": f"class Other {{\n  sign() {{ {refuses} }}\n}}\nclass Mine extends Elsewhere {{\n  sign() {{ return 1; }}\n}}\n",
    }

    assert places(inspect("stub-implementation", tree)) == [
        ("warning", "feed.py", 5),
        ("warning", "keys.js", 6),
        ("warning", "other.js", 2),
    ]


def test_a_method_of_a_trait_that_a_type_writes_over(inspect: Callable[..., list[Finding]]) -> None:
    default = 'Err("{} not implemented".to_string())'
    trait = "pub trait Chain {\n    fn id(&self) -> u8;\n"
    for name in ("supply", "burn"):
        trait += f"    fn {name}(&self) -> Result<u64, String> {{\n        {default.format(name)}\n    }}\n"
    tree = {
        "Cargo.toml": '[package]\nname = "a"\nversion = "0.1.0"\n',
        "src/lib.rs": f"mod node;\n{trait}}}\npub fn mint() -> Result<u64, String> {{\n    {default.format('mint')}\n}}\n",
        "src/node.rs": "impl<T: Send> crate::Chain for Node<T> {\n    fn id(&self) -> u8 { 1 }\n    fn supply(&self) -> Result<u64, String> { self.ask() }\n}\n",
    }

    assert [(one.line, one.message.partition(" ")[0]) for one in inspect("stub-implementation", tree)] == [
        (8, "burn"),
        (12, "mint"),
    ]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("a.tsx", "class Boundary extends Component {\n  componentDidCatch(e: Error) {\n    // In production this would go to the tracker\n    console.error(e);\n  }\n}\n"),
        ("a.ts", "function reportFault(e: Error) {\n  // Log it (in production, send to the tracking service)\n  console.error('fault', e);\n}\n"),
        ("a.ts", "export function loadContext(): string {\n  // In production, this could be fetched from a URL\n  return CONTEXT;\n}\n"),
        ("a.ts", "function loadRules(): string {\n  // In production, this would read the file\n  // For now, return the rules inline\n  return `" + "be plain and kind\n" * 20 + "`;\n}\n"),
        ("a.py", 'def load_prompt():\n    # In production, this would be read from the bucket\n    return """' + "be plain and kind\n" * 20 + '"""\n'),
        ("a.ts", "const createCard = (p: P) => {\n  // Placeholder ASCII art patterns\n  const art = ['x', 'y'];\n  return [`${art[0]}`, `${p.title.substring(0, 3)}`];\n};\n"),
        ("a.ts", "export const POST = async ({ request }) => {\n  const data = await request.json();\n  await db.prepare('INSERT').bind(data.a).run();\n  // TODO: Send a mail, this would call the mailer\n  return json({ success: true, message: 'Thanks' });\n};\n"),
        ("a.go", 'package a\nfunc (s *Signer) SignTransaction() error {\n\treturn fmt.Errorf("SignTransaction not implemented for Ed25519 - use chain-specific methods")\n}\n'),
        ("experiments/graph/page.ts", "export function load() {\n  // Mock data of a graph\n  return { nodes: [1, 2] };\n}\n"),
    ],
)  # fmt: skip
def test_words_beside_work(inspect: Callable[..., list[Finding]], name: str, code: str) -> None:
    assert places(inspect("stub-implementation", {name: code})) == []


def test_outcomes_of_transactions_that_are_made_up(inspect: Callable[..., list[Finding]]) -> None:
    rest = "  await db.update({ txHash });\n  return txHash;\n}\n"
    tree = {
        "a.ts": f"export async function executeSnipe(c: C) {{\n  const user = await find(c);\n  const txHash = 'mock-tx-hash'; // TODO\n{rest}",
        "b.ts": f"export async function transferTokens(id: string) {{\n  // TODO: transfer on-chain\n  // For now, a placeholder signature\n  const txHash = `tx_${{Date.now()}}_${{id}}`;\n{rest}",
        "c.py": "def settle(x):\n    y = load(x)\n    # mock hash until the chain is there\n    tx_hash = f'0x{uuid.uuid4().hex}'\n    db.save(tx_hash)\n    return tx_hash\n",
        "d.ts": f"export async function order(id: string) {{\n  const txId = `order_${{Date.now()}}`;\n{rest}",
        "e.ts": f"export async function mockTransfer(id: string) {{\n  const txHash = 'mock-tx-hash';\n{rest}",
        "f.go": 'package f\nfunc upload(w http.ResponseWriter, r *http.Request) {\n\tw.Header().Set("Content-Type", "application/json")\n\tw.WriteHeader(http.StatusNotImplemented)\n\tw.Write([]byte(`{}`))\n}\n',
    }

    assert places(inspect("stub-implementation", tree)) == [
        ("warning", "a.ts", 3),
        ("warning", "b.ts", 4),
        ("warning", "c.py", 4),
        ("warning", "f.go", 4),
    ]


def test_limits_proofs_tokens_demonstrations_and_interfaces(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": "export const a = {\n  async embed() {\n    throw new Error('not implemented; use an embedding provider');\n  },\n};\n",
        "b.rs": 'fn nibble() -> u8 {\n    unimplemented!("branch nodes do not have a partial key; qed")\n}\n',
        "c.ts": "async function validateCredentials(creds: C) {\n  const t = creds.flexToken;\n  await report(t);\n  return { valid: true };\n}\n",
        "d.ts": "const kept: A[] = [];\nexport const add = (a: A) => kept.push(a);\nexport async function getKept() {\n  // In a real app, you would fetch from your database\n  return kept;\n}\n",
        "e.ts": "async function process(job: J) {\n  if (job.name === DEMO_JOB) {\n    // Simulate some processing time\n    await new Promise((r) => setTimeout(r, 9));\n    return 1;\n  }\n  return 2;\n}\n",
        "f/a.go": 'package f\n\ntype Feed interface {\n\tBlocks() error\n}\n\ntype Base struct {\n\turl string\n}\n\nfunc (b *Base) Blocks() error {\n\tpanic("not implemented")\n}\n',
        "f/b.go": "package f\n\ntype Poller struct {\n\tFeed\n}\n\nfunc (p *Poller) Blocks() error {\n\treturn p.poll()\n}\n",
        "_archive/g.ts": "export function pay() {\n  throw new Error('not implemented');\n}\n",
        "h.py": "\n\n".join(
            f"def {name}(x):\n    # TODO: write {name}\n    pass\n" for name in ("one", "two", "three")
        ),
    }

    found = inspect("stub-implementation", tree)

    assert places(found) == [("info", "a.ts", 3), ("warning", "h.py", 1)]
    assert "2 more functions of this file" in found[1].message


def test_tests_that_assert_what_is_always_true(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.test.ts": "describe('a', () => {\n  it('pays', async () => {\n    expect(true).toBe(true);\n  });\n  it('refunds', () => {\n    refund();\n    expect(true).toBe(true);\n  });\n  it.skip('later', () => {\n    expect(true).toBe(true);\n  });\n});\n",
        "b": {"c.test.js": "test('passes until there is one', () => {\n  expect(true).toBe(true);\n});\n"},
        "b.test.js": "test('is', () => {\n  assert.ok(true);\n});\n",
        "tests": {"test_c.py": "def test_one():\n    assert True\n\n\ndef test_two():\n    load()\n    assert True\n"},
        "src": {"lib.rs": "#[cfg(test)]\nmod tests {\n    #[test]\n    fn works() {\n        assert!(true);\n    }\n}\nfn other() {\n    assert!(true);\n}\n"},
    }  # fmt: skip

    found = inspect("stub-implementation", tree)

    assert places(found) == [
        ("warning", "a.test.ts", 2),
        ("info", "b/c.test.js", 1),
    ]
    assert "So it is with 3 more tests." in found[0].message
    assert "tests/test_c.py:1" in found[0].evidence


def test_tests_of_few_folders_that_assert_nothing(inspect: Callable[..., list[Finding]]) -> None:
    hollow = "def test_pays():\n    assert True\n\n\ndef test_refunds():\n    assert True\n"

    found = inspect("stub-implementation", {"api": {"test_a.py": hollow}, "web": {"test_b.py": hollow}})

    assert places(found) == [("warning", "api/test_a.py", 1), ("warning", "web/test_b.py", 1)]
    assert "So it is with 1 more test." in found[0].message


@pytest.mark.parametrize(
    ("name", "code", "grade"),
    [
        ("a.ts", "async function* stream(t: string) {\n  yield t;\n  // Small delay to simulate streaming\n  await new Promise((r) => setTimeout(r, 20));\n}\n", ""),
        ("a.py", "class A:\n    def __init__(self):\n        # TODO: load the model\n        pass\n", ""),
        ("a.rs", 'fn approve() {\n    unimplemented!("`approve` is not implemented for Near")\n}\n', "info"),
        ("a.rs", 'fn approve() {\n    unimplemented!("not yet")\n}\n', "warning"),
    ],
)  # fmt: skip
def test_streams_constructors_and_what_one_of_several_cannot(
    inspect: Callable[..., list[Finding]], name: str, code: str, grade: str
) -> None:
    assert [one.severity for one in inspect("stub-implementation", {name: code})] == ([grade] if grade else [])


@pytest.mark.parametrize(
    ("name", "code", "told"),
    [
        ("a.ts", "serve({\n  error(_s, error) {\n    // In production this would route to the collector.\n    console.error('socket', error);\n  },\n});\n", ""),
        ("a.ts", "function inferRole(name: string) {\n  if (name.includes('sales')) {\n    return 'rep';\n  }\n  // Default to unknown - in production this would use the directory\n  return 'unknown';\n}\n", ""),
        ("a.ts", '/**\n * @returns {"backend" | "mock"} The current implementation\n */\nexport const getKind = () => {\n  return env.useMock ? "mock" : "backend";\n};\n', ""),
        ("a.py", "def validate_api_key(key):\n    # In production, this would verify against a database\n    return key in API_KEYS\n", ""),
        ("a.js", "function move(point, by) {\n  // Simplified - a real implementation would use matrices\n  let x = point.x;\n  if (by) x += by;\n  return { x };\n}\n", ""),
        ("a.ts", "export const searchTool = createTool({\n  execute: async (input) => {\n    // Placeholder implementation\n    return { results: [{ title: 'a' }] };\n  },\n});\n", "searchTool.execute is a placeholder: it does none"),
        ("a.ts", "class Kyc {\n  async getScore(data: D) {\n    // Mock implementation\n    const score = Math.floor(Math.random() * 30);\n    return { score };\n  }\n}\n", "Kyc.getScore is a placeholder: it answers by chance"),
        ("a.ts", "export default A;\nfunction encode(v: V) {\n  throw new Error('Function not implemented.');\n}\n", "encode is not implemented, and nothing calls it."),
        ("a.ts", "export default defineConfig({\n  e2e: {\n    setupNodeEvents(on, config) {\n      // implement node event listeners here\n    },\n  },\n});\n", ""),
    ],
)  # fmt: skip
def test_work_that_is_done_and_whose_it_is(
    inspect: Callable[..., list[Finding]], name: str, code: str, told: str
) -> None:
    found = [one.message for one in inspect("stub-implementation", {"src": {name: code}})]

    assert [told in one for one in found] == ([True] if told else [])
