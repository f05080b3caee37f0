"""Routes of workers: their patterns with what is known filled in, and the code that answers them."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks.references._terraform.modules import WORKER_SCRIPTS, modules
from toolkit.checks.references._terraform.paths import named
from toolkit.checks.references._wrangler.configurations import configs
from toolkit.checks.references._wrangler.worker_code import CODE
from toolkit.expressions import regex
from toolkit.outputs import outputs, package_of
from toolkit.places import path_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._terraform.modules import Module
    from toolkit.documents.hcl import Block

__all__ = ["Answer", "answer", "breadth", "filled", "origin_behind", "patterns", "uploaded"]

_EVERY_HOST = regex(r"(?:https?://|\*://)?\*[^/]*/\*")
_WHOLE_HOST = regex(r"(?:https?://)?(?P<host>[^/*]+)/\*")
_APEX = regex(r"(?:www\.)?[\w-]+\.(?:(?:com?|org|net|gov|edu|ac)\.)?[a-z]{2,24}")
_ZONE = regex(r"(?:www\.)?\$\{\s*(?:var|local|data\.cloudflare_zones?\.\w+|cloudflare_zone\.\w+)\.(?P<name>\w+)[^}]*\}")
_OF_ZONE = regex(r"(?:root_|apex_|base_|main_|zone_|site_|primary_|my_)?(?:domain|zone|host|hostname|name)(?:_name)?")
_VALUE = regex(r"\$\{\s*(var|local)\.([\w-]+)\s*\}")
_REFERENCE = regex(r"cloudflare_workers?_script\.([\w-]+)")
_QUOTED = regex(r'"((?:[^"\\]|\\.)*)"')
_DEEPEST = 5
_RECORDS = ("cloudflare_record", "cloudflare_dns_record")
_NO_ORIGIN = regex(r"192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|\"100::|\.workers\.dev\b")
"""Addresses that are only there for a route to take hold; those of workers forward nothing either."""
_OF_ORIGIN = frozenset({"A", "AAAA", "CNAME"})


class Answer(NamedTuple):
    """The code that answers a route: a file of the repository, or a text within the configuration."""

    path: str
    text: str = ""


def breadth(pattern: str, zone_name: str = "") -> str:
    """``hosts`` for a pattern that takes every host of its zone, ``site`` for one that takes all of its first one; else empty."""
    if _EVERY_HOST.fullmatch(pattern):
        return "hosts"
    match = _WHOLE_HOST.fullmatch(pattern)
    host = match["host"] if match else ""
    zone = _ZONE.fullmatch(host)
    is_first = _APEX.fullmatch(host) or host == zone_name or (zone and _OF_ZONE.fullmatch(zone["name"]))
    return "site" if host and is_first else ""


def origin_behind(context: Inspection, folder: str, pattern: str) -> str:
    """The record of a module that gives a host of a route an origin, through which Cloudflare leads all requests; empty for none."""
    one_host = _WHOLE_HOST.fullmatch(pattern)
    for module in modules(context):
        for block in module.document.blocks("resource") if module.folder == folder else ():
            given = {key: block.attribute(key) for key in ("name", "type", "proxied", "content", "value")}
            proxied, kind, target = given["proxied"], given["type"], given["content"] or given["value"]
            if not block.labels or block.labels[0] not in _RECORDS or not (given["name"] and target):
                continue
            name = filled(context, folder, given["name"].literal or f"${{{given['name'].expression}}}")
            leads = proxied is not None and proxied.expression == "true" and not _NO_ORIGIN.search(target.expression)
            host = one_host["host"] if one_host else name
            if leads and kind is not None and kind.literal in _OF_ORIGIN and name in ("@", host, *_short(host)):
                return f"{module.path}:{given['name'].line}"
    return ""


def _short(host: str) -> tuple[str, ...]:
    """What a record calls a host below its zone."""
    return ("www",) if host.startswith("www.") else ()


def patterns(context: Inspection, module: Module, block: Block) -> Iterator[str]:
    """The patterns of one route of Terraform: those of a list that it is made for, and with plain values filled in."""
    item = block.attribute("pattern")
    if item is None:
        return
    if re.fullmatch(r"each\.(?:value|key)", item.expression):
        source = block.attribute("for_each")
        texts = _QUOTED.findall(source.expression) if source else []
    else:
        texts = [item.expression[1:-1]] if _QUOTED.fullmatch(item.expression) else [f"${{{item.expression}}}"]
    for text in texts:
        yield filled(context, module.folder, text)


def filled(context: Inspection, folder: str, text: str) -> str:
    """A text of a module with its locals and the defaults of its variables put in, as far as they are plain."""
    known = _values(context, folder)
    for _ in range(_DEEPEST):
        new = _VALUE.sub(lambda match: known.get((match[1], match[2]), match[0]), text)
        if new == text:
            break
        text = new
    return text


def _values(context: Inspection, folder: str) -> dict[tuple[str, str], str]:
    """Locals and defaults of variables of a module that are texts or nothing but another value."""
    found: dict[tuple[str, str], str] = {}
    for module in modules(context):
        for block in module.document.body.blocks if module.folder == folder else ():
            items = [("local", one.name, one) for one in block.attributes] if block.type == "locals" else []
            default = block.attribute("default") if block.type == "variable" and block.labels else None
            items += [("var", block.labels[0], default)] if default else []
            for kind, name, item in items:
                if _QUOTED.fullmatch(item.expression):
                    found[kind, name] = item.expression[1:-1]
                elif re.fullmatch(r"(?:var|local)\.[\w-]+", item.expression):
                    found[kind, name] = f"${{{item.expression}}}"
    return found


def answer(context: Inspection, module: Module, block: Block) -> Answer | None:
    """The code that a route of Terraform sends to; ``None`` where the repository does not have it."""
    script = block.attribute("script_name") or block.attribute("script")
    if script is None:
        return None
    reference = _REFERENCE.search(script.expression)
    for other in modules(context):
        for one in other.document.blocks("resource") if other.folder == module.folder else ():
            if one.labels[:1] and one.labels[0] in WORKER_SCRIPTS and _is_meant(one, reference, script.literal):
                return uploaded(context, other, one)
    main = next(
        (config.data.get("main") for config in configs(context) if config.data.get("name") == script.literal), None
    )
    folder = next((config.folder for config in configs(context) if config.data.get("name") == script.literal), ".")
    source = path_from(folder, main) if isinstance(main, str) else ""
    if not source.endswith(CODE):
        return None
    source = source if context.is_file(source) else _beside(context, source)
    return Answer(source) if source else None


def _beside(context: Inspection, path: str) -> str:
    """The usual entry in the folder of one that is not there."""
    folder = posixpath.dirname(path)
    names = (f"{folder}/{stem}{ending}" for stem in ("index", "worker") for ending in CODE if folder)
    return next((name for name in names if context.is_file(name)), "")


def _is_meant(block: Block, reference: re.Match[str] | None, name: str | None) -> bool:
    if reference:
        return block.labels[1:] == (reference[1],)
    given = block.attribute("script_name") or block.attribute("name")
    return bool(name) and given is not None and given.literal == name


def uploaded(context: Inspection, module: Module, block: Block) -> Answer | None:
    """The code that a worker's resource uploads, as it is before the build; ``None`` where the repository does not have it."""
    content = block.attribute("content") or block.attribute("content_file")
    if content is not None and content.expression.startswith("<<"):
        return Answer("", content.expression)
    paths = [
        one.path
        for one in named(context, module)
        if content and one.path and (one.by or one.written) in content.expression
    ]
    found = (_source(context, path) for path in paths)
    return next((Answer(one) for one in found if one), None)


def _source(context: Inspection, path: str) -> str:
    """The file itself, or the one that a build makes it from."""
    if context.is_file(path):
        return path
    package = package_of(context, path)
    if package is None:
        return ""
    made = outputs(context, package)
    stem = posixpath.splitext(posixpath.basename(path))[0]
    exact = [output.source for output in made if output.path == path and output.source]
    alike = [output.source for output in made if posixpath.splitext(posixpath.basename(output.source))[0] == stem]
    prefix = "src" if package == "." else f"{package}/src"
    beside = [
        name
        for one in (stem, "index", "worker")
        for ending in CODE
        if context.is_file(name := f"{prefix}/{one}{ending}")
    ]
    mains = [config.data.get("main") for config in configs(context) if config.folder == package]
    entries = [path_from(package, main) for main in mains if isinstance(main, str)]
    return next(iter((*exact, *alike, *entries, *beside)), "")
