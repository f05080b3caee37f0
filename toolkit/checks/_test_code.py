"""What is code of tests: by its path, by what mounts its module of Rust, and by where it stands within a source."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from toolkit.checks._rust_crates import is_mounted_for_tests
from toolkit.documents import DocumentError, rust
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["in_test", "is_test"]

_FOLDERS = (
    r"(?:(?:unit|integration|e2e|load|smoke|contract|system|functional|acceptance|performance|program|anchor)[-_])?tests?|__tests__|specs?|e2e|cypress"
    r"|playwright|mocks?|__mocks__|fixtures?|test(?:ing|data|kit)|tests?[-_](?:utils?|helpers?|support|kit|data|fixtures?|harness)|stories|fuzz|benches|benchmarks?"
)
_FILES = (
    r"(?:test_[^/]*|conftest)\.py|test[-_][^/]*\.[cm]?[jt]sx?|(?:tests?|testing|mocks?|test[-_](?:utils?|helpers?|support))\.rs|(?:jest|vitest)[.-]setup\.\w+|setup-?tests\.\w+"
    r"|[^/]*(?:[._-](?:test|tests|spec|e2e|mock|mocks|stories|story|bench)\.\w+|_tests?\.rs|(?-i:[a-z]Tests?)\.(?:java|kt|cs|scala|swift))"
)
_TEST = regex(rf"(?i)(?:^|/)(?:(?:{_FOLDERS})/|(?:{_FILES})\Z)")
_ITEM = regex(
    r"#(?P<all>!?)\[\s*(?:cfg\s*\((?P<when>[^\]\n]{0,300})\)|(?:\w+::)*(?:test|bench|rstest|proptest|test_case|wasm_bindgen_test)\b[^\]\n]{0,300})\s*\]"
    r"|\bmod\s+(?:\w+_)?tests?\s*(?=\{)"
)
"""What stands over an item of a test, or begins its module."""
_BRACKET = regex(r"[()\[\]{};]")
_MAX_BYTES = 2_000_000
_Lines = tuple[tuple[int, int], ...]


@lru_cache(maxsize=100_000)
def is_test(path: str) -> bool:
    """Whether a file is a test, a mock or a story by its path."""
    return bool(_TEST.search(path))


def in_test(context: Inspection, path: str, line: int) -> bool:
    """Whether a line is run or compiled for tests only: by the file, by the module around it or the one that mounts it.

    Args:
        context: the run.
        path: of the source.
        line: counted from 1; 0 asks about the file.
    """
    if is_test(path):
        return True
    if not path.endswith(".rs"):
        return False
    within = any(first <= line <= last for first, last in context.fact(_test_lines, path))
    return within or is_mounted_for_tests(context, path)


def _test_lines(context: Inspection, path: str) -> _Lines:
    """The first and last lines of the items of a source of Rust that are for tests; of all of it from line 0."""
    content = context.content(path) or b""
    if len(content) > _MAX_BYTES or b"test" not in content:
        return ()
    try:
        document = rust.parse(content)
    except DocumentError:
        return ()
    return tuple(_ranges(document))


def _ranges(document: rust.Document) -> Iterator[tuple[int, int]]:
    line, counted, end = 1, 0, 0
    for match in _ITEM.finditer(document.uncommented):
        of_product = match["when"] is not None and not rust.is_for_tests(match["when"])
        if of_product or match.start() < end or not document.code[match.start()].strip():
            continue
        if match["all"]:
            yield 0, document.code.count("\n") + 1
            return
        end = _end(document.code, match.end())
        first = line + document.code.count("\n", counted, match.start())
        line = first + document.code.count("\n", match.start(), end)
        counted = end
        yield first, line


def _end(code: str, at: int) -> int:
    """Where the item that begins at an offset ends: at its semicolon, or with its braces."""
    depth = 0
    for match in _BRACKET.finditer(code, at):
        if match[0] in "([":
            depth += 1
        elif match[0] in ")]":
            depth -= 1
        elif depth <= 0:
            span = rust.block(code, match.start()) if match[0] == "{" else (0, match.start())
            return span[1] + 1 if span is not None else len(code)
    return len(code)
