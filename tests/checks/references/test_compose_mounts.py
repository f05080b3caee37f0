"""Mounts of compose that lie beside the data of a database, or over what an image has built."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]

ID = "compose-reference-missing"


@pytest.mark.parametrize(
    ("image", "volumes", "told"),
    [
        ("postgres", "data:/data", "/var/lib/postgresql"),
        ("postgres:16-alpine", "data:/var/lib/postgresql", "/var/lib/postgresql/data"),
        ("postgres:18", "data:/var/lib/postgresql/data", "/var/lib/postgresql"),
        ("pgvector/pgvector:pg16", "pg:/pg", "/var/lib/postgresql/data"),
        ("mysql:8", "./mysql-data:/data", "/var/lib/mysql"),
        ("mongo:7", "mongo:/data", "/data/db"),
        ("redis:7", "redis:/var/lib/redis", "/data"),
        ("postgres:18", "data:/var/lib/postgresql", ""),
        ("postgres", "data:/var/lib/postgresql/data", ""),
        ("postgres:16", "data:/var/lib/postgresql/data", ""),
        ("mongo:7", "db:/data/db", ""),
        ("redis:7", "./redis.conf:/usr/local/etc/redis/redis.conf", ""),
        ("mysql:8", "db-backups:/backups", ""),
        ("example/postgres", "data:/data", ""),
    ],
)
def test_volumes_beside_the_data(inspect: Inspect, image: str, volumes: str, told: str) -> None:
    name = volumes.partition(":")[0]
    section = "" if name.startswith(".") else f"volumes: {{{name}: }}\n"
    text = f"services:\n  db:\n    image: {image}\n    volumes:\n      - {volumes}\n{section}"
    tree = {"compose.yml": text, "redis.conf": "", "mysql-data": {"a": ""}}

    found = inspect(ID, tree)

    assert places(found) == [("warning", "compose.yml", 5)] * bool(told)
    assert all(f"keeps its data in {told}:" in one.message for one in found)


@pytest.mark.parametrize("given", ["    environment: {PGDATA: /data/pg}\n", "    command: -c data_directory=/data\n"])
def test_a_database_that_is_told_where_its_data_are(inspect: Inspect, given: str) -> None:
    text = f"services:\n  db:\n    image: postgres:16\n{given}    volumes: [data:/data]\nvolumes: {{data: }}\n"

    assert inspect(ID, {"compose.yml": text}) == []


IMAGE = """\
FROM node:20 AS build
WORKDIR /app
COPY api/package.json ./
COPY api/src ./src
RUN npm run build
FROM node:20
WORKDIR /app
COPY --from=build /app/dist ./dist
CMD %s
"""
NODE = '["node", "dist/index.js"]'


@pytest.mark.parametrize(
    ("start", "service", "told"),
    [
        (NODE, "volumes: [./api:/app, /app/node_modules]", True),
        ("node dist/index.js", "volumes: [./api:/app]", True),
        ('["npm", "start"]', "volumes: [./api:/app]", True),
        (NODE, "volumes: [./api:/app, /app/dist]", False),
        (NODE, "volumes: [./api/src:/app/src]", False),
        (NODE, "volumes: [./api:/sources]", False),
        (NODE, "{volumes: [./api:/app], command: npm run dev}", False),
        ('["node", "src/index.js"]', "volumes: [./api:/app]", False),
    ],
)
def test_sources_over_what_the_image_has_built(inspect: Inspect, start: str, service: str, told: bool) -> None:
    inner = service.strip("{}") if service.startswith("{") else service
    lines = "".join(f"    {part}\n" for part in inner.replace("], command", "]\ncommand").split("\n"))
    text = f"services:\n  api:\n    build: {{context: ., dockerfile: api/Dockerfile}}\n{lines}"
    package = '{"name": "api", "scripts": {"build": "tsc", "dev": "node src/index.js", "start": "node dist/index.js"}}'
    tree = {
        "compose.yml": text,
        ".gitignore": "dist\n",
        "api": {"Dockerfile": IMAGE % start, "package.json": package, "src": {"index.js": "", "index.ts": ""}},
    }

    assert places(inspect(ID, tree)) == [("warning", "compose.yml", 4)] * told
