"""Whether a text is a secret or only stands where one would, and how it is shown."""

from __future__ import annotations

import math
import re
from collections import Counter
from hashlib import sha256

__all__ = ["digest", "entropy", "is_placeholder", "is_trial", "is_words", "names_a_secret", "redacted"]

_PLACEHOLDER = re.compile(
    r"example|sample|placeholder|change[-_ ]?(?:me|this|it)|replace|your[-_ ]?|my[-_]|dummy|fake|todo|redacted|insert|xxx|\.\.\."
    r"|\*\*\*|<[^>]+>|\$\{|\{\{|\$\(|%\(|abcdef|123456|qwerty|foo|bar|lorem|not[-_]?(?:a[-_]?)?(?:real|secret)|test|none|null|undefined"
    r"|secret[-_]?key$|^secret|^password|^token|^\w*[-_]secret$",
    re.IGNORECASE,
)
_SAME = re.compile(r"(.)\1{5,}")
_NAMES = re.compile(
    r"(?:^|[_.\-/]|(?<=[a-z]))(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|private[_-]?key|access[_-]?key(?:[_-]?id)?"
    r"|secret[_-]?key|client[_-]?secret|auth[_-]?key|encryption[_-]?key|signing[_-]?key|master[_-]?key|service[_-]?role[_-]?key"
    r"|account[_-]?key|mnemonic|credentials?)$",
    re.IGNORECASE,
)
_TRIAL = re.compile(
    r"(?:^|/)(?:tests?|__tests__|spec|specs|e2e|testing|fixtures?|testdata|mocks?|__mocks__|devnet|localnet|local|dev|examples?|samples?"
    r"|docs?|documentation|cassettes|integration[-_]tests?|playground|benchmarks?)(?:/|$)"
    r"|(?:^|/)(?:test|conftest|mock)[_.-][^/]*$|[._-](?:tests?|spec|mocks?|example|sample|stories)\.\w+$|_test\.\w+$"
    r"|\.(?:md|mdx|rst|adoc|ipynb)$",
    re.IGNORECASE,
)


def redacted(value: str) -> str:
    """A secret as it may be shown: the first four characters and a short digest, to find equal ones again."""
    return f"{value[:4]}... (sha256 {digest(value)[:8]})"


def digest(value: str) -> str:
    """The sha256 of a value, in hex."""
    return sha256(value.encode("utf-8", "surrogateescape")).hexdigest()


def entropy(value: str) -> float:
    """Bits a character by Shannon; random base64 of 40 characters has about 4.7, an English word about 3."""
    counts = Counter(value)
    return -sum(count / len(value) * math.log2(count / len(value)) for count in counts.values()) if value else 0.0


def is_placeholder(value: str) -> bool:
    """Whether a value only shows where one belongs."""
    return not value.strip() or _PLACEHOLDER.search(value) is not None or _SAME.search(value) is not None


def is_words(value: str) -> bool:
    """Whether a value is made of words or numbers only, as people make up for a machine of their own."""
    return (
        re.fullmatch(r"[a-z]+(?:[-_./:][a-z]+)*\d{0,4}|[A-Z]+(?:_[A-Z]+)*|[\d.]+|(?:[A-Z]?[a-z]+)+", value) is not None
    )


def names_a_secret(name: str) -> bool:
    """Whether the name of a setting says that its value is secret."""
    return _NAMES.search(name) is not None


def is_trial(path: str) -> bool:
    """Whether a file belongs to tests, examples or documents, where made-up keys are at home."""
    return _TRIAL.search(path) is not None
