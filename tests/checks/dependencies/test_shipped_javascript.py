"""Packages for development alone that the program of an image imports."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

BUILT = "FROM node:22 AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN npm run build\n\n"
SLIM = "FROM node:22\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev\nCOPY --from=build /app/dist ./dist\n"
START = 'CMD ["node", "dist/main.js"]\n'
SOURCES = {
    "main.ts": "import express from 'express';\nimport { serve } from './serve.js';\nimport type { T } from './types';\nserve(express());\n",
    "serve.ts": "import pino from 'pino';\nexport const serve = (x) => pino().info(x);\n",
    "types.ts": "import zod from 'zod';\nexport type T = zod.ZodType;\nexport const t = zod.any();\n",
    "other.ts": "import zod from 'zod';\nzod.any();\n",
    "main.spec.ts": "import zod from 'zod';\nzod.any();\n",
}


def project(image: str, *, dev: bool = True, build: str = "tsc", **more: Any) -> dict[str, Any]:
    asked = {"dependencies": {"express": "^4"}, "devDependencies": {"pino": "^9", "zod": "^3"}}
    entries = {
        "": asked,
        "node_modules/express": {},
        "node_modules/pino": {"dev": dev},
        "node_modules/zod": {"dev": True},
    }
    return {
        "package.json": json.dumps({"scripts": {"build": build, "start": "node dist/main"}, **asked}),
        "package-lock.json": json.dumps({"lockfileVersion": 3, "packages": entries}),
        "Dockerfile": image,
        "src": SOURCES,
        **more,
    }


TOLD = [("error", "src/serve.ts", 1)]


@pytest.mark.parametrize(
    ("tree", "told"),
    [
        (project(BUILT + SLIM + START), TOLD),
        (project(BUILT + SLIM + "CMD npm start\n"), TOLD),
        (project(BUILT + SLIM.replace("npm ci --omit=dev", "npm ci").replace("WORKDIR", "ENV NODE_ENV=production\nWORKDIR") + START), TOLD),
        (project(BUILT + "RUN npm prune --production\n\nFROM node:22\nCOPY --from=build /app ./\n" + START), TOLD),
        # All is there, or comes from a stage that has all.
        (project(BUILT + SLIM.replace(" --omit=dev", "") + START), []),
        (project(BUILT + "\nFROM node:22\nCOPY --from=build /app ./\n" + START), []),
        (project(BUILT + SLIM + "COPY --from=build /app/node_modules ./node_modules\n" + START), []),
        # What is shipped brings it as well, a bundle has it within, another program is started.
        (project(BUILT + SLIM + START, dev=False), []),
        (project(BUILT + SLIM + START, build="tsc && esbuild src/main.ts --bundle"), []),
        (project(BUILT + SLIM + 'CMD ["node", "dist/gone.js"]\n'), []),
        (project(BUILT + SLIM.replace("npm ci --omit=dev", "pnpm install --prod") + START), []),
    ],
)  # fmt: skip
def test_what_an_image_starts_and_has_not(
    inspect: Callable[..., list[Finding]], tree: dict[str, Any], told: list[tuple[str, str, int]]
) -> None:
    found = inspect("dependency-undeclared", tree)

    assert places(found) == told
    assert all(
        one.message.endswith("asks for it for development only: Dockerfile installs without that") for one in found
    )
    assert all(one.fixes[0].title.startswith("move pino to the dependencies of package.json") for one in found)
