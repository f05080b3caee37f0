"""Which path was meant in place of one that is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from toolkit.checking import Inspection
from toolkit.near_paths import is_sure, near, runs_instead

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Repository


def test_a_file_of_another_project_is_not_meant(repository: Callable[..., Repository]) -> None:
    service = {"Dockerfile": "FROM a\n", "tsconfig.build.json": "{}", "service.yaml": ""}
    tree = {
        "api": service, "web": {**service, "deploy": {"web.conf": ""}}, "mail": {"package.json": "{}", "svc.yaml": ""},
        "storage-worker": {"go.mod": "module s\n", "run.sql": ""}, "b": {"run.sql": ""},
        "e2e": {"package.json": "{}", "jest.config.ts": "", "main_e2e.py": ""}, "copies": {"of": {".gitignore": ""}, ".env.preview": ""},
        "images": {"Dockerfile.web.dev": "FROM a\n", "Dockerfile": "FROM a\n", "logo.svg": ""},
    }  # fmt: skip
    made = Inspection(repository(tree).root, {})

    asked = {
        "mail/tsconfig.build.json": "",
        "mail/service.yaml": "",
        "mail/svcc.yaml": "mail/svc.yaml",
        "storage-workers/run.sql": "storage-worker/run.sql",
        "api/deploy/web.conf": "web/deploy/web.conf",
        "c/run.sql": "b/run.sql",
        "deploy/web.conf": "web/deploy/web.conf",
        "old/api/Dockerfile": "api/Dockerfile",
        "cli/jest.config.ts": "",
        "old/e2e/jest.config.ts": "e2e/jest.config.ts",
        "cli/main_e2e.py": "e2e/main_e2e.py",
        "api/templates/.gitignore": "",
        "copies/.env.example": "",
        "copies/.env.exmaple": "",
        "images/Dockerfile.web.prod": "",
        "images/Dockerfile.prod": "images/Dockerfile",
        "images/logo.png": "images/logo.svg",
    }
    assert {path: near(made, path) for path in asked} == asked


@pytest.mark.parametrize(
    ("missing", "there", "meant"),
    [
        ("requirements-core.txt", "requirements-dev.txt", False),
        ("modules-rules", "modules-r2", False),
        ("models", "ml_models", False),
        ("agents", ".agent", False),
        ("packages-client", "packages-intents", False),
        ("web.conf", "wbe.conf", True),
        ("runner.config.mock.ts", "run.config.ts", False),
        ("runner.config.ts", "runer.config.ts", True),
        ("proxy-settings.yml", "proxy-setings.yml", True),
        ("seeds", "seeders", True),
        ("guides.md", "guide.md", True),
        ("move-plans-to-teams.mjs", "move-user-plans-to-teams.mjs", False),
        ("loadtest.ts", "load-test.ts", True),
        ("map-of-the-house.md", "map-of-house.md", True),
        ("02-happy-path.test.ts", "01-happy-path.test.ts", False),
        ("02-sell-coin-path.test.ts", "01-sell-coins-path.test.ts", False),
    ],
)
def test_another_word_is_another_thing(
    repository: Callable[..., Repository], missing: str, there: str, meant: bool
) -> None:
    made = Inspection(repository({"a": {there: {"x.sql": ""} if "." not in there.strip(".") else ""}}).root, {})

    assert near(made, f"a/{missing}") == (f"a/{there}" if meant else "")


@pytest.mark.parametrize(
    ("missing", "there", "meant"),
    [
        ("db/src/seeds/index.ts", "db/src/schema/index.ts", False),
        ("db/src/seeds/index.ts", "db/src/seeders/index.ts", True),
        ("db/seeds/index.ts", "db/src/seeds/index.ts", True),
        ("db/tests/e2e/setup.ts", "db/tests/setup.ts", False),
        ("db/app/main.py", "db/src/main.py", True),
    ],
)
def test_an_index_is_known_by_its_folder(
    repository: Callable[..., Repository], missing: str, there: str, meant: bool
) -> None:
    made = Inspection(repository({there: ""}).root, {})

    assert near(made, missing) == (there if meant else "")


@pytest.mark.parametrize(
    ("missing", "there", "meant"),
    [
        ("serve.js", "serve", False),
        ("begin.js", "begin", True),
        ("start.js", "start", True),
        ("run.js", "old/run.js", False),
        ("tool.js", "bin/tool.js", True),
        ("scripts/clean.sh", "tools/clean.sh", True),
        ("scripts/clean.sh", "clean.sh", True),
        ("scripts/clean.sh", "tools/linux/clean.sh", False),
        ("scripts/clean.sh", "tools/scripts/clean.sh", True),
        ("seed.js", "one/seed.js", False),
        ("seed.js", "seed.ts", True),
        ("map.yml", "a/b/c/map.yml", True),
    ],
)
def test_what_a_command_may_run_instead(
    repository: Callable[..., Repository], missing: str, there: str, meant: bool
) -> None:
    tree: dict[str, object] = {
        "serve": {"routes.js": ""}, "begin": {"index.js": ""}, "start": {"package.json": '{"main": "a.js"}', "a.js": ""},
        "old": {"package.json": "{}", "run.js": ""}, "one": {"seed.js": ""}, "two": {"seed.js": ""},
    }  # fmt: skip
    made = Inspection(repository(tree if there.partition("/")[0] in tree else {**tree, there: ""}).root, {})

    assert runs_instead(made, there, missing) is meant


@pytest.mark.parametrize(
    ("missing", "there", "meant"),
    [
        ("api/src/http/server.ts", "services/_template/src/http/server.ts", ""),
        ("api/src/http/server.ts", "services/other/src/http/server.ts", "services/other/src/http/server.ts"),
        ("templates/web/server.ts", "templates/app/src/server.ts", "templates/app/src/server.ts"),
        ("api/mail.html", "api/templates/mail.html", "api/templates/mail.html"),
    ],
)
def test_what_is_there_to_be_copied_is_not_meant(
    repository: Callable[..., Repository], missing: str, there: str, meant: str
) -> None:
    manifests = {"services/_template/package.json": "{}", "templates/app/package.json": "{}", "api/package.json": "{}"}

    assert near(Inspection(repository({**manifests, there: ""}).root, {}), missing) == meant


@pytest.mark.parametrize(
    ("missing", "there", "sure"),
    [
        ("docs/setup.md", "docs/Setup.md", True),
        ("docs/giude.md", "docs/guide.md", True),
        ("guides/start.md", "guide/start.md", True),
        ("run/seed.mjs", "run/seed.ts", True),
        ("run/load-all.ts", "run/load-any.ts", False),
        ("build-x.ts", "build-x.ts.ts", False),
        ("docs/plan.md", "docs/old/plan.md", True),
        ("docs/README.md", "README.md", False),
        ("docs/README.md", "web/docs/README.md", True),
        ("docs/CHANGELOG.md", "CHANGELOG.md", False),
        ("a/vitest.config.ts", "b/vitest.config.ts", False),
        ("deploy/rules.yml", "watch/rules.yml", False),
        ("deploy/rules.yml", "infra/deploy/rules.yml", True),
        ("templates/.gitignore", "web/.gitignore", False),
        ("api/docs/calls.md", "web/docs/calls.md", False),
        ("api/docs/calls.md", "api/notes/calls.md", True),
        ("two/twice.md", "one/twice.md", False),
        ("docs/x.md", "", False),
    ],
)
def test_what_more_than_a_name_speaks_for(
    repository: Callable[..., Repository], missing: str, there: str, sure: bool
) -> None:
    tree: dict[str, object] = {"api/package.json": "{}", "web/package.json": "{}", "three/twice.md": ""}
    made = Inspection(repository({**tree, there: ""} if there else tree).root, {})

    assert is_sure(made, missing, there) is sure
