"""Algorithms that are taken for each other: how each is called, and how code that uses it looks."""

from __future__ import annotations

import re

from toolkit.expressions import regex
from toolkit.values import frozen

__all__ = ["ALGORITHMS", "Algorithm", "claimed_by", "mentions", "mistaken", "names", "tell_of_one", "used_at"]


@frozen
class Algorithm:
    """One algorithm.

    Args:
        name: as it is told.
        kind: those of one kind exclude each other.
        label: how names and comments call it, in small letters or not.
        code: what only code that uses it holds.
        proof: what code holds that certainly uses it; what merely speaks for it clears one that is called so.
    """

    name: str
    kind: str
    label: re.Pattern[str]
    code: re.Pattern[str]
    proof: re.Pattern[str]


def _made(name: str, kind: str, label: str, code: str, proof: str = "") -> Algorithm:
    called = regex(rf"(?:(?<![A-Za-z0-9])|(?<=[a-z])(?=[A-Z]))(?i:{label})(?![0-9a-z])")
    return Algorithm(name, kind, called, regex(rf"(?i){code}"), regex(rf"(?i){proof or code}"))


_HASH = r"(?:(?:createHash|createHmac|hashlib\.new|MessageDigest\.getInstance|crypto\.subtle\.digest|hash)\(\s*|(?:\bdigestmod\s*=|\bhash\s*:)\s*)[\"'`]"
_CIPHER = r"create(?:C|Dec)ipher(?:iv)?\(\s*[\"'`]aes[-_]?\d*[-_]?"

ALGORITHMS = (
    _made(
        "ECDSA", "signature", r"ecdsa|secp_?256[kr]1|es256k?|p-?256",
        r"ecdsa|secp_?256|\bp-?256\b|prime256|\bes256|\bk256\b|ethers|ecrecover|signHash|\beth_account|personal_sign|SECP256|elliptic|ECPrivateKey|coincurve|eth_keys|bitcore|starkbank",
        r"ecdsa|secp_?256|\bp-?256\b|prime256|\bes256|\bk256\b|ecrecover|signHash|\beth_account|personal_sign|elliptic|ECPrivateKey|ethers\.(?:utils\.)?(?:verifyMessage|verifyTypedData|recover\w+|SigningKey)|coincurve|eth_keys",
    ),
    _made(
        "Ed25519", "signature", r"ed_?25519|eddsa",
        r"ed_?25519|nacl\.sign|nacl\.signing|VerifyKey|SigningKey\.generate|eddsa|sign\.detached|crypto_sign|\bPublicKey\([\s\S]{0,400}?\.verify\(",
    ),
    _made(
        "RSA", "signature", r"rsa|rs(?:256|384|512)", r"\brsa\b|RSA[-_]|RS(?:256|384|512)|RSAPublicKey|publicEncrypt|PKCS1",
        r"\brsa\b(?![-_]?oaep)|RSA[-_](?:SHA|PSS|SSA)|RSASSA|RS(?:256|384|512)|RSAPublicKey|PKCS1_?v?15",
    ),
    _made("HMAC", "signature", r"hmac|hs(?:256|384|512)", r"createHmac|hmac\.new|\bHmac\b|HS(?:256|384|512)|\bhmac\("),
    _made("AES-GCM", "mode", r"(?:aes[-_]?)?(?:256|128)?[-_]?gcm", r"gcm"),
    _made("AES-CBC", "mode", r"(?:aes[-_]?)?(?:256|128)?[-_]?cbc", rf"{_CIPHER}cbc|MODE_CBC|modes\.CBC|AES-CBC|mode\.CBC|\bcbc::"),
    _made("AES-ECB", "mode", r"(?:aes[-_]?)?(?:256|128)?[-_]?ecb", rf"{_CIPHER}ecb|MODE_ECB|modes\.ECB|mode\.ECB|\becb::"),
    _made("AES-CTR", "mode", r"(?:aes[-_]?)?(?:256|128)?[-_]?ctr", rf"{_CIPHER}ctr|MODE_CTR|modes\.CTR|AES-CTR"),
    _made("MD5", "hash", r"md5", rf"{_HASH}md5|hashlib\.md5|\bmd5(?:::compute)?\(|\bmd5\.(?:Sum|New)\b|Md5::|<Md5>|CryptoJS\.MD5"),
    _made("SHA-1", "hash", r"sha-?_?1", rf"{_HASH}sha-?1[\"'`]|hashlib\.sha1|\bsha1\(|\bsha1\.(?:Sum|New)\b|Sha1::|<Sha1>|CryptoJS\.SHA1"),
    _made("SHA-256", "hash", r"sha-?_?256", rf"{_HASH}sha-?256[\"'`]|hashlib\.sha256|\bsha256\(|\bsha256\.(?:Sum256|New)\b|Sha256::|<Sha256>|CryptoJS\.SHA256|solana_program::hash::hash"),
    _made("SHA-512", "hash", r"sha-?_?512", rf"{_HASH}sha-?512[\"'`]|hashlib\.sha512|\bsha512\(|\bsha512\.(?:Sum512|New)\b|Sha512::|<Sha512>|CryptoJS\.SHA512"),
    _made("SHA-3", "hash", r"sha-?_?3(?:[-_]?256)?", rf"{_HASH}sha3|hashlib\.sha3|\bsha3_\d+\(|Sha3_\d+::|keccak", rf"{_HASH}sha3|hashlib\.sha3|\bsha3_\d+\(|Sha3_\d+::"),
    _made("Keccak-256", "hash", r"keccak(?:[-_]?256)?", r"keccak|solidityKeccak|ethers\.id\(|CryptoJS\.SHA3"),
    _made("BLAKE2", "hash", r"blake2[bs]?", rf"{_HASH}blake2|blake2"),
    _made("BLAKE3", "hash", r"blake3", r"blake3"),
    _made("bcrypt", "password", r"bcrypt", r"(?:bcrypt(?:js)?)\.\w+|schemes=\[\s*[\"']bcrypt|password_hash\(|bcrypt::|\bhashpw\(|gensalt|bcrypt\.hash|from [\"']bcrypt"),
    _made("Argon2", "password", r"argon2(?:id|i|d)?", r"argon2(?:\.|::)|schemes=\[\s*[\"']argon2|Argon2|PasswordHasher\(|argon2id?\(|argon2Hash|hash_wasm|argon2_"),
    _made("scrypt", "password", r"scrypt", r"(?<!b)scrypt(?:Sync)?\(|hashlib\.scrypt|scrypt::"),
    _made("PBKDF2", "password", r"pbkdf2", r"pbkdf2"),
    _made("a plain hash", "password", r"(?!)", r"\b(?:createHash|hashlib\.new|MessageDigest\.getInstance|crypto\.subtle\.digest)\(\s*[\"'`](?:md5|sha)|hashlib\.(?:md5|sha\d+)|CryptoJS\.(?:MD5|SHA\d+)\(|Sha256::digest|Md5::"),
    _made("AES", "cipher", r"aes(?:[-_]?(?:128|192|256))?", r"aes|create(?:C|Dec)ipher|subtle\.(?:en|de)crypt|Fernet|secretbox|\.(?:en|de)crypt\(|MODE_|seal\(|s_?box|mix_?columns|round_?keys|key_?schedule"),
    *(
        _made(f"AES-{bits}", "length of key", rf"aes[-_]?{bits}", rf"[\"'`]aes-?{bits}|\baes_?{bits}|\bA{bits}(?:GCM|CBC)")
        for bits in (128, 192, 256)
    ),
    *(
        _made(one, "token", one.lower(), rf"[\"'`]{one}[\"'`]|Algorithm(?:::|\.){one}\b|SigningMethod{one}\b")
        for one in ("HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512")
    ),
    _made("XOR", "cipher", r"(?!)", r"\w\)?\]?\s*\^\s*\w|\bxor\w*\("),
)  # fmt: skip

_PLAIN = next(one for one in ALGORITHMS if one.name == "a plain hash")
_DERIVES = regex(
    r"(?i)deriv|slip-?_?0?010|bip-?_?(?:32|39|44)|hkdf|mnemonic|\bseed\b|master key|chain ?code|rfc ?6979|nonce"
)
"""Where a MAC makes a key or a nonce of a scheme of signatures, as that scheme says."""
_CRYPTS = regex(r"(?i)crypt|cipher")
_MAY_DO = {
    "signature": regex(r"(?i)(?<![\w.:)])((?:[\w$]+(?:\.|::))*\w*(?:verif(?:y|ies)|sign(?!al)|valid|recover)\w*)\("),
    "hash": regex(
        r"(?i)(?<![\w.:)])((?:[\w$]+(?:\.|::))*(?!createHash)\w*(?:hash(?!lib)|digest|checksum|fingerprint|content_?key)\w*)\("
    ),
    "password": regex(
        r"(?i)(?<![\w.:)])((?:[\w$]+(?:\.|::))*(?:hash_?pw|hash_?password|verify|hash)\w*|\w*(?:pwd|crypt)_?context\.\w+)\("
    ),
}
"""Calls of something unknown that may do what a name or a comment says."""
_ARGUMENTS = regex(r"\((?:[^()]++|\((?:[^()]++|\([^()]*+\))*+\))*+\)")
_DEFINES = regex(r"\b(?:def|fn|func|function)\s+(?:\([^()]*\)\s*)?\Z")
_HASHES = frozenset({"hash", "signature"})
"""Kinds of which a comment that names one has told what the plain hash is."""
_COMPARES = regex(
    r"(?i)\be\.g\.|\bsuch as\b|:param\b|^\W*(?:for|if|when|case)\b|^[\s#*/]*-\s|@(?:param|returns?|see|deprecated|example|throws)\b|\b(?:not|no|would|better|unlike|instead|legacy|migrat\w+|fallback|versus|vs|or|and|than|compatib\w+|replac\w+|from|convert\w*|old|rather|without|future|todo|should|insecure|no longer|"
    r"supports?|both|either|any|like|similar|equivalent|precompile|slower|faster|overkill|production|actual|real|recommend\w*|consider|prefer\w*|upgrade|use instead|under|within|below|exceeds?|limit\w*|commonly|when (?:available|possible|installed|present)|if (?:available|possible|installed|present)|falls? back)\b|n't\b|\w/\w|\||'s\b|\bis (?:the|a|an) (?:\w+ )?(?:standard|default|usual|common)\b"
)


def mistaken(label: str, code: str, *, comment: bool) -> tuple[str, str] | None:
    """The algorithm that a label names and the one that the code uses instead, if they exclude each other.

    Args:
        label: a name, or the text of a comment.
        code: what it is about, without the label.
        comment: whether the label is a text, in which other algorithms may be compared.
    """
    named = claimed_by(label, comment=comment)
    for claimed in named:
        if claimed.code.search(code) or claimed.label.search(code):
            continue
        rivals = [one for one in ALGORITHMS if one.kind == claimed.kind and one is not claimed]
        used = [one for one in rivals if one.proof.search(code)]
        if [one.name for one in used] == ["HMAC"] and _DERIVES.search(f"{label}\n{code}"):
            continue
        if used and (_is_unsure(claimed, used[0], code) or (used[0].name == "XOR" and not _CRYPTS.search(label))):
            continue
        others = [one for one in named if one.kind in _HASHES] if used == [_PLAIN] else used
        if len(used) == 1 and used[0] not in named and not any(one.label.search(label) for one in others):
            return claimed.name, used[0].name
    return None


def _is_unsure(claimed: Algorithm, used: Algorithm, code: str) -> bool:
    """Whether code calls something that may well be what is claimed, beside what certainly is another algorithm."""
    calls = _MAY_DO[claimed.kind].finditer(code) if claimed.kind in _MAY_DO else ()
    spans = [hit.span() for hit in used.code.finditer(code)]
    for hit in calls:
        if _DEFINES.search(code, max(hit.start() - 80, 0), hit.start()) or any(
            start <= hit.start() < end for start, end in spans
        ):
            continue
        first = re.split(r"\.|::", hit[1])[0]
        arguments = _ARGUMENTS.match(code, hit.end() - 1)
        given = hit[0] + (arguments[0] if arguments else "")
        taken = re.search(rf"^(?:import|from|use|const)\b[^\n]*\b{re.escape(first)}\b[^\n]*", code, re.MULTILINE)
        if not used.code.search(given if claimed.kind == "signature" else hit[0]) and not (
            taken and used.code.search(taken[0])
        ):
            return True
    return False


def claimed_by(label: str, *, comment: bool) -> list[Algorithm]:
    """The algorithms that a label says are used; none by a text that compares several."""
    named = [one for one in ALGORITHMS if one.label.search(label)]
    return [] if named and comment and _COMPARES.search(label) else named


def mentions(text: str) -> bool:
    """Whether a text names any algorithm."""
    return any(one.label.search(text) is not None for one in ALGORITHMS)


def tell_of_one(text: str, other: str) -> bool:
    """Whether two texts name the same algorithm."""
    return any(one.label.search(text) is not None and one.label.search(other) is not None for one in ALGORITHMS)


def names(algorithm: str, text: str) -> bool:
    """Whether a text names an algorithm."""
    return any(one.name == algorithm and one.label.search(text) is not None for one in ALGORITHMS)


def used_at(algorithm: str, code: str) -> int:
    """Where code first uses an algorithm."""
    found = (one.code.search(code) for one in ALGORITHMS if one.name == algorithm)
    return next((hit.start() for hit in found if hit is not None), 0)
