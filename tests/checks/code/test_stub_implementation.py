from __future__ import annotations

from typing import TYPE_CHECKING

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
