"""Every JSON output is as its schema says, and every task that prints JSON has one."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from tests.program import toolkit
from tests.repository import Repository
from toolkit.cli.program import namespace
from toolkit.features.hydration._areas import Area, Item
from toolkit.features.hydration._survey import Conflict, StaleLock
from toolkit.features.hydration.hydrate import Options, Result, Survey
from toolkit.model import EditFile, Finding, Fix, Materialize, MoveFile, RemoveTree, RunCommand, Span, WriteFile
from toolkit.report import hydration
from toolkit.report.doctor._json import finding_data

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMAS = Path(__file__).parents[2] / "toolkit/schemas"
NAMES = sorted(path.stem for path in SCHEMAS.glob("*.json"))
NO_DOCUMENT = {"env"}
"""``env --format json`` is the environment itself: names and values."""

WORKFLOW = "name: CI\non: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npm test\n"
PACKAGE = json.dumps({"name": "api", "version": "1.0.0", "private": True})
LOCK = json.dumps({"name": "api", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": {"name": "api"}}})
MANIFEST = """
[projects."api".commands]
test = ["true"]
lint = ["false"]
"""


def load(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SCHEMAS / f"{name}.json").read_bytes())
    return found


def check(name: str, document: Any) -> None:
    jsonschema.Draft202012Validator(load(name)).validate(document)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = Repository(tmp_path_factory.mktemp("schemas") / "a repository")
    made.git("init", "--quiet")
    made.write(
        {
            ".gitignore": "node_modules/\n",
            "toolkit.toml": MANIFEST,
            "api": {
                "package.json": PACKAGE,
                "package-lock.json": LOCK,
                ".github": {"workflows": {"ci.yml": WORKFLOW}},
                "config.json": "{}",
                "config 2.json": "{ }",
            },
            "worker": {"package.json": '{"name": "worker", "dependencies": {"x": "1"}}'},
            "broken": {"package.json": "{"},
        }
    )
    made.commit()
    made.write({"api": {"index.js": "1\n"}})
    return made.root


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_one(name: str) -> None:
    schema = load(name)

    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["title"]
    assert schema["description"]


def test_a_schema_refuses_what_it_does_not_know(root: Path) -> None:
    document = toolkit(root, "projects", "--format", "json").json

    document["subprojects"][0]["colour"] = "blue"
    with pytest.raises(jsonschema.ValidationError, match="colour"):
        check("projects", document)


def test_every_task_that_prints_json_has_a_schema() -> None:
    described = " ".join(load(name)["title"] for name in NAMES).replace(",", " ").split()
    printing = {name for name, task in namespace.tasks.items() if "json" in (task.help or {}).get("format", "")}

    assert printing - NO_DOCUMENT <= set(described)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("projects", ("projects",)),
        ("bootstrap", ("bootstrap", "--plan", "--provider", "host")),
        ("work", ("test", "--provider", "host")),
        ("work", ("build", "--plan")),
        ("work", ("lint", "--provider", "host")),
        ("affected", ("affected", "--base", "HEAD")),
        ("doctor", ("doctor", "--offline")),
        ("hydrate-scan", ("hydrate", "--scan")),
        ("hydrate", ("hydrate", "--settle", "0")),
        ("info", ("info", "--provider", "host")),
        ("clean", ("clean", "--plan", "--only", "all")),
        ("relocation", ("relocate-workflows", "--plan")),
        ("history", ("history",)),
    ],
)
def test_a_real_output_is_as_its_schema_says(root: Path, name: str, words: tuple[str, ...]) -> None:
    check(name, toolkit(root, *words, "--format", "json").json)


@pytest.mark.real("npm")
def test_what_a_bootstrap_did_is_as_its_schema_says(root: Path) -> None:
    done = toolkit(root, "bootstrap", "--force", "--provider", "host", "--format", "json")

    check("bootstrap", done.json)
    assert done.results() == {"api": "installed", "broken": "failed", "worker": "no lock"}


def test_each_line_of_the_doctor_is_as_its_schema_says(root: Path) -> None:
    lines = [json.loads(line) for line in toolkit(root, "doctor", "--offline", "--format", "jsonl").out.splitlines()]

    for line in lines:
        check("doctor-line", line)
    assert {line["type"] for line in lines} == {"finding", "check", "summary"}


def test_a_plan_that_was_applied_is_as_its_schema_says(repository: Any) -> None:
    made = repository({"api": {".github": {"workflows": {"ci.yml": WORKFLOW}}}})
    assert toolkit(made.root, "relocate-workflows").code == 0
    document = toolkit(made.root, "history", "--format", "json").json

    check("history", document)
    assert document["plans"][0]["places"]


def test_an_evacuation_and_a_look_are_as_their_schemas_say(repository: Any, tmp_path: Path) -> None:
    made = repository({"README.md": "words\n"})
    target = tmp_path / "elsewhere"

    check("evacuate", toolkit(made.root, "evacuate", str(target), "--settle", "0", "--format", "json").json)
    looks = toolkit(made.root, "watch", "--duration", "0.1", "--format", "jsonl").out.splitlines()
    for look in looks:
        check("watch-line", json.loads(look))
    assert looks


def findings() -> Iterator[Finding]:
    """A finding with each kind of action."""
    actions = (
        Materialize("a", 1),
        WriteFile("a", b"\xff", None),
        EditFile("a", (Span(0, 1, b"x"),), "d"),
        MoveFile("a", "b", "d"),
        RemoveTree("a", "stray", "npm"),
        RunCommand(("npm", "ci"), ".", "why", (("A", None),)),
    )
    for action in actions:
        fixes = (Fix("mend it", "safe", (action,)),)
        yield Finding("an-id", "files", "warning", "a", "words", line=1, evidence="proof", fixes=fixes)


@pytest.mark.parametrize("finding", tuple(findings()), ids=lambda one: type(one.fixes[0].actions[0]).__name__)
def test_a_finding_with_each_kind_of_action_is_as_its_schema_says(finding: Finding) -> None:
    document = finding_data(finding)

    check("finding", document)
    # Causes are for the doctor alone: what they join is in the evidence.
    assert {item.name for item in fields(finding)} - {"causes"} == set(document)


def test_evicted_files_are_as_their_schemas_say() -> None:
    item = Item("src/a.txt", 5, 0, Area.TRACKED)
    found = Survey(
        "/nowhere",
        items=[item],
        unknown=[Item("docs", 0, 0, Area.UNTRACKED)],
        unlisted=[("secret", "Permission denied")],
        stubs=[".b.txt.icloud"],
        conflicts=[Conflict("a 2.txt", "a.txt", in_git=False)],
        locks=[StaleLock(".git/index.lock", 9.25)],
        files=2,
    )
    done = Result(found, found, restored=[item], failed={"b.txt": "timed out"}, verdict="wedged")
    options = Options()

    check("hydrate-scan", json.loads(hydration.survey_json(found, None, options, capable=True)))
    check("hydrate", json.loads(hydration.result_json(done, None, options, capable=True)))
