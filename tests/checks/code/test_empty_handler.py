from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def test_handlers_that_drop_what_they_get(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": "export default {\n  async fetch(request: Request) { return new Response(); },\n  async queue(batch: MessageBatch) {},\n  scheduled: async () => {},\n};\n",
        "b.ts": "const handler: ExportedHandler = {\n  async email(message) {},\n};\nexport class Room extends DurableObject {\n  async alarm() {}\n}\n",
        "c.js": "app.post('/pay', async (req, res) => {});\nconsumer.on('message', () => {});\n",
        "d.py": "def lambda_handler(event, context):\n    pass\n\n\n@app.post('/pay')\ndef pay():\n    pass\n",
        "third_party": {"e.js": "app.get('/x', () => {});\n"},
    }

    assert places(inspect("empty-handler", tree)) == [
        ("warning", "a.ts", 3),
        ("warning", "a.ts", 4),
        ("warning", "b.ts", 2),
        ("warning", "b.ts", 5),
        ("warning", "c.js", 1),
        ("warning", "c.js", 2),
        ("warning", "d.py", 1),
        ("warning", "d.py", 6),
        ("info", "third_party/e.js", 1),
    ]


def test_what_is_empty_on_purpose(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": (
            "class Log { constructor(private readonly part: string) {} }\nexport class Basic { async fetch(): Promise<void> {} }\n"
            "export default {\n  async queue() {\n    // messages are for the other worker\n  },\n};\nconst noop = { queue() {} };\n"
            "map.get('key', () => {});\nexport abstract class Base { abstract queue(): void; }\n"
        ),
        "b.py": "class Base:\n    def handler(self):\n        pass\ndef handler(event):\n    pass  # the platform wants one\n",
        "c.test.ts": "export default { async queue() {} };\n",
        "d.tsx": "export default function Page() {\n  const sorted = sortBy(rows, { email: (u) => u.email, queue: () => {} });\n  return sorted;\n}\n",
    }

    assert inspect("empty-handler", tree) == []


def test_handlers_that_only_log_acknowledge_or_answer(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": "export default {\n  async queue(batch: MessageBatch) {\n    console.log(batch.messages.length);\n    batch.ackAll();\n  },\n};\n",
        "b.ts": 'new Worker("mails", async (job) => {\n  console.log(job.id);\n});\nchannel.consume("orders", (m) => {\n  channel.ack(m);\n});\ncron.schedule("0 * * * *", () => {\n  // TODO\n});\nbus.on("paid", () => {});\n',
        "c.ts": "await consumer.run({\n  eachMessage: async ({ message }) => {\n    console.log(message.value?.toString());\n  },\n});\n",
        "app": {
            "api": {
                "webhooks": {
                    "route.ts": "export async function POST(request: Request) {\n  return NextResponse.json({ received: true });\n}\n"
                }
            }
        },
        "c2.ts": "const w = new Worker('proof', async (job) => {\n  console.info(job.id);\n  return { accepted: true, at: new Date().toISOString() };\n});\n",
        "d.js": 'app.post("/webhook/pay", (req, res) => {\n  res.sendStatus(200);\n});\n',
        "e.py": (
            "@shared_task\ndef send(order):\n    pass\n\n\n@receiver(post_save)\ndef saved(sender, **kwargs):\n    pass\n\n\n"
            "def handler(event, context):\n    for record in event['Records']:\n        print(record)\n\n\n@app.post('/webhooks/pay')\nasync def pay(request):\n    return {'ok': True}\n"
        ),
        "f.rs": "pub async fn on_message(_m: Message) {}\nimpl MessageHandler for Orders {\n    async fn handle(&self, _m: Message) -> Result<()> {\n        Ok(())\n    }\n}\n",
        "g.tsx": "export const B = () => <button onClick={() => {}}>Delete</button>;\n",
        "i.ts": "export const handler = async (event: SQSEvent) => {\n  for (const r of event.Records) {\n    console.log(r.body);\n  }\n};\n",
        "h.ts": "class Mails {\n  @Process('send')\n  async send(job: Job) {\n    this.logger.log(job.id);\n  }\n}\n",
    }

    assert places(inspect("empty-handler", tree)) == [
        ("warning", "a.ts", 2),
        ("warning", "app/api/webhooks/route.ts", 1),
        ("warning", "b.ts", 1),
        ("warning", "b.ts", 4),
        ("warning", "b.ts", 7),
        ("warning", "b.ts", 10),
        ("warning", "c.ts", 2),
        ("warning", "c2.ts", 1),
        ("warning", "d.js", 1),
        ("warning", "e.py", 2),
        ("warning", "e.py", 7),
        ("warning", "e.py", 11),
        ("warning", "e.py", 17),
        ("warning", "f.rs", 1),
        ("warning", "f.rs", 3),
        ("warning", "g.tsx", 1),
        ("warning", "h.ts", 3),
        ("warning", "i.ts", 1),
    ]


def test_handlers_that_work_and_listeners_that_may_log(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": (
            "export default {\n  async queue(batch: MessageBatch, env: Env) {\n    for (const m of batch.messages) { await env.DB.put(m.id, m.body); m.ack(); }\n  },\n};\n"
            'worker.on("message", (m) => {\n  console.log(m);\n});\nsocket.on("error", () => {});\nbus.on("close", () => {});\n'
        ),
        "b.js": 'app.get("/health", (req, res) => {\n  res.sendStatus(200);\n});\napp.post("/webhook", async (req, res) => {\n  await save(req.body);\n  res.sendStatus(200);\n});\n',
        "c.tsx": "export const B = () => <><Tab onClick={() => {}} /><button disabled onClick={() => {}} /><SendButton busy onPress={() => {}} /></>;\n",
        "d.rs": "impl Drop for Guard {\n    fn drop(&mut self) {}\n}\nimpl Visitor for Nothing {\n    fn on_message(&mut self) {}\n}\n",
        "e.py": "@shared_task\ndef expire(order):\n    return Orders.expire(order)\n",
    }

    assert inspect("empty-handler", tree) == []


def test_a_habit_is_told_once(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"a.ts": "async function a() {\n" + "  await db.insert(x).catch(() => {});\n" * 8 + "}\n"}

    found = inspect("empty-handler", tree)

    assert [(one.line, one.message) for one in found] == [
        (
            2,
            "If db.insert fails, nobody hears of it: the catch is empty. The same in 7 more places: line 3, 4, 5, 6, 7, 8, 9.",
        )
    ]


@pytest.mark.parametrize(("files", "rows"), [(12, 12), (13, 1)])
def test_a_habit_of_the_whole_repository_is_told_once(
    inspect: Callable[..., list[Finding]], files: int, rows: int
) -> None:
    drops = "async function f() {\n  await db.insert(x).catch(() => {});\n}\n"
    tree = {f"f{at}": {f"a{at}.ts": drops} for at in range(files)}

    found = inspect("empty-handler", tree)

    assert len(found) == rows
    assert sum(1 + len(one.related) for one in found) == files


def test_a_comment_of_several_lines_above_says_why(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": (
            "async function forget(id: string) {\n  // Best-effort: if it fails the row is gone;\n  // what stays behind\n  // costs little.\n"
            "  try { await images.delete(id); } catch {}\n  await rows.delete(id);\n}\n"
        ),
        "b.py": "async def drop(key):\n    # best effort, the bucket\n    # is swept each night\n    try:\n        await bucket.delete(key)\n    except Exception:\n        pass\n",
        "c.ts": "// best-effort\nasync function forget(id: string) {\n\n  // It goes to the images.\n  try { await images.delete(id); } catch {}\n  done();\n}\n",
    }

    assert places(inspect("empty-handler", tree)) == [("warning", "c.ts", 5)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("worker.on('error', () => undefined);\n", "worker"),
        ("this.redis.once('error', function () {});\n", "this.redis"),
        ("source.addEventListener('error', () => {});\n", "source"),
        ("ws.onerror = () => {};\n", "ws"),
        ("emailQueue.on('failed', noop);\n", "emailQueue"),
        ("window.addEventListener('unhandledrejection', () => {});\n", "anything in this program"),
        ("process.on('uncaughtException', (e) => {});\n", "anything in this program"),
        ("socket.on('error', () => {});\nchild.stdin.on('error', () => {});\nimage.onerror = () => {};\n", ""),
        ("worker.on('error', (e) => { log.error(e); });\nworker.on('close', () => {});\n", ""),
        ("// a lost feed is taken up again by the timer, it may fail\nsource.onerror = () => {};\n", ""),
        ("redis.on('error', () => {\n  // the health check tells of it\n});\n", ""),
        ("const worker = { on: 'error' };\nworker.error = () => {};\n" + "worker.on('error', () => {" * 2000, ""),
    ],
)
def test_listeners_that_drop_errors(inspect: Callable[..., list[Finding]], text: str, told: str) -> None:
    found = inspect("empty-handler", {"src": {"a.ts": text}})

    assert [(one.severity, one.message.partition(" fails,")[0]) for one in found] == (
        [("warning", f"If {told}")] if told else []
    )


@pytest.mark.parametrize(
    ("handler", "told"),
    [
        ("pass", "If `if text` fails, the function ends without the value that it promises: the except only passes."),
        ("return True", ""),
        ("return False", ""),
        ("return 0", ""),
    ],
)
def test_a_promised_value(inspect: Callable[..., list[Finding]], handler: str, told: str) -> None:
    code = (
        "def count(text: str) -> int:\n    try:\n        if text:\n            return int(text)\n        return 1\n"
        f"    except ValueError:\n        {handler}\n"
    )

    assert [one.message for one in inspect("empty-handler", {"a.py": code})] == ([told] if told else [])


@pytest.mark.parametrize(
    ("name", "code", "told"),
    [
        ("a.ts", "async function verifyCaptcha(t) {\n  try {\n    return await ask(t);\n  } catch (e) {\n    console.error(e);\n    return true;\n  }\n}\n", 4),
        ("a.ts", "export function requireAuth(req, res, next) {\n  try {\n    next(read(req));\n  } catch {\n    next();\n  }\n}\n", 4),
        ("a.js", "const isAllowed = (u) => check(u).catch(() => true);\n", 1),
        ("a.ts", "function verifyHook(b, s) {\n  const secret = process.env.HOOK;\n  if (!secret) return true;\n  return same(sign(b, secret), s);\n}\n", 3),
        ("a.py", "def has_permission(user):\n    try:\n        return ask(user)\n    except Exception as e:\n        logger.warning('%s', e)\n        return True\n", 4),
        ("a.py", "def verify_signature(body, given):\n    if not HOOK_SECRET:\n        return True\n    return same(body, given)\n", 2),
        ("a.rs", "fn is_authorized(u: &User) -> bool {\n    ask(u).unwrap_or(true)\n}\n", 2),
        ("a.go", "package a\n\nfunc Authorize(u string) bool {\n\tok, err := ask(u)\n\tif err != nil {\n\t\treturn true\n\t}\n\treturn ok\n}\n", 5),
        ("a.rs", "fn verify_payment(m: M) -> Result<bool> {\n    if m.map(|m| m.failed()).unwrap_or(true) {\n        return Ok(false);\n    }\n    Ok(true)\n}\n", 0),
        ("a.rs", "fn verify_payment(m: M) -> Result<bool> {\n    let failed = ask(m).unwrap_or(true);\n    if failed {\n        return Ok(false);\n    }\n    Ok(true)\n}\n", 0),
        ("a.rs", "fn verify_payment(m: M) -> Result<bool> {\n    if !ask(m).unwrap_or(true) {\n        return Ok(false);\n    }\n    Ok(true)\n}\n", 2),
        ("a.py", "def verify_circuit_breaker(a):\n    try:\n        ask(a)\n    except Exception:\n        return True\n", 0),
        ("a.ts", "async function verifyCaptcha(t) {\n  try {\n    return await ask(t);\n  } catch (e) {\n    return false;\n  }\n}\n", 0),
        ("a.ts", "function checkAccess(u) {\n  try {\n    return ask(u);\n  } catch {\n    // fails open on purpose\n    return true;\n  }\n}\n", 0),
        ("a.ts", "function verifyHook(b) {\n  if (!secret && process.env.NODE_ENV !== 'production') return true;\n  return same(b);\n}\n", 0),
        ("a.ts", "class G implements CanActivate {\n  async canActivate(context: C): Promise<boolean> {\n    const flagKey =\n      this.reflector.getAllAndOverride<string>(FLAG, [\n        context.getHandler(),\n      ]) ?? null;\n    if (!flagKey) {\n      return true;\n    }\n    return this.flags.isOn(flagKey);\n  }\n}\n", 0),
        ("a.ts", "class G implements CanActivate {\n  async canActivate(context: C): Promise<boolean> {\n    const roles = this.reflector.get(ROLES, context.getHandler());\n    const apiKey = this.config.key;\n    if (!apiKey) {\n      return true;\n    }\n    return same(apiKey, roles);\n  }\n}\n", 5),
        ("a.ts", "class G {\n  canActivate(c: C) {\n    const result = super.canActivate(c);\n    if (!isPublic) return result;\n    return result.then(() => true).catch(() => true);\n  }\n}\n", 0),
        ("a.ts", "class G {\n  canActivate(c: C) {\n    const result = super.canActivate(c);\n    return result.then(() => true).catch(() => true);\n  }\n}\n", 4),
        ("a.py", "def is_limited(ip):\n    try:\n        return count(ip) > 5\n    except Exception:\n        return True\n", 0),
        ("a.py", "def verify_connection(url):\n    try:\n        ask(url)\n    except Exception:\n        return True\n", 0),
        ("a.py", "def verify_x(a):\n    try:\n        ask(a)\n" + "    except E:\n        if not key:\n" * 500 + "        return True\n", 1002),
    ],
)  # fmt: skip
def test_who_could_not_find_out_and_lets_in(
    inspect: Callable[..., list[Finding]], name: str, code: str, told: int
) -> None:
    found = inspect("empty-handler", {"src": {name: code}})

    assert [(one.severity, one.line) for one in found if " answers yes: " in one.message] == (
        [("warning", told)] if told else []
    )


def test_buses_headers_counters_and_other_answers(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.py": (
            "def a(self, session):\n    try:\n        self.bus.publish('ready', {})\n    except Exception:\n        pass\n"
            "    try:\n        session.headers.update(more)\n    except Exception:\n        pass\n\n\n"
            "def _increment_access(db):\n    try:\n        db.update(1)\n    except Exception:\n        pass\n\n\n"
            "def login(client):\n    try:\n        answer = client.post('/login')\n        if answer.ok:\n            return True\n    except Exception:\n        pass\n    return False\n"
        ),
        "b.ts": "async function a(db) {\n  // Clean up the expired state\n  await db.states.delete(id).catch(() => {});\n}\n",
    }

    assert [one for one in places(inspect("empty-handler", tree)) if one[0] != "info"] == []


def test_examples_and_options(inspect: Callable[..., list[Finding]]) -> None:
    handler = "channel.subscribe('jobs', (msg) => {\n  console.log(msg.topic);\n});\n"
    tree = {
        "examples": {"a.ts": handler},
        "b.ts": "async function verifyCompletion(task: T) {\n  if (!config.requireSignatures) {\n    return { valid: true };\n  }\n  return check(task);\n}\n",
        "c.ts": "async function verifyCompletion(task: T) {\n  if (!config.secret) {\n    return { valid: true };\n  }\n  return check(task);\n}\n",
    }

    assert places(inspect("empty-handler", tree)) == [("warning", "c.ts", 2)]


def test_what_answers_well_although_it_failed(inspect: Callable[..., list[Finding]]) -> None:
    cancel = "try {\n    await svc.engine.propose({ action: 'CANCEL' });\n  } catch (e) {\n  }\n"
    tree = {
        "src": {
            "a.js": f"app.post('/x', async (req, res) => {{\n  {cancel}  res.json({{ ok: true }});\n}});\n",
            "b.js": f"app.post('/x', async (req, res) => {{\n  {cancel}  res.json(await state());\n}});\n",
            "c.js": "async function f() {\n  try {\n    await loadThemes();\n  } catch (e) {}\n  return { ok: true };\n}\n",
            "d.ts": "export function write(d: string) {\n  try {\n    renameSync(tmp, target);\n  } catch {}\n}\nfunction keep() {\n  try {\n    renameSync(tmp, cacheFile);\n  } catch {}\n}\n",
            "e.py": "def report(client, event):\n    try:\n        client._request('POST', '/v1/entries', json=event)\n    except Exception:\n        pass\n",
            "f.ts": "class Bus {\n  async end() {\n    try { await this.nc?.drain(); } catch {}\n    try { await this.db.$disconnect(); } catch {}\n  }\n}\n",
            "g.ts": "function h(u: U) {\n  NotificationTemplates.payoutDone(u).catch(() => {});\n}\n",
        },
    }

    assert places(inspect("empty-handler", tree)) == [
        ("warning", "src/a.js", 4),
        ("info", "src/b.js", 4),
        ("info", "src/c.js", 4),
        ("warning", "src/d.ts", 4),
        ("info", "src/d.ts", 9),
        ("warning", "src/e.py", 4),
        ("info", "src/g.ts", 2),
    ]


def test_what_is_dropped_alike_in_copies(inspect: Callable[..., list[Finding]]) -> None:
    drops = "async function f() {\n  try {\n    await marketService.updatePrices(x);\n  } catch {}\n  try {\n    await api.post(x);\n  } catch {}\n}\n"
    tree = {"bot": {"a.ts": drops, "b.ts": drops}, "c.ts": drops}

    found = inspect("empty-handler", tree)

    assert places(found) == [
        ("warning", "bot/a.ts", 4),
        ("warning", "bot/a.ts", 7),
        ("warning", "bot/b.ts", 7),
        ("warning", "c.ts", 4),
        ("warning", "c.ts", 7),
    ]
    assert "The same in bot/b.ts:4." in next(one.message for one in found if one.line == 4)


def test_bundles_are_not_searched_and_long_lines_take_no_time(inspect: Callable[..., list[Finding]]) -> None:
    swallows = "export async function save(a) {\n  try { await db.insert(a); } catch {}\n}\n"
    line = "if(a){" + "log(b,c);" * 850 + "}\n"  # of a bundle that is broken into lines
    tree = {
        "bundle.js": swallows * 200 + "x(" * 100_000 + "return true",
        "lines.js": line * 60 + "() => true\n" + "// a\n" * 300 + swallows,
        "plain.js": swallows,
    }

    assert [one.path for one in inspect("empty-handler", tree)] == ["lines.js", "plain.js"]


@pytest.mark.parametrize(
    ("name", "code", "grade"),
    [
        ("a.py", "@celery_app.task(bind=True)\ndef health_check(self):\n    return {'status': 'healthy'}\n", ""),
        ("a.py", "@celery_app.task(bind=True)\ndef sync(self, user):\n    return {'status': 'done'}\n", "warning"),
        ("a.rs", "fn login(user: User) -> bool {\n    user.is_active.unwrap_or(true)\n}\n", ""),
        ("a.rs", "fn login(user: User) -> bool {\n    check(user).unwrap_or(true)\n}\n", "warning"),
        ("a.ts", "function verify(tx: T) {\n  if (!config.urls) {\n    return { ok: true, confidence: 0, reasons: ['none'] };\n  }\n  return ask(tx);\n}\n", ""),
        ("a.ts", "function verifyProof(p: P, o: O) {\n  const hasPublicKey = !!p.key;\n  if (o.allowUnsigned === true && !hasPublicKey) {\n    return { valid: true };\n  }\n  return ask(p);\n}\n", ""),
        ("a.ts", "async function a(r: R) {\n  await drop(r).deleteFile(r.path).catch(() => undefined);\n  throw new Error('no');\n}\n", "info"),
        ("a.ts", "async function a(r: R) {\n  await r.body.cancel().catch(() => undefined);\n  go();\n}\n", "info"),
        ("a.ts", "async function a(u: string) {\n  let url = u;\n  try {\n    const s = await fetch('/sign', { method: 'POST' });\n    url = (await s.json()).url;\n  } catch {}\n  return show(url);\n}\n", "info"),
        ("a.py", "def a(conn):\n    try:\n        conn.execute(f'DROP TABLE {name}')\n    except Exception:\n        pass\n", "info"),
        ("a.ts", "async function a(k: string) {\n  await SecureStore.setItemAsync('key', k).catch(() => {});\n  go();\n}\n", "warning"),
        ("a.ts", "async function a(k: K) {\n  try {\n    await setDoc(doc(db, 'a'), k);\n  } catch {}\n  go();\n}\n", "warning"),
    ],
)  # fmt: skip
def test_questions_farewells_and_what_nothing_else_holds(
    inspect: Callable[..., list[Finding]], name: str, code: str, grade: str
) -> None:
    assert [one.severity for one in inspect("empty-handler", {name: code})] == ([grade] if grade else [])


@pytest.mark.parametrize(
    "code",
    [
        "export const A = () => (\n  <Pressable onPress={close}>\n    <Pressable onPress={() => {}}>\n      <Form />\n    </Pressable>\n  </Pressable>\n);\n",
        "async function seen(id: string) {\n  await fetch('/api/notes', { method: 'POST', body: j({ action: 'mark_read', id }) }).catch(() => {});\n  go();\n}\n",
        "function isOwner(s: S, env: E) {\n  if (!isAuthConfigured(env)) {\n    return true;\n  }\n  return ask(s);\n}\n",
    ],
)
def test_presses_that_stop_marks_and_questions(inspect: Callable[..., list[Finding]], code: str) -> None:
    assert [one for one in inspect("empty-handler", {"a.tsx": code}) if one.severity != "info"] == []
    alone = "export const A = () => (\n  <Pressable onPress={() => {}}>\n    <Form />\n  </Pressable>\n);\n"
    assert places(inspect("empty-handler", {"a.tsx": alone})) == [("warning", "a.tsx", 2)]


@pytest.mark.parametrize(
    ("name", "code", "told"),
    [
        ("a.py", "async def f(s, c):\n    try:\n        await s.execute('UPDATE a SET b = 1')\n        return c\n    except SQLAlchemyError:\n        await s.rollback()\n        return c\n", True),
        ("a.py", "def f(blob, x):\n    try:\n        blob.upload_from_string(x)\n        return True\n    except Exception as e:\n        pass\n    return True\n", True),
        ("a.ts", "async function f(v) {\n  try {\n    await db.query('UPDATE a SET b = 1');\n    return v;\n  } catch (e) {\n    return v;\n  }\n}\n", True),
        ("a.py", "def f(blob, x):\n    try:\n        blob.upload_from_string(x)\n        return True\n    except Exception as e:\n        pass\n    return False\n", False),
        ("a.py", "def f(s, c):\n    try:\n        s.execute('UPDATE a SET b = 1')\n        return c\n    except SQLAlchemyError:\n        log.error('x')\n        return c\n", False),
        ("a.ts", "async function f(a) {\n  try {\n    const r = await fetch(url, { method: 'POST', body });\n    if (r.ok) {\n      return r.value;\n    }\n    return none;\n  } catch {\n    return none;\n  }\n}\n", False),
        ("a.py", "def f(s, c):\n    try:\n        c = s.get(1)\n        return c\n    except SQLAlchemyError:\n        return c\n", False),
        ("a.py", "def f(s, c):\n    try:\n        s.execute('UPDATE a SET b = 1')\n        return None\n    except SQLAlchemyError:\n        return None\n", False),
    ],
)  # fmt: skip
def test_a_handler_that_gives_what_success_gives(
    inspect: Callable[..., list[Finding]], name: str, code: str, told: bool
) -> None:
    found = inspect("empty-handler", {name: code})

    assert [one.severity for one in found if one.severity != "info"] == ["warning"] * told


def test_a_flag_that_tells_of_the_failure(inspect: Callable[..., list[Finding]]) -> None:
    tried = "export async function keep(x: X) {\n  let saved = false;\n  try {\n    const one = await api.saveReport(x);\n    if (one?.id) {\n      saved = true;\n    }\n  } catch {}\n"
    tree = {
        "a.ts": f"// é\n{tried}  toast(saved ? 'saved' : 'kept here');\n}}\n",
        "b.ts": f"{tried}  saved = false;\n  toast('done');\n}}\n",
    }

    assert [one.path for one in inspect("empty-handler", tree) if one.severity == "warning"] == ["b.ts"]


@pytest.mark.parametrize(
    "code",
    [
        "async function play(id: string) {\n  await prisma.game.update({ where: { id }, data: { playsCount: { increment: 1 } } }).catch(() => {});\n}\n",
        "async function seen(email: string) {\n  await prisma.user.updateMany({ where: { email }, data: { lastLoginAt: new Date() } }).catch(() => {});\n}\n",
        "async function look(id: string) {\n  await prisma.boostView.upsert({ where: { id }, create: { id } }).catch(() => {});\n}\n",
        "async function rename(env: Env, slug: string) {\n  await saveMeta(env.CACHE, slug, { slug }).catch(() => {});\n}\n",
        "async function read(api: Api, id: string) {\n  try {\n    await api.markNotificationsRead(id);\n  } catch {}\n}\n",
        "async function list() {\n  void prisma.course.updateMany({ where: { until: { lt: new Date() } }, data: { featured: false } }).catch(() => {});\n}\n",
        "async function tell(s: Sub) {\n  await push.ask(s).catch(async (err) => {\n    await prisma.sub.delete({ where: { id: s.id } }).catch(() => {});\n  });\n}\n",
        "async function status() {\n  let sum = 0;\n  try {\n    const rows = await db.execute(sql`\n      SELECT sum(a) FROM b`);\n    sum = rows[0];\n  } catch { }\n  return json({ success: true, sum });\n}\n",
    ],
)
def test_counts_looks_and_what_is_tidied_up_may_fail(inspect: Callable[..., list[Finding]], code: str) -> None:
    assert {one.severity for one in inspect("empty-handler", {"a.ts": code})} <= {"info"}


@pytest.mark.parametrize(
    ("path", "code", "told"),
    [
        ("a.py", "def drop(client, ids):\n    for one in ids:\n        try:WHY\n            client.delete_source(one)\n        except Exception:\n            pass\n", "  # best-effort: the parent takes them along"),
        ("a.ts", "export async function reserve(id) {\nWHY  pending.set(id, 1);\n  await db\n    .update(launches, { id })\n    .set({ name: 1 })\n    .catch(() => {});\n}\n", "  // Fires first; try it in case the row is already present.\n"),
    ],
)  # fmt: skip
def test_a_reason_that_stands_a_little_further_away(
    inspect: Callable[..., list[Finding]], path: str, code: str, told: str
) -> None:
    def warned(text: str) -> bool:
        return any(one.severity == "warning" for one in inspect("empty-handler", {"src": {path: text}}))

    assert warned(code.replace("WHY", ""))
    assert not warned(code.replace("WHY", told))


@pytest.mark.parametrize(("called", "told"), [("editMessageText", False), ("sendMessage", True)])
def test_what_only_changes_a_message_that_was_sent(
    inspect: Callable[..., list[Finding]], called: str, *, told: bool
) -> None:
    code = f'async function tell(token, body) {{\n  await fetch("https://api.x.org/bot" + token + "/{called}", {{ method: "POST", body }}).catch(() => {{}});\n}}\n'

    assert any(one.severity == "warning" for one in inspect("empty-handler", {"src/a.ts": code})) == told


_WRAPPER = """export function makeQueue(client) {
  return {
    async publish(topic: string, value: unknown): Promise<void> {
      try {
        await client.publish(topic, value);
      } catch (error) {
        log.warn("not sent", { error });
        throw error;
      }
    },
  };
}
"""
_DROPS = (
    "import { makeQueue } from '%s';\nexport async function run(q) {\n  await q.publish('a', 1).catch(() => {});\n}\n"
)


@pytest.mark.parametrize(
    ("written", "wrapper", "told"),
    [
        ("./queue", _WRAPPER, 0),
        ("@acme/queue", _WRAPPER, 0),
        ("./queue", _WRAPPER.replace("log.warn", "count"), 1),
        ("./other", _WRAPPER, 1),
    ],
)
def test_what_is_called_tells_of_its_failure_itself(
    inspect: Callable[..., list[Finding]], written: str, wrapper: str, told: int
) -> None:
    found = inspect("empty-handler", {"src": {"run.ts": _DROPS % written, "queue.ts": wrapper}})

    assert [one.severity for one in found] == ["warning"] * told


def test_what_a_listener_does_is_no_part_of_what_is_tried(inspect: Callable[..., list[Finding]]) -> None:
    code = "connect('jobs').then((c) => {\n  c.onMessage(async (raw) => {\n    await saveOrder(raw);\n  });\n}).catch(() => {});\n"

    assert [one.severity for one in inspect("empty-handler", {"src": {"a.ts": code}})] == ["info"]
    waited = code.replace("c.onMessage(async (raw) => {", "return c.each(async (raw) => {")
    assert [one.severity for one in inspect("empty-handler", {"src": {"a.ts": waited}})] == ["warning"]


@pytest.mark.parametrize(("given", "told"), [("findRule(path)", 0), ("loadSettings()", 1)])
def test_who_has_no_rule_is_let_in(inspect: Callable[..., list[Finding]], given: str, told: int) -> None:
    code = f"export function hasAccess(path: string) {{\n  const config = {given};\n  if (!config) return true;\n  return config.open;\n}}\n"

    found = inspect("empty-handler", {"src": {"a.ts": code}})

    assert len([one for one in found if "lets" in one.message or "let in" in one.message]) == told


@pytest.mark.parametrize(
    ("name", "told"),
    [("verifyDomain", "what nobody looked at counts as good"), ("verifyToken", "everybody is let in")],
)
def test_what_a_yes_means_without_an_answer(inspect: Callable[..., list[Finding]], name: str, told: str) -> None:
    code = f"export async function {name}(given: string) {{\n  try {{\n    return (await ask(given)).ok;\n  }} catch (error) {{\n    return true;\n  }}\n}}\n"

    assert [one.message.rpartition(": ")[2] for one in inspect("empty-handler", {"src": {"a.ts": code}})] == [
        f"{told}."
    ]
