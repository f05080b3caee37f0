"""Names outside of the crates that hold a program's id: constants of clients, variables of environments and deployments.

``VITE_VAULT_PROGRAM_ID=...``, ``export const PROGRAM_ID = new PublicKey("...")``, ``variable "program_id" { default = "..." }``: the name says
which program is meant. What is left of it without the words that every such name has is either a program of this repository,
or nothing (then any of them), or a program of others (``TOKEN_PROGRAM_ID``), which is left alone.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from typing import TYPE_CHECKING

from toolkit.checks._search import files_with
from toolkit.checks._texts import line_at
from toolkit.checks.onchain._base58 import problem
from toolkit.checks.onchain._keypairs import for_tests
from toolkit.checks.onchain._placeholder import placeholder
from toolkit.checks.onchain._programs import programs
from toolkit.checks.onchain._workspaces import workspaces
from toolkit.context import Unreadable
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection

__all__ = ["Binding", "bindings", "known_ids"]

_WORDS = (
    "program_id", "programid", "program_address", "programaddress", "program-id", "program_pubkey", "program_key",
    "programs: {", "programs = {",
)  # fmt: skip
_GLOBS = (
    "*.ts", "*.tsx", "*.js", "*.jsx", "*.mjs", "*.cjs", "*.mts", "*.py", "*.rs", "*.go", "*.vue", "*.svelte", "*.dart", "*.kt", "*.swift",
    "*.env", ".env*", "*.env.*", ".dev.vars*", "*.toml", "*.yaml", "*.yml", "*.tf", "*.tfvars", "*.json", "*.jsonc", "Dockerfile*", "*.sh",
)  # fmt: skip
_NAME = r"(?P<name>[A-Za-z][\w-]{0,80}?(?i:program_?-?(?:id|address|pubkey|public_?key|key))s?(?:_[A-Z]+|_[a-z]+)?|(?i:program_?id))"
_VALUE = r"(?P<value>[0-9A-Za-z]{32,44}(?![\w])|<[\w -]+>|(?i:your|replace|todo|change|insert|put)[\w-]*)"
_S = r"\s{0,80}"
"""Blanks; without a bound, expressions that try them from every place take the square of their number."""
_WRAP = rf"(?:[A-Za-z_][\w.:!]{{0,80}}(?:\[\"\w{{1,60}}\"\])?{_S}(?:\(|!\(|\|\||\?\?|\bor\b){_S}){{0,4}}"
_FORMS = (
    regex(
        rf"(?<![\w$.-]){_NAME}[\"']?\]?{_S}(?::{_S}(?:&'static\s+)?[A-Za-z][\w.:<>]{{0,80}}{_S})?[:=]{_S}(?:new\s{{1,80}})?{_WRAP}(?:new\s{{1,80}})?{_WRAP}[\"'`]?{_VALUE}"
    ),
    regex(rf"[\"'](?P<dummy>){_NAME}[\"']{_S},{_S}[\"']{_VALUE}[\"']"),
    regex(rf"variable\s{{1,80}}\"{_NAME}\"{_S}\{{[^}}]{{0,600}}?\bdefault{_S}={_S}\"{_VALUE}\""),
    regex(
        rf"\bname{_S}[:=]{_S}[\"']?{_NAME}[\"']?[ \t]{{0,80}}\r?\n[ \t]{{0,80}}(?:value|text|content){_S}[:=]{_S}[\"']?{_VALUE}"
    ),
    regex(rf"(?<![\w$.-]){_NAME}=[\"']?{_VALUE}"),
    regex(rf"\$\{{{_NAME}:?[-=]{_VALUE}\}}"),
)
_ENTRY = regex(
    r"^[ \t]{0,80}[\"']?(?P<name>[A-Za-z]\w{1,80})[\"']?[ \t]{0,80}:\s{0,80}(?:(?:new\s{1,80})?[\w.]{1,80}\(\s{0,80})?[\"'](?P<value>[0-9A-Za-z]{32,44})[\"']",
    re.MULTILINE,
)
_TABLE = regex(r"(?i)program_?ids?\b|\bprograms\b")
_TABLE_CHARACTERS = 1200
"""As far above an entry the head of its table may stand."""
_COMMON = frozenset(
    {
        "vite", "next", "public", "expo", "react", "app", "nuxt", "plasmo", "gatsby", "solana", "anchor", "default",
        "devnet", "mainnet", "testnet", "localnet", "beta", "main", "my", "our", "the", "dev", "prod", "local",
        "test", "program", "programs", "id", "ids", "address", "addresses", "key", "pubkey", "publickey",
        "protocol", "contract", "onchain",
    }
)  # fmt: skip
_OF_OTHERS = regex(
    r"(?:Sysvar|Stake|Vote|Config|ComputeBudget|BPFLoader|AddressLookupTab|Ed25519|KeccakSecp|Secp256|NativeLoader|Feature|Token|AToken|So1|Memo|meta|Meta|namesLP|JUP|whir|Lighth|noop"
    r"|cmtD|BGUM|CoRE|SQDS|pump|6EF8rrecth|675kPX9|CAMMC|9xQeWv|srm|L2TEx|dRifty|MarB|SBond|rec5E|pyth|FsJ3A3|gSbeP|LBUZ|Eo7W|CPMM|Prop)"
)
_EXAMPLE_FOLDER = regex(r"(?i)(?:^|/)(?:examples?|samples?|templates?)/")
_EXAMPLE = regex(r"(?i)example|sample|template|\.dist$|defaults?$")
_CODE = (
    ".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".py", ".rs", ".go", ".vue", ".svelte", ".dart", ".kt",
    ".swift",
)  # fmt: skip
_SETTINGS = regex(r"(?i)config|constant|env|network|cluster|program|anchor|solana|settings")
_WRITTEN = regex(r"(?i)(?:^|/)(?:generated|__generated__|codegen|upstream|vendor|dist|build|node_modules)/")
_INTERFACE_ADDRESS = regex(rb"\"address\"\s*:\s*\"([1-9A-HJ-NP-Za-km-z]{32,44})\"")
_FEW = 3
"""In more files than this an unknown id is a program of others that the repository works with."""
_MAKES_KEY = regex(r"(?i)public_?key|pubkey|\baddress\(")
"""What throws where it is given no address, whosever program is meant."""
_LOCAL = regex(r"(?i)local(?:net)?\d*(?=[/_.-])")
"""A local network has the program under the id that it declares; devnet and testnet may have another one."""
_NO_BINDINGS = frozenset(
    {"package.json", "package-lock.json", "tsconfig.json", "Cargo.toml", "Anchor.toml", "pnpm-lock.yaml"}
)
_MAX_BYTES = 400_000


@frozen
class Binding:
    """One name with an address.

    Args:
        program: the normalised name of the program that is meant; empty where the name leaves it open.
        value: what it holds: an address, or words in place of one.
        example: the file is one to copy and fill in.
    """

    path: str
    line: int
    name: str
    program: str
    value: str
    example: bool


def known_ids(context: Inspection) -> dict[str, set[str]]:
    """Every id that a program of this repository has, by the normalised name of the program; without those that only a compiler knows."""
    found: dict[str, set[str]] = {}
    for one in programs(context):
        if one.has_entry or one.declared:
            found.setdefault(one.name, set()).update(declared.address for declared in one.declared)
    for workspace in workspaces(context):
        for listing in workspace.listings:
            program = workspace.program(listing.name)
            name = program.name if program else listing.name.replace("-", "_")
            found.setdefault(name, set()).add(listing.address)
    for one in programs(context):
        if one.unreadable_id:
            found.pop(one.name, None)
    return found


@once_a_run
def bindings(context: Inspection) -> tuple[Binding, ...]:
    """Every name that holds the id of a program of this repository, or should."""
    known = known_ids(context)
    return tuple(_find(context, known)) if known else ()


def _find(context: Inspection, known: dict[str, set[str]]) -> Iterator[Binding]:
    names = {rest: name for name in known if (rest := _rest(name))}
    sources = {one.root for one in programs(context)}
    found: list[Binding] = []
    foreign = set(_foreign_interfaces(context, known))
    for path in files_with(context, _WORDS, _GLOBS, ignore_case=True):
        base = posixpath.basename(path)
        if base in _NO_BINDINGS or path in sources or _is_written(path) or context.is_foreign(path):
            continue
        if for_tests(_LOCAL.sub("", path)) and not _EXAMPLE.search(base):
            continue
        if (content := context.content(path)) is None:
            continue
        if len(content) <= _MAX_BYTES:
            found += _of_text(path, content.decode("utf-8", "replace"), names, known, foreign)
    places = Counter(one.value for one in found if not one.program and not placeholder(one.value))
    yield from (one for one in found if one.program or (one.value not in foreign and places[one.value] <= _FEW))


def _is_written(path: str) -> bool:
    """Whether a folder says that a generator or another project wrote what is in it."""
    return bool(_WRITTEN.search(path))


def _foreign_interfaces(context: Inspection, known: dict[str, set[str]]) -> Iterator[str]:
    """Addresses in IDL files of programs that are not of this repository."""
    for path in files_with(context, ('"instructions"',), ("*.json",)):
        try:
            match = _INTERFACE_ADDRESS.search(context.read(path))
        except Unreadable:
            continue
        if match and posixpath.basename(path).removesuffix(".json").replace("-", "_") not in known:
            yield match[1].decode()


def _of_text(
    path: str, text: str, names: dict[str, str], known: dict[str, set[str]], foreign: set[str]
) -> Iterator[Binding]:
    """The bindings of one file; ids that it gives to programs of others are added to ``foreign``."""
    example = bool(_EXAMPLE.search(posixpath.basename(path)) or _EXAMPLE_FOLDER.search(path))
    ids = set().union(*known.values())
    seen: set[int] = set()
    for match in (hit for form in _FORMS for hit in form.finditer(text)):
        start, value = match.start("value"), match["value"]
        rest = _rest(match["name"])
        program = names.get(rest, "")
        if rest and not program and not placeholder(value) and not problem(value):
            foreign.add(value)
        wrong = _MAKES_KEY.search(text[match.start("name") : start]) and problem(value) and not placeholder(value)
        if start in seen or _is_comment(text, match.start("name")) or (rest and not program and not wrong):
            continue
        if _OF_OTHERS.match(value) or (not program and value in ids and not placeholder(value)):
            continue
        if not program and not wrong and not _is_setting(path, text, match.start("name"), match["name"]):
            continue
        seen.add(start)
        yield Binding(path, line_at(text, start), match["name"], program, value, example)
    for match in _ENTRY.finditer(text):
        program = names.get(_rest(match["name"]), "")
        head = text[max(0, match.start() - _TABLE_CHARACTERS) : match.start()]
        if program and match.start("value") not in seen and _TABLE.search(head):
            yield Binding(path, line_at(text, match.start("value")), match["name"], program, match["value"], example)


def _is_setting(path: str, text: str, at: int, name: str) -> bool:
    """Whether a name that could mean any program is a constant, or a value of a configuration; not a parameter, not data."""
    base = posixpath.basename(path)
    if base.endswith(".json"):
        return False
    if not base.endswith(_CODE) or name.isupper():
        return True
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return line.lstrip().startswith(("const ", "export const ", "let ", "static ")) or bool(_SETTINGS.search(base))


def _is_comment(text: str, at: int) -> bool:
    line = text[text.rfind("\n", 0, at) + 1 : at].lstrip()
    return line.startswith(("//", "#", "*", "/*", "--"))


def _rest(name: str) -> str:
    """What a name says beyond what every name of an id says: ``escrow`` of ``NEXT_PUBLIC_ESCROW_PROGRAM_ID`` and ``escrowProgramId``."""
    parts = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).replace("-", "_").lower().split("_")
    return "_".join(part for part in parts if part and part not in _COMMON)
