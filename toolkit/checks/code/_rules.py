"""The rules of the code checks: ast-grep's own YAML, shipped here and taken from the repository's folder too.

A rule file holds one rule a document. Its keys are ast-grep's ``id``, ``language`` (a name or a list), ``rule`` and ``constraints``, and ours:
``check`` (which check reports it; ``code-rule`` where it is left out), ``needs`` and ``seeks`` (what a file must hold to be parsed at all), ``text``
(what the text of a match must hold), ``refine`` (a function of :mod:`_refine` that has the last word), ``message`` and ``severity`` (of a rule of the
repository's own). ``seeks`` and ``text`` are expressions of Python's, compiled once: ast-grep compiles its own ``regex`` again for each file, which takes as
long as parsing it.
"""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, AnyStr, Generic

from toolkit.checks.code._refine import REFINEMENTS
from toolkit.checks.code._sources import LANGUAGES
from toolkit.context import Unreadable
from toolkit.documents import DocumentError, yaml
from toolkit.errors import ConfigurationError
from toolkit.extension import leaves

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Severity

__all__ = ["CUSTOM", "Expression", "Lowered", "Rule", "Rules", "problem_of", "refusal", "rules", "shipped_documents"]

CUSTOM = "code-rule"
_SEVERITIES = {"error": "error", "warning": "warning", "info": "info", "hint": "info"}
_KEYS = frozenset(
    {
        "id", "language", "rule", "constraints", "utils", "check", "needs", "seeks", "text", "refine", "message",
        "severity", "note",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """One rule.

    Args:
        id: its name.
        check: the check that reports its matches.
        languages: of the files that it looks at.
        config: what ast-grep is given.
        needs: texts, in small letters, of which a file must hold one; empty for any file.
        seeks: of what a file, in small letters and behind the end of a line, must hold one besides; empty for any file.
        kinds: of the nodes it matches, where it asks for nothing but that.
        text: what the text of a node must hold; ``None`` for any.
        refine: the name of a function that has the last word; empty for none.
        source: the file it stands in.
    """

    id: str
    check: str
    languages: frozenset[str]
    config: dict[str, Any] = field(hash=False)
    needs: tuple[bytes, ...] = ()
    seeks: tuple[Expression[bytes], ...] = ()
    kinds: tuple[str, ...] = ()
    text: Expression[str] | None = None
    refine: str = ""
    message: str = ""
    severity: Severity = "warning"
    source: str = ""


class Lowered:
    """A file in small letters, to be asked for many texts: its different words are a tenth of it, and rule most texts out.

    Args:
        content: the file.
    """

    def __init__(self, content: bytes) -> None:
        self.text = content.lower()
        self.lines = b"\n" + self.text
        """Each line behind the end of one, which an expression that begins with it finds much sooner than by ``^``."""
        self._words = b" ".join({*self.text.translate(_WORDS).split()})

    def holds(self, text: bytes) -> bool:
        """Whether a text, in small letters, stands anywhere in it."""
        core = _core(text)
        return core in self._words and (core == text or text in self.text)


_WORDS = bytes(code if chr(code).isascii() and chr(code).isalnum() else ord(" ") for code in range(256))


@cache
def _core(text: bytes) -> bytes:
    """The longest word of a text."""
    return max(text.translate(_WORDS).split(), key=len, default=b"")


@dataclass(frozen=True)
class Expression(Generic[AnyStr]):
    """A regular expression that is compiled when it is first searched with: most rules of a run never get so far.

    Args:
        source: in the form of Python.
        flags: of :mod:`re`.
    """

    source: AnyStr
    flags: int = 0

    def search(self, text: AnyStr) -> re.Match[AnyStr] | None:
        """The first hit in a text."""
        return _compiled(self.source, self.flags).search(text)


@cache
def _compiled(source: AnyStr, flags: int) -> re.Pattern[AnyStr]:
    return re.compile(source, flags)


@dataclass(frozen=True)
class Rules:
    """What is to be run.

    Args:
        usable: the rules that ast-grep takes, the shipped ones first.
        faults: why a rule is none, by the check that it belongs to: that check cannot say anything, the others can.
    """

    usable: tuple[Rule, ...]
    faults: dict[str, ConfigurationError]


def rules(context: Inspection) -> Rules:
    """Every rule, shipped and of the repository's own, each compiled for each of its languages."""
    faults: dict[str, ConfigurationError] = {}
    usable = [_rule(data, source) for source, data in _shipped(context)]  # tests have seen that ast-grep takes these
    for check, found in _own(context):
        fault = found if isinstance(found, ConfigurationError) else refusal(found)
        if fault is not None:
            faults.setdefault(check, fault)
        elif isinstance(found, Rule):
            usable.append(found)
    return Rules(tuple(usable), faults)


def refusal(rule: Rule) -> ConfigurationError | None:
    """Why ast-grep does not take a rule for one of the languages that it names; ``None`` if it takes it for all."""
    from ast_grep_py import SgRoot

    for language in sorted(rule.languages):
        try:
            SgRoot("", language).root().find_all(rule.config)  # type: ignore[call-overload]
        except Exception as error:  # noqa: BLE001 - ast-grep raises the bare class where a rule has another form than it reads
            why = " ".join(str(error).partition("Stack backtrace")[0].split())
            text = f"{rule.source}: ast-grep does not take the rule {rule.id} for {language}: {why}"
            return ConfigurationError(text, "mend the rule")
    return None


Read = tuple[str, Rule | ConfigurationError]
"""The check that a document of a rule file belongs to, with the rule or the reason why it is none."""


def _shipped(context: Inspection) -> list[tuple[str, Any]]:
    """The documents of our own rule files with the files' names, parsed once for each version of the program."""

    def parsed() -> list[tuple[str, Any]]:
        folder = resources.files("toolkit.checks.code").joinpath("rules")
        files = [item for item in folder.iterdir() if item.name.endswith((".yaml", ".yml"))]
        ordered = sorted(files, key=lambda one: one.name)
        return [(item.name, data) for item in ordered for data in shipped_documents(item.read_bytes())]

    return context.facts.of_program("code.rules", parsed)


def shipped_documents(content: bytes) -> Iterator[Any]:
    """The documents of a rule file of ours, without places and questions: tests have asked them."""
    import yaml as quick

    return quick.load_all(content, Loader=getattr(quick, "CSafeLoader", quick.SafeLoader))


def _own(context: Inspection) -> Iterator[Read]:
    folder = context.settings.checks.rules.strip("/").removeprefix("./")
    if not folder:
        return
    found = [path for path in context.below(folder) if path.endswith((".yaml", ".yml"))]
    if not found:
        text = f"toolkit.toml: checks.rules names {folder}, where there is no rule"
        yield CUSTOM, ConfigurationError(text, "write one FILE.yaml for each rule")
    for path in found:
        try:
            content = context.read(path)
        except Unreadable as error:
            yield CUSTOM, ConfigurationError(f"{path}: {error}", "mend the file, or remove it")
        else:
            yield from _read(content, path)


def _read(content: bytes, source: str) -> Iterator[Read]:
    try:
        documents = [part.data for part in yaml.parse_all(content)]
    except DocumentError as error:
        text = f"{source}:{error.line}: {error.message}"
        yield CUSTOM, ConfigurationError(text, "mend the rule, or remove it")
        return
    for data in documents:
        if data is not None:
            check = data.get("check", CUSTOM) if isinstance(data, dict) else CUSTOM
            problem = problem_of(data)
            fault = ConfigurationError(f"{source}: {problem}", "see docs/code-rules.md")
            yield check if check in _checks() else CUSTOM, fault if problem else _rule(data, source)


def _checks() -> list[str]:
    """The ids of the checks that a rule can add to."""
    return [name.replace("_", "-") for name in leaves(importlib.import_module("toolkit.checks.code"))]


def _rule(data: Any, source: str) -> Rule:
    languages = data["language"] if isinstance(data["language"], list) else [data["language"]]
    names = frozenset(str(one).lower() for one in languages)
    return Rule(
        data["id"],
        data.get("check", CUSTOM),
        names | ({"tsx"} if "typescript" in names else frozenset()),
        {key: data[key] for key in ("rule", "constraints", "utils") if key in data},
        tuple(str(one).lower().encode() for one in _several(data, "needs")),
        tuple(Expression(one.encode(), re.MULTILINE) for one in _several(data, "seeks")),
        () if "constraints" in data else _kinds(data["rule"]),
        Expression(data["text"]) if "text" in data else None,
        data.get("refine", ""),
        data.get("message", ""),
        _SEVERITIES[data.get("severity", "warning")],  # type: ignore[arg-type]
        source,
    )


def _several(data: dict[str, Any], key: str) -> list[Any]:
    """What a key gives, one or a list of them."""
    found = data.get(key, [])
    return found if isinstance(found, list) else [found]


def _kinds(rule: dict[str, Any]) -> tuple[str, ...]:
    """The kinds that a rule asks for if it asks for nothing else."""
    parts = rule["any"] if rule.keys() == {"any"} and isinstance(rule["any"], list) else [rule]
    kinds = [part["kind"] for part in parts if isinstance(part, dict) and part.keys() == {"kind"}]
    return tuple(kinds) if len(kinds) == len(parts) else ()


def _expression_problem(data: dict[str, Any]) -> str:
    """Why an expression of ``seeks`` or ``text`` is none."""
    for key in ("seeks", "text"):
        try:
            for one in _several(data, key) if key == "seeks" else [data.get(key, "")]:
                re.compile(one)
        except (re.error, TypeError) as error:
            return f"{key} is no regular expression: {error}"
    return ""


def problem_of(data: Any) -> str:  # noqa: PLR0911 - a ladder, each step its own fault
    """Why a document is no rule, in a few words."""
    if not isinstance(data, dict):
        return "a rule is a mapping"
    unknown = sorted(str(key) for key in data.keys() - _KEYS)
    if unknown:
        return f"unknown key {unknown[0]}"
    if not isinstance(data.get("id"), str) or not isinstance(data.get("rule"), dict) or "language" not in data:
        return "a rule has an id, a language and a rule"
    if data.get("severity", "warning") not in _SEVERITIES:
        return f"severity is {data['severity']!r}, not error, warning or info"
    languages = data["language"] if isinstance(data["language"], list) else [data["language"]]
    unknown = [str(one) for one in languages if str(one).lower() not in LANGUAGES.values()]
    if unknown:
        return f"language is {unknown[0]!r}, not one of {', '.join(sorted(set(LANGUAGES.values())))}"
    if data.get("check", CUSTOM) not in _checks():
        return f"check is {data['check']!r}, not one of {', '.join(_checks())}"
    refine = data.get("refine", "")
    if refine not in ("", *REFINEMENTS):
        return f"refine is {refine!r}, not one of {', '.join(sorted(REFINEMENTS))}"
    if not data.get("message") and data.get("check", CUSTOM) == CUSTOM:
        return "a rule of its own has a message"
    return _expression_problem(data)
