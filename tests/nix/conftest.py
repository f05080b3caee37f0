"""One real Nix and one store for all tests of this folder."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.nix import lab as laboratory

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[laboratory.Lab]:
    """The lab; skips where Nix cannot be had, fails where it must be there."""
    nix, reason = laboratory.obtain_nix()
    if nix is None:
        required = os.environ.get("TOOLKIT_TESTS_REQUIRE", "").replace(",", " ").split()
        if {"nix", "all"} & set(required):
            pytest.fail(f"TOOLKIT_TESTS_REQUIRE names nix, but: {reason}", pytrace=False)
        pytest.skip(reason)
    folder = Path(os.path.realpath(tmp_path_factory.mktemp("nix")))
    before = Path("/nix").exists()
    yield laboratory.build(folder, nix)
    # Nix's store is read-only, its folders included.
    for path, _, _ in os.walk(folder):
        if not os.path.islink(path):
            os.chmod(path, 0o755)
    shutil.rmtree(folder)
    # A Nix that forgot its environment makes itself a store in the default place.
    assert Path("/nix").exists() == before
