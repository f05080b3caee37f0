"""Entering: the cached environment with a real Nix and a real direnv, and every way in which it can go wrong."""

from __future__ import annotations

import json
import os
import shutil
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.nix.lab import ROOT, Lab

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.real("nix"), pytest.mark.real("linux")]

MANIFEST = """
[toolchain]
node = "22"

[packages]
hello = "*"

[env]
GREETING = "two words"

[scripts]
say = ["echo", "one  word", "$HOME"]
"""


@pytest.fixture
def root(lab: Lab, tmp_path: Path) -> Path:
    """A repository whose path has a space and an apostrophe."""
    made = lab.adopt(Path(os.path.realpath(tmp_path)) / "it's a repo", MANIFEST)
    shutil.copy(ROOT / ".envrc", made / ".envrc")
    return made


@pytest.fixture
def toolkit(lab: Lab, root: Path, tmp_path: Path) -> Callable[..., tuple[int, str, str]]:
    """Run a task in the repository: exit code and both outputs."""

    def run(*words: str, **variables: str) -> tuple[int, str, str]:
        argv = (sys.executable, "-c", "from toolkit.cli.program import main; main()", *words)
        cache = {"TOOLKIT_CACHE": str(tmp_path / "cache"), "PYTHONPATH": str(ROOT), "SHELL": "/bin/sh"}
        done = lab.run(*argv, cwd=root, code=None, env={**cache, **variables})
        return done.returncode, done.stdout, done.stderr

    return run


@pytest.fixture
def counted(lab: Lab, tmp_path: Path) -> Callable[[], list[str]]:
    """Put a Nix on the search path that writes down its command lines; tells them and forgets them."""
    log = tmp_path / "nix-calls"
    program = tmp_path / "bin/nix"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$*" >> "{log}"\nexec {lab.nix}/bin/nix "$@"\n')
    program.chmod(0o755)

    def calls() -> list[str]:
        lines = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return lines

    return calls


def path_with(tmp_path: Path, lab: Lab) -> str:
    return f"{tmp_path}/bin:{lab.variables['PATH']}"


def entries(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "cache/environment/keys").iterdir())


def test_it_is_made_once_and_then_read_without_an_evaluation(
    lab: Lab, toolkit: Callable[..., tuple[int, str, str]], counted: Callable[[], list[str]], tmp_path: Path
) -> None:
    path = path_with(tmp_path, lab)
    assert toolkit("env", "--check", PATH=path) == (1, "", "out of date: all\n")
    code, out, err = toolkit("env", "--format", "json", PATH=path)
    assert (code, err) == (0, "toolkit: no environment for the shell default yet: evaluating the flake\n")
    found = json.loads(out)
    assert {key: found["set"][key] for key in ("GREETING", "TOOLKIT_SHELL")} == {
        "GREETING": "two words",
        "TOOLKIT_SHELL": "default",
    }
    assert found["unset"] == ["RUSTUP_TOOLCHAIN"]
    assert len([call for call in counted() if "develop" in call]) == 1
    assert toolkit("env", "--format", "json", PATH=path) == (0, out, "")
    assert counted() == ["--version"]
    assert toolkit("env", "--check", PATH=path) == (0, "", "")


def test_what_comes_back_is_found_again(
    toolkit: Callable[..., tuple[int, str, str]], root: Path, tmp_path: Path
) -> None:
    toolkit("env", "--refresh")
    (root / "toolkit.toml").write_text(MANIFEST.replace('"22"', '"24"'))
    code, _, err = toolkit("env", "--refresh")
    assert (code, "toolkit.toml changed since the last environment" in err) == (0, True)
    assert toolkit("run", "--", "node")[1] == "v24.19.0\n"
    (root / "toolkit.toml").write_text(MANIFEST)
    assert toolkit("env", "--refresh") == (0, "", "")
    assert toolkit("run", "--", "node")[1] == "v22.23.2\n"
    assert len(entries(tmp_path)) == 2


def test_noise_and_secrets_stay_out_and_only_what_is_ours_is_trusted(
    toolkit: Callable[..., tuple[int, str, str]], root: Path, tmp_path: Path
) -> None:
    secret = "ghp_" + "x" * 36
    (tmp_path / "secret").write_text(secret)
    system = f"{os.uname().machine}-linux"
    hook = f"export DEPLOY_TOKEN=abc MIRROR_URL=$(cat {tmp_path}/secret) PLAIN=kept SSL_CERT_FILE=/x TMPDIR=/y"
    flake = (root / "flake.nix").read_text()
    begin = "{ toolkit, ... }: let found = toolkit.lib.mkMonorepo { root = ./.; }; in found // {"
    shell = f"found.devShells.{system}.default.overrideAttrs (old: {{ shellHook = old.shellHook + ''\n{hook}\n''; }})"
    own = f"{begin} devShells.{system}.default = {shell}; }};"
    (root / "flake.nix").write_text(flake.replace("{ toolkit, ... }: toolkit.lib.mkMonorepo { root = ./.; };", own))
    code, out, err = toolkit("env", "--force", "--format", "json", AWS_SECRET_ACCESS_KEY="inherited")
    assert code == 0, err
    assert "looks like a secret: DEPLOY_TOKEN, MIRROR_URL" in err
    found = json.loads(out)["set"]
    assert found["PLAIN"] == "kept"
    assert not {"DEPLOY_TOKEN", "MIRROR_URL", "SSL_CERT_FILE", "TMPDIR", "HOME"} & set(found)
    files = [path for path in (tmp_path / "cache/environment").rglob("*") if path.is_file() and not path.is_symlink()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert not [path for path in files if secret.encode() in path.read_bytes()]
    assert not [path for path in files if b"inherited" in path.read_bytes()]
    stored = entries(tmp_path)[0] / "environment.json"
    stored.write_text(stored.read_text().replace('"PLAIN": "kept"', '"PLAIN": "forged"'))
    stored.chmod(0o666)
    assert json.loads(toolkit("env", "--format", "json")[1])["set"]["PLAIN"] == "kept", "not ours alone: made anew"


def test_the_tools_survive_a_collection_until_nobody_uses_them(
    lab: Lab, toolkit: Callable[..., tuple[int, str, str]], root: Path
) -> None:
    toolkit("env", "--refresh")
    lab.nix_run("store", "gc", cwd=root)
    assert toolkit("run", "--", "hello")[:2] == (0, "hello, stub\n")
    (root / "toolkit.toml").write_text(MANIFEST.replace('"22"', '"24"'))
    toolkit("env", "--refresh")
    assert toolkit("gc", "--plan")[1] == "1 environments that nothing uses: would go\n"
    code, _, err = toolkit("gc", "--store")
    assert code == 0, err
    assert toolkit("run", "--", "node")[1] == "v24.19.0\n"
    assert toolkit("gc")[1] == "nothing to remove\n"


def test_words_codes_and_signals_pass_through(toolkit: Callable[..., tuple[int, str, str]]) -> None:
    assert toolkit("run", "--", "sh", "-c", 'printf "%s|" "$@"; exit 9', "x", "a b", "c'd", "", '"')[:2] == (
        9,
        "a b|c'd||\"|",
    )
    assert toolkit("run", "--", "sh", "-c", "kill -TERM $$")[0] == -15
    assert toolkit("run", "--", "say", "last word")[1] == "one  word $HOME last word\n"
    code, _, err = toolkit("run", "--", "no-such-program")
    assert (code, "no-such-program is not in this environment" in err) == (127, True)
    assert toolkit("run")[0] == 2
    pure = toolkit("run", "--pure", "--", "env", AWS_PROFILE="mine")[1]
    assert ("GREETING=two words" in pure, "AWS_PROFILE" in pure) == (True, False)
    code, out, _ = toolkit("shell", SHELL=shutil.which("env") or "env")
    assert (code, "GREETING=two words" in out) == (0, True)


@pytest.mark.real("direnv")
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_direnv_enters_without_nix_and_without_python(  # noqa: PLR0917 - fixtures
    lab: Lab,
    toolkit: Callable[..., tuple[int, str, str]],
    counted: Callable[[], list[str]],
    root: Path,
    tmp_path: Path,
    shell: str,
) -> None:
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not on PATH")
    path = path_with(tmp_path, lab)
    toolkit("env", "--refresh", PATH=path)
    counted()
    # What a warm entry must not start; direnv itself asks git nothing either.
    for name in ("python3", "python", "git", "toolkit"):
        stop = tmp_path / "bin" / name
        stop.write_text(f'#!/bin/sh\necho "{name} was started" >&2\nexit 99\n')
        stop.chmod(0o755)
    places = {"TOOLKIT_CACHE": str(tmp_path / "cache"), "PATH": path}
    lab.run("direnv", "allow", ".", cwd=root, env=places)
    exported = lab.run("direnv", "export", shell, cwd=root, env=places)
    assert "GREETING" in exported.stdout
    done = lab.run("direnv", "exec", ".", shell, "-c", 'echo "$GREETING"; node; hello', cwd=root, env=places)
    assert done.stdout.splitlines() == ["two words", "v22.23.2", "hello, stub"]
    assert (counted(), "was started" in done.stderr + exported.stderr) == ([], False)


@pytest.mark.real("direnv")
def test_an_environment_that_is_out_of_date_is_said_and_the_old_one_kept(lab: Lab, root: Path, tmp_path: Path) -> None:
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    front = bin_folder / "toolkit"
    front.write_text(
        f'#!/bin/sh\nPYTHONPATH={ROOT} exec "{sys.executable}" -c "from toolkit.cli.program import main; main()" "$@"\n'
    )
    front.chmod(0o755)
    places = {"TOOLKIT_CACHE": str(tmp_path / "cache"), "PATH": path_with(tmp_path, lab)}
    lab.run("direnv", "allow", ".", cwd=root, env=places)

    def enter(**variables: str) -> tuple[str, str]:
        done = lab.run(
            "direnv", "exec", ".", "sh", "-c", "node; hello", cwd=root, code=None, env={**places, **variables}
        )
        return done.stdout, done.stderr

    out, err = enter()
    assert out == "v22.23.2\nhello, stub\n", err
    assert "toolkit: there is no environment for the shell default yet; making it" in err
    (root / "toolkit.toml").write_text(MANIFEST.replace('"22"', '"24"'))
    out, err = enter(TOOLKIT_ENV_RELOAD="manual")
    assert (out.splitlines()[0], "invoke env --refresh" in err) == ("v22.23.2", True)
    out, err = enter()
    assert (out.splitlines()[0], "the files that decide changed" in err) == ("v24.19.0", True)
    (root / "toolkit.toml").write_text("[toolchain]\nnode = 22\n")
    out, err = enter()
    assert out.splitlines()[0] == "v24.19.0"
    assert "toolkit: the environment could not be made; this shell keeps the old one" in err
    (root / "toolkit.toml").write_text(MANIFEST.replace('"22"', '"24"'))
    assert "making it" not in enter()[1]


def test_what_git_does_not_track_is_said_because_it_is_missing_elsewhere(
    lab: Lab, toolkit: Callable[..., tuple[int, str, str]], root: Path
) -> None:
    lab.run("git", "rm", "--quiet", "--cached", "toolkit.toml", cwd=root)
    code, _, err = toolkit("env", "--refresh")
    assert (code, "toolkit: git does not track toolkit.toml" in err) == (0, True)
    assert "toolkit.toml is missing beside flake.nix, or not tracked by git" in lab.nix_run(
        "develop", "-c", "true", cwd=root, code=1
    )


def test_a_shell_opens_with_the_last_environment_when_the_new_one_fails(
    toolkit: Callable[..., tuple[int, str, str]], root: Path
) -> None:
    toolkit("env", "--refresh")
    (root / "flake.nix").write_text("{ outputs = _: nonsense; }")
    code, out, err = toolkit("run", "--", "node")
    assert (code, out) == (0, "v22.23.2\n")
    assert "the flake does not evaluate: undefined variable 'nonsense'" in err
    assert "going on with the last environment" in err
    assert toolkit("env", "--refresh")[0] == 1, "who asks for the new one is told"


def test_offline_a_warm_cache_is_enough_and_a_cold_one_says_what_it_lacks(
    toolkit: Callable[..., tuple[int, str, str]], root: Path
) -> None:
    toolkit("env", "--refresh")
    assert toolkit("run", "--", "node")[0] == 0
    (root / "flake.nix").write_text('{ inputs.x.url = "github:no-one/nothing"; outputs = _: { }; }')
    (root / "flake.lock").unlink()
    code, _, err = toolkit("env", "--refresh")
    assert (code, "Nix has to download something and reaches no network" in err) == (1, True)
    assert "or go on without Nix: --provider pinned, or host" in err


def test_each_trouble_has_its_own_words(
    toolkit: Callable[..., tuple[int, str, str]], root: Path, tmp_path: Path
) -> None:
    def trouble(**variables: str) -> str:
        code, _, err = toolkit("env", "--force", **variables)
        assert code == 1
        return err

    flake = (root / "flake.nix").read_text()
    (root / "flake.nix").write_text(flake.replace("toolkit/nixpkgs", "toolkit/rust-overlay"))
    assert "flake.lock does not fit flake.nix" in trouble()
    (root / "flake.nix").write_text(flake)
    assert "the flake has no shell of that name" in toolkit("env", "--name", "no-such")[2]
    assert "the Nix daemon does not answer" in trouble(NIX_REMOTE="daemon")
    (root / "toolkit.toml").write_text('[packages]\nno-such-package = "*"\n')
    assert "packages.no-such-package is not an attribute of the pinned nixpkgs" in trouble()
    (root / "toolkit.toml").write_text(MANIFEST)
    empty = tmp_path / "empty"
    empty.mkdir()
    code, _, err = toolkit("env", "--provider", "nix", PATH=str(empty))
    gone = "there is a /nix/store, but no Nix that runs" if Path("/nix/store").is_dir() else "Nix is not installed"
    assert (code, gone in err, "--provider pinned" in err) == (1, True, True)
    for words, version, meant in (
        ("", "nix (Nix) 2.3.16", "is Nix 2.3; flakes as they are used here need"),
        ("error: writing to file: No space left on device", "nix (Nix) 2.30.0", "the disk of the Nix store is full"),
        ("error: experimental Nix feature 'flakes' is disabled", "nix (Nix) 2.30.0", "does not allow flakes"),
    ):
        fake = empty / "nix"
        fake.write_text(
            f'#!/bin/sh\n[ "$1" != --version ] || {{ echo "{version}"; exit; }}\necho "{words}" >&2\nexit 1\n'
        )
        fake.chmod(0o755)
        assert meant in toolkit("env", "--provider", "nix", PATH=str(empty))[2]


def test_without_nix_the_host_serves_and_direnv_takes_it(
    lab: Lab, toolkit: Callable[..., tuple[int, str, str]], root: Path, tmp_path: Path
) -> None:
    (root / "toolkit.toml").write_text('[toolchain]\nanchor = "0.0.1"\n\n[env]\nGREETING = "no nix"\n')
    path = os.environ["PATH"]
    code, out, err = toolkit("run", "--provider", "pinned", "--", "sh", "-c", "echo $GREETING", PATH=path)
    assert (code, out) == (0, "no nix\n"), err
    assert "toolkit: not in this environment: anchor: " in err, "one tool that is missing keeps nobody from working"
    assert toolkit("run", "--provider", "host", "--", "sh", "-c", "echo $GREETING", PATH=path)[:2] == (0, "no nix\n")
    if shutil.which("direnv") and not shutil.which("nix"):
        places = {"TOOLKIT_CACHE": str(tmp_path / "cache"), "PATH": path}
        lab.run("direnv", "allow", ".", cwd=root, env=places)
        done = lab.run("direnv", "exec", ".", "sh", "-c", "echo $GREETING", cwd=root, env=places)
        assert (done.stdout, "making it" in done.stderr) == ("no nix\n", False)


def test_packages_are_added_and_removed_with_the_comments_kept(
    toolkit: Callable[..., tuple[int, str, str]], root: Path
) -> None:
    text = '# on top\n[packages]\nhello = "*" # greets\n\n[env]\nA = "b"\n'
    (root / "toolkit.toml").write_text(text)
    code, out, _ = toolkit("add", "coreutils", "--plan")
    assert (code, '+coreutils = "*"' in out, (root / "toolkit.toml").read_text()) == (0, True, text)
    assert toolkit("add", "coreutils")[0] == 0
    assert (root / "toolkit.toml").read_text() == text.replace("# greets\n", '# greets\ncoreutils = "*"\n')
    code, _, err = toolkit("add", "no-such-package")
    assert (code, "the pinned nixpkgs has no no-such-package" in err) == (2, True)
    assert toolkit("remove", "coreutils")[0] == 0
    assert (root / "toolkit.toml").read_text() == text
    assert "hello" in toolkit("search", "hello")[1]
    assert toolkit("add", "hello")[0] == 2


def test_updates_are_shown_as_versions(lab: Lab, toolkit: Callable[..., tuple[int, str, str]], root: Path) -> None:
    (root / "toolkit.toml").write_text('[toolchain]\nnode = "22.22.3" # exact\n')
    code, out, _ = toolkit("update", "--check", "--offline")
    assert (code, out) == (1, "node: 22.22.3 is pinned, 22.23.2 is there (nix/pins.json)\n")
    code, out, _ = toolkit("update", "--only", "node")
    assert (code, out.splitlines()[0]) == (0, "node: 22.22.3 -> 22.23.2")
    assert (root / "toolkit.toml").read_text() == '[toolchain]\nnode = "22.23.2" # exact\n'
    assert toolkit("update", "--check", "--offline")[:2] == (0, "everything is up to date\n")
    before = (root / "flake.lock").read_bytes()
    (lab.toolkit / "changed").write_text("newer")
    lab.commit(lab.toolkit)
    code, out, _ = toolkit("update", "--check")
    assert (code, "toolkit: " in out) == (1, True)
    code, out, err = toolkit("update")
    assert (code, "toolkit: " in out, " -> " in out) == (0, True, True), err
    assert (root / "flake.lock").read_bytes() != before


def test_info_tells_provider_versions_and_state(toolkit: Callable[..., tuple[int, str, str]]) -> None:
    found = json.loads(toolkit("info", "--format", "json")[1])
    assert (found["provider"], found["tools"], found["changed"]) == (
        "nix",
        {"node": "22.23.2", "platform-tools": ""},
        ["all"],
    )
    assert "node" in toolkit("info")[1]


@pytest.mark.real("npm")
def test_a_repository_is_adopted_and_works(lab: Lab, tmp_path: Path) -> None:
    root = tmp_path / "adopted repo"
    (root / "web").mkdir(parents=True)
    (root / ".nvmrc").write_text("v22.23.2\n")
    scripts = {"build": "printf yes > built", "test": "printf yes > tested"}
    package = {"name": "web", "version": "1.0.0", "engines": {"node": ">=18"}, "scripts": scripts}
    (root / "web/package.json").write_text(json.dumps(package))
    packages = {"": {key: package[key] for key in ("name", "version", "engines")}}
    lock = {"name": "web", "version": "1.0.0", "lockfileVersion": 3, "packages": packages}
    (root / "web/package-lock.json").write_text(json.dumps(lock))
    lab.commit(root)
    front = (sys.executable, "-c", "from toolkit.cli.program import main; main()")
    places = {"TOOLKIT_CACHE": str(tmp_path / "cache"), "PYTHONPATH": str(ROOT)}
    words = (*front, "init", "--toolkit", f"git+file://{lab.toolkit}")
    planned = lab.run(*words, "--plan", cwd=root, env=places).stdout
    assert '+# .nvmrc (v22.23.2)\n+node = "22.23.2"' in planned
    assert not (root / "toolkit.toml").exists()
    assert lab.run(*words, cwd=root, env=places)
    assert lab.run(*words, cwd=root, env=places).stdout.startswith("nothing to do: every file is there")
    branch = lab.run("git", "branch", "--show-current", cwd=root).stdout.strip()
    ours = (ROOT / ".github/workflows/ci.yml").read_text()
    assert (root / ".github/workflows/ci.yml").read_text() == ours.replace("branches: [main]", f"branches: [{branch}]")
    (root / "nix").mkdir()
    (root / "nix/pins.json").write_text(json.dumps({"schema_version": 1, "tools": lab.pins}))
    lab.commit(root)
    lab.nix_run("flake", "check", cwd=root)
    assert lab.nix_run("develop", ".#ci", "-c", "node", cwd=root) == "v22.23.2"
    # The workflow's own command, with a real npm.
    done = lab.run("nix", "develop", "--quiet", ".#ci", "--command", "invoke", "ci", cwd=root, env=places)
    steps = [line for line in done.stdout.splitlines() if line.startswith("== ")]
    assert [line.split()[2] for line in steps] == ["hydrate", "bootstrap", "build", "test"], done.stderr
    assert {name: (root / "web" / name).read_text() for name in ("built", "tested")} == {
        "built": "yes",
        "tested": "yes",
    }


def test_installs_run_inside_the_cached_environment(
    lab: Lab,
    toolkit: Callable[..., tuple[int, str, str]],
    counted: Callable[[], list[str]],
    root: Path,
    tmp_path: Path,
) -> None:
    (root / "web").mkdir()
    (root / "web/package.json").write_text('{"name": "web", "version": "1.0.0"}')
    # No npm script: the stand-in node is no JavaScript runtime, and npm is JavaScript.
    own = '\n[projects."web".commands]\nbuild = ["sh", "-c", "node > ran-with"]\n'
    (root / "toolkit.toml").write_text(MANIFEST + own)
    lock = {
        "name": "web",
        "version": "1.0.0",
        "lockfileVersion": 3,
        "packages": {"": {"name": "web", "version": "1.0.0"}},
    }
    (root / "web/package-lock.json").write_text(json.dumps(lock))
    lab.commit(root)
    path = path_with(tmp_path, lab)
    code, _, err = toolkit("build", "--provider", "nix", PATH=path)
    assert code == 0, err
    assert (root / "web/ran-with").read_text() == "v22.23.2\n"
    assert len([call for call in counted() if "develop" in call]) == 1
    (root / "web/ran-with").unlink()
    assert toolkit("build", "--provider", "nix", PATH=path)[0] == 0
    assert (root / "web/ran-with").read_text() == "v22.23.2\n"
    assert counted() == ["--version"] * 2


def test_a_deadline_ends_the_program(toolkit: Callable[..., tuple[int, str, str]]) -> None:
    assert toolkit("run", "--deadline", "0.2", "--", "sh", "-c", "sleep 30")[0] == 124
    assert toolkit("run", "--deadline", "30", "--no-download", "--", "sh", "-c", "exit 3")[0] == 3
