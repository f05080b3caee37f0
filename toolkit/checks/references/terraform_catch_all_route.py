"""See :class:`TerraformCatchAllRoute`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolkit.checking import Check
from toolkit.checks._packages import all_packages
from toolkit.checks.references._repair import by_hand, position
from toolkit.checks.references._terraform.modules import reported
from toolkit.checks.references._wrangler.configurations import reported as configurations
from toolkit.checks.references._wrangler.configurations import scopes
from toolkit.checks.references._wrangler.worker_code import CODE, answers_alike, forwards, forwards_in, serves_pages
from toolkit.checks.references._wrangler.worker_routes import Answer, answer, breadth, origin_behind, patterns
from toolkit.places import folder_of, listed, path_from, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._wrangler.configurations import Config
    from toolkit.documents import Path
    from toolkit.model import Finding, Severity

_ROUTES = ("cloudflare_workers_route", "cloudflare_worker_route")
_TEXTS = {
    "hosts": "The route {} gives all requests of the zone to a worker that never forwards one: whatever else the zone serves is gone.",
    "site": "The route {} gives all requests of the site to a worker that serves no pages and never forwards a request: the website is gone.",
}
_SITES = frozenset(
    {"next", "astro", "nuxt", "vite", "gatsby", "react-scripts", "@sveltejs/kit", "@remix-run/react", "@angular/core", "@11ty/eleventy"}
)  # fmt: skip
"""Dependencies that make a package a website."""


class TerraformCatchAllRoute(Check):
    """A route sends every request of a zone or a site to a worker that never forwards one.

    What it checks: Cloudflare routes, in Terraform and in wrangler configurations, whose path is ``/*``, where the code of the
        worker is in the repository (or within the configuration) and nowhere calls ``fetch`` for an origin, an asset or another
        service. The host begins with a wildcard, or is the domain itself, the worker serves no pages, and the repository has a
        website. An error where Terraform itself gives a host of the route an origin behind Cloudflare; information for a domain
        of which nothing but the worker is known. Plain values, lists and defaults of variables are filled in.
    Why it matters: The route takes the traffic of every host of the zone, the website and its API too, and the worker answers
        it all itself: an outage on the day of the deployment.
    How to fix: Narrow the pattern to the paths that the worker serves, or let it forward what is not its own.
    Fix safety: Manual. Which paths are the worker's only the team knows.
    """

    severity = "warning"

    def run(self, context: Inspection) -> Iterable[Finding]:
        for module in reported(context):
            for block in module.document.blocks("resource"):
                item = block.attribute("pattern")
                if block.labels[:1] and block.labels[0] in _ROUTES and item is not None:
                    wide = [(text, kind) for text in patterns(context, module, block) if (kind := breadth(text))]
                    code = answer(context, module, block) if wide else None
                    if code is not None:
                        yield from self._judged(context, module.path, item.line, wide[0], code)
        for config in configurations(context):
            yield from self._configured(context, config)

    def _configured(self, context: Inspection, config: Config) -> Iterator[Finding]:
        for where, data in scopes(config):
            main = data.get("main", config.data.get("main"))
            source = path_from(config.folder, main) if isinstance(main, str) else ""
            if (
                not source.endswith(CODE)
                or not context.is_file(source)
                or {**config.data, **data}.keys() & {"assets", "site"}
            ):
                continue
            for place, text, zone in _patterns(data):
                if kind := breadth(text, zone):
                    line = position(config.document, (*where, *place))
                    yield from self._judged(context, config.path, line, (text, kind), Answer(source))

    def _judged(
        self, context: Inspection, path: str, line: int | tuple[int, int], route: tuple[str, str], code: Answer
    ) -> Iterator[Finding]:
        text, kind = route
        if forwards(context, code.path) if code.path else forwards_in(code.text):
            return
        if kind == "site" and serves_pages(context, code.path, code.text):
            return
        behind = origin_behind(context, folder_of(path), text) if path.endswith(".tf") else ""
        level = _level(context, kind, code, behind)
        what = f"{code.path} and what lies beside it never call" if code.path else "its text never calls"
        hidden = f"; {behind} gives the host an origin, which nobody reaches" if behind else ""
        who = code.path or "its code"
        yield self.finding(
            context,
            path,
            _TEXTS[kind].format(text),
            line=line,
            severity=level,
            evidence=f"{what} fetch for an origin{hidden}",
            fixes=by_hand(
                f"narrow {text} to the paths that the worker serves, or let {who} fetch(request) what is not its own"
            ),
        )


def _level(context: Inspection, kind: str, code: Answer, behind: str) -> Severity:
    """How sure it is that a route hides something: an origin of its own configuration is hidden for certain."""
    if behind:
        return "error"
    told = kind == "hosts" or _has_site(context, code.path) or answers_alike(context, code.path, code.text)
    return "warning" if told else "info"


def _has_site(context: Inspection, source: str) -> bool:
    """Whether the repository has a website besides the worker."""
    return any(
        not source.startswith(f"{package.folder}/")
        and _SITES & {*table(package.data, "dependencies"), *table(package.data, "devDependencies")}
        for package in all_packages(context)
    )


def _patterns(data: dict[str, Any]) -> Iterator[tuple[Path, str, str]]:
    """The routes of one scope of a wrangler configuration, in all of their forms; domains of its own are none."""
    given = data.get("routes")
    entries: list[tuple[Path, Any]] = [(("route",), data.get("route"))]
    entries += [(("routes", index), item) for index, item in enumerate(listed(given))]
    for place, item in entries:
        if isinstance(item, str):
            yield place, item, ""
        elif isinstance(text := table(item).get("pattern"), str) and not table(item).get("custom_domain"):
            yield (*place, "pattern"), text, str(table(item).get("zone_name", ""))
