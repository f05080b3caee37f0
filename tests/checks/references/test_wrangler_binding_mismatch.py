"""Names of bindings in wrangler, Terraform and code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


CONFIG = """\
name = "edge"
main = "src/a.ts"
[vars]
MODE = "a"
[[kv_namespaces]]
binding = "SESSIONS"
id = "1"
"""
ENV = "export interface Env {\n  MODE: string;\n  SESSIONS: KVNamespace;\n%s}\n"


def test_typed_used_and_deployed(inspect: Inspect) -> None:
    terraform = 'resource "cloudflare_workers_script" "e" {\n  name = "edge"\n  kv_namespace_binding {\n    name = "SESSION"\n  }\n}\n'
    code = "export default { fetch(r, env) { return env.CACHE.get(r.url); } };\n"
    tree = {
        "wrangler.toml": CONFIG,
        "src": {"a.ts": code, "env.ts": ENV % "  LIMITS: KVNamespace;\n"},
        "main.tf": terraform,
    }

    found = inspect("wrangler-binding-mismatch", tree)

    assert places(found) == [("warning", "main.tf", 4), ("warning", "src/a.ts", 1), ("warning", "src/env.ts", 4)]
    assert [fix.title for one in found for fix in one.fixes] == ["write SESSIONS"]


def test_an_environment_inherits_no_bindings(inspect: Inspect) -> None:
    config = CONFIG + "[env.production]\nvars = { MODE = 'b' }\n"
    tree = {"wrangler.toml": config, "src": {"a.ts": "env.SESSIONS.get('a')\n"}}

    assert places(inspect("wrangler-binding-mismatch", tree)) == [("warning", "wrangler.toml", 8)]


def test_quiet_about_secrets_options_comments_and_other_workers(inspect: Inspect) -> None:
    members = "  TOKEN: string;\n  OLD?: KVNamespace;\n  // GONE: KVNamespace;\n  MAYBE: Queue | undefined;\n"
    code = "process.env.HOME_DIR.get('x');\n// env.WAKERS.get(1)\nimport.meta.env.BASE.get('y');\nenv.MODE.get('z');\n"
    tree = {
        "wrangler.toml": CONFIG,
        ".dev.vars.example": "TOKEN=\n",
        "src": {"a.ts": code, "env.ts": ENV % members},
        "test": {"env.d.ts": ENV % "  ONLY_TEST: KVNamespace;\n"},
        "other": {"wrangler.toml": 'name = "o"\nmain = "o.ts"\n[vars]\nX = "1"\n', "o.ts": "env.X.get('x')\n"},
        "main.tf": 'resource "cloudflare_workers_script" "x" {\n  name = "unrelated"\n  kv_namespace_binding {\n    name = "ANY"\n  }\n}\n',
    }

    assert inspect("wrangler-binding-mismatch", tree) == []
