"""Running checks, and what the settings make of their findings."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from tests.checks.onchain import keypair
from tests.checks.secrets import letters
from tests.features.doctor.scripted import BROKEN, Scripted, context_of, finding
from toolkit.catalog import Listed, catalog
from toolkit.checking import Check, Inspection, Needs
from toolkit.checks import SILENT
from toolkit.errors import CannotCheckError, ConfigurationError, ExitCode, UsageError
from toolkit.extension import signs_of
from toolkit.features.doctor import Order, examine
from toolkit.features.doctor._running import run_checks
from toolkit.features.doctor._single import run_check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tests.repository import Repository
    from toolkit.model import Finding


def test_a_crash_and_a_hang_are_unknown_and_the_others_go_on(repository: Callable[..., Repository]) -> None:
    release = threading.Event()

    def crash(_context: Inspection) -> Iterator[Finding]:
        yield finding("crash")
        raise KeyError("a bug")

    def hang(_context: Inspection) -> Iterable[Finding]:
        release.wait(60)
        return ()

    def cannot(_context: Inspection) -> Iterable[Finding]:
        raise CannotCheckError("no idea")

    checks = [
        Scripted("hang", hang, 0.5),
        Scripted("crash", crash),
        Scripted("cannot", cannot),
        Scripted("found", lambda _context: [finding("found")]),
        Scripted("fine", lambda _context: ()),
        Scripted("note", lambda _context: [finding("note", "info")]),
    ]

    results = run_checks(context_of(repository()), checks, 1)
    release.set()

    assert {name: (ran.result.status, len(ran.findings)) for name, ran in results.items()} == {
        "hang": ("unknown", 0),
        "crash": ("unknown", 1),
        "cannot": ("unknown", 0),
        "found": ("failed", 1),
        "fine": ("passed", 0),
        "note": ("passed", 1),
    }
    assert results["hang"].result.reason == "gave up after 0.5 s"
    assert results["crash"].result.reason.startswith("crashed: KeyError: 'a bug' (test_doctor.py:")
    assert results["cannot"].result.reason == "no idea"


def test_a_check_may_take_longer_where_there_are_more_files_than_usual(
    repository: Callable[..., Repository], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toolkit.features.doctor._single._ORDINARY", 4)
    told: list[float] = []
    for files in ({"a": "", "b": ""}, {str(number): "" for number in range(10)}):
        context = context_of(repository(files))
        run_check(context, Scripted("fine", lambda _context: (), 2.0), told.append)

    assert told == [2.0, 2.0 * len(context.inventory.files) / 4]
    assert len(context.inventory.files) >= 10


def test_a_check_that_cannot_be_loaded_is_unknown(repository: Callable[..., Repository]) -> None:
    missing = Listed("missing", "files", "toolkit.checks.files.no_such_check")
    no_check = Listed("no-check", "files", "toolkit.checks.files._away")

    results = run_checks(context_of(repository()), [missing, no_check, Scripted("fine", lambda _context: ())], 1)

    assert {name: (ran.result.status, ran.result.reason.partition(" (")[0]) for name, ran in results.items()} == {
        "missing": ("unknown", "crashed: ModuleNotFoundError: No module named 'toolkit.checks.files.no_such_check'"),
        "no-check": ("unknown", "crashed: TypeError: toolkit.checks.files._away defines 0 checks, not one"),
        "fine": ("passed", ""),
    }


def test_what_no_file_concerns_is_passed_without_being_loaded(
    repository: Callable[..., Repository], monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(listed: Listed) -> Check:
        raise AssertionError(f"{listed.id} was loaded")

    monkeypatch.setattr(Listed, "load", load)
    only = ("terraform-reference-missing", "conflict-copy")
    ended: list[str] = []

    found = examine(
        context_of(repository({"a.py": "", "b.md": ""})), Order(only=only), lambda result: ended.append(result.id)
    )

    assert {one.id: (one.status, "was loaded" in one.reason) for one in found.checks} == {
        "terraform-reference-missing": ("passed", False),
        "conflict-copy": ("unknown", True),
    }
    assert sorted(ended) == sorted(only)


@pytest.mark.parametrize(("changed", "looks"), [("src/a.ts", False), ("src/b.py", True), ("Dockerfile.dev", True)])
def test_a_change_of_sources_alone_concerns_no_check_that_is_silent_on_them(changed: str, looks: bool) -> None:
    silent = [one for one in catalog() if one.id in SILENT]

    assert len(silent) == len(SILENT)
    assert {one.concerns(signs_of([changed.rpartition("/")[2], "x.rs"])) for one in silent} == {looks}


def test_checks_run_at_once(repository: Callable[..., Repository]) -> None:
    meeting = threading.Barrier(3, timeout=20)

    def meet(_context: Inspection) -> Iterable[Finding]:
        meeting.wait()
        return ()

    results = run_checks(context_of(repository()), [Scripted(str(number), meet) for number in range(3)], 3)

    assert [ran.result.status for ran in results.values()] == ["passed"] * 3


def test_endless_findings_are_cut_and_named(repository: Callable[..., Repository]) -> None:
    def endless(_context: Inspection) -> Iterator[Finding]:
        line = 0
        while True:
            line += 1
            yield finding("endless", line=line)

    ran = run_checks(context_of(repository()), [Scripted("endless", endless)], 1)["endless"]

    assert (ran.result.status, len(ran.findings)) == ("unknown", 2000)
    assert "at least" in ran.result.reason


def test_an_examination(repository: Callable[..., Repository]) -> None:
    found = examine(context_of(repository(BROKEN)), Order(only=("files",)))

    assert [(one.severity, one.path, one.line) for one in found.findings] == [
        ("error", "a/package.json", 3),
        ("error", "b/package.json", 2),
        ("info", "vendor/package.json", 1),
    ]
    assert {one.id: one.status for one in found.checks if one.status == "failed"} == {"config-unparsable": "failed"}
    assert {one.family for one in found.checks} == {"files"}
    assert found.exit_code is ExitCode.FAILED


def test_paths_and_a_focus_narrow(repository: Callable[..., Repository]) -> None:
    made = repository(BROKEN)
    order = Order(only=("config-unparsable",))

    below = examine(context_of(made), Order(only=order.only, paths=("b",)))
    changed = examine(context_of(made, frozenset({"a/package.json"})), order)

    assert [one.path for one in below.findings] == ["b/package.json"]
    assert [one.path for one in changed.findings] == ["a/package.json"]


def test_a_finding_lies_where_one_of_its_places_does(repository: Callable[..., Repository]) -> None:
    code = {"x.ts": "import a from '../gone';\n"}
    made = repository({"package.json": "{}", "one": code, "two": code, "three": {"y.ts": ""}})

    found = {
        folder: examine(context_of(made), Order(only=("import-missing",), paths=(folder,))).findings
        for folder in ("one", "two", "three")
    }

    assert [one.path for one in found["one"]] == ["one/x.ts"]
    assert found["two"] == found["one"]
    assert found["three"] == ()


@pytest.mark.parametrize(
    ("settings", "expected", "silenced"),
    [
        ("", [("error", "a/package.json", 3), ("error", "b/package.json", 2)], 0),
        ('severity = { config-unparsable = "warning" }', [("warning", "a/package.json", 3), ("warning", "b/package.json", 2)], 0),
        ('severity = { files = "info" }', [("info", "a/package.json", 3), ("info", "b/package.json", 2)], 0),
        ('paths."a/**" = { ignore = ["config-unparsable"], reason = "old" }', [("error", "b/package.json", 2)], 1),
        ('paths."a" = { severity = { files = "warning" } }', [("error", "b/package.json", 2), ("warning", "a/package.json", 3)], 0),
        ('ignore = ["files"]', [], 0),
        ('select = ["secrets"]', [], 0),
    ],
)  # fmt: skip
def test_settings(
    repository: Callable[..., Repository], settings: str, expected: list[tuple[str, str, int]], silenced: int
) -> None:
    made = repository({**BROKEN, "toolkit.toml": f"[checks]\n{settings}\n"})

    found = examine(context_of(made), Order(skip=("machine",)))

    kept = [one for one in found.findings if one.check == "config-unparsable" and not one.vendored]
    assert [(one.severity, one.path, one.line) for one in kept] == expected
    assert [(one.by, one.reason) for one in found.silenced] == [("settings", "old")] * silenced


@pytest.mark.parametrize(
    ("order", "settings", "error"),
    [
        (Order(only=("config-unparseable",)), "", UsageError),
        (Order(skip=("nothing",)), "", UsageError),
        (Order(), '[checks]\nignore = ["config-unparseable"]\n', ConfigurationError),
        (Order(), '[checks.paths.a]\nignore = ["nothing"]\n', ConfigurationError),
        (Order(), '[checks.custom.mine]\ncommand = "true"\nwhen = "moon:full"\n', ConfigurationError),
        (Order(), '[checks.custom.keypair-committed]\ncommand = "true"\n', ConfigurationError),
        (Order(), '[checks.custom.secrets]\ncommand = "true"\n', ConfigurationError),
    ],
)
def test_wrong_names(
    repository: Callable[..., Repository], order: Order, settings: str, error: type[Exception]
) -> None:
    made = repository({"toolkit.toml": settings})

    with pytest.raises(error):
        examine(context_of(made), order)


def test_ignore_comments_need_a_reason(repository: Callable[..., Repository]) -> None:
    made = repository(
        {
            "own.yml": "a:\n  b: 1\n  b: 2  # toolkit: ignore[config-unparsable] both are read by one old tool\n",
            "above.yml": "a:\n  b: 1\n  # toolkit: ignore[other, config-unparsable] as above\n  b: 2\n",
            "none.yml": "a:\n  b: 1\n  b: 2  # toolkit: ignore[config-unparsable]\n",
            "far.yml": "# toolkit: ignore[config-unparsable] too far away\na:\n  c: 1\n  b: 1\n  b: 2\n",
        }
    )

    found = examine(context_of(made), Order(only=("config-unparsable",)))

    assert [(one.check, one.severity, one.path, one.line) for one in found.findings] == [
        ("config-unparsable", "warning", "far.yml", 5),
        ("config-unparsable", "warning", "none.yml", 3),
        ("ignore-without-reason", "warning", "none.yml", 3),
    ]
    assert sorted((one.finding.path, one.by, one.reason) for one in found.silenced) == [
        ("above.yml", "comment", "as above"),
        ("own.yml", "comment", "both are read by one old tool"),
    ]


def test_needs_that_are_not_met(repository: Callable[..., Repository], monkeypatch: pytest.MonkeyPatch) -> None:
    from toolkit.catalog import load

    monkeypatch.setattr(type(load("conflict-copy")), "needs", Needs(tools=("no-such-program",)))
    context = context_of(repository({"a": ""}))

    by_family = examine(context, Order(only=("files",)))
    by_name = examine(context, Order(only=("conflict-copy",)))

    result = next(one for one in by_family.checks if one.id == "conflict-copy")
    assert (result.status, result.reason) == ("skipped", "no-such-program is not installed")
    assert by_family.exit_code is ExitCode.OK
    assert by_name.exit_code is ExitCode.UNKNOWN


def test_a_damaged_index_is_unknown_not_fine(repository: Callable[..., Repository]) -> None:
    made = repository({"a": ""})
    (made.root / ".git" / "index").write_bytes(b"DIRCgarbage")

    found = examine(context_of(made), Order(only=("config-unparsable", "conflict-copy")))

    assert [one.status for one in found.checks] == ["unknown", "unknown"]
    assert found.exit_code is ExitCode.UNKNOWN


def test_the_projects_own_checks(repository: Callable[..., Repository]) -> None:
    made = repository(
        {
            "toolkit.toml": """
                [checks.custom.says-yes]
                command = ["sh", "-c", "echo yes"]
                contains = "yes"
                [checks.custom.ends-with-three]
                command = ["sh", "-c", "echo wrong; exit 3"]
                message = "the licence header is missing"
                severity = "warning"
                [checks.custom.only-there]
                command = ["false"]
                when = "file:none/*.md"
                [checks.custom.without-program]
                command = ["no-such-program"]
                [checks.custom.slow]
                command = ["sleep", "30"]
                timeout-s = 1
            """
        }
    )

    found = examine(context_of(made), Order(only=("project",)))

    assert {one.id: (one.status, one.reason) for one in found.checks} == {
        "says-yes": ("passed", ""),
        "ends-with-three": ("failed", ""),
        "only-there": ("skipped", "no none/*.md here"),
        "without-program": ("unknown", "no-such-program is not installed, or . is no folder"),
        "slow": ("unknown", "sleep 30 ran longer than 1 s"),
    }
    assert [(one.check, one.severity, one.message, one.evidence) for one in found.findings] == [
        ("ends-with-three", "warning", "the licence header is missing", "it ended with 3: wrong")
    ]


def test_only_chosen_checks_are_loaded(repository: Callable[..., Repository]) -> None:
    names = {listed.id for listed in catalog()}

    found = examine(context_of(repository({"a": ""})), Order(only=("conflict-copy",)))

    assert [one.id for one in found.checks] == ["conflict-copy"]
    assert {"conflict-copy", "config-unparsable"} <= names


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("", [("error", "archived/package.json"), ("error", "b/archive/package.json"), ("info", "archive/old/package.json")]),
        ('paths."archive/**" = { severity = { files = "warning" } }', [("error", "archived/package.json"), ("error", "b/archive/package.json"), ("warning", "archive/old/package.json")]),
    ],
)  # fmt: skip
def test_what_is_only_kept_is_information(
    repository: Callable[..., Repository], settings: str, expected: list[tuple[str, str]]
) -> None:
    broken = {"package.json": "{"}
    tree = {
        "archive": {"old": {**broken, ".env": f"API_TOKEN={letters(40)}\n", "id.json": keypair("kept")}},
        "archived": broken,
        "b": {"archive": broken},
        "toolkit.toml": f"[checks]\n{settings}\n",
    }

    found = examine(
        context_of(repository(tree)), Order(only=("config-unparsable", "env-file-committed", "keypair-committed"))
    )

    told = [(one.severity, one.path) for one in found.findings if one.check == "config-unparsable"]
    assert told == expected
    leaks = sorted(one.path for one in found.findings if one.check != "config-unparsable" and one.severity != "info")
    assert leaks == ["archive/old/.env", "archive/old/id.json"]


def test_projects_that_are_only_kept_deeper_down_are_information(repository: Callable[..., Repository]) -> None:
    broken = {"tsconfig.json": "{"}
    tree = {
        "packages": {
            "archived": {
                "first": {"package.json": '{"name": "first", "dependencies": {"a": "1"}}', **broken},
                "tools": broken,
            },
            "living": {"package.json": '{"name": "living"}', **broken},
        },
        "web": {"src": {"archive": broken, "_archive": broken}},
    }
    needed = {
        "package.json": '{"private": true, "workspaces": ["services/old/*"]}',
        "services": {"old": {"api": {"package.json": '{"name": "api"}', **broken}}},
    }

    found = examine(context_of(repository(tree | needed)), Order(only=("config-unparsable",)))

    assert sorted((one.severity, one.path.rpartition("/")[0]) for one in found.findings) == [
        ("error", "packages/living"),
        ("error", "services/old/api"),
        ("error", "web/src/archive"),
        ("info", "packages/archived/first"),
        ("info", "packages/archived/tools"),
        ("info", "web/src/_archive"),
    ]


def test_backups_and_what_programs_installed_are_information(repository: Callable[..., Repository]) -> None:
    merge = "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> topic\n"
    quiet = {
        "a.ts.bak": merge,
        "a.ts.bak2_20260312_1": merge,
        "c.yaml.backup-before-x-2026": merge,
        "d.old": merge,
        "e.ts~": merge,
        "f_backup_20240101.sql": merge,
        "backup": {"20251024_194246": {"k8s": {"a.ts": merge}}, "2025-10-24": {"b.ts": merge}},
        "old-20251024": {"c.ts": merge},
        ".claude": {"commands": {"a.ts": merge}, ".env": f"API_TOKEN={letters(40)}\n"},
        ".loom": {"install-metadata.json": "{}", "scripts": {"gate.sh": merge}},
    }
    told = {
        "a.ts": merge,
        ".tools": {"b.sh": merge},
        "claude": {"a.ts": merge},
        "backup.d": {"archive": {"2024": {"d.ts": merge}}},
    }
    leak = {"g (1).bak": "a\n", "g.bak": "a\n"}

    found = examine(
        context_of(repository(quiet | told | leak)),
        Order(only=("config-unparsable", "env-file-committed", "conflict-copy")),
    )

    assert sorted((one.check, one.path) for one in found.findings if one.severity != "info") == [
        ("config-unparsable", ".tools/b.sh"),
        ("config-unparsable", "a.ts"),
        ("config-unparsable", "backup.d/archive/2024/d.ts"),
        ("config-unparsable", "claude/a.ts"),
        ("conflict-copy", "g (1).bak"),
        ("env-file-committed", ".claude/.env"),
    ]
    assert sum(one.check == "config-unparsable" for one in found.findings) == 4 + 11


def test_of_a_cause_in_a_copy_put_aside_and_a_living_file_the_living_one_is_told(
    repository: Callable[..., Repository],
) -> None:
    wrangler = 'name = "a"\nmain = "a.js"\nkv_namespaces = [{ binding = "CACHE", id = "your-kv-namespace-id" }]\n'
    image = "FROM node:20\nRUN npm install -g pnpm@8\n"
    key = {"k.py": f'STRIPE = "sk_live_{letters(24)}"\n'}
    files = {"wrangler.toml": wrangler, "a.js": "export default {}\n", "Dockerfile": image, **key}
    package = '{"name": "r", "packageManager": "pnpm@9.15.1"}'
    root = repository({"backup": {"20251024_194246": files}, "package.json": package, "web": files})

    only = ("wrangler-reference-missing", "package-manager-drift", "secret-committed")
    found = examine(context_of(root), Order(only=only))

    assert sorted((one.check, one.path) for one in found.findings) == [
        ("package-manager-drift", "web/Dockerfile"),
        ("secret-committed", "web/k.py"),
        ("wrangler-reference-missing", "web/wrangler.toml"),
    ]


def test_of_what_an_installer_filled_only_secrets_are_told_and_that_it_is_tracked(
    repository: Callable[..., Repository],
) -> None:
    brought = {"a": {"package.json": "{", "k.js": f'const KEY = "sk_live_{letters(24)}";\n'}}
    made = repository({"web": {"package.json": "{}", "node_modules": brought}, "vendor": {"b": {"package.json": "{"}}})
    made.git("add", "--force", ".")

    only = ("config-unparsable", "node-modules-tracked", "secret-committed")
    found = examine(context_of(made), Order(only=only))

    assert sorted((one.check, one.path, one.severity) for one in found.findings) == [
        ("config-unparsable", "vendor/b/package.json", "info"),
        ("node-modules-tracked", "web/node_modules", "warning"),
        ("secret-committed", "web/node_modules/a/k.js", "info"),
    ]


def test_a_change_says_nothing_of_the_machine(repository: Callable[..., Repository]) -> None:
    context = Inspection(repository({"a.txt": "a"}).root, {}, frozenset({"a.txt"}))

    found = examine(context, Order(only=("git-too-old", "dataless-file", "case-clash")))

    assert [(one.id, one.status, one.reason) for one in found.checks] == [
        ("git-too-old", "skipped", "not about the changed files"),
        ("case-clash", "passed", ""),
        ("dataless-file", "skipped", "not about the changed files"),
    ]


def test_a_pin_that_nobody_reads_is_told_once(repository: Callable[..., Repository]) -> None:
    app = {"package.json": '{"dependencies": {"a": "1"}}', "package-lock.json": "{}"}
    made = repository({"web": {**app, ".nvmrc.txt": "22\n"}, "api": {"pyproject.toml": "[project]\nname = 'a'\n"}})

    found = examine(context_of(made), Order(only=("toolchain-unpinned", "toolchain-file-ignored")))

    assert sorted((one.check, one.path) for one in found.findings) == [
        ("toolchain-file-ignored", "web/.nvmrc.txt"),
        ("toolchain-unpinned", "api/pyproject.toml"),
    ]
