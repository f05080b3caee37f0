"""The command line: lists, usage errors, exit codes, crashes, output that a terminal can take."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.program import command, environment, toolkit
from toolkit.cli._exit_codes import exit_code_of
from toolkit.cli._invoke import Collection
from toolkit.cli._task import GROUPS, Run
from toolkit.cli._words import flagged
from toolkit.cli.program import ToolkitProgram, namespace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.repository import Repository


def test_every_task_has_a_group_and_one_clear_line() -> None:
    lines = {
        name: task.__doc__.splitlines()[0].removeprefix(f"[{task.group}] ") for name, task in namespace.tasks.items()
    }
    assert lines
    assert {
        name: line for name, line in lines.items() if not line.endswith(".") or len(line) > 100 or "\n" in line
    } == {}
    assert {task.group for task in namespace.tasks.values()} <= set(GROUPS)
    assert len(set(lines.values())) == len(lines)


def test_the_list_stands_under_headings(tmp_path: Path) -> None:
    done = toolkit(tmp_path, "--list")
    assert done.code == 0
    headings = [line[:-1] for line in done.out.splitlines() if line and not line.startswith(" ")]
    assert headings == [group for group in GROUPS if group in headings]
    assert all(name in done.out for name in namespace.tasks)


@pytest.mark.parametrize("name", sorted(namespace.tasks))
def test_each_flag_is_explained_in_80_columns(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        ToolkitProgram(name="toolkit", binary="toolkit", namespace=Collection()).run(["toolkit", name, "--help"])
    shown = capsys.readouterr().out.splitlines()
    flags = [line for line in shown if line.startswith("  -")]
    assert not ended.value.code
    assert shown[0].startswith(f"Usage: toolkit {name}")
    assert len(flags) >= 2  # --root and --quiet
    assert [line for line in flags if len(line.split(maxsplit=1)) < 2] == []
    assert [line for line in shown if len(line) > 80] == []


def test_no_task_at_all_lists_the_tasks_in_80_columns(tmp_path: Path) -> None:
    done = toolkit(tmp_path)
    assert done.code == 0
    assert "bootstrap" in done.out
    assert [line for line in done.out.splitlines() if len(line) > 80] == []


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("bootstrp",), "bootstrap"),
        (("bootstrap", "--ony", "x"), "--only"),
        (("--lst",), ""),
        (("projects", "--qqqq"), ""),
    ],
)
def test_a_word_that_is_nearly_right_is_named(tmp_path: Path, words: tuple[str, ...], meant: str) -> None:
    done = toolkit(tmp_path, *words)
    hint = done.err.splitlines()[1]
    assert done.code == 2
    assert hint.startswith(f"hint: did you mean {meant}? " if meant else "hint: toolkit ")


@pytest.mark.parametrize("words", [("--list",), ("bootstrap", "--help"), ()])
def test_help_into_a_closed_pipe_is_no_traceback(tmp_path: Path, words: tuple[str, ...]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        command(*words), cwd=tmp_path, env=environment(), stdout=writer, stderr=subprocess.PIPE, check=False
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, b"")


def test_invoke_itself_lists_and_runs_the_same_tasks(repository: Callable[..., Repository]) -> None:
    repo = repository({"tasks.py": "from toolkit.cli.program import namespace as ns\n"})
    listed = subprocess.run(
        [sys.executable, "-m", "invoke", "--list"],
        cwd=repo.root,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert "[set up] List the subprojects" in listed.stdout
    wrong = subprocess.run(
        [sys.executable, "-m", "invoke", "projects", "--format", "yaml"],
        cwd=repo.root,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (wrong.returncode, wrong.stderr) == (
        2,
        "toolkit: --format yaml is not known\nhint: one of: text, json, mermaid\n",
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(("nonsense",), "there is no task nonsense", id="task"),
        pytest.param(("projects", "--nonsense"), "--nonsense is no flag of projects", id="flag"),
        pytest.param(("projects", "--format", "yaml"), "--format yaml is not known", id="format"),
        pytest.param(("projects", "--root", "/no/such/folder"), "--root /no/such/folder does not exist", id="no root"),
        pytest.param(("projects", "--root", "/dev/null"), "--root /dev/null is not a folder", id="root is a file"),
        pytest.param(("bootstrap", "--jobs", "9999"), "--jobs 9999 is not between 1 and 256", id="many jobs"),
        pytest.param(("bootstrap", "--jobs", "-3"), "--jobs -3 is no number above 0", id="negative jobs"),
        pytest.param(("bootstrap", "--jobs", "0"), "--jobs 0 is no number above 0", id="no jobs"),
        pytest.param(("test", "--jobs", "0"), "--jobs 0 is no number above 0", id="no tests at once"),
        pytest.param(("doctor", "--jobs", "0"), "--jobs 0 is no number above 0", id="no checks at once"),
        pytest.param(("hydrate", "--plan", "--deadline", "0"), "--deadline 0.0 is no number above 0", id="no time"),
        pytest.param(
            ("run", "--deadline", "0", "--", "true"), "--deadline 0.0 is no number above 0", id="no time at all"
        ),
        pytest.param(("watch", "--interval", "0"), "--interval 0.0 is no number above 0", id="no pause"),
        pytest.param(
            ("env", "--provider", "host", "--name", "nosuch"),
            "--name nosuch is no shell of this repository",
            id="shell",
        ),
        pytest.param(("env", "--provider", "host", "--name", ""), "is no shell of this repository", id="empty shell"),
        pytest.param(
            ("shell", "--provider", "host", "--name", "node"), "--name node is no shell of this repository", id="area"
        ),
        pytest.param(
            ("info", "--provider", "host", "--name", "nosuch"), "--name nosuch is no shell", id="facts of no shell"
        ),
        pytest.param(
            ("env", "--check", "--provider", "host", "--name", "nosuch"),
            "--name nosuch is no shell",
            id="check of none",
        ),
        pytest.param(("clean", "--older", "nan"), "--older nan is no number from 0 up", id="not a number"),
        pytest.param(("bootstrap", "--provider", "nyx"), "--provider nyx is not known", id="provider"),
        pytest.param(("ci", "--provider", "nyx"), "--provider nyx is not known", id="provider of a run of others"),
        pytest.param(("projects", "--root", ""), "--root is empty", id="empty root"),
        pytest.param(("doctor", "--only"), "--only needs a value", id="no value at the end"),
        pytest.param(("doctor", "--only", "machine", "--skip", "machine"), "no check is left", id="no check"),
        pytest.param(("run", "nosuch"), "there is no task nosuch", id="a program without dashes"),
        pytest.param(("update",), "there is no flake.nix", id="no flake"),
        pytest.param(("update", "--only", "node", "--to", "22"), "of toolkit.toml pins", id="no pin"),
        pytest.param(("doctor", "--only", "--plan"), "--only needs a value", id="a flag for a value"),
        pytest.param(("doctor", "--unsafe"), "--unsafe says how to repair", id="unsafe alone repairs nothing"),
        pytest.param(("doctor", "--fix", "--format", "json"), "--fix and --format json", id="contradicting flags"),
        pytest.param(("doctor", "--baseline", ".", "--accept"), "is a folder", id="a folder for a file"),
        pytest.param(("explain", "onchain"), "onchain is a family of checks", id="family for a check"),
        pytest.param(("relocate-workflows", "nosuch"), "nosuch does not exist", id="no such folder"),
        pytest.param(("init", "--show", "nosuch"), "nosuch is no file that init writes", id="no such template"),
        pytest.param(("init", "--plan", "--toolkit", 'a"; b'), "is no flake reference", id="no address"),
        pytest.param(("projects", "--only", "../x"), "../x lies outside of", id="outside"),
        pytest.param(
            ("bootstrap", "--jobs", "many"),
            "a flag of bootstrap wants a number, and 'many' is none",
            id="jobs are a number",
        ),
        pytest.param(("bootstrap", "--retry-failed"), "nothing failed in the last bootstrap", id="nothing to retry"),
        pytest.param(("lock",), "lock needs PATH", id="argument missing"),
        pytest.param(("lock-missing", "--ecosystem", "pmpm"), "--ecosystem pmpm is not known", id="no ecosystem"),
        pytest.param(("lock", "--list"), "--list stands where PATH is expected", id="flag for an argument"),
        pytest.param(("bootstrap", "--only", "nosuch"), "--only nosuch is no subproject", id="nothing chosen"),
    ],
)
def test_wrong_usage_is_one_sentence_a_hint_and_2(tmp_path: Path, words: tuple[str, ...], message: str) -> None:
    done = toolkit(tmp_path, *words)
    lines = done.err.splitlines()
    assert done.code == 2
    assert lines[0].startswith("toolkit: ")
    assert message in lines[0]
    assert lines[1].startswith("hint: ")
    assert len(lines) == 2
    assert done.out == ""


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(("help",), "bootstrap ", id="help"),
        pytest.param(("help", "clean"), "Usage: toolkit clean", id="help of a task"),
        pytest.param(("--root", ".", "--quiet", "history"), "nothing was applied", id="flags before the task"),
        pytest.param(("--root=.", "history", "--help"), "Usage: toolkit history", id="help behind them"),
    ],
)
def test_what_people_type_anyway_is_understood(tmp_path: Path, words: tuple[str, ...], expected: str) -> None:
    done = toolkit(tmp_path, *words)

    assert (done.code, done.err) == (0, "")
    assert expected in done.out


@pytest.mark.parametrize(
    ("folder", "only", "found"),
    [
        (".", "web", ["apps/web"]),
        ("apps", ".", ["apps/api", "apps/web"]),
        ("apps", "web", ["apps/web"]),
        ("apps/web", "../api", ["apps/api"]),
        ("apps/web", ".", ["apps/web"]),
        ("apps/web", "npm", ["apps/api", "apps/web", "tools/web2"]),
        ("apps/web", "tools/*", ["tools/web2"]),
    ],
)
def test_folders_are_named_as_they_are_seen_from_where_one_stands(
    repository: Callable[..., Repository], folder: str, only: str, found: list[str]
) -> None:
    repo = repository(
        {f"{path}/package.json": '{"scripts": {"test": "true"}}' for path in ("apps/web", "apps/api", "tools/web2")}
    )

    done = toolkit(repo.root / folder, "projects", "--only", only, "--format", "json")

    assert done.code == 0, done.err
    assert [one["path"] for one in done.json["subprojects"]] == found


def test_flags_that_leave_nothing_are_2(repository: Callable[..., Repository]) -> None:
    repo = repository({"web/package.json": '{"scripts": {"test": "true"}}'})

    done = toolkit(repo.root, "projects", "--only", "web", "--skip", "npm")

    assert done.code == 2
    assert "--skip leaves out all that --only names" in done.err


def test_a_wrong_manifest_is_2_with_the_nearest_key(repository: Callable[..., Repository]) -> None:
    repo = repository({"toolkit.toml": "[bootstrap]\njbos = 2\n"})
    done = toolkit(repo.root, "projects")
    assert done.code == 2
    assert done.err == 'toolkit: toolkit.toml: unknown key "bootstrap.jbos"\nhint: did you mean "jobs"?\n'


@pytest.mark.parametrize(
    ("after", "circle"),
    [({"a": "b", "b": "a"}, "a:npm -> b:npm -> a:npm"), ({"b": "b"}, "b:npm -> b:pip -> b:npm")],
)
def test_subprojects_that_wait_for_each_other_are_refused(
    repository: Callable[..., Repository], after: dict[str, str], circle: str
) -> None:
    package = {"package.json": '{"name": "x", "dependencies": {"x": "1"}}'}
    settings = "".join(f'[projects.{path}]\nafter = ["{needed}"]\n' for path, needed in after.items())
    repo = repository({"a": package, "b": {**package, "requirements.txt": "x\n"}, "toolkit.toml": settings})
    done = toolkit(repo.root, "bootstrap", "--plan")
    assert (done.code, done.err.splitlines()[0].partition("circle: ")[2]) == (2, circle)


def test_a_bug_becomes_a_report_and_3(tmp_path: Path) -> None:
    code = "import toolkit.features.affected as m\nm.changed_files = None\nfrom toolkit.cli.program import main\nmain()"
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    done = subprocess.run(
        [sys.executable, "-c", code, "affected", "--base", "HEAD"],
        cwd=tmp_path,
        env=environment({"TMPDIR": str(tmp_path)}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    lines = done.stderr.splitlines()
    assert lines[0] == "toolkit: a bug in the toolkit stopped this command: TypeError"
    report = lines[1].removeprefix("hint: the report is in ")
    with open(report, encoding="utf-8") as stream:
        text = stream.read()
    assert "Traceback" in text
    assert "affected" in text


def test_names_cannot_write_to_the_terminal(repository: Callable[..., Repository]) -> None:
    repo = repository(
        {"evil\x1b[31m": {"Cargo.toml": '[package]\nname = "evil"\nversion = "0.1.0"\n', "src": {"lib.rs": ""}}}
    )
    done = toolkit(repo.root, "projects")
    assert done.code == 0
    assert "\x1b" not in done.out
    assert "evil\\x1b[31m" in done.out


def test_a_closed_pipe_is_no_traceback(repository: Callable[..., Repository]) -> None:
    repo = repository({"a": {"Cargo.toml": '[package]\nname = "a"\nversion = "0.1.0"\n'}})
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        command("projects"), cwd=repo.root, env=environment(), stdout=writer, stderr=subprocess.PIPE, check=False
    )
    os.close(writer)
    assert b"Traceback" not in done.stderr
    assert done.returncode == 1


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_run_without_standard_streams_ends_as_any_other(repository: Callable[..., Repository], closed: str) -> None:
    repo = repository({"a": {"Cargo.toml": '[package]\nname = "a"\nversion = "0.1.0"\n'}})
    done = subprocess.run(
        ["sh", "-c", f'"$@" {closed}', "sh", *command("projects")],
        cwd=repo.root,
        env=environment(),
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_an_interrupt_is_130(tmp_path: Path) -> None:
    code = "import toolkit.cli._root as m, signal\ndef stop(*_):\n    signal.raise_signal(signal.SIGINT)\nm.find_root = stop\nfrom toolkit.cli.program import main\nmain()"
    done = subprocess.run(
        [sys.executable, "-c", code, "projects"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (130, "\ntoolkit: interrupted\n")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["doctor", "apps/web"], ["doctor", "--path", "apps/web"]),
        (["doctor", "a", "b", "--only", "files"], ["doctor", "--path", "a", "--path", "b", "--only", "files"]),
        (["doctor", "--only", "files", "a"], ["doctor", "--only", "files", "--path", "a"]),
        (["doctor", "--only=files", "a"], ["doctor", "--only=files", "--path", "a"]),
        (["doctor", "--fix", "a"], ["doctor", "--fix", "--path", "a"]),
        (["projects", "a"], ["projects", "a"]),
        (["doctor", "a", "projects"], ["doctor", "--path", "a", "projects"]),
        (["run", "--", "doctor", "x"], ["run", "--", "doctor", "x"]),
        (["undo", "7"], ["undo", "--id", "7"]),
    ],
)
def test_bare_words_go_to_the_flag_that_takes_them(words: list[str], expected: list[str]) -> None:
    assert flagged(words, namespace) == expected


@pytest.mark.parametrize("words", [("--list",), ("projects",), ("doctor", "--only", "files", "--format", "json")])
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full")
def test_a_full_disk_is_a_sentence_and_no_bug(tmp_path: Path, words: tuple[str, ...]) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            command(*words),
            cwd=tmp_path,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("toolkit: ")
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_compared_with_is_asked_for_where_there_is_no_commit(tmp_path: Path) -> None:
    done = toolkit(tmp_path, "affected")
    assert done.code == 2
    assert "has no commit to compare with" in done.err
    without = toolkit(tmp_path, "affected", variables={"PATH": str(tmp_path)})
    assert (without.code, "git is not installed" in without.err) == (3, True)


def test_nothing_to_undo_is_no_failure(tmp_path: Path) -> None:
    done = toolkit(tmp_path, "undo")
    assert (done.code, done.out) == (0, "nothing to take back: nothing was applied here\n")


def test_a_folder_with_a_line_feed_is_one_row(repository: Callable[..., Repository]) -> None:
    repo = repository({"a\nb/package.json": '{"scripts": {"test": "true"}}'})
    done = toolkit(repo.root, "projects")
    assert len(done.out.splitlines()) == 2
    assert done.out.splitlines()[1].startswith("a\\x0ab ")
    assert toolkit(repo.root, "bootstrap", "--plan").out.startswith("fresh          a\\x0ab (npm, default): ")
    assert "done      a\\x0ab (npm)  " in toolkit(repo.root, "test").err


def test_a_folder_that_is_gone_is_no_bug(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    done = subprocess.run(
        ["sh", "-c", 'rmdir "$1" && shift && exec "$@"', "sh", gone, *command("projects")],
        cwd=gone,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (
        1,
        "toolkit: the current folder is gone\nhint: change to a folder that is there\n",
    )


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM])
def test_what_may_not_be_used_is_no_bug(number: int) -> None:
    def work() -> int:
        raise OSError(number, os.strerror(number), "a/locked")

    told = io.StringIO()
    assert exit_code_of(told, work) == 1
    assert told.getvalue() == (
        f"toolkit: a/locked cannot be read or written: {os.strerror(number)}\n"
        "hint: make it readable and writable, and start again\n"
    )


def test_steps_name_the_front_door_that_is_there_and_evidence_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = (
        "  and 3 more: invoke doctor --only x",
        "nothing was written    next  invoke doctor --fix",
        "README.md says invoke test",
    )
    run = Run(None, quiet=True)
    assert run.addressed("seen (invoke watch)", whole=True) == "seen (toolkit watch)"
    assert run.addressed("\n".join(told)).splitlines() == [
        "  and 3 more: toolkit doctor --only x",
        "nothing was written    next  toolkit doctor --fix",
        "README.md says invoke test",
    ]
