"""What a change touches."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from toolkit.context import Context
from toolkit.errors import UsageError
from toolkit.features.affected import affected, changed_files, default_base
from toolkit.model import Choice, Subproject

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.repository import Repository


def sub(path: str, *needs: str, inputs: tuple[str, ...] = ()) -> Subproject:
    return Subproject(
        path=path,
        name=path,
        ecosystem="npm",
        family="javascript",
        manifest=f"{path}/package.json",
        lockfile=None,
        choice=Choice("npm", "default"),
        needs=needs,
        inputs=inputs,
    )


ALL = (sub("apps/web", "libs/ui"), sub("apps/web/inner"), sub("libs/ui"), sub("tools", inputs=(".npmrc",)))


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param(["apps/web/src/a.ts"], {"apps/web": "apps/web/src/a.ts changed"}, id="owner"),
        pytest.param(["apps/web/inner/a.ts"], {"apps/web/inner": "apps/web/inner/a.ts changed"}, id="deepest"),
        pytest.param(
            ["libs/ui/a.ts"], {"libs/ui": "libs/ui/a.ts changed", "apps/web": "needs libs/ui"}, id="dependents"
        ),
        pytest.param([".npmrc"], {"tools": ".npmrc changed"}, id="input outside"),
        pytest.param(["README.md"], {}, id="nobody's"),
        pytest.param(["flake.lock"], {item.path: "flake.lock changed" for item in ALL}, id="everything"),
        pytest.param(["apps/website/a.ts"], {}, id="prefix of a name is no folder"),
    ],
)
def test_owners_dependents_and_nothing_else(changed: list[str], expected: dict[str, str]) -> None:
    assert {one.subproject.path: one.why for one in affected(ALL, changed)} == expected


def test_changes_are_committed_staged_edited_deleted_renamed_and_new(repository: Callable[..., Repository]) -> None:
    repo = repository(
        {"kept": "1", "edited": "1", "deleted": "1", "old name": "12345\n" * 9, ".gitignore": "ignored\n"}
    )
    repo.git("switch", "--quiet", "-c", "work")
    repo.write({"committed": "1"})
    repo.commit()
    repo.git("mv", "old name", "new name")
    (repo.root / "deleted").unlink()
    repo.write({"edited": "2", "loose": "1", "ignored": "1"})

    found = changed_files(Context(repo.root), "main")

    assert found == ("committed", "deleted", "edited", "loose", "new name", "old name")


def test_an_unknown_base_is_a_usage_error(repository: Callable[..., Repository]) -> None:
    repo = repository({"a": ""})
    with pytest.raises(UsageError, match="--base nowhere is no commit"):
        changed_files(Context(repo.root), "nowhere")


def test_histories_without_a_common_commit_are_told(repository: Callable[..., Repository]) -> None:
    repo = repository({"a": ""})
    repo.git("switch", "--quiet", "--orphan", "other")
    repo.commit()
    with pytest.raises(UsageError, match="no common commit"):
        changed_files(Context(repo.root), "main")


def test_in_ci_the_branch_itself_is_compared_with_what_it_was_before_the_push(
    repository: Callable[..., Repository], tmp_path: Path
) -> None:
    repo = repository({"a": "1"})
    assert default_base(Context(repo.root, {"CI": "true"})) == "main"  # nothing was before the first commit
    first = repo.git("rev-parse", "HEAD").strip()
    for name in ("b", "c"):
        repo.write({name: "1"})
        repo.git("add", "--all")
        repo.git("commit", "--quiet", "-m", name)
    event = tmp_path / "event.json"

    def base(text: str, **more: str) -> str:
        event.write_text(text)
        return default_base(Context(repo.root, {"CI": "true", "GITHUB_EVENT_PATH": str(event), **more}))

    assert default_base(Context(repo.root, {})) == "main"
    assert base(json.dumps({"before": first})) == first
    assert changed_files(Context(repo.root), first) == ("b", "c")
    assert [base(text) for text in ("[]", "{", '{"before": "--all"}', json.dumps({"before": "0" * 40}))] == [
        "HEAD^1"
    ] * 4
    repo.git("switch", "--quiet", "-c", "work")
    repo.write({"d": "1"})
    repo.git("add", "--all")
    repo.git("commit", "--quiet", "-m", "d")
    assert base(json.dumps({"before": first})) == "main"


def test_a_clone_too_shallow_to_compare_with_is_no_empty_answer(
    repository: Callable[..., Repository], tmp_path: Path
) -> None:
    repo = repository({"a": "1"})
    repo.write({"a": "2"})
    repo.git("commit", "--quiet", "-am", "second")
    repo.git("clone", "--quiet", "--depth", "1", repo.root.as_uri(), str(tmp_path / "shallow"))
    with pytest.raises(UsageError, match=r"too shallow to say what it was before"):
        default_base(Context(tmp_path / "shallow", {"CI": "true"}))
    assert default_base(Context(tmp_path / "shallow", {})) == "origin/HEAD"
