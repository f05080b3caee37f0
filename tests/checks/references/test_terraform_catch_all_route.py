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
