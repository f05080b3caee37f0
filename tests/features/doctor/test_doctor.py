"""Running checks, what the settings make of them, what is accepted, and repairs as one plan."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from tests.checks.onchain import crate, keypair
from toolkit.catalog import Listed, catalog
from toolkit.checking import Check, Inspection, Needs
from toolkit.checks import SILENT
from toolkit.errors import CannotCheckError, ConfigurationError, ExitCode, UsageError
from toolkit.extension import signs_of
from toolkit.features.doctor import (
    Order,
    accept,
    aftermath,
    examine,
    fingerprints,
    parse,
    repair_of,
    with_baseline,
    written,
)
from toolkit.features.doctor._running import run_checks
from toolkit.model import (
    Action,
    EditFile,
    Finding,
    Fix,
    MoveFile,
    RemoveTree,
    RunCommand,
    Safety,
    Severity,
    Span,
    WriteFile,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tests.repository import Repository

BROKEN = {"a": {"package.json": "{\n  1\n}\n"}, "b": {"package.json": "{\n"}, "vendor": {"package.json": "{"}}


def context_of(made: Repository, focus: frozenset[str] | None = None) -> Inspection:
    return Inspection(made.root, {}, focus)


class Scripted(Check):
    """A check whose deeds a test gives."""

    family = "files"

    def __init__(self, name: str, body: Callable[[Inspection], Iterable[Finding]], timeout_s: float = 30.0) -> None:
        self.id = name
        self.body = body
        self.timeout_s = timeout_s

    def run(self, context: Inspection) -> Iterable[Finding]:
        return self.body(context)


def finding(check: str = "x", severity: Severity = "error", path: str = "a", line: int = 0, *fixes: Fix) -> Finding:
    return Finding(check, "files", severity, path, f"{check} in {path}", line, fixes=fixes)


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
        ("config-unparsable", "error", "far.yml", 5),
        ("config-unparsable", "error", "none.yml", 3),
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


def test_fingerprints_survive_moved_lines_and_tell_equal_lines_apart(repository: Callable[..., Repository]) -> None:
    before = repository({"a": "one\nbad\nbad\n"}, name="before")
    after = repository({"a": "new\none\n\n  bad\nmore\nbad\n"}, name="after")

    old = fingerprints(context_of(before), [finding(line=2), finding(line=3), finding(path=".")])
    new = fingerprints(context_of(after), [finding(line=4), finding(line=6), finding(path=".")])

    assert len(set(old.values())) == 3
    assert set(old.values()) == set(new.values())


def test_the_ratchet(repository: Callable[..., Repository]) -> None:
    made = repository(BROKEN)
    order = Order(only=("config-unparsable",))
    first = examine(context_of(made), order)
    baseline = parse("baseline", written(accept(context_of(made), first.findings)))
    assert [line["path"] for line in baseline.values()] == ["a/package.json", "b/package.json"]

    made.write({"a": {"package.json": "{}"}, "b": {"package.json": "\n\n{\n"}, "c": {"package.json": "["}})
    context = context_of(made)
    second, found = with_baseline(context, examine(context, order), baseline, whole=True)

    assert [one.path for one in second.findings if one.severity == "error"] == ["c/package.json"]
    assert (found.fixed, [line["path"] for line in found.left.values()]) == (1, ["b/package.json"])

    made.write({"a": {"package.json": "{\n  1\n}\n"}, "b": {"package.json": "{\n"}, "c": {"package.json": "{}"}})
    context = context_of(made)
    third, found = with_baseline(context, examine(context, order), baseline, whole=True)
    assert (third.exit_code, third.fixed, len(found.left)) == (ExitCode.OK, 0, 2)
    assert {one.by for one in third.silenced} == {"baseline"}

    partial, found = with_baseline(context, examine(context, Order(only=("conflict-copy",))), baseline, whole=True)
    assert (partial.fixed, len(found.left)) == (0, 2)


@pytest.mark.parametrize("content", [b"", b"[]", b'{"accepted": [{"check": "x"}]}'])
def test_a_baseline_that_is_none(content: bytes) -> None:
    with pytest.raises(ConfigurationError):
        parse("baseline", content)


def fix(*actions: Action, safety: Safety = "safe") -> Fix:
    return Fix("mend it", safety, actions)


def edit(*spans: tuple[int, int, bytes], path: str = "f", digest: str = "d") -> EditFile:
    return EditFile(path, tuple(Span(*span) for span in spans), digest)


def test_edits_of_one_file_are_joined() -> None:
    found = repair_of(
        [
            finding("x", "error", "f", 1, fix(edit((0, 1, b"a")))),
            finding("y", "warning", "f", 2, fix(edit((5, 6, b"b"), (9, 9, b"c")))),
            finding("z", "warning", "f", 3, fix(edit((0, 1, b"a")))),
        ]
    )

    assert found.plan.actions == (edit((0, 1, b"a"), (5, 6, b"b"), (9, 9, b"c")),)
    assert [one.finding.check for one in found.chosen] == ["x", "y", "z"]
    assert found.conflicts == ()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (edit((0, 4, b"a")), edit((3, 5, b"b"))),
        (edit((4, 4, b"a")), edit((4, 4, b"b"))),
        (edit((0, 1, b"a")), edit((5, 6, b"b"), digest="e")),
        (edit((0, 1, b"a")), WriteFile("f", b"", "d")),
        (edit((0, 1, b"a"), path="t/f"), RemoveTree("t", "why", "any")),
        (MoveFile("f", "g", "d"), WriteFile("g", b"", None)),
        (RemoveTree("t", "why", "any"), MoveFile("x", "t/x", "d")),
    ],
)
def test_the_worse_finding_wins_and_the_other_is_named(first: Action, second: Action) -> None:
    found = repair_of([finding("late", "warning", "f", 0, fix(second)), finding("early", "error", "f", 0, fix(first))])

    assert found.plan.actions == (first,)
    assert [(one.loser.finding.check, one.winner.finding.check) for one in found.conflicts] == [("late", "early")]


def test_a_fix_is_taken_whole_or_not_at_all() -> None:
    whole = fix(edit((0, 1, b"a"), path="other"), edit((0, 1, b"b")))

    found = repair_of([finding("a", "error", "f", 0, fix(edit((0, 1, b"x")))), finding("b", "error", "f", 0, whole)])

    assert found.plan.actions == (edit((0, 1, b"x")),)


def test_rules_of_gitignore_are_all_appended() -> None:
    one, other = (edit((9, 9, name), path="a/.gitignore") for name in (b"/a\n", b"/b\n"))

    found = repair_of([finding("a", "error", "f", 0, fix(one)), finding("b", "error", "g", 0, fix(other))])

    assert found.plan.actions == (replace(one, spans=(*one.spans, *other.spans)),)


def test_what_is_declared_at_one_place_is_all_declared() -> None:
    def declared(text: bytes, path: str = "a/package.json") -> Fix:
        return fix(edit((9, 9, text), path=path))

    def chosen(*fixes: Fix) -> list[str]:
        return [
            one.finding.check
            for one in repair_of([finding(f"c{at}", "error", "f", at, one) for at, one in enumerate(fixes)]).chosen
        ]

    assert chosen(declared(b'"a": "1",\n  '), declared(b'"b": "1",\n  ')) == ["c0", "c1"]
    late, early = (
        finding("a", "error", "f", 0, declared(b'"b": "1",')),
        finding("b", "error", "f", 1, declared(b'"a": "1",')),
    )
    (joined,) = repair_of([late, early]).plan.actions
    assert isinstance(joined, EditFile)
    assert [span.text for span in joined.spans] == [b'"a": "1",', b'"b": "1",']
    assert chosen(declared(b',\n  "a": "1"'), declared(b',\n  "b": "1"')) == ["c0", "c1"]
    assert chosen(declared(b'"a": "1"'), declared(b'"b": "1"')) == ["c0"]
    assert chosen(declared(b'"a": "1",', "a/x.json"), declared(b'"b": "1",', "a/x.json")) == ["c0"]


def test_programs_run_when_every_file_is_as_it_will_be() -> None:
    lock = RunCommand(("npm", "install"), ".", "why", changes="package-lock.json")
    first, second = edit((0, 1, b"x"), path="a"), edit((0, 1, b"x"), path="b")

    found = repair_of(
        [finding("a", "error", "f", 0, fix(first, lock)), finding("b", "error", "g", 0, fix(second, lock))]
    )

    assert found.plan.actions == (first, second, lock)


def test_safety_and_copies() -> None:
    run = RunCommand(("true",), ".", "why")
    findings = [
        finding("safe", "error", "a", 0, fix(edit((0, 1, b"x"), path="a"))),
        finding("unsafe", "error", "b", 0, fix(run, safety="unsafe")),
        finding("manual", "error", "c", 0, Fix("think", "manual")),
        Finding("copy", "files", "info", "v", "m", vendored=True, fixes=(fix(edit((0, 1, b"x"), path="v")),)),
        finding("both", "warning", "d", 0, fix(safety="manual"), fix(edit((0, 1, b"x"), path="d"))),
    ]

    safe, all_of_them = repair_of(findings), repair_of(findings, unsafe=True)

    assert [one.finding.check for one in safe.chosen] == ["safe", "both"]
    assert ([one.check for one in safe.unsafe], [one.check for one in safe.manual]) == (["unsafe"], ["manual", "copy"])
    assert [one.finding.check for one in all_of_them.chosen] == ["safe", "unsafe", "both"]


def test_the_aftermath(repository: Callable[..., Repository]) -> None:
    context = context_of(repository({"a": "x\ny\n", "b": "z\n"}))
    old = [finding(line=1), finding(line=2), finding(path="b", line=1)]
    new = [finding(line=2), finding(path="c")]

    found = aftermath((context, old), (context, new), old[:2])

    assert (places(found.fixed), places(found.still), places(found.new)) == (
        [("error", "a", 1)],
        [("error", "a", 2)],
        [("error", "c", 0)],
    )


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
        "archive": {"old": {**broken, ".env": f"API_TOKEN={'zq81' * 10}\n", "id.json": keypair("kept")}},
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


def test_a_change_says_nothing_of_the_machine(repository: Callable[..., Repository]) -> None:
    context = Inspection(repository({"a.txt": "a"}).root, {}, frozenset({"a.txt"}))

    found = examine(context, Order(only=("git-too-old", "dataless-file", "case-clash")))

    assert [(one.id, one.status, one.reason) for one in found.checks] == [
        ("git-too-old", "skipped", "not about the changed files"),
        ("case-clash", "passed", ""),
        ("dataless-file", "skipped", "not about the changed files"),
    ]


@pytest.mark.parametrize(
    ("tree", "told"),
    [
        (
            {"package.json": '{"dependencies": {"a": "^1"}}', "run": "npm ci"},
            ["workflow-cache-without-lock"],
        ),
        (
            {"package.json": '{"dependencies": {"a": "^1"}, "packageManager": "pnpm@9.1.0"}', "run": "npm ci"},
            ["package-manager-drift"],
        ),
        (
            {
                "package.json": '{"dependencies": {"a": "^1"}}',
                "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
                "run": "npm ci",
            },
            ["package-manager-drift"],
        ),
        ({"package.json": '{"dependencies": {"a": "^1"}}', "run": "npm install"}, ["lockfile-missing"]),
        (
            {
                "package.json": '{"dependencies": {"a": "^1"}}',
                "b": {"package.json": '{"dependencies": {"a": "^1"}}'},
                "run": "npm ci",
            },
            ["lockfile-missing", "workflow-cache-without-lock"],
        ),
    ],
)
def test_one_missing_lock_is_told_once(
    repository: Callable[..., Repository], tree: dict[str, object], told: list[str]
) -> None:
    files = {name: content for name, content in tree.items() if name != "run"}
    steps = f"      - uses: actions/checkout@v4\n      - run: {tree['run']}\n"
    workflow = f"on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n{steps}"
    made = repository({**files, ".github": {"workflows": {"ci.yml": workflow}}})

    found = examine(
        context_of(made),
        Order(only=("lockfile-missing", "workflow-cache-without-lock", "package-manager-drift")),
    )

    assert sorted(one.check for one in found.findings) == told


def test_one_version_of_a_crate_is_told_once(repository: Callable[..., Repository]) -> None:
    made = repository(
        {
            "Anchor.toml": "[programs.localnet]\n",
            "Cargo.toml": '[workspace]\nmembers = ["programs/*"]\n',
            "programs": {
                "one": crate("one"),
                "two": crate("two", instructions="a b"),
                "old": crate("old", anchor="0.29.0"),
            },
        }
    )

    found = examine(context_of(made), Order(only=("dependency-version-skew", "anchor-version-mismatch")))

    assert [(one.check, one.path) for one in found.findings] == [("anchor-version-mismatch", "programs/old/Cargo.toml")]
    assert "dependency" not in found.findings[0].message
    assert "the workspace gets two copies" in found.findings[0].evidence


def test_tracked_packages_without_a_manifest_are_told_once(repository: Callable[..., Repository]) -> None:
    made = repository({"tools": {"node_modules": {"a": {"package.json": "{}"}}}, "README.md": ""})

    found = examine(context_of(made), Order(only=("node-modules-stray", "node-modules-tracked")))

    assert [(one.check, one.path) for one in found.findings] == [("node-modules-stray", "tools/node_modules")]
