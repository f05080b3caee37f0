"""What nobody writes by hand: deep nesting, endless lines, texts that never close, and bait for regular expressions."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from toolkit.catalog import load
from toolkit.checking import Inspection
from toolkit.checks.code._claims import claims, rows
from toolkit.checks.code._rules import Lowered, rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Repository

IDS = (
    "algorithm-mislabelled",
    "duplicate-implementation",
    "empty-handler",
    "frozen-clock",
    "recursive-logger",
    "stub-implementation",
    "unhandled-variant",
    "unsupported-claim",
    "unused-export-class",
)
DEEP = 500
WORDS = "sha256 bcrypt todo placeholder for now would implemented new Date() Date.now() queue( catch action class export default console.log("
TREES: dict[str, dict[str, str | bytes]] = {
    "deep": {
        "a.ts": f"// {WORDS}\nexport const f = "
        + "(() => { // TODO: for now\n" * DEEP
        + "return 1"
        + "})" * DEEP
        + ";\n",
        "b.py": f"# {WORDS}\nx = "
        + "[" * DEEP
        + "]" * DEEP
        + "\ndef f():\n    return "
        + "(" * DEEP
        + "1"
        + ")" * DEEP
        + "\n",
        "c.rs": f"// {WORDS}\nfn log() " + "{ if x " * DEEP + "{ log(); }" + "}" * DEEP + "\n",
    },
    "long": {
        "a.ts": f"// {WORDS}\nconst now = Date.now(); " + "f(now); " * 60_000 + "\n" * 400,
        "b.py": f"# {WORDS}\ndef f(): return '" + "a" * 400_000 + "'\n" + "\n" * 400,
        "README.md": "Production-ready " + "and fully implemented, 1/1/1/1 tests " * 20_000 + "\n",
    },
    "unclosed": {
        "a.ts": f"/* {WORDS}\nexport class A {{ log(m) {{ this.log(`${{m" + "{" * 2_000,
        "b.py": f'def f(now=datetime.now(\n    """{WORDS} ' + "(" * 2_000,
        "c.rs": f"fn f() {{ todo!({WORDS} " + '"' * 2_001,
        "d.md": "```\n" + "| ✅ " * 20_000 + "\n**Status:** " * 2_000,
    },
    "binary": {"a.ts": bytes(range(256)) * 200, "b.py": b"\xff\xfe\x00todo" * 2_000, "c.rs": b"\r\n\r" * 5_000},
}
BAIT = (
    "a " * 60_000,
    "export async static const " * 8_000,
    "function a(" * 12_000,
    "a.a" * 60_000 + "(",
    "(" * 100_000,
    "{ " * 60_000,
    "catch (" * 20_000,
    "'\"`" * 50_000,
    "// " * 40_000 + "sha256",
    "def a(a, " * 15_000,
    "async def a" * 15_000,
    "fn a<" * 25_000,
    "\n" * 100_000,
    "= now = datetime." * 10_000,
    "1/1/1 tests " * 10_000,
    "status: ✅ " * 15_000,
    "action: 'block" * 10_000,
)


@pytest.mark.parametrize("kind", TREES)
def test_every_check_ends_soon(repository: Callable[..., Repository], kind: str) -> None:
    context = Inspection(repository({"package.json": "{}", **TREES[kind]}).root, {})
    began = time.process_time()

    found = [one for name in IDS for one in load(name).run(context)]

    assert time.process_time() - began < 20
    assert all("\x1b" not in one.message for one in found)


@pytest.mark.parametrize("bait", BAIT, ids=lambda text: text[:12].strip() or "blank")
def test_no_pattern_takes_more_than_its_share(repository: Callable[..., Repository], bait: str) -> None:
    known = rules(Inspection(repository({}).root, {})).usable
    began = time.process_time()
    for rule in known:
        for sought in rule.seeks:
            sought.search(Lowered(bait.encode()).lines)
        if rule.text is not None:
            rule.text.search(bait[:40_000])
    list(claims("a.md", bait[:60_000]))
    list(rows("a.md", bait[:60_000]))

    assert time.process_time() - began < 10
