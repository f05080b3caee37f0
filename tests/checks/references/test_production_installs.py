"""Programs that only development has, in images that install without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]

PACKAGE = """{
  "scripts": {"dev": "nodemon app.js", "start": "node app.js", "build": "tsc -p .", "lazy": "npx nodemon app.js", "all": "npm run build"},
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
        ("npm ci --only=production=false", 'CMD ["npm", "run", "dev"]', ""),
        ("npm ci --only=prod", 'CMD ["npm", "run", "dev"]', "nodemon"),
        ("npm ci --production=false", 'CMD ["npm", "run", "dev"]', ""),
        ("npm ci --omit=dev\nCOPY --from=deps /app/node_modules ./node_modules", 'CMD ["npm", "run", "dev"]', ""),
        ("npm ci --omit=dev\nRUN npm install", 'CMD ["npm", "run", "dev"]', ""),
        ("npm ci --omit=dev", "CMD npm install && npm run dev", ""),
    ],
)
def test_what_an_image_starts(inspect: Inspect, install: str, start: str, told: str) -> None:
    text = f"FROM node:20 AS deps\nFROM node:20\nWORKDIR /app\nCOPY package.json ./\nRUN {install}\nCOPY . .\n{start}\n"

    found = inspect("deploy-reference-missing", {"Dockerfile": text, "package.json": PACKAGE, "app.js": ""})

    assert [one.severity for one in found] == ["error"] * bool(told)
    assert all(f"starts {told}, which is among the devDependencies" in one.message for one in found)


@pytest.mark.parametrize(
    ("stage", "told"),
    [
        ("COPY package.json ./\nRUN npm ci --only=production\nCOPY . .\nRUN npm run build", 6),
        ("COPY package.json ./\nRUN npm install --omit=dev && npm run all", 4),
        ("ENV NODE_ENV=production\nCOPY . .\nRUN npm ci\nRUN npm run build", 6),
        ("ENV NODE_ENV=production\nCOPY . .\nRUN npm ci --include=dev\nRUN npm run build", 0),
        ("ENV NODE_ENV=production\nCOPY . .\nRUN pnpm install\nRUN pnpm build", 0),  # from 10 on pnpm installs all
        ("COPY . .\nRUN npm ci && npm run build && npm ci --omit=dev", 0),
        ("COPY . .\nRUN npm ci --omit=dev && npm install -g typescript\nRUN npm run build", 0),
        ("COPY . .\nRUN npm ci --omit=dev\nRUN npm run build || true", 0),
        ("COPY . .\nRUN npm ci --omit=dev\nRUN npm --prefix web run build", 0),
        (
            "RUN npm ci --omit=dev\nFROM node:20\nWORKDIR /app\nCOPY --from=0 /app/node_modules ./node_modules\nCOPY . .\nRUN npm run build",
            8,
        ),
        (
            "RUN npm ci\nFROM node:20\nWORKDIR /app\nCOPY --from=0 /app/node_modules ./node_modules\nCOPY . .\nRUN npm run build",
            0,
        ),
        (
            "RUN npm ci\nFROM node:20\nWORKDIR /app\nCOPY --from=0 /app/dist dist\nCOPY . .\nRUN npm ci --omit=dev\nRUN npm run build",
            9,
        ),
    ],
)
def test_what_an_image_builds(inspect: Inspect, stage: str, told: int) -> None:
    web = {"web/package.json": '{"scripts": {"build": "true"}}'}
    tree = {"Dockerfile": f"FROM node:20\nWORKDIR /app\n{stage}\n", "package.json": PACKAGE, "app.js": "", **web}

    found = inspect("deploy-reference-missing", tree)

    assert [(one.line, one.severity) for one in found] == [(told, "error")] * bool(told)


def test_what_the_base_of_an_image_or_the_lock_may_bring(inspect: Inspect) -> None:
    text = "FROM {}\nWORKDIR /app\nCOPY . .\nRUN npm ci --omit=dev\nRUN npm run build\n"
    lock = '{"lockfileVersion": 3, "packages": {"node_modules/typescript": {"version": "5.0.0"%s}}}'
    tree = {"package.json": PACKAGE, "app.js": ""}

    own = inspect("deploy-reference-missing", tree | {"Dockerfile": text.format("acme/builder:1")})
    kept = inspect(
        "deploy-reference-missing", tree | {"Dockerfile": text.format("node:20"), "package-lock.json": lock % ""}
    )
    lost = {"Dockerfile": text.format("node:20"), "package-lock.json": lock % ', "dev": true'}

    assert (own, kept) == ([], [])
    assert len(inspect("deploy-reference-missing", tree | lost)) == 1


@pytest.mark.parametrize(
    ("install", "script", "told"),
    [
        ("npm ci --omit=dev", "husky", True),
        ("pnpm install --prod", "husky", True),
        ("yarn install --production", "husky", False),  # which then leaves out `prepare`
        ("npm ci --omit=dev --ignore-scripts", "husky", False),
        ("npm pkg delete scripts.prepare && npm ci --omit=dev", "husky", False),
        ("npm ci --omit=dev", "husky || true", False),
        ("npm ci", "husky", False),
    ],
)
def test_what_an_install_runs(inspect: Inspect, install: str, script: str, *, told: bool) -> None:
    manifest = f'{{"scripts": {{"prepare": "{script}"}}, "devDependencies": {{"husky": "9"}}}}'
    text = f"FROM node:20\nWORKDIR /app\nCOPY package.json ./\nRUN {install}\n"

    found = inspect("deploy-reference-missing", {"Dockerfile": text, "package.json": manifest})

    assert ["script prepare starts husky" in one.message for one in found] == [True] * told
