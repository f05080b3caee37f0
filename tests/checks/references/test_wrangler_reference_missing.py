"""Paths and classes in wrangler configurations."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from toolkit.catalog import load
from toolkit.checking import Inspection
from toolkit.checks._likeness import likely

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Repository
    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def test_what_is_missing(inspect: Inspect) -> None:
    config = """\
name = "a"
main = "src/indx.ts"
compatibility_date = "2025-01-01"
[env.staging]
main = "src/staging.ts"
"""
    found = inspect("wrangler-reference-missing", {"wrangler.toml": config, "src": {"index.ts": ""}})

    assert places(found) == [("error", "wrangler.toml", 2), ("error", "wrangler.toml", 5)]
    assert [fix.title for fix in found[0].fixes] == ["write src/index.ts"]


def test_classes_and_handlers(inspect: Inspect) -> None:
    config = """{
  "name": "a", "main": "a.ts",
  "durable_objects": {"bindings": [
    {"name": "A", "class_name": "Here"},
    {"name": "B", "class_name": "Gone"},
    {"name": "C", "class_name": "Other", "script_name": "other"}
  ]},
  "migrations": [{"tag": "v1", "new_sqlite_classes": ["Here"]}],
  "triggers": {"crons": ["* * * * *"]}
}"""
    code = "export class Here {}\nexport default { fetch() { return new Response(); } };\n"

    assert places(inspect("wrangler-reference-missing", {"wrangler.jsonc": config, "a.ts": code})) == [
        ("error", "wrangler.jsonc", 5),
        ("info", "wrangler.jsonc", 6),
        ("warning", "wrangler.jsonc", 9),
    ]


def test_quiet_about_builds_packages_and_comments(inspect: Inspect) -> None:
    tree = {
        "a": {"wrangler.toml": 'name = "a"\nmain = "worker/out.js"\n[build]\ncommand = "make"\n', "Makefile": "all:\n"},
        "b": {"wrangler.toml": 'name = "b"\nmain = "@x/y/server"\n', "package.json": '{"dependencies": {"@x/y": "1"}}'},
        "c": {"wrangler.jsonc": '{\n// "main": "gone.ts",\n"name": "c", "main": "./c.ts"}', "c.ts": ""},
        "d": {
            "wrangler.toml": 'name = "d"\nmain = "d.ts"\n[site]\nentry-point = "old"\nbucket = "."\n',
            "d.ts": "",
            "x": "",
        },
    }

    assert inspect("wrangler-reference-missing", tree) == []


def test_outputs_of_frameworks_are_information(inspect: Inspect) -> None:
    config = '{"name": "a", "main": ".open-next/worker.js", "assets": {"directory": "./dist/client"}}'

    assert {one.severity for one in inspect("wrangler-reference-missing", {"wrangler.json": config})} <= {"info"}


def test_migrations_of_durable_objects(inspect: Inspect) -> None:
    config = """\
name = "rooms"
main = "a.ts"
[[durable_objects.bindings]]
name = "ROOM"
class_name = "Room"
[[durable_objects.bindings]]
name = "USER"
class_name = "User"
[[migrations]]
tag = "v1"
new_classes = ["Chat"]
[[migrations]]
tag = "v2"
renamed_classes = [{from = "Chat", to = "Room"}]
"""
    code = "export * from './user'\nexport class Room {}\nexport default {};\n"
    tree = {"wrangler.toml": config, "a.ts": code, "user.ts": "export class User {}\n"}

    assert places(inspect("wrangler-reference-missing", tree)) == [("error", "wrangler.toml", 8)]


def test_identifiers_that_nobody_filled_in(inspect: Inspect) -> None:
    config = """\
name = "a"
main = "a.ts"
[[kv_namespaces]]
binding = "EMPTY"
id = ""
[[kv_namespaces]]
binding = "OPEN"
id = "<YOUR_KV_ID>"
[[kv_namespaces]]
binding = "MADE_ON_DEPLOYMENT"
[[kv_namespaces]]
binding = "REAL"
id = "0f2ac74b498b48028cb68387c421e279"
[[d1_databases]]
binding = "TOLD"
database_id = "REPLACE_WITH_D1_ID"
"""
    tree = {
        "wrangler.toml": config,
        "a.ts": "export default {};\n",
        "README.md": "Put it in place of REPLACE_WITH_D1_ID.\n",
    }

    assert places(inspect("wrangler-reference-missing", tree)) == [
        ("warning", "wrangler.toml", 5),
        ("warning", "wrangler.toml", 8),
    ]


def test_workers_that_nothing_deploys(inspect: Inspect) -> None:
    def config(name: str, service: str) -> str:
        return f'name = "{name}"\nmain = "a.ts"\n[[services]]\nbinding = "S"\nservice = "{service}"\n[env.live]\n'

    tree = {
        "auth": {"wrangler.toml": config("auth-worker", "mail-worker-live"), "a.ts": "export default {};\n"},
        "mail": {"wrangler.toml": config("mail-worker", "auth-wroker"), "a.ts": "export default {};\n"},
        "shop": {"wrangler.toml": config("shop", "billing-of-another-team"), "a.ts": "export default {};\n"},
    }
    found = [one for one in inspect("wrangler-reference-missing", tree) if one.severity != "info"]

    assert places(found) == [("warning", "mail/wrangler.toml", 5)]
    assert "auth-worker is one" in found[0].message


def test_builds_of_workers(inspect: Inspect) -> None:
    tree = {
        "a": {"wrangler.toml": 'name = "a"\n[build]\ncommand = "npm run bundle"\n', "package.json": '{"scripts": {}}'},
        "b": {"wrangler.toml": 'name = "b"\n[build]\ncommand = "make"\ncwd = "gone"\n'},
        "c": {"wrangler.toml": 'name = "c"\n[build]\ncommand = "make"\n', "Makefile": "all:\n"},
    }

    assert places(inspect("wrangler-reference-missing", tree)) == [
        ("error", "a/wrangler.toml", 3),
        ("error", "b/wrangler.toml", 4),
    ]


def test_databases_and_files_of_commands(inspect: Inspect) -> None:
    config = 'name = "a"\nmain = "a.ts"\n[[d1_databases]]\nbinding = "DB"\ndatabase_name = "shop"\ndatabase_id = "0c41dc34-76be-4453-a494-a4e0904e9cbc"\n'
    scripts = '{"scripts": {\n"a": "wrangler d1 execute shop-db --file=./schema.sql",\n"b": "wrangler d1 migrations apply DB"\n}}'
    tree = {
        "wrangler.toml": config,
        "a.ts": "",
        "package.json": scripts,
        "Makefile": "seed:\n\twrangler d1 execute shop --file seed.sql\nok:\n\twrangler d1 execute shop --file ok.sql\n",
        "ok.sql": "",
    }

    assert places(inspect("wrangler-reference-missing", tree)) == [
        ("warning", "Makefile", 2),
        ("warning", "package.json", 2),
        ("warning", "package.json", 2),
    ]


def test_empty_identifiers_and_unknown_workers_are_told_once(inspect: Inspect) -> None:
    text = """\
name = "shop-front"
main = "a.ts"
kv_namespaces = [{ binding = "A", id = "" }, { binding = "B", id = "" }]
services = [{ binding = "C", service = "shop-apis" }, { binding = "D", service = "shop-fronts" }]
"""
    tree = {
        "a": {"wrangler.toml": text, "a.ts": ""},
        "b": {"wrangler.toml": 'name = "shop-api"\nmain = "a.ts"\n', "a.ts": ""},
    }

    assert places(inspect("wrangler-reference-missing", tree)) == [
        ("warning", "a/wrangler.toml", 3),
        ("warning", "a/wrangler.toml", 4),
    ]


def test_a_folder_to_serve_where_nothing_is_built(inspect: Inspect) -> None:
    config = '{\n"name": "a",\n"assets": {"directory": "./public"}}'
    found = [
        [
            one.severity
            for one in inspect("wrangler-reference-missing", {"wrangler.json": config, "package.json": scripts})
        ]
        for scripts in ('{"scripts": {"dev": "x"}}', '{"scripts": {"build": "x"}}')
    ]

    assert found == [["warning"], ["info"]]


def test_one_placeholder_of_many_workers(inspect: Inspect) -> None:
    text = (
        'name = "%s"\nmain = "a.ts"\n[[d1_databases]]\nbinding = "DB"\ndatabase_name = "x"\ndatabase_id = "YOUR_ID"\n'
    )
    tree = {name: {"wrangler.toml": text % name, "a.ts": ""} for name in ("a", "b")}

    found = inspect("wrangler-reference-missing", tree)

    assert places(found) == [("warning", "a/wrangler.toml", 6)]
    assert "b/wrangler.toml" in found[0].evidence


@pytest.mark.parametrize(("count", "findings"), [(2, 2), (5, 1)])
def test_empty_identifiers_of_many_configurations(inspect: Inspect, count: int, findings: int) -> None:
    text = 'name = "%s"\nmain = "a.ts"\nd1_databases = [{ binding = "DB", database_id = "" }]\n'
    tree = {f"w{number}": {"wrangler.toml": text % number, "a.ts": ""} for number in range(count)}

    found = inspect("wrangler-reference-missing", tree)

    assert [one.severity for one in found] == ["warning"] * findings
    assert (f"So are those of {count - 1} other" in found[0].message) is (findings == 1)


@pytest.mark.parametrize(
    ("text", "level"),
    [("the api is fast", "warning"), ("npx wrangler deploy --name api", "info"), ("npx wrangler tail api", "info")],
)
def test_a_common_word_names_no_worker(inspect: Inspect, text: str, level: str) -> None:
    tree = {
        "a": {
            "wrangler.toml": 'name = "shop-queue"\nmain = "a.ts"\nservices = [{ binding = "A", service = "api" }]\n',
            "a.ts": "",
        },
        "b": {"wrangler.toml": 'name = "shop-api"\nmain = "a.ts"\n', "a.ts": ""},
        "README.md": f"{text}\n",
    }

    assert places(inspect("wrangler-reference-missing", tree)) == [(level, "a/wrangler.toml", 3)]


def test_no_build_of_a_pages_project_is_run(inspect: Inspect) -> None:
    text = 'name = "a"\n%s[build]\ncommand = "cd gone && npm run build"\n'
    tree = {"a.ts": "", "package.json": "{}", "wrangler.toml": text % 'pages_build_output_dir = "dist"\n'}

    assert inspect("wrangler-reference-missing", tree) == []
    tree["wrangler.toml"] = text % 'main = "a.ts"\n'
    assert places(inspect("wrangler-reference-missing", tree)) == [("error", "wrangler.toml", 4)]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("export default app;\nexport const scheduled: Handler = async () => {};\n", True),
        ("export async function scheduled() {}\nexport default app\n", True),
        ("app.scheduled = run;\nexport const scheduled = run;\nexport default app;\n", False),
        ("export const scheduled = run;\nexport default Object.assign(app, { scheduled });\n", False),
        ("export const scheduled = run;\nexport default { fetch: app.fetch, scheduled };\n", False),
        ("export const scheduled = run;\nconst worker = wrapped(app);\nexport default worker;\n", False),
    ],
)
def test_handlers_beside_the_default_export(inspect: Inspect, code: str, told: bool) -> None:
    tree = {
        "wrangler.toml": 'name = "a"\nmain = "a.ts"\n[triggers]\ncrons = ["0 8 * * *"]\n',
        "a.ts": f"const app = new Hono<{{ Bindings: Env }}>();\nawait import('x');\n{code}",
    }

    found = inspect("wrangler-reference-missing", tree)

    text = "A schedule is set, and a.ts exports scheduled beside its default export: no worker calls it there."
    assert [(one.severity, one.line, one.message) for one in found] == ([("warning", 4, text)] if told else [])


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (
            "const app = new Hono<{ Bindings: Env }>();\napp.get('/scheduled', (c) => c.text('a'));\nexport default app;\n",
            True,
        ),
        ("const app: App = new OpenAPIHono();\nexport { app as default };\n", True),
        ("const router = AutoRouter();\nexport default router satisfies ExportedHandler<Env>;\n", True),
        ("import app from './b';\nexport default app;\n", True),
        ("const worker = { fetch: run };\nexport default worker;\n", True),
        ("const worker: ExportedHandler<Env> = { fetch: run, scheduled };\nexport default worker;\n", False),
        ("import app from './b';\napp.scheduled = run;\nexport default app;\n", False),
        ("const app = new Hono();\n(app as any).scheduled = run;\nexport default app;\n", False),
        ("export default { fetch: run, ...schedules };\n", False),
        ("export default class extends Base { fetch() {} }\n", False),
        ("export default class extends WorkerEntrypoint { fetch() {} }\n", True),
        ("const app = withSchedules(new Hono());\nexport default app;\n", False),
        ("import app from '@shop/app';\nexport default app;\n", False),
    ],
)
def test_schedules_of_applications(inspect: Inspect, code: str, told: bool) -> None:
    tree = {
        "wrangler.toml": 'name = "a"\nmain = "a.ts"\n[triggers]\ncrons = ["0 8 * * *"]\n',
        "a.ts": code,
        "b.ts": "const api = new Hono();\nexport default api;\n",
    }

    assert places(inspect("wrangler-reference-missing", tree)) == ([("warning", "wrangler.toml", 4)] if told else [])


@pytest.mark.parametrize(
    ("migrated", "told"),
    [
        ('[{"tag": "a", "new_sqlite_classes": [\n"Ledger"]}]', [("error", 3)]),
        ('[{"tag": "a", "new_sqlite_classes": [\n"Zebra"]}]', [("error", 3)]),
        ('[{"tag": "a", "new_sqlite_classes": ["LedgerDO",\n"Gone"]}]', [("error", 3)]),
        ('[{"tag": "a", "new_classes": ["LedgerDO", "Gone"]}, {"tag": "b", "deleted_classes": ["Gone"]}]', []),
        (
            '[{"tag": "a", "new_classes": ["Old"]}, {"tag": "b", "renamed_classes": [{"from": "Old", "to": "LedgerDO"}]}]',
            [],
        ),
    ],
)
def test_migrations_of_classes_that_nobody_exports(
    inspect: Inspect, migrated: str, told: list[tuple[str, int]]
) -> None:
    config = f"""\
{{"name": "a", "main": "a.ts",
"migrations": {migrated},
"durable_objects": {{"bindings": [{{"name": "LEDGER", "class_name": "LedgerDO"}}]}}}}
"""
    tree = {"wrangler.jsonc": config, "a.ts": "export class LedgerDO {}\nexport default {};\n"}

    found = inspect("wrangler-reference-missing", tree)

    assert [(one.severity, one.line) for one in found] == told


@pytest.mark.parametrize(
    ("item", "told"),
    [
        ('"r2_buckets": [{"binding": "B", "bucket_name": "<YOUR_BUCKET>"}]', True),
        ('"r2_buckets": [{"binding": "B", "bucket_name": "your-bucket-name"}]', True),
        ('"queues": {"producers": [{"binding": "B", "queue": "{{QUEUE}}"}]}', True),
        ('"r2_buckets": [{"binding": "B", "bucket_name": "todo-uploads"}]', False),
        ('"hyperdrive": [{"binding": "B", "id": "00000000000000000000000000000000"}]', True),
        (
            '"hyperdrive": [{"binding": "B", "id": "000000000000", "localConnectionString": "postgres://localhost"}]',
            True,
        ),
        (
            '"env": {"live": {}}, "hyperdrive": [{"binding": "B", "id": "000000000000", "localConnectionString": "postgres://a"}]',
            False,
        ),
    ],
)
def test_names_and_identifiers_of_templates(inspect: Inspect, item: str, told: bool) -> None:
    tree = {"wrangler.json": f'{{"name": "a", "main": "a.ts", {item}}}', "a.ts": "export default {};\n"}

    assert [one.severity for one in inspect("wrangler-reference-missing", tree)] == ["warning"] * told


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("wrangler kv namespace list", None),
        ("wrangler dev src/server.ts --port 8787", ("error", "given src/server.ts")),
        ("wrangler deploy src/a.ts", None),
        ("wrangler deploy dist/a.js", None),
        ("wrangler deploy -c wrangler.live.toml", ("error", "given wrangler.live.toml")),
    ],
)
def test_entries_of_commands(inspect: Inspect, command: str, told: tuple[str, str] | None) -> None:
    tree = {
        "api": {
            "wrangler.toml": 'name = "a"\nmain = "src/a.ts"\n[[kv_namespaces]]\nbinding = "CACHE"\nid = "0f2ac74b498b48028cb68387c421e279"\n',
            "src": {"a.ts": "export default {};\n"},
            "package.json": f'{{"scripts": {{"a": "{command}"}}}}',
        }
    }

    found = inspect("wrangler-reference-missing", tree)

    assert [one.severity for one in found] == ([told[0]] if told else [])
    assert not told or told[1] in found[0].message


def test_a_word_in_a_decision_or_a_page_deploys_no_worker(inspect: Inspect) -> None:
    service = 'name = "shop-{}"\nservices = [{{ binding = "B", service = "{}" }}]\n'
    tree = {
        "a": {"wrangler.toml": service.format("api", "shop-web-intake")},
        "b": {"wrangler.toml": service.format("web", "shop-mailer")},
        "content": {"adrs": {"7.mdx": "We split shop-web-intake off.\n"}},
        "README.md": "shop-mailer is deployed from another repository.\n",
    }

    assert places(inspect("wrangler-reference-missing", tree)) == [
        ("warning", "a/wrangler.toml", 2),
        ("info", "b/wrangler.toml", 2),
    ]


@pytest.mark.parametrize(
    ("script", "caller", "told"),
    [
        ("wrangler deploy -c wrangler.stg.toml\n", "", False),
        ("wrangler deploy -c wrangler.eu.toml\n", "", True),
        ("wrangler deploy -c wrangler.eu.toml\n", "bash ../api/scripts/run.sh", False),
    ],
)
def test_a_script_is_started_in_its_project(inspect: Inspect, script: str, caller: str, told: bool) -> None:
    config = 'name = "a"\nmain = "a.ts"\n'
    tree = {
        "api": {"wrangler.stg.toml": config, "a.ts": "export default {};\n", "scripts": {"run.sh": script}},
        "eu": {"wrangler.eu.toml": config, "a.ts": "", "package.json": f'{{"scripts": {{"a": "{caller}"}}}}'},
    }

    assert places(inspect("wrangler-reference-missing", tree)) == (
        [("warning", "api/scripts/run.sh", 1)] if told else []
    )


@pytest.mark.parametrize(
    ("name", "near"),
    [("shop-dash", "shop-dashboard"), ("shop-apii", "shop-api"), ("shop-api-eu", "shop-api"), ("shop", "")],
)
def test_the_nearest_name_is_proposed(name: str, near: str) -> None:
    assert likely(name, ["shop", "shop-api", "shop-dashboard"]) == near


def test_what_several_scripts_lack_is_told_once(inspect: Inspect) -> None:
    tree = {
        "wrangler.toml": 'name = "a"\nmain = "a.ts"\n',
        "a.ts": "export default {};\n",
        "package.json": '{"scripts": {"a": "wrangler dev -c b.toml",\n"b": "wrangler deploy -c b.toml"}}',
    }

    assert places(inspect("wrangler-reference-missing", tree)) == [("error", "package.json", 1)]


def test_placeholders_of_all_environments_are_one_finding(inspect: Inspect) -> None:
    config = 'name = "a"\nmain = "src/index.ts"\n'
    for env in ("dev", "preview"):
        config += f'[[env.{env}.d1_databases]]\nbinding = "DB"\ndatabase_id = "your_{env}_d1_id"\n'
        config += f'[[env.{env}.kv_namespaces]]\nbinding = "CACHE"\nid = "your_{env}_kv_id"\n'

    found = inspect("wrangler-reference-missing", {"wrangler.toml": config, "src": {"index.ts": ""}})

    assert [(one.line, one.message) for one in found] == [
        (
            5,
            (
                "The database_id of DB is a placeholder (your_dev_d1_id): no deployment works until it is filled in. "
                "So are those of CACHE. So it is in dev, preview."
            ),
        )
    ]


@pytest.mark.parametrize(
    ("files", "title"),
    [
        ({"a/src/index.ts": "", "b/src/worker.ts": ""}, "write src/index.ts"),
        ({"a/src/index.ts": "", "a/src/main.ts": ""}, "add a/src/worker.ts, or correct the path"),
        ({"b/src/worker.ts": ""}, "add a/src/worker.ts, or correct the path"),
    ],
)
def test_an_entry_of_another_worker_is_not_meant(inspect: Inspect, files: dict[str, str], title: str) -> None:
    tree: dict[str, dict[str, dict[str, str] | str]] = {"a": {"wrangler.toml": 'name = "a"\nmain = "src/worker.ts"\n'}}
    for path in files:
        folder, inner, name = path.split("/")
        tree.setdefault(folder, {}).setdefault(inner, {})[name] = ""  # type: ignore[index]

    assert [one.fixes[0].title for one in inspect("wrangler-reference-missing", tree)] == [title]


def test_an_entry_that_a_configuration_beside_names_is_not_meant(inspect: Inspect) -> None:
    tree = {"wrangler.toml": 'name = "a"\nmain = "src/worker.ts"\n', "src": {"worker.ts": ""}}
    tree["wrangler-b.toml"] = 'name = "b"\nmain = "src/index.ts"\n'

    assert [one.fixes[0].title for one in inspect("wrangler-reference-missing", tree)] == [
        "add src/index.ts, or correct the path"
    ]


def test_an_environment_has_an_entry_of_its_own(inspect: Inspect) -> None:
    tree = {"wrangler.toml": 'name = "a"\nmain = "index.js"\n[env.ai]\nmain = "ai.js"\n', "index.js": ""}

    assert [one.fixes[0].title for one in inspect("wrangler-reference-missing", tree)] == [
        "add ai.js, or correct the path"
    ]


def test_identifiers_that_are_none_and_secrets_that_are_empty(inspect: Inspect) -> None:
    config = (
        'name = "a"\nmain = "a.js"\n[vars]\nMODE = ""\nJWT_SECRET = ""\nADMIN_PASSWORD = ""\n'
        '[[kv_namespaces]]\nbinding = "STATE"\nid = "{}"\n[[d1_databases]]\nbinding = "DB"\ndatabase_id = "{}"\n'
    )
    tree = {"wrangler.toml": config.format("my-state", "my-db"), "a.js": "export default {}\n"}

    found = inspect("wrangler-reference-missing", tree)

    assert [(one.severity, one.line) for one in found] == [("warning", 9), ("warning", 5)]
    assert found[0].message == (
        "The id of STATE is no identifier (my-state): no deployment works until it is filled in. So are those of DB."
    )
    assert found[1].message.startswith("JWT_SECRET, ADMIN_PASSWORD are empty texts in vars: ")
    good = config.format("0" * 7 + "a" * 25, "0c41dc34-76be-4453-a494-a4e0904e9cbc").replace(
        "_SECRET = ", '_SECRET = "x" #'
    )
    good = good.replace("ADMIN_PASSWORD", "ADMIN_PASSWORDS_URL")
    assert inspect("wrangler-reference-missing", {**tree, "wrangler.toml": good}) == []
    local = config.format("state-dev", "local").replace("JWT_SECRET", "A").replace("ADMIN_PASSWORD", "B")
    assert inspect("wrangler-reference-missing", {**tree, "wrangler.toml": local}) == []


def test_what_a_build_command_writes_is_no_command(inspect: Inspect) -> None:
    build = 'command = """\nmkdir -p out && \\\\\ncat > out/a.mjs << \'END\'\n./gone.sh\nEND\n%s"""\n'
    tree = {"wrangler.toml": 'name = "a"\nmain = "out/a.mjs"\n[build]\n' + build % ""}

    assert inspect("wrangler-reference-missing", tree) == []
    tree["wrangler.toml"] = 'name = "a"\nmain = "out/a.mjs"\n[build]\n' + build % "./lost.sh\n"
    assert ["lost.sh" in one.message for one in inspect("wrangler-reference-missing", tree)] == [True]


def test_an_empty_build_command_builds_nothing(inspect: Inspect) -> None:
    tree = {"wrangler.toml": 'name = "a"\nmain = "worker.js"\n[build]\ncommand = ""\n'}

    assert places(inspect("wrangler-reference-missing", tree)) == [("error", "wrangler.toml", 2)]


def test_a_configuration_that_another_one_hides(inspect: Inspect) -> None:
    hidden = 'name = "a"\nmain = "a.ts"\nroutes = ["a.example.com/*"]\n[vars]\nMODE = "x"\n'
    read = '{"name": "a", "main": "a.ts", "vars": {"MODE": "y"}%s}'
    tree = {"a.ts": "export default {}", "wrangler.toml": hidden}
    command = {"package.json": '{"scripts": {"deploy": "wrangler deploy -c ./wrangler.toml"}}'}

    found = inspect("wrangler-reference-missing", {**tree, "wrangler.jsonc": read % ""})
    same = inspect("wrangler-reference-missing", {**tree, "wrangler.jsonc": read % ', "route": "a.example.com/*"'})
    named = inspect("wrangler-reference-missing", {**tree, "wrangler.jsonc": read % "", **command})

    assert places(found) == [("warning", "wrangler.toml", 3)]
    assert "alone has the route a.example.com/*." in found[0].message
    assert (same, named) == ([], [])


@pytest.mark.parametrize("named", [False, True])
def test_a_command_that_did_not_change_names_a_configuration_too(
    repository: Callable[..., Repository], named: bool
) -> None:
    script = "wrangler deploy -c ./wrangler.toml" if named else "wrangler deploy"
    made = repository(
        {
            "a.ts": "export default {}",
            "wrangler.toml": 'name = "a"\nmain = "a.ts"\nroute = "a.example.com/*"\n',
            "wrangler.json": '{"name": "a", "main": "a.ts"}',
            "package.json": json.dumps({"scripts": {"deploy": script}}),
        }
    )

    context = Inspection(made.root, {}, focus=frozenset({"wrangler.toml"}))

    found = [one.path for one in load("wrangler-reference-missing").run(context)]
    assert found == ([] if named else ["wrangler.toml"])
