from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def test_times_of_the_start(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": "const hour = new Date().getUTCHours();\nconst now = Date.now();\nexport const f = () => hour + now;\n",
        "b.ts": "class Guard {\n  constructor() {\n    this.hour = new Date().getHours();\n  }\n  night() { return this.hour < 6; }\n}\n",
        "c.py": "from datetime import datetime\n\nnow = datetime.now()\n\n\ndef stamp():\n    return now\n\n\ndef at(when=datetime.now()):\n    return when\n",
        "third_party": {"d.ts": "const hour = new Date().getHours();\nexport const f = () => hour;\n"},
    }

    assert places(inspect("frozen-clock", tree)) == [
        ("error", "a.ts", 1),
        ("warning", "a.ts", 2),
        ("error", "b.ts", 3),
        ("warning", "c.py", 3),
        ("warning", "c.py", 10),
        ("info", "third_party/d.ts", 1),
    ]


def test_starts_scripts_tests_and_times_that_move(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": (
            "const startedAt = Date.now();\nconst launchYear = new Date().getFullYear();\nlet now = Date.now();\nsetInterval(() => { now = Date.now(); }, 1000);\n"
            "export const f = () => startedAt + launchYear + now;\nexport function g() {\n  const hour = new Date().getHours();\n  return hour;\n}\n"
            "class A {\n  constructor() { this.hour = new Date().getHours(); }\n  tick() { this.hour = new Date().getHours(); }\n}\n"
        ),
        "scripts": {"b.ts": "const now = new Date();\nfunction f() { return now; }\n"},
        "c.test.ts": "const now = new Date();\nit('x', () => now);\n",
        "d.py": "from datetime import datetime\nnow = datetime.now()\ndef f():\n    return now\nif __name__ == '__main__':\n    f()\n",
        "e.py": "def f(now=None, zone=datetime.timezone.utc):\n    now = now or datetime.now()\n    return now\n",
        "f.ts": "const now = new Date();\nconsole.log(now);\n",
    }

    assert inspect("frozen-clock", tree) == []


def test_fields_of_a_class(inspect: Callable[..., list[Finding]]) -> None:
    field = (
        "class Guard {{\n  private hour = new Date().getHours();\n  night() {{ return this.hour < 6; }}\n  {more}\n}}\n"
    )
    tree = {"a.ts": field.format(more=""), "b.ts": field.format(more="tick() { this.hour = new Date().getHours(); }")}

    assert places(inspect("frozen-clock", tree)) == [("error", "a.ts", 2)]
