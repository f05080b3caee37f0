"""The page of ``toolkit.toml``: keys, kinds and defaults are read from the code that reads the file.

``toolkit/manifest/__init__.py`` takes every key by a call (``table.get("jobs", number(0), 0)``), so the calls are the list of
keys. What a key means stands in the docstring of the settings' class, or here for those without a field of their own;
a key that is described nowhere is an error.
"""

from __future__ import annotations

import ast
import inspect
import re
from typing import Any

from toolkit import manifest, settings

__all__ = ["settings_page"]

_MADE = "<!-- Written by `python3 -m docs.generate`: change the code, not this page. -->\n"

_TABLES = {
    "_bootstrap": ("bootstrap", settings.BootstrapSettings),
    "_project": ('projects."PATH"', settings.ProjectSettings),
    "_decisions": ("decisions", None),
    "_checks": ("checks", settings.CheckSettings),
    "_check_paths": ('checks.paths."GLOB"', None),
    "_custom_check": ("checks.custom.ID", None),
}
"""The functions that read a table, its name, and the class whose docstring describes it."""

_MAPPINGS = ("toolchain", "packages", "env", "scripts", "mirrors")

_INTRO = {
    "toolchain": 'Tool to version, exact or the beginning of one: `"22"` means the newest 22 in `nix/pins.json`. Of a list the\n'
    "first is what is fetched and what Nix takes; the others are accepted where they are there already.",
    "packages": 'Further packages of nixpkgs: attribute to the beginning of its version, or `"*"`.',
    "env": "Variables of the environment, of installs and of tasks.",
    "scripts": "Names for commands: `invoke run -- NAME`. Text is split into words; there is no shell.",
    "mirrors": "Beginning of an address to what takes its place, for downloads of tools.",
    "bootstrap": "How subprojects are installed.",
    'projects."PATH"': "What discovery cannot know about one folder. `PATH` is relative to the root, `.` is the root itself; where a\n"
    'folder holds two ecosystems, `"PATH:ECOSYSTEM"` means one of them.',
    "decisions": "Questions that only the team can answer. The doctor enforces what is decided.",
    "checks": "Which checks run, and how severe their findings are.",
    'checks.paths."GLOB"': "Other rules below some folders.",
    "checks.custom.ID": "A check of the repository's own: a command.",
}

_MEANS = {
    "bootstrap.include": "globs of folders that are always subprojects",
    "bootstrap.exclude": "globs of folders that are never subprojects",
    'projects."PATH".after': "folders of subprojects that are installed and built before this one",
    'projects."PATH".critical': "whether the first version cannot go without it",
    'projects."PATH".role': "what it is, where the rules of discovery are wrong",
    'projects."PATH".env': "variables of its installs and tasks",
    'projects."PATH".commands': "`build`, `test`, `lint`, `typecheck`: a command, or a list of them, in place of the ecosystem's own",
    "decisions.runtime": "where the services run in production",
    "decisions.critical": "folders without which there is no first version",
    "decisions.domains": "environment to its domain or domains",
    "decisions.onchain": "the folder that is the source of truth for the on-chain programs",
    "decisions.secrets": "which secrets manager holds what is secret",
    'checks.paths."GLOB".ignore': "ids or families that are not reported there",
    'checks.paths."GLOB".severity': "id to the severity that it has there",
    'checks.paths."GLOB".reason': "why; shown with `--verbose`",
    "checks.custom.ID.command": "what to run; required",
    "checks.custom.ID.when": "where it runs: `file:GLOB`, `platform:NAME`, `tool:NAME` or `env:NAME`; empty for everywhere",
    "checks.custom.ID.cwd": "where, relative to the root",
    "checks.custom.ID.exit-code": "what it ends with when all is well",
    "checks.custom.ID.contains": "what its output holds when all is well",
    "checks.custom.ID.severity": "of the finding",
    "checks.custom.ID.message": "what the finding says",
    "checks.custom.ID.timeout-s": "seconds until it is given up",
}

_KINDS = {
    "text": "text",
    "texts": "list of texts",
    "flag": "true or false",
    "argv": "text or list of words",
    "argvs": "a command, or a list of them",
    "one_or_more": "text or list of texts",
    "_check_paths": "tables, see below",
    "_custom_check": "tables, see below",
    "_policy": "`deny`, `allow`, or a list of packages",
}

_EXAMPLE = """## Example

    [toolchain]
    node = "22"
    python = ["3.12", "3.11"]
    rust = "1.95.0"

    [scripts]
    seed = "python3 scripts/seed.py --all"

    [bootstrap]
    timeout-s = 900
    install-scripts = { npm = ["esbuild"], "*" = "deny" }
    exclude = ["legacy/**"]

    [projects."apps/web"]
    after = ["packages/ui"]
    commands.test = ["npm", "run", "test:ci"]

    [decisions]
    runtime = "kubernetes"

    [checks]
    baseline = ".toolkit-baseline.json"
    severity = { large-binary-tracked = "error" }
"""


def settings_page() -> str:
    """The whole page.

    Raises:
        LookupError: a key is described nowhere.
    """
    lines = [
        "# toolkit.toml\n",
        _MADE,
        "The one place for versions and settings, read by Python and by Nix. Every key has a default, a repository without",
        "the file works too, and an unknown key is an error that names the nearest known one.\n",
        _EXAMPLE,
    ]
    functions = {
        node.name: node for node in ast.parse(inspect.getsource(manifest)).body if isinstance(node, ast.FunctionDef)
    }
    readers = {call.args[0].value: call for call in _calls(functions["parse"], "mapping")}  # type: ignore[attr-defined]
    for name in _MAPPINGS:
        lines += [f"## [{name}]\n", f"{_INTRO[name]} Values: {_kind(readers[name].args[1])}.\n"]
    for function, (name, described) in _TABLES.items():
        rows = [_row(call, name, described) for call in _calls(functions[function], "get", "mapping", "table")]
        lines += [f"## [{name}]\n", f"{_INTRO[name]}\n", "| key | values | default | |", "| --- | --- | --- | --- |"]
        lines += [*(row for row in rows if row), ""]
    return "\n".join(lines)


def _calls(function: ast.FunctionDef, *methods: str) -> list[ast.Call]:
    """The calls that take a key by its name, in their order."""
    found = [
        node
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in methods
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ]
    return sorted(found, key=lambda call: (call.lineno, call.col_offset))


def _row(call: ast.Call, table: str, described: type[Any] | None) -> str:
    key = call.args[0].value  # type: ignore[attr-defined]
    method = call.func.attr  # type: ignore[attr-defined]
    if method == "table":
        kind, default = "table", ""
    elif method == "mapping":
        kind, default = f"table of {_kind(call.args[1])}", ""
    else:
        kind, default = _kind(call.args[1]), _default(call.args[2])
    return f"| `{key}` | {kind} | {default} | {_meaning(table, key, described)} |"


def _default(node: ast.expr) -> str:
    value = ast.literal_eval(node)
    if value in (None, "", ()):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _kind(node: ast.expr) -> str:
    """The kind of values that a reader takes, in words."""
    if isinstance(node, ast.Name) and node.id in _KINDS:
        return _KINDS[node.id]
    if isinstance(node, ast.Name) and node.id == "_role":
        return ", ".join(f"`{role}`" for role in manifest.ROLES)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        argument = node.args[0]
        value = getattr(manifest, argument.id) if isinstance(argument, ast.Name) else ast.literal_eval(argument)
        if node.func.id == "number":
            return f"number, at least {value}"
        if node.func.id == "one_of":
            return ", ".join(f"`{choice}`" for choice in value)
    raise LookupError(f"docs/_settings.py has no words for the reader {ast.unparse(node)}")


def _meaning(table: str, key: str, described: type[Any] | None) -> str:
    name = f"{table}.{key}"
    if name in _MEANS:
        return _MEANS[name]
    told = _told_by(described)
    if key.replace("-", "_") in told:
        return told[key.replace("-", "_")]
    raise LookupError(f"{name} is described neither in toolkit/settings.py nor in docs/_settings.py")


def _told_by(described: type[Any] | None) -> dict[str, str]:
    """The ``Args`` of a class's docstring."""
    text = inspect.getdoc(described) or "" if described else ""
    part = text.partition("Args:\n")[2]
    found: dict[str, str] = {}
    for entry in re.split(r"\n(?=    \w)", f"\n{part}"):
        names, _, meaning = " ".join(entry.split()).partition(": ")
        for name in names.split(", "):
            found[name] = re.sub(r"``([^`]*)``", r"`\1`", meaning.removesuffix("."))
    return found
