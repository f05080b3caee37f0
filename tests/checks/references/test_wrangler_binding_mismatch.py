"""Names of bindings in wrangler, Terraform and code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

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
        "src": {"a.ts": code + "env.LIMITS;\n", "env.ts": ENV % "  LIMITS: KVNamespace;\n"},
        "main.tf": terraform,
    }

    found = inspect("wrangler-binding-mismatch", tree)

    assert places(found) == [("warning", "main.tf", 4), ("warning", "src/a.ts", 1), ("warning", "src/env.ts", 4)]
    assert [fix.title for one in found for fix in one.fixes if fix.actions] == ["write SESSIONS"]


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


def test_one_finding_for_an_environment_that_repeats_nothing(inspect: Inspect) -> None:
    config = """\
name = "a"
main = "a.ts"
[[kv_namespaces]]
binding = "CACHE"
id = "1"
[[r2_buckets]]
binding = "FILES"
bucket_name = "files"
[env.live]
name = "a-live"
[env.part]
[[env.part.kv_namespaces]]
binding = "CACHE"
id = "2"
[[env.part.r2_buckets]]
binding = "FILES"
bucket_name = "files"
"""
    code = "export default { fetch(r, env) { env.CACHE.get('a'); return env.FILES.get('b'); } };\n"
    found = inspect("wrangler-binding-mismatch", {"wrangler.toml": config, "a.ts": code})

    assert places(found) == [("warning", "wrangler.toml", 9)]
    assert "CACHE, FILES" in found[0].message


def test_bindings_in_one_line_and_within_a_framework(inspect: Inspect) -> None:
    config = 'name = "a"\nmain = "a.ts"\n[[kv_namespaces]]\nbinding = "CACHE"\nid = "1"\n'
    code = """\
const app = new Hono<{ Bindings: { CACHE: KVNamespace; AUTH: Fetcher; KEY: string } }>();
app.get("/", (c) => proxy(c.env.AUTH));
export default app;
"""
    found = inspect("wrangler-binding-mismatch", {"wrangler.toml": config, "a.ts": code})

    assert [one.message.partition(" ")[0] for one in found if one.severity == "warning"] == ["AUTH"]


def test_a_type_of_another_kind(inspect: Inspect) -> None:
    env = "export interface Env {\n  MODE: string;\n  SESSIONS: R2Bucket;\n}\n"

    found = inspect("wrangler-binding-mismatch", {"wrangler.toml": CONFIG, "src": {"a.ts": env}})

    assert places(found) == [("warning", "src/a.ts", 3)]


def test_names_that_are_taken_apart(inspect: Inspect) -> None:
    code = "export default { async fetch(r, env) {\n  const { SESSIONS, CACHE, TOKEN } = env;\n  await CACHE.get('a');\n  await SESSIONS.get(TOKEN);\n} };\n"

    found = inspect("wrangler-binding-mismatch", {"wrangler.toml": CONFIG, "src": {"a.ts": code}})

    assert places(found) == [("warning", "src/a.ts", 2)]


@pytest.mark.parametrize(
    "code",
    [
        "if (env.CACHE) { await env.CACHE.get('a'); }",
        "await env.CACHE?.get('a');",
        "const a = env.CACHE && (await env.CACHE.get('a'));",
    ],
)
def test_quiet_where_the_code_asks_first(inspect: Inspect, code: str) -> None:
    tree = {"wrangler.toml": CONFIG, "src": {"a.ts": f"export default {{ async fetch(r, env) {{ {code} }} }};\n"}}

    assert inspect("wrangler-binding-mismatch", tree) == []


def test_quiet_about_what_a_workflow_adds(inspect: Inspect) -> None:
    tree = {
        "wrangler.toml": CONFIG,
        "src": {"a.ts": ENV % "  FAST: Hyperdrive;\n"},
        "deploy.sh": 'cat >> wrangler.toml <<EOF\n[[hyperdrive]]\nbinding = "FAST"\nEOF\n',
    }

    assert inspect("wrangler-binding-mismatch", tree) == []


def test_a_worker_that_terraform_alone_deploys(inspect: Inspect) -> None:
    terraform = """\
resource "cloudflare_workers_script" "e" {
  script_name  = "edge"
  content_file = "${path.module}/../edge/a.ts"
  bindings = [
    { type = "kv_namespace", name = "CACHE", namespace_id = "1" },
    { type = "plain_text", name = "API_URL", text = "a" },
  ]
}
"""
    code = "interface Env {\n  CACHE: KVNamespace;\n  FILES: R2Bucket;\n  API_ORIGIN: string;\n}\nexport default {};\n"

    found = inspect("wrangler-binding-mismatch", {"infra": {"main.tf": terraform}, "edge": {"a.ts": code}})

    assert places(found) == [("warning", "edge/a.ts", 3), ("warning", "infra/main.tf", 6)]


def test_environments_that_lack_the_same_are_told_once(inspect: Inspect) -> None:
    text = CONFIG + "[env.a]\nroute = 'x'\n[env.b]\nroute = 'y'\n"
    code = "export default { fetch: (r, env) => env.SESSIONS.get('a') };\n"

    assert places(inspect("wrangler-binding-mismatch", {"wrangler.toml": text, "src": {"a.ts": code}})) == [
        ("warning", "wrangler.toml", 8)
    ]


def test_a_text_by_another_name(inspect: Inspect) -> None:
    config = CONFIG.replace('MODE = "a"', 'MODE = "a"\nAPI_BASE_URL = "b"')
    typed = {"src": {"env.ts": ENV % "  API_BASE: string;\n  API_TOKEN: string;\n"}}
    used = {"src": {"a.js": "export default { fetch: (r, env) => new Response(env.API_BASE + env.MODE) };\n"}}

    assert places(inspect("wrangler-binding-mismatch", {"one": {"wrangler.toml": config, **typed}})) == [
        ("warning", "one/src/env.ts", 4),
        ("info", "one/src/env.ts", 5),
    ]
    assert ("warning", "two/src/a.js", 1) in places(
        inspect("wrangler-binding-mismatch", {"two": {"wrangler.toml": config, **used}})
    )


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("", "info"),
        ("// GONE\nsay('GONE, or not')\n", "info"),
        ("load(env.GONE)\n", "warning"),
        ("const { SESSIONS, GONE } = env\n", "warning"),
        ("async function a({ GONE }: Env) {}\n", "warning"),
        ("c.env['GONE'].get('a')\n", "warning"),
    ],
)
def test_types_that_nobody_reads(inspect: Inspect, code: str, level: str) -> None:
    code += "env.SESSIONS.get('a')\n"
    tree = {"wrangler.toml": CONFIG, "src": {"a.ts": code, "types.d.ts": ENV % "  GONE: KVNamespace;\n"}}

    assert [one.severity for one in inspect("wrangler-binding-mismatch", tree)] == [level]


WORKER = """\
export interface Env {
  SESSIONS: KVNamespace;
  FILES?: R2Bucket;
}
export default { fetch: (r, env) => env.SESSIONS.get(r.url) };
"""
LIKE = 'name = "edge-%s"\nmain = "src/a.ts"\n[vars]\nMODE = "a"\n[[%s]]\nbinding = "%s"\nid = "1"\n'


def test_a_configuration_that_another_one_hides(inspect: Inspect) -> None:
    tree = {
        "wrangler.jsonc": '{"name": "edge", "main": "src/a.ts", "kv_namespaces": [{"binding": "SESSIONS", "id": "1"}]}',
        "wrangler.toml": LIKE % ("b", "r2_buckets", "FILES"),
        "src": {"a.ts": WORKER},
    }

    assert inspect("wrangler-binding-mismatch", tree) == []


@pytest.mark.parametrize("name", ['"edge-live"', '"edge-${var.stage}"', "local.name"])
def test_terraform_names_the_worker_of_an_environment(inspect: Inspect, name: str) -> None:
    config = (
        CONFIG + '[env.live]\n[[env.live.kv_namespaces]]\nbinding = "SESSIONS"\nid = "2"\n[env.live.vars]\nMODE = "b"\n'
    )
    terraform = f"""\
variable "stage" {{}}
locals {{
  name = "edge-live"
}}
resource "cloudflare_workers_script" "e" {{
  script_name = {name}
  kv_namespace_binding {{
    name = "SESSION"
  }}
}}
"""
    tree = {"wrangler.toml": config, "src": {"a.ts": "env.SESSIONS.get('a'); env.MODE;\n"}, "main.tf": terraform}

    assert places(inspect("wrangler-binding-mismatch", tree)) == [("warning", "main.tf", 8)]
    assert inspect("wrangler-binding-mismatch", {**tree, "main.tf": terraform.replace("edge-", "shop-")}) == []


def test_a_worker_that_terraform_calls_after_its_environment_is_wranglers_own(inspect: Inspect) -> None:
    terraform = """\
resource "cloudflare_worker_script" "e" {
  name    = "edge-${var.environment}"
  content = file("${path.module}/../edge/dist/a.js")
  kv_namespace_binding {
    name = "FIRST"
  }
  kv_namespace_binding {
    name = "OTHER"
  }
}
"""
    code = "interface Env {\n  SESSIONS: KVNamespace;\n  MODE: string;\n}\nexport default { fetch: (r, env: Env) => env.SESSIONS.get(env.MODE) };\n"
    tree = {"infra": {"main.tf": terraform}, "edge": {"wrangler.toml": CONFIG, "src": {"a.ts": code}}}

    (found,) = inspect("wrangler-binding-mismatch", tree)

    assert (found.path, found.line) == ("infra/main.tf", 5)
    assert found.message == "Terraform binds FIRST, OTHER, and edge/wrangler.toml and the code do not know them."


SISTER = 'name = "night"\nmain = "%s"\n[[kv_namespaces]]\nbinding = "QUEUED"\nid = "2"\n'


@pytest.mark.parametrize(
    ("folder", "main"),
    [
        pytest.param("night", "../edge/src/night.ts", id="beside it"),
        pytest.param("edge/jobs/night", "../../src/night.ts", id="below it"),
        pytest.param("deploy/workers/night", "../../../edge/src/jobs/../night.ts", id="far away"),
    ],
)
def test_quiet_about_what_a_sister_binds_that_starts_the_same_code(inspect: Inspect, folder: str, main: str) -> None:
    tree = {
        "edge/wrangler.toml": CONFIG,
        "edge/src/a.ts": "env.SESSIONS.get('a')\n",
        "edge/src/night.ts": "export interface Env { QUEUED: KVNamespace }\nenv.QUEUED.get('a')\n",
        f"{folder}/wrangler.toml": SISTER % main,
    }

    assert inspect("wrangler-binding-mismatch", tree) == []


def test_a_worker_with_code_of_its_own_is_no_sister(inspect: Inspect) -> None:
    tree = {
        "wrangler.toml": CONFIG,
        "src/a.ts": "env.QUEUED.get('a')\n",
        "night": {"wrangler.toml": SISTER % "src/night.ts", "src": {"night.ts": "env.QUEUED.get('a')\n"}},
    }

    assert places(inspect("wrangler-binding-mismatch", tree)) == [("warning", "src/a.ts", 1)]


def test_many_names_of_one_configuration_are_one_finding(inspect: Inspect) -> None:
    code = "".join(f"env.{name}.get('a');\n" for name in ("ONE", "TWO", "THREE", "FOUR"))

    found = inspect("wrangler-binding-mismatch", {"wrangler.toml": CONFIG, "src": {"a.ts": code}})

    assert [(one.line, one.message) for one in found] == [
        (1, "env.ONE and 3 more names are used that wrangler.toml does not bind: they are undefined at run time.")
    ]
    assert "FOUR (src/a.ts:4)" in found[0].evidence


PAGES = CONFIG.replace('main = "src/a.ts"', 'pages_build_output_dir = ".svelte-kit/cloudflare"')


def test_the_type_of_the_platform_of_sveltekit(inspect: Inspect) -> None:
    env = "  env: {\n    SESSIONS: KVNamespace;\n    ROOM: DurableObjectNamespace;\n  };\n"
    types = f"declare global {{ namespace App {{ interface Platform {{\n  cf?: CfProperties;\n{env}}} }} }}\n"
    route = "export const GET = async ({ platform }) => platform!.env.ROOM.get('x');\n"
    tree = {"wrangler.toml": PAGES, "src": {"app.d.ts": types, "routes": {"+server.ts": route}}}

    assert places(inspect("wrangler-binding-mismatch", tree)) == [("error", "src/app.d.ts", 5)]


@pytest.mark.parametrize(
    "code",
    [
        "export const GET = async ({ platform }) => platform!.env.ROOM.get('x');\n",
        "export const GET = async ({ platform }) => platform?.env?.ROOM.get('x');\n",
        "export const GET = async (event) => event.platform.env.ROOM.get('x');\n",
        "const { ROOM } = platform.env; ROOM.get('x');\n",
    ],
)
def test_the_platform_of_sveltekit_as_it_is_used(inspect: Inspect, code: str) -> None:
    """Each name once, with the other places."""
    routes = {"routes": {"a": {"+server.ts": code}, "b": {"+server.ts": code}}}

    found = inspect("wrangler-binding-mismatch", {"wrangler.toml": PAGES, "src": routes})

    assert [(one.severity, one.path, one.evidence) for one in found] == [
        ("warning", "src/routes/a/+server.ts", "known: MODE, SESSIONS; used in src/routes/b/+server.ts:1, too")
    ]


def test_a_resource_is_not_meant_by_a_value(inspect: Inspect) -> None:
    config = CONFIG.replace('MODE = "a"', 'LIMIT_REQUESTS = "5"').replace("SESSIONS", "CACHE")
    env = "export interface Env {\n  CACHE: KVNamespace;\n  LIMIT: KVNamespace;\n}\n"
    tree = {"wrangler.toml": config, "src": {"a.ts": "env.CACHE.get('a'); env.LIMIT.get('b');\n", "env.ts": env}}

    assert [(one.path, one.line, one.message) for one in inspect("wrangler-binding-mismatch", tree)] == [
        (
            "src/env.ts",
            3,
            "LIMIT is typed as a binding, and wrangler.toml binds it nowhere: it is undefined at run time.",
        )
    ]


def test_a_bound_resource_that_the_code_knows_by_another_name(inspect: Inspect) -> None:
    config = 'name = "edge"\nmain = "src/a.ts"\n[[d1_databases]]\nbinding = "NODES_DB"\ndatabase_id = "1"\n[[r2_buckets]]\nbinding = "FILES"\n'
    code = "export interface Env {\n  DB?: D1Database;\n  MEDIA?: R2Bucket;\n  SPARE?: KVNamespace;\n}\nexport default { fetch: (r, env: Env) => env.DB?.prepare('x') ?? env.FILES.get('a') };\n"

    (found,) = inspect("wrangler-binding-mismatch", {"wrangler.toml": config, "src": {"a.ts": code}})

    assert (found.severity, found.path, found.line) == ("warning", "wrangler.toml", 4)
    assert found.message.startswith(
        "NODES_DB is bound and read by nothing, and DB, of the same kind, is read and bound nowhere"
    )
    assert found.evidence == "src/a.ts:2 DB: D1Database"


def test_quiet_about_optional_bindings_beside_ones_that_are_read(inspect: Inspect) -> None:
    config = 'name = "edge"\nmain = "src/a.ts"\n[[d1_databases]]\nbinding = "MAIN"\ndatabase_id = "1"\n'
    code = "export interface Env {\n  DB?: D1Database;\n}\nexport default { fetch: (r, env: Env) => env.DB?.prepare('x') ?? env.MAIN.prepare('y') };\n"

    assert inspect("wrangler-binding-mismatch", {"wrangler.toml": config, "src": {"a.ts": code}}) == []


@pytest.mark.parametrize(
    ("member", "code", "line"),
    [
        ("  LIMITS: KVNamespace;\n", "export const a = (env: Env) => env.LIMITS.get('x');\n", ("src/env.ts", 4)),
        ("  LIMITS: { get(key: string): unknown };\n", "const env = getCloudflareContext().env as Env;\nenv.LIMITS.get('x');\n", ("src/a.ts", 2)),
        ("  LIMITS: Store;\n", "(await getCloudflareContext({ async: true })).env.LIMITS.put('x', 'y');\n", ("src/a.ts", 1)),
        ("  LIMITS?: Store;\n", "getCloudflareContext().env.LIMITS.get('x');\n", None),
        ("  LIMITS: Store;\n", "if (env.LIMITS) env.LIMITS.get('x');\n", None),
    ],
)  # fmt: skip
def test_what_the_code_calls_and_nothing_binds(
    inspect: Inspect, member: str, code: str, line: tuple[str, int] | None
) -> None:
    tree = {"wrangler.toml": CONFIG, "src": {"a.ts": code + "env.SESSIONS.get(env.MODE);\n", "env.ts": ENV % member}}

    assert places(inspect("wrangler-binding-mismatch", tree)) == ([("error", *line)] if line else [])


@pytest.mark.parametrize(
    "code",
    [
        "export const GET = (event) => event.env.ROOM.get('x');\n",
        "export const GET = (event) => event.locals.runtime.env.ROOM.get('x');\n",
        "export const onRequest = (context) => { const { env } = context; return env.ROOM.get('x'); };\n",
        "export const GET = (event) => { const { env: e } = event; return e.ROOM.get('x'); };\n",
        "export const GET = (c) => { const bindings = c.env as Env; return bindings.ROOM.get('x'); };\n",
        "export const api = { fetch: (r: Request, bound: Env) => bound.ROOM.get('x') };\n",
    ],
)
def test_the_environment_under_another_name(inspect: Inspect, code: str) -> None:
    tree = {"wrangler.toml": CONFIG, "src": {"a.ts": "env.SESSIONS.get(env.MODE);\n", "b.ts": code}}

    assert places(inspect("wrangler-binding-mismatch", tree)) == [("warning", "src/b.ts", 1)]


@pytest.mark.parametrize(
    "code",
    ["process.env.ROOM.get('x');\n", "const settings = load();\nsettings.ROOM.get('x');\n", "Bun.env.ROOM.get('x');\n"],
)
def test_what_is_no_environment_of_a_worker(inspect: Inspect, code: str) -> None:
    tree = {"wrangler.toml": CONFIG, "src": {"a.ts": "env.SESSIONS.get(env.MODE);\n", "b.ts": code}}

    assert inspect("wrangler-binding-mismatch", tree) == []


@pytest.mark.parametrize(("start", "told"), [("", 0), ("import old from './old';\n", 1)])
def test_a_worker_that_was_left_beside_the_one_that_is_started(inspect: Inspect, start: str, told: int) -> None:
    old = "export default { fetch(r, env) { return env.CACHE.get(r.url); } };\n"
    tree = {"wrangler.toml": CONFIG, "src": {"a.ts": f"{start}env.SESSIONS.get(env.MODE);\n", "old.ts": old}}

    assert places(inspect("wrangler-binding-mismatch", tree)) == [("warning", "src/old.ts", 1)] * told


@pytest.mark.parametrize(
    ("code", "level"), [("=== 'true'", "info"), ("!== 'false'", "warning"), (".trim()", "warning")]
)
def test_what_is_off_at_the_top_is_off_without_it(inspect: Inspect, code: str, level: str) -> None:
    config = 'name = "a"\nmain = "src/a.ts"\n[vars]\nBACKFILL = "false"\n[env.dev]\nname = "b"\n'
    tree = {
        "wrangler.toml": config,
        "src": {"a.ts": f"export default {{ fetch(r, env) {{ return env.BACKFILL {code}; }} }}\n"},
    }

    assert [one.severity for one in inspect("wrangler-binding-mismatch", tree)] == [level]
