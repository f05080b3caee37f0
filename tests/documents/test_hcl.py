import pytest

from toolkit.documents import DocumentError, hcl
from toolkit.documents.hcl import Call

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
        ("a {" * 300, 1, 603),
        ('a = "' + '${"' * 300, 1, 5),
    ],
)
def test_errors_have_a_place(text: str, line: int, column: int) -> None:
    with pytest.raises(DocumentError) as caught:
        hcl.parse(text)
    assert (caught.value.line, caught.value.column) == (line, column)
