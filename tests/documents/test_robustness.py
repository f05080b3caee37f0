"""Whatever the text, a reader gives a document or a DocumentError, and nothing else."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.documents import test_dockerfile, test_hcl, test_jsonc, test_line_formats, test_toml, test_yaml
from toolkit.documents import (
    DocumentError,
    DocumentTooLargeError,
    dockerfile,
    envfile,
    gomod,
    hcl,
    jsonc,
    markdown,
    requirements,
    toml,
    yaml,
)
from toolkit.documents._tree import Positioned, walk

if TYPE_CHECKING:
    from collections.abc import Callable

Reader = tuple["Callable[..., Any]", str, str]

READERS: dict[str, Reader] = {
    "yaml": (yaml.parse, test_yaml.WORKFLOW, "-:[]{}#&*!|>'\"%@` \n\t?,~<a1"),
    "jsonc": (jsonc.parse, test_jsonc.TSCONFIG, "[]{}:,\"'/*\\ \nautrnue1.-+x"),
    "toml": (toml.parse, test_toml.SAMPLE, "[]{}=.,\"'#\\ \nat1-:T"),
    "hcl": (hcl.parse, test_hcl.SAMPLE, '[]{}()=."#/*\\$%<- \nab1'),
    "dockerfile": (dockerfile.parse, test_dockerfile.SAMPLE, "FROMCPYAG-=<>\"'[]{}$\\# \n:"),
    "gomod": (gomod.parse, test_line_formats.GO, '()=>"/` \nav1.'),
    "requirements": (requirements.parse, test_line_formats.REQUIREMENTS, "-=#\\[];@/:<> \nae1."),
    "envfile": (envfile.parse, test_line_formats.ENV, "=\"'`#\\ \nAe1$"),
    "markdown": (markdown.parse, test_line_formats.MARKDOWN, "[]()!`~#<>-\\ \na:."),
}
FORMATS = pytest.mark.parametrize("name", READERS)
FEW = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(name: str, source: bytes | str) -> None:
    """Read, and ask a document with paths for every place it has."""
    with contextlib.suppress(DocumentError):
        document = READERS[name][0](source)
        if isinstance(document, Positioned):
            for path, _ in walk(document.data):
                place = document.place(path)
                assert place is None or 0 <= place.start <= place.end <= len(document.text.content)
                assert document.line(path) >= 1


@FORMATS
@FEW
@given(data=st.data())
def test_text_of_the_format_s_own_signs(name: str, data: st.DataObject) -> None:
    alphabet = READERS[name][2]
    read(name, data.draw(st.text(st.sampled_from(alphabet), max_size=60)))


@FORMATS
@FEW
@given(data=st.data())
def test_a_good_file_cut_and_damaged(name: str, data: st.DataObject) -> None:
    sample = READERS[name][1].encode()
    start = data.draw(st.integers(0, len(sample)))
    end = data.draw(st.integers(start, len(sample)))
    junk = data.draw(
        st.binary(max_size=4) | st.sampled_from([b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\r"])
    )
    read(name, sample[:start] + junk + sample[end:])
    read(name, sample[:end])


@FORMATS
@FEW
@given(source=st.text(st.characters(), max_size=40) | st.binary(max_size=40))
def test_any_text_and_bytes(name: str, source: bytes | str) -> None:
    read(name, source)


@FORMATS
@pytest.mark.parametrize(
    "pattern", ["[", "{", "(", "- ", "a: ", "{a: ", '"${', "<<", "[[", "!", "a.", "'", '"', "\\\n", "? ", "/*", "\0"]
)
def test_deep_and_repeated(name: str, pattern: str) -> None:
    read(name, pattern * 20_000)
    read(name, f"a = {pattern * 5_000}")


@FORMATS
def test_too_large_is_said_and_nothing_is_read(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = READERS[name][0]
    with pytest.raises(DocumentTooLargeError, match="52428800 bytes, more than the limit"):
        reader(b" " * (50 * 1024 * 1024))
    monkeypatch.setattr("toolkit.documents._text.LIMIT_BYTES", 10)
    with pytest.raises(DocumentTooLargeError):
        reader(READERS[name][1])


@FORMATS
@pytest.mark.parametrize("source", ["", b"", b"\xef\xbb\xbf", "\ufeff", b"\xff\xfe", "\n", "\r\n", "\ud800", b"\0"])
def test_next_to_nothing(name: str, source: bytes | str) -> None:
    read(name, source)
