"""Variables that no example names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

MANIFEST = '{"name": "api", "dependencies": {"a": "1"}}'


def test_without_a_default(inspect: Callable[..., list[Finding]]) -> None:
    source = "const a = 1;\nconnect(process.env.SMTP_HOST);\nconst b = process.env['SMTP_PORT'];\n"
    found = inspect("env-example-missing", {"api": {"package.json": MANIFEST, "src": {"a.js": source}}})

    assert places(found) == [("info", "api/src/a.js", 2)]
    assert "SMTP_HOST, SMTP_PORT" in found[0].message


def test_other_languages_and_schemas(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a": {
            "pyproject.toml": '[project]\nname = "a"\n',
            "a.py": "import os\nA = os.getenv('A_URL')\nB = os.getenv('B_URL', '')\n",
        },
        "b": {
            "Cargo.toml": '[package]\nname = "b"\n',
            "src": {"main.rs": 'fn main() { env::var("C_URL").unwrap(); env::var("D_URL").unwrap_or_default(); }\n'},
        },
        "c": {"go.mod": "module c\n", "main.go": 'package main\nvar a = os.Getenv("E_URL")\n'},
        "e": {
            "package.json": MANIFEST,
            "env.ts": "export const env = z.object({ H_URL: z.string().url(), I_URL: z.string().optional() }).parse(process.env);\n",
        },
        "d": {
            "package.json": MANIFEST,
            "env.ts": "export const env = z\n  .object({\n    F_URL: z.string().url(),\n    G_URL: z.string().optional(),\n  })\n  .parse(process.env);\n",
        },
    }

    found = inspect("env-example-missing", tree)

    assert places(found) == [
        ("info", "a/a.py", 2),
        ("info", "b/src/main.rs", 1),
        ("info", "c/main.go", 2),
        ("info", "d/env.ts", 3),
        ("info", "e/env.ts", 1),
    ]
    assert [one.evidence for one in found] == ["1 without a default"] * 5


def test_quiet(inspect: Callable[..., list[Finding]]) -> None:
    source = (
        "process.env.A_URL; process.env.B_URL ?? 1; process.env['C_URL'] || 2; if (process.env.D_URL === 'x') {}\n"
        "process.env.NODE_ENV; process.env.E_URL; process.env.F_URL;\n"
    )
    tree = {
        ".env.example": "A_URL=\n",
        "api": {
            "package.json": MANIFEST,
            ".env.sample": "# E_URL=http://x\n",
            "deploy": {".env.template": "F_URL="},
            "a.js": source,
            "test": {"a.test.js": "process.env.ONLY_IN_TESTS"},
        },
        "loose.js": "process.env.NOBODYS",
    }

    assert inspect("env-example-missing", tree) == []


def test_prisma_and_examples_without_a_dot(inspect: Callable[..., list[Finding]]) -> None:
    schema = 'datasource db {\n  url = env("DATABASE_URL")\n  directUrl = env("DIRECT_URL")\n}\n'
    tree = {
        "env.example": "A_URL=\n",
        "api": {
            "package.json": MANIFEST,
            "env-sample": "DATABASE_URL=\n",
            "a.js": "process.env.A_URL;\n",
            "prisma": {"schema.prisma": schema},
        },
    }

    assert places(inspect("env-example-missing", tree)) == [("info", "api/prisma/schema.prisma", 3)]


def test_examples_that_documents_have_copied(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "README.md": "```bash\ncd ../api && cp .env.example .env\n```\n",
        "docs": {"setup.md": "cp web/.env.local.example web/.env.local\ncp app/.env.example app/.env\n"},
        "api": {"package.json": MANIFEST, "README.md": "# Api\nCopy `.env.example` to `.env`.\n"},
        "worker": {"wrangler.toml": 'name = "w"\n', "README.md": "```\ncp .dev.vars.example .dev.vars\n```\n"},
    }

    found = inspect("env-example-missing", tree)

    assert [(one.severity, one.path, one.line, one.evidence) for one in found] == [
        ("warning", "README.md", 2, "api/.env.example does not exist"),
        ("warning", "docs/setup.md", 1, "web/.env.local.example, app/.env.example do not exist"),
        ("warning", "worker/README.md", 2, "worker/.dev.vars.example does not exist"),
    ]


def test_examples_that_are_where_the_reader_is(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        ".env.example": "A=\n",
        "README.md": "git clone https://acme.io/x\ncd x\ncp .env.example .env\ncd apps/web\ncp .env.sample .env\n",
        "apps": {
            "web": {".env.sample": "B=\n", "package.json": MANIFEST},
            "bot": {"package.json": MANIFEST, "README.md": "From the root: cp .env.example .env\n"},
        },
        "docs": {"setup.md": "cp .env.example .env\ncp ../.env.example .env\n"},
        "pages": {
            "package.json": MANIFEST,
            "run.md": "1. Go to the `web` directory\n2. Copy `.env.sample` to `.env`\n",
        },
        "CHANGELOG.md": "cp .env.dist.example .env\n",
    }

    assert inspect("env-example-missing", tree) == []


def test_hostile_documents_take_no_time(inspect: Callable[..., list[Finding]]) -> None:
    assert inspect("env-example-missing", {"README.md": "cp " + "a/" * 50_000 + ".env.example" + "cp " * 50_000}) == []


def test_names_that_sveltekit_builds_in(inspect: Callable[..., list[Finding]]) -> None:
    source = 'import { PUBLIC_API_URL, PUBLIC_KEY } from "$env/static/public";\n'
    tree = {"web": {"package.json": MANIFEST, "src": {"a.svelte": source}, ".env.example": "PUBLIC_KEY=\n"}}

    (found,) = inspect("env-example-missing", tree)

    assert (found.path, found.line, found.evidence) == ("web/src/a.svelte", 1, "1 without a default")


def test_commands_that_are_run_at_the_root(inspect: Callable[..., list[Finding]]) -> None:
    text = "```bash\ncp .env.example .env\n```\n\n{}\n"
    tree = {
        ".env.example": "A=\n",
        "a": {"package.json": "{}", "README.md": text.format("Run all commands from project root:")},
        "b": {"package.json": "{}", "README.md": text.format("Run all commands here.")},
    }

    assert [one.path for one in inspect("env-example-missing", tree)] == ["b/README.md"]


def test_what_cargo_sets_and_a_pattern_of_names(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "Cargo.toml": '[package]\nname = "a"\n',
        "build.rs": 'fn main() {\n    std::env::var("CARGO_MANIFEST_DIR").unwrap();\n    std::env::var("OUT_DIR").unwrap();\n}\n',
        "web": {"package.json": '{"dependencies": {"a": "1"}}', "a.ts": "// see import.meta.env.VITE_*\nuse(import.meta.env.MODE);\n"},
    }  # fmt: skip

    assert inspect("env-example-missing", tree) == []


def test_a_member_with_an_example_of_its_own(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": '{"workspaces": ["apps/*"], "dependencies": {"a": "1"}}',
        "apps": {
            "ws": {"package.json": '{"name": "ws"}', ".env.example": "PORT=1\n", "a.ts": "use(process.env.PORT, process.env.WS_SECRET);\n"},
            "web": {"package.json": '{"name": "web"}', "b.ts": "use(process.env.WEB_URL);\n"},
        },
    }  # fmt: skip

    found = inspect("env-example-missing", tree)

    assert ("apps/ws/a.ts", True) in [
        (one.path, one.message.startswith("apps/ws reads") and "WS_SECRET" in one.message) for one in found
    ]


def test_an_example_by_another_name(inspect: Callable[..., list[Finding]]) -> None:
    tree = {".env.example": "A=\n", "README.md": "```bash\ncp env.example .env.local\n```\n"}

    (found,) = inspect("env-example-missing", tree)

    assert (found.severity, found.line) == ("warning", 2)
    assert found.message == "env.example is to be copied, but is called .env.example: the command fails."


def test_the_one_example_that_lies_in_the_place_of_another(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": "{}",
        "README.md": "cp .env.local.example .env.local\n",
        ".env.example": "A=\n",
        "kit": {"package.json": "{}", "README.template.md": "cp .env.example .env\n"},
    }

    (found,) = inspect("env-example-missing", tree)

    assert (found.path, found.severity) == ("README.md", "warning")
    assert found.message == ".env.local.example is to be copied, but is called .env.example: the command fails."


def test_configuration_of_nest_and_arguments_of_clap(inspect: Callable[..., list[Finding]]) -> None:
    nest = (
        "import { ConfigService } from '@nestjs/config';\nconst a = this.config.get<string>('TREASURY_KEY');\nconst b = configService.getOrThrow('PAY_URL');\n"
        "const c = this.config.get('PAGE_SIZE') ?? 5;\nconst d = this.config.get('LIMIT', 5);\nconst e = this.config.get('database.host');\n"
    )
    clap = (
        '#[derive(Parser)]\nstruct Args {\n    #[arg(long, env = "REGISTRY_ID")]\n    registry: String,\n    #[arg(long, env = "SPEED", default_value = "5")]\n    speed: u8,\n'
        '    #[arg(long, env = "EXTRA")]\n    extra: Option<String>,\n}\n'
    )
    tree = {
        "api": {
            "package.json": '{"dependencies": {"@nestjs/config": "3.0.0"}}',
            "a.ts": nest,
            "other.ts": "cache.config.get('NOT_ONE');\n",
        },
        "bot": {"Cargo.toml": '[package]\nname = "bot"\nversion = "1.0.0"\n', "src": {"main.rs": clap}},
    }

    assert [(one.path, one.line, one.message.partition(": ")[2]) for one in inspect("env-example-missing", tree)] == [
        ("api/a.ts", 2, "PAY_URL, TREASURY_KEY"),
        ("bot/src/main.rs", 3, "REGISTRY_ID"),
    ]


def test_a_document_within_a_package_speaks_of_that(inspect: Callable[..., list[Finding]]) -> None:
    copy = "cp .env.sample .env\n"
    web = {"package.json": "{}", "README.md": copy, "docs": {"TESTING.md": copy}, ".env.example": "A=\n"}

    (found,) = inspect("env-example-missing", {"package.json": "{}", "apps": {"web": web}})

    assert (found.path, found.evidence) == (
        "apps/web/README.md",
        "apps/web/.env.sample does not exist, apps/web/.env.example does",
    )


def test_a_path_from_the_root_in_the_document_of_a_member(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": "{}",
        "packages": {
            "snap": {
                "package.json": "{}",
                "README.md": "cp packages/snap/.env.example packages/snap/.env\n",
                ".env.sample": "A=\n",
            }
        },
    }

    (found,) = inspect("env-example-missing", tree)

    assert found.message.endswith("but is called packages/snap/.env.sample: the command fails.")


def test_the_loader_that_yarn_writes_asks_for_nothing(inspect: Callable[..., list[Finding]]) -> None:
    code = "const a = process.env.SHOP_ADDRESS;\n"
    tree = {"package.json": MANIFEST, ".pnp.cjs": code, ".pnp.loader.mjs": code}

    assert inspect("env-example-missing", tree) == []
    assert len(inspect("env-example-missing", {**tree, "src/a.js": code})) == 1


def test_a_step_that_enters_a_folder_for_itself_leaves_the_next_ones_alone(
    inspect: Callable[..., list[Finding]],
) -> None:
    step = "- Backend: `cd api && uvicorn main:app`\n- Settings: `cp .env.sample .env`\n"
    heading = "1. `cd api`\n2. `pip install .`\n\n**Settings**\n- `cp .env.sample .env`\n"
    tree = {"package.json": "{}", ".env.sample": "A=\n", "api": {"pyproject.toml": ""}}

    assert [inspect("env-example-missing", {**tree, "SETUP.md": text}) for text in (step, heading)] == [[], []]
    (found,) = inspect("env-example-missing", {"SETUP.md": "1. `cd api`\n2. `cp .env.sample .env`\n"})
    assert found.evidence == "api/.env.sample does not exist"
