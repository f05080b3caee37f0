"""Secrets that only their place tells: what looks drawn by lot behind a name or in a form that says so, in code of any kind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.checks._literals import Literals
from toolkit.checks.secrets._secret_forms import FORMS, is_bearer, is_drawn, is_key, is_web_token
from toolkit.checks.secrets._values import (
    is_placeholder,
    looks_drawn,
    lowered,
    names_another,
    opens_by_name,
)
from toolkit.checks.secrets._web_tokens import is_head
from toolkit.expressions import regex
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["SOLANA", "WORDS", "Written", "named", "written"]

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


_NAMES = (
    "secret", "passw", "passphrase", "token", "api_key", "apikey", "api-key", "access_key", "accesskey", "access-key", "private_key", "privatekey", "encryption_key",
    "encryptionkey", "signing_key", "signingkey", "auth_key", "authkey", "session_key", "sessionkey", "hmac_key", "hmackey", "jwt_key", "jwtkey", "fernet_key", "fernetkey",
    "cookie_key", "cookiekey", "_pass", "dbpass", "smtppass", "mailpass", "userpass",
)  # fmt: skip
"""Words of names, in lower case: one of them is in all that the three expressions below match."""
_ROOTS = tuple(
    (root, tuple(one for one in _NAMES if one.startswith(root)), tuple(one for one in _NAMES if one.endswith(root)))
    for root in ("secret", "token", "key", "pass")
)
"""What all these words begin or end with, and those that do: four texts are found sooner than forty."""
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
_ENV_LINE = regex(
    r"""^(?P<name>(?:[A-Z][A-Z0-9]*_)*)(?P<what>(?:[A-Z0-9]+_)?(?:SECRET(?:_KEY)?|TOKEN|API_KEY|ACCESS_KEY|PRIVATE_KEY|PASSWORD|PASSWD|ENCRYPTION_KEY|SIGNING_KEY))=(?P<value>[^\s"'`$(){}\[\],;]{16,300})$""",
    re.MULTILINE,
)
"""A line of an environment file in a text of a source, from its margin on: code there would stand in quotes."""
_FALLBACK = regex(
    rf"""[.\["'`]{_KEY}(?:["'`]?[\])]{{0,2}}!?\s?(?:\|\||\?\?|\bor\b)\s{{0,40}}|["']\)\s{{0,40}}\.unwrap_or(?:_else)?\(\s?(?:\|\w?\|\s?)?(?:\w{{1,12}}::from\()?)
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
_GOES_ON = regex(r"(?:\|\||\?\?|\bor)\s?\Z")
"""What ends a line that goes on with the next."""
_MAY_BE_QUOTED = regex(r"""[=:>|?,r(]\s{0,40}["'`][^"'`\s]{16}""")
_MAY_BE_BARE = regex(r"""[=\s][^\s"'`]{16}""")
"""What a line has that one of the three matches: they begin anew at every character, these do not."""
_IN_CODE = (
    (_MAY_BE_QUOTED, _QUOTED),
    (_MAY_BE_QUOTED, _DEFAULT),
    (_MAY_BE_QUOTED, _FALLBACK),
    (_MAY_BE_BARE, _ENV_LINE),
)
_IN_SCRIPTS = (*_IN_CODE[:-1], (_MAY_BE_BARE, _BARE), (_MAY_BE_DEFAULT, _SHELL_DEFAULT))
_FORM_WORDS = Literals(word for form in FORMS for word in form.words)
WORDS = tuple(sorted({*_NAMES, *(word for form in FORMS for word in form.words)}))
"""In lower case: every hit of :func:`written` has one of them."""
_MADE_PUBLIC = regex(
    r"algolia|docsearch|posthog|mixpanel|amplitude|segment|firebase|authDomain|measurementId|recaptcha|sitekey|site_key|typesense|intercom"
    r"|publishable|public|clientToken|csrf|cancell?ation|design|storybook|chromatic|gtm|analytics|statsig|launchdarkly|mapbox|bugsnag|logrocket",
    re.IGNORECASE,
)
_EXPECTED = regex(r"(?i)\b(?:expect(?:ed|s)?|should(?:_?(?:match|find|detect))?|matches|want)\b[\"']?\s?[:=(]")
_CASE = 160
"""Characters around a text in which the case of a table says what is expected of it."""
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
_IN_PLACE = regex(
    r"(?:process\.env|Bun\.env|os\.environ|os\.getenv|env::var)(?![.\[(][\"']?(?:NEXT_PUBLIC|VITE|REACT_APP|EXPO_PUBLIC|PUBLIC)_)[^\n]{1,80}(?:\|\||\?\?|,|\bor\b)"
)
"""A variable of a server's environment, before what is taken in place of it."""
_ASKED = 12
"""Characters of ``process.env`` before the name in it."""
_OF_NEST = regex(r"onfigService\.get(?:OrThrow)?(?:<\w{1,20}>)?\(\s?\Z")
"""What asks the environment in NestJS, which runs on a server, right before the name."""
_NEST_ASKED = 60
_METERED = regex(r"(?i)helius|alchemy|infura|quick_?node|birdeye|moralis|etherscan")
"""Services that count the calls of a key, also of one that pages carry."""
_DIGEST = regex(r"[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128}")
_OPENED = regex(r"^([^\n]*)[\[{(][ \t]*(?:#[^\n]*|//[^\n]*)?$", re.MULTILINE)
"""A line that opens a table."""
_OF_DIGESTS = regex(
    r"(?i)sha-?(?:1|256|512)|checksums?|digests?|hash(?:es)?(?![a-z])|(?<![a-z])pin(?:s|ned)?(?![a-z])|integrity|fingerprint"
)
_TABLE = 4_000
_HASHED = regex(r"(?i)hash|digest|fingerprint|checksum")
SOLANA = regex(r"[1-9A-HJ-NP-Za-km-z]{86,88}")
"""Secret keys, of which ``keypair-committed`` tells."""
_BASE58 = regex(r"[1-9A-HJ-NP-Za-km-z]{32,44}")
_SURE = regex(r"(?i)secret(?!_?key)|passw|encrypt|signing|hmac|session|jwt|fernet|cookie")
"""Words of what no address on a chain is called, though one of eight secrets of that length has the letters of one."""
_WALLET = regex(r"(?i)secret|private|key_?pair|wallet|payer|signer|authority|deployer")
"""Words by which ``keypair-committed`` knows what is a key, beside arithmetic."""


def written(content: str, *, bare: bool) -> Iterator[Written]:
    """Every hit in a text.

    Args:
        content: the text.
        bare: whether values may stand without quotes, as in scripts of a shell and in Dockerfiles.
    """
    lower = lowered(content)
    yield from named(content, lower, _IN_SCRIPTS if bare else _IN_CODE)
    held = _FORM_WORDS.held(lower)
    for form in FORMS if held else ():
        for at in _places(lower, (word for word in form.words if word in held)):
            match = form.expression.match(content, at)
            if match is None or _is_quiet(content, match, match["value"]):
                continue
            if (drawn := is_drawn(form, match, content)) is not None:
                yield Written(form.what, match["value"], match.start("value"), key=form.key, weak=not drawn)


def _places(lower: str, words: Iterable[str]) -> Iterator[int]:
    """Where any of the words begins."""
    for word in words:
        at = lower.find(word)
        while at >= 0:
            yield at
            at = lower.find(word, at + len(word))


def _names(lower: str) -> Iterator[int]:
    """A place in each word of a name."""
    for root, begun, ended in _ROOTS:
        for at in _places(lower, (root,)):
            if lower.startswith(begun, at) or lower.endswith(ended, 0, at + len(root)):
                yield at


def named(
    content: str, lower: str, expressions: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]
) -> Iterator[Written]:
    """Values behind a name that says what they are.

    Args:
        content: the text.
        lower: the same in lower case.
        expressions: each behind what a line has that it matches.
    """
    for match in _on_lines(content, lower, expressions):
        value, name = match["value"], f"{match['name'] or ''}{match['what']}".removeprefix("env.")
        named = _SURE.search(match["what"]) is not None or opens_by_name(name, value)
        sure = named and _BASE58.fullmatch(value) is not None and looks_drawn(value)
        metered = _METERED.search(name) is not None
        if (
            names_another(name)
            or (_MADE_PUBLIC.search(name) and not metered)
            or not (sure or is_key(value, is_form=False))
            or _is_quiet(content, match, value)
        ):
            continue
        weak = _WEAK.fullmatch(match["what"]) is not None
        taken = weak and (
            _IN_PLACE.search(content, max(match.start() - _ASKED, 0), match.end()) is not None
            or _OF_NEST.search(content, max(match.start() - _NEST_ASKED, 0), match.start()) is not None
        )  # where the environment says nothing: no page is given that
        if weak and match["what"].lower() == "token" and not _opens(name, value):
            continue
        if (is_web_token(value) and not is_bearer(value)) or is_head(value):
            continue
        if (
            _HASHED.search(name)
            or (weak and value.startswith("0x"))
            or _is_in_table_of_digests(content, match.start(), value)
        ):
            continue  # a digest; an address on a chain
        if SOLANA.fullmatch(value) and _WALLET.search(name):
            continue  # ``keypair-committed`` tells these
        around = content[max(match.start() - 200, 0) : match.end() + 80]
        if metered or not (weak and _MADE_PUBLIC.search(around)):
            yield Written(name, value, match.start("value"), weak=weak and not taken)


def _is_in_table_of_digests(content: str, at: int, value: str) -> bool:
    """Whether what opens the table around a hexadecimal value says that it holds digests: each key in it is the name of a file."""
    if _DIGEST.fullmatch(value) is None:
        return False
    heads = _OPENED.findall(content, max(at - _TABLE, 0), at)
    return bool(heads) and _OF_DIGESTS.search(heads[-1]) is not None


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
    for at in sorted(_names(lower)):
        if at < end:
            continue
        start = content.rfind("\n", 0, at) + 1
        end = content.find("\n", at)
        end = len(content) if end < 0 else end
        if content[end : end + 80].lstrip().startswith(_CONTINUED) or _GOES_ON.search(
            content, max(end - 8, start), end
        ):
            end = max(content.find("\n", end + 1), end)
        if end - start <= _LONGEST_LINE:
            for sign, expression in expressions:
                if sign.search(content, start, end):
                    yield from expression.finditer(content, start, end)


def _is_quiet(content: str, match: re.Match[str], value: str) -> bool:
    """Whether the line says that the value is none, or the value shows where one belongs."""
    line = content[content.rfind("\n", 0, match.start()) + 1 : match.start("value")].lower()
    spoken = "example" in line or "e.g." in line or "placeholder" in line or "regex" in line or "sha256" in line
    spoken = spoken or line.lstrip().startswith("* ")  # a comment that shows how something is called
    spoken = spoken or _is_vector(content, match)
    # What stands in a comment may repeat what one further up documents.
    at = content.find(value) if line.lstrip().startswith("//") else match.start()
    return spoken or (" " not in value and is_placeholder(value)) or _is_in_documentation(content, at)


def _is_vector(content: str, match: re.Match[str]) -> bool:
    """Whether a hit is a text within a text beside which stands what somebody expects of it: the source looks for secrets, and tries itself."""
    start, end = content.rfind("\n", 0, match.start()) + 1, content.find("\n", match.end())
    before, after = content[start : match.start()], content[match.end() : end if end >= 0 else len(content)]
    within = any(before.count(mark) % 2 == 1 and mark in after for mark in "\"'`" if mark not in match[0])
    return within and _EXPECTED.search(content, max(start - _CASE, 0), match.end() + _CASE) is not None


def _is_in_documentation(content: str, at: int) -> bool:
    """Whether a place is in a comment that documents what follows it, whose lines may begin without a star."""
    begun = content.rfind("/**", 0, at)
    first = content[content.rfind("\n", 0, begun) + 1 : begun] if begun >= 0 else "-"
    return not first.strip() and content.find("*/", begun + len("/**"), at) < 0
