"""See :class:`TerraformCatchAllRoute`."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from toolkit.checking import Check
from toolkit.checks.references._repair import mapping, position
from toolkit.checks.references._terraform import WORKER_SCRIPTS, modules, named, reported
from toolkit.checks.references._worker_code import CODE, forwards
from toolkit.checks.references._wrangler import reported as configurations
from toolkit.checks.references._wrangler import scopes
from toolkit.outputs import outputs, package_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._terraform import Module
    from toolkit.checks.references._wrangler import Config
    from toolkit.documents import Path
    from toolkit.documents.hcl import Block
    from toolkit.model import Finding

_ROUTES = ("cloudflare_workers_route", "cloudflare_worker_route")
_EVERYTHING = re.compile(r"(?:https?://|\*://)?\*[^/]*/\*")
_TEXT = "The route {} gives all requests of the zone to a worker that never forwards one: whatever else the zone serves is gone."
_REFERENCE = re.compile(r"cloudflare_workers?_script\.([\w-]+)")


class TerraformCatchAllRoute(Check):
    """A route sends every request of a zone to a worker that never forwards one.

    What it checks: Cloudflare routes, in Terraform and in wrangler configurations, whose host begins with a wildcard and whose
        path is ``/*``, where the code of the worker is in the repository and nowhere calls ``fetch`` for an origin, an asset or
        another service.
    Why it matters: The route takes the traffic of every host of the zone, the website and its API too, and the worker answers
        it all itself: an outage on the day of the deployment.
    How to fix: Narrow the pattern to the paths that the worker serves, or let it forward what is not its own.
    Fix safety: Manual. Which paths are the worker's only the team knows.
    """

    severity = "warning"

    def run(self, context: Inspection) -> Iterable[Finding]:
        for module in reported(context):
            for block in module.document.blocks("resource"):
                pattern = block.attribute("pattern")
                if block.labels[:1] and block.labels[0] in _ROUTES and pattern is not None:
                    text = pattern.expression.strip('"')
                    if _EVERYTHING.fullmatch(text):
                        yield from self._route(context, module, block, text, pattern.line)

        for config in configurations(context):
            yield from self._configured(context, config)

    def _configured(self, context: Inspection, config: Config) -> Iterator[Finding]:
        for where, data in scopes(config):
            main = data.get("main", config.data.get("main"))
            source = posixpath.normpath(posixpath.join(config.folder, main)) if isinstance(main, str) else ""
            if not source.endswith(CODE) or not context.is_file(source) or "assets" in {**config.data, **data}:
                continue
            for place, text in _patterns(data):
                if _EVERYTHING.fullmatch(text) and not forwards(context, source):
                    yield self.finding(
                        context,
                        config.path,
                        _TEXT.format(text),
                        line=position(config.document, (*where, *place)),
                        evidence=f"{source} and what lies beside it never call fetch for an origin",
                    )

    def _route(self, context: Inspection, module: Module, block: Block, text: str, line: int) -> Iterator[Finding]:
        script = block.attribute("script_name") or block.attribute("script")
        reference = _REFERENCE.search(script.expression) if script else None
        source = _source(context, module.folder, reference[1]) if reference else ""
        if source and not forwards(context, source):
            yield self.finding(
                context,
                module.path,
                _TEXT.format(text),
                line=line,
                evidence=f"{source} and what lies beside it never call fetch for an origin",
            )


def _patterns(data: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """The routes of one scope of a wrangler configuration, in all of their forms; domains of its own are none."""
    given = data.get("routes")
    entries: list[tuple[Path, Any]] = [(("route",), data.get("route"))]
    entries += [(("routes", index), item) for index, item in enumerate(given if isinstance(given, list) else [])]
    for place, item in entries:
        if isinstance(item, str):
            yield place, item
        elif isinstance(text := mapping(item).get("pattern"), str) and not mapping(item).get("custom_domain"):
            yield (*place, "pattern"), text


def _source(context: Inspection, folder: str, name: str) -> str:
    """The source of a worker: the file that Terraform uploads, or the one that a build makes it from."""
    for module in modules(context):
        for block in module.document.blocks("resource") if module.folder == folder else ():
            if block.labels[:1] and block.labels[0] in WORKER_SCRIPTS and block.labels[1:] == (name,):
                return _uploaded(context, module, block)
    return ""


def _uploaded(context: Inspection, module: Module, block: Block) -> str:
    content = block.attribute("content") or block.attribute("content_file")
    paths = [one.path for one in named(module) if content and one.path and one.written in content.expression]
    for path in paths:
        if context.is_file(path):
            return path
        package = package_of(context, path)
        made = outputs(context, package) if package is not None else ()
        exact = [output.source for output in made if output.path == path]
        stem = posixpath.splitext(posixpath.basename(path))[0]
        alike = [output.source for output in made if posixpath.splitext(posixpath.basename(output.source))[0] == stem]
        if exact or alike:
            return (exact + alike)[0]
    return ""
