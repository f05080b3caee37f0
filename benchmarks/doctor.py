"""``toolkit doctor`` on a large monorepo: beside ``git status``, ast-grep's own scan and the tools run one by one.

    python3 -m benchmarks.doctor [--files 10000] [--runs 3] [--repository PATH] [--tools FOLDER]

Without a repository one is made; a given one is copied first, because ten of its sources get a line more for ``--changed``.
"Cold" knows nothing of earlier runs, "warm" follows one over the same files. The scan by ast-grep alone parses each file that has one of a
rule's words once and matches the rules by their syntax, nothing after that.

The other tools are those that are found in FOLDER/bin and FOLDER/node_modules/.bin::

    python3 -m venv FOLDER && FOLDER/bin/pip install zizmor check-jsonschema kubernetes-validate detect-secrets
    npm install --prefix FOLDER sherif knip

How they judge does not matter here. Prints tables of Markdown.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measuring import Program, Sample, environment, interleaved, machine, ours, table
from benchmarks.trees import polyglot_repository

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ANY_END = ("sh", "-c", '"$@"; test $? -le 3', "sh")
"""Findings are no failure."""
_CHANGED = 10
_BARE_SCAN = """
import sys
from pathlib import Path
from ast_grep_py import SgRoot
from toolkit.checks.code._sources import LANGUAGES, sources
from toolkit.checking import Inspection
from toolkit.checks._test_code import is_test
from toolkit.checks.code._rules import Lowered, rules
from toolkit.checks.code._scan import Plans
context = Inspection(Path.cwd())
plans = Plans(rules(context).usable)
for path in sources(context):
    content = Path(path).read_bytes()
    language = LANGUAGES[Path(path).suffix]
    wanted = plans.wanted(language, Lowered(content), tests=is_test(path))
    if wanted and len(content) <= 1_000_000:
        root = SgRoot(content.decode("utf-8", "replace"), language).root()
        for _, rule in wanted:
            root.find_all(rule.config)
"""


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--files", type=int, default=10_000)
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--repository", type=Path)
    options.add_argument("--tools", type=Path, help="a folder with the other tools")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="doctor-") as name:
        folder = Path(name).resolve()
        root = folder / "repository"
        if given.repository is None:
            polyglot_repository(root, given.files)
        else:
            shutil.copytree(given.repository, root, symlinks=True)
        tracked = _listed(root)
        env = environment(folder)
        print(f"{machine()}; {len(tracked)} tracked files; least of {given.runs} runs, in turn\n")
        found = interleaved(_doctors(root, folder, env), given.runs)
        _compare(found, "git status")
        if given.tools is not None and (others := _others(root, given.tools.resolve(), env, tracked)):
            tools = interleaved(others, given.runs)
            print()
            total = Sample(sum(s.seconds for s in tools.values()), sum(s.cpu_s for s in tools.values()), 0.0)
            doctor = {name: found[name] for name in ("doctor, cold", "doctor, warm")}
            _compare({**tools, "all of them, one after the other": total, **doctor}, "all of them, one after the other")
        changed = [path for path in tracked if path.endswith((".ts", ".py", ".rs", ".js"))]
        for path in changed[:: max(len(changed) // _CHANGED, 1)][:_CHANGED]:
            with (root / path).open("ab") as stream:
                stream.write(b"\n")
        print()
        _compare(interleaved(_after_a_change(root, env), given.runs), "git status")
    return 0


def _listed(root: Path) -> list[str]:
    done = subprocess.run(("git", "ls-files", "-z"), cwd=root, check=True, capture_output=True)
    return [path for path in done.stdout.decode("utf-8", "surrogateescape").split("\0") if path]


def _status(root: Path, env: Mapping[str, str]) -> Program:
    return Program(("git", "status", "--short"), root, env)


def _doctors(root: Path, folder: Path, env: Mapping[str, str]) -> dict[str, Program]:
    """The doctor in its variants; each has a cache of its own, so that they do not help each other."""

    def doctor(name: str, *words: str, cold: bool = False) -> Program:
        cache = folder / f"cache-{name}"
        argv = (*_ANY_END, *ours("doctor", "--offline", "--quiet", *words))
        forget = (lambda: shutil.rmtree(cache / "facts", ignore_errors=True)) if cold else None
        return Program(argv, root, {**env, "TOOLKIT_CACHE": str(cache)}, forget)

    return {
        "git status": _status(root, env),
        "doctor without code, cold": doctor("a", "--skip", "code", cold=True),
        "doctor without code, warm": doctor("b", "--skip", "code"),
        "ast-grep's scan alone": Program((sys.executable, "-P", "-c", _BARE_SCAN), root, env),
        "doctor, cold": doctor("c", cold=True),
        "doctor, warm": doctor("d"),
    }


def _after_a_change(root: Path, env: Mapping[str, str]) -> dict[str, Program]:
    """The doctor where ten files differ from the last commit."""
    words = ("doctor", "--offline", "--quiet", "--changed", "--base", "HEAD")
    return {
        "git status": _status(root, env),
        "doctor --changed, ten files, without code": Program((*_ANY_END, *ours(*words, "--skip", "code")), root, env),
        "doctor --changed, ten files": Program((*_ANY_END, *ours(*words)), root, env),
    }


def _others(root: Path, tools: Path, env: Mapping[str, str], tracked: Sequence[str]) -> dict[str, Program]:
    """The tools that are there, each on the files that it is for."""
    workflows = [path for path in tracked if path.startswith(".github/workflows/") and path.endswith((".yml", ".yaml"))]
    composed = [path for path in tracked if path.endswith(("docker-compose.yml", "docker-compose.yaml"))]
    manifests = [path for path in tracked if path.startswith("deploy/") and path.endswith(".yaml")]
    wanted: dict[str, tuple[str, Sequence[str]]] = {
        "zizmor --offline": ("zizmor", ("--offline", "--quiet", *workflows)),
        "check-jsonschema, workflows": (
            "check-jsonschema",
            ("--builtin-schema", "vendor.github-workflows", *workflows),
        ),
        "check-jsonschema, compose": ("check-jsonschema", ("--builtin-schema", "vendor.compose-spec", *composed)),
        "kubernetes-validate": ("kubernetes-validate", manifests),
        "detect-secrets scan": ("detect-secrets", ("scan",)),
        "sherif": ("sherif", ()),
        "knip": ("knip", ("--no-progress",)),
    }
    found = {}
    for name, (program, words) in wanted.items():
        places = (tools / "bin" / program, tools / "node_modules/.bin" / program)
        place = next((one for one in places if one.exists()), None)
        if place is not None and (words or program == "sherif"):
            argv = ("sh", "-c", '"$@"; test $? -lt 126', "sh", str(place), *words)
            found[name] = Program(argv, root, env)
    return found


def _compare(found: Mapping[str, Sample], base: str) -> None:
    table(
        ("", "time", "on all cores", f"to {base}"),
        [
            (name, f"{one.seconds:.2f} s", f"{one.cpu_s:.2f} s", f"{one.seconds / found[base].seconds:.2f}")
            for name, one in found.items()
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
