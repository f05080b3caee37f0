"""Programs that only development has, in images that install without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]

PACKAGE = """{
  "scripts": {"dev": "nodemon app.js", "start": "node app.js", "build": "tsc -p .", "lazy": "npx nodemon app.js"},
  "dependencies": {"express": "4"},
  "devDependencies": {"nodemon": "3", "typescript": "5"}
}"""


@pytest.mark.parametrize(
    ("install", "start", "told"),
    [
        ("npm ci --only=production", 'CMD ["npm", "run", "dev"]', "nodemon"),
        ("npm install --omit=dev && npm cache clean --force", "CMD npm run dev", "nodemon"),
        ("yarn install --production", 'CMD ["yarn", "dev"]', "nodemon"),
        ("pnpm install --frozen-lockfile -P", 'ENTRYPOINT ["pnpm", "run", "build"]', "tsc"),
        ("npm ci --only=production", 'CMD ["npm", "start"]', ""),
        ("npm ci --only=production", 'CMD ["npm", "run", "lazy"]', ""),
        ("npm ci --only=production && npm install -g nodemon", 'CMD ["npm", "run", "dev"]', ""),
        ("npm ci", 'CMD ["npm", "run", "dev"]', ""),
        ("npm ci --production=false", 'CMD ["npm", "run", "dev"]', ""),
        ("npm ci --omit=dev\nCOPY --from=deps /app/node_modules ./node_modules", 'CMD ["npm", "run", "dev"]', ""),
        ("npm ci --omit=dev\nRUN npm install", 'CMD ["npm", "run", "dev"]', ""),
    ],
)
def test_what_an_image_starts(inspect: Inspect, install: str, start: str, told: str) -> None:
    text = f"FROM node:20 AS deps\nFROM node:20\nWORKDIR /app\nCOPY package.json ./\nRUN {install}\nCOPY . .\n{start}\n"

    found = inspect("deploy-reference-missing", {"Dockerfile": text, "package.json": PACKAGE, "app.js": ""})

    assert [one.severity for one in found] == ["error"] * bool(told)
    assert all(f"starts {told}, which is among the devDependencies" in one.message for one in found)
