"""The manifest: every key, and what is said about wrong ones."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from toolkit.errors import ConfigurationError
from toolkit.manifest import TOOLS, load, parse
from toolkit.settings import Settings

FULL = b"""
[toolchain]
node = "22.22.3"
platform-tools = ["1.52", "1.57"]
[packages]
jq = "*"
[env]
A = "b"
[scripts]
hello = "echo 'a b' c"
[bootstrap]
jobs = 3
timeout-s = 60
provider = "pinned"
exclude = ["legacy/**"]
[bootstrap.install-scripts]
npm = ["esbuild"]
"*" = "allow"
[projects."apps/web"]
after = ["libs/ui"]
critical = true
[projects."apps/web".commands]
test = "pytest -q"
build = [["make", "all"], ["make", "check"]]
[decisions]
runtime = "kubernetes"
domains = {production = ["example.org"]}
[checks]
ignore = ["port-conflict"]
severity = {stub-implementation = "info"}
[mirrors]
"https://a/" = "https://b/"
"""


def test_every_key_is_read() -> None:
    found = parse(FULL)
    assert found.toolchain == {"node": ("22.22.3",), "platform-tools": ("1.52", "1.57")}
    assert found.scripts == {"hello": ("echo", "a b", "c")}
    assert (found.bootstrap.jobs, found.bootstrap.timeout_s, found.bootstrap.provider) == (3, 60, "pinned")
    assert found.bootstrap.install_scripts == {"npm": ("esbuild",), "*": "allow"}
    web = found.project("apps/web")
    assert (web.after, web.critical) == (("libs/ui",), True)
    assert web.commands == {"test": (("pytest", "-q"),), "build": (("make", "all"), ("make", "check"))}
    assert found.decisions == {"runtime": "kubernetes", "domains": {"production": ("example.org",)}}
    assert found.checks.severity == {"stub-implementation": "info"}
    assert found.project("elsewhere").commands == {}


def test_without_a_file_everything_has_a_default(tmp_path: Path) -> None:
    assert load(tmp_path) == Settings()


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "toolkit.toml")
    with pytest.raises(ConfigurationError, match=r"^toolkit\.toml cannot be read: .* is not a regular file$"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        pytest.param('[toolchian]\nnode = "22"', 'unknown key "toolchian"', 'did you mean "toolchain"?', id="top"),
        pytest.param("[bootstrap]\njob = 1", 'unknown key "bootstrap.job"', 'did you mean "jobs"?', id="table"),
        pytest.param(
            '[projects."a".commands]\ntests = "x"',
            'unknown key "projects.a.commands.tests"',
            'did you mean "test"?',
            id="nested",
        ),
        pytest.param("[bootstrap]\njobs = -1", "bootstrap.jobs is -1, less than 0", "", id="low"),
        pytest.param('[bootstrap]\njobs = "2"', "bootstrap.jobs must be a number, not text", "", id="kind"),
        pytest.param(
            "[bootstrap]\nprovider = 'brew'",
            "bootstrap.provider is 'brew'",
            "one of: auto, nix, pinned, host",
            id="choice",
        ),
        pytest.param("toolchain = 3", "[toolchain] must be a table, not a number", "", id="table-kind"),
        pytest.param('[scripts]\na = "\'x"', "scripts.a cannot be split into words", "", id="quotes"),
        pytest.param(
            '[toolchain]\nnodejs = "22"', 'unknown tool "toolchain.nodejs"', 'did you mean "node"?', id="tool"
        ),
        pytest.param(
            '[toolchain]\npyhton = "3.12"', 'unknown tool "toolchain.pyhton"', 'did you mean "python"?', id="typo"
        ),
        pytest.param("[toolchain]\nnode = []", "toolchain.node names no version", "", id="empty"),
        pytest.param("a = ", "not valid TOML", "mend the line it names", id="syntax"),
        pytest.param("a = 1\n\xff", "not UTF-8 in line 2", "save it as UTF-8", id="encoding"),
        pytest.param(
            "[toolchain]\nnode = 22", "toolchain.node must be text", 'write it in quotes: "22"', id="quotes-missing"
        ),
        pytest.param("\xef\xbb\xbfa = 1", "begins with a byte order mark", "without a mark in front", id="mark"),
        pytest.param("[bootstrap]\njobs = inf", "bootstrap.jobs is inf", "at least 0", id="infinite"),
        pytest.param("[bootstrap]\ntimeout-s = nan", "bootstrap.timeout-s is nan", "at least 1", id="no-number"),
        pytest.param('[env]\n"A;touch x" = "1"', 'env."A;touch x" is no name of a variable', "", id="variable"),
        pytest.param('[projects.a.env]\n"A-B" = "1"', 'projects.a.env."A-B" is no name', "A_B", id="dash"),
        pytest.param('[env]\nA = "a\\u0000b"', "env.A holds a NUL", "", id="nul"),
        pytest.param('[scripts]\nA = ["a\\u0000b"]', "scripts.A holds a NUL", "", id="nul-word"),
        pytest.param('[projects."a/"]\ninstall = false', 'projects."a/" names a folder', '"a"', id="slash"),
        pytest.param('[projects."./a:npm"]\ninstall = false', "as nothing else", '"a:npm"', id="dot"),
        pytest.param('[projects."../a"]\ninstall = false', "outside of the repository", "below", id="outside"),
    ],
)
def test_what_is_wrong_is_named_with_a_hint(text: str, message: str, hint: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse(text.encode("latin-1"))
    assert message in caught.value.message
    assert caught.value.hint
    assert hint in caught.value.hint
    assert caught.value.exit_code == 2


def test_tools_that_nobody_pins_are_taken_and_every_pinned_one_is_known() -> None:
    assert parse(b'[toolchain]\njust = "1"\nopentofu = "1.9"\nterragrunt = "0.7"\n').toolchain["just"] == ("1",)
    pins = json.loads((Path(__file__).parents[1] / "nix/pins.json").read_text())["tools"]
    assert set(pins) <= TOOLS
