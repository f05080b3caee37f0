"""gomod, requirements, envfile and markdown: small readers, small tests."""

from __future__ import annotations

import pytest

from toolkit.documents import DocumentError, envfile, gomod, markdown, requirements
from toolkit.documents.gomod import Replacement
from toolkit.documents.gomod import Requirement as GoRequirement
from toolkit.documents.markdown import Heading, Link
from toolkit.documents.requirements import Option, Requirement

GO = """\
module example.com/a // why

go 1.23.0
toolchain go1.23.4
require example.com/b v1.2.3
require (
	example.com/c v0.0.0-2024 // indirect
	"example.com/d" v2.0.0
)
replace example.com/b => ../b
replace (
	example.com/c v0.0.0-2024 => example.com/e v1.0.0
)
"""

REQUIREMENTS = """\
# comment
-r base.txt
-cconstraints.txt
--index-url=https://index.invalid/simple # why
-e ./local
requests[socks,security]>=2,<3 ; python_version < "3.12"
pinned==1.0 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
direct @ https://host.invalid/x.whl#sha256=cc
git+https://host.invalid/r.git#egg=name
./wheels/y.whl
"""

ENV = """\
# comment
A=1 # why
export B = "two\\nlines
here" # c
C='$x # y'
D=
no assignment
A=2
"""

MARKDOWN = """\
# Title with `code` #
See [a](docs/a%20b.md#x) and ![i](i.png "t") `[no](code.md)`.
[![badge](b.svg)](c.md)
- ```sh
  echo [no](fence.md)
  ```
~~~ts title
x
~~~
## Title with `code`
[ref]: <../d.md>
<a href="e.md">e</a> <!-- [no](comment.md) --> [w](https://x.invalid) [p](f(1).md)
"""


def test_go_mod() -> None:
    document = gomod.parse(GO)
    assert (document.module, document.go, document.toolchain) == ("example.com/a", "1.23.0", "go1.23.4")
    assert document.requires == (
        GoRequirement("example.com/b", "v1.2.3", indirect=False, line=5),
        GoRequirement("example.com/c", "v0.0.0-2024", indirect=True, line=7),
        GoRequirement("example.com/d", "v2.0.0", indirect=False, line=8),
    )
    assert document.replaces == (
        Replacement("example.com/b", "", "../b", "", 10),
        Replacement("example.com/c", "v0.0.0-2024", "example.com/e", "v1.0.0", 12),
    )
    assert [item.is_local for item in document.replaces] == [True, False]
    assert document.line("go") == 3


def test_go_work() -> None:
    uses = gomod.parse("go 1.22\nuse ./a\nuse (\n\t./b // c\n)\n").uses
    assert [(item.words[0], item.line) for item in uses] == [("./a", 2), ("./b", 4)]
    with pytest.raises(DocumentError) as caught:
        gomod.parse("\nuse (\n")
    assert caught.value.line == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_requirements(encoding: str) -> None:
    document = requirements.parse(REQUIREMENTS.encode(encoding))
    assert document.options == (
        Option("--requirement", "base.txt", 2),
        Option("--constraint", "constraints.txt", 3),
        Option("--index-url", "https://index.invalid/simple", 4),
    )
    assert document.requirements == (
        Requirement("", "", 5, url="./local", editable=True),
        Requirement("requests", ">=2,<3", 6, marker='python_version < "3.12"'),
        Requirement("pinned", "==1.0", 7, hashes=("sha256:aa", "sha256:bb")),
        Requirement("direct", "", 10, url="https://host.invalid/x.whl#sha256=cc"),
        Requirement("name", "", 11, url="git+https://host.invalid/r.git#egg=name"),
        Requirement("", "", 12, url="./wheels/y.whl"),
    )
    assert [item.is_pinned for item in document.requirements][:3] == [False, False, True]
    assert [item.is_local for item in document.requirements] == [True, False, False, False, False, True]


def test_dotenv() -> None:
    document = envfile.parse(ENV)
    assert document.data == {"A": "2", "B": "two\nlines\nhere", "C": "$x # y", "D": ""}
    assert [(item.name, item.line) for item in document.variables] == [("A", 2), ("B", 3), ("C", 5), ("D", 6), ("A", 8)]
    assert [(item.path, item.line, item.first_line) for item in document.duplicates] == [(("A",), 8, 2)]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_markdown(newline: str) -> None:
    document = markdown.parse(MARKDOWN.replace("\n", newline))
    assert document.links == (
        Link("docs/a%20b.md#x", "a", 2, 5),
        Link("i.png", "i", 2, 30, is_image=True),
        Link("c.md", "![badge](b.svg)", 3, 1),
        Link("b.svg", "badge", 3, 2, is_image=True),
        Link("../d.md", "ref", 11, 1),
        Link("https://x.invalid", "w", 12, 48),
        Link("f(1).md", "p", 12, 71),
        Link("e.md", "", 12, 1),
    )
    first = document.links[0]
    assert (first.path, first.anchor, first.is_local, document.links[5].is_local) == ("docs/a b.md", "x", True, False)
    assert [number for number, _ in document.prose] == [1, 2, 3, 10, 11, 12, 13]
    assert document.headings == (
        Heading(1, "Title with `code`", 1, "title-with-code"),
        Heading(2, "Title with `code`", 10, "title-with-code-1"),
    )


@pytest.mark.parametrize(
    "line", ["[[a](b)" * 700, "[" * 5000, "`" * 5000, "<a " * 1600, "# " + " " * 5000 + "x", "![" * 2500, "[a](" * 1200]
)
def test_hostile_markdown_ends(line: str) -> None:
    """An exponential search would never come back; there is no other assertion on time."""
    assert markdown.parse(f"x{line}").prose == ((1, f"x{line}"),)
