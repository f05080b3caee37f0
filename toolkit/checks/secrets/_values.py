"""Whether a text is a secret or only stands where one would, and how it is shown."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import lru_cache
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING

from toolkit.checks._test_code import is_test
from toolkit.expressions import regex
from toolkit.path_names import is_backup

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolkit.model import Finding

__all__ = [
    "CONFIG", "digest", "entropy", "is_config", "is_env_example", "is_placeholder", "is_public_form", "is_public_name", "is_published_form", "is_trial", "is_trial_network", "is_words", "looks_drawn", "lowered", "marked", "names_a_secret", "names_another", "opens_by_name", "redacted", "told_once", "told_once_a_file", "without_secrets",
]  # fmt: skip

CONFIG = ("*.yml", "*.yaml", "*.toml", "*.tf", "*.tfvars", "*.tfstate", "*.properties", "*.ini", "appsettings*.json", "*config*.json",
          "*secret*.json", "*credentials*.json", "wrangler.json*", "*.conf", "kubeconfig*", "*.cfg", "credentials",
          "app.json", "eas.json", "vercel.json", "*settings*.json", "nodemon.json", "launch.json", "task-definition*.json", "env*.json", "*.env.json")  # fmt: skip
"""Names of files that hold settings."""
_NAMED_FILES = 3
"""Other files with the same secret that are named."""
_COPIED = regex(
    r"(?i)[._-](?:bak|backup|old|orig|save|copy)(?:[._-][^/]*|\d*)\Z|(?:^|/)(?:docs?|reports?|bundle|archive)/|\.(?:md|txt|log)\Z|example|sample"
)
"""Backups, samples and reports, which hold what a file in use has."""
_MARK = regex(r"(?<=characters) \(sha256 [0-9a-f]{8}\)")
_ENV_EXAMPLE = regex(
    r"(?:^|[._-])(?:env|vars)(?:[._-].*)?[._-](?:example|sample|template|dist|defaults?)|(?:example|sample|template).*[._-]env$",
    re.IGNORECASE,
)
_PLACEHOLDER = regex(
    r"^\[.*\]$|^demo|example|sample|placeholder|change[-_ ]?(?:me|this|it)|replace|your[-_ ]?|my[-_]|dummy|fake|mock|todo|redacted|insert|xxx|\.\.\."
    r"|\*\*\*|446655440000|<[^>]+>|\$\{|\{\{|\$\(|%\(|abcdef|123456|qwerty|foo|bar|lorem|not[-_]?(?:a[-_]?)?(?:real|secret)|test|none|null|undefined"
    r"|jbswy3dp|gezdgnbvgy3tqojq|secret[-_]?key$|^secret|^password|^token|^[\w-]*[-_]secret$",
    re.IGNORECASE,
)
"""Words of samples, and the secrets of one-time passwords that manuals and the standard show."""
_LONG = regex(r"[\w+/=~.-]{16,}")
_PHRASE = regex(r"(?:[A-Za-z]{1,14}|\d{1,4})(?:[-_.](?:[A-Za-z]{1,14}|\d{1,4})){3,}")
"""Four words and more: ``generate-a-secure-64-char-key``."""
_LONG_ENOUGH = 24
"""Characters of a secret from which its first ones may be shown."""
_RUN = 8
_SAME = regex(r"(.)\1{5,}")
_NAMES = regex(
    r"(?:^|[_.\-/]|(?<=[a-z]))(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|private[_-]?key|access[_-]?key(?:[_-]?id)?"
    r"|secret[_-]?key|client[_-]?secret|auth[_-]?key|encryption[_-]?key|signing[_-]?key|security[_-]?key|master[_-]?key|service[_-]?role[_-]?key"
    r"|account[_-]?key|client[_-]?key[_-]?data|requirepass|mnemonic|credentials?|(?:crypto?|cipher|aes|fernet|session|hmac|jwt|cookie|totp|enc)[_-]?key"
    r"|secret[_-]?key[_-]?base|(?<=[_.-])pass|^pass|(?<=[_-])pw)(?:[_-]?v?\d{1,2})?$",
    re.IGNORECASE,
)
_OPENERS = regex(r"(?:^|[_.-]|(?<=[a-z]))(?:api|auth|bearer|bot|access)[_-]?token$", re.IGNORECASE)
_NO_ADDRESS = (35, 41)
"""Characters: the addresses of Bitcoin, Tron and their like are shorter, those of Solana longer."""
_PUBLIC_NAMES = regex(
    r"publi(?:c|shable)|(?:^|_)anon_|site_?key|shopify_api_key|algolia_(?:search_)?api_key|firebase_(?:web_)?api_key|posthog|mixpanel|amplitude|segment_|mapbox_(?:access_)?token",
    re.IGNORECASE,
)
"""Names that services give to what their users put into pages and apps: ids, though they are called keys."""
_NAMES_OF_OTHERS = regex(
    r"(?i)(?:existing|external|pull|tls)[_-]?secret$|(?:reset|forgot|forgotten|change|changed|confirm|invalid|wrong|recover|update)[_-]?password$"
)
"""Names of what holds a secret, and of what is done about one: a template of a mail, a page, a message."""
_PUBLIC_FORM = regex(
    r"0x[0-9a-fA-F]{1,63}|0x[0-9a-fA-F:]+::.*|(?:ibc|factory|peggy)/.+|(?!nsec1|suiprivkey1)[a-z]{2,12}1[02-9ac-hj-np-z]{38,60}|(?=.*[A-Z])(?=.*[a-z])[1-9A-HJ-NP-Za-km-z]{32,44}"
    r"|[\w-]+::[\w:]+|sha\d+-.*|(?:[\w-]+/)+[\w.-]+\.\w{1,5}|[\w.-]+\.(?:com|io|org|net|dev|app|json|ts|js|py|key|pem|svg|png)"
    r"|arn:.*|[\w.-]+@[\w.-]+\.[a-z]+|(?:pk|pub|phc|pk_live|pk_test)[_.].*|v?\d+\.\d+.*"
)
_PUBLISHED_FORM = regex(
    r"[GCTXPBL][A-Z2-7]{55}|M[A-Z2-7]{68}|[A-Z2-7]{58}|5[1-9A-HJ-NP-Za-km-z]{46,47}|[EUk0]Q[\w-]{46}|edpk[1-9A-HJ-NP-Za-km-z]{50}|[xyztuv]pub[1-9A-HJ-NP-Za-km-z]{100,}"
    r"|(?:MCowBQYDK2V|MIGfMA0G|MIIB[Io]jAN|MIICIjAN|M[FH][kY]wE[wA]YHKoZIzj0)[\w+/=-]*|AAAA[BCE][23][NV][zj][\w+/=]*"
    r"|d-[0-9a-f]{32}|(?:fld|tbl|app|rec|viw|sel|wsp|usr)[A-Za-z0-9]{14}|(?:price|prod|plan)_[A-Za-z0-9]{14,24}"
    r"|(?:\$(?:2[abxy]|argon2\w*|scrypt|pbkdf2[\w-]*|[156y])|pbkdf2\w*(?::\w+)*)\$.*"
)
"""Addresses and public keys of Stellar, Algorand, Substrate, TON, Tezos and Bitcoin, keys in SPKI and of SSH, ids of templates, tables and prices, hashes of passwords."""
_TRIAL = regex(
    r"(?:^|/)(?:devnet|localnet|local|dev(?:[-_]certs?)?|(?:[\w.]+-)?examples?|samples?|docs?|documentation|cassettes|playground|vectors)(?:/|$)|(?:^|/)localhost[\w.-]*\.(?:pem|key)$"
    r"|(?:^|/)(?:test|fixtures?|mock|example|sample|env\.test)(?:[_.-][^/]*)?$|(?:^|/)(?:vite|vitest|jest|playwright|cypress|karma)[\w.-]*\.?config\.\w+$|(?:^|/)(?:playwright|cypress|e2e)[\w.-]*\.(?:ya?ml|json)$|[._-](?:example|sample)\.\w+$|(?:^|[/_-])test[-_]?(?:data|users|accounts|keys|wallets)(?=[/._-])|(?:^|/)mock[-_](?:services?|servers?|apis?)/|(?:^|[/_-])smoke[-_]?tests?(?=[/._-])|(?:^|/)[\w-]+-e2e/"
    r"|\.(?:md|mdx|rst|adoc|ipynb)$",
    re.IGNORECASE,
)
"""Beside what is a test: settings and networks of a developer, examples, documents."""
_NETWORK = regex(r"(?i:(?:^|[/_.-])(?:devnet|testnet|localnet|local)\d*(?=$|[/_.-]))|Devnet|Testnet|Localnet")


def is_config(path: str) -> bool:
    """Whether a file is configuration by its name: what ``secret-in-config`` reads, setting by setting."""
    name = path.rpartition("/")[2]
    return any(fnmatchcase(name, glob) for glob in CONFIG)


def is_env_example(path: str) -> bool:
    """Whether a file shows which variables a program wants: ``.env.example``, ``env.sample``, ``example.env``."""
    return _ENV_EXAMPLE.search(path.rpartition("/")[2]) is not None


def redacted(value: str) -> str:
    """A secret as it may be shown: an eighth of it, four characters at most, and a short digest, to find equal ones again.

    Of a short one nothing but the digest, and of what a digest lets somebody guess the length.
    """
    if not looks_drawn(value, least=12):
        return f"{len(value)} characters"
    shown = value[: min(len(value) // 8, 4)] if len(value) >= _LONG_ENOUGH else ""
    return f"{shown}... {_digested(value)}" if shown else _digested(value)


def marked(value: str) -> str:
    """As :func:`redacted`, with the digest of any value, by which :func:`told_once` knows equal ones; that is taken off there."""
    return f"{redacted(value)} {_digested(value)}" if not looks_drawn(value, least=12) else redacted(value)


def _digested(value: str) -> str:
    return f"(sha256 {digest(value)[:8]})"


@lru_cache(maxsize=1)
def lowered(text: str) -> str:
    """A text in lower case whose characters keep their places: a few letters beyond ASCII become two."""
    lower = text.lower()
    return lower if len(lower) == len(text) else re.sub("[A-Z]+", lambda match: match[0].lower(), text)


def without_secrets(text: str) -> str:
    """A line of a source as it may be shown: what looks drawn by lot in it is redacted."""
    return _LONG.sub(lambda match: redacted(match[0]) if looks_drawn(match[0]) else match[0], text)


def digest(value: str) -> str:
    """The sha256 of a value, in hex."""
    return sha256(value.encode("utf-8", "surrogateescape")).hexdigest()


def told_once(found: Iterable[Finding]) -> Iterator[Finding]:
    """Findings without the further ones of a secret that is told: it is changed once, and the one told names the other files.

    Two findings are of one secret if they have the same evidence, which holds its digest. Several of one kind in one
    file are one, which names their lines.
    """
    ordered = sorted(
        found,
        key=lambda one: (
            ("error", "warning", "info").index(one.severity), _COPIED.search(one.path or "") is not None or is_backup(one.path or ""), one.path or "", one.line,
        ),
    )  # fmt: skip
    places: dict[str, list[Finding]] = {}
    for one in ordered:
        places.setdefault(
            one.evidence if "sha256" in one.evidence else f"{one.path}:{one.line}:{one.message}", []
        ).append(one)
    yield from told_once_a_file(
        replace(
            first,
            evidence=_MARK.sub("", first.evidence)
            + _elsewhere(sorted({one.path or "" for one in others} - {first.path or ""})),
            related=(*first.related, *(place for one in others for place in one.places)),
        )
        for first, *others in places.values()
    )


def told_once_a_file(found: Iterable[Finding]) -> Iterator[Finding]:
    """Findings of which several with one message in one file are one, which names the lines of the others."""
    kinds: dict[tuple[str, str | None, str], list[Finding]] = {}
    for told in found:
        kinds.setdefault((told.severity, told.path, told.message), []).append(told)
    for first, *others in kinds.values():
        lines = ", ".join(dict.fromkeys(f"line {one.line}" for one in others[:_NAMED_FILES]))
        rest = len(others) - _NAMED_FILES
        more = f", and {len(others)} more in this file ({lines}{f' and {rest} more' if rest > 0 else ''})"
        related = (*first.related, *(place for one in others for place in one.places))
        yield replace(first, evidence=first.evidence + more, related=related) if others else first


def _elsewhere(others: list[str]) -> str:
    more = len(others) - _NAMED_FILES
    named = ", ".join(others[:_NAMED_FILES]) + (f" and {more} more files" if more > 0 else "")
    return f", and in {named}" if others else ""


def entropy(value: str) -> float:
    """Bits a character by Shannon; random base64 of 40 characters has about 4.7, an English word about 3."""
    counts = Counter(value)
    return -sum(count / len(value) * math.log2(count / len(value)) for count in counts.values()) if value else 0.0


def is_placeholder(value: str) -> bool:
    """Whether a value only shows where one belongs."""
    if not value.strip() or _PLACEHOLDER.search(value) is not None or _SAME.search(value) is not None:
        return True
    letters, digits = re.sub("[^A-Za-z]", "", value.rpartition("_")[2]), re.sub(r"\D", "", value)
    return len(letters) + len(digits) >= _RUN and _is_running(letters) and _is_running(digits)


def _is_running(text: str) -> bool:
    """Whether of four and more letters or digits most follow on the one before: both do in ``a1b2c3d4e5f6``."""
    steps = sum(ord(after) - ord(before) in (1, -9) for before, after in pairwise(text.lower()))
    return len(text) * 2 >= _RUN and steps * 4 >= (len(text) - 1) * 3


def is_words(value: str) -> bool:
    """Whether a value is made of words or numbers only, as people make up for a machine of their own."""
    if _PHRASE.fullmatch(value):
        return True
    return (
        re.fullmatch(
            r"[a-z]+(?:\d?[-_./:][a-z]+)*\d{0,4}|[A-Z]+(?:_[A-Z]+)*|[\d.]+|[A-Z]?[a-z]+(?:[A-Z][a-z]+)*", value
        )
        is not None
    )


def looks_drawn(value: str, *, least: int = 16) -> bool:
    """Whether a value looks drawn by lot: no words, letters and digits mixed.

    Args:
        value: the text.
        least: characters below which nothing can be said.
    """
    if len(value) < least or not re.fullmatch(r"[\w+/=.~!@#$%^&*()-]+", value, re.ASCII):
        return False
    if re.fullmatch(r"[0-9a-fA-F]+", value):
        return len(value) >= max(least, 32) and entropy(value) >= 3.2 and re.search("[a-fA-F]", value) is not None
    changes = len(re.findall(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])|(?<=[a-z])(?=[A-Z])", value))
    return changes >= max(3, len(value) // 8) and entropy(value) >= 3.3 and re.search(r"\d", value) is not None


def is_public_form(value: str) -> bool:
    """Whether a value has the form of what is public: an address on a chain, a version, a hash with its name, a file."""
    return _PUBLIC_FORM.fullmatch(value) is not None or is_published_form(value)


def is_published_form(value: str) -> bool:
    """Whether a value has a form that no secret has: of a public key, of an id, of a hash."""
    return _PUBLISHED_FORM.fullmatch(value) is not None


def is_public_name(name: str) -> bool:
    """Whether a service gives what has this name to pages and apps."""
    return _PUBLIC_NAMES.search(name) is not None


def names_a_secret(name: str) -> bool:
    """Whether the name of a setting says that its value is secret."""
    return _NAMES.search(name) is not None and not is_public_name(name) and not names_another(name)


def names_another(name: str) -> bool:
    """Whether a name only has the word in it: of an object that holds a secret, of what is done about one."""
    return _NAMES_OF_OTHERS.search(name) is not None


def opens_by_name(name: str, value: str) -> bool:
    """Whether a value with the letters of an address on a chain is a token by its name, and has the length of no address."""
    return _NO_ADDRESS[0] <= len(value) <= _NO_ADDRESS[1] and _OPENERS.search(name) is not None


def is_trial(path: str) -> bool:
    """Whether a file belongs to tests, examples or documents, where made-up keys are at home."""
    return is_test(path) or _TRIAL.search(path) is not None


def is_trial_network(path: str) -> bool:
    """Whether a file is for a network without value by its name: keys and phrases of wallets are worth little there."""
    return _NETWORK.search(path) is not None
