"""Functions that say that they are not written, and tests that assert nothing."""

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
            "So are 2 more functions of this file. Also in 1 more file.",
            "close in line 3; lock in line 4; b/gate.ts:2",
        ),
        ("a/main.py", 1, "Also in 2 more files.", "b/main.py:1; c/main.py:1"),
    ]


def test_what_nothing_calls_is_not_said_to_have_callers(inspect: Callable[..., list[Finding]]) -> None:
    stub = "(user: string): string {\n  // TODO: replace with the real query\n  return 'none';\n}\n"
    tree = {
        "a.ts": f"export function rankOf{stub}function seatOf{stub}export const ranks = () => rankOf('a');\n",
        "b.ts": f"export function fetchRank{stub}",
        "c.ts": f"import {{ rankOf }} from './a';\nexport default function lastRank{stub}",
        "d.py": "@route('/x')\ndef fetch_state(user):\n    # TODO: replace with the real query\n    return 'none'\n",
    }

    told = [
        (one.severity, one.path, one.message.rpartition(", and ")[2]) for one in inspect("stub-implementation", tree)
    ]

    assert told == [
        ("warning", "a.ts", "whoever calls it takes that for real."),
        ("info", "a.ts", "nothing here calls it."),
        ("warning", "b.ts", "nothing here calls it."),
        ("warning", "c.ts", "whoever calls it takes that for real."),
        ("warning", "d.py", "whoever calls it takes that for real."),
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


def test_a_group_of_tests_that_no_run_looks_at(inspect: Callable[..., list[Finding]]) -> None:
    group = "{head}('old', () => {{\n  it('passes', () => {{\n    expect(true).toBe(true);\n  }});\n}});\n"
    tree = {
        f"{name}.test.ts": group.format(head=head)
        for name, head in {"a": "describe", "b": "describe.skip", "c": "xdescribe"}.items()
    }
    tree["d.test.ts"] = f"if (!process.env.DATABASE) {{\n{group.format(head='describe')}}}\n"

    assert [one.path for one in inspect("stub-implementation", tree)] == ["a.test.ts"]


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


def test_refusals_that_differ_by_what_is_filled_in(inspect: Callable[..., list[Finding]]) -> None:
    code = "class K {\n  a(x: string) {\n    throw new Error(`Implement me! ${x}`);\n  }\n  b(y: Y) {\n    throw new Error(`Implement me! ${JSON.stringify(y)}`);\n  }\n}\n"

    (found,) = inspect("stub-implementation", {"a.ts": code})

    assert found.message.endswith("So is 1 more function of this file.")


def test_what_answers_with_a_status_is_not_taken_for_real(inspect: Callable[..., list[Finding]]) -> None:
    many = "".join(
        f"  private async bulk{name}(req: Request, res: Response) {{\n    res.status(501).json({{ error: 'Not Implemented' }});\n  }}\n"
        for name in "ABC"
    )
    rust = "pub async fn get_order(id: Uuid) -> Result<Json<Order>, StatusCode> {\n    // For now, return a placeholder\n    Err(StatusCode::NOT_IMPLEMENTED)\n}\n"
    tree = {"a.ts": f"class Bulk {{\n  /** Placeholder methods for others */\n{many}}}\n", "b.rs": rust}

    found = inspect("stub-implementation", tree)

    assert [(one.path, one.message.partition(":")[0]) for one in found] == [
        ("a.ts", "bulkA is not implemented"),
        ("b.rs", "get_order is not implemented"),
    ]
    assert found[0].message.endswith("So are 2 more functions of this file.")


def test_a_file_whose_head_says_that_it_is_a_stub(inspect: Callable[..., list[Finding]]) -> None:
    head = "/**\n * Tokens (Stub)\n *\n * This is a stub implementation to satisfy TypeScript.\n */\n"
    work = "export function mint(a: string) {\n  return sign(a);\n}\n"
    python = '"""This module provides a stub implementation of the search."""\n\n\ndef search(text):\n    return find(text)\n'
    tree = {
        "a.ts": head + work + "export function send(a: string) {\n  // TODO: implement\n}\n",
        "b.py": python,
        "c.ts": "export type T = string;\n" * 12 + head + work,
        "d.ts": head + "export interface T {\n  a: string;\n}\n",
        "f.ts": head + work + "// Mock\nexport const verifyToken = async () => {\n  return null;\n};\n",
        "mocks/e.ts": head + work,
    }

    found = inspect("stub-implementation", tree)

    assert places(found) == [
        ("warning", "a.ts", 1), ("warning", "a.ts", 9), ("warning", "b.py", 1), ("warning", "f.ts", 1), ("info", "f.ts", 10),
    ]  # fmt: skip
    assert found[0].message.startswith("The file a.ts is a placeholder: it says so at its head")


def test_a_class_that_only_reads_what_an_interface_would_have_it_change(
    inspect: Callable[..., list[Finding]],
) -> None:
    refuse = "throw new Error('Not implemented');"
    reads = "  async getTokens() {\n    const t = await this.session.token();\n    return t;\n  }\n"
    tree = {
        "reads.ts": f"class TokenStore {{\n{reads}  setTokens() {{\n    {refuse}\n  }}\n  removeTokens() {{\n    {refuse}\n  }}\n}}\n",
        "takes.ts": f"class TokenStore {{\n{reads}  setTokens(t) {{\n    {refuse}\n  }}\n}}\n",
        "lacks.ts": f"class TokenStore {{\n{reads}  setSession() {{\n    {refuse}\n  }}\n}}\n",
    }

    assert [one.path for one in inspect("stub-implementation", tree)] == ["lacks.ts", "takes.ts"]


def test_a_placeholder_whose_work_another_does(inspect: Callable[..., list[Finding]]) -> None:
    code = "export function Toaster() {\n  return null; // This is a placeholder REST\n}\n"
    tree = {
        "a.tsx": code.replace("REST", "- the actual toasts are rendered by ToastProvider"),
        "b.tsx": code.replace("REST", "- the actual toasts will be rendered by ToastProvider"),
        "c.tsx": code.replace("REST", "for the toasts"),
    }

    assert [one.path for one in inspect("stub-implementation", tree)] == ["b.tsx", "c.tsx"]
