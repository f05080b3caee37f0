"""Files that images start and that no COPY brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


DOCKERFILE = "FROM %s\nWORKDIR /app\nCOPY package.json ./\n%sCOPY src ./src\n%s\n"
TREE = {"package.json": "{}", "server.js": "1\n", "start.sh": "#!/bin/sh\n", "src": {"a.js": "1\n"}}


@pytest.mark.parametrize(
    ("command", "target"),
    [
        ('CMD ["node", "server.js"]', "/app/server.js"),
        ("CMD node server.js", "/app/server.js"),
        ('ENTRYPOINT ["./start.sh"]', "/app/start.sh"),
        ('ENTRYPOINT ["sh", "/app/start.sh"]', "/app/start.sh"),
        ('ENTRYPOINT ["/start.sh"]', "/start.sh"),
        ('CMD ["node", "src/a.js"]', ""),
        ('CMD ["node", "nowhere.js"]', ""),
        ('CMD ["npm", "start"]', ""),
        ('ENTRYPOINT ["docker-entrypoint.sh"]', ""),
    ],
)
def test_what_a_command_starts(inspect: Inspect, command: str, target: str) -> None:
    found = inspect("dockerfile-copy-missing", {**TREE, "Dockerfile": DOCKERFILE % ("node", "", command)})

    assert places(found) == [("error", "Dockerfile", 5)] * bool(target)
    assert [one.evidence.rpartition(" looks for ")[2] for one in found] == [target] * bool(target)


@pytest.mark.parametrize(
    ("image", "before"),
    [
        ("example/base", ""),
        ("node", "RUN curl -o x.tar.gz example && tar xf x.tar.gz\n"),
        ("node", "RUN echo 1 > server.js\n"),
        ("node", "COPY server.j[s] ./\n"),
        ("node", "COPY --from=example/other /app ./\n"),
        ("node", "COPY server.js /other/\n"),
    ],
)
def test_quiet_where_something_else_may_bring_it(inspect: Inspect, image: str, before: str) -> None:
    dockerfile = DOCKERFILE % (image, before, 'CMD ["node", "server.js"]')

    assert inspect("dockerfile-copy-missing", {**TREE, "Dockerfile": dockerfile}) == []


def test_what_is_left_out_and_what_is_mounted(inspect: Inspect) -> None:
    whole = 'FROM node\nWORKDIR /app\nCOPY package.json ./\nCOPY . .\nCMD ["node", "server.js"]\n'
    part = DOCKERFILE % ("node", "", 'CMD ["node", "server.js"]')
    compose = "services:\n  a:\n    build: .\n    volumes: ['.:/app']\n"

    (found,) = inspect("dockerfile-copy-missing", {**TREE, "Dockerfile": whole, ".dockerignore": "server.js\n"})

    assert [fix.title for fix in found.fixes] == ["take server.js out of .dockerignore"]
    assert inspect("dockerfile-copy-missing", {**TREE, "Dockerfile": part, "compose.yaml": compose}) == []
