"""The paths that Terraform's expressions, attributes and modules name, and what they stand for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks.references._repair import edit, relative
from toolkit.checks.references._terraform.joined import joined
from toolkit.checks.references._terraform.modules import Module, modules
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.model import Span
from toolkit.places import path_from
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.documents.hcl import Block
    from toolkit.model import Fix

__all__ = ["FUNCTIONS", "Named", "callers", "corrected", "is_rooted", "named", "place", "produced"]

FUNCTIONS = (
    "file",
    "templatefile",
    "filebase64",
    "filesha256",
    "filemd5",
    "filesha1",
    "filesha512",
    "filebase64sha256",
    "filebase64sha512",
    "fileset",
)
_GUARD = regex(r"fileexists\(|\btry\(|\bcan\(")
_ATTRIBUTES = {
    "archive_file": ("source_dir", "source_file"),
    "cloudflare_workers_script": ("content_file",),
    "cloudflare_worker_script": ("content_file",),
    "aws_lambda_function": ("filename",),
    "aws_lambda_layer_version": ("filename",),
    "aws_s3_object": ("source",),
    "aws_s3_bucket_object": ("source",),
    "google_storage_bucket_object": ("source",),
    "helm_release": ("chart",),
}
_PLACED = regex(r'"\$\{\s*path\.(?:module|root)\s*\}/[^"$]*"')
_LOCAL = regex(r"\$\{\s*local\.([\w-]+)\s*\}")
_TEXT = regex(r"(?:abspath\()?\s*(?:\"([^\"]*)\"|local\.([\w-]+))\s*\)?")
_WHOLE = regex(r"\"?(?:\$\{\s*)?local\.([\w-]+)(?:\s*\})?\"?")
_CALLED = regex(rf"(?<![\w.-])({'|'.join(FUNCTIONS)})\(\s*local\.([\w-]+)\s*[,)]")
_DEEPEST = 5
"""How many locals that are made of others are followed."""
_PRODUCES = ("output_path", "filename", "output_file")


@frozen
class Named:
    """A path that an expression names.

    Args:
        what: the function, attribute or ``module NAME`` that names it.
        written: the text between the quotes.
        path: relative to the repository's root; empty where a variable decides it.
        start, end: character offsets of the text between the quotes; -1 where it is not known.
        by: the local that it is the whole of.
    """

    what: str
    written: str
    path: str
    line: int
    start: int = -1
    end: int = -1
    by: str = ""


def place(module: Module, written: str, constants: dict[str, str] | None = None) -> str:
    """A written path, relative to the root; empty where a variable decides it.

    ``path.root`` and paths without a base count from the module that is applied, which is taken to be this one.

    Args:
        module: the file that has it.
        written: the text between the quotes.
        constants: texts of the module's locals, filled in where they begin the path.
    """
    text = re.sub(r"\$\{\s*path\.(?:module|root)\s*\}", "\0", _begun(written, constants or {}))
    if "${" in text or "%{" in text or not text or text.startswith(("/", "~")):
        return ""
    if "\0" in text[1:]:
        return ""
    clean = text.removeprefix("\0").lstrip("/") if text.startswith("\0") else text
    return path_from(module.folder, clean)


def _begun(written: str, constants: dict[str, str]) -> str:
    """A path with the locals that it begins with, which may begin with others, put in."""
    for _ in range(_DEEPEST):
        first = _LOCAL.match(written)
        if first is None or first[1] not in constants:
            break
        written = constants[first[1]] + written[first.end() :]
    return written


def is_rooted(written: str) -> bool:
    """Whether a path counts from the applied module, which may be another than the one that names it."""
    return not re.match(r"\$\{\s*path\.module\s*\}", written)


@once_a_run
def _constants(context: Inspection, folder: str) -> dict[str, str]:
    """The locals of a module that are texts, or nothing but another local."""
    found: dict[str, str] = {}
    for module in modules(context):
        for block in module.document.blocks("locals") if module.folder == folder else ():
            for item in block.attributes:
                match = _TEXT.fullmatch(item.expression)
                if match:
                    found[item.name] = match[1] if match[1] is not None else f"${{local.{match[2]}}}"
    return found


@once_a_run
def named(context: Inspection, module: Module) -> tuple[Named, ...]:
    """Every path in functions that read files, in attributes of known resources, and in module sources."""
    return tuple(_named(module, _constants(context, module.folder)))


def _named(module: Module, constants: dict[str, str]) -> Iterator[Named]:
    content = module.document.text.content
    guarded = [
        (module.document.text.line(item.start), module.document.text.line(item.end))
        for block in module.document.body.walk()
        for item in block.attributes
        if _GUARD.search(item.expression)
    ]
    for call in module.document.calls(*FUNCTIONS):
        if any(first <= call.line <= last for first, last in guarded):
            continue
        start, end = _span(content, call.line, call.argument)
        yield Named(call.function, call.argument, place(module, call.argument, constants), call.line, start, end)
    yield from _by_locals(module, constants)
    yield from _by_parts(module)
    for block in module.document.body.blocks:
        kind = block.labels[0] if block.labels else ""
        keys = ("source", *_given(block)) if block.type == "module" else _ATTRIBUTES.get(kind, ())
        for key in keys:
            item = block.attribute(key)
            if item is None or not re.fullmatch(r'"[^"]*"', item.expression):
                continue
            written = item.expression[1:-1]
            called = block.type == "module" and key == "source"
            if called and not written.startswith("."):
                continue
            if key == "chart" and not written.startswith((".", "${path.")):
                continue  # the name of a chart in a repository of charts
            end = item.end - 1
            yield Named(
                f"module {kind}" if called else key,
                written,
                place(module, written, constants),
                module.document.text.line(item.end),
                end - len(written),
                end,
            )

    yield from _modules_of_workers(module)


def _by_locals(module: Module, constants: dict[str, str]) -> Iterator[Named]:
    """Paths that are the whole of a local: of a function that reads a file, or of an attribute of a known resource."""
    for block in module.document.body.walk():
        known = _ATTRIBUTES.get(block.labels[0] if block.labels else "", ())
        for item in block.attributes:
            if "local." not in item.expression or _GUARD.search(item.expression):
                continue
            found = [(match[1], match[2], match.start()) for match in _CALLED.finditer(item.expression)]
            whole = _WHOLE.fullmatch(item.expression)
            found += [(item.name, whole[1], 0)] if whole and item.name in known and item.name != "chart" else []
            for what, name, at in found:
                written = _begun(f"${{local.{name}}}", constants)
                if not written.startswith("${local."):
                    line = module.document.text.line(item.end - len(item.expression) + at)
                    yield Named(what, written, place(module, written), line, by=f"local.{name}")


def _by_parts(module: Module) -> Iterator[Named]:
    """Paths that are joined of the place of the configuration and texts, and read by a function or a known attribute."""
    for block in module.document.body.walk():
        known = _ATTRIBUTES.get(block.labels[0] if block.labels else "", ())
        for item in block.attributes:
            for what, written, at in joined(item.expression) if not _GUARD.search(item.expression) else ():
                if what in FUNCTIONS or (not what and not at and item.name in known):
                    line = module.document.text.line(item.end - len(item.expression) + at)
                    yield Named(what or item.name, written, place(module, written), line)


def _given(block: Block) -> Iterator[str]:
    """The arguments of a module that are paths: they begin with the place of the configuration."""
    return (item.name for item in block.attributes if _PLACED.fullmatch(item.expression))


def _modules_of_workers(module: Module) -> Iterator[Named]:
    """Files within the lists of newer worker resources, which name each module's file."""
    content = module.document.text.content
    for block in module.document.body.blocks:
        if not block.labels[:1] or not block.labels[0].startswith("cloudflare_worker"):
            continue
        for item in block.attributes:
            if item.name == "content_file":
                continue
            for match in re.finditer(r"\bcontent_file\s*=\s*\"([^\"]*)\"", content[item.start : item.end]):
                start, end = item.start + match.start(1), item.start + match.end(1)
                line = module.document.text.line(start)
                yield Named("content_file", match[1], place(module, match[1]), line, start, end)


def _span(content: str, line: int, argument: str) -> tuple[int, int]:
    begin = 0
    for _ in range(line - 1):
        begin = content.find("\n", begin) + 1
    stop = content.find("\n", begin)
    at = content.find(f'"{argument}"', begin, len(content) if stop < 0 else stop)
    return (at + 1, at + 1 + len(argument)) if at >= 0 else (-1, -1)


@once_a_run
def produced(context: Inspection) -> frozenset[str]:
    """Paths that Terraform itself writes: archives and local files."""
    found = set()
    for module in modules(context):
        for block in module.document.body.walk():
            kind = block.labels[0] if block.labels else ""
            if kind not in ("archive_file", "local_file", "local_sensitive_file"):
                continue
            for key in _PRODUCES:
                item = block.attribute(key)
                if item is not None and (path := place(module, item.expression.strip('"'))):
                    found.add(path)
    return frozenset(found)


@once_a_run
def callers(context: Inspection) -> dict[str, list[str]]:
    """Module folder to the folders of those that call it."""
    found: dict[str, list[str]] = {}
    for module in modules(context):
        for one in named(context, module):
            if one.what.startswith("module ") and one.path:
                found.setdefault(one.path, []).append(module.folder)
    return found


def corrected(context: Inspection, module: Module, one: Named, target: str) -> tuple[Fix, ...]:
    """A repair that names another file, from the same base; none where that cannot be written in place."""
    if not target or one.start < 0:
        return ()
    base = one.written[: one.written.find("}") + 1]
    new = relative(target, module.folder, one.written)
    if base:
        new = f"{base}/{new}"
    elif one.what.startswith("module ") and not new.startswith("."):
        new = f"./{new}"
    text = module.document.text
    span = Span(text.byte(one.start), text.byte(one.end), new.encode("utf-8", "surrogateescape"))
    return edit(context, module.path, span, f"write {new}")
