"""What is lost where an error is dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def test_errors_that_are_dropped(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": "async function pay() {\n  try {\n    await stripe.paymentIntents.capture(id);\n  } catch (e) {}\n}\nsendEmail(user).catch(() => {});\n",
        "b.ts": "try { localStorage.setItem(a, b); } catch {}\ntry { parse(a); } catch {}\nserver.close().catch(() => {});\ntry { f(); } catch { /* already gone */ }\n",
        "c.py": "try:\n    db.insert(row)\n    db.commit()\nexcept Exception:\n    pass\ntry:\n    os.unlink(p)\nexcept FileNotFoundError:\n    pass\n",
        "scripts": {"d.ts": "db.user.deleteMany().catch(() => {});\n"},
    }

    found = inspect("empty-handler", tree)

    assert places(found) == [
        ("warning", "a.ts", 4),
        ("warning", "a.ts", 6),
        ("info", "b.ts", 1),
        ("warning", "c.py", 4),
        ("info", "scripts/d.ts", 1),
    ]
    assert [one.message for one in found if one.path == "b.ts"] == [
        "Errors are dropped without a word: 3 in this file (line 1, 2, 3)."
    ]


def test_losses_in_every_form(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": (
            "export async function a(bucket: R2Bucket, env: Env, api: Api, id: string) {\n"
            "  try {\n    await env.DB.prepare(`UPDATE tenants SET seen = 1 WHERE id = ?`).bind(id).run();\n  } catch {}\n"
            "  try {\n    await bucket.delete(id);\n  } catch (e) {\n  }\n"
            "  await fetch(`/orders/${id}`, {\n    method: 'PUT',\n  }).catch(() => undefined);\n"
            "  await api.remove(id).then(undefined, () => null);\n  await api.patch(id).catch(noop);\n"
            "  try {\n    await Promise.all(ids.map((one) => api.post(one)));\n  } catch {\n    return { success: true };\n  }\n"
            "}\n"
        ),
        "d.ts": "useMutation({ mutationFn: save, onError: () => {} });\n",
        "b.py": (
            "async def a(conn, client):\n    try:\n        await conn.execute('INSERT INTO runs (n) VALUES ($1)', 1)\n    except Exception:\n        ...\n"
            "    try:\n        requests.post(url, json=body)\n    except requests.RequestException:\n        pass\n"
            "    with suppress(Exception):\n        session.commit()\n"
            "    try:\n        client.delete(url)\n    except:\n        return {'status': 'ok'}\n\n\n"
            "def amount(text: str) -> float:\n    try:\n        return float(text)\n    except ValueError:\n        pass\n"
        ),
        "c.rs": (
            "async fn a() -> Result<()> {\n    match api_client.heartbeat(x).await {\n        Ok(()) => {}\n        Err(_) => {}\n    }\n"
            "    if let Err(_e) = repo.insert(x).await {}\n"
            '    let _ = sqlx::query(r#"INSERT INTO a VALUES (1)"#).execute(&pool).await;\n    mailer.send_email(mail).ok();\n'
            "    match mailer.send(&mail) {\n        Ok(_) => Ok(()),\n        Err(_) => Ok(()),\n    }\n}\n"
        ),
    }

    found = inspect("empty-handler", tree)

    assert places(found) == [
        ("warning", "a.ts", 4),
        ("warning", "a.ts", 7),
        ("warning", "a.ts", 11),
        ("warning", "a.ts", 12),
        ("warning", "a.ts", 13),
        ("warning", "a.ts", 16),
        ("warning", "b.py", 4),
        ("warning", "b.py", 8),
        ("warning", "b.py", 10),
        ("warning", "b.py", 14),
        ("warning", "b.py", 21),
        ("warning", "c.rs", 4),
        ("warning", "c.rs", 6),
        ("warning", "c.rs", 7),
        ("warning", "c.rs", 8),
        ("warning", "c.rs", 11),
        ("warning", "d.ts", 1),
    ]


def test_failures_that_may_go_unheard(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": (
            "export async function a() {\n  const user = await api.update(x).catch(() => null);\n  if (!user) return;\n"
            "  try {\n    return await api.post(x);\n  } catch {}\n  return fail();\n}\n"
            "async function closeAll() {\n  await session.delete(x).catch(() => undefined);\n}\n"
            "async function b() {\n  // best effort\n  await api.post(x).catch(() => null);\n"
            "  try {\n    await api.post('/track/open', x);\n  } catch { return; }\n"
            "  for (;;) {\n    try {\n      await api.post(x);\n      break;\n    } catch {}\n  }\n"
            "  await cache.put(k, v).catch(() => null);\n  await rpc.getHealth().send().catch(() => null);\n}\n"
            "useQuery({ queryFn, onError: () => {} });\n"
        ),
        "b.py": (
            "def a(db):\n    try:\n        return db.insert(x)\n    except Exception:\n        pass\n    raise HTTPException(503)\n\n\n"
            "def b(items):\n    try:\n        items.remove(x)\n    except ValueError:\n        pass\n\n\n"
            "def c(text: str) -> float | None:\n    try:\n        return float(text)\n    except ValueError:\n        pass\n\n\n"
            "def d(conn):\n    with suppress(FileNotFoundError):\n        os.unlink(p)\n    with suppress(Exception):\n        conn.close()\n"
        ),
        "c.rs": "fn a(tx: Sender<u8>) {\n    let _ = tx.send(1);\n    let _ = writeln!(out);\n    let _ = api.create(x).await.map_err(|e| warn!(e));\n    std::fs::remove_file(p).ok();\n}\n",
    }

    assert [one for one in places(inspect("empty-handler", tree)) if one[0] != "info"] == []


def test_what_stays_held_if_it_fails(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.js": "async function cancel(booking) {\n  await releaseSlot(booking.slotId).catch(() => {});\n  await done(booking);\n}\n",
        "b.py": "async def check(engine, order):\n    try:\n        await engine.reserve_margin(order)\n    except Exception:\n        pass\n    done()\n",
        "c.ts": "async function leave(id: string) {\n  try { await stock.releaseInventory(id); } catch {}\n  done();\n}\n",
        "d.ts": "async function run() {\n  await limiter.releaseSlot(key).catch(() => {});\n  await lock.release().catch(() => {});\n  done();\n}\n",
    }

    assert places(inspect("empty-handler", tree)) == [
        ("warning", "a.js", 2),
        ("warning", "b.py", 4),
        ("warning", "c.ts", 2),
        ("info", "d.ts", 2),
    ]


SQL = "db.query(`UPDATE trucks SET status = $1`, [s])"


@pytest.mark.parametrize(
    ("name", "code", "grade", "told"),
    [
        ("a.js", f"bus.on('x', async (s) => {{\n  try {{\n    await {SQL};\n  }} catch {{}}\n  go();\n}});\n", "warning", "UPDATE trucks"),
        ("a.js", f"async function startTelemetryWorker() {{\n  bus.on('x', async (s) => {{\n    try {{\n      await {SQL};\n    }} catch {{}}\n    go();\n  }});\n}}\n", "warning", "UPDATE trucks"),
        ("a.js", f"bus.on('x', async (s) => {{\n  try {{\n    await {SQL};\n  }} catch {{\n    // best effort\n  }}\n  go();\n}});\n", "info", "UPDATE trucks"),
        ("a.py", "def a(db):\n    try:\n        db.execute('DELETE FROM orders WHERE id = 1')\n    except Exception:\n        pass  # may fail\n    go()\n", "info", "DELETE FROM orders"),
        ("a.js", f"bus.on('x', async (s) => {{\n  try {{\n    await {SQL};\n  }} catch {{\n    // the next tick does it again\n  }}\n  go();\n}});\n", "", ""),
        ("a.js", "async function a(s) {\n  try {\n    await api.post(s);\n  } catch {\n    // best effort\n  }\n  go();\n}\n", "", ""),
        ("a.ts", "app.post('/webhooks/stripe', async (c) => {\n  try {\n    await handleEvent(c);\n    return c.json({ received: true });\n  } catch {\n    return c.json({ received: true });\n  }\n});\n", "warning", "handleEvent"),
        ("a.ts", "app.post('/password', async (c) => {\n  try {\n    await handleEvent(c);\n    return c.json({ received: true });\n  } catch {\n    return c.json({ received: true });\n  }\n});\n", "", ""),
        ("a.ts", "function storeWallet(encrypted: string) {\n  try {\n    localStorage.setItem(KEY, encrypted);\n  } catch (e) {\n  }\n}\n", "warning", "localStorage.setItem"),
        ("a.ts", "function storeTheme(theme: string) {\n  try {\n    localStorage.setItem(KEY, theme);\n  } catch (e) {\n  }\n}\n", "info", "without a word"),
        ("a.ts", "async function tick(s: S) {\n  try {\n    await submissions.recordSubmission(s);\n  } catch {}\n  go();\n}\n", "warning", "recordSubmission"),
    ],
)  # fmt: skip
def test_writes_that_a_comment_excuses_webhooks_and_keys(
    inspect: Callable[..., list[Finding]], name: str, code: str, grade: str, told: str
) -> None:
    found = inspect("empty-handler", {name: code})

    assert [one.severity for one in found] == ([grade] if grade else [])
    assert not grade or told in found[0].message


def test_a_statement_that_a_builder_puts_together(inspect: Callable[..., list[Finding]]) -> None:
    code = "export async function revoke(id: string) {{\n  const old = await db.select().from(keys);\n  try {{\n    await db{0};\n  }} catch {{}}\n  return old;\n}}\n"
    tree = {
        "a.ts": code.format(".update(apiKeys).set({ isActive: false }).where(eq(apiKeys.id, id))"),
        "b.ts": code.format(".insert(auditLogs).values({ id })"),
        "c.ts": code.format(".select().from(apiKeys)"),
        "d.ts": code.format(".insert(members).values({ id }).onConflictDoNothing()"),
        "e.ts": code.format(".update(apiKeys).set({ lastUsedAt: now }).where(eq(apiKeys.id, id))"),
    }

    told = [(one.path, one.message) for one in inspect("empty-handler", tree) if one.severity == "warning"]

    assert told == [("a.ts", "If db.update fails, nobody hears of it: the catch is empty.")]


def test_what_is_lost_beside_a_count_and_the_same_words_in_one_file(inspect: Callable[..., list[Finding]]) -> None:
    pays = "  await prisma.ad.update({ where: { id }, data: { clicks: { increment: 1 }, spent: { increment: cost } } }).catch(() => {});\n"
    sends = "  await sendMessage(chat, text).catch(() => {});\n"
    tree = {
        "a.ts": f"async function click(id: string) {{\n{pays}}}\n",
        "b.ts": f"async function all() {{\n{sends * 3}}}\n",
    }

    found = inspect("empty-handler", tree)

    assert places(found) == [("warning", "a.ts", 2), ("warning", "b.ts", 2)]
    assert found[1].message.endswith("The same in b.ts:3, b.ts:4.")


@pytest.mark.parametrize(
    ("said", "severities"),
    [
        ("swallow for now; could display an error", ["warning"]),
        ("TODO: tell the user", ["warning"]),
        ("ignore", ["info"]),
        ("Intentionally ignored.", ["info"]),
        ("continue without the balance", []),
        ("the key may be there already", []),
    ],
)
def test_what_a_comment_says_where_a_write_is_lost(
    inspect: Callable[..., list[Finding]], said: str, severities: list[str]
) -> None:
    code = f"async function save(name: string) {{\n  try {{\n    await createApiKey(name);\n  }} catch {{\n    // {said}\n  }}\n}}\n"

    assert [one.severity for one in inspect("empty-handler", {"a.ts": code})] == severities


@pytest.mark.parametrize(("called", "told"), [("this.notifier.sendError", 0), ("this.billing.sendInvoice", 1)])
def test_what_tells_people_of_a_failure_may_fail(inspect: Callable[..., list[Finding]], called: str, told: int) -> None:
    text = f"export async function run() {{\n  await work();\n  await {called}('a').catch(() => {{}});\n}}\n"

    found = inspect("empty-handler", {"run.ts": text})

    assert len([one for one in found if one.severity == "warning"]) == told
