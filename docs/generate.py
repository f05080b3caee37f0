"""Write the pages that say what the code already says: tasks, settings, checks, schemas, indexes.

    python3 -m docs.generate            write what is out of date
    python3 -m docs.generate --check    write nothing; end with 1 if a page is out of date

A page is made from the code alone: the same code gives the same text on every machine.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docs._settings import settings_page
from toolkit.catalog import catalog, documentation, load
from toolkit.checking import FAMILIES
from toolkit.cli import program
from toolkit.cli._task import GROUPS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["PAGES", "stale"]

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
SCHEMAS = ROOT / "toolkit/schemas"
_MADE = "<!-- Written by `python3 -m docs.generate`: change the code, not this page. -->\n"
_EVERYWHERE = ("root", "quiet")


def cli_page() -> str:
    """Every task with its flags, under the headings of the task list."""
    tasks = program.namespace.tasks
    lines = [
        "# Tasks\n",
        _MADE,
        "`invoke TASK` inside a repository that has a `tasks.py`, `toolkit TASK` anywhere, `python3 tasks.py TASK` with",
        "nothing installed: the same tasks. Every task takes `--root PATH` (the repository; default: the nearest",
        "`toolkit.toml`, else the git top level) and `--quiet` (results only). `--help` behind a task shows its flags.\n",
        "| exit code | meaning |\n| ---: | --- |",
        "| 0 | fine, or nothing to do |\n| 1 | findings of level error, a failed action, or with `--check` something to do |",
        "| 2 | wrong usage or configuration |\n| 3 | could not find out |\n| 130 | interrupted |\n",
    ]
    for group in GROUPS:
        of_group = {name: task for name, task in sorted(tasks.items()) if task.group == group}
        if of_group:
            lines += [f"## {group.capitalize()}\n", *(_task(name, task) for name, task in of_group.items())]
    return "\n".join(lines)


def _task(name: str, task: Any) -> str:
    first, _, rest = (task.__doc__ or "").removeprefix(f"[{task.group}] ").partition("\n")
    flags = [one for one in task.get_arguments() if one.name.replace("_", "-") not in _EVERYWHERE]
    words = " ".join(one.name.upper().replace("_", "-") for one in flags if one.positional)
    lines = [f"### {name}\n", f"    invoke {name}{f' {words}' if words else ''}\n", _ticks(first) + "\n"]
    if rest.strip():
        lines.append(_ticks(rest.strip()) + "\n")
    if flags:
        lines += ["| flag | default | |\n| --- | --- | --- |", *(_flag(one) for one in flags), ""]
    return "\n".join(lines)


def _flag(one: Any) -> str:
    dashed = one.name.replace("_", "-")
    inverse = one.kind is bool and one.default is True
    name = dashed.upper() if one.positional else f"--no-{dashed}" if inverse else f"--{dashed}"
    value = "" if one.positional or one.kind is bool else f" {one.kind.__name__.upper()}"
    default = "" if one.default in (None, "", False, True, ()) or one.positional else f"`{one.default}`"
    if one.kind is list:
        value, default = " TEXT ...", ""
    return f"| `{name}{value.replace(' STR', ' TEXT')}` | {default} | {_cell(one.help or '')} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def checks_page() -> str:
    """Every check by family, from its docstring: what ``invoke explain`` says as well."""
    found = catalog()
    lines = [
        "# Checks\n",
        _MADE,
        f"{len(found)} checks. `invoke doctor --list` shows those of this repository, its own ones included;",
        "`invoke explain ID` tells the same as this page. [How a check is added](checks-howto.md).\n",
    ]
    for family in FAMILIES:
        ids = [one.id for one in found if one.family == family]
        if ids:
            lines += [f"## {family.capitalize()}\n", *(_check(name) for name in ids)]
    return "\n".join(lines)


def _check(name: str) -> str:
    check = load(name)
    about = documentation(check)
    return "\n".join([f"### {name}\n", *_documented(check, about)])


def _documented(check: Any, about: Any) -> Iterator[str]:
    yield f"{_ticks(about.title)} Severity: {check.severity}.\n"
    for heading, text in about.sections:
        if text:
            yield f"**{heading}.** {_ticks(text)}\n"


def _ticks(text: str) -> str:
    """Literals of docstrings as Markdown writes them."""
    return re.sub(r"``([^`]*)``", r"`\1`", text)


def schemas_page() -> str:
    """Every JSON Schema, with the fields of its document."""
    lines = [
        "# JSON output\n",
        _MADE,
        "Each document has a `schema_version`. A field that is added leaves it, a field that goes or changes its meaning",
        "raises it. The schemas (JSON Schema, draft 2020-12) are part of the package, in `toolkit/schemas/`:\n",
        '    python3 -c \'from importlib.resources import files; print(files("toolkit") / "schemas")\'\n',
        "Paths are relative to the root, with slashes; `.` is the root itself. Names that are not UTF-8 hold lone surrogates",
        "(`\\udc80` and up), as Python's `surrogateescape` writes them.\n",
    ]
    for path in sorted(SCHEMAS.glob("*.json")):
        schema = json.loads(path.read_bytes())
        lines += [
            f"## {schema['title']}\n",
            f"[{path.name}](../toolkit/schemas/{path.name}). {schema['description']}\n",
        ]
        lines += ["| field | type | |", "| --- | --- | --- |", *_fields(schema, schema), ""]
    return "\n".join(lines)


def _fields(schema: Mapping[str, Any], whole: Mapping[str, Any], before: str = "") -> Iterator[str]:
    schema = _followed(schema, whole)
    for name, field in schema.get("properties", {}).items():
        target = _followed(field, whole)
        inner = _followed(target.get("items", {}), whole)
        yield f"| `{before}{name}` | {_type(target, inner)} | {_cell(field.get('description') or target.get('description', ''))} |"
        if inner.get("properties"):
            yield from _fields(inner, whole, f"{before}{name}[].")
        elif target.get("properties"):
            yield from _fields(target, whole, f"{before}{name}.")


def _followed(schema: Mapping[str, Any], whole: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema that a reference inside of the document names."""
    if "$ref" not in schema:
        return schema
    found: Any = whole
    for part in schema["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return _followed(found, whole)


def _type(schema: Mapping[str, Any], inner: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return ", ".join(f"`{json.dumps(value)}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    kind = schema.get("type", "any")
    names = " or ".join(kind) if isinstance(kind, list) else str(kind)
    return f"{names} of {inner.get('type', 'any')}" if inner and not isinstance(inner.get("type"), list) else names


def index(folder: Path, title: str, intro: str, base: str = "") -> str:
    """A list of the pages of a folder by their titles."""
    pages = [page for page in sorted(folder.glob("*.md")) if page.name != "README.md"]
    links = [f"- [{_title(page)}]({base}{page.name})" for page in pages]
    return "\n".join([f"# {title}\n", _MADE, intro + "\n", *links, ""])


def _title(page: Path) -> str:
    first = next(line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("# "))
    return first.removeprefix("# ").strip()


def decisions_page() -> str:
    """The index of the decisions."""
    intro = "Why things are as they are: what was decided, what else there was, what would change the decision."
    return index(DOCS / "decisions", "Decisions", intro)


def unverified_page() -> str:
    """The index of what is not verified."""
    intro = (
        "What the code does on machines and against services that nobody has tried it on, each with the command that\n"
        "would prove it. What stands on no list here is tested, by tests that run in CI."
    )
    return index(DOCS / "unverified", "Not verified", intro, "unverified/")


PAGES: Mapping[str, Callable[[], str]] = {
    "checks.md": checks_page,
    "cli.md": cli_page,
    "decisions/README.md": decisions_page,
    "schemas.md": schemas_page,
    "settings.md": settings_page,
    "unverified.md": unverified_page,
}


def stale() -> dict[str, str]:
    """The pages whose file says something else than the code, with what they should say."""
    found = {}
    for name, make in PAGES.items():
        path = DOCS / name
        text = make().rstrip("\n") + "\n"
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            found[name] = text
    return found


def main(words: list[str]) -> int:
    """Write or check the pages."""
    if words not in ([], ["--check"]):
        print(__doc__)
        return 2
    found = stale()
    for name, text in found.items():
        print(f"docs/{name}: {'out of date' if words else 'written'}")
        if not words:
            (DOCS / name).write_text(text, encoding="utf-8")
    if found and words:
        print("next  python3 -m toolkit.launch python -m docs.generate")
    return int(bool(words and found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
