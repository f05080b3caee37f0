"""Forms of text that hold a secret whatever it is called: logins, bearer tokens, phrases and keys of wallets."""

from __future__ import annotations

import base64
import binascii
import re
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
    from collections.abc import Callable

__all__ = ["FORMS", "is_bearer", "is_drawn", "is_key", "is_secret", "is_spelt", "is_web_token"]


_SHORTEST, _KINDS = 8, 3
_OF_COUNTRY = 5
"""Characters of both ends of a domain that a country divides: ``co.uk``, ``com.br``."""
_GUESSED = regex(r"(?i)passw|admin|root|user|postgres|mysql|redis|welcome|local|dev|docker|default|123")


class _Form(NamedTuple):
    """What begins with one of a few words.

    Args:
        what: whose value it is.
        words: in lower case; a hit begins with one of them, which finds a hundred times sooner than the expression.
        expression: matches from the word on; group ``value`` is the secret.
        key: its look alone is enough.
        accept: a test in place of the look.
        told: whether what people have thought of counts, too, since the form says what it opens; where it names a ``host`` only for one that the source visits.
    """

    what: str
    words: tuple[str, ...]
    expression: re.Pattern[str]
    key: bool = False
    accept: Callable[[str], bool] | None = None
    told: bool = False


def _is_chosen(value: str) -> bool:
    """Whether a password is one that somebody has thought of to keep others out: letters, digits and signs mixed, and none of the words of samples."""
    kinds = sum(re.search(kind, value) is not None for kind in ("[a-z]", "[A-Z]", r"\d", r"[^\w\s]"))
    return len(value) >= _SHORTEST and kinds >= _KINDS and not is_placeholder(value) and not _GUESSED.search(value)


def _is_visited(content: str, host: str) -> bool:
    """Whether a source has an address of the web below the domain of a host: what opens an account there opens the one that people use."""
    parts = host.split(".")
    own = ".".join(parts[-3:] if len(parts[-1]) + len(parts[-2]) <= _OF_COUNTRY else parts[-2:])
    return re.search(rf"https://(?:[\w-]+\.)*{re.escape(own)}(?![\w.-]*\w)", content) is not None


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
        "the password of a database account",
        ("create user", "create role", "create login", "alter user", "alter role", "alter login"),
        regex(r"(?i:\w{5,6} \w{4,5})\s[^;\n]{1,200}?(?i:\bpassword\s|\bpassword\s?=|\bby)\s{0,8}'(?P<value>[^'\n${}<>%:][^'\n{}<>]{7,80})'"),
        told=True,
    ),
    _Form(
        "a password",
        ("pgpassword", "mysql_pwd", "sshpass", "mysql", "redis-cli"),
        regex(
            r"(?:PGPASSWORD=|MYSQL_PWD=|sshpass\s-p\s?|mysql(?:dump|admin)?\b[^\n|;]{0,200}?\s(?:-p|--password=)|redis-cli\b[^\n|;]{0,200}?\s-a\s)"
            r"[\"']?(?P<value>[^\s\"'`$;{<][^\s\"'`;{<]{7,80})(?![^\n]*(?:localhost|127\.0\.0\.1))"
        ),
        told=True,
    ),
    _Form(
        "the password of an account",
        ("email",),
        regex(
            r"(?i:email)\\?[\"']?\s?[:=]\s?\\?[\"'][\w.+-]{1,60}@(?P<host>[\w-]{1,60}(?:\.[\w-]{1,60}){1,4})\\?[\"'][^{}<>]{0,120}?(?i:pass(?:word|wd)?)\\?[\"']?\s?[:=]\s?\\?"
            r"[\"'](?P<value>[^\"'\\\s$<>{}]{8,80})\\?[\"']"
        ),
        told=True,
    ),
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


def is_drawn(form: _Form, match: re.Match[str], content: str) -> bool | None:
    """Whether the value of a form is drawn by lot, or a password that somebody has thought of; ``None`` if it is no secret."""
    value, host = match["value"], match.groupdict().get("host")
    if host is not None:
        return False if _is_visited(content, host) and not is_placeholder(value) else None
    if form.accept(value) if form.accept else is_secret(value, is_form=form.key):
        return True
    return False if form.told and _is_chosen(value) else None


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
