"""Forms of text that hold a secret whatever it is called: logins, bearer tokens, phrases and keys of wallets."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks.secrets._patterns import is_unpublished
from toolkit.checks.secrets._values import (
    digest,
    is_placeholder,
    is_public_form,
    is_words,
    looks_drawn,
)
from toolkit.checks.secrets._web_tokens import is_lasting, is_service_role
from toolkit.expressions import regex

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

__all__ = ["FORMS", "is_bearer", "is_key", "is_secret", "is_spelt", "is_web_token"]


class _Form(NamedTuple):
    """What begins with one of a few words.

    Args:
        what: whose value it is.
        words: in lower case; a hit begins with one of them, which finds a hundred times sooner than the expression.
        expression: matches from the word on; group ``value`` is the secret.
        key: its look alone is enough.
        accept: a test in place of the look.
    """

    what: str
    words: tuple[str, ...]
    expression: re.Pattern[str]
    key: bool = False
    accept: Callable[[str], bool] | None = None


def is_bearer(value: str) -> bool:
    """Whether a bearer token is a secret; of a web token its payload says it: keys of the role ``anon`` are for everybody."""
    if is_web_token(value):
        return is_service_role(value) or is_lasting(value)
    return is_secret(value, is_form=False)


def is_web_token(value: str) -> bool:
    """Whether a value is a JSON Web Token by its look."""
    return value.startswith("eyJ") and value.count(".") == 2


def _is_login(value: str) -> bool:
    """Whether base64 holds a name and a password that somebody means."""
    try:
        text = base64.b64decode(value + "=" * (-len(value) % 4), validate=True).decode("ascii")
    except (ValueError, binascii.Error):
        return False
    name, _, password = text.partition(":")
    if not text.isprintable() or " " in text or not name or len(password) < 8 or is_words(password):
        return False
    return not is_placeholder(password) and is_unpublished(password)


FORMS = (
    _Form("a password", ("password", "passwd", "pwd"), regex(r"""(?<!\w)(?i:password|passwd|pwd)\s?=\s?(?P<value>[^\s;"'&,]{10,80})(?=[;"'\s&])""")),
    _Form("a password in an address", ("://",), regex(r"(?:(?<=http)|(?<=https))://[\w.%+-]{1,200}:(?P<value>[^/@:\s\"'`$<{]{8,80})@[\w-]+\.[\w.-]*[a-z]")),
    _Form("a login", ("basic ",), regex(r"(?i:basic) (?P<value>[A-Za-z0-9+/]{14,200}={0,2})(?![\w${<+/=])"), accept=_is_login),
    _Form("a bearer token", ("bearer",), regex(r"(?i:bearer)\s{1,8}(?P<value>[\w.~+/=-]{24,400})(?![\w${<])"), accept=is_bearer),
    _Form("a password", ("curl",), regex(r"(?<!\w)curl\b[^\n]{0,500}?\s(?:-u|--user)[ =]['\"]?[^\s:$'\"]{1,80}:(?P<value>[^\s$'\"]{8,80})")),
    _Form("a password", ("password", "requirepass"), regex(r"(?<!\w)(?i:password|requirepass)\s{1,8}'?(?P<value>[^\s';]{12,80})'?(?=[;\s]|$)")),
    _Form(
        "the phrase of a wallet",
        ("mnemonic", "seed", "phrase"),
        regex(
            r"(?i:mnemonic|seed_?phrase|(?<!\w)phrase|(?<!\w)seed)\w{0,40}[\"']?\s{0,8}(?::\s{0,8}&?(?:'static\s)?\w{1,40}\s{0,8})?[:=(]{1,2}\s{0,80}[\"'`]?"
            r"(?P<value>(?:[a-z]{3,8} ){11,23}[a-z]{3,8})(?![ \w])"
        ),
        key=True,
    ),
    _Form(
        "an Ethereum private key",
        ("wallet", "privatekeyto", "from_key", "privatekeysigner", "accounts"),
        regex(
            r"(?:(?<!\w)Wallet|privateKeyToAccount|privateKeyToAddress|from_key|PrivateKeySigner|accounts:\s{0,80}\[)\s{0,80}\(?\s{0,80}"
            r"[\"'`](?P<value>(?:0x)?[0-9a-fA-F]{64})[\"'`]"
        ),
        key=True,
    ),
)  # fmt: skip
# sha256 of phrases that development networks (Truffle, Ganache, Terra, Substrate) publish for everybody.
_PUBLISHED = frozenset(
    {
        "b83e96417f61cb148d0dc8a89b839ee4956ad45b5e4b6a2a6cae048e48782157",
        "9c5d0a6656e5d3f36601d0bf98762be09bad5d7b164382c1d6c826324d6d599a",
        "2b6ad0e66640e09dae91fac336ace6d56222a3b20091bb32bc0879160fff0cdb",
        "da17d1e42c7c39e64522ce1d4b4ee4b8eebff8ba013cfb864c00ed08a6ed22be",
        "d16d608fce743a041ddb5841a32ceb7dd38645f27a6f3c5f5010d9403b1cb6c9",
    }
)
_RUNNING = regex(r"01234567|12345678|76543210|87654321|(?i:abcdefgh|hgfedcba)")
_DISTINCT_WORDS = 9
"""Phrases for trials repeat one word eleven times."""


def is_secret(value: str, *, is_form: bool) -> bool:
    """Whether a value is the phrase of a wallet, or a key as :func:`is_key` knows it."""
    return _is_phrase(value) if value[0].isalpha() and " " in value else is_key(value, is_form=is_form)


def is_key(value: str, *, is_form: bool) -> bool:
    """Whether a value that nobody publishes is drawn by lot, which its form may say already."""
    drawn = is_form or (looks_drawn(value, least=12) and not is_public_form(value) and not is_spelt(value))
    return drawn and is_unpublished(value)


def is_spelt(value: str) -> bool:
    """Whether base64 of a value holds what somebody typed: words, or digits one after the other."""
    try:
        text = base64.b64decode(value + "=" * (-len(value) % 4), validate=True).decode("ascii")
    except (ValueError, binascii.Error):
        return False
    return text.isprintable() and (is_words(text) or is_placeholder(text) or _RUNNING.search(text) is not None)


def _is_phrase(value: str) -> bool:
    return len(set(value.split())) >= _DISTINCT_WORDS and digest(value) not in _PUBLISHED
