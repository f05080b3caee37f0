"""Every format shows the same findings and the same verdict, and survives hostile names."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest

from toolkit.features.doctor import CheckResult, Examination, Repair, Silenced, worst_first
from toolkit.model import EditFile, Finding, Fix, MoveFile, Plan, RemoveTree, RunCommand, Safety, Span, WriteFile
from toolkit.model import Place as Spot
from toolkit.report.doctor import FORMATS, explanation, lines, listing, render, repair, text, timings

if TYPE_CHECKING:
    from pathlib import Path

NASTY = "a | b `c` [x](http://y) %0A ::error::\n\x1b[31mred\x1b[0m caf\udce9 é @all, 100%"
FIXES = (
    Fix(
        "edit caf\udce9",
        "safe",
        (EditFile("d e/f,g:h.yml", (Span(0, 2, "né".encode()), Span(4, 4, b"\xff")), "0" * 64),),
    ),
    Fix(
        "all kinds",
        "unsafe",
        (
            WriteFile("x", b"\x00\xff", None),
            MoveFile("a", "b", "0" * 64),
            RemoveTree("t", "why", "any", tracked=True),
            RunCommand(("a", "b c"), ".", "because", (("X", None),)),
        ),
    ),
)
FINDINGS = worst_first(
    (
        Finding("conflict-copy", "files", "warning", "a b/caf\udce9 2.txt", NASTY, evidence="line one\nline two"),
        Finding("config-unparsable", "files", "error", "d e/f,g:h.yml", "broken", 12, 7, NASTY, fixes=FIXES),
        Finding("config-unparsable", "files", "error", "d e/f,g:h.yml", "broken", 14),
        Finding("config-unparsable", "files", "info", "vendor/x.yml", "broken too", 1, 1, vendored=True),
        Finding("own-check", "project", "warning", ".", "the project's own"),
    )
)
CHECKS = (
    CheckResult("config-unparsable", "files", "failed", "", 12),
    CheckResult("conflict-copy", "files", "failed", "", 3),
    CheckResult("own-check", "project", "failed", "", 400),
    CheckResult("tool-missing", "machine", "skipped", "only on plan9"),
    CheckResult("disk-space-low", "machine", "unknown", "crashed: KeyError"),
    CheckResult("port-conflict", "references", "passed"),
)
FULL = Examination("/a repo", FINDINGS, CHECKS, (Silenced(FINDINGS[0], "comment", "why not"),), 2, 1234)
EMPTY = Examination("/a repo", (), (CheckResult("port-conflict", "references", "passed"),))
LOST = replace(EMPTY, checks=CHECKS[4:5])
Place = tuple[str, str, str, int, int]


def key(check: str, severity: str, path: str, line: int, column: int) -> Place:
    return check, severity, path.encode("utf-8", "backslashreplace").decode(), line, column


EXPECTED = [key(one.check, one.severity, one.path, one.line, one.column if one.line else 0) for one in FINDINGS]


def of_json(shown: str) -> list[Place]:
    return [
        key(one["check"], one["severity"], one["path"], one["line"], one["column"])
        for one in json.loads(shown)["findings"]
    ]


def of_jsonl(shown: str) -> list[Place]:
    lines = [json.loads(line) for line in shown.splitlines()]
    return [
        key(one["check"], one["severity"], one["path"], one["line"], one["column"])
        for one in lines
        if one["type"] == "finding"
    ]


def of_sarif(shown: str) -> list[Place]:
    found = []
    for one in json.loads(shown)["runs"][0]["results"]:
        place = one["locations"][0]["physicalLocation"]
        path = unquote(place["artifactLocation"]["uri"], errors="surrogateescape")
        region = place.get("region", {})
        level = {"note": "info"}.get(one["level"], one["level"])
        place_of = "." if path == "./" else path
        found.append(key(one["ruleId"], level, place_of, region.get("startLine", 0), region.get("startColumn", 0)))
    return found


def unescaped(value: str) -> str:
    for code, char in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        value = value.replace(code, char)
    return value


def of_github(shown: str) -> list[Place]:
    found = []
    for line in shown.splitlines():
        match = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line)
        assert match, line
        named = dict(part.split("=", 1) for part in match[2].split(","))
        if "file" in named:
            level = {"notice": "info"}.get(match[1], match[1])
            numbers = int(named.get("line", 0)), int(named.get("col", 0))
            found.append(key(unescaped(named["title"]), level, unescaped(named["file"]), *numbers))
    return found


def of_markdown(shown: str) -> list[Place]:
    found = []
    for line in shown.splitlines():
        cells = re.split(r"(?<!\\)\|", line)
        if len(cells) == 6 and cells[1].strip() in ("error", "warning", "info"):
            severity, check, place = (re.sub(r"\\(.)", r"\1", cell.strip()) for cell in cells[1:4])
            found.append(split_place(check, severity, place))
    return found


def of_text(shown: str) -> list[Place]:
    rows = re.findall(r"^(error|warning|info) +([a-z-]+)  (.*?)(?:  \(a copy.*\))?$", shown, re.MULTILINE)
    return [split_place(check, severity, place) for severity, check, place in rows]


def split_place(check: str, severity: str, place: str) -> Place:
    match = re.fullmatch(r"(.*?)(?::(\d+))?(?::(\d+))?", place)
    assert match
    return key(check, severity, match[1], int(match[2] or 0), int(match[3] or 0))


READERS = {
    "text": of_text,
    "json": of_json,
    "jsonl": of_jsonl,
    "sarif": of_sarif,
    "github": of_github,
    "markdown": of_markdown,
}


@pytest.mark.parametrize("shape", FORMATS)
def test_every_format_shows_every_finding_in_the_same_order(shape: str) -> None:
    shown = text(FULL, verbose=True) if shape == "text" else render(FULL, shape)

    # Sarif and Markdown keep a name that is not UTF-8 as its bytes or as an escape: both are one place.
    assert [replace_byte(place) for place in READERS[shape](shown)] == [replace_byte(place) for place in EXPECTED]


def test_programs_are_told_the_other_places_too() -> None:
    one = replace(FINDINGS[0], related=(Spot("a b", 2), Spot("c", 0)))
    many = replace(FULL, findings=(one,))

    (in_json,) = json.loads(render(many, "json"))["findings"]
    (in_sarif,) = json.loads(render(many, "sarif"))["runs"][0]["results"]

    assert in_json["related"] == [{"path": "a b", "line": 2}, {"path": "c", "line": 0}]
    assert [
        (other["id"], other["physicalLocation"]["artifactLocation"]["uri"], other["physicalLocation"].get("region"))
        for other in in_sarif["relatedLocations"]
    ] == [(1, "a%20b", {"startLine": 2}), (2, "c", None)]


def replace_byte(place: Place) -> Place:
    check, severity, path, line, column = place
    return check, severity, path.replace("\udce9", "\\udce9"), line, column


def verdicts(examination: Examination) -> dict[str, int]:
    """The exit code as the formats that carry one tell it."""
    return {
        "process": int(examination.exit_code),
        "json": json.loads(render(examination, "json"))["summary"]["exit_code"],
        "jsonl": json.loads(render(examination, "jsonl").splitlines()[-1])["exit_code"],
        "sarif": json.loads(render(examination, "sarif"))["runs"][0]["invocations"][0]["exitCode"],
    }


@pytest.mark.parametrize(("examination", "code"), [(FULL, 1), (EMPTY, 0), (LOST, 3)])
def test_every_format_tells_the_same_verdict(examination: Examination, code: int) -> None:
    assert set(verdicts(examination).values()) == {code}


@pytest.mark.parametrize("shape", FORMATS)
def test_could_not_check_is_never_fine(shape: str) -> None:
    shown = render(LOST, shape)

    assert "disk-space-low" in shown
    assert "machine: fine" not in shown


def test_every_line_of_the_formats_for_machines_stays_one_line() -> None:
    assert len(render(FULL, "github").splitlines()) == len(FINDINGS) + 1
    assert len(render(FULL, "jsonl").splitlines()) == len(FINDINGS) + len(CHECKS) + 1
    assert "\x1b" not in render(FULL, "json")
    assert re.search(r"(?<!\\)\]\(", render(FULL, "markdown")) is None


def test_the_text_for_a_person() -> None:
    shown = text(replace(FULL, findings=FINDINGS[1:2], silenced=(), fixed=0, checks=CHECKS[:1]))

    assert shown == (
        "files  1 error  broken\n"
        "\n"
        "error    config-unparsable  d e/f,g:h.yml:14\n"
        "         broken\n"
        "         see   invoke explain config-unparsable\n"
        "\n"
        "1 error in 1.2 s\n"
        "next   invoke explain config-unparsable"
    )


def many(count: int, message: str = "lib{} leads nowhere", path: str = "a/tsconfig.json") -> list[Finding]:
    return [
        Finding("tsconfig-path-missing", "references", "error", path.format(n), message.format(n), n + 1, 3)
        for n in range(count)
    ]


def shown(findings: list[Finding], columns: int = 0) -> list[str]:
    checks = tuple(CheckResult(name, "references", "failed") for name in dict.fromkeys(one.check for one in findings))
    found = Examination("/r", worst_first(findings), checks, (), 0, 1000)
    return [line for _, line in lines(found, columns=columns)]


def test_many_places_of_one_file_are_one_block_that_says_where_the_others_are() -> None:
    found = shown(many(31))

    assert "error    tsconfig-path-missing  31 in a/tsconfig.json" in found
    assert [line.strip() for line in found if "leads nowhere" in line] == [f"lib{n} leads nowhere" for n in range(3)]
    assert "         and 28 more: invoke doctor --only tsconfig-path-missing --verbose" in found
    assert len(found) < 16


def test_one_cause_in_many_files_is_told_once() -> None:
    found = shown(many(5, "no lock", "p{}/Cargo.toml"))

    assert sum("no lock" in line for line in found[2:]) == 1
    assert "error    tsconfig-path-missing  5 places" in found
    assert "           p2/Cargo.toml:3:3" in found
    assert not any("p3/" in line for line in found)
    assert any(line.endswith("and 2 more: invoke doctor --only tsconfig-path-missing --verbose") for line in found)


def test_what_leaks_comes_before_what_is_wrong_in_code_and_copies_come_last() -> None:
    found = shown(
        [
            Finding("stub-implementation", "code", "error", "a.ts", "stub"),
            Finding("secret-in-repository", "secrets", "error", "z.env", "leaks"),
            Finding("secret-in-repository", "secrets", "error", "a/vendor.env", "leaks", vendored=True),
            Finding("lockfile-missing", "dependencies", "warning", "b", "no lock"),
            Finding("toolchain-drift", "toolchain", "warning", "c", "drift"),
        ]
    )

    assert [line.split()[1] for line in found if line.startswith(("error", "warning"))] == [
        "secret-in-repository", "stub-implementation", "secret-in-repository", "lockfile-missing", "toolchain-drift",
    ]  # fmt: skip
    assert found[-3:] == [
        "first  secret-in-repository (2 errors), stub-implementation (1 error),",
        "       lockfile-missing (1 warning)",
        "next   invoke explain secret-in-repository",
    ]


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        (("safe", "manual"), "next   invoke doctor --fix --plan    (for 1 of 2)"),
        (("safe", "unsafe", "unsafe"), "next   invoke doctor --fix --plan    (for 1 of 3; 2 more with --unsafe)"),
        (("unsafe", "manual"), "next   invoke doctor --fix --unsafe --plan    (for 1 of 2)"),
        (("manual",), "next   invoke explain lockfile-missing"),
    ],
)
def test_the_next_step_is_one_that_does_something(kinds: tuple[Safety, ...], said: str) -> None:
    fixes = [Fix("mend", kind, (MoveFile("a", "b", "d"),) if kind != "manual" else ()) for kind in kinds]
    findings = [
        Finding("lockfile-missing", "dependencies", "warning", f"{at}", "no lock", fixes=(fix,))
        for at, fix in enumerate(fixes)
    ]

    assert shown(findings)[-1] == said


def test_pages_of_checks_are_markdown_in_sarif() -> None:
    (rule, *_) = json.loads(render(FULL, "sarif"))["runs"][0]["tool"]["driver"]["rules"]

    assert set(rule["help"]) == {"text", "markdown"}
    assert rule["help"]["markdown"].startswith("**Why it matters**: ")
    assert "``" not in json.dumps(rule)
    assert re.search(r"(?<!\\)\\ud[89a-f]", render(FULL, "sarif")) is None  # of which strict readers make nothing


def test_evidence_that_is_the_place_is_not_told_twice() -> None:
    one = Finding(
        "toolchain-unpinned", "toolchain", "warning", "a/package.json", "no version", 3, evidence="a/package.json"
    )

    assert sum("a/package.json" in line for line in shown([one])) == 1


def test_what_is_left_for_a_person_is_one_thing_for_each_check() -> None:
    left = tuple(
        Finding(
            "dependency-undeclared",
            "dependencies",
            "warning",
            f"{n}.py",
            f"{n} is imported",
            fixes=(Fix(f"add {n}", "manual"),),
        )
        for n in range(5)
    )

    assert repair(Repair(Plan("", ()), (), (), (), left)).splitlines() == [
        "5 need a person",
        "  dependency-undeclared  0.py, 1.py, 2.py and 2 more",
        "    to do  add 0, and 4 more like it",
    ]


def test_what_is_left_for_a_person_fits_the_terminal() -> None:
    left = (Finding("a", "code", "warning", "b.py", "word " * 40, fixes=(Fix("do " * 60, "manual"),)),)

    told = repair(Repair(Plan("", ()), (), (), (), left), 80).splitlines()

    assert max(map(len, told)) <= 80
    assert repair(Repair(Plan("", ()), (), (), (), left)).splitlines()[-1].startswith("    to do  do do")
    assert len(repair(Repair(Plan("", ()), (), (), (), left)).splitlines()) == 4


def test_what_is_for_information_needs_nobody() -> None:
    left = (Finding("env-file-committed", "secrets", "info", ".env", "an environment file is committed"),)

    assert repair(Repair(Plan("", ()), (), (), (), left)) == (
        "1 more for information only: invoke doctor --verbose shows them"
    )


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_the_text_fits_the_terminal_but_for_names_and_commands(columns: int) -> None:
    long = Finding(
        "lockfile-missing", "dependencies", "warning", "b", "word " * 60, evidence="evidence " * 40, fixes=FIXES[:1]
    )
    found = shown([*many(4), long, replace(long, check="toolchain-drift", family="toolchain")], columns)

    wide = [
        line for line in found if len(line) > min(columns, 110) and "invoke" not in line and "tsconfig.json" not in line
    ]
    assert wide == []


@pytest.mark.parametrize("flags", [{"verbose": True}, {}])
def test_a_name_with_a_line_feed_stays_on_its_line(flags: dict[str, bool]) -> None:
    import io

    from toolkit.cli._streams import painted

    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    odd = Examination("/r", (Finding("conflict-copy", "files", "warning", "a\nb\x1b[31m caf\xe9", "x"),), ())

    text = [painted(line, stream, colour=False) for line in lines(odd, **flags)]

    assert "warning  conflict-copy  a\\x0ab\\x1b[31m caf\\xe9" in text


def test_colour_marks_the_word_in_front_and_nothing_else() -> None:
    import sys

    from toolkit.cli._streams import painted

    assert painted(("error", "error    x  y"), sys.stdout, colour=True) == "\x1b[31merror\x1b[0m    x  y"
    assert painted(("dim", "a b"), sys.stdout, colour=True) == "\x1b[2ma b\x1b[0m"
    assert painted(("error", "error    x  y"), sys.stdout, colour=False) == "error    x  y"


def test_timings_listing_and_explanation() -> None:
    from toolkit.catalog import load

    assert [line.split()[0] for line in timings(CHECKS).splitlines()] == [
        "check", "own-check", "config-unparsable", "conflict-copy", "disk-space-low", "port-conflict",
    ]  # fmt: skip
    assert "conflict-copy  files   warning   safe" in listing([load("conflict-copy")])
    page = explanation(load("config-unparsable"))
    assert page.startswith("config-unparsable (files, error, manual fix)\n")
    assert max(len(line) for line in page.splitlines()) <= 80
    assert "``" not in explanation(load("nested-workflow"))


@pytest.fixture(scope="session")
def sarif_schema(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which node finds the official schema (2.1.0-rtm.5) and a validator of its own."""
    folder = tmp_path_factory.mktemp("sarif")
    (folder / "package.json").write_text('{"private": true}')
    packages = ("@microsoft/jest-sarif@1.0.0-beta.0", "ajv@8.17.1", "ajv-formats@3.0.1", "ajv-draft-04@1.0.0")
    done = subprocess.run(
        ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--omit=dev", "--legacy-peer-deps", *packages],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder


SCRIPT = """
const schema = require("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");
const draft = /draft-04/.test(schema.$schema || "") ? require("ajv-draft-04") : require("ajv").default;
const ajv = new draft({strict: false, allErrors: true, unicodeRegExp: false});
require("ajv-formats")(ajv);
const valid = ajv.compile(schema);
for (const text of JSON.parse(require("fs").readFileSync(0, "utf8")))
  console.log(valid(JSON.parse(text)) ? "valid" : JSON.stringify(valid.errors.slice(0, 3)));
"""


@pytest.mark.real("npm")
def test_sarif_is_valid_by_the_official_schema(sarif_schema: Path) -> None:
    wrong: dict[str, Any] = json.loads(render(FULL, "sarif"))
    wrong["runs"][0]["results"][0]["level"] = "catastrophe"
    texts = [*(render(one, "sarif") for one in (FULL, EMPTY, LOST)), json.dumps(wrong)]

    done = subprocess.run(
        ["node", "-e", SCRIPT], cwd=sarif_schema, input=json.dumps(texts), capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[:3] == ["valid"] * 3
    assert "catastrophe" not in done.stdout.splitlines()[3]
    assert done.stdout.splitlines()[3].startswith("[{")
