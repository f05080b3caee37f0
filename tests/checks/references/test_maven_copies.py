"""Modules of a Maven project that a Dockerfile leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]

ID = "dockerfile-copy-missing"
PARENT = """\
<project>
  <modules>
    <module>common</module>
    <module>orders</module>
    <!-- <module>old</module> -->
  </modules>
  <profiles><profile><modules><module>extra</module></modules></profile></profiles>
</project>
"""
TREE = {"pom.xml": PARENT, **{f"{name}/pom.xml": "<project/>\n" for name in ("common", "orders", "old", "extra")}}


@pytest.mark.parametrize(
    ("copies", "run", "line"),
    [
        ("COPY pom.xml ./\nCOPY orders ./orders\n", "mvn -pl orders -am package", 4),
        ("COPY pom.xml ./\nCOPY orders/pom.xml orders/\n", "./mvnw dependency:go-offline", 4),
        ("COPY pom.xml ./\nCOPY orders orders\nCOPY common/pom.xml common/\n", "mvn package", 0),
        ("COPY . .\n", "mvn package", 0),
        ("COPY pom.xml ./\nCOPY orders ./orders\n", "mvn -N dependency:resolve", 0),
        ("COPY pom.xml ./\nCOPY orders ./orders\n", "mvn -f orders package", 0),
        ("COPY pom.xml ./\nCOPY orders ./orders\n", "mvn -B package || true", 0),
        ("COPY pom.xml ./\nCOPY orders ./orders\n", "sed -i /common/d pom.xml && mvn package", 0),
        ("COPY orders/pom.xml ./\n", "mvn package", 0),
    ],
)
def test_modules_that_no_copy_brings(inspect: Inspect, copies: str, run: str, line: int) -> None:
    found = inspect(ID, {**TREE, "Dockerfile": f"FROM maven:3\n{copies}RUN {run}\n"})

    assert places(found) == [("error", "Dockerfile", line)] * bool(line)
    assert all(one.evidence == "modules that are not there: common" for one in found)


def test_what_several_images_leave_out_is_told_once(inspect: Inspect) -> None:
    text = "FROM maven:3\nCOPY pom.xml ./\nCOPY {0} ./{0}\nRUN mvn -pl {0} package\n"
    tree = {**TREE, **{f"{name}/Dockerfile": text.format(name) for name in ("common", "orders")}}

    (found,) = inspect(ID, tree)

    assert "(as in 1 more place), and Maven stops" in found.message
    assert [(one.path, one.line) for one in found.related] == [("orders/Dockerfile", 4)]
