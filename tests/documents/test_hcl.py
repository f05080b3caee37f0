from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from toolkit.documents import DocumentError, hcl
from toolkit.documents.hcl import Call

if TYPE_CHECKING:
    from pathlib import Path

SAMPLE = """\
# comment with = and {
terraform { required_version = ">= 1.0" }
resource "cloudflare_workers_script" "x" {
  content = file("${path.module}/../dist/${var.a ? "x" : "y"}.js") // why }
  name    = "a-$${lit}\\n"
  tags = { a = "b", c = [1, 2, /* ] */
     3] }
  policy = <<-EOF
    { "Version": "${x}"
    EOF
  dynamic "b" {
    for_each = var.x
    content { z = 1 }
  }
  cond = var.a == "b" ? templatefile(
    "t.tpl", {}) : 2
}
module m { source = "../mod" }
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_blocks_and_attributes(newline: str) -> None:
    document = hcl.parse(SAMPLE.replace("\n", newline).encode())
    assert [(block.type, block.labels, block.line) for block in document.body.walk()] == [
        ("", (), 1),
        ("terraform", (), 2),
        ("resource", ("cloudflare_workers_script", "x"), 3),
        ("dynamic", ("b",), 11),
        ("content", (), 13),
        ("module", ("m",), 18),
    ]
    resource = document.blocks("resource")[0]
    assert [(item.name, item.line, item.literal) for item in resource.attributes] == [
        ("content", 4, None),
        ("name", 5, "a-${lit}\n"),
        ("tags", 6, None),
        ("policy", 8, None),
        ("cond", 15, None),
    ]
    source = document.blocks("module")[0].attribute("source")
    assert source is not None
    assert (source.expression, source.literal, source.line) == ('"../mod"', "../mod", 18)
    assert document.text.content[source.start : source.end] == '"../mod"'
    policy = resource.attribute("policy")
    assert policy is not None
    assert policy.expression.splitlines()[-1] == "    EOF"


def test_calls_of_functions_that_read_files() -> None:
    assert hcl.parse(SAMPLE).calls("file", "templatefile") == (
        Call("file", '${path.module}/../dist/${var.a ? "x" : "y"}.js', 4),
        Call("templatefile", "t.tpl", 15),
    )


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a {", 1, 4),
        ("a {\n}}", 2, 2),
        ('a = "x', 1, 5),
        ("a = [1", 1, 7),
        ("a = )", 1, 5),
        ("a = <<X\n y", 1, 5),
        ("a = /* x", 1, 5),
        ("= 1", 1, 1),
        ("a", 1, 2),
        ("a =\nb = 1", 1, 4),
        ("a {\n" * 300, 201, 3),
        ('a = "' + '${"' * 300, 1, 5),
    ],
)
def test_errors_have_a_place(text: str, line: int, column: int) -> None:
    with pytest.raises(DocumentError) as caught:
        hcl.parse(text)
    assert (caught.value.line, caught.value.column) == (line, column)


LINES = [
    ("variable x { type = bool }", 0),
    ("variable x {}", 0),
    ("variable x { /* note */ type = bool } // note", 0),
    ("variable x { # note\n  type = bool\n}", 0),
    ("x {\n  y { a = 1 }\n}", 0),
    ("locals { a = {\n b = 1, c = 2\n} }", 0),
    ("locals { a = [\n1,\n2] }", 0),
    ("variable x { type = bool, default = true }", 25),
    ("variable x { type = bool; default = true }", 25),
    ("variable x { type = bool\n  default = true\n}", 3),
    ("variable x { type = bool # note\n}", 1),
    ("variable x {\n  type = bool }", 15),
    ("variable x {\n  type = bool, default = true\n}", 14),
    ("locals { a = <<E\nx\nE\n}", 1),
    ("x { y { a = 1 } }", 5),
    ("x {\n  y {} }", 8),
    ("x {} y {}", 6),
]


@pytest.mark.parametrize(("text", "column"), LINES)
def test_what_stands_on_one_line(text: str, column: int) -> None:
    if column:
        with pytest.raises(DocumentError) as caught:
            hcl.parse(text)
        assert caught.value.column == column
    else:
        assert hcl.parse(text).body.blocks


@pytest.mark.real("terraform")
@pytest.mark.parametrize(("text", "column"), LINES)
def test_terraform_takes_the_same_lines(tmp_path: Path, text: str, column: int) -> None:
    (tmp_path / "main.tf").write_text(text)

    done = subprocess.run(
        ["terraform", "fmt", "-write=false", "main.tf"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert (done.returncode == 0) == (not column), done.stderr
