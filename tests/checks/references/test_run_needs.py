"""Files that a build reads before they are in the image."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]

TREE = {
    "requirements.txt": "flask\n",
    "tsconfig.build.json": "{}",
    "package.json": "{}",
    "package-lock.json": "{}",
    "prisma/schema.prisma": "",
    "go.mod": "module a\n",
    "cmd/server/main.go": "package main\n",
    "src/a.ts": "",
}


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("RUN pip install -r requirements.txt\nCOPY . .\n", "requirements.txt: no COPY brings it"),
        ("COPY requirements.txt .\nRUN pip install --requirement=base.txt\n", "base.txt: no COPY brings it"),
        ("COPY . .\nRUN python -m pip install -r base.txt\n", "base.txt: the build context does not hold it"),
        ("COPY src src\nRUN npm ci && npx tsc -p tsconfig.build.json\n", "tsconfig.build.json: no COPY brings it"),
        ("COPY src src\nRUN npx prisma generate\n", "prisma/schema.prisma: no COPY brings it"),
        ("COPY . .\nRUN go build -o /bin/a ./cmd/api\n", "./cmd/api: the build context does not hold it"),
        ("RUN apt-get install -y curl git\nCOPY src src\nRUN pip install -r base.txt\n", "base.txt: no COPY brings it"),
        (
            "RUN apt-get install -y \\\n  gcc \\\n  curl \\\n  && rm -rf /var\nRUN pip install -r base.txt\n",
            "base.txt: no COPY",
        ),
        ("RUN apt-get update && curl -O https://x.invalid/a\nRUN pip install -r base.txt\n", ""),
        ("COPY requirements.txt .\nRUN pip install -r requirements.txt\n", ""),
        ("COPY requirements.txt /tmp/\nRUN pip install -r /tmp/requirements.txt\n", ""),
        ("COPY require*.txt ./\nRUN pip install -r requirements.txt\n", ""),
        ("RUN echo flask > base.txt && pip install -r base.txt\n", ""),
        ("RUN git clone https://x.invalid/a . \nRUN pip install -r base.txt\n", ""),
        ("RUN --mount=type=bind,source=requirements.txt,target=requirements.txt pip install -r requirements.txt\n", ""),
        ("RUN pip install -r base.txt || true\n", ""),
        ("RUN if [ -f base.txt ]; then pip install -r base.txt; fi\n", ""),
        ("RUN pip install -r https://x.invalid/base.txt -r $FILE\n", ""),
        ("COPY --from=registry.invalid/a / /\nRUN pip install -r base.txt\n", ""),
        ("COPY prisma ./prisma\nRUN npx prisma generate\n", ""),
        ("COPY . .\nRUN go build -o /bin/a ./cmd/server && go build ./...\n", ""),
    ],
)
def test_what_a_run_reads(inspect: Inspect, lines: str, told: str) -> None:
    compose = "services: {a: {build: .}}\n"
    tree = {"compose.yaml": compose, "Dockerfile": f"FROM python:3.12\nWORKDIR /app\n{lines}", **TREE}

    found = [one.message for one in inspect("dockerfile-copy-missing", tree) if " needs " in one.message]

    assert [told in one for one in found if "npm ci" not in one] == [True] * bool(told)


def test_stages_and_images_that_bring_files(inspect: Inspect) -> None:
    own = "FROM registry.invalid/own/base\nWORKDIR /app\nRUN pip install -r base.txt\n"
    stages = "FROM python AS base\nWORKDIR /app\n{}FROM base\nRUN pip install -r requirements.txt\n"

    assert inspect("dockerfile-copy-missing", {"Dockerfile": own, **TREE}) == []
    assert inspect("dockerfile-copy-missing", {"Dockerfile": stages.format("COPY . .\n"), **TREE}) == []
    assert [one.line for one in inspect("dockerfile-copy-missing", {"Dockerfile": stages.format(""), **TREE})] == [4]
