from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

TYPE = 'export type Action = "allow" | "block" | "challenge";\n'
DECIDE = 'export function decide(n: number): Action {\n  if (n > 9) return "block";\n  if (n > 5) return "challenge";\n  return "allow";\n}\n'
ENFORCE = (
    'import type { Action } from "./type";\nexport function enforce(action: Action) {\n  if (action === "block") return stop();\n'
    '  if (action === "allow") return null;\n  return null;\n}\n'
)


def test_a_case_that_is_produced_and_let_through(inspect: Callable[..., list[Finding]]) -> None:
    switch = 'import { Action } from "./type";\nfunction act(action: Action) {\n  switch (action) {\n    case "block": stop(); break;\n    case "allow": go(); break;\n  }\n}\n'
    found = inspect("unhandled-variant", {"type.ts": TYPE + DECIDE, "enforce.ts": ENFORCE, "act.ts": switch})

    assert places(found) == [("warning", "type.ts", 1)]
    assert "challenge" in found[0].message


def test_cases_that_are_handled_somehow(inspect: Callable[..., list[Finding]]) -> None:
    def variant(name: str, enforce: str, more: str = "") -> dict[str, str]:
        return {
            "type.ts": (TYPE + DECIDE).replace("Action", name) + more.replace("Action", name),
            "enforce.ts": enforce.replace("Action", name),
        }

    tree = {
        "other-end": variant("AAction", ENFORCE.replace("  return null;\n}", "  return ask();\n}")),
        "table": variant(
            "BAction", ENFORCE, "const names: Record<Action, string> = { allow: 'a', block: 'b', challenge: 'c' };\n"
        ),
        "default": variant(
            "CAction",
            'function act(action: Action) {\n  switch (action) {\n    case "block": return 1;\n    case "allow": return 2;\n    default: return 3;\n  }\n}\n',
        ),
        "compared": variant("DAction", ENFORCE, 'const asks = (a: Action) => a === "challenge";\n'),
        "unproduced": {
            "type.ts": TYPE.replace("Action", "EAction"),
            "enforce.ts": ENFORCE.replace("Action", "EAction"),
        },
        "shade": {
            "a.ts": 'export type Shade = "light" | "dark" | "dim";\nfunction f(s: Shade) { if (s === "light") return 1; if (s === "dark") return 1; return 1; }\nconst x: Shade = "dim";\n'
        },
        "ternary": variant("FAction", 'const f = (a: Action) => (a === "block" ? 1 : a === "allow" ? 2 : 3);\n'),
    }

    assert inspect("unhandled-variant", tree) == []


def test_a_decision_that_is_taken_for_leave(inspect: Callable[..., list[Finding]]) -> None:
    act = (
        'async function handle(result: Result) {\n  if (result.action === "block") return refuse();\n'
        '  if (result.action === "redirect") return move();\n  const response = await pass();\n  return response;\n}\n'
    )
    decide = 'export interface Result {\n  action: "allow" | "block" | "redirect" | "challenge";\n}\nconst weak = { action: "challenge" };\nconst fine = { action: "allow" };\n'

    assert places(inspect("unhandled-variant", {"type.ts": decide, "act.ts": act})) == [("warning", "type.ts", 2)]


def test_properties_that_are_handled_elsewhere(inspect: Callable[..., list[Finding]]) -> None:
    act = 'function handle(r: Result) {\n  if (r.action === "block") return 1;\n  if (r.action === "redirect") return 2;\n  return go();\n}\n'
    decide = 'export interface Result {\n  action: "allow" | "block" | "redirect" | "challenge";\n}\nconst weak = { action: "challenge" };\n'
    other = 'if (r.action === "challenge") ask();\n'

    assert inspect("unhandled-variant", {"type.ts": decide, "act.ts": act, "other.ts": other}) == []


DECIDES = 'function decide(n: number) {\n  if (n > 9) return { action: "block" };\n  return n > 5 ? { action: "challenge" } : { action: "allow" };\n}\n'


@pytest.mark.parametrize(
    ("name", "source", "line"),
    [
        ("a.js", DECIDES.replace(": number", "") + 'if (decide(1).action === "block") stop();\n', 3),
        ("b.ts", "export enum Verdict { Allow, Block, Challenge }\nconst f = (n: number) => n ? Verdict.Block : Verdict.Challenge;\nif (f(1) === Verdict.Block) stop();\n", 2),
        ("c.py", "class Action(Enum):\n    ALLOW = 1\n    BLOCK = 2\n    CHALLENGE = 3\n\ndef f(n):\n    return Action.CHALLENGE if n else Action.BLOCK\n\nif f(1) == Action.BLOCK:\n    stop()\n", 7),
        ("d.rs", "enum Action { Allow, Block, Challenge }\nfn f() -> Action { Action::Challenge }\nfn g(a: Action) -> u16 { match a { Action::Block => 403, _ => 200 } }\n", 2),
        ("e.ts", 'export const ACTIONS = ["allow", "block", "challenge"] as const;\nexport type Action = (typeof ACTIONS)[number];\nexport const f = (): Action => "challenge";\nexport function g(a: Action) {\n  if (a === "block") return 403;\n  return 200;\n}\n', 1),
    ],
)  # fmt: skip
def test_a_decision_that_nobody_carries_out(
    inspect: Callable[..., list[Finding]], name: str, source: str, line: int
) -> None:
    assert places(inspect("unhandled-variant", {name: source})) == [("warning", name, line)]


@pytest.mark.parametrize(
    "more",
    [
        'if (decide(1).action === "challenge") ask();\n',
        'switch (decide(1).action) {\n  case "challenge": ask();\n}\n',
        "const pages = { block: 1, challenge: 2 };\n",
        'if (["challenge", "captcha"].includes(decide(1).action)) ask();\n',
    ],
)
def test_a_decision_that_is_carried_out(inspect: Callable[..., list[Finding]], more: str) -> None:
    asked = 'if (decide(1).action === "block") stop();\n'

    assert inspect("unhandled-variant", {"package.json": "{}", "a.ts": DECIDES + asked, "b.ts": more}) == []


def test_decisions_of_switches_and_enumerations(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a": {
            "package.json": "{}",
            "decide.js": 'export const f = (r) => (r.odd ? { action: "rate_limit" } : { action: "allow" });\n',
            "act.js": 'switch (f(r).action) {\n  case "block":\n    stop();\n}\n',
        },
        "b": {
            "package.json": "{}",
            "a.ts": 'export enum ModerationAction {\n  Approve = "approve",\n  Reject = "reject",\n  Quarantine = "quarantine",\n}\nexport const f = (n: number) => (n ? ModerationAction.Quarantine : ModerationAction.Approve);\n',
            "b.ts": "if (f(1) === ModerationAction.Reject) throw 1;\n",
        },
        "c": {
            "pyproject.toml": "",
            "a.py": 'class RiskAction(Enum):\n    ALLOW = "allow"\n    REVIEW = "review"\n    DENY = "deny"\ndef f(n):\n    return RiskAction.REVIEW if n else RiskAction.ALLOW\ndef g(n):\n    if f(n) == RiskAction.DENY:\n        raise ValueError\n',
        },
    }

    assert places(inspect("unhandled-variant", tree)) == [
        ("warning", "a/decide.js", 1),
        ("warning", "b/a.ts", 6),
        ("warning", "c/a.py", 6),
    ]


def test_a_property_of_the_same_name_elsewhere(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": "{}",
        "types.ts": 'export interface Claim {\n  action: "submit" | "approve" | "override";\n}\nexport const c = { action: "override" };\n',
        "orders.ts": 'export function match(order: Order) {\n  if (order.action === "approve") return go();\n}\n',
    }

    assert inspect("unhandled-variant", tree) == []


@pytest.mark.parametrize("passing", ["allow", "pass", "permit", "none", "ok", "continue", "allowed"])
def test_the_case_that_passes_needs_no_enforcement(passing: str, inspect: Callable[..., list[Finding]]) -> None:
    text = (TYPE + DECIDE).replace("allow", passing)
    apply = 'export function apply(action: Action) {\n  log(action);\n  if (action === "block") {\n    throw new Error("blocked");\n  }\n}\n'

    found = inspect("unhandled-variant", {"a.ts": text + apply})

    assert [(one.line, one.message.split()[0]) for one in found] == [(1, "'challenge'")]


UNION = 'export type Verdict = "approve" | "reject" | "review";\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (UNION + 'const decide = (n: number): Verdict => { return n > 1 ? "review" : "approve"; };\nfunction act(v: Verdict, t: string) {\n  switch (v) {\n    case "approve": return t;\n    case "reject": throw new Error("no");\n    default: return t;\n  }\n}\n', "review"),
        (UNION + 'const seen: Verdict[] = [];\nfunction act(v: Verdict): boolean {\n  seen.push(v);\n  switch (v) {\n    case "approve":\n      return true;\n    case "reject":\n      return false;\n  }\n  return true;\n}\n', "review"),
        ('type Action = "allow" | "deny" | "challenge" | "throttle";\nfunction act(e: { action: Action }) {\n  seen.push({ at: now(), action: e.action });\n  if (e.action === "deny") {\n    return 403;\n  }\n  return 200;\n}\n', "challenge throttle"),
        (UNION + 'const decide = (n: number): Verdict => { return n > 1 ? "review" : "approve"; };\nfunction act(v: Verdict, t: string) {\n  switch (v) {\n    case "approve": return t;\n    case "reject": throw new Error("no");\n    default: return hold(t);\n  }\n}\n', ""),
        (UNION + 'function act(v: Verdict): boolean {\n  switch (v) {\n    case "approve":\n      return true;\n    case "reject":\n      return false;\n  }\n  return true;\n}\n', ""),
        (UNION + 'function act(v: Verdict): boolean {\n  seen.push(v);\n  switch (v) {\n    case "approve":\n      return true;\n    case "reject":\n      return false;\n  }\n  return askSomebody(v);\n}\n', ""),
        ('type NodeKind = "a" | "b" | "c";\nconst k: NodeKind = "c";\nfunction act(k: NodeKind) {\n  switch (k) {\n    case "a": return 1;\n    case "b": return 2;\n    default: return 1;\n  }\n}\n', ""),
    ],
)  # fmt: skip
def test_switches_that_let_the_rest_through(inspect: Callable[..., list[Finding]], text: str, told: str) -> None:
    found = inspect("unhandled-variant", {"a.ts": text})

    assert [(one.severity, one.line) for one in found] == ([("warning", 1)] if told else [])
    assert all(f"{word!r}" in one.message for one in found for word in told.split())


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (
            ("Verdict = Literal['allow', 'challenge', 'block']\n\n\ndef decide(n) -> Verdict:\n    return 'challenge'\n\n\n"
            "def serve(r, verdict: Verdict):\n    audit(verdict)\n    if verdict == 'block':\n        raise Refused()\n    return go(r)\n"),
            5,
        ),
        (
            "def decide_action(n):\n    return 'quarantine'\n\n\ndef serve(mail):\n    action = decide_action(mail.n)\n    if action == 'block':\n        return None\n    return deliver(mail)\n",
            2,
        ),
        (
            ("class Result(BaseModel):\n    decision: Literal['approve', 'escalate', 'deny']\n\n\ndef judge(x):\n    return Result(decision='escalate')\n\n\n"
            "def settle(claim):\n    if judge(claim).decision == 'deny':\n        raise Refused()\n    pay(claim)\n"),
            6,
        ),
        (
            ("class RiskOutcome(str, Enum):\n    APPROVE = 'approve'\n    REVIEW = 'review'\n    REJECT = 'reject'\n\n\ndef assess(n):\n    return RiskOutcome.REVIEW\n\n\n"
            "def pay(order):\n    if assess(order.n) == RiskOutcome.REJECT:\n        raise Refused()\n    charge(order)\n"),
            8,
        ),
        (
            (
                "class PolicyOutcome(str, Enum):\n    ALLOW = 1\n    DENY = 2\n    REQUIRE_APPROVAL = 3\n\n\ndef judge(n):\n    return PolicyOutcome.REQUIRE_APPROVAL\n\n\n"
                "def serve(d):\n    if judge(d) == PolicyOutcome.DENY:\n        raise Refused()\n    return approvals.request(d)\n"
            ),
            0,
        ),
        (
            "def review(action):\n    if action == 'reject':\n        drop()\n        return {'ok': True, 'action': 'rejected'}\n    return None\n",
            0,
        ),
        (
            "def suspend_user(user):\n    user.close()\n    return {'action': 'suspend'}\n\n\ndef serve(action):\n    if action == 'block':\n        raise Refused()\n",
            0,
        ),
        (
            "def log_it(user):\n    audit_log({'action': 'suspend'})\n\n\ndef serve(action):\n    if action == 'block':\n        raise Refused()\n",
            0,
        ),
        (
            "def decide_action(n):\n    return 'quarantine'\n\n\ndef serve(action):\n    if action == 'block':\n        return None\n    elif action == 'quarantine':\n        put_away()\n    return go()\n",
            0,
        ),
        ("def label(n):\n    return 'challenge'\n\n\ndef serve(action):\n    if action == 'block':\n        return None\n", 0),
        ("if action == 'block':\n    pass\n" + "action = 'challenge'; x = Literal['a', " * 2_000, 3),
    ],
)  # fmt: skip
def test_decisions_of_python_that_are_recorded(inspect: Callable[..., list[Finding]], code: str, told: int) -> None:
    found = inspect("unhandled-variant", {"a": {"pyproject.toml": "", "a.py": code}})

    assert [(one.severity, one.line) for one in found] == ([("warning", told)] if told else [])


def test_where_it_is_acted_on_and_what_is_asked_for_beside_something_else(
    inspect: Callable[..., list[Finding]],
) -> None:
    tree = {
        "a.ts": (
            "type Action = 'allow' | 'challenge' | 'block';\nclass G {\n  act(action: Action) {\n    this.log(action);\n    this.count();\n    if (action === 'block') {\n"
            "      throw new Error('no');\n    }\n    return true;\n  }\n  decide(): Action {\n    return bad ? 'challenge' : 'allow';\n  }\n}\n"
        ),
        "b.ts": (
            "type Verdict = 'allow' | 'block' | 'limit';\nfunction act(v: Verdict) {\n  if (v === 'limit' && window > 0) {\n    wait();\n  }\n  if (v === 'block') {\n    stop();\n  }\n}\n"
            "const decide = (): Verdict => (bad ? 'limit' : 'allow');\n"
        ),
    }

    found = inspect("unhandled-variant", tree)

    assert [(one.path, one.line) for one in found] == [("a.ts", 1)]
    assert "a.ts:6 acts on block only" in found[0].message


def test_branches_that_only_count(inspect: Callable[..., list[Finding]]) -> None:
    code = (
        "type EventType = 'opened' | 'closed' | 'stopped';\nclass T {\n  on(type: EventType) {\n    if (type === 'opened') {\n      this.metrics.opened++;\n    }\n"
        "    if (type === 'closed') {\n      this.metrics.closed += 1;\n    }\n  }\n  next(): EventType {\n    return late ? 'stopped' : 'opened';\n  }\n}\n"
    )

    assert inspect("unhandled-variant", {"a.ts": code}) == []
    assert places(
        inspect(
            "unhandled-variant",
            {
                "a.ts": code.replace("this.metrics.closed += 1", "this.end()").replace(
                    "this.metrics.opened++", "this.open()"
                )
            },
        )
    ) == [("info", "a.ts", 1)]


@pytest.mark.parametrize(
    ("made", "asked", "told"),
    [
        ("export const a = () => ({ action: 'challenge' });", "if (x.action === 'block') stop();", True),
        ("db.insert({ event_type: 'x', action: 'challenge', by: 1 });", "if (x.action === 'block') stop();", False),
        ("const RULES = { bots: { description: 'Bots', action: 'challenge' } };", "if (x.action === 'block') stop();", False),
        ("export const a = () => ({ allowed: false, action: 'challenge' });", "if (x.action === 'block') stop();", False),
        ("app.use(helmet({ xFrameOptions: {\n  action: 'deny'\n} }));", "if (x.action === 'block') stop();", False),
        ("export const a = () => ({ action: 'challenge' });", "if (x.action === 'block') stop();\nif (x.action !== 'allow') ask();", False),
    ],
)  # fmt: skip
def test_labels_rules_and_what_asks_for_the_good_case(
    inspect: Callable[..., list[Finding]], made: str, asked: str, *, told: bool
) -> None:
    tree = {"package.json": "{}", "a.ts": f"{made}\n", "b.ts": f"export function run(x: X) {{\n{asked}\n}}\n"}

    assert bool(inspect("unhandled-variant", tree)) == told


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("", "", True),
        ("console.info(action, n);", "", True),
        ("if (n > 1) send(action);", "", True),
        ("const payload = { n, kind: 1 };", "await fetch(url, { body: JSON.stringify(payload) });", True),
        ("", "emitAll(action, n);", False),
        ("", "bus.dispatch({ n, action });", False),
        ("const payload: P = { n, action };", "await fetch(url, { body: JSON.stringify(payload) });", False),
        ("const payload: P = { n, action };", "show(payload);", True),
    ],
)
def test_a_function_that_hands_every_case_on(
    inspect: Callable[..., list[Finding]], before: str, after: str, *, told: bool
) -> None:
    act = (
        "type Action = 'block' | 'allow' | 'archive';\nconst now = () => act('archive', 1);\nasync function act(action: Action, n: number) {\n"
        f"  {before}\n  if (action === 'block') {{\n    stop(n);\n  }}\n  {after}\n}}\n"
    )

    assert bool(inspect("unhandled-variant", {"a.ts": act})) == told


def test_a_function_that_rates_each_case_ends_with_what_all_others_get(inspect: Callable[..., list[Finding]]) -> None:
    act = (
        "type Action = 'login' | 'challenge' | 'logout';\nfunction NAME(action: Action) {\n  if (action === 'challenge') return 'low';\n"
        "  if (action === 'login') return 'medium';\n  return 'low';\n}\nconst now = () => f('logout');\n"
    )

    assert inspect("unhandled-variant", {"a.ts": act.replace("NAME", "calculateRisk")}) == []
    assert places(inspect("unhandled-variant", {"a.ts": act.replace("NAME", "act")})) == [("info", "a.ts", 1)]


def test_a_chain_further_within_that_ends_with_an_else(inspect: Callable[..., list[Finding]]) -> None:
    act = (
        "type Decision = 'refund' | 'partial' | 'escalate';\n"
        "const now = () => act('escalate', 1);\nasync function act(decision: Decision, n: number) {\n  if (decision === 'partial') {\n    check(n);\n  }\n"
        "  try {\n    if (decision === 'refund') {\n      pay(n);\n    } else if (decision === 'partial') {\n      pay(n / 2);\n    } REST\n  } finally {\n    done();\n  }\n}\n"
    )

    assert inspect("unhandled-variant", {"a.ts": act.replace("REST", "else {\n      ask();\n    }")}) == []
    assert places(inspect("unhandled-variant", {"a.ts": act.replace("REST", "")})) == [("warning", "a.ts", 1)]


@pytest.mark.parametrize(
    ("made", "told"),
    [
        ("win.contents.setWindowOpenHandler(({ url }) => {\n  open(url);\n  return { action: 'deny' };\n});", False),
        ("export const all = rules.map((rule) => {\n  return { action: 'deny', rule };\n});", True),
        ("export function decide(x) {\n  return { action: 'deny' };\n}", True),
    ],
)
def test_what_a_library_is_answered(inspect: Callable[..., list[Finding]], made: str, *, told: bool) -> None:
    tree = {
        "package.json": "{}",
        "a.ts": f"{made}\n",
        "b.ts": "export function run(x) {\n  if (x.action === 'rejected') stop();\n}\n",
    }

    assert bool(inspect("unhandled-variant", tree)) == told


ACTS = 'export const f = (n) => {\n  return { action: "challenge" };\n};\n'
STOPS = 'export function g(x) {\n  if (x.action === "block") {\n    stop();\n  }\n}\n'


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("edge/run.ts", 'if (x.action === "challenge") page();\n'),
        ("edge/run.go", 'package x\n\nfunc run(a string) {\n\tswitch a {\n\tcase "challenge":\n\t\tpage()\n\t}\n}\n'),
        ("edge/Run.java", 'class Run {\n  void f(String a) {\n    if ("challenge".equals(a)) { page(); }\n  }\n}\n'),
    ],
)  # fmt: skip
def test_what_another_package_or_language_carries_out(
    inspect: Callable[..., list[Finding]], name: str, code: str
) -> None:
    tree = {"api/package.json": "{}", "edge/package.json": "{}", "api/a.ts": ACTS + STOPS}

    assert places(inspect("unhandled-variant", tree)) == [("warning", "api/a.ts", 2)]
    assert inspect("unhandled-variant", {**tree, name: code}) == []


@pytest.mark.parametrize(
    ("stops", "told"),
    [
        (STOPS, True),
        (STOPS.replace("  }\n}", "  } else {\n    next();\n  }\n}"), True),
        (STOPS.replace("  }\n}", "  } else {\n    ask(x);\n  }\n}"), False),
        (STOPS.replace("stop();", "blocked++;"), False),
        ('export const blocked = (all) => all.filter((x) => x.action === "block").length;\n', False),
        ('export const Row = ({ x }) => paint(x.action === "block" ? "red" : "gray");\n', False),
        ('export const isShut = (x) => {\n  return x.action === "block";\n};\n', True),
    ],
)
def test_only_who_refuses_carries_out(inspect: Callable[..., list[Finding]], stops: str, *, told: bool) -> None:
    assert bool(inspect("unhandled-variant", {"package.json": "{}", "a.js": ACTS, "b.js": stops})) == told


@pytest.mark.parametrize(
    ("made", "told"),
    [
        ('export const f = (n) => ({ n, action: n > 5 ? "challenge" : "allow" });', True),
        ('export const f = (c) => c.json({ action: "challenge" }, 401);', False),
        ('export const f = (id) => api.post(`/users/${id}`, { action: "challenge" });', False),
        ('export const f = (u) => db.auditLog.create({ data: { user: u, action: "challenge" } });', False),
        ('export const all = [{ expression: "(ip.src eq 1.1.1.1)", action: "challenge" }];', False),
        ('view.setWindowOpenHandler(() => ({ action: "challenge" }));', False),
    ],
)
def test_decisions_that_are_for_somebody_else(inspect: Callable[..., list[Finding]], made: str, *, told: bool) -> None:
    assert bool(inspect("unhandled-variant", {"package.json": "{}", "a.ts": f"{made}\n", "b.ts": STOPS})) == told


@pytest.mark.parametrize(
    ("name", "call", "severity"),
    [
        ("BulkAction", 'act("export", []);', "warning"),
        ("BulkAction", 'const later: BulkAction = "export";', "info"),
        ("ModalType", 'const shown: ModalType = "export";', "info"),
        ("ViewMode", 'act("export", []);', "info"),
    ],
)
def test_only_what_is_certain_is_a_warning(
    inspect: Callable[..., list[Finding]], name: str, call: str, severity: str
) -> None:
    act = (
        f'type {name} = "archive" | "delete" | "export";\nfunction act(it: {name}, ids: string[]) {{\n  if (it === "archive") {{\n    put(ids);\n  }}\n'
        f'  if (it === "delete") {{\n    remove(ids);\n  }}\n}}\nexport const go = () => {{\n  {call}\n}};\n'
    )

    assert places(inspect("unhandled-variant", {"a.ts": act})) == [(severity, "a.ts", 1)]
