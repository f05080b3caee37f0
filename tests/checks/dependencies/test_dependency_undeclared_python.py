"""Modules of Python that no manifest declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def test_modules_that_nobody_declares(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "locked": {
            "pyproject.toml": '[project]\nname = "locked"\ndependencies = ["requests"]\n',
            "uv.lock": '[[package]]\nname = "pydantic"\n',
            "a.py": "import os, sys\nimport pydantic\nfrom missing.deep import x\n",
        },
        "loose": {"requirements.txt": "requests\n", "utils": {"b.py": "def f():\n    import numpy as np\n"}},
    }

    assert places(inspect("dependency-undeclared", tree)) == [
        ("info", "locked/a.py", 2),
        ("error", "locked/a.py", 3),
        ("warning", "loose/utils/b.py", 2),
    ]


def test_modules_of_the_project_that_are_missing(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "pyproject.toml": '[project]\nname = "here"\ndependencies = ["requests"]\n',
        "here": {
            "a.py": "def f():\n    from apps.agency.types import Phase\n",
            "b.py": "import src.gone\nimport httpx\n",
        },
    }

    found = inspect("dependency-undeclared", tree)

    assert places(found) == [("warning", "here/a.py", 2), ("warning", "here/b.py", 1), ("warning", "here/b.py", 2)]
    told = {one.message.partition(" ")[0]: one for one in found}
    assert all("a module of this project is missing" in told[name].message for name in ("apps", "src"))
    titles = {name: one.fixes[0].title.partition(" ")[0] for name, one in told.items()}
    assert titles == {"apps": "bring", "src": "bring", "httpx": "add"}


def test_quiet_python(inspect: Callable[..., list[Finding]]) -> None:
    source = '''"""A text with
import nothing_here
"""
from __future__ import annotations
import tomllib
import yaml
import harbor_kinds
import google.cloud.storage
import dateutil
import sibling
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    import only_types
try:
    import orjson
except ImportError:
    orjson = None
import in_the_image
import by_a_workflow
'''
    tree = {
        ".github": {"workflows": {"ci.yml": "run: |\n  pip install by-a-workflow\n"}},
        "job": {
            "requirements.txt": "PyYAML\nharbor-kinds>=1\ngoogle-cloud-storage\npython-dateutil\n",
            "Dockerfile": "FROM python:3.12\nRUN pip install \\\n    in-the-image\n",
            "a.py": source,
            "sibling.py": "",
            "tool.py": "# /// script\n# dependencies = ['rich']\n# ///\nimport rich\n",
            "setup.py": "import setuptools_scm\n",
        },
        "scripts": {"lonely.py": "import anything\n"},
    }

    assert inspect("dependency-undeclared", tree) == []


def test_parts_of_the_namespace_of_google_and_modules_that_are_tried(inspect: Callable[..., list[Finding]]) -> None:
    source = (
        "from google.cloud import storage, pubsub_v1 as ps\nfrom google.cloud.secretmanager import X\n"
        "from google.cloud.exceptions import NotFound\nimport google.cloud.bigquery\n"
    )
    tried = "def has():\n    try:\n        import boto3\n    except ImportError:\n        return False\n\n\ndef go():\n    import boto3\n"
    tree = {
        "a": {
            "requirements.txt": "google-cloud-storage==2.16.0\ngoogle-cloud-secret-manager==2.0.0\nflask==3.0.0\n",
            "app.py": source,
            "aws.py": tried,
        }
    }

    assert places(inspect("dependency-undeclared", tree)) == [("warning", "a/app.py", 1)]
    assert inspect("dependency-undeclared", tree)[0].message.endswith("; nor google.cloud.bigquery (line 4)")


def test_the_distribution_of_an_import_is_named(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"requirements.txt": "flask==3.0.0\n", "a.py": "import dotenv\nimport requests\n"}

    found = inspect("dependency-undeclared", tree)

    assert [fix.title.partition(" to ")[0] for one in found for fix in one.fixes] == [
        "add python-dotenv, requests",
    ]


def test_a_module_of_another_name_than_its_distribution(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"requirements.txt": "google-api-python-client==2.115.0\npywin32==306\n"}
    source = "from googleapiclient.discovery import build\nimport win32gui\nimport imblearn\n"

    found = inspect("dependency-undeclared", {**tree, "a.py": source})

    assert [(one.line, one.fixes[0].title.partition(" to ")[0]) for one in found] == [(3, "add imbalanced-learn")]


def test_what_a_source_has_installed_by_itself(inspect: Callable[..., list[Finding]]) -> None:
    modal = 'import modal\nimage = modal.Image.debian_slim().pip_install(\n    "timm>=0.9.0",  # models\n    "open_clip-torch",\n)\ndef f():\n    import timm\n    import open_clip\n    import lacking\n'
    component = '@dsl.component(packages_to_install=["scanpy==1.9"])\ndef g():\n    import scanpy\n'
    notebook = "# %pip install polars\nimport polars\n"
    tree = {"requirements.txt": "modal\n", "a.py": modal, "b.py": component, "c.py": notebook}

    assert places(inspect("dependency-undeclared", tree)) == [("warning", "a.py", 9)]


def test_what_ros_installs(inspect: Callable[..., list[Finding]]) -> None:
    source = "import rclpy\nfrom std_msgs.msg import String\nfrom lacking import x\n"

    found = inspect("dependency-undeclared", {"setup.py": "from setuptools import setup\nsetup()\n", "node.py": source})

    assert {(one.severity, one.line) for one in found} == {("info", 1), ("warning", 3)}


def test_python_packages_that_an_extra_or_the_platform_brings(inspect: Callable[..., list[Finding]]) -> None:
    handler = "import boto3\n\ndef handler(event, context):\n    return boto3\n"
    tree = {
        "requirements.txt": "pyjwt[crypto]==2.8.0\ncelery[redis]==5.4.0\nuvicorn[standard]\n",
        "app.py": "import cryptography\nimport redis\nimport websockets\nimport bcrypt\n",
        "lambda_handler.py": handler,
        "worker.py": "import boto3\n",
    }

    assert [(path, line) for _, path, line in places(inspect("dependency-undeclared", tree))] == [
        ("app.py", 4),
        ("worker.py", 1),
    ]


@pytest.mark.parametrize(
    ("handler", "told"),
    [
        ("except ImportError:", False),
        ("except (ValueError, ModuleNotFoundError) as error:", False),
        ("except:", False),
        ("except Exception:", False),
        ("except MISSING:", False),
        ("except docker.errors.NotFound:", True),
        ("except (ValueError, DockerException):", True),
        ("finally:", True),
        ("except docker.errors.NotFound:\n        pass\n    except Exception:", True),
    ],
)
def test_a_trial_takes_an_import_only_where_a_handler_takes_its_error(
    inspect: Callable[..., list[Finding]], handler: str, told: bool
) -> None:
    source = f"def f():\n    try:\n        import docker\n        docker.run()\n    # so\n    {handler}\n        pass\n"

    found = inspect("dependency-undeclared", {"requirements.txt": "flask==3.0.0\n", "a.py": source})

    assert places(found) == ([("warning", "a.py", 3)] if told else [])


def test_names_that_folders_of_other_languages_and_words_about_a_project_share(
    inspect: Callable[..., list[Finding]],
) -> None:
    manifest = (
        '[project]\nname = "sdk"\ndescription = "httpx for all"\nkeywords = ["jwt", "auth"]\ndependencies = ["flask"]\n'
    )
    tree = {
        "sdk": {"pyproject.toml": manifest, "a.py": "import jwt\n", "b.py": "import httpx\n", "c.py": "import yaml\n"},
        "rust": {"src": {"jwt": {"mod.rs": ""}}},
        "other": {"yaml": {"deep": {"x.py": ""}}},
    }

    assert places(inspect("dependency-undeclared", tree)) == [("warning", "sdk/a.py", 1), ("warning", "sdk/b.py", 1)]


@pytest.mark.parametrize(
    ("handler", "told"),
    [
        ("    print('pip install h3')\n    import sys; sys.exit(1)", True),
        ("    raise RuntimeError('h3')", True),
        ("    if strict:\n        raise\n    h3 = None", False),
    ],
)
def test_a_trial_that_ends_the_program_is_a_need(
    inspect: Callable[..., list[Finding]], handler: str, *, told: bool
) -> None:
    text = f"try:\n    import h3\nexcept ImportError:\n{handler}\n\nprint(h3)\n"
    late = "def f():\n    try:\n        import h4\n    except ImportError:\n        raise\n"

    found = inspect("dependency-undeclared", {"requirements.txt": "requests\n", "a.py": text, "b.py": late})

    assert places(found) == ([("warning", "a.py", 2)] if told else [])


def test_what_a_function_leads_to_is_in_no_index(inspect: Callable[..., list[Finding]]) -> None:
    text = "def f(repo):\n    sys.path.insert(0, str(repo))\n    from chirp import a\n\ndef g():\n    import jax\n"

    found = inspect("dependency-undeclared", {"requirements.txt": "requests\n", "a.py": text})

    assert places(found) == [("warning", "a.py", 6)]


def test_an_image_declares_for_the_files_that_it_copies(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "requirements.txt": "requests\n",
        "deploy": {
            "requirements-miner.txt": "bittensor\n",
            "Dockerfile.miner": "FROM a\nCOPY agents/miner.py ./\nCOPY deploy/requirements-miner.txt /tmp/\nRUN pip3 install \\\n  -r /tmp/requirements-miner.txt\n",
            "Dockerfile.api": "FROM a\nRUN pip3 install fastapi uvicorn\nCOPY api/ /srv/\n",
            "Dockerfile.all": "FROM a\nRUN pip install torch\nCOPY . .\n",
        },
        "agents": {"miner.py": "import bittensor\nimport fastapi\n"},
        "api": {"main.py": "import fastapi\nimport torch\n"},
    }

    assert places(inspect("dependency-undeclared", tree)) == [
        ("warning", "agents/miner.py", 2),
        ("warning", "api/main.py", 2),
    ]


def test_a_module_that_joins_or_leaves_out_words_of_its_distribution(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "requirements.txt": "youtube-search-python\nflask\ndjango-drag-order2\npeach-graphql-django\n",
        "a.py": "import youtubesearchpython\nimport flaskless_lib\nimport dragorder2\nimport peach_django\n",
        "b.py": "import peach_flask\n",
    }

    assert places(inspect("dependency-undeclared", tree)) == [("warning", "a.py", 2), ("warning", "b.py", 1)]


def test_a_script_that_nothing_names_was_run_once(inspect: Callable[..., list[Finding]]) -> None:
    text = "import paramiko\n\nif __name__ == '__main__':\n    paramiko.x()\n"
    tree = {
        "pyproject.toml": '[project]\nname = "x"\ndependencies = ["requests"]\n',
        "uv.lock": '[[package]]\nname = "requests"\n',
        "README.md": "Start it by `python tools/copy_told.py`.\n",
        "tools": {"copy_told.py": text, "copy_once.py": text.replace("paramiko", "fabric")},
        "archive": {"old.py": "import gone_package\n"},
    }

    assert places(inspect("dependency-undeclared", tree)) == [
        ("warning", "tools/copy_once.py", 1),
        ("error", "tools/copy_told.py", 1),
    ]


def test_what_another_distribution_has_always_brought_is_information(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"requirements.txt": "fastapi\n", "a.py": "import pydantic\nimport polars\n"}

    assert places(inspect("dependency-undeclared", tree)) == [("info", "a.py", 1), ("warning", "a.py", 2)]


LOCKED = '[[package]]\nname = "{}"\nversion = "1"\nsource = {{ registry = "x" }}\n{}\n'


@pytest.mark.parametrize(
    ("image", "more", "told"),
    [
        ("RUN uv sync --frozen --no-dev\n", "", [("error", "src/shop/api.py", 2)]),
        ("RUN uv sync --frozen\n", "", [("warning", "src/shop/api.py", 2)]),
        ("RUN uv sync --no-dev && uv pip install rich\n", "", []),
        ("RUN uv sync --no-dev\n", 'dependencies = [{ name = "rich" }]\n', []),
    ],
)
def test_what_is_imported_and_asked_for_in_development_alone(
    inspect: Callable[..., list[Finding]], image: str, more: str, told: list[tuple[str, str, int]]
) -> None:
    manifest = '[project]\nname = "shop"\nversion = "1"\ndependencies = ["anyio"]\n\n[dependency-groups]\ndev = ["rich", "pyyaml"]\n'
    late = "import anyio\n\ndef run():\n    import yaml\n"
    tree = {
        "pyproject.toml": manifest,
        "uv.lock": "version = 1\n"
        + LOCKED.format("anyio", more)
        + LOCKED.format("rich", "")
        + LOCKED.format("pyyaml", ""),
        "Dockerfile": f"FROM python\nCOPY . .\n{image}",
        "src": {"shop": {"api.py": "import anyio\nimport rich\n", "late.py": late}},
        "tests": {"test_api.py": "import yaml\n"},
        "scripts": {"look.py": "import yaml\n"},
    }

    assert places(inspect("dependency-undeclared", tree)) == told


def test_an_import_in_a_text_for_another_file(inspect: Callable[..., list[Finding]]) -> None:
    source = (
        'MARK = r\'"""\'\n\ndef graft(rest):\n    return f"""# begin\nfrom kit_tools import search\n{rest}\n"""\n\n'
        "def other():\n    '''Says \"\"\".'''\n"
    )
    tree = {"requirements.txt": "anyio\n", "a.py": source, "b.py": f"{source}import kit_tools\n"}

    assert [(one.path, one.line) for one in inspect("dependency-undeclared", tree)] == [("b.py", 11)]


@pytest.mark.parametrize(
    ("packages", "told"),
    [
        ('[tool.setuptools.packages.find]\nwhere = ["."]\ninclude = ["app*"]\n', "warning"),
        ('[tool.setuptools.packages.find]\nwhere = ["app"]\n', "warning"),
        ('[tool.hatch.build.targets.wheel]\npackages = ["app"]\n', "warning"),
        ('[[tool.poetry.packages]]\ninclude = "shop"\nfrom = "app"\n', "warning"),
        ('[tool.setuptools.packages.find]\nwhere = ["."]\ninclude = ["app*", "jobs*"]\n', "error"),
        ("", "error"),
    ],
)
def test_a_folder_beside_the_packages_of_a_manifest(
    inspect: Callable[..., list[Finding]], packages: str, told: str
) -> None:
    tree = {
        "pyproject.toml": f'[project]\nname = "shop"\ndependencies = ["anyio"]\n\n{packages}',
        "uv.lock": LOCKED.format("anyio", ""),
        "app": {"shop": {"api.py": "import kit_a\n"}},
        "jobs": {"sweep.py": "import kit_b\n", "check.py": "import kit_d\n"},
        "start.py": "import kit_c\n",
        ".github": {"workflows": {"ci.yml": "jobs:\n  a:\n    steps:\n      - run: python jobs/check.py\n"}},
    }

    assert places(inspect("dependency-undeclared", tree)) == [
        ("error", "app/shop/api.py", 1),
        ("error", "jobs/check.py", 1),
        (told, "jobs/sweep.py", 1),
        ("error", "start.py", 1),
    ]


def test_a_module_that_its_package_calls_otherwise(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "requirements.txt": "django==5.0\ndjango-filter==24.1\n",
        "shop.py": "import django_filters\nimport import_export\n",
    }

    (found,) = inspect("dependency-undeclared", tree)

    assert "django-import-export" in f"{found.message} {found.fixes[0].title}"


@pytest.mark.parametrize(
    ("tree", "near"),
    [
        ({"shared": {"gate_ways.client.py": ""}}, "shared/gate_ways.client.py"),
        ({"libs": {"gate-ways": {"main.py": ""}}}, "libs/gate-ways"),
        ({"libs": {"gate-ways": {"main.js": ""}}}, ""),
    ],
)
def test_a_module_of_the_project_whose_name_no_import_can_say(
    inspect: Callable[..., list[Finding]], tree: dict[str, object], near: str
) -> None:
    (found,) = inspect(
        "dependency-undeclared", {"requirements.txt": "anyio\n", "start.py": "import gate_ways\n", **tree}
    )

    title = found.fixes[0].title
    assert title.startswith(f"rename {near}, " if near else "add gate_ways")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("kiosk-requirements.txt", False),
        ("dev-requirements.txt", True),
        ("my-dev-requirements.txt", True),
        ("requirements.txt", True),
    ],
)
def test_the_list_of_one_program_does_not_speak_for_what_lies_beside_it(
    inspect: Callable[..., list[Finding]], name: str, *, told: bool
) -> None:
    assert bool(inspect("dependency-undeclared", {name: "anyio\n", "start.py": "import gate_ways\n"})) == told
