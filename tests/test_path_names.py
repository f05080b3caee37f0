"""What names of files and folders say."""

from __future__ import annotations

import pytest

from toolkit.path_names import archive_of, handed_out, has_placeholder, is_backup, is_kept_only


def test_what_is_handed_out() -> None:
    assert handed_out("apps/next-template/web") == "next-template"
    assert handed_out("apps/contemplate") == ""


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("web/app.ts.bak", True),
        ("deploy-old-2024-01-31/run.sh", True),
        ("backups/2024-01-31/run.sh", True),
        ("legacy/2024-03-cleanup/web/run.sh", True),
        ("archive/2024-03/run.sh", True),
        ("scripts/archive/pre-move-2024-03-31/run.sh", True),
        ("archive/web-2024/run.sh", False),
        ("legacy/2024/run.sh", False),
        ("legacy/web/run.sh", False),
        ("web/backup.ts", False),
        ("old/run.sh", False),
    ],
)
def test_a_backup_says_so(path: str, told: bool) -> None:
    assert is_backup(path) is told


def test_an_archive_is_told_by_the_outermost_folder() -> None:
    assert archive_of("services/archived/attic/run.py") == "services/archived"
    assert archive_of("docker/_retired/web/run.sh") == "docker/_retired"
    assert archive_of("services/live/archived") == ""
    assert archive_of("services/legacy/run.py") == archive_of("jobs/deferred/run.py") == ""


def test_what_has_a_manifest_is_a_project_whatever_it_is_called() -> None:
    assert is_kept_only("services/old", lambda _: False)
    assert not is_kept_only("services/old", lambda path: path == "services/old/package.json")
    assert not is_kept_only("services/gold", lambda _: False)


def test_a_name_that_is_filled_in_first() -> None:
    assert has_placeholder("{{cookiecutter.name}}")
    assert not has_placeholder("cookiecutter")
