"""What Nix's failures are taken to mean; its own words, from its own versions."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.commands import Completed
from toolkit.system import nix, nix_errors

SAID = [
    ("error: cannot connect to socket at '/nix/var/nix/daemon-socket/socket': Connection refused", "daemon-down"),
    ("error: writing to file: No space left on device", "store-full"),
    ("error: executing SQLite statement: database or disk is full", "store-full"),
    ("error: experimental Nix feature 'flakes' is disabled; add '--extra-experimental-features flakes'", "flakes-disabled"),
    ("error: lock file '/r/flake.lock' requires lock file changes but they're not allowed due to '--no-update-lock-file'", "lock"),
    ("error: Path 'flake.nix' in the repository \"/r\" is not tracked by Git.", "untracked"),
    ("error: repository path '/r' is not owned by current user", "owner"),
    ("error: hash mismatch in fixed-output derivation '/nix/store/x.drv':\n  specified: sha256-a\n  got: sha256-b", "hash"),
    ("error: unable to download 'https://x.invalid/y': Couldn't resolve host name (6)", "network"),
    ("error: unable to download 'x': Timeout was reached (28)", "network"),
    ("error: path '/r' does not contain a 'flake.nix', searching up\nerror: could not find a flake.nix file", "no-flake"),
    ("error: flake 'path:/r' does not provide attribute 'devShells.x86_64-linux.nope'", "no-shell"),
    ("rc: line 3: unexpected EOF while looking for matching `''", "syntax"),
    ("error: a 'aarch64-linux' with features {} is required to build '/nix/store/x.drv', but I am a 'x86_64-linux'", "unbuildable"),
    ("error:\n       … while calling x\n         at /r/flake.nix:1:2:\n            1| x\n       error: undefined variable 'nonsense'", "evaluation"),
    ("Segmentation fault", "unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "problem"), SAID)
def test_each_failure_is_known_by_its_words(said: str, problem: str) -> None:
    error = nix.error(Completed(("nix",), 1, b"", said.encode(), 0.1))
    assert error.problem == problem
    assert error.hint


def test_the_cause_is_quoted_and_not_the_trace() -> None:
    said = "warning: dirty\n\x1b[31;1merror:\x1b[0m\n   … while evaluating\n   at /r/x.nix:1:1:\n   error: node 18 is not here\n"
    assert nix.error(Completed(("nix",), 1, b"", said.encode(), 0.1)).message.endswith(": node 18 is not here")


def test_a_missing_or_late_nix_is_told_apart() -> None:
    assert nix.error(Completed(("nix",), 127, b"", b"", 0.1)).problem in ("absent", "hook-removed")
    assert nix.error(Completed(("nix",), 124, b"", b"", 0.1)).problem == "timeout"


def test_macos_updates_are_blamed_with_the_line_to_add() -> None:
    error = nix_errors.hook_removed()
    assert (error.problem, "/etc/zshrc" in error.hint, "nix-daemon.sh" in error.hint) == ("hook-removed", True, True)


def test_versions_of_every_kind_of_nix_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "nix"
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    seen = []
    for text in (
        "nix (Nix) 2.34.8",
        "nix (Lix, like Nix) 2.91.1",
        "nix (Determinate Nix 3.22.2) 2.35.1",
        "nix (Nix) 2.3.16",
    ):
        program.write_text(f"#!/bin/sh\necho '{text}'\n")
        program.chmod(0o755)
        found = nix.find()
        assert found is not None
        seen.append((found.version, found.on_path))
    assert seen == [((2, 34), True), ((2, 91), True), ((2, 35), True), ((2, 3), True)]
    assert found is not None
    with pytest.raises(nix.NixError, match=r"is Nix 2\.3; flakes as they are used here need"):
        nix.check_version(found)


def test_a_folder_named_nix_is_no_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "nix").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert nix.on_path() == "-"


def test_references_survive_every_character() -> None:
    assert nix.flake_url(Path("/a b/it's #1?/ü%")) == "path:/a%20b/it%27s%20%231%3F/%C3%BC%25"
