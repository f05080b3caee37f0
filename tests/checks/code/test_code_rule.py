from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from toolkit.catalog import load
from toolkit.checking import Inspection
from toolkit.checks.code import _rules
from toolkit.checks.code._rules import Lowered, problem_of, refusal, rules, shipped_documents
from toolkit.checks.code._sources import LANGUAGES
from toolkit.documents import yaml
from toolkit.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Repository
    from toolkit.model import Finding

RULE = "id: no-eval\nlanguage: [typescript, python]\nmessage: eval runs what it is given\nseverity: error\nneeds: eval(\nrule:\n  pattern: eval($$$)\n"


def settings(folder: str = "rules") -> str:
    return f'[checks]\nrules = "{folder}"\n'


def test_a_rule_of_the_repository(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "toolkit.toml": settings(),
        "rules": {"eval.yaml": RULE},
        "a.ts": "x();\neval(text);\n",
        "b.py": "eval('1')\n",
        "c.js": "eval(1);\n",
    }

    found = inspect("code-rule", tree)

    assert places(found) == [("error", "a.ts", 2), ("error", "b.py", 1)]
    assert (found[0].message, found[0].evidence) == ("eval runs what it is given", "no-eval: eval(text)")


def test_a_rule_that_adds_to_a_check(inspect: Callable[..., list[Finding]]) -> None:
    rule = (
        "id: our-stub\ncheck: stub-implementation\nlanguage: rust\nrule:\n  kind: macro_invocation\n  regex: ^later!\n"
    )
    tree = {"toolkit.toml": settings(), "rules": {"stub.yml": rule}, "a.rs": "fn f() {\n    later!()\n}\n"}

    assert places(inspect("stub-implementation", tree)) == [("warning", "a.rs", 2)]


def test_without_rules_nothing_is_said(inspect: Callable[..., list[Finding]]) -> None:
    assert inspect("code-rule", {"a.ts": "eval(text);\n"}) == []


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (
            "id: a\nlanguage: rust\nrule: {kind: no_such_kind}\nmessage: m\n",
            "ast-grep does not take the rule a for rust",
        ),
        (
            "id: a\nlanguage: javascript\nrule: {pattern: {a: 1}}\nmessage: m\n",
            "ast-grep does not take the rule a for javascript",
        ),
        ("id: a\nlanguage: rust\nrul: {}\n", "unknown key rul"),
        ("id: a\nrule: {kind: x}\n", "a rule has an id, a language and a rule"),
        ("id: a\nlanguage: rust\nrule: {kind: macro_invocation}\n", "a rule of its own has a message"),
        ("id: a\nlanguage: cobol\nrule: {kind: x}\nmessage: m\n", "language is 'cobol'"),
        ("id: a\nlanguage: rust\nrule: {kind: x}\ncheck: no-check\n", "check is 'no-check'"),
        ("id: a\nlanguage: rust\nrule: {kind: x}\nmessage: m\nseverity: fatal\n", "severity is 'fatal'"),
        ("id: a\nlanguage: rust\nrule: {kind: x}\nmessage: m\nrefine: nothing\n", "refine is 'nothing'"),
        ("- 1\n", "a rule is a mapping"),
        ("a: [\n", "rules/r.yaml:"),
    ],
)
def test_a_rule_that_is_none_is_told(inspect: Callable[..., list[Finding]], rule: str, why: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(why)):
        inspect("code-rule", {"toolkit.toml": settings(), "rules": {"r.yaml": rule}, "a.rs": "fn f() { a!() }\n"})


def test_a_rule_that_is_none_silences_its_own_check_only(repository: Callable[..., Repository]) -> None:
    broken = "id: a\ncheck: empty-handler\nlanguage: [typescript, rust]\nrule: {kind: arrow_function}\n"
    made = repository(
        {"toolkit.toml": settings(), "rules": {"a.yaml": broken, "eval.yaml": RULE}, "a.ts": "x();\neval(text);\n"}
    )
    inspection = Inspection(made.root, {})

    with pytest.raises(ConfigurationError, match="does not take the rule a for rust"):
        list(load("empty-handler").run(inspection))
    assert places(load("code-rule").run(inspection)) == [("error", "a.ts", 2)]
    assert list(load("frozen-clock").run(inspection)) == []


def test_shipped_rules_are_what_a_repository_may_write() -> None:
    for path in sorted(Path(_rules.__file__).with_name("rules").iterdir()):
        documents = list(shipped_documents(path.read_bytes()))

        assert documents == [part.data for part in yaml.parse_all(path.read_bytes())]
        assert {problem_of(one) for one in documents} == {""}


def test_every_shipped_rule_compiles_for_every_language_it_names(repository: Callable[..., Repository]) -> None:
    known = rules(Inspection(repository({"a.ts": ""}).root, {}))

    assert {refusal(one) for one in known.usable} == {None}
    assert len({one.id for one in known.usable}) == len(known.usable) > 20
    assert {language for one in known.usable for language in one.languages} == set(LANGUAGES.values())


def test_a_folder_without_rules_is_told(inspect: Callable[..., list[Finding]]) -> None:
    with pytest.raises(ConfigurationError, match="where there is no rule"):
        inspect("code-rule", {"toolkit.toml": settings("gone"), "a.rs": ""})


@pytest.mark.parametrize("sought", ["'eval\\('", "['never\\(', '\\neval\\(']"])
def test_texts_and_expressions_that_are_looked_for(inspect: Callable[..., list[Finding]], sought: str) -> None:
    rule = f"id: no-eval\nlanguage: javascript\nmessage: no\nseeks: {sought}\ntext: '^eval\\([^\")]*\\)$'\nrule:\n  kind: call_expression\n"
    tree = {
        "toolkit.toml": '[checks]\nrules = "rules"\n',
        "rules": {"a.yaml": rule},
        "a.js": 'eval(text);\neval("1");\ncall(text);\n',
        "a.test.js": "eval(text);\n",
    }

    assert places(inspect("code-rule", tree)) == [("warning", "a.js", 1), ("warning", "a.test.js", 1)]


@pytest.mark.parametrize("sought", ["'('", "['a', '(']", "1"])
def test_an_expression_that_is_none(inspect: Callable[..., list[Finding]], sought: str) -> None:
    rule = f"id: a\nlanguage: javascript\nmessage: no\nseeks: {sought}\nrule:\n  kind: call_expression\n"

    with pytest.raises(ConfigurationError, match="seeks is no regular expression"):
        inspect("code-rule", {"toolkit.toml": '[checks]\nrules = "rules"\n', "rules": {"a.yaml": rule}})


@pytest.mark.parametrize(
    "text",
    [b"todo", b"tod", b"mock", b"return mock", b"(mock", b"| '", b"would  send", b"secret", b"a_b", b"\xc3\xa9t", b"|"],
)
def test_a_text_is_held_whether_it_is_a_word_a_part_of_one_or_several(text: bytes) -> None:
    content = "TODO: return mocks\n(mocked) | 'x' xa_by état\n".encode()
    assert Lowered(content).holds(text) == (text in content.lower())


def test_a_file_without_a_word_of_a_text_is_not_searched_for_it() -> None:
    source = Lowered(b"const answer = 42")
    source.text = b"would send"
    assert not source.holds(b"would send")
