from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def test_calls_that_nothing_stops(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": "class Logger {\n  warn(m: string) {\n    this.warn(m);\n  }\n  info = (m: string) => {\n    this.info(m);\n  };\n}\n",
        "b.js": "function log(...parts) {\n  const line = parts.join(' ');\n  log(line);\n}\nconst again = (x) => {\n  return again(x);\n};\n",
        "c.py": "class Log:\n    def error(self, text):\n        self.error(text)\n\n\ndef debug(text):\n    return debug(text)\n",
        "third_party": {"d.js": "function log(x) {\n  log(x);\n}\n"},
    }

    assert places(inspect("recursive-logger", tree)) == [
        ("error", "a.ts", 3),
        ("error", "a.ts", 6),
        ("error", "b.js", 3),
        ("warning", "b.js", 6),
        ("error", "c.py", 3),
        ("error", "c.py", 7),
        ("info", "third_party/d.js", 2),
    ]


def test_other_objects_base_cases_and_callbacks(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": (
            "class Logger {\n  info(m: string) { console.info(m); }\n  warn(m: string) { super.warn(m); }\n  error(m: string) { this.sink.error(m); }\n"
            "  log(m: any) {\n    if (Array.isArray(m)) { this.log(m[0]); return; }\n    console.log(m);\n  }\n"
            "  trace(m: any) {\n    if (!m) return;\n    this.trace(m.next);\n  }\n  later() { setTimeout(() => this.later(), 10); }\n}\n"
        ),
        "b.ts": (
            "export const link = { fetch: (input: string) => fetch(input), log(m: string) { log(m); } };\n"
            "useForm({ onSuccess: () => onSuccess() });\nfunction fact(n: number): number { return n < 2 ? 1 : n * fact(n - 1); }\n"
            "async function poll() { await sleep(10); await poll(); }\nfunction run(run: () => void) { run(); }\n"
            "function* walk() { walk(); }\nfunction load() { const load = other; load(); }\nfunction tree(n) { return n.children.map((c) => tree(c)); }\n"
        ),
        "c.py": (
            "class A:\n    def copy(self, x):\n        return [self.copy(one) for one in x]\n    @property\n    def log(self):\n        return self.log_\n"
            "    @overload\n    def warn(self):\n        self.warn()\n\n\ndef log(text):\n    logger.log(text)\n\n\ndef enc(x):\n    return Seq(If(x, enc(x)))\n"
            "def gen():\n    yield 1\n    gen()\n"
        ),
    }

    assert inspect("recursive-logger", tree) == []


def test_a_logger_that_gives_on_what_it_was_given(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": (
            "class Log {\n  warn(m: string, ...rest: unknown[]) {\n    if (this.level > 1) {\n      this.warn(m, ...rest);\n    }\n  }\n"
            "  info(m: string) {\n    try {\n      this.info(m);\n    } catch {}\n  }\n}\nexport const log = (m: string) => log(m);\n"
        ),
    }

    assert places(inspect("recursive-logger", tree)) == [
        ("error", "a.ts", 4),
        ("error", "a.ts", 9),
        ("error", "a.ts", 13),
    ]
