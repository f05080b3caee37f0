from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.ecosystems.installing import carry_out, discovered, only, told, wheel
from toolkit.ecosystems.pip import Pip
from toolkit.extension import Request, ToolNeed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.repository import Repository, Tree

LEAF = Pip()
HASH = "--hash=sha256:" + "0" * 64
LOCKED = f"x==1.0 {HASH}\n"


def test_discovery(repository: Callable[..., Repository]) -> None:
    tree: Tree = {
        "svc": {"requirements.txt": f"-r base.inc\n{LOCKED}", "base.inc": f"y==2 \\\n    {HASH}\n", "requirements-dev.txt": LOCKED, "requirements-gpu.txt": "z\n"},
        "docs": {"requirements.txt": "sphinx\n"},
        "split": {"requirements": {"base.txt": LOCKED, "dev.txt": LOCKED, "prod.txt": LOCKED}},
        "made": {"requirements.txt": "x>=1\n", "requirements.lock": LOCKED},
        "both": {"pyproject.toml": '[project]\nname = "both"\n', "requirements.txt": "x\n"},
        "uv": {"pyproject.toml": '[project]\nname = "u"\n', "uv.lock": "", "requirements.txt": LOCKED},
        "old": {"setup.py": "from setuptools import setup\nsetup()\n"},
        "script": {"setup.py": "print('a script of that name')\n"},
        "cfg": {"setup.cfg": "[metadata]\nname = cfg\n"},
        "lint": {"setup.cfg": "[flake8]\nmax-line-length = 100\n"},
        "env": {"Pipfile": "[packages]\n"},
        "gone": {"requirements.txt": "-r missing.txt\n"},
    }  # fmt: skip
    _, found = discovered(LEAF, repository(tree).root)
    assert {path: (item.manifest, item.lockfile) for path, item in found.items() if not item.problem} == {
        "svc": ("svc/requirements.txt", "svc/requirements.txt"),
        "docs": ("docs/requirements.txt", None),
        "split": ("split/requirements/base.txt", "split/requirements/base.txt"),
        "made": ("made/requirements.txt", "made/requirements.lock"),
        "both": ("both/requirements.txt", None),
        "old": ("old/setup.py", None),
        "cfg": ("cfg/setup.cfg", None),
    }
    assert found["svc"].inputs == ("svc/requirements-dev.txt", "svc/requirements-gpu.txt", "svc/base.inc")
    assert {path: item.problem.partition(":")[0] for path, item in found.items() if item.problem} == {
        "env": "pipenv is not supported; write its requirements to a requirements.txt with hashes",
        "gone": "gone/missing.txt",
    }


@pytest.mark.parametrize(
    ("tree", "words", "note"),
    [
        (
            {"requirements.txt": LOCKED, "requirements-dev.txt": LOCKED, "requirements-prod.txt": LOCKED},
            ("--require-hashes", "-r", "requirements.txt", "-r", "requirements-dev.txt"),
            "",
        ),
        (
            {"requirements.txt": LOCKED, "dev-requirements.txt": "x\n"},
            ("--require-hashes", "-r", "requirements.txt"),
            "p/dev-requirements.txt has no hashes and is left out",
        ),
        (
            {"requirements.txt": "x\n", "requirements.lock": LOCKED},
            ("--require-hashes", "-r", "requirements.lock"),
            "",
        ),
        ({"requirements": {"dev.txt": LOCKED}}, ("--require-hashes", "-r", "requirements/dev.txt"), ""),
    ],
)
def test_what_is_installed(
    repository: Callable[..., Repository], tree: Tree, words: tuple[str, ...], note: str
) -> None:
    context, subproject = only(LEAF, repository({"p": tree}).root)
    install = LEAF.install(context, subproject, Request())
    assert [step.argv for step in install.steps] == [
        ("python3", "-m", "venv", "--clear", ".venv"),
        (".venv/bin/python", "-m", "pip", "install", *words),
    ]
    assert (install.note, install.steps[1].cwd, install.steps[1].env["PYTHONPATH"]) == (note, "p", None)


def test_without_a_lock_on_request(repository: Callable[..., Repository]) -> None:
    tree: Tree = {"a": {"requirements.txt": "x\n"}, "b": {"setup.py": "import setuptools\n"}}
    context, found = discovered(LEAF, repository(tree).root)
    argv = {path: LEAF.install(context, item, Request(frozen=False)).steps[1].argv[4:] for path, item in found.items()}
    assert argv == {"a": ("-r", "requirements.txt"), "b": ("-e", ".")}
    assert all(LEAF.lacks_lock(context, item) for item in found.values())


@pytest.mark.parametrize(
    ("tree", "compiled"),
    [
        ({"requirements.in": "x\n", "requirements.txt": "x==1\n"}, [("requirements.in", "-o", "requirements.txt")]),
        (
            {"requirements.txt": "x\n", "requirements-dev.txt": "y\n"},
            [("requirements.txt", "requirements-dev.txt", "-o", "requirements.lock")],
        ),
        ({"setup.py": "import setuptools\n"}, [("setup.py", "-o", "requirements.lock")]),
    ],
)
def test_how_a_lock_is_made(repository: Callable[..., Repository], tree: Tree, compiled: list[tuple[str, ...]]) -> None:
    context, subproject = only(LEAF, repository({"p": {**tree, ".python-version": "3.11.4\n"}}).root)
    lock = LEAF.lock(context, subproject)
    assert lock.tools == (ToolNeed("python", "3.11.4", "p/.python-version"), ToolNeed("uv"))
    fixed = (
        "uv",
        "pip",
        "compile",
        "--universal",
        "--generate-hashes",
        "--no-emit-index-url",
        "--no-emit-find-links",
        "--quiet",
        "--python-version=3.11",
    )
    assert [step.argv for step in lock.steps] == [(*fixed, *words) for words in compiled]


def test_builds_from_source_are_forbidden_where_the_settings_say_so(repository: Callable[..., Repository]) -> None:
    tree = {
        "requirements.txt": f"x==1 {HASH}\ny==1 {HASH}\n",
        "toolkit.toml": '[bootstrap.install-scripts]\npip = ["y"]\n',
    }
    context, subproject = only(LEAF, repository(tree).root)
    install = LEAF.install(context, subproject, Request(scripts=("y",)))
    assert (install.steps[1].env["PIP_ONLY_BINARY"], install.policy) == ("x", "built from source: y")


@pytest.fixture
def offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The hash of a wheel that pip finds without a registry."""
    _, digest = wheel(tmp_path / "wheels", "tinypkg")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    return digest


@pytest.mark.real("python3")
def test_install_from_the_lock(repository: Callable[..., Repository], offline: str, tmp_path: Path) -> None:
    text = f"tinypkg==1.0 --hash=sha256:{offline}\nabsent==1 ; sys_platform == 'none' {HASH}\n"
    made = repository({"requirements.txt": text, "test_it.py": ""})
    context, subproject = only(LEAF, made.root)
    assert LEAF.missing(context, subproject) == "there is no .venv"
    done = carry_out(made.root, LEAF.install(context, subproject, Request()))
    assert done.ok, done.error_text
    assert LEAF.missing(context, subproject) == ""
    (info,) = made.root.glob(".venv/lib/python*/site-packages/tinypkg-1.0.dist-info")
    shutil.move(info, tmp_path / "aside")
    assert LEAF.missing(context, subproject) == "tinypkg is not in .venv"

    pip = LEAF.install(context, subproject, Request()).steps[1]
    for content, sentence in (
        (f"tinypkg==1.0 {HASH}\n", "tinypkg==1.0 is not the file that the requirements hold the hash of"),
        (f"tinypkg>=1 {HASH}\n", "tinypkg>=1 is needed, but the locked requirements do not hold it"),
        ("tinypkg==1.0\n", "tinypkg==1.0 has no hash in the requirements"),
        (f"other==1 {HASH}\n", "the registry has no other==1 for this Python and machine"),
    ):
        made.write({"requirements.txt": content})
        step = type(pip)(pip.argv, pip.cwd, pip.env)
        failed = carry_out(made.root, type(LEAF.install(context, subproject, Request()))((), (step,)))
        assert told(LEAF, failed)[0] == sentence


@pytest.mark.real("uv")
def test_a_lock_of_ones_own_making(
    repository: Callable[..., Repository], offline: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_FIND_LINKS", str(tmp_path / "wheels"))
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    made = repository({"requirements.txt": "tinypkg>=1\n"})
    context, subproject = only(LEAF, made.root)
    done = carry_out(made.root, LEAF.lock(context, subproject))
    assert done.ok, done.error_text
    text = (made.root / "requirements.lock").read_text()
    assert f"--hash=sha256:{offline}" in text
    assert "://" not in text
    _, subproject = only(LEAF, made.root)
    assert subproject.lockfile == "requirements.lock"


@pytest.mark.parametrize(
    ("asked", "flag"),
    [("<3.13,>=3.9", ["3.9"]), (">=3.10,<3.14", ["3.10"]), ("~=3.11", ["3.11"]), ("==3.12.4", ["3.12"]), ("<3.13", [])],
)
def test_a_lock_is_made_for_the_oldest_python_that_the_project_takes(
    repository: Callable[..., Repository], asked: str, flag: list[str]
) -> None:
    manifest = f'[project]\nname = "a"\nversion = "1"\nrequires-python = "{asked}"\n[build-system]\nrequires = []\n'
    context, subproject = only(LEAF, repository({"pyproject.toml": manifest, "requirements.txt": "x\n"}).root)
    (step,) = LEAF.lock(context, subproject).steps
    assert [word for word in step.argv if word.startswith("--python-version")] == [
        f"--python-version={one}" for one in flag
    ]


def test_what_an_old_pip_put_there_is_known_by_its_version(repository: Callable[..., Repository]) -> None:
    made = repository({"requirements.txt": f"first-one==1.0 {HASH}\nsecond==2.0 {HASH}\n"})
    made.write(
        {
            "pyvenv.cfg": "version = 3.10.13\n",
            "bin": {"python": ""},
            "lib": {
                "python3.10": {
                    "site-packages": {"first_one-1.0-py3.10.egg-info": {"a": ""}, "second-2.1.egg-info": {"a": ""}}
                }
            },
        },
        ".venv",
    )
    context, subproject = only(LEAF, made.root)
    assert LEAF.missing(context, subproject) == ".venv has second 2.1, the lock 2.0"


@pytest.mark.real("python3")
def test_what_a_linked_environment_leads_to_is_left_alone(repository: Callable[..., Repository]) -> None:
    made = repository({"p": {"requirements.txt": f"x==1 {HASH}\n", ".venv": Path("../../env")}})
    kept = made.root.parent / "env/kept"
    kept.parent.mkdir()
    kept.write_text("")
    context, subproject = only(LEAF, made.root)
    failed = carry_out(made.root, LEAF.install(context, subproject, Request()))
    assert told(LEAF, failed)[0] == ".venv is a link, through which Python makes no environment"
    assert kept.is_file()
