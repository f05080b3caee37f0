"""Members of JavaScript workspaces that no COPY brings before what depends on them is installed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]

INSTALLS = {
    "pnpm": "pnpm install --frozen-lockfile",
    "npm": "npm ci",
    "bun": "bun install --frozen-lockfile",
    "yarn": "yarn install --frozen-lockfile",
}
LOCKS = {"pnpm": "pnpm-lock.yaml", "npm": "package-lock.json", "bun": "bun.lock", "yarn": "yarn.lock"}
CLASSIC = "# yarn lockfile v1\n"
STOPS = "apps/web depends on packages/db, which no COPY brings before: the install stops"
LINKS = "apps/web depends on packages/db, which no COPY brings into the image"
BARE = "apps/web depends on packages/db, which no COPY brings before: what it needs itself"


def _workspace(manager: str, lines: str, *, code: str = 'import { open } from "@x/db/pool";\n') -> dict[str, Any]:
    """A workspace whose ``web`` depends on ``db``, and a Dockerfile that installs after it copied the manifest of ``web``."""
    own = {"private": True, "workspaces": ["apps/*", "packages/*"], "packageManager": f"{manager}@1.22.22"}
    copied = f"package.json {LOCKS[manager]}" + (" pnpm-workspace.yaml" if manager == "pnpm" else "")
    return {
        "package.json": json.dumps(own),
        "pnpm-workspace.yaml": "packages: [apps/*, packages/*]\n" if manager == "pnpm" else None,
        LOCKS[manager]: CLASSIC if manager == "yarn" else "{}" if manager == "npm" else "",
        "apps": {
            "web": {
                "package.json": json.dumps({"name": "@x/web", "dependencies": {"@x/db": "workspace:*"}}),
                "src": {"main.ts": code},
                "Dockerfile": f"FROM node:22\nWORKDIR /app\nCOPY {copied} ./\nCOPY apps/web/package.json apps/web/\n{lines}",
            }
        },
        "packages": {
            "db": {
                "package.json": json.dumps({"name": "@x/db", "private": True, "dependencies": {"pg": "8"}}),
                "pool.ts": "export {};\n",
            }
        },
    }


def _inspected(inspect: Inspect, files: dict[str, Any]) -> list[Finding]:
    return inspect("dockerfile-copy-missing", {name: one for name, one in files.items() if one is not None})


@pytest.mark.parametrize(
    ("manager", "lines", "told"),
    [
        ("bun", "RUN {}\nCOPY . .\n", STOPS),
        ("yarn", "RUN {}\nCOPY . .\n", STOPS),
        ("yarn", "COPY packages/db/package.json packages/db/\nRUN {}\nCOPY . .\n", ""),
        ("bun", "COPY packages packages\nRUN {}\nCOPY . .\n", ""),
        ("bun", "COPY packages ./other\nRUN {}\nCOPY . .\n", STOPS),
        ("bun", "RUN git clone https://example.invalid/a.git . && true\nRUN {}\nCOPY . .\n", ""),
        ("bun", "RUN {} || bun install\nCOPY . .\n", ""),
        ("bun", "ARG OF\nCOPY packages/$OF/package.json packages/$OF/\nRUN {}\n", ""),
        ("bun", "COPY --parents packages/*/package.json ./\nRUN {}\n", ""),
        ("bun", "COPY --from=registry.invalid/a/b /app .\nRUN {}\n", ""),
        ("npm", "RUN {}\nCOPY apps/web apps/web\nRUN npm run build\n", LINKS),
        ("npm", "RUN {}\nCOPY . .\nRUN npm run build\n", ""),
        ("pnpm", "RUN {}\nCOPY apps/web apps/web\n", LINKS),
        ("pnpm", "RUN {}\nCOPY . .\nRUN pnpm --filter @x/web build\n", BARE),
        ("pnpm", "RUN {}\nCOPY . .\nRUN {}\n", ""),
        ("pnpm", "COPY packages/db/package.json packages/db/\nRUN {}\nCOPY . .\n", ""),
    ],
)
def test_members_left_out_of_an_install(inspect: Inspect, manager: str, lines: str, told: str) -> None:
    found = _inspected(inspect, _workspace(manager, lines.replace("{}", INSTALLS[manager])))

    assert [told in one.message for one in found] == [True] * bool(told), [one.message for one in found]
    assert all(one.severity == ("error" if told == STOPS else "warning") for one in found)


def test_only_types_are_asked_for(inspect: Inspect) -> None:
    lines = f"RUN {INSTALLS['pnpm']}\nCOPY apps/web apps/web\n"
    types = 'import type {\n  Pool,\n} from "@x/db";\n'

    assert not _inspected(inspect, _workspace("pnpm", lines, code=types))
    assert _inspected(inspect, _workspace("pnpm", lines, code=types + 'export * from "@x/db";\n'))


def test_where_modules_are_hoisted(inspect: Inspect) -> None:
    files = _workspace("pnpm", f"RUN {INSTALLS['pnpm']}\nCOPY . .\n")

    assert _inspected(inspect, files)
    assert not _inspected(inspect, {**files, ".npmrc": "node-linker=hoisted\n"})
