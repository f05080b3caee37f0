"""Secrets that only their place tells: what looks drawn by lot behind a name or in a form that says so, in code of any kind."""

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
    lowered,
    opens_by_name,
)
from toolkit.checks.secrets._web_tokens import is_lasting, is_service_role
from toolkit.expressions import regex
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["SOLANA", "WORDS", "Written", "written"]

_KEY = r"""(?P<name>[A-Za-z_][\w.-]{0,60}?)?(?P<what>(?i:secret|passw(?:or)?d|passphrase|token|api[_-]?key|access[_-]?key|private_?key
           |encryption_?key|signing_?key|secret_?key|auth_?key|session_?key|hmac_?key|jwt_?key|fernet_?key|cookie_?key|(?<=[_a-z])pass(?![a-z])))"""


@frozen
class Written:
    """One hit.

    Args:
        what: whose value it is, to end "is written into the code".
        value: the secret.
        at: the offset of the value.
        key: a private key or a phrase of a wallet.
        weak: keys of interfaces and tokens, of which many are made to be public.
    """

    what: str
    value: str
    at: int
    key: bool = False
    weak: bool = False


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


def _is_bearer(value: str) -> bool:
    """Whether a bearer token is a secret; of a web token its payload says it: keys of the role ``anon`` are for everybody."""
    if _is_web_token(value):
        return is_service_role(value) or is_lasting(value)
    return _is_secret(value, is_form=False)


def _is_web_token(value: str) -> bool:
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


_NAMES = (
    "secret", "passw", "passphrase", "token", "api_key", "apikey", "api-key", "access_key", "accesskey", "access-key", "private_key", "privatekey", "encryption_key",
    "encryptionkey", "signing_key", "signingkey", "auth_key", "authkey", "session_key", "sessionkey", "hmac_key", "hmackey", "jwt_key", "jwtkey", "fernet_key", "fernetkey",
    "cookie_key", "cookiekey", "_pass", "dbpass", "smtppass", "mailpass", "userpass",
)  # fmt: skip
"""Words of names, in lower case: one of them is in all that the three expressions below match."""
_ENVIRONMENT = r"""(?:(?:process\.env|import\.meta\.env|Bun\.env|c\.env|env)[.\[]["']?\w{1,60}["']?\]?!?\s?(?:\|\||\?\?)\s{0,3}
    |(?:os\.environ\.get|os\.getenv|getenv|env::var|Deno\.env\.get|config)\(\s?["']\w{1,60}["'](?:,\s?(?:default=)?|\)\s?(?:\|\||\?\?|or)\s?)
    |(?:Field|SecretStr|\[\]byte|Buffer\.from|String::from|Some)\(\s?(?:default\s?=\s?)?(?:SecretStr\(\s?)?)"""
"""The environment is asked first, and what follows is taken where it says nothing: on every machine that forgot to set it."""
_QUOTED = regex(
    rf"""(?<![\w-]){_KEY}["'`]?\]?\s{{0,3}}(?::\s*&?(?:'static\s+)?\w{{1,12}}\s*)?(?::=|=>|=|:)\s{{0,3}}{_ENVIRONMENT}?
        (?P<quote>["'`])(?P<value>[^"'`\s]{{16,300}})(?P=quote)""",
    re.VERBOSE,
)
_DEFAULT = regex(
    rf"""["'`]{_KEY}["'`]\s?,\s?(?P<quote>["'`])(?P<value>[^"'`\s]{{16,300}})(?P=quote)""",
    re.VERBOSE,
)
"""A name and a value as two arguments of a call: ``getenv("JWT_SECRET", "...")``, ``setItem("api_key", "...")``."""
_BARE = regex(
    rf"""^[ \t]*(?:export[ \t]+|ENV[ \t]+|ARG[ \t]+)?{_KEY}(?:=|(?<=\w)[ \t]+(?=\S+[ \t]*$))(?P<value>[^\s"'`]{{16,300}})""",
    re.VERBOSE | re.MULTILINE,
)
_FALLBACK = regex(
    rf"""[.\["'`]{_KEY}(?:["'`]?[\])]{{0,2}}!?\s?(?:\|\||\?\?|\bor\b)\s{{0,3}}|["']\)\s{{0,40}}\.unwrap_or(?:_else)?\(\s?(?:\|\w?\|\s?)?(?:\w{{1,12}}::from\()?)
        (?P<quote>["'`])(?P<value>[^"'`\s]{{16,300}})(?P=quote)""",
    re.VERBOSE,
)
"""A variable of the environment, and what is taken where it has no value, with no name for the result."""
_SHELL_DEFAULT = regex(
    rf"""\$\{{{_KEY}:?[-=](?P<quote>["']?)(?P<value>[^"'\s{{}}$]{{16,300}})(?P=quote)\}}""", re.VERBOSE
)
_MAY_BE_DEFAULT = regex(r"\$\{\w{1,80}:?[-=]")
_CONTINUED = (".unwrap_or", "??", "||")
"""What begins a line that goes on with the one before."""
_MAY_BE_QUOTED = regex(r"""[=:>|?,r(]\s{0,3}["'`][^"'`\s]{16}""")
_MAY_BE_BARE = regex(r"""[=\s][^\s"'`]{16}""")
"""What a line has that one of the three matches: they begin anew at every character, these do not."""
_IN_CODE = ((_MAY_BE_QUOTED, _QUOTED), (_MAY_BE_QUOTED, _DEFAULT), (_MAY_BE_QUOTED, _FALLBACK))
_IN_SCRIPTS = (*_IN_CODE, (_MAY_BE_BARE, _BARE), (_MAY_BE_DEFAULT, _SHELL_DEFAULT))
_FORMS = (
    _Form("a password", ("password", "passwd", "pwd"), regex(r"""(?<!\w)(?i:password|passwd|pwd)\s?=\s?(?P<value>[^\s;"'&,]{10,80})(?=[;"'\s&])""")),
    _Form("a password in an address", ("://",), regex(r"(?:(?<=http)|(?<=https))://[\w.%+-]{1,200}:(?P<value>[^/@:\s\"'`$<{]{8,80})@[\w-]+\.[\w.-]*[a-z]")),
    _Form("a login", ("basic ",), regex(r"(?i:basic) (?P<value>[A-Za-z0-9+/]{14,200}={0,2})(?![\w${<+/=])"), accept=_is_login),
    _Form("a bearer token", ("bearer",), regex(r"(?i:bearer)\s{1,8}(?P<value>[\w.~+/=-]{24,400})(?![\w${<])"), accept=_is_bearer),
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
WORDS = tuple(sorted({*_NAMES, *(word for form in _FORMS for word in form.words)}))
"""In lower case: every hit of :func:`written` has one of them."""
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
_MADE_PUBLIC = regex(
    r"algolia|docsearch|posthog|mixpanel|amplitude|segment|firebase|authDomain|measurementId|recaptcha|sitekey|site_key|typesense|intercom"
    r"|publishable|public|clientToken|csrf|cancell?ation|design|storybook|chromatic|gtm|analytics|statsig|launchdarkly|mapbox|bugsnag|logrocket",
    re.IGNORECASE,
)
_LONGEST_LINE = 2_000
"""Characters; longer lines are made by programs."""
_WEAK = regex(r"token|api[_-]?key", re.IGNORECASE)
_TOKEN_OF = regex(
    r"(?i:api|auth|access|bot|bearer|secret|refresh|deploy|github|gitlab|slack|npm|admin|service)[_-]?[tT]oken$|^[A-Z0-9_]+TOKEN$"
)
"""Tokens that open something; ``token`` alone also names a mint, a word of a text, a field of an event."""
_NO_TOKEN = regex(
    r"(?i)(?:page|next|prev|continuation|sync|cursor|mint|spl|nft|coin|pool|base|quote|input|output|from|to|cancel|design|stop)_?token$"
)
_HASHED = regex(r"(?i)hash|digest|fingerprint|checksum")
SOLANA = regex(r"[1-9A-HJ-NP-Za-km-z]{86,88}")
"""Secret keys, of which ``keypair-committed`` tells."""
_BASE58 = regex(r"[1-9A-HJ-NP-Za-km-z]{32,44}")
_SURE = regex(r"(?i)secret(?!_?key)|passw|encrypt|signing|hmac|session|jwt|fernet|cookie")
"""Words of what no address on a chain is called, though one of eight secrets of that length has the letters of one."""
_WALLET = regex(r"(?i)secret|private|key_?pair|wallet|payer|signer|authority|deployer")
"""Words by which ``keypair-committed`` knows what is a key, beside arithmetic."""
_DISTINCT_WORDS = 9
"""Phrases for trials repeat one word eleven times."""


def written(content: str, *, bare: bool) -> Iterator[Written]:
    """Every hit in a text.

    Args:
        content: the text.
        bare: whether values may stand without quotes, as in scripts of a shell and in Dockerfiles.
    """
    lower = lowered(content)
    yield from _named(
        content,
        lower,
        _IN_SCRIPTS if bare else _IN_CODE,
    )
    for form in _FORMS:
        for at in _places(lower, form.words):
            match = form.expression.match(content, at)
            if match is None or _is_quiet(content, match, match["value"]):
                continue
            value = match["value"]
            if form.accept(value) if form.accept else _is_secret(value, is_form=form.key):
                yield Written(form.what, value, match.start("value"), key=form.key)


def _places(lower: str, words: Iterable[str]) -> Iterator[int]:
    """Where any of the words begins."""
    for word in words:
        at = lower.find(word)
        while at >= 0:
            yield at
            at = lower.find(word, at + len(word))


def _named(
    content: str, lower: str, expressions: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]
) -> Iterator[Written]:
    """Values behind a name that says what they are."""
    for match in _on_lines(content, lower, expressions):
        value, name = match["value"], f"{match['name'] or ''}{match['what']}"
        named = _SURE.search(match["what"]) is not None or opens_by_name(name, value)
        sure = named and _BASE58.fullmatch(value) is not None and looks_drawn(value)
        if _MADE_PUBLIC.search(name) or not (sure or _is_key(value, is_form=False)) or _is_quiet(content, match, value):
            continue
        weak = _WEAK.fullmatch(match["what"]) is not None
        if weak and match["what"].lower() == "token" and not _opens(name, value):
            continue
        if _is_web_token(value) and not _is_bearer(value):
            continue
        if _HASHED.search(name) or (weak and value.startswith("0x")):
            continue  # a digest; an address on a chain
        if SOLANA.fullmatch(value) and _WALLET.search(name):
            continue  # ``keypair-committed`` tells these
        around = content[max(match.start() - 200, 0) : match.end() + 80]
        if not (weak and _MADE_PUBLIC.search(around)):
            yield Written(name, value, match.start("value"), weak=weak)


def _opens(name: str, value: str) -> bool:
    """Whether a token opens something by its name, or is 32 and more hexadecimal digits, which no address of a mint is."""
    if _TOKEN_OF.search(name):
        return True
    return (
        len(name) > len("token") and not _NO_TOKEN.search(name) and re.fullmatch(r"[0-9a-f]{32,64}", value) is not None
    )


def _on_lines(
    content: str, lower: str, expressions: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]
) -> Iterator[re.Match[str]]:
    """Hits on the lines that hold a word of a name: over whole files the expressions take twenty times as long."""
    end = -1
    for at in sorted(_places(lower, _NAMES)):
        if at < end:
            continue
        start = content.rfind("\n", 0, at) + 1
        end = content.find("\n", at)
        end = len(content) if end < 0 else end
        if content[end : end + 80].lstrip().startswith(_CONTINUED):
            end = max(content.find("\n", end + 1), end)
        if end - start <= _LONGEST_LINE:
            for sign, expression in expressions:
                if sign.search(content, start, end):
                    yield from expression.finditer(content, start, end)


def _is_secret(value: str, *, is_form: bool) -> bool:
    return _is_phrase(value) if value[0].isalpha() and " " in value else _is_key(value, is_form=is_form)


def _is_key(value: str, *, is_form: bool) -> bool:
    drawn = is_form or (looks_drawn(value, least=12) and not is_public_form(value))
    return drawn and is_unpublished(value)


def _is_phrase(value: str) -> bool:
    return len(set(value.split())) >= _DISTINCT_WORDS and digest(value) not in _PUBLISHED


def _is_quiet(content: str, match: re.Match[str], value: str) -> bool:
    """Whether the line says that the value is none, or the value shows where one belongs."""
    line = content[content.rfind("\n", 0, match.start()) + 1 : match.start("value")].lower()
    spoken = "example" in line or "e.g." in line or "placeholder" in line or "regex" in line or "sha256" in line
    spoken = spoken or line.lstrip().startswith("* ")  # a comment that shows how something is called
    return spoken or (" " not in value and is_placeholder(value))
