"""Plans are carried out whole or named in part, and taken back to the byte."""

from __future__ import annotations

import errno
import os
import random
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.apply import plan_of_all as killed
from tests.apply.snapshot import snapshot, status
from toolkit.apply import apply, entries, find, purge, purgeable, states, undo
from toolkit.apply._apply import place
from toolkit.apply._journal import Journal
from toolkit.apply._programs import cause as cause_of
from toolkit.commands import Completed
from toolkit.context import Context
from toolkit.errors import ToolkitError, UsageError
from toolkit.model import Action, EditFile, Materialize, MoveFile, Plan, RemoveTree, RunCommand, Span, WriteFile
from toolkit.system.files import digest_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Repository


@pytest.fixture
def everything(repository: Callable[..., Repository]) -> Repository:
    made = repository(killed.tree())
    made.write(killed.loose())  # type: ignore[arg-type]
    (made.root / ".toolkit").mkdir()
    (made.root / ".toolkit" / ".gitignore").write_text("*\n")
    (made.root / "edit0" / "a.txt").chmod(0o750)
    return made


def outcomes(root: Path, *actions: Action) -> list[tuple[str, str]]:
    done = apply(Context(root), Plan("a test", actions), "a test")
    return [(one.status, one.reason) for one in done.outcomes]


def test_every_kind_and_back_to_the_byte(everything: Repository) -> None:
    before, said = snapshot(everything.root), status(everything)

    done = apply(Context(everything.root), killed.plan(), "a test")

    assert {(one.status, one.reason) for one in done.outcomes} == {("done", "")}
    after = snapshot(everything.root)
    assert (after["edit0/a.txt"][3], after["edit0/a.txt"][1]) == (b"1 2 three\n", 0o750)
    assert after["fresh1/in/d.txt"][:2] == ("file", 0o755)
    assert after["moved/here2/c.txt"][3] == b"content 2"
    assert not {"move2", "drop1/dist", "loose0/node_modules"} & after.keys()
    assert "drop2/dist" not in everything.git("ls-files")

    taken = undo(Context(everything.root))

    assert (len(taken.paths), taken.refused, taken.commands) == (len(killed.plan().actions), (), ())
    assert snapshot(everything.root) == before
    assert status(everything) == said
    assert find_status(everything.root) == ["undone"]


def find_status(root: Path) -> list[str]:
    return [entry.status for entry in entries(Context(root))]


def run_killed(root: Path, work: Callable[[Context], object], delay_s: float) -> bool:
    """Work in a child, wait, kill; whether it had not ended by itself."""
    child = os.fork()
    if child == 0:
        try:
            work(Context(root))
        finally:
            os._exit(0)
    time.sleep(delay_s)
    os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def test_a_kill_at_any_moment_leaves_each_place_before_or_after(everything: Repository) -> None:
    before, said = snapshot(everything.root), status(everything)
    began = time.monotonic()
    apply(Context(everything.root), killed.plan(), "a test")
    whole_s = time.monotonic() - began
    after = snapshot(everything.root)
    undo(Context(everything.root))
    chance = random.Random(20)
    hit = tried = 0
    # How many kills come too late depends on what else the machine does; half of 50 have to meet work under way.
    while tried < 50 or (hit < 25 and tried < 200):
        tried += 1
        hit += run_killed(
            everything.root, lambda context: apply(context, killed.plan(), "a test"), chance.uniform(0, whole_s * 1.1)
        )
        context = Context(everything.root)
        half = snapshot(everything.root)
        for path in (before.keys() | after.keys()) - half.keys():
            assert path not in before or path not in after, f"{path} is lost"
        for path, look in half.items():
            contents = [tree[path][3] for tree in (before, after) if path in tree]
            assert look[3] in contents or look[0] == "folder", f"{path} is between"
        newest = entries(context)[0] if entries(context) else None
        if newest is None or newest.status == "undone":
            continue  # killed before there was a plan
        assert {state for _, state in states(context, newest)} <= {"before", "after"}
        if chance.random() < 0.3:
            run_killed(everything.root, undo, chance.uniform(0, whole_s))
        if entries(context)[0].status != "undone":
            undo(Context(everything.root))
        assert snapshot(everything.root) == before
        assert status(everything) == said
    assert hit >= 25


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        (WriteFile("a.txt", b"x", None), "it changed since the plan was made"),
        (WriteFile("a.txt", b"x", "0" * 64), "it changed since the plan was made"),
        (WriteFile("gone.txt", b"x", "0" * 64), "it is gone"),
        (WriteFile("a.txt", b"a", None), "already so"),
        (WriteFile("A.TXT", b"x", None), "a.txt differs from A.TXT only in case"),
        (WriteFile("folder", b"x", None), "a folder is there"),
        (WriteFile("../out.txt", b"x", None), "it leaves the repository"),
        (WriteFile("/etc/motd", b"x", None), "it leaves the repository"),
        (WriteFile(".git/config", b"x", None), ".git is not touched"),
        (WriteFile("away/x", b"x", None), "away is a link"),
        (EditFile("link", (Span(0, 1, b"x"),), digest_bytes(b"a")), "it changed since the plan was made"),
        (EditFile("a.txt", (Span(0, 1, b"x"),), "0" * 64), "it changed since the plan was made"),
        (MoveFile("a.txt", "folder/b.txt", digest_bytes(b"a")), "b.txt is there already"),
        (MoveFile("a.txt", "folder/B.txt", digest_bytes(b"a")), "b.txt differs from folder/B.txt only in case"),
        (MoveFile("none", "x", digest_bytes(b"a")), "it is gone"),
        (RemoveTree("folder", "why", "any"), "git tracks it"),
        (RemoveTree("loose.txt", "why", "ignored"), "git does not ignore it"),
        (RemoveTree("loose.txt", "why", "any", tracked=True), "git does not track it any more"),
        (RemoveTree("none", "why", "any"), "it is gone"),
        (RemoveTree("inner", "why", "any"), "inner/deep is a repository of its own"),
        (RemoveTree("loose.txt", "why", "same-as:a.txt"), "it is no longer the same as a.txt"),
        (RemoveTree("loose.txt", "why", "outputs"), "its name is none that a tool gives to its output"),
        (RemoveTree(".", "why", "any"), "it is the repository itself"),
        (RemoveTree("changed", "why", "any", tracked=True), "it holds work that is not committed: changed/x"),
        (RunCommand(("invoke", "clean"), ".", "why"), "it works under the lock that is held here: run it by itself"),
        (Materialize("a.txt", 1), "invoke hydrate brings it back"),
    ],
)
def test_what_is_refused(repository: Callable[..., Repository], action: Action, reason: str) -> None:
    made = repository(
        {"a.txt": "a", "folder": {"b.txt": "b"}, "link": Path("a.txt"), "away": Path("/tmp"), "changed": {"x": ""}}
    )
    made.write({"loose.txt": "l", "inner": {"deep": {".git": {"HEAD": ""}, "work": ""}}, "changed": {"x": "mine"}})
    before = snapshot(made.root)

    found = outcomes(made.root, action)

    assert found == [("skipped", reason)]
    assert {k: v[3] for k, v in snapshot(made.root).items()} == {k: v[3] for k, v in before.items()}


def test_one_failure_does_not_stop_the_others(repository: Callable[..., Repository]) -> None:
    made = repository({"a.txt": "a"})

    found = outcomes(
        made.root,
        RunCommand(("sh", "-c", "echo no >&2; exit 3"), ".", "a test"),
        WriteFile("a.txt/below", b"", None),
        WriteFile("b.txt", b"b", None),
        RunCommand(("sh", "-c", "echo made > c.txt"), ".", "a test"),
    )

    assert [status for status, _ in found] == ["failed", "failed", "done", "done"]
    assert found[0][1].endswith("no")
    taken = undo(Context(made.root))
    assert taken.paths == ("b.txt",)
    assert len(taken.commands) == 2
    assert (made.root / "c.txt").exists()


def test_what_a_program_changes_is_taken_back(repository: Callable[..., Repository]) -> None:
    made = repository({"old.lock": "1", "kept.env": "A=1", "same": "s"})
    (made.root / ".toolkit").mkdir()
    (made.root / ".toolkit" / ".gitignore").write_text("*\n")
    before, said = snapshot(made.root), status(made)

    found = outcomes(
        made.root,
        RunCommand(("sh", "-c", "printf 2 > old.lock"), ".", "a test", changes="old.lock"),
        RunCommand(("sh", "-c", "printf 1 > new.lock"), ".", "a test", changes="new.lock"),
        RunCommand(("git", "rm", "--cached", "--quiet", "--", "kept.env"), ".", "a test", changes="kept.env"),
        RunCommand(("no-such-program",), ".", "a test", changes="same"),
    )

    assert [state for state, _ in found] == ["done", "done", "done", "failed"]
    assert "D  kept.env" in status(made)
    taken = undo(Context(made.root))
    assert (taken.paths, taken.commands) == (("kept.env", "new.lock", "old.lock"), ())
    assert (snapshot(made.root), status(made)) == (before, said)


def test_what_was_changed_after_a_program_is_not_overwritten(repository: Callable[..., Repository]) -> None:
    made = repository({"a.lock": "1"})
    outcomes(made.root, RunCommand(("sh", "-c", "printf 2 > a.lock"), ".", "a test", changes="a.lock"))
    (made.root / "a.lock").write_text("somebody's work")

    assert [one.reason for one in undo(Context(made.root)).refused] == ["it was changed since"]
    assert (made.root / "a.lock").read_text() == "somebody's work"


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        (b"npm error code E404\nnpm error 404 Not Found\nnpm error A complete log of this run: x\n", "404 Not Found"),
        (
            b"warning: spurious network error (3 tries left)\nerror: no matching package\nhelp: try\n",
            "no matching package",
        ),
        (b"one\n\ntwo\n", "two"),
        (b"", "ended with 3"),
    ],
)
def test_the_line_that_says_why(said: bytes, cause: str) -> None:
    assert cause_of(Completed((), 3, b"", said, 0.0)).endswith(cause)


def test_undo_refuses_where_the_world_changed(repository: Callable[..., Repository]) -> None:
    made = repository({"a.txt": "a", "b.txt": "b"})
    one = WriteFile("a.txt", b"x", digest_bytes(b"a"))
    outcomes(made.root, one, WriteFile("b.txt", b"y", digest_bytes(b"b")))
    (made.root / "a.txt").write_text("somebody's work")

    refused = undo(Context(made.root))

    assert [(one.path, one.reason) for one in refused.refused] == [("a.txt", "it was changed since")]
    assert (made.root / "b.txt").read_text() == "y"
    assert undo(Context(made.root), partial=True).paths == ("b.txt",)
    assert (made.root / "b.txt").read_text() == "b"
    assert (made.root / "a.txt").read_text() == "somebody's work"


def test_what_was_taken_out_of_a_folder_that_is_gone_comes_back_with_it(repository: Callable[..., Repository]) -> None:
    made = repository({"notes": {}, ".gitignore": "node_modules\n.toolkit\n"})
    made.write({"notes": {"node_modules": {"a": ""}}, "other": {"node_modules": {"b": ""}}})
    apply(
        Context(made.root),
        Plan("a test", tuple(RemoveTree(f"{name}/node_modules", "stray", "outputs") for name in ("notes", "other"))),
        "a test",
    )
    (made.root / "notes").rmdir()
    (made.root / "other").rmdir()
    (made.root / "other").symlink_to(made.root.parent)

    refused = undo(Context(made.root))
    assert [(one.path, one.reason) for one in refused.refused] == [
        ("other/node_modules", "other is no folder any more")
    ]
    assert undo(Context(made.root), partial=True).paths == ("notes/node_modules",)
    assert (made.root / "notes/node_modules/a").is_file()
    assert not (made.root.parent / "node_modules").exists()


def test_plans_are_undone_one_after_the_other(repository: Callable[..., Repository]) -> None:
    made = repository({"a.txt": "1"})
    for old, new in ((b"1", b"2"), (b"2", b"3")):
        outcomes(made.root, WriteFile("a.txt", new, digest_bytes(old)))
    context = Context(made.root)
    names = [entry.id for entry in entries(context)]

    undo(context)
    assert (made.root / "a.txt").read_text() == "2"
    undo(context, names[1])
    assert (made.root / "a.txt").read_text() == "1"
    with pytest.raises(UsageError):
        undo(context)
    with pytest.raises(UsageError, match="no plan of the journal has a name that begins with no-such-name"):
        find(context, "no-such-name")
    with pytest.raises(UsageError, match="2 plans of the journal have names that begin with 2"):
        find(context, "2")


def test_a_plan_of_undo_touches_nothing(repository: Callable[..., Repository]) -> None:
    made = repository({"a.txt": "1"})
    outcomes(made.root, WriteFile("a.txt", b"2", digest_bytes(b"1")))

    assert undo(Context(made.root), plan=True).paths == ("a.txt",)
    assert (made.root / "a.txt").read_text() == "2"


def test_the_quarantine_is_purged_by_age(everything: Repository) -> None:
    done = apply(Context(everything.root), killed.plan(), "a test")
    context = Context(everything.root)
    folder = context.state / "quarantine" / done.id
    assert purgeable(context, 1) == ()
    old = time.time() - 2 * 86_400
    os.utime(folder, (old, old))

    assert purgeable(context, 1) == (folder,)
    purge(purgeable(context, 1))

    assert not folder.exists()
    refused = undo(context)
    assert {one.reason for one in refused.refused} == {"the quarantine was purged"}


def test_names_that_are_not_text(repository: Callable[..., Repository]) -> None:
    made = repository({"odd": {"caf\udce9 \n.txt": "x"}})
    before = snapshot(made.root)

    found = outcomes(made.root, MoveFile("odd/caf\udce9 \n.txt", "odd/plain.txt", digest_bytes(b"x")))

    assert found == [("done", "")]
    undo(Context(made.root))
    assert snapshot(made.root) == before


def test_nothing_to_do_writes_nothing(repository: Callable[..., Repository]) -> None:
    made = repository({"a": ""})

    assert apply(Context(made.root), Plan("none", ()), "a test").id == ""
    assert not (made.root / ".toolkit").exists()


def test_actions_that_build_on_each_other_are_taken_back(repository: Callable[..., Repository]) -> None:
    made = repository({"ci": {"a.yml": "one\n"}})
    before = snapshot(made.root)

    found = outcomes(
        made.root,
        MoveFile("ci/a.yml", "top/b.yml", digest_bytes(b"one\n")),
        EditFile("top/b.yml", (Span(0, 3, b"two"),), digest_bytes(b"one\n")),
        WriteFile("ci/a.yml", b"moved\n", None),
        WriteFile("top/b.yml", b"three\n", digest_bytes(b"two\n")),
    )

    assert [status for status, _ in found] == ["done"] * 4
    assert undo(Context(made.root)).refused == ()
    assert snapshot(made.root) == before


def test_a_folder_that_cannot_be_written_to_is_named_as_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root is stopped by a read-only file system alone, which no test can mount everywhere."""
    (tmp_path / "staged").write_text("new")
    (tmp_path / "file").write_text("old")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(ToolkitError, match=r"^the folder of file cannot be written to"):
        place(tmp_path / "staged", tmp_path / "file")
    assert (tmp_path / "file").read_text() == "old"


def test_a_plan_of_which_nothing_happened_is_taken_back_where_nothing_can_be_written(
    everything: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr("toolkit.apply._apply.place", refuse)
    assert [state for state, _ in outcomes(everything.root, WriteFile("made.txt", b"new\n", None))] == ["failed"]
    monkeypatch.setattr(os, "utime", refuse)

    undone = undo(Context(everything.root))

    assert (undone.paths, undone.refused) == ((), ())
    assert [entry.status for entry in entries(Context(everything.root))] == ["undone"]


@pytest.mark.parametrize("last", ["undo", "undone"])
def test_an_undo_that_was_killed_behind_its_last_file_sets_the_times_of_folders_back(
    everything: Repository, monkeypatch: pytest.MonkeyPatch, last: str
) -> None:
    before = snapshot(everything.root)
    assert [state for state, _ in outcomes(everything.root, WriteFile("edit0/made.txt", b"new\n", None))] == ["done"]
    write = Journal.write

    def killed_at(journal: Journal, kind: str, **told: Any) -> None:
        if kind == last:
            raise KeyboardInterrupt
        write(journal, kind, **told)

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "write", killed_at)
        patched.setattr("toolkit.apply._undo._set_times_back", lambda *_: None)
        with pytest.raises(KeyboardInterrupt):
            undo(Context(everything.root))
    assert snapshot(everything.root) != before

    undo(Context(everything.root))

    assert snapshot(everything.root) == before
