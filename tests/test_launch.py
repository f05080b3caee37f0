"""The launcher, with real Pythons, real venv and real pip, on a package made here: no index is asked."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from toolkit import _interpreters, _venv, launch

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = """
import sys
import greeting

namespace = "the namespace"


def main():
    print(greeting.WORD, sys.argv[1:], "%d.%d" % sys.version_info[:2])
    sys.exit(7 if "--fail" in sys.argv else 0)
"""


class Checkout:
    """A checkout of a small toolkit with one dependency, and everything its launcher may touch."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "a checkout"
        self.cache = folder / "cache"
        self.wheels = folder / "wheels"
        self.wheels.mkdir(parents=True)
        package = self.root / "toolkit"
        (package / "cli").mkdir(parents=True)
        for name in ("launch.py", "_venv.py", "_interpreters.py"):
            shutil.copy(ROOT / "toolkit" / name, package)
        shutil.copy(ROOT / "tasks.py", self.root)
        for name in ("__init__.py", "cli/__init__.py"):
            (package / name).write_text("")
        (package / "cli" / "program.py").write_text(PROGRAM)
        self.require(self.wheel("hello"))

    def wheel(self, word: str) -> str:
        """Make the wheel of the dependency; returns its hash."""
        path = self.wheels / "greeting-1.0-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("greeting.py", f"WORD = {word!r}\n")
            archive.writestr("greeting-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: greeting\nVersion: 1.0\n")
            archive.writestr(
                "greeting-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            )
            archive.writestr("greeting-1.0.dist-info/RECORD", "")
        return hashlib.sha256(path.read_bytes()).hexdigest()

    def require(self, digest: str) -> None:
        folder = self.root / "requirements"
        folder.mkdir(exist_ok=True)
        for name in ("dev.txt", "runtime.txt"):
            (folder / name).write_text(f"greeting==1.0 --hash=sha256:{digest}\n")

    def start(
        self, *arguments: str, python: str = sys.executable, script: Path | None = None, **variables: str
    ) -> subprocess.Popen[str]:
        environment = {
            **os.environ,
            "TOOLKIT_CACHE": str(self.cache),
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
            "PIP_NO_CACHE_DIR": "1",
            **variables,
        }
        return subprocess.Popen(
            [python, str(script or self.root / "tasks.py"), *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(
        self, *arguments: str, python: str = sys.executable, script: Path | None = None, **variables: str
    ) -> tuple[int, str, str]:
        process = self.start(*arguments, python=python, script=script, **variables)
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err

    def environments(self) -> list[Path]:
        return [path for path in sorted((self.cache / "launch").iterdir()) if path.is_dir()]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A checkout whose environment is made; the tests that use it leave it whole."""
    checkout = Checkout(tmp_path_factory.mktemp("launch"))
    code, out, err = checkout.run("first", "--flag")
    assert (code, out) == (0, f"hello ['first', '--flag'] {version()}\n")
    assert "toolkit: making its environment, once, in " in err
    return checkout


def version() -> str:
    return "{}.{}".format(*sys.version_info[:2])


def old_python() -> str:
    """A Python 3.8 to 3.10, from PATH or pyenv."""
    for minor in (8, 9, 10):
        places = sorted(Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/python3.{minor}"))
        found = str(places[0]) if places else shutil.which(f"python3.{minor}")
        if found and subprocess.run([found, "-c", ""], capture_output=True, check=False).returncode == 0:
            return found
    pytest.skip("no Python 3.8 to 3.10 on this machine")


def test_second_run_makes_nothing(whole: Checkout) -> None:
    before = {path: path.stat().st_mtime_ns for path in (whole.cache / "launch").iterdir()}

    assert whole.run("again") == (0, f"hello ['again'] {version()}\n", "")
    assert {path: path.stat().st_mtime_ns for path in (whole.cache / "launch").iterdir()} == before


def test_exit_code_is_the_programs(whole: Checkout) -> None:
    assert whole.run("--fail")[0] == 7


@pytest.mark.real("strace")
def test_warm_start_starts_no_process(whole: Checkout, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    script = tmp_path / "traced"
    script.write_text(f'#!/bin/sh\nexec strace -f -e trace=process -o {trace} {sys.executable} "$@"\n')
    script.chmod(0o755)

    assert whole.run(python=str(script))[0] == 0
    calls = trace.read_text()
    assert calls.count("execve(") == 2
    assert not [line for line in calls.splitlines() if "clone" in line or "fork" in line]


def test_old_python_uses_what_is_there(whole: Checkout) -> None:
    assert whole.run("old", python=old_python()) == (0, f"hello ['old'] {version()}\n", "")


def test_another_repository_has_three_lines(whole: Checkout, tmp_path: Path) -> None:
    script = tmp_path / "tasks.py"
    script.write_text(
        f"import sys; sys.path.insert(0, {str(whole.root)!r})\n"
        "from toolkit.launch import enter\n"
        "ns = enter(__name__, __file__)\n"
    )

    assert whole.run("adopted", script=script) == (0, f"hello ['adopted'] {version()}\n", "")


def test_invoke_gets_the_namespace(whole: Checkout) -> None:
    program = [str(whole.environments()[0] / "bin" / "python"), "-c", "import tasks; print(tasks.ns)"]
    done = subprocess.run(program, cwd=whole.root, capture_output=True, text=True, check=True)

    assert done.stdout == "the namespace\n"


def test_installed_toolkit_uses_the_python_it_is_installed_in(whole: Checkout, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    shutil.copytree(whole.root / "toolkit", folder / "toolkit")
    shutil.copy(whole.root / "tasks.py", folder)
    python = str(whole.environments()[0] / "bin" / "python")

    code, out, err = whole.run(python=python, script=folder / "tasks.py", TOOLKIT_CACHE="/dev/null/none")

    assert (code, out, err) == (0, f"hello [] {version()}\n", "")


@pytest.mark.parametrize("damage", ["marker", "package", "python"])
def test_broken_environment_is_repaired(whole: Checkout, damage: str) -> None:
    folder = whole.environments()[0]
    if damage == "marker":  # what a kill -9 at any moment leaves
        (folder / launch.MARKER).unlink()
    elif damage == "package":
        next(folder.glob("lib/*/site-packages/greeting.py")).unlink()
    else:
        (folder / "bin" / "python").unlink()
        (folder / "bin" / "python").symlink_to("/nonexistent/python")

    code, out, err = whole.run(damage)

    assert (code, out) == (0, f"hello ['{damage}'] {version()}\n")
    assert err.count("making its environment") == 1


def test_module_that_vanished_from_within_a_package_is_noticed_on_arrival(whole: Checkout) -> None:
    module = next(whole.environments()[0].glob("lib/*/site-packages/greeting.py"))
    module.write_text("import a_module_that_vanished\n")

    code, out, err = whole.run()

    assert (code, out) == (0, f"hello [] {version()}\n")
    assert "the environment lacks a_module_that_vanished and is made again" in err


def test_two_at_once_make_it_once(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path)
    both = [checkout.start("one"), checkout.start("two")]
    ended = [process.communicate(timeout=120) for process in both]

    assert [out for out, _ in ended] == [f"hello ['one'] {version()}\n", f"hello ['two'] {version()}\n"]
    said = "".join(err for _, err in ended)
    assert said.count("making its environment") == 1
    assert said.count("is making the environment, waiting for it") == 1


def test_killed_half_way_the_next_run_begins_again(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path)
    process = checkout.start()
    deadline = time.monotonic() + 60
    while not list(checkout.cache.glob("launch/*/bin/python")) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert not (checkout.environments()[0] / launch.MARKER).exists()

    code, out, _ = checkout.run("after")

    assert (code, out) == (0, f"hello ['after'] {version()}\n")


def test_wrong_hash_is_one_sentence_and_not_a_whole_environment(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path)
    checkout.wheel("something else")

    code, out, err = checkout.run()

    assert (code, out) == (1, "")
    assert err.splitlines()[1].startswith("toolkit: the environment cannot be made, pip ended with 1: ")
    assert "HASHES" in err.splitlines()[1]
    assert err.splitlines()[2].startswith("hint: see ")
    assert not (checkout.environments()[0] / launch.MARKER).exists()


def test_cache_that_cannot_be_used_is_one_sentence(whole: Checkout) -> None:
    code, out, err = whole.run(TOOLKIT_CACHE="/dev/null/cache")

    assert (code, out) == (1, "")
    assert err == (
        "toolkit: cannot use /dev/null/cache: Not a directory\n"
        "hint: make it writable, or set TOOLKIT_CACHE to another folder\n"
    )


def test_cache_in_a_cloud_folder_is_refused(whole: Checkout, tmp_path: Path) -> None:
    code, _, err = whole.run(TOOLKIT_CACHE=str(tmp_path / "Dropbox" / "cache"))

    assert code == 2
    assert "TOOLKIT_CACHE lies in a folder that a cloud service keeps" in err


def test_cache_home_in_a_cloud_folder_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TOOLKIT_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "OneDrive - Example"))
    monkeypatch.setenv("HOME", str(tmp_path))

    assert launch.cache_root() == str(tmp_path / ".cache" / "toolkit")


def test_documents_count_as_synced_on_a_mac(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setenv("HOME", str(tmp_path))
    found = {name: launch.is_synced(str(tmp_path / name)) for name in ("Documents/x", "Documents 2", "Library/Caches")}

    assert found == {"Documents/x": True, "Documents 2": False, "Library/Caches": False}


def test_unused_environments_are_removed(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path)
    old, recent = (checkout.cache / "launch" / name for name in ("old", "recent"))
    for folder in (old, recent):
        folder.mkdir(parents=True)
        (folder / launch.MARKER).write_text("")
    os.utime(old / launch.MARKER, (0, 0))

    assert checkout.run()[0] == 0
    assert (old.exists(), recent.exists()) == (False, True)


def test_where_no_python_is_found_uv_is_asked_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_interpreters, "_candidates", lambda: iter(()))

    chosen = _interpreters.choose()

    assert (chosen.executable, chosen.has_pip) == ("3.13", False)
    assert chosen.tag == launch.tag_of("cpython-313")


@pytest.mark.real("uv")
def test_environment_made_by_uv(tmp_path: Path) -> None:
    """A Python without ensurepip, as Debian's is without python3-venv."""
    checkout = Checkout(tmp_path)
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from toolkit import _interpreters, _venv, launch\n"
        "_venv.choose = lambda: _interpreters.Interpreter(sys.executable, launch.usable_tags()[0], False)\n"
        "print(launch.environment(sys.argv[1] + '/requirements/dev.txt'))\n"
    )
    environment = dict(
        os.environ, TOOLKIT_CACHE=str(checkout.cache), UV_NO_INDEX="1", UV_FIND_LINKS=str(checkout.wheels)
    )
    argv = [sys.executable, "-c", code, str(checkout.root)]
    done = subprocess.run(argv, env=environment, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, f"{checkout.environments()[0]}\n")
    assert checkout.run("uv") == (0, f"hello ['uv'] {version()}\n", "")


def test_no_way_at_all_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = _interpreters.Interpreter(sys.executable, "cpython-399-test", has_pip=False)
    monkeypatch.setattr(_venv, "choose", lambda: bare)
    monkeypatch.setattr(_venv, "probe", lambda *_: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    requirements = tmp_path / "runtime.txt"
    requirements.write_text("")

    with pytest.raises(launch.LaunchError) as caught:
        _venv.make(str(tmp_path / "launch"), str(requirements), "")

    assert caught.value.message == (
        f"{sys.executable} lacks the modules to make an environment (venv, ensurepip), and pip too"
    )


def test_shim_of_a_python_that_is_not_installed_is_passed_over(tmp_path: Path) -> None:
    shim = tmp_path / "python3.12"
    shim.write_text("#!/bin/sh\necho 'version not installed' >&2\nexit 127\n")
    shim.chmod(0o755)

    assert _interpreters.inspect(str(shim)) is None


@pytest.mark.parametrize("name", ["runtime.txt", "dev.txt", "tools.txt", "uv.txt"])
def test_requirements_are_hashed_and_name_no_address(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text()
    pinned = [line for line in text.splitlines() if "==" in line and not line.startswith(("#", " "))]

    assert pinned
    assert all(line.endswith("\\") for line in pinned)
    assert text.count("--hash=sha256:") >= len(pinned)
    assert "://" not in text
    assert "index" not in text
