"""A subproject with workflows as people write them, and the repository it was moved into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.documents import edit
from toolkit.features.relocation.relocate import Relocation, World, relocate
from toolkit.model import EditFile, MoveFile, RemoveTree, WriteFile

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["REPOSITORY", "SUB", "SUBPROJECT", "applied", "at_home", "decide", "world"]

SUB = "apps/edge"

CI = """\
# Continuous integration of the edge worker
name: CI

on:
  push:
    branches: [main]
    paths-ignore:
      - 'docs/**'
      - "**.md"   # words
  pull_request:

concurrency:
  group: ci-${{ github.ref }}
  cancel-in-progress: true

defaults:
  run:
    shell: bash

env:
  DATA: data

jobs:
  changes:
    runs-on: ubuntu-latest
    steps:
      - run: pwd > where.txt
  test:
    runs-on: ubuntu-latest
    strategy:
      matrix:
        package: [api, web]
        include:
          - package: web
            extra: true
    steps:
      - run: pwd > early.txt
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0
      - uses: ./.github/actions/setup
        with:
          folder: packages
      - uses: actions/setup-node@v4
        with:
          node-version-file: .nvmrc
          cache: npm
      - uses: actions/cache@v4
        with:
          path: |
            ~/.cache/edge
            build
            ./packages/*/dist
            !build/tmp
          key: ${{ runner.os }}-${{ hashFiles('**/package-lock.json', 'data/*.txt') }}
          restore-keys: ${{ runner.os }}-
      - name: One package
        working-directory: packages/${{ matrix.package }}
        run: cat name.txt
      - working-directory: ${{ env.DATA }}
        run: ls
      - run: |
          cat README.md
          ls packages
      - uses: actions/upload-artifact@v4
        if: always()
        with: {name: out, path: build/}
"""

DEPLOY = """\
name: "Deploy: edge"
on:
  workflow_run:
    workflows: [CI]
    types: [completed]
  workflow_dispatch:
jobs:
  call:
    uses: ./.github/workflows/reusable.yml
    with:
      folder: packages/api
    secrets: inherit
  deploy:
    needs: call
    runs-on: ubuntu-latest
    environment: production
    defaults:
      run:
        working-directory: ./packages
    steps:
      - uses: actions/checkout@v4
      - run: ls
      - uses: cloudflare/wrangler-action@v3
        with:
          apiToken: ${{ secrets.CLOUDFLARE_API_TOKEN }}
      - run: cat "$GITHUB_WORKSPACE/README.md"
        if: github.repository == 'someone/edge'
      - uses: someone/unknown-action@v1
        with:
          input: README.md
"""

REUSABLE = """\
on:
  workflow_call:
    inputs:
      folder:
        type: string
        default: packages
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: ls
        working-directory: ${{ inputs.folder }}
"""

ACTION = """\
name: Set up
description: What every job needs
inputs:
  folder:
    description: where to look
    default: packages
runs:
  using: composite
  steps:
    - uses: actions/setup-go@v5
      with:
        go-version-file: go.mod
    - shell: bash
      run: ls ${{ inputs.folder }} > listed.txt
    - shell: bash
      working-directory: ${{ inputs.folder }}
      run: pwd
    - uses: ./.github/actions/inner
"""

INNER = """\
name: Inner
description: An action that another action uses
runs:
  using: composite
  steps:
    # comment
    - run: cat README.md
      shell: bash
"""

SUBPROJECT: Mapping[str, str] = {
    ".github/workflows/ci.yml": CI,
    ".github/workflows/deploy.yml": DEPLOY,
    ".github/workflows/reusable.yml": REUSABLE,
    ".github/actions/setup/action.yml": ACTION,
    ".github/actions/inner/action.yml": INNER,
    ".nvmrc": "22\n",
    "README.md": "Edge\n",
    "go.mod": "module example.com/edge\n",
    "go.sum": "",
    "package.json": "{}\n",
    "package-lock.json": "{}\n",
    "data/one.txt": "1\n",
    "data/two.txt": "2\n",
    "packages/api/name.txt": "api\n",
    "packages/api/package-lock.json": "{}\n",
    "packages/web/name.txt": "web\n",
}

REPOSITORY: Mapping[str, str] = {
    ".github/workflows/ci.yml": "name: CI\non: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo\n",
    "README.md": "The whole\n",
    "package-lock.json": "{}\n",
    "other/package-lock.json": "{}\n",
}


def at_home(files: Mapping[str, str] = SUBPROJECT) -> dict[str, bytes]:
    """The subproject as the repository it once was."""
    return {path: text.encode() for path, text in files.items()}


def world(files: Mapping[str, str | bytes]) -> World:
    """A repository of exactly these files."""
    contents = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
    return World(frozenset(contents), contents.__getitem__)


def decide(
    files: Mapping[str, str], sub: str = SUB, root: Mapping[str, str] = REPOSITORY, newline: str = "\n"
) -> tuple[Relocation, dict[str, bytes]]:
    """The relocation of a subproject put below a folder, and the tree before it."""
    before = {path: text.encode() for path, text in root.items()}
    before |= {f"{sub}/{path}": text.replace("\n", newline).encode() for path, text in files.items()}
    return relocate(World(frozenset(before), before.__getitem__)), before


def applied(relocation: Relocation, before: Mapping[str, bytes]) -> dict[str, bytes]:
    """The tree after the plan, each action's condition tested when its turn comes."""
    from hashlib import sha256

    tree = dict(before)
    for action in relocation.plan.actions:
        match action:
            case EditFile(path, spans, digest):
                assert sha256(tree[path]).hexdigest() == digest
                tree[path] = edit.apply(tree[path], spans)
            case MoveFile(source, target, digest):
                assert sha256(tree[source]).hexdigest() == digest
                assert target.lower() not in {path.lower() for path in tree}
                tree[target] = tree.pop(source)
            case WriteFile(path, content, expected):
                assert (sha256(tree[path]).hexdigest() if path in tree else None) == expected
                tree[path] = content
            case RemoveTree(path):
                del tree[path]
            case _:
                raise AssertionError(action)
    return tree
