"""Routes that take a whole zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


TERRAFORM = """\
resource "cloudflare_workers_script" "edge" {
  content = file("${path.module}/worker.js")
}
resource "cloudflare_workers_route" "all" {
  pattern     = "%s"
  script_name = cloudflare_workers_script.edge.name
}
"""
ANSWERS = "export default { async fetch(request, env) { return new Response('no'); } };\n"
FORWARDS = "export default { async fetch(request) { return fetch(request); } };\n"


def test_a_worker_that_never_forwards(inspect: Inspect) -> None:
    tree = {"edge": {"main.tf": TERRAFORM % "*example.com/*", "worker.js": ANSWERS}}

    assert places(inspect("terraform-catch-all-route", tree)) == [("warning", "edge/main.tf", 5)]


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("*example.com/*", FORWARDS),
        ("*example.com/*", "export default { fetch(r, env) { return env.ASSETS.fetch(r); } };\n"),
        ("example.com/api/*", ANSWERS),
        ("edge.example.com/*", ANSWERS),
        ("*example.com/hooks/*", ANSWERS),
    ],
)
def test_quiet_about_narrow_routes_and_forwarding_workers(inspect: Inspect, pattern: str, code: str) -> None:
    assert inspect("terraform-catch-all-route", {"edge": {"main.tf": TERRAFORM % pattern, "worker.js": code}}) == []


def test_routes_of_wrangler(inspect: Inspect) -> None:
    def config(name: str, routes: str) -> str:
        return f'name = "{name}"\nmain = "a.js"\n{routes}\n'

    answers = "export default { fetch() { return new Response('mine'); } };\n"
    tree = {
        "a": {"wrangler.toml": config("a", 'route = "*.example.com/*"'), "a.js": answers},
        "b": {"wrangler.toml": config("b", '[env.live]\nroutes = [{pattern = "*example.com/*"}]'), "a.js": answers},
        "c": {"wrangler.toml": config("c", 'route = "api.example.com/*"'), "a.js": answers},
        "d": {
            "wrangler.toml": config("d", 'route = "*/*"'),
            "a.js": answers.replace("new Response('mine')", "fetch(r)"),
        },
        "e": {"wrangler.toml": config("e", 'route = "*/*"\n[assets]\ndirectory = "."'), "a.js": answers},
    }

    assert places(inspect("terraform-catch-all-route", tree)) == [
        ("warning", "a/wrangler.toml", 3),
        ("warning", "b/wrangler.toml", 4),
    ]


def test_values_lists_and_texts_are_filled_in(inspect: Inspect) -> None:
    text = """\
variable "zone" { default = "example.org" }
locals { host = var.zone }
resource "cloudflare_worker_script" "old" {
  name    = "old"
  content = <<-JS
    addEventListener("fetch", (event) => event.respondWith(new Response("gone")));
  JS
}
resource "cloudflare_worker_route" "a" {
  pattern     = "*${local.host}/*"
  script_name = "old"
}
resource "cloudflare_worker_route" "b" {
  for_each    = toset(["api.example.org/*", "*.example.org/*"])
  pattern     = each.value
  script_name = cloudflare_worker_script.old.name
}
"""
    assert places(inspect("terraform-catch-all-route", {"infra": {"main.tf": text}})) == [
        ("warning", "infra/main.tf", 10),
        ("warning", "infra/main.tf", 15),
    ]


SITE = {"web": {"package.json": '{"dependencies": {"next": "1"}}'}}


@pytest.mark.parametrize(
    ("code", "levels"),
    [
        (ANSWERS, ["warning"]),
        ("const app = new Hono();\nexport default { fetch: (r) => app.fetch(r) };\n", ["warning"]),
        ("export default { fetch: () => new Response('<html>', {headers: {'content-type': 'text/html'}}) };\n", []),
        (FORWARDS, []),
    ],
)
def test_a_whole_site_goes_to_a_worker_without_pages(inspect: Inspect, code: str, levels: list[str]) -> None:
    tree = {"edge": {"main.tf": TERRAFORM % "${var.domain}/*", "worker.js": code}, **SITE}

    assert [one.severity for one in inspect("terraform-catch-all-route", tree)] == levels


def test_a_domain_without_a_website_may_be_the_workers(inspect: Inspect) -> None:
    tree = {"edge": {"main.tf": TERRAFORM % "example.dev/*", "worker.js": LOOKS}}

    assert [one.severity for one in inspect("terraform-catch-all-route", tree)] == ["info"]


def test_the_first_host_of_a_zone(inspect: Inspect) -> None:
    config = 'name = "a"\nmain = "a.js"\nroutes = [{ pattern = "notes.example.com/*", zone_name = "%s" }]\n'
    tree = {
        "a": {"wrangler.toml": config % "notes.example.com", "a.js": ANSWERS},
        "b": {"wrangler.toml": config % "example.com", "a.js": ANSWERS},
        **SITE,
    }

    assert places(inspect("terraform-catch-all-route", tree)) == [("warning", "a/wrangler.toml", 3)]


@pytest.mark.parametrize(("main", "found"), [("src/worker.ts", 1), ("dist/worker.js", 0), ("src/index.ts", 1)])
def test_a_worker_whose_entry_is_gone(inspect: Inspect, main: str, found: int) -> None:
    text = """\
locals {
  zone_host = coalesce(var.zone_name, "workers.example.com")
}
resource "cloudflare_workers_route" "a" {
  pattern = "${local.zone_host}/*"
  script  = "edge"
}
"""
    worker = {"wrangler.toml": f'name = "edge"\nmain = "{main}"\n', "src": {"index.ts": ANSWERS}}
    told = inspect("terraform-catch-all-route", {"infra": {"main.tf": text}, "edge": worker, **SITE})

    assert places(told) == [("warning", "infra/main.tf", 5)] * found


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (
            "if (path === '/invite') return Response.redirect(to, 302);\n  return new Response('none', { status: 404 });",
            True,
        ),
        (
            "if (path === '/old') return new Response(null, { status: 301 });\n  // redirect the rest\n  return Response.json({});",
            True,
        ),
        ("if (bad) return new Response('no', { status: 400 });\n  return Response.redirect(to, 301);", False),
        ("return new Response(null, { status: 308, headers: { Location: to } });", False),
        (
            "if (url.hostname === 'a.b') return Response.redirect(to, 301);\n  return new Response('none', { status: 404 });",
            False,
        ),
        ("return new Response('<html></html>');", False),
    ],
)
def test_a_redirect_of_some_paths_is_no_page(inspect: Inspect, code: str, told: bool) -> None:
    tree = {
        "site": {"package.json": '{"name": "site", "dependencies": {"next": "15.0.0"}}'},
        "edge": {
            "main.tf": TERRAFORM % "example.com/*",
            "worker.js": f"export default {{ async fetch(request) {{\n  {code}\n}} }};\n",
        },
    }

    assert places(inspect("terraform-catch-all-route", tree)) == ([("warning", "edge/main.tf", 5)] if told else [])


RECORD = 'resource "cloudflare_record" "a" {\n  name    = %s\n  type    = "%s"\n  content = %s\n  proxied = %s\n}\n'
LOOKS = "export default { fetch(r) { return Response.json({ of: new URL(r.url).pathname }); } };\n"


@pytest.mark.parametrize(
    ("pattern", "record", "level"),
    [
        pytest.param("*example.com/*", ('"api"', "A", '"20.1.1.1"', "true"), "error", id="any host"),
        pytest.param("example.com/*", ('"@"', "A", '"20.1.1.1"', "true"), "error", id="the zone"),
        pytest.param("www.example.com/*", ('"www"', "CNAME", '"a.example.net"', "true"), "error", id="below the zone"),
        pytest.param("${var.domain}/*", ("var.domain", "CNAME", "aws_lb.a.dns_name", "true"), "error", id="a variable"),
        pytest.param("example.com/*", ('"api"', "A", '"20.1.1.1"', "true"), "info", id="another host"),
        pytest.param("example.com/*", ('"@"', "A", '"192.0.2.1"', "true"), "info", id="no origin"),
        pytest.param("example.com/*", ('"@"', "A", '"20.1.1.1"', "false"), "info", id="past Cloudflare"),
        pytest.param("example.com/*", ('"@"', "TXT", '"20.1.1.1"', "true"), "info", id="a text"),
    ],
)
def test_an_origin_that_a_route_hides(
    inspect: Inspect, pattern: str, record: tuple[str, str, str, str], level: str
) -> None:
    tree = {"edge": {"main.tf": TERRAFORM % pattern + RECORD % record, "worker.js": LOOKS}}

    assert [one.severity for one in inspect("terraform-catch-all-route", tree)] == [level]


@pytest.mark.parametrize(
    ("code", "level"),
    [
        (ANSWERS, "warning"),
        ("addEventListener('fetch', e => e.respondWith(new Response('', {status: 204})));\n", "warning"),
        (LOOKS, "info"),
        ("import { app } from './app';\nexport default { fetch: app, other: Response };\n", "info"),
        ("export default { fetch(r) { return Response.json({ by: r.headers.get('x') }); } };\n", "info"),
    ],
)
def test_a_worker_that_answers_all_alike(inspect: Inspect, code: str, level: str) -> None:
    tree = {"edge": {"main.tf": TERRAFORM % "example.com/*", "worker.js": code}}

    assert [one.severity for one in inspect("terraform-catch-all-route", tree)] == [level]
