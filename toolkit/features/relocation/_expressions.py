"""``hashFiles`` in GitHub's expressions, and the values that simple expressions can have."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from toolkit.expressions import regex
from toolkit.features.relocation._paths import UnknownPathError, moved

__all__ = ["Scope", "hash_files"]

_CALL = regex(r"\bhashFiles\s*\(", re.IGNORECASE)
_STRING = regex(r"'((?:[^']|'')*)'")
_FORMAT = regex(r"format\s*\(\s*'((?:[^']|'')*)'", re.IGNORECASE)
_NAME = regex(r"(?:matrix|env|inputs)\.[\w-]+")


@dataclass(frozen=True)
class Scope:
    """Where ``matrix.x``, ``env.x`` and ``inputs.x`` get their values.

    Args:
        matrix: ``strategy.matrix`` of the job.
        env: the environments that apply, outermost first.
        inputs: declared inputs with their defaults and options.
        passed: values that known callers give to inputs.
    """

    matrix: Any = None
    env: tuple[Any, ...] = ()
    inputs: Any = None
    passed: tuple[Any, ...] = ()

    def literals(self, name: str) -> tuple[str, ...] | None:
        """Every text an expression can have; ``None`` if that is not known."""
        context, _, key = name.partition(".")
        if context == "matrix":
            found = self._matrix(key)
        elif context == "env":
            values = [scope[key] for scope in self.env if isinstance(scope, dict) and key in scope]
            found = values[-1:]
        elif context == "inputs":
            found = self._inputs(key)
        else:
            return None
        if not found or not all(isinstance(value, str) and "${{" not in value for value in found):
            return None
        return tuple(found)

    def _matrix(self, key: str) -> list[Any]:
        if not isinstance(self.matrix, dict):
            return []
        listed = self.matrix.get(key)
        found = list(listed) if isinstance(listed, list) else []
        if key in self.matrix and not isinstance(listed, list):
            return []  # computed at run time
        include = self.matrix.get("include")
        if isinstance(include, list):
            found += [item[key] for item in include if isinstance(item, dict) and key in item]
        return found if include is None or isinstance(include, list) else []

    def _inputs(self, key: str) -> list[Any]:
        declared = self.inputs.get(key) if isinstance(self.inputs, dict) else None
        if not isinstance(declared, dict):
            return []
        found = [declared["default"]] if declared.get("default") not in (None, "") else []
        options = declared.get("options")
        found += options if isinstance(options, list) else []
        return found + [given[key] for given in self.passed if isinstance(given, dict) and key in given]


def hash_files(text: str, sub: str, scope: Scope) -> tuple[list[tuple[str, str]], list[str]]:
    """The calls of ``hashFiles`` in a text with their replacements, and what cannot be rewritten.

    Patterns count from the workspace's root; ``**/Cargo.lock`` would still match, but hash every lock
    of the repository, so it is narrowed too.

    Args:
        text: with expressions.
        sub: the subproject's folder.
        scope: what the expressions in it may stand for.
    """
    pairs: list[tuple[str, str]] = []
    problems: list[str] = []
    for match in _CALL.finditer(text):
        end = _closing(text, match.end())
        if end < 0:
            problems.append("hashFiles( without its end")
            continue
        old = text[match.start() : end + 1]
        try:
            arguments = [_argument(part, sub, scope) for part in _split(text[match.end() : end])]
            pairs.append((old, f"{text[match.start() : match.end()]}{','.join(arguments)})"))
        except UnknownPathError as error:
            problems.append(f"{old} stays as it is: {error}")
    return pairs, problems


def _closing(text: str, at: int) -> int:
    """The offset of the bracket that closes the one before ``at``; -1 if there is none."""
    depth = 1
    while at < len(text):
        char = text[at]
        if char == "'":
            string = _STRING.match(text, at)
            if string is None:
                return -1
            at = string.end()
            continue
        depth += {"(": 1, ")": -1}.get(char, 0)
        if depth == 0:
            return at
        at += 1
    return -1


def _split(arguments: str) -> list[str]:
    """Arguments with the blanks around them, commas within strings and brackets left alone."""
    parts: list[str] = []
    start = at = depth = 0
    while at < len(arguments):
        char = arguments[at]
        if char == "'" and (string := _STRING.match(arguments, at)):
            at = string.end()
            continue
        depth += {"(": 1, ")": -1}.get(char, 0)
        if char == "," and depth == 0:
            parts.append(arguments[start:at])
            start = at + 1
        at += 1
    return [*parts, arguments[start:]]


def _argument(part: str, sub: str, scope: Scope) -> str:
    body = part.strip()
    lead = part[: len(part) - len(part.lstrip())]
    if string := _STRING.fullmatch(body):
        return f"{lead}'{_quoted(moved(string[1].replace(chr(39) * 2, chr(39)), sub))}'"
    if template := _FORMAT.match(body):
        return f"{lead}{body[: template.start(1)]}{_template(template[1], sub)}{body[template.end(1) :]}"
    if _NAME.fullmatch(body):
        # `moved` decides by the values that the expression can have; `format` then puts the folder before it.
        result = moved(f"${{{{ {body} }}}}", sub, scope.literals)
        return f"{lead}format('{_quoted(sub)}/{{0}}', {body})" if result.startswith(f"{sub}/") else part
    raise UnknownPathError("its pattern is computed")


def _template(text: str, sub: str) -> str:
    """A format string with the folder before it; one that begins with a value may hold an absolute path."""
    if text.startswith("{"):
        raise UnknownPathError("its pattern begins with a computed value")
    result = moved(text.replace("''", "'"), sub)
    added = result.removesuffix(text)
    if added != result:
        return _quoted(added.replace("{", "{{").replace("}", "}}")) + text
    return _quoted(result)


def _quoted(text: str) -> str:
    return text.replace("'", "''")
