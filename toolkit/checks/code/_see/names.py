"""Names and comments with the code that they are about, and what is called encryption and is none."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from toolkit.checks.code._algorithms import claimed_by, mentions, mistaken, names, tell_of_one, used_at
from toolkit.checks.code._effects import callees
from toolkit.checks.code._tree import BRANCHES, COMMENTS, FUNCTIONS, above, body_of, function_name, function_of, own, up
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checks.code._tree import Seen

__all__ = ["encoding_named_encryption", "label_above", "label_in_file", "label_in_name", "label_in_value"]

_ABOVE = {*COMMENTS, "decorator", "attribute_item"}
"""What stands between a comment and the code that it is about."""
_BETWEEN = 20
_LINES = 6
_FIRST = 2
"""Lines of the documentation of a function that say what it does; further ones may be about a step of it."""
_CHOICES = frozenset({"ternary_expression", "conditional_expression"})
_BRANCHES = frozenset({"statement_block", "block", "match_arm", "switch_case", "case_clause"})
"""What holds one of several ways: each may have an algorithm of its own."""
_ACTS = regex(r"(?i)simulat|mock|fake|demo(?!graph|cra|te)|dummy|pretend")
"""Names of what only looks like the algorithm, and says so."""
_SAID = regex(r"\"[^\"\n]* [^\"\n]*\"|'[^'\n]* [^'\n]*'")
"""What is said to somebody: how it calls an algorithm is no use of it."""
_MOST = 6000
"""Characters of a function that are looked at."""
_MOST_OF_FILE = 20_000
_ASKS = regex(r"(?:is|has|looks|seems|detect)(?![a-z])|(?i:.*(?:base_?64|b64|encod|decod))")
"""Names of functions that only look at how something is written, or that say how they write it."""
_KEYWORDS = frozenset({"import", "const", "from", "type", "require", "use", "crypto"})
"""Words of imports that are no names, or the name of something that has every algorithm."""
_SECRET = regex(r"(?:^|_)(?:en|de)crypt|(?:En|De)crypt|^hash_?[pP]assword|^(?:secure|protect)(?:Data|_data)")
_ENCODES = regex(
    r"\bbtoa\(|\batob\(|[\"']base64(?:url)?[\"']|base64\.\w*b64(?:en|de)code|general_purpose::|base64::(?:en|de)code"
)
_ONLY_ENCODES = regex(
    r"(?:\w+\.)?(?:btoa|atob|escape|unescape|(?:en|de)codeURI(?:Component)?)|Buffer\.from|JSON\.(?:stringify|parse)|String|str|base64(?:\.|::)\w+"
    r"|(?:base64::)?(?:engine::)?general_purpose::\w+\.\w+|(?:BASE64_)?STANDARD\.\w+|new\s.*|json\.(?:dumps|loads)|String\.fromCharCode|Text(?:En|De)coder|Uint8Array|Array\.from"
    r"|Ok|Err|Some|String::from_utf8(?:_lossy)?|.*\.(?:toString|split|join|reverse|map|encode|decode|charCodeAt|as_bytes|to_string|into|unwrap|replace|trim|slice|as_ref)"
)


_CHOICE = regex(r"\b(?:\w+_)?(?:alg|algo|algorithm|digest_?name|hash_?name|cipher_?name|hash_?func)\b")
_CONSTANT = regex(
    r"^[ \t]*(?:(?:export|private|public|protected|readonly|static|const|let|var|final) )*([A-Za-z_]\w{2,})\s*(?::[^=\n]{0,40})?=\s*([\"'][\w/-]{3,40}[\"'])\s*(?:as const)?;?\s*(?:(?://|#).*)?$",
    re.MULTILINE,
)
_WORD = regex(r"\b[A-Za-z_]\w{3,}")
_CONTEXT = regex(r"\b(\w+)\s*=\s*CryptContext\(([^()]{0,400})\)")
_IMPORT = regex(r"^(?:import\b|const\b[^\n=]*=\s*require\(|from\b|use\b)[^\n]*", re.MULTILINE)


def _bare(about: Any) -> str:
    """The code of a function without its name, its comments and its documentation."""
    text = about.text()[:_MOST]
    for one in own(about, deep=True):
        docs = one.kind() == "string" and one.parent().kind() == "expression_statement"
        if docs or one.kind() in COMMENTS:
            text = text.replace(one.text(), " ", 1)
    name = function_name(about)
    return str(text.replace(name, " ", 1) if name else text)


def _mislabelled(label: str, about: Any, line: int, *, comment: bool) -> Seen:
    if not claimed_by(label, comment=comment) or _is_chosen(about):
        return None
    code = _bare(about).replace(label, " ")
    top = list(up(about))[-1].text()
    if comment:  # how a function of the file is called proves nothing: its own name is judged where it stands
        code = _SAID.sub('""', code)
        imported = "\n".join(hit[0] for hit in _IMPORT.finditer(top[:_MOST]))
        for name in filter(mentions, {*_WORD.findall(code)}):
            if tell_of_one(name, imported):
                continue
            code = code.replace(name, " ") if re.search(rf"\b(?:fn|function|def)\s+{name}\b", top) else code
    code = _with_constants(top, code)
    code += "\n" + "\n".join((*_imports(top, code), *_contexts(top, code)))
    found = mistaken(label, code, comment=comment)
    if found is None:
        return None
    owner = about if about.kind() in FUNCTIONS else function_of(about)
    inside = str(owner.range().start.index) if owner is not None else ""
    return {"label": label[:300], "claimed": found[0], "used": found[1], "line": str(line), "function": inside}


def _with_constants(text: str, code: str) -> str:
    """A piece of code with what its file has given to the names of algorithms: ``createCipheriv(ALGORITHM, …)``."""
    for hit in _CONSTANT.finditer(text):
        if mentions(hit[2]) and hit[1] in code:
            name = re.compile(rf"(?:\b\w+\.)?\b{re.escape(hit[1])}\b(?!\s*[(:=])")
            code = hit[2].join(name.split(code))
    return code


def _is_chosen(about: Any) -> bool:
    """Whether who calls a function chooses the algorithm: what its name and comments say is one of several."""
    taken = about.field("parameters") if about.kind() in FUNCTIONS else None
    return taken is not None and _CHOICE.search(taken.text()) is not None


def _contexts(text: str, code: str) -> Iterator[str]:
    """The schemes of the contexts for passwords that a piece of code uses."""
    for hit in _CONTEXT.finditer(text) if "CryptContext" in text else ():
        if re.search(rf"\b{hit[1]}\.", code):
            yield f"const {hit[1]} = {' '.join(hit[2].split())}"


def _imports(text: str, code: str) -> Iterator[str]:
    """The imports of a file that give names to a piece of code."""
    for hit in _IMPORT.finditer(text[:_MOST]):
        names = re.sub(r"\bfrom\b.*?(?=\bimport\b|$)|require\(.*|^use .*::(?=\{|\w+;)", "", hit[0])
        words = {*re.findall(r"\w{3,}", names)} - _KEYWORDS
        used = {word for word in words if re.search(rf"\b{word}\b", code)}
        if used:  # what else is imported beside it proves nothing
            beside = words - used
            yield "".join("" if part in beside else part for part in re.split(r"(\w+)", hit[0]))


def label_above(node: Any, _path: str) -> Seen:
    """A comment, or the documentation of a function of Python, that names another algorithm than the code it is about."""
    if node.kind() == "string":
        holder = node.parent()
        block = holder.parent() if holder is not None and holder.kind() == "expression_statement" else None
        about = block.parent() if block is not None and block.kind() == "block" else None
        if about is None or about.kind() != "function_definition":
            return None
    else:
        before, after = node.prev(), node.next()
        if before is not None and before.range().end.line == node.range().start.line:
            return None  # about the line it ends
        for _ in range(_BETWEEN):  # each step goes through all that the parent holds
            after = after.next() if after is not None and after.kind() in _ABOVE else after
        about = after if after is not None and after.is_named() else function_of(node)
    if about is None or "import" in about.kind() or about.kind() == "use_declaration":
        return None
    text = node.text()
    start = node.range().start.line + 1
    for number, line in enumerate(text.split("\n")):
        found = _mislabelled(line, about, start + number, comment=True)
        if found is not None:  # a comment that speaks of both has said for what each of them is
            part = number > _FIRST if node.kind() == "string" else function_of(node) is not None
            return None if names(found["used"], _around(node)) else {**found, "grade": "info" if part else ""}
    return None


def _around(note: Any) -> str:
    """The text of a comment and of those that stand directly above and below it."""
    after, found = note.next(), [note.text()]
    for _ in range(_LINES):
        if after is None or after.kind() not in COMMENTS:
            break
        found.append(after.text())
        after = after.next()
    return "\n".join((*found, *islice((one.text() for one in above(note, COMMENTS)), _LINES)))


def label_in_name(node: Any, _path: str) -> Seen:
    """A function or class whose name names another algorithm than its code uses."""
    name = function_name(node)
    if not name or _ACTS.search(name) or re.search(r"[a-z](?:2|To|From|Or)(?=[A-Z])|_(?:2|to|from|or)_", name):
        return None
    found = _mislabelled(name, node, node.range().start.line + 1, comment=False)
    return {**found, "name": name} if found is not None else None


def label_in_file(node: Any, path: str) -> Seen:
    """A file whose name names another algorithm than all of its code uses; ciphers are written out too often for that."""
    label = path.rpartition("/")[2]
    code = "".join(node.text()[:_MOST_OF_FILE])
    found = mistaken(label.partition(".")[0], code, comment=False)
    if found is None or found[1] == "XOR":
        return None
    line = code.count("\n", 0, used_at(found[1], code)) + node.range().start.line + 1
    return {"label": label, "name": label, "claimed": found[0], "used": found[1], "line": str(line), "file": "1"}


def label_in_value(node: Any, _path: str) -> Seen:
    """A field that tells the algorithm, beside code that uses another."""
    function = function_of(node)
    value = node.field("value")
    if function is None or value is None:
        return None
    text = value.text()
    branch = next((one for one in up(node) if _is_branch(one)), function)
    about = branch if branch.range().start.index > function.range().start.index else function
    return _mislabelled(text, about, node.range().start.line + 1, comment=False)


def _is_branch(node: Any) -> bool:
    """Whether code is come to in one case only: what it says is not of the other cases."""
    around = node.parent()
    kind = around.kind() if around is not None else ""
    return kind in _CHOICES or (node.kind() in _BRANCHES and kind in BRANCHES)


def encoding_named_encryption(node: Any, _path: str) -> Seen:
    """A function that is to encrypt, and only writes the same in other letters."""
    name, body = function_name(node), body_of(node)
    if body is None or _ASKS.match(name) or not _SECRET.search(name) or not _ENCODES.search(body.text()[:_MOST]):
        return None
    if any(one.kind() in FUNCTIONS and function_name(one) for one in own(node)) or _inner(node):
        return None
    if not all(_ONLY_ENCODES.fullmatch(callee) for callee in callees(node)):
        return None
    label = {"name": name, "claimed": "encryption" if "crypt" in name.lower() else "protection"}
    return {**label, "label": name, "used": "Base64, which anybody reads", "line": str(node.range().start.line + 1)}


def _inner(node: Any) -> bool:
    """Whether a function lies within another of these."""
    return any(one.kind() in FUNCTIONS and _SECRET.search(function_name(one)) for one in up(node))
