"""How names with the id of a program look in texts: constants, variables, entries of tables and arguments of commands."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks._texts import line_at
from toolkit.checks.onchain._base58 import problem
from toolkit.checks.onchain._placeholder import of_others, placeholder
from toolkit.expressions import regex
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator


__all__ = ["EXAMPLE", "EXAMPLE_FOLDER", "Binding", "Known", "bindings_of"]

_NAME = (
    r"(?P<name>[A-Za-z][\w-]{0,80}?(?i:program_?-?(?:id|address|pubkey|public_?key|key))s?(?:_[A-Z]+|_[a-z]+)?|(?i:program_?id)"
    r"|(?:[A-Z0-9]{1,20}_){0,5}PROGRAM_(?:ID_)?[A-Z][A-Z0-9_]{1,40}|[A-Z][A-Z0-9_]{1,60}_PROGRAM)"
)
_VALUE = r"(?P<value>[0-9A-Za-z]{32,44}(?![\w])|<[\w -]+>|(?i:your|replace|todo|change|insert|put)[\w-]*)"
_S = r"\s{0,80}"
"""Blanks; without a bound, expressions that try them from every place take the square of their number."""
_WRAP = rf"(?:[A-Za-z_][\w.:!]{{0,80}}(?:\[\"\w{{1,60}}\"\])?{_S}(?:\(|!\(|\|\||\?\?|\bor\b){_S}){{0,4}}"
_FORMS = (
    regex(
        rf"(?<![\w$.-]){_NAME}[\"']?\]?{_S}(?::{_S}(?:&{_S}(?:'static\s+)?)?[A-Za-z][\w.:<>]{{0,80}}{_S})?[:=]{_S}(?:new\s{{1,80}})?{_WRAP}(?:new\s{{1,80}})?{_WRAP}[\"'`]?{_VALUE}"
    ),
    regex(rf"[\"'](?P<dummy>){_NAME}[\"']{_S},{_S}[\"']{_VALUE}[\"']"),
    regex(rf"variable\s{{1,80}}\"{_NAME}\"{_S}\{{[^}}]{{0,600}}?\bdefault{_S}={_S}\"{_VALUE}\""),
    regex(
        rf"\bname{_S}[:=]{_S}[\"']?{_NAME}[\"']?[ \t]{{0,80}}\r?\n[ \t]{{0,80}}(?:value|text|content){_S}[:=]{_S}[\"']?{_VALUE}"
    ),
    regex(rf"(?<![\w$.-]){_NAME}=[\"']?{_VALUE}"),
    regex(rf"\$\{{{_NAME}:?[-=]{_VALUE}\}}"),
    regex(rf"\benv(?:\.|\[[\"']){_NAME}[\"']?\]?{_S}(?:\|\||\?\?){_S}[\"'`]{_VALUE}"),
)
_ENTRY = regex(
    r"^[ \t]{0,80}(?:[\"']?(?P<name>[A-Za-z]\w{1,80})[\"']?[ \t]{0,80}:\s{0,80}(?:(?:new\s{1,80})?[\w.]{1,80}\(\s{0,80})?[\"']"
    r"|\w{0,40}\[[\"']?(?P<key>[A-Za-z][\w-]{1,80})[\"']?\]=[\"']?)(?P<value>[0-9A-Za-z]{32,44})(?![\w])",
    re.MULTILINE,
)
"""An entry of a table, or of an array of a shell."""
_BY_CLUSTER = regex(rf"(?<![\w$.-]){_NAME}{_S}(?::[^=\n{{}}]{{0,80}})?={_S}\{{(?P<body>[^{{}}]{{1,1200}})\}}")
_CLUSTER = regex(
    r"(?i)(?<![\w$.-])[\"']?(?P<name>mainnet(?:[-_]?beta)?|devnet|testnet)[\"']?\s{0,80}:\s{0,80}(?:(?:new\s{1,80})?[\w.]{1,80}\(\s{0,80})?[\"'](?P<value>[0-9A-Za-z]{32,44})(?!\w)"
)
_GIVEN = regex(r"--program-id[ =][\"']?(?P<value>[1-9A-HJ-NP-Za-km-z]{32,44})(?!\w)")
_DEPLOYS = regex(r"\b(?:solana\s+program\s+(?:deploy|upgrade|write-buffer)|anchor\s+(?:deploy|upgrade))\b")
_BUILT = regex(
    r"(?:\A|[/\s\"'])(?P<so>[A-Za-z][\w-]{0,80})\.so\b|(?:--program-name|-p)[ =][\"']?(?P<named>[A-Za-z][\w-]{0,80})"
)
_COMMAND = 600
"""Characters of a command before and behind one of its options."""
_TABLE = regex(r"(?i)program_?ids?\b|\bprograms\b")
_TABLE_CHARACTERS = 1200
"""As far above an entry the head of its table may stand."""
_MADE_UP = regex(r"(?i:test|mock|dummy|fake)(?:_|(?=[A-Z]))")
_COMMON = frozenset(
    {
        "vite", "next", "public", "expo", "react", "app", "nuxt", "plasmo", "gatsby", "solana", "anchor", "default",
        "devnet", "mainnet", "testnet", "localnet", "beta", "main", "my", "our", "the", "dev", "prod", "local",
        "test", "program", "programs", "id", "ids", "address", "addresses", "key", "pubkey", "publickey",
        "protocol", "contract", "onchain",
    }
)  # fmt: skip
_OF_ALL = frozenset(
    {
        "token", "memo", "stake", "staking", "vote", "system", "config", "metadata", "governance", "compression", "noop",
        "swap", "amm", "lending", "oracle", "bridge", "nft", "core", "data", "authority", "owner", "admin", "wallet", "state",
    }
)  # fmt: skip
"""What programs of others and accounts are called as well."""
EXAMPLE_FOLDER = regex(r"(?i)(?:^|/)(?:examples?|samples?|templates?)/")
EXAMPLE = regex(r"(?i)example|sample|template|\.dist$|defaults?$")
_CODE = (
    ".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".py", ".rs", ".go", ".vue", ".svelte", ".dart", ".kt",
    ".swift",
)  # fmt: skip
_SETTINGS = regex(r"(?i)config|constant|env|network|cluster|program|anchor|solana|settings")
_FOR_PROGRAMS = regex(r"(?i)client|sdk|idl|index|contract|deploy|ids?\b")
_BETWEEN = regex(r"[\s_-]+")
_MAKES_KEY = regex(r"(?i)public_?key|pubkey|\baddress\(")
"""What throws where it is given no address, whosever program is meant."""
_FALLBACK = regex(r"\|\||\?\?|\bor\b")


@frozen
class Binding:
    """One name with an address.

    Args:
        program: the normalised name of the program that is meant; empty where the name leaves it open.
        value: what it holds: an address, or words in place of one.
        example: the file is one to copy and fill in, or the name could mean another program.
        fallback: it is taken where the environment says nothing.
    """

    path: str
    line: int
    name: str
    program: str
    value: str
    example: bool
    fallback: bool = False


class Known(NamedTuple):
    """What is known of the programs of a repository.

    Args:
        ids: of each, by its normalised name.
        names: of programs, by what a name says of them.
        short: the same without the first word, where several programs share that and the rest means one of them.
        foreign: ids that are said to be of other programs; grows.
    """

    ids: dict[str, set[str]]
    names: dict[str, str]
    short: dict[str, str]
    foreign: set[str]

    @classmethod
    def of(cls, ids: dict[str, set[str]], foreign: set[str]) -> Known:
        """What follows from the ids of the programs, and those that are said to be of others."""
        names = {rest: name for name in ids if (rest := _rest(name))}
        return cls(ids, names, _shortened(names), foreign)

    def program(self, name: str) -> tuple[str, bool]:
        """The program that a name means, and whether it says so in full."""
        rest = _rest(name)
        return (self.names[rest], True) if rest in self.names else (self.short.get(rest, ""), False)

    def is_longer(self, program: str, value: str) -> bool:
        """Whether an id is that of another program whose name goes on where the first one's ends: ``acme_escrow`` where ``acme`` is called."""
        return any(value in ids for name, ids in self.ids.items() if name.startswith(f"{program}_"))


def _shortened(names: dict[str, str]) -> dict[str, str]:
    heads = Counter(rest.partition("_")[0] for rest in names if "_" in rest)
    tails: dict[str, set[str]] = {}
    for rest, name in names.items():
        head, _, tail = rest.partition("_")
        if tail and heads[head] > 1 and tail not in names and tail not in _OF_ALL:
            tails.setdefault(tail, set()).add(name)
    return {tail: min(found) for tail, found in tails.items() if len(found) == 1}


def bindings_of(path: str, text: str, known: Known) -> Iterator[Binding]:
    """The bindings of one file; ids that it gives to programs of others are added to what is known."""
    example = bool(EXAMPLE.search(posixpath.basename(path)) or EXAMPLE_FOLDER.search(path))
    ids = set().union(*known.ids.values())
    client = _is_client(path, text, known)
    seen: set[int] = set()
    for match in (hit for form in _FORMS for hit in form.finditer(text)):
        start, value = match.start("value"), match["value"]
        rest = _rest(match["name"])
        program, full = known.program(match["name"])
        if rest and not program and not placeholder(value) and not problem(value):
            known.foreign.add(value)
        wrong = _MAKES_KEY.search(text[match.start("name") : start]) and problem(value) and not placeholder(value)
        if start in seen or _is_comment(text, match.start("name")) or (rest and not program and not wrong):
            continue
        if of_others(value) or (not program and value in ids and not placeholder(value)):
            continue
        if (program and known.is_longer(program, value)) or _in_test(path, text, match):
            continue
        if not program and not wrong and not _is_setting(path, text, match.start("name"), match["name"]):
            continue
        if not program and not wrong and not client and not placeholder(value):
            continue
        seen.add(start)
        fallback = _FALLBACK.search(text[match.end("name") : start]) is not None
        yield Binding(
            path, line_at(text, start), match["name"], program, value, example or (program != "" and not full), fallback
        )
    for one in (*_entries(text, known, ids), *_commands(text, known), *_by_cluster(text, known, client=client)):
        if one.at not in seen and not of_others(one.value):
            yield Binding(path, line_at(text, one.at), one.name, one.program, one.value, example or not one.sure)


class _Entry(NamedTuple):
    at: int
    name: str
    program: str
    value: str
    sure: bool


def _entries(text: str, known: Known, ids: set[str]) -> Iterator[_Entry]:
    """Entries of tables of programs; a name without the first word is sure where the table has ids of this repository."""
    for match in _ENTRY.finditer(text):
        name = match["name"] or match["key"]
        program, full = known.program(name)
        head = text[max(0, match.start() - _TABLE_CHARACTERS) : match.start("value")]
        if program and _TABLE.search(head):
            near = head + text[match.end() : match.end() + _TABLE_CHARACTERS]
            sure = full or any(one in near for one in ids)
            yield _Entry(match.start("value"), name, program, match["value"], sure)


def _by_cluster(text: str, known: Known, *, client: bool) -> Iterator[_Entry]:
    """Ids of a constant that has one for each cluster: ``PROGRAM_IDS = { devnet: new PublicKey("...") }``."""
    ids = set().union(*known.ids.values())
    for table in _BY_CLUSTER.finditer(text):
        program, full = known.program(table["name"])
        if not program and (_rest(table["name"]) or not table["name"].isupper()):
            continue
        if not program and not client and not any(one in table["body"] for one in ids):
            continue
        for one in _CLUSTER.finditer(text, *table.span("body")):
            if one["value"] not in ids:
                yield _Entry(one.start("value"), f"{table['name']}.{one['name']}", program, one["value"], full)


def _commands(text: str, known: Known) -> Iterator[_Entry]:
    """Ids that commands are given which deploy a program."""
    for match in _GIVEN.finditer(text):
        start, end = match.start(), match.end()
        while (start := text.rfind("\n", max(match.start() - _COMMAND, 0), start)) > 0 and text[start - 1] == "\\":
            pass
        while (end := text.find("\n", end, match.end() + _COMMAND)) >= 0 and text[end - 1] == "\\":
            end += 1
        command = text[start + 1 : end if end >= 0 else match.end() + _COMMAND]
        built = _BUILT.search(command)
        if _DEPLOYS.search(command) and built and not command.lstrip().startswith(("#", "//")):
            program, full = known.program(built["so"] or built["named"])
            if program and full:
                yield _Entry(match.start("value"), "--program-id", program, match["value"], sure=True)


def _is_setting(path: str, text: str, at: int, name: str) -> bool:
    """Whether a name that could mean any program is a constant, or a value of a configuration; not a parameter, not data."""
    base = posixpath.basename(path)
    if base.endswith(".json"):
        return False
    if not base.endswith(_CODE) or name.isupper():
        return True
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return line.lstrip().startswith(("const ", "export const ", "let ", "static ")) or bool(_SETTINGS.search(base))


def _is_client(path: str, text: str, known: Known) -> bool:
    """Whether a name without a program means one of this repository: in settings, and in sources that are for such programs by their name or text."""
    base = posixpath.basename(path)
    if not base.endswith(_CODE) or _SETTINGS.search(base) or _FOR_PROGRAMS.search(base):
        return True
    squeezed = _BETWEEN.sub("", text).lower()
    return any(name.replace("_", "").lower() in squeezed for name in known.ids)


def _in_test(path: str, text: str, match: re.Match[str]) -> bool:
    """Whether a name says that it is made up, or stands in the tests at the end of a source of Rust."""
    return bool(_MADE_UP.match(match["name"])) or (
        path.endswith(".rs") and 0 <= text.find("#[cfg(test)]") < match.start()
    )


def _is_comment(text: str, at: int) -> bool:
    line = text[text.rfind("\n", 0, at) + 1 : at].lstrip()
    return line.startswith(("//", "#", "*", "/*", "--"))


def _rest(name: str) -> str:
    """What a name says beyond what every name of an id says: ``escrow`` of ``NEXT_PUBLIC_ESCROW_PROGRAM_ID`` and ``escrowProgramId``."""
    parts = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).replace("-", "_").lower().split("_")
    return "_".join(part for part in parts if part and part not in _COMMON)
