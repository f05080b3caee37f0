import pytest

from toolkit.documents import DocumentError, dockerfile

SAMPLE = r"""# syntax=docker/dockerfile:1
# escape=\
ARG V=20
FROM --platform=$BUILDPLATFORM node:${V}-slim AS base
ARG D=app
ENV A b c
RUN a && \
  # comment
  b \

  c
RUN --mount=type=cache,target=/x <<EOF cat
x
EOF
COPY package*.json $D/ ./
FROM base
ARG V
COPY --from=base --chown=a:b ["x y", "v$V"]
ONBUILD COPY . .
COPY <<-"A" <<B /dest
	a
	A
b
B
RUN bash -c 'cat <<X'
ENTRYPOINT ["a", "b"]
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_instructions(newline: str) -> None:
    document = dockerfile.parse(SAMPLE.replace("\n", newline).encode())
    assert [(item.name, item.line, item.end_line) for item in document.instructions] == [
        ("ARG", 3, 3),
        ("FROM", 4, 4),
        ("ARG", 5, 5),
        ("ENV", 6, 6),
        ("RUN", 7, 11),
        ("RUN", 12, 14),
        ("COPY", 15, 15),
        ("FROM", 16, 16),
        ("ARG", 17, 17),
        ("COPY", 18, 18),
        ("COPY", 19, 19),
        ("COPY", 20, 24),
        ("RUN", 25, 25),
        ("ENTRYPOINT", 26, 26),
    ]
    joined, heredoc = document.instructions[4], document.instructions[5]
    assert joined.words == ("a", "&&", "b", "c")
    assert (heredoc.heredocs[0].content, heredoc.flags) == ("x\n", {"mount": "type=cache,target=/x"})
    assert document.instructions[-1].json_form == ("a", "b")


def test_stages_and_copies() -> None:
    document = dockerfile.parse(SAMPLE)
    assert [(stage.image, stage.name, stage.platform) for stage in document.stages] == [
        ("node:20-slim", "base", "$BUILDPLATFORM"),
        ("base", "", ""),
    ]
    assert [
        (item.sources, item.target, item.origin, item.line, item.instruction.onbuild) for item in document.copies()
    ] == [
        (("package*.json", "app/"), "./", "", 15, False),
        (("x y",), "v20", "base", 18, False),
        ((".",), ".", "", 19, True),
        ((), "/dest", "", 20, False),
    ]


def test_escape_directive_and_windows_paths() -> None:
    document = dockerfile.parse("# escape=`\nFROM x\nRUN dir C:\\ `\n  && y\n")
    assert [(item.name, item.value) for item in document.instructions][1] == ("RUN", "dir C:\\  && y")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$A/${A}", "1/1"),
        ("${B:-x}${A:-y}${A-z}", "x11"),
        ("${A:+set}${B:+set}", "set"),
        ("$B${B}", "$B${B}"),
        ("\\$A", "\\$A"),
    ],
)
def test_substitute(text: str, value: str) -> None:
    assert dockerfile.substitute(text, {"A": "1"}) == value


def test_a_heredoc_without_end_is_refused() -> None:
    with pytest.raises(DocumentError) as caught:
        dockerfile.parse("FROM x\nRUN <<EOF\nx\n")
    assert (caught.value.line, caught.value.message) == (2, "heredoc EOF has no end")


def test_nonsense_is_refused() -> None:
    with pytest.raises(DocumentError, match="no Dockerfile instruction"):
        dockerfile.parse("FROM x\n&& y\n")
