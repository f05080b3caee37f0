"""Environments as values, and what is written of them; the real ones are in tests/nix."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from types import MappingProxyType

import pytest

from toolkit.cli._environment import SHELLS, refuse_unknown
from toolkit.cli._task import Run
from toolkit.documents.edit import apply
from toolkit.errors import UsageError
from toolkit.features import environment
from toolkit.features.environment import _inputs, pins
from toolkit.features.environment._render import sourced
from toolkit.features.environment._value import from_json
from toolkit.model import EditFile

NASTY = 'it\'s "two" $HOME `x` \\ and\na line'
VALUE = environment.Environment(
    "nix",
    "default",
    MappingProxyType({"A": NASTY, "B": ""}),
    ("/one/bin", "/two words/bin"),
    MappingProxyType({"XDG_DATA_DIRS": "/one/share"}),
    ("RUSTUP_TOOLCHAIN",),
)


def test_changes_put_the_tools_first_and_are_the_same_the_second_time() -> None:
    inherited = {"PATH": "/usr/bin:/two words/bin", "XDG_DATA_DIRS": "/usr/share", "RUSTUP_TOOLCHAIN": "x"}
    first = VALUE.changes(inherited)
    assert first == {
        "A": NASTY,
        "B": "",
        "RUSTUP_TOOLCHAIN": None,
        "PATH": "/one/bin:/two words/bin:/usr/bin",
        "XDG_DATA_DIRS": "/one/share:/usr/share",
    }
    assert VALUE.changes({name: value for name, value in first.items() if value is not None}) == first


def test_what_is_stored_comes_back() -> None:
    assert from_json(VALUE.to_json()) == VALUE
    assert from_json(b'{"schema_version": 2}') is None
    assert from_json(b"not json") is None


@pytest.mark.parametrize("shell", ["bash", "zsh", "sh", "fish"])
def test_every_shell_reads_back_what_was_written_for_it(shell: str, tmp_path: Path) -> None:
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not on PATH")
    inherited = {"PATH": os.environ["PATH"], "RUSTUP_TOOLCHAIN": "x"}
    script = tmp_path / "script"
    script.write_text(environment.as_text(VALUE, environment.format_of(shell), inherited))
    ask = "echo $PATH | string join : 2>/dev/null; true" if shell == "fish" else "true"
    done = subprocess.run(
        [shell, "-c", f". {script}; {ask}; env -0"],
        env={**inherited, "HOME": str(tmp_path)},
        capture_output=True,
        check=True,
    )
    found = dict(item.split("=", 1) for item in done.stdout.decode().split("\0") if "=" in item)
    assert {name: found.get(name) for name in ("A", "B", "RUSTUP_TOOLCHAIN")} == {
        "A": NASTY,
        "B": "",
        "RUSTUP_TOOLCHAIN": None,
    }
    assert found["PATH"].startswith("/one/bin:/two words/bin:")


def test_a_sourced_script_refuses_when_its_tools_are_gone(tmp_path: Path) -> None:
    script = tmp_path / "it's a script"
    for alive, code in ((str(tmp_path), 0), (str(tmp_path / "gone"), 1)):
        script.write_bytes(sourced(VALUE, alive))
        done = subprocess.run(["bash", "-c", '. "$0" && [ "$B" = "" ]', str(script)], check=False)
        assert done.returncode == code


def test_dotenv_leaves_the_search_path_alone_and_json_is_whole() -> None:
    text = environment.as_text(VALUE, "dotenv", {"PATH": "/bin"})
    assert text == 'A="it\'s \\"two\\" \\$HOME `x` \\\\ and\\na line"\nB=""'
    data = json.loads(environment.as_text(VALUE, "json", {"PATH": "/bin"}))
    assert (data["schema_version"], data["unset"], data["set"]["B"]) == (1, ["RUSTUP_TOOLCHAIN"], "")
    with pytest.raises(UsageError):
        environment.format_of("tcsh")


def test_noise_and_secrets_are_left_out_and_said() -> None:
    found = environment.from_variables(
        "nix",
        "ci",
        {
            "HOME": "/h", "TMPDIR": "/t", "SSL_CERT_FILE": "/no-cert-file.crt", "out": "/o", "buildInputs": "", "NIX_LDFLAGS": " ",
            "GITHUB_TOKEN": "x", "DB_PASSWORD": "x", "URL": "https://user:pass@host/", "TOKENIZER": "fast", "KEYBOARD": "de",
            "PATH": "/s/bin:relative:.:/s/bin", "BASH_FUNC_x%%": "() { :; }",
        },
    )  # fmt: skip
    assert (dict(found.variables), found.path) == ({"TOKENIZER": "fast", "KEYBOARD": "de"}, ("/s/bin",))
    assert found.notes == ("left out of the cache, because it looks like a secret: DB_PASSWORD, GITHUB_TOKEN, URL",)


def test_the_files_that_decide_are_named_when_they_change(tmp_path: Path) -> None:
    (tmp_path / "nix").mkdir()
    (tmp_path / "toolkit.toml").write_text("a = 1\n\n")
    (tmp_path / "nix/b.nix").write_text("{ }")
    (tmp_path / "nix/.hidden").write_text("editor's")
    (tmp_path / "README.md").write_text("decides nothing")
    before = _inputs.read(tmp_path)
    assert [name for name, _ in before] == ["toolkit.toml", "nix/b.nix"]
    assert _inputs.changed(_inputs.joined(before), before) == ()
    (tmp_path / "toolkit.toml").write_text("a = 2\n")
    (tmp_path / "flake.nix").write_text("{ }")
    (tmp_path / "nix/b.nix").unlink()
    after = _inputs.read(tmp_path)
    assert _inputs.changed(_inputs.joined(before), after) == ("flake.nix", "nix/b.nix", "toolkit.toml")
    digests = {_inputs.digest(each, *facts) for each in (before, after) for facts in (("a", "b"), ("ab",), ())}
    assert len(digests) == 6


def test_a_repository_that_is_gone_gives_its_environments_free(tmp_path: Path) -> None:
    from toolkit.features.environment._cache import Cache

    store = Cache(tmp_path / "cache")
    pinned = environment.Environment("pinned", "default")
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        store.keep(name, pinned)
        store.make_current(tmp_path / name, name, pinned, b"== toolkit.toml\n\n", "-")
    assert store.collect() == ((), ())
    (tmp_path / "one").rmdir()
    assert store.collect(pretend=True) == ((str(tmp_path / "one"),), ("one",))
    assert store.collect() == ((str(tmp_path / "one"),), ("one",))
    assert (store.find("one"), store.find("two"), store.collect()) == (None, pinned, ((), ()))


def test_locks_are_compared_for_people() -> None:
    def lock(rev: str, when: int) -> bytes:
        return json.dumps(
            {"nodes": {"root": {}, "nixpkgs": {"locked": {"rev": rev * 40, "lastModified": when}}}}
        ).encode()

    assert pins.lock_changes(lock("a", 0), lock("a", 0)) == ()
    assert pins.lock_changes(lock("a", 0), lock("b", 86400 * 365)) == (
        "nixpkgs: aaaaaaaaaaa (1970-01-01) -> bbbbbbbbbbb (1971-01-01)",
    )
    assert pins.lock_changes(None, lock("b", 0)) == ("nixpkgs: none -> bbbbbbbbbbb (1970-01-01)",)
    assert pins.version_changes({"node": "22", "jq": "1"}, {"node": "24"}) == ("jq: 1 -> none", "node: 22 -> 24")


def test_a_default_of_several_versions_is_pinned_first() -> None:
    from toolkit.documents import edit

    content = b'[toolchain]\nnode = ["22.22.3", "20"] # two\n'
    plan = pins.pin(content, "node", "22.23.2")
    assert edit.apply(content, plan.actions[0].spans) == b'[toolchain]\nnode = ["22.23.2", "20"] # two\n'  # type: ignore[union-attr]
    with pytest.raises(UsageError, match="rust is not in"):
        pins.pin(content, "rust", "1")


def test_only_an_older_pin_of_the_same_major_is_outdated() -> None:
    newest = {"node": "22.23.2", "uv": "0.13.9"}
    rows = pins.outdated(
        {"node": ("22.22.3",), "uv": ("0.13.9",), "rust": ("1.2.3",)}, lambda tool, _: newest.get(tool)
    )
    assert [(row.name, row.have, row.newest) for row in rows] == [("node", "22.22.3", "22.23.2")]
    assert pins.outdated({"node": ("22",)}, lambda tool, _: newest.get(tool)) == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('[toolchain]\nnode = "22"\n\n[packages]\njq = "*"\n', '[toolchain]\nnode = "22"\n\n'),
        ('[packages]\njq = "*"\nyq = "*"\n', '[packages]\nyq = "*"\n'),
        ('[packages]\njq = "*"\n# add more here\n', "[packages]\n# add more here\n"),
    ],
)
def test_the_last_package_takes_its_table_along_unless_somebody_wrote_into_it(before: str, after: str) -> None:
    (edit,) = pins.remove(before.encode(), "jq").actions
    assert isinstance(edit, EditFile)
    assert apply(before.encode(), edit.spans).decode() == after


def test_the_shells_are_those_of_the_flake() -> None:
    source = (Path(__file__).resolve().parents[3] / "nix/shells.nix").read_text()
    heads = re.findall(r"(\w+) = \"(\w+)\";", source.partition("heads = {")[2].partition("}")[0])

    assert {"default", "ci", *(name for name, _ in heads)} == set(SHELLS)
    assert [(name, tool) for name, tool in heads if name != tool] == []


def test_without_nix_the_flake_itself_may_name_a_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "toolkit.toml").write_text('[toolchain]\nnode = "22"\n[bootstrap]\nprovider = "host"\n')
    (tmp_path / "flake.nix").write_text("{ outputs = _: { devShells.x.backend = 1; }; }\n")
    monkeypatch.chdir(tmp_path)
    run = Run(None, quiet=True)

    for name in ("default", "ci", "node", "backend"):
        refuse_unknown(run, name, "")
    with pytest.raises(UsageError, match="--name rust is no shell"):
        refuse_unknown(run, "rust", "")
