"""Commands that the ENTRYPOINT of an image takes for arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


COMPOSE = "services:\n  api:\n    build: ./api\n    command: %s\n"
FORGETS = "#!/bin/sh\npython migrate.py\n"


@pytest.mark.parametrize(
    ("entry", "command", "files", "count"),
    [
        ('["node", "server.js"]', "npm run dev", {"server.js": "1\n"}, 1),
        ('["node", "server.js"]', "--port 3", {"server.js": "1\n"}, 0),
        ('["node", "server.js"]', "node worker.js", {"server.js": "run(process.argv)\n"}, 0),
        ('["node", "gone.js"]', "node worker.js", {}, 0),
        ('["python"]', "python worker.py", {}, 1),
        ('["python"]', "worker.py", {}, 0),
        ("[]", "python worker.py", {}, 0),
        ('["uvicorn", "main:app"]', "uvicorn worker:app", {}, 1),
        ('["celery", "-A", "app"]', "worker", {}, 0),
        ('["uv", "run"]', "python worker.py", {}, 0),
        ('["npm", "exec", "--"]', "node worker.js", {}, 0),
        ('["/server"]', "/server --debug", {}, 1),
        ('["/server"]', "--debug", {}, 0),
        ('["/usr/bin/tini", "--"]', "node worker.js", {}, 0),
        ("python app.py", "python worker.py", {}, 1),
        ('exec python app.py "$@"', "python worker.py", {}, 0),
        ('["./entrypoint.sh"]', "python worker.py", {"entrypoint.sh": FORGETS}, 1),
        ('["./entrypoint.sh"]', "python worker.py", {"entrypoint.sh": FORGETS + 'exec "$@"\n'}, 0),
    ],
)
def test_what_a_service_is_told_behind_an_entrypoint(
    inspect: Inspect, entry: str, command: str, files: dict[str, str], count: int
) -> None:
    api = {
        "Dockerfile": f"FROM python\nWORKDIR /app\nCOPY . .\nENTRYPOINT {entry}\n",
        "worker.py": "app = 1\n",
        **files,
    }
    api |= {"package.json": '{"scripts": {"dev": "node server.js"}}', "worker.js": "1\n"}
    whole = {"api": api, "compose.yaml": COMPOSE % command}
    instead = {"api": api, "compose.yaml": COMPOSE % command + "    entrypoint: []\n"}

    found = inspect("compose-reference-missing", whole)

    assert places(found) == [("warning", "compose.yaml", 4)] * count
    assert all("is not run: the ENTRYPOINT of its image" in one.message for one in found)
    assert inspect("compose-reference-missing", instead) == []


def test_the_stage_that_a_service_builds(inspect: Inspect) -> None:
    dockerfile = 'FROM node AS dev\nCOPY . .\nFROM dev\nENTRYPOINT ["node", "server.js"]\n'
    build = "services:\n  api:\n    build: {context: ., target: %s}\n    command: npm run dev\n"
    tree = {"Dockerfile": dockerfile, "server.js": "1\n", "package.json": '{"scripts": {"dev": "node server.js"}}'}

    assert inspect("compose-reference-missing", {**tree, "compose.yaml": build % "dev"}) == []
    assert len(inspect("compose-reference-missing", {**tree, "compose.yaml": build.replace(", target: %s", "")})) == 1


@pytest.mark.parametrize(
    ("script", "command", "count"),
    [
        ("#!/bin/sh\nnpx prisma migrate deploy\n", '["node", "main.js"]', 1),
        ("#!/bin/sh\nnpx prisma migrate deploy\nnode main.js\n", '["node", "main.js"]', 0),
        ('#!/bin/sh\nnpx prisma migrate deploy\nexec "$@"\n', '["node", "main.js"]', 0),
    ],
)
def test_an_entrypoint_that_forgets_its_command(inspect: Inspect, script: str, command: str, count: int) -> None:
    dockerfile = f'FROM node\nWORKDIR /app\nCOPY . .\nENTRYPOINT ["./docker/entrypoint.sh"]\nCMD {command}\n'
    tree = {"Dockerfile": dockerfile, "main.js": "1\n", "docker": {"entrypoint.sh": script}, "package.json": "{}"}

    assert places(inspect("deploy-reference-missing", tree)) == [("warning", "Dockerfile", 5)] * count


@pytest.mark.parametrize(("key", "count"), [("args", 1), ("command", 0)])
def test_arguments_of_a_container(inspect: Inspect, key: str, count: int) -> None:
    pod = f'apiVersion: v1\nkind: Pod\nmetadata: {{name: api}}\nspec:\n  containers:\n    - name: api\n      image: example/api\n      {key}: ["node", "worker.js"]\n'
    dockerfile = 'FROM node\nWORKDIR /app\nCOPY . .\nENTRYPOINT ["node", "server.js"]\n'
    tree = {"api": {"Dockerfile": dockerfile, "server.js": "1\n", "worker.js": "1\n"}, "pod.yaml": pod}

    assert places(inspect("deploy-reference-missing", tree)) == [("warning", "pod.yaml", 8)] * count
