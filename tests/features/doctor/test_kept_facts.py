"""Runs that remember files find what runs without memory find, whatever was edited in between, and read less."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from toolkit.checking import Inspection
from toolkit.features.doctor import Order, examine
from toolkit.system import file_facts, git
from toolkit.system.file_facts import FileFacts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.repository import Repository
    from toolkit.features.doctor import Examination

ORDER = Order(only=("files", "secrets", "dependencies", "code"), jobs=1)
KEY = "AKIA" + "IOSFODNN7QRSTUVW"  # the form of an AWS key, and no key of anybody's
LOG = "export function handle(request) { console.log(request.headers); }\n"
TREE = {
    "package.json": '{"name": "x", "private": true, "dependencies": {}}\n',
    "src": {
        "a.ts": f'import left from "left-pad";\nconst key = "{KEY}";\n',
        "b.ts": LOG,
        "c.yaml": "a: 1\na: 2\n",
        "d.yaml": "password: Zx81Qw93Rt57Yu24Pl\n",
        "e.ts": "export function pay() { throw new Error('not implemented'); }\n",
    },
}
EDITS: dict[str, dict[str, str]] = {
    "nothing": {},
    "a value of the same length": {"src/a.ts": TREE["src"]["a.ts"].replace("AKIA", "BKIA")},  # type: ignore[index]
    "mended": {"src/c.yaml": "a: 1\nb: 2\n", "src/b.ts": "export const fine = 1;\n"},
    "broken": {"src/d.yaml": "a: [\n", "src/b.ts": LOG * 2},
    "a role": {"toolkit.toml": '[bootstrap]\nexclude = ["src"]\n'},
}


@pytest.fixture(autouse=True)
def _settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files count as settled at once: a test cannot wait two seconds for each."""
    monkeypatch.setattr(file_facts, "_RACY_NS", -3_600_000_000_000)


def examined(made: Repository, cache: Path | None) -> tuple[Examination, Inspection]:
    context = Inspection(made.root, {})
    context.facts = FileFacts(os.fspath(made.root), cache)
    return examine(context, ORDER), context


def shown(examination: Examination) -> object:
    return examination.findings, [(one.id, one.status, one.reason) for one in examination.checks]


@pytest.mark.parametrize("edit", EDITS)
def test_memory_changes_no_result(repository: Callable[..., Repository], tmp_path: Path, edit: str) -> None:
    made = repository(TREE)
    cache = tmp_path / "cache"
    first, _ = examined(made, cache)
    assert {"secret-committed", "sensitive-logging", "config-unparsable"} <= {one.check for one in first.findings}
    for path, content in EDITS[edit].items():
        look = (made.root / path).stat() if (made.root / path).exists() else None
        (made.root / path).write_text(content)
        if look is not None:
            os.utime(made.root / path, ns=(look.st_atime_ns, look.st_mtime_ns))

    remembering, _ = examined(made, cache)
    again, _ = examined(made, cache)
    forgetful, _ = examined(made, None)

    assert shown(remembering) == shown(forgetful)
    assert shown(again) == shown(forgetful)


def test_no_secret_is_kept(repository: Callable[..., Repository], tmp_path: Path) -> None:
    examined(repository(TREE), tmp_path / "cache")
    kept = b"".join(path.read_bytes() for path in (tmp_path / "cache").rglob("*") if path.is_file())

    assert b"characters (sha256" in kept
    assert KEY.encode() not in kept
    assert b"Zx81Qw93Rt57Yu24Pl" not in kept


def test_a_second_run_searches_nothing(
    repository: Callable[..., Repository], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = {f"{number}.ts": f"export const value = {number};\n" for number in range(300)}
    made = repository({**TREE, "many": many})
    searches = []
    command = git.command

    def counted(root: Path, *words: str, timeout_s: float | None = None) -> object:
        if "grep" in words:
            searches.append(words)
        return command(root, *words, timeout_s=timeout_s)

    monkeypatch.setattr(git, "command", counted)
    order = Order(only=("secrets",), jobs=1)
    contexts = []
    for _ in range(2):
        context = Inspection(made.root, {})
        context.facts = FileFacts(os.fspath(made.root), tmp_path / "cache")
        searches.clear()
        examine(context, order)
        contexts.append((len(searches), len(context._bytes)))

    assert contexts[0][0] > 0
    assert contexts[1][0] == 0
    assert contexts[1][1] < 20
