"""What a program writes down, and what must not be among it, in the languages that ``sensitive-logging`` reads."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from toolkit.checks.secrets._asked import is_asked, shown_match
from toolkit.checks.secrets._values import names_a_secret
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["CLEANED", "GLOBS", "NAMED", "SEND", "STORE", "any_log_call", "is_shown", "log_calls", "named_secret"]  # fmt: skip

GLOBS = ("*.ts", "*.tsx", "*.mts", "*.cts", "*.js", "*.jsx", "*.mjs", "*.cjs", "*.py", "*.go", "*.rs")
_METHOD = regex(
    r"\.(?:(?P<lower>log|info|warn|warning|error|debug|trace|dir|fatal|exception|critical)|(?P<morgan>token)|(?P<sentry>captureException|captureMessage"
    r"|capture_message|setContext|set_context|setExtras?|set_extra|addBreadcrumb)|(?P<upper>(?:Print|Info|Debug|Warn|Error|Fatal|Panic|Trace)"
    r"(?:f|ln|w|Context)?)|(?P<field>Any|Reflect|Interface|WithFields?))\s*(?=\()"
)
_PRINT = regex(r"(?P<last>print)\s*(?=\()")
_MACRO = regex(r"(?P<last>!)\s*(?=\()")
_MACROS = ("info!", "debug!", "warn!", "error!", "trace!", "println!", "eprintln!", "dbg!")
_LOGGER = regex(r"[\w$]*[lL]og(?:ger|ging)?|console|context")
_MADE_LOGGER = regex(r"(?<![\w$])[\w$.]{0,40}[lL]og(?:ger)?\([^()\n]{0,60}\)\Z")
"""A logger that a call gives: ``getLogger()``."""
_OF_LOGIN = regex(
    r"(?i)\breq(?:uest)?\b|body|param|query|session|auth|user|cred|payload|cookie|conf|env|opt|this|self|login|res|data|invit|input|args|state|props|header"
)
_OF_KEY = regex(r"(?i)wallet|key|account|signer|payer|setting|app|owner|authority|stripe|aws|s3|client")
"""Objects whose ``token`` lets somebody in; one of a bid or a pool is money."""
_GO_LOGGERS = frozenset({"log", "slog", "logger", "Logger", "logrus", "sugar", "zap"})
_MODULES = ("tracing::", "log::")
_RECEIVER = 120
"""Characters before a method in which its object is looked for."""
STORE = regex(
    r"\b(?:env|this\.env|c\.env)\.[\w$]+\.put\s*(?=\()|\b[\w$.]*(?:R2|KV|r2|kv|[bB]ucket|BUCKET|[aA]udit|AUDIT)[\w$]*\.put\s*(?=\()"
)
SEND = regex(r"fetch(?<!\wfetch)\s*(?=\()")
CLEANED = regex(
    r"redact|sanit[iz]|mask|scrub|filter|strip(?!e)|omit|pick|clean|allow|safe|without|exclude|hash|Object\.keys|\.keys\(|length|\blen\(|typeof|size|Boolean",
    re.IGNORECASE,
)
NAMED = regex(
    r"\b(?:const|let|var)\s+(?:mut\s+)?(?P<name>[\w$]+)\s*(?::[^=;\n]+)?=\s*|^[ \t]*(?P<python>\w+)(?:,\s*\w+)?\s*:?=\s*(?=\S)",
    re.MULTILINE,
)
_ARGUMENT = regex(
    r"(?:^|[,({:]|=(?!=)|\$\{)\s*[&%?]?(?P<whole>(?:[A-Za-z_]\w*(?:\.|\[))*(?P<last>[A-Za-z_]\w*)\]?)\s*(?=$|[,)}:]|!r)"
)
_ENVIRONMENT = regex(
    r"(?:process\.env\.|import\.meta\.env\.|(?<![\w.])(?:self\.)?(?:settings|config|cfg|env)\.|(?:process\.env|os\.environ)\[\s*[\"']|os\.(?:getenv|environ\.get)\(\s*[\"']|os\.Getenv\(\s*\"|env::var\(\s*\")(?P<name>[A-Z][A-Z0-9_]+)(?!\w)"
    r"(?![\"']?[\])]?\s*(?:\?(?![?.])|[!=]==?|&&|\??\.(?:length|slice|substring|substr|includes|startsWith|endsWith|replace|split|match|map|is_ok|is_err|is_some|is_none)\b|\[:|if\b|is\b))"
)
_OF_A_STORE = regex(
    r"(?:^|_)(?:DATABASE|DB|MONGO(?:DB)?|POSTGRES(?:QL)?|PG|MYSQL|MARIADB|REDIS|AMQP|RABBITMQ|CLICKHOUSE)_(?:\w+_)?(?:URL|URI|DSN)$|CONNECTION_STRING$|(?:^|_)DSN$(?<!SENTRY_DSN)"
)
"""Addresses of data stores, in which the password stands."""
_SAYS_NONE = regex(
    r"not (?:set|defined|found|configured|provided)|missing|undefined|required|is empty|must be|no such", re.IGNORECASE
)
"""What is said where a variable has no value."""
_ALL_OF_IT = regex(
    r"(?:^|[,(:]|\.\.\.)\s*(?:process\.env|os\.environ|dict\(os\.environ\)|os\.Environ\(\)|(?:std::)?env::vars\(\)|Bun\.env|Deno\.env\.toObject\(\))"
    r"\s*(?=$|[,)}])"
)
_BINDINGS = regex(r"(?:^|[,(:]|\.\.\.)\s*(?:(?:c|ctx|context|this|(?:event\.)?platform)\??\.)?env\s*(?=$|[,)}])")
_OF_A_WORKER = regex(
    r"\b[Hh]ono\b|onRequest|PagesFunction|ExecutionContext|D1Database|KVNamespace|platform\??\.env|\bfetch\s?\(\s?\w{1,20}(?::\s?\w{1,20})?,\s?env\b"
)
"""Signs of a worker, where ``env`` holds all secrets; elsewhere it is mostly the name of an environment."""
_ENV_IS_A_NAME = regex(
    r"\benv\s*(?::\s*\w+\s*)?=\s*(?:os\.(?:getenv|environ)\b|process\.env[.?\[]|(?:self\.|this\.)?(?:settings|config)\.|[\"'])"
)
"""Where a file calls the name of its environment ``env``."""
_AUTHORIZATION = regex(
    r"(?:headers(?:\.get\(\s*|\[\s*)|\breq(?:uest)?\.(?:header|get)\(\s*)[\"'](?:authorization|cookie|x-api-key)[\"']|headers(?:\([^()]{0,200}\))?\.(?:authorization|cookie)\b|Header\.Get\(\s*\"Authorization\"",
    re.IGNORECASE,
)
_SHOWS = regex(
    r"(?:JSON\.stringify|inspect|String|str|repr|Any|Reflect|Interface|WithFields?|Fields|format!?|Sprintf|Stringer|dumps|fromEntries|dict|vars|asdict|structuredClone|(?:bs58|base58|b58)\.?encode|Array\.from|Buffer\.from)\s*$"
)
"""Calls whose result holds what they are given."""
_OF_DATA = regex(
    r"(?:database|db|mongo(?:_?db)?|postgres(?:ql)?|mysql)_?(?:url|uri|dsn)|connection_?string", re.IGNORECASE
)
"""Names of an address of a data store, in which the password stands."""
_MADE_UP = regex(r"(?i)(?<![a-z])(?:demo|sample|example|fake|mock)")
"""Whose login everybody is shown."""
_PLAIN = regex(
    r"(?:(?:provided|received|given|expected|supplied|incoming|raw|plain|user|new|old|current|db|admin)_?)?(?:password|passwd|passphrase)|authorization|(?:access|refresh|auth|bearer|id|session|api|jwt)_?token|(?:generated|new|sms|email|phone|login)_?otp|otp(?:_?code)?|(?:reset|mfa|two_?factor|one_?time|login)_?code|api_?key|client_?secret|jwt_?secret"
    r"|(?:(?:user|wallet|account|my|new|raw|plain|decrypted|deployer|signer|payer|owner|admin|master|imported|exported|generated|evm|eth|sol|solana)_?){0,2}"
    r"(?:secret_?key|private_?key|mnemonic|seed_?phrase)(?:_?(?:base_?58|b58|base_?64|b64|hex|bytes|array|str|string|text|pem|wif|raw|plain|value|words|phrase))?",
    re.IGNORECASE,
)
_PROTECTED = regex(r"(?i)encrypt|cipher|hash|masked|public")
_TOKEN = regex(
    r"(?:(?:provided|received|given|expected|supplied|incoming|raw|bot|reset|invite|verif(?:y|ication)|confirmation|magic(?:_?link)?|slack_?bot|telegram_?bot)_?)?token",
    re.IGNORECASE,
)
_OF_A_CHAIN = regex(r"(?i)amount|chain|swap|mint|balance|price|symbol|\bsol\b|usd|liquidity|pool|trade")
"""Words beside a token that is money."""
_OF_A_DOMAIN = regex(r"\bTXT\b|\bDNS\b|(?i:site.verification)")
"""Words beside a token that stands in the records of a domain, for everybody."""
_ABOUT_LOGIN = regex(r"\b(?:jwt|bearer|login|signin|sign_in|oauth|authorization|auth token|session)\b", re.IGNORECASE)


def log_calls(text: str) -> list[tuple[int, int]]:
    """Begin of every call that writes a log, and the place of its bracket, in their order.

    The method's name is looked for and then what stands before it: an expression that begins with any object takes ten
    times as long. Each of the three expressions begins with a letter of its own, which is found five times as fast as any
    of several.
    """
    return sorted(_log_calls(text))


def any_log_call(text: str) -> bool:
    """Whether a source writes a log anywhere."""
    return next(_log_calls(text), None) is not None


def _log_calls(text: str) -> Iterator[tuple[int, int]]:
    return chain(_methods(text), _words(text, _PRINT, ("print", "pprint")), _words(text, _MACRO, _MACROS))


def _words(text: str, expression: re.Pattern[str], names: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Calls of functions and macros that write; an expression finds the last part of what stands before their brackets."""
    for match in expression.finditer(text):
        end = match.end("last")
        name = next((one for one in names if text.endswith(one, 0, end) and not _goes_on(text, end - len(one))), "")
        if name:
            at = end - len(name)
            yield at - next((len(one) for one in _MODULES if text.endswith(one, 0, at)), 0), match.end()


def _goes_on(text: str, at: int) -> bool:
    """Whether a name that is found at a place begins before it."""
    return at > 0 and (text[at - 1].isalnum() or text[at - 1] == "_")


def _methods(text: str) -> Iterator[tuple[int, int]]:
    """Calls of methods of what writes a log."""
    for match in _METHOD.finditer(text):
        at = match.start()
        start = at
        while start > max(at - _RECEIVER, 0) and (text[start - 1].isalnum() or text[start - 1] in "_$."):
            start -= 1
        last = text[start:at].rpartition(".")[2]
        if match["lower"]:
            made = _MADE_LOGGER.search(text, max(at - _RECEIVER, 0), at) if start == at else None
            start = made.start() if made else start
            writes = made is not None or _LOGGER.fullmatch(last) is not None
        elif match["field"]:
            writes = True  # a field of a structured log, which zap, slog, logrus and zerolog write
        elif match["upper"]:
            writes = last in _GO_LOGGERS or (last == "fmt" and match["upper"].startswith("Print"))
        else:
            writes = last == "morgan" if match["morgan"] else last in ("Sentry", "sentry_sdk")
        if writes:
            yield start, match.end()


def named_secret(inside: str, written: str, content: str) -> str:
    """What a call writes that is secret by its name; empty if nothing is.

    Args:
        inside: its arguments with texts blanked out, but for what is put into them.
        written: its arguments as they are.
        content: the whole file: a ``token`` of a parser or a market is none of a login.
    """
    env = "env" in inside or "Environ" in inside
    of_worker = env and shown_match(_BINDINGS, inside, inside) and _OF_A_WORKER.search(content)
    if (env and _ALL_OF_IT.search(inside)) or (of_worker and not _ENV_IS_A_NAME.search(content)):
        return "the whole environment"
    if shown_match(_AUTHORIZATION, written, inside):
        return "the header that logs a caller in"
    if match := _environment_in(inside, written):
        return match["name"]
    return next(
        (
            name
            for name in _secret_arguments(inside, content)
            if not (name.rpartition(".")[2] == "token" and _is_money(name, written))
            and not _OF_A_DOMAIN.search(written)
            and not _MADE_UP.search(name.rpartition(".")[0])
            and not _is_of_record(name)
            and not _is_looked_up(name, content)
        ),
        "",
    )


def _is_money(name: str, written: str) -> bool:
    """Whether a token is one of a chain, by the object that has it or by the words beside it."""
    receiver = name.rpartition(".")[0]
    return (receiver != "" and not _OF_LOGIN.search(receiver)) or _OF_A_CHAIN.search(written) is not None


def _is_of_record(name: str) -> bool:
    """Whether a ``secret_key`` is the name that a record of a store has, by the object that has it."""
    receiver, _, last = name.rpartition(".")
    return last == "secret_key" and receiver != "" and not (_OF_LOGIN.search(receiver) or _OF_KEY.search(receiver))


def _is_looked_up(name: str, content: str) -> bool:
    """Whether a secret, or a variable of the environment, is fetched by what a name stands for: that is its name then."""
    verbs = "[gG]et|[fF]etch|[lL]oad|[rR]ead|[rR]equire|[lL]ookup|[rR]esolve|[aA]ccess"
    asked = re.compile(rf"\b(?:{verbs})_?\w{{0,30}}(?:[sS]ecret|[eE]nv)\w{{0,30}}\(\s*{re.escape(name)}\b(?!\.)")
    return asked.search(content) is not None


def _environment_in(inside: str, written: str) -> re.Match[str] | None:
    """A variable of the environment that is secret by its name, and written itself."""
    if _SAYS_NONE.search(written):
        return None
    for match in _ENVIRONMENT.finditer(written):
        secret = names_a_secret(match["name"]) or _OF_A_STORE.search(match["name"]) is not None
        in_text = inside[match.start()] != written[match.start()]
        if secret and not in_text and not is_asked(inside, *match.span()) and is_shown(inside[: match.start()]):
            return match
    return None


def _secret_arguments(inside: str, content: str) -> Iterator[str]:
    for match in _ARGUMENT.finditer(inside):
        last = match["last"]
        plain = _PLAIN.fullmatch(last) is not None and not _PROTECTED.search(last)
        plain = plain or (_OF_DATA.fullmatch(last) is not None and not _is_cut(last, content))
        if plain or (_TOKEN.fullmatch(last) and _ABOUT_LOGIN.search(content)):
            # `{ password: hash }` names a field, and the value behind it is looked at by itself.
            field = inside[match.end() :].lstrip().startswith(":")
            if not field and is_shown(inside[: match.start("whole")]):
                yield match["whole"]


def _is_cut(name: str, content: str) -> bool:
    """Whether a source takes the password out of an address before it has this name."""
    return (
        re.search(rf"\b{name}\b\s?(?::[^=\n]{{1,40}})?=\s?[^\n]*(?:mask|redact|sanit|replace|split|hide)", content)
        is not None
    )


def is_shown(before: str) -> bool:
    """Whether what comes next is written itself, and not handed to a function whose result is."""
    depth = 0
    for at in range(len(before) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(before[at], 0)
        if depth < 0:
            return _SHOWS.search(before[:at]) is not None
    return True
