"""Bounds of versions that a shell takes for redirections."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]

ID = "dependency-unpinned-source"


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("Dockerfile", "FROM python\nRUN pip install --no-cache-dir a>=1.2 b\n", 2),
        ("Dockerfile", "FROM python\nRUN pip install \\\n    a[cli]>=1.2 \\\n    b\n", 3),
        ("Dockerfile", "FROM python\nRUN pip install a<2\n", 2),
        ("up.sh", "set -e\npython3 -m pip install -q a>1\n", 2),
        ("up.sh", "uv pip install a==1 b>=1,<2\n", 1),
        (".github/workflows/a.yml", "on: push\njobs:\n  a:\n    steps:\n      - run: pip install a>=1.2\n", 5),
        (".github/workflows/a.yml", "on: push\njobs:\n  a:\n    steps:\n      - run: 'pip install a>=1.2'\n", 5),
        ("Makefile", "up:\n\tpoetry add a>=1\n", 2),
        ("Dockerfile", "FROM python\nRUN pip install 'a>=1.2' \"b<2\"\n", 0),
        ("Dockerfile", 'FROM python\nRUN ["pip", "install", "a>=1.2"]\n', 0),
        ("Dockerfile", "FROM python\nRUN pip install a~=1.2 b==2 c\\>=1\n", 0),
        ("up.sh", "pip install a 2>&1\npip install -r a.txt >out.log\npip install a > 1.log\n", 0),
        ("up.sh", 'echo "pip install a>=1.2"\n# pip install a>=1\nhint="pip install a>=1"\n', 0),
        ("notes.yml", "text: pip install a>=1.2\n", 0),
    ],
)
def test_bounds_without_quotes(inspect: Inspect, path: str, text: str, line: int) -> None:
    assert places(inspect(ID, {path: text})) == [("warning", path, line)] * bool(line)


def test_what_the_shell_does_with_them(inspect: Inspect) -> None:
    written, read = (inspect(ID, {"up.sh": f"pip install {bounds}\n"})[0] for bounds in ("a>=1.2 b>=3", "a<2"))

    assert written.message == (
        "a>=1.2 is not quoted (as 1 more): the shell takes > for where to write, so that any version is installed, and a file =1.2 is written."
    )
    assert read.message.endswith("takes < for reading 2, which is not there, so that the command fails.")
    assert [fix.title for fix in written.fixes] == ['write "a>=1.2" in quotes']
