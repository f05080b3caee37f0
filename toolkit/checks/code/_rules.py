"""The rules of the code checks: ast-grep's own YAML, shipped here and taken from the repository's folder too.

A rule file holds one rule a document. Its keys are ast-grep's ``id``, ``language`` (a name or a list), ``rule`` and ``constraints``, and ours:
``check`` (which check reports it; ``code-rule`` where it is left out), ``needs`` (texts of which a file must hold one to be parsed at all),
``refine`` (a function of :mod:`_refine` that has the last word), ``message`` and ``severity`` (of a rule of the repository's own).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING, Any

from toolkit.checks.code._refine import REFINEMENTS
from toolkit.context import Unreadable
from toolkit.documents import DocumentError, yaml
from toolkit.errors import ConfigurationError
from toolkit.places import below

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.model import Severity

__all__ = ["CUSTOM", "LANGUAGES", "Rule", "rules"]

CUSTOM = "code-rule"
LANGUAGES = {
    ".ts": "typescript", ".mts": "typescript", ".cts": "typescript", ".tsx": "tsx", ".js": "javascript",
    ".jsx": "javascript", ".mjs": "javascript", ".cjs": "javascript", ".rs": "rust", ".py": "python",
}  # fmt: skip
"""The language of a file by its ending."""
_SEVERITIES = {"error": "error", "warning": "warning", "info": "info", "hint": "info"}
_KEYS = frozenset(
    {"id", "language", "rule", "constraints", "utils", "check", "needs", "refine", "message", "severity", "note"}
)


@dataclass(frozen=True)
class Rule:
    """One rule.

    Args:
        id: its name.
        check: the check that reports its matches.
        languages: of the files that it looks at.
        config: what ast-grep is given.
        needs: texts, in small letters, of which a file must hold one; empty for any file.
        refine: the name of a function that has the last word; empty for none.
        source: the file it stands in.
    """

    id: str
    check: str
    languages: frozenset[str]
    config: dict[str, Any] = field(hash=False)
    needs: tuple[bytes, ...] = ()
    refine: str = ""
    message: str = ""
    severity: Severity = "warning"
    source: str = ""

    def wants(self, language: str, lowered: bytes) -> bool:
        """Whether a file, given in small letters, has to be parsed for it."""
        return language in self.languages and (not self.needs or any(text in lowered for text in self.needs))


def rules(context: Inspection) -> tuple[Rule, ...]:
    """Every rule, the shipped ones first.

    Raises:
        ConfigurationError: a rule of the repository is none.
    """
    return (*_shipped(), *_own(context))


def _shipped() -> Iterator[Rule]:
    folder = resources.files("toolkit.checks.code").joinpath("rules")
    for item in sorted(folder.iterdir(), key=lambda one: one.name):
        if item.name.endswith((".yaml", ".yml")):
            yield from _read(item.read_bytes(), item.name, shipped=True)


def _own(context: Inspection) -> Iterator[Rule]:
    folder = context.settings.checks.rules.strip("/").removeprefix("./")
    if not folder:
        return
    found = [path for path in context.below(folder) if path.endswith((".yaml", ".yml"))]
    if not found:
        raise ConfigurationError(
            f"toolkit.toml: checks.rules names {folder}, where there is no rule", "write one FILE.yaml for each rule"
        )
    for path in found:
        if below(folder, path):
            try:
                content = context.read(path)
            except Unreadable as error:
                raise ConfigurationError(f"{path}: {error}", "mend the file, or remove it") from error
            yield from _read(content, path)


def _read(content: bytes, source: str, *, shipped: bool = False) -> Iterator[Rule]:
    try:
        documents = [part.data for part in yaml.parse_all(content)]
    except DocumentError as error:
        raise ConfigurationError(f"{source}:{error.line}: {error.message}", "mend the rule, or remove it") from error
    for data in documents:
        if data is not None:
            yield _rule(data, source, shipped=shipped)


def _rule(data: Any, source: str, *, shipped: bool) -> Rule:
    problem = _problem(data, shipped=shipped)
    if problem:
        raise ConfigurationError(f"{source}: {problem}", "see docs/code-rules.md")
    languages = data["language"] if isinstance(data["language"], list) else [data["language"]]
    names = frozenset(str(one).lower() for one in languages)
    needs = data.get("needs", [])
    texts = [needs] if isinstance(needs, str) else needs
    return Rule(
        data["id"],
        data.get("check", CUSTOM),
        names | ({"tsx"} if "typescript" in names else frozenset()),
        {key: data[key] for key in ("rule", "constraints", "utils") if key in data},
        tuple(str(one).lower().encode() for one in texts),
        data.get("refine", ""),
        data.get("message", ""),
        _SEVERITIES[data.get("severity", "warning")],  # type: ignore[arg-type]
        source,
    )


def _problem(data: Any, *, shipped: bool) -> str:  # noqa: PLR0911 - a ladder, each step its own fault
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
    refine = data.get("refine", "")
    if refine not in ("", *REFINEMENTS):
        return f"refine is {refine!r}, not one of {', '.join(sorted(REFINEMENTS))}"
    if not shipped and not data.get("message") and data.get("check", CUSTOM) == CUSTOM:
        return "a rule of its own has a message"
    return ""
