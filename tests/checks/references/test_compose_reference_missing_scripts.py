"""Compose files that scripts name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def test_a_compose_file_that_several_scripts_miss_is_told_once(inspect: Inspect) -> None:
    tree = {
        "docker-compose.yml": "services: {a: {image: busybox}}\n",
        "up.sh": "docker compose -f docker-compose.dev.yml up\n",
        "down.sh": "docker compose -f docker-compose.dev.yml down\ndocker compose -f other.yml down\n",
    }
    found = inspect("compose-reference-missing", tree)

    assert places(found) == [("warning", "down.sh", 1), ("warning", "down.sh", 2)]
    assert found[0].evidence.endswith("so in up.sh:1")


def test_a_file_that_a_command_takes_and_git_ignores_is_made(inspect: Inspect) -> None:
    script = (
        "# It writes deploy/compose.images.yml.\n#   docker compose -f compose.yml -f deploy/compose.images.yml up\n"
    )
    tree = {"compose.yml": "services:\n  a: {image: a}\n", "run.sh": script}

    assert places(inspect("compose-reference-missing", tree)) == [("warning", "run.sh", 2)]
    assert inspect("compose-reference-missing", {**tree, ".gitignore": "deploy/compose.images.yml\n"}) == []


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("docker compose -f canary.yml up\n", [("warning", "go.sh", 1)]),
        ('if [ -f "canary.yml" ]; then\n  docker compose -f canary.yml up\nfi\n', []),
        ("[ ! -e ./canary.yml ] && exit\ndocker compose -f canary.yml up\n", []),
        ('echo "now run docker compose -f base.yml -f more.yml up"\n', [("info", "go.sh", 1)]),
        ('log_info "then: docker-compose -f canary.yml down"\n', [("info", "go.sh", 1)]),
    ],
)
def test_a_compose_file_that_a_script_asks_for_or_speaks_of(
    inspect: Inspect, script: str, told: list[tuple[str, str, int]]
) -> None:
    tree = {"compose.yml": "services: {a: {image: a}}\n", "go.sh": script}

    assert places(inspect("compose-reference-missing", tree)) == told


@pytest.mark.parametrize(("made", "told"), [("cat > compose.over.yml <<EOF\nservices: {}\nEOF\n", 0), ("", 1)])
def test_a_file_that_the_script_writes_itself(inspect: Inspect, made: str, told: int) -> None:
    tree = {
        "compose.yml": "services:\n  a: {image: a}\n",
        "deploy.sh": f"{made}docker compose -f compose.yml -f compose.over.yml up -d\n",
    }

    assert len(inspect("compose-reference-missing", tree)) == told


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("cd /srv/app\ndocker compose -f gone.yml up -d\n", False),
        ('ssh host "cd ~/app && docker compose -f gone.yml up -d"\n', False),
        ("cd /srv/app\ncd ops\ndocker compose -f gone.yml up -d\n", True),
        ("docker compose -f gone.yml up -d\ncd /srv/app\n", True),
    ],
)
def test_files_of_the_machine_that_a_script_goes_to(inspect: Inspect, script: str, told: bool) -> None:
    tree = {"compose.yml": "services: {a: {image: b}}\n", "deploy.sh": script}

    assert [one.severity for one in inspect("compose-reference-missing", tree)] == ["warning"] * told
