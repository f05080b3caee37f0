from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def test_names_and_comments_of_another_algorithm(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.js": "/** Checks the ECDSA signature. */\nexport function verify(text, ed25519Key) {\n  return check(text, ed25519Key);\n}\n",
        "b.ts": "export function verifyECDSA(message: Uint8Array) {\n  return ed25519.verify(message);\n}\n",
        "c.rs": "// ECDSA signing\nfn sign(key: &ed25519_dalek::SigningKey) {}\n",
        "d.py": "def ecdsa_sign(data):\n    return Ed25519PrivateKey.generate().sign(data)\n",
        "third_party": {"e.js": "// ECDSA\nfunction f(ed25519Key) {}\n"},
    }

    assert places(inspect("algorithm-mislabelled", tree)) == [
        ("warning", "a.js", 1),
        ("warning", "b.ts", 1),
        ("warning", "c.rs", 1),
        ("warning", "d.py", 1),
        ("info", "third_party/e.js", 1),
    ]


def test_code_that_speaks_of_both(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": (
            "// Ed25519, not ECDSA\nexport function a(ed25519Key: Key) {}\n// ECDSA\nexport function b() { return secp256k1.sign(); }\n"
            "export function verifyEcdsa() { return p256.verify(); }\nfunction c() { return ed25519.sign(); }\n"
            "// ECDSA or Ed25519\nexport function d(ed25519Key: Key) {}\nexport function ecdsaToEd25519() { return ed25519; }\n"
        ),
        "test": {"b.ts": "// ECDSA\nfunction f(ed25519Key) {}\n"},
    }

    assert inspect("algorithm-mislabelled", tree) == []


def test_hashes_modes_passwords_values_and_imports(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.js": '// Encrypts with AES-256-GCM\nfunction encrypt(text, key, iv) {\n  return crypto.createCipheriv("aes-256-cbc", key, iv);\n}\n',
        "b.py": (
            'def keccak256(data):\n    return hashlib.sha256(data).digest()\n\n\ndef digest(data):\n    """SHA-256 of the data."""\n    return hashlib.md5(data).hexdigest()\n\n\n'
            "def bcrypt_hash(password):\n    return hashlib.sha256(password).hexdigest()\n"
        ),
        "c.ts": 'import { sign } from "@noble/ed25519";\n\nexport async function attest(payload: Uint8Array) {\n  return { algorithm: "ECDSA-P256", signature: await sign(payload) };\n}\n',
        "d.rs": "use k256::ecdsa::SigningKey;\n\n/// Signs with Ed25519.\npub fn sign(key: &SigningKey) {}\n",
        "e.ts": 'export function encryptToken(token: string) {\n  return Buffer.from(token).toString("base64");\n}\nexport function aesEncrypt(data: Uint8Array, key: Uint8Array) {\n  return data.map((b, i) => b ^ key[i]);\n}\n',
    }

    found = inspect("algorithm-mislabelled", tree)

    assert places(found) == [
        ("warning", "a.js", 1),
        ("warning", "b.py", 1),
        ("warning", "b.py", 6),
        ("warning", "b.py", 10),
        ("warning", "c.ts", 4),
        ("warning", "d.rs", 3),
        ("warning", "e.ts", 1),
        ("warning", "e.ts", 4),
    ]
    assert found[0].message == "The comment says AES-GCM, but the code uses AES-CBC."


def test_comparisons_plans_parts_and_both(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": (
            "// TODO: use SHA-256\nexport const a = (t: string) => createHash('md5').update(t);\n/** Migrates from md5 to sha256. */\nexport const b = (t: string) => createHash('md5').update(t);\n"
            "const c = { type: 'key', alg: -257 }; // RS256\nexport const d = () => ecdsa.sign(c);\n"
            "/**\n * @param rounds - bcrypt rounds\n */\nexport const e = (p: string) => argon2.hash(p);\nexport const encryptBox = (t: string) => Buffer.from(box.encrypt(t)).toString('base64');\n"
        ),
        "b.py": "def bcrypt_hash(p):\n    return bcrypt.hashpw(hashlib.sha256(p).digest(), bcrypt.gensalt())\n",
    }

    assert inspect("algorithm-mislabelled", tree) == []


def test_two_curves_in_one_comment_and_contexts_for_passwords(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": (
            "/**\n * Bytes are an ed25519 secret for one chain,\n * a text is a secp256k1 key for the other.\n */\n"
            "export function signer(key: Key) {\n  return (payload) => nacl.sign.detached(payload, key);\n}\n"
        ),
        "b.py": 'context = CryptContext(\n    schemes=["argon2"],\n)\n\n\ndef hash_password(text):\n    """Hash with Argon2id."""\n    return context.hash(text)\n',
        "c.py": 'context = CryptContext(schemes=["bcrypt"])\n\n\ndef hash_password(text):\n    """Hash with Argon2id."""\n    return context.hash(text)\n',
    }

    assert places(inspect("algorithm-mislabelled", tree)) == [("warning", "c.py", 5)]


@pytest.mark.parametrize(
    ("name", "code", "told"),
    [
        ("a.js", "function hmacSha256(b, k) {\n  return createHmac('sha1', k).update(b).digest();\n}\n", "SHA-256 SHA-1"),
        ("a.py", "def sha256_mac(k, b):\n    return hmac.new(k, b, digestmod='md5').digest()\n", "SHA-256 MD5"),
        ("a.ts", "function signHS512(p, k) {\n  return jwt.sign(p, k, { algorithm: 'HS256' });\n}\n", "HS512 HS256"),
        ("a.ts", "function encryptAes256(t, k, i) {\n  return createCipheriv('aes-128-cbc', k, i);\n}\n", "AES-256 AES-128"),
        ("a.go", "package a\n\nfunc SHA256Hex(b []byte) string {\n\ts := md5.Sum(b)\n\treturn hex(s[:])\n}\n", "SHA-256 MD5"),
        ("a.go", "package a\n\n// Sign gives the HMAC-SHA256.\nfunc Sign(b, k []byte) []byte {\n\treturn hmac.New(sha1.New, k).Sum(b)\n}\n", "SHA-256 SHA-1"),
        ("sha256_hasher.py", "import hashlib\n\n\ndef digest(b):\n    return hashlib.md5(b).hexdigest()\n", "SHA-256 MD5"),
        ("ed25519-signer.ts", "export const sign = (b, k) => createHmac('sha256', k).update(b).digest();\n", "Ed25519 HMAC"),
        ("sha256.rs", "use sha2::Sha512;\nfn digest(b: &[u8]) {\n    Sha512::digest(b);\n}\n", "SHA-256 SHA-512"),
        ("sha256.py", "import hashlib\n\n\ndef sha256(b):\n    return hashlib.md5(b).hexdigest()\n", "SHA-256 MD5"),
        ("sha256.py", "import hashlib\n\n\ndef both(b):\n    return hashlib.md5(b).hexdigest(), hashlib.sha256(b).hexdigest()\n", ""),
        ("aes.ts", "export const mix = (a, b) => a ^ b;\n", ""),
        ("a.py", 'def sign(b):\n    """Sign with ECDSA when available."""\n    return hmac.new(b)\n', ""),
        ("a.ts", "function signHS256(p, k) {\n  return jwt.sign(p, k, { algorithm: 'HS256' });\n}\n", ""),
        ("md5.go", "package a\n\n" + "// md5 sha256 " * 5000 + "\n", ""),
    ],
)  # fmt: skip
def test_calls_files_tokens_and_lengths(inspect: Callable[..., list[Finding]], name: str, code: str, told: str) -> None:
    found = [
        one.message.rstrip(".").split(" says ")[1] for one in inspect("algorithm-mislabelled", {"src": {name: code}})
    ]

    assert [one.replace(", but the code uses", "") for one in found] == ([told] if told else [])


def test_one_cause_in_one_function_and_names_that_prove_nothing(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": (
            "class W {\n  verifySecp256k1(a: string, m: string) {\n    const key = decode(a);\n    const message = encode(m);\n    log(key);\n    log(message);\n"
            "    // Verify the ECDSA (secp256k1) signature\n    const ok = nacl.sign.detached.verify(message, key);\n    return ok;\n  }\n}\n"
        ),
        "b.rs": (
            "fn settle(m: &M) {\n    // Ed25519 signature\n    verify_ecdsa_signature(&m.sig);\n}\n\n"
            "fn verify_ecdsa_signature(s: &S) {\n    ed25519_program::check(s);\n}\n"
        ),
        "c.js": "/**\n * Verify a signature (ECDSA over secp256k1)\n */\nfunction verifySignature(address, message, signature) {\n  const key = new PublicKey(address);\n  return key.verify(message, signature);\n}\n",
    }

    assert places(inspect("algorithm-mislabelled", tree)) == [
        ("warning", "a.ts", 2), ("warning", "b.rs", 6), ("warning", "c.js", 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (
            "a.rs",
            ('fn f(s: &S) -> String {\n    match s {\n        S::ED25519(d) => enc(d),\n        S::SECP256K1(_) => {\n            // SECP256K1 is rare here\n            // ED25519 is what keys are\n'
            '            unimplemented!("SECP256K1 signatures are not supported")\n        }\n    }\n}\n'),
        ),
        ("a.rs", 'fn f(s: &S) -> E {\n    // ED25519 keys pass through here\n    E::new("secp256k1 keys are refused")\n}\n'),
        (
            "a.ts",
            "function f(a: string) {\n  // HMAC-SHA256 gives 64 characters (bcrypt takes 72 bytes)\n  const p = createHmac('sha256', key).update(a).digest('hex');\n  return p;\n}\n",
        ),
        ("a.ts", "function child(path: string, key: Uint8Array) {\n  // Ed25519 key at a path (SLIP-0010)\n  return createHmac('sha512', key).update(path).digest();\n}\n"),
        ("a.ts", "function f(a: string) {\n  // stays under bcrypt's 72 bytes\n  return createHash('sha256').update(a).digest('hex');\n}\n"),
        (
            "a.py",
            ('from cryptography.hazmat.primitives import hmac\n\n\nclass E:\n    def seal(self, data):\n        """Seal.\n\n        6. Tag it with HMAC-SHA256\n        """\n'
            "        key = rsa_free(self.generate_private_key())\n        return self._hmac_sha256(key, data)\n\n    def _hmac_sha256(self, key, data):\n        return hmac.HMAC(key, data)\n"),
        ),
    ],
)  # fmt: skip
def test_algorithms_that_are_only_mentioned(inspect: Callable[..., list[Finding]], name: str, code: str) -> None:
    assert places(inspect("algorithm-mislabelled", {name: code})) == []


def test_branches_steps_and_what_only_looks(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": (
            "import { sign } from 'jose';\nexport async function token(pem: string) {\n  if (isPem(pem)) {\n    return header({ alg: 'ES256' }).sign(pem);\n  }\n"
            "  return header({ alg: 'EdDSA', crv: 'Ed25519' }).sign(pem);\n}\n"
        ),
        "b.ts": "export const isEncrypted = (t: string) => {\n  const b = Buffer.from(t, 'base64');\n  return b.length > 9;\n};\n",
        "c.ts": "async function simulateEd25519Sign(d: string) {\n  return createHmac('sha256', 'k').update(d);\n}\n",
        "d.ts": "import { issue, generateEd25519KeyPair } from './keys';\nexport function seal(p: P) {\n  return jws(issue(p)).header({ alg: 'ES256' });\n}\n",
        "f.ts": "export function sign(p: P) {\n  const o = rsa ? { algorithm: 'RS256' } : { algorithm: 'HS256' };\n  return jwt.sign(p, key, o);\n}\n",
        "e.ts": "export function seal(p: P) {\n  const a = pack(p);\n  // ECDSA over the packed form\n  return ed25519.sign(a);\n}\n",
    }

    assert places(inspect("algorithm-mislabelled", tree)) == [("info", "e.ts", 3)]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("def sign_ecdsa(data, key):\n    return hmac.new(key, data, hashlib.sha256).hexdigest()\n", True),
        ("def sign_ecdsa(data, key, algorithm):\n    return hmac.new(key, data, algorithm).hexdigest()\n", False),
        (
            "# Signs with ECDSA.\ndef sign(data, key):\n    return hmac.new(key, data, hashlib.sha256).hexdigest()\n",
            True,
        ),
        (
            "# Signs with the key, e.g. of ECDSA.\ndef sign(data, key):\n    return hmac.new(key, data, hashlib.sha256).hexdigest()\n",
            False,
        ),
    ],
)
def test_an_algorithm_that_is_chosen_or_an_example(
    inspect: Callable[..., list[Finding]], code: str, *, told: bool
) -> None:
    assert bool(inspect("algorithm-mislabelled", {"a.py": code})) == told


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("a.ts", 'import { ethers } from "ethers";\nfunction verifyHmacHook(b, s) {\n  const n = ethers.formatEther(b.n);\n  return known(b, s, n);\n}\n'),
        ("a.ts", "function loadHmacSecret() {\n  return open(config.secret, { padding: 'RSA-OAEP' });\n}\n"),
        ("a.ts", "function verifyEd25519Hook(b, s) {\n  const id = createHmac('sha256', k).update(b).digest('hex');\n  return seen(id) || verifySignature(b, s);\n}\n"),
        ("a.ts", "/** Verifies a signature: Ed25519 on one chain. */\nfunction check(w) {\n  if (w.evm) return ethers.verifyMessage(w.m, w.s);\n  return verifyOther(w);\n}\n"),
        ("a.py", "from coincurve import PublicKey\n\n\ndef verify_ecdsa(pub, m, s):\n    return PublicKey(pub).verify(s, m)\n"),
        ("a.js", "function pbkdf2(p, s) {\n  return createHmac('sha256', p).update(s).digest();\n}\n"),
        ("a.py", "def bcrypt_hash(p):\n    return pwd_context.hash(hashlib.sha256(p).hexdigest())\n"),
        ("a.ts", "// The keys are random, no bcrypt for them\nfunction hashKey(k) {\n  return createHash('sha256').update(k).digest('hex');\n}\n"),
        ("a.ts", "function sha3(x) {\n  return keccak256(x);\n}\n"),
        ("a.js", "function aesEncrypt(b, w) {\n  return b.map((x, i) => SBOX[x] ^ w[i]);\n}\n"),
        ("a.py", "def derive_aes_key(a, b):\n    return bytes(x ^ y for x, y in zip(a, b))\n"),
        ("a.py", 'def store(data):\n    """Keep a file under its SHA-256."""\n    put(content_key(data), etag=hashlib.md5(data).hexdigest())\n'),
        ("a.ts", "function decryptedFromBase64(t) {\n  return JSON.parse(atob(t));\n}\n"),
    ],
)  # fmt: skip
def test_what_may_well_be_done_as_it_is_called(inspect: Callable[..., list[Finding]], name: str, code: str) -> None:
    assert inspect("algorithm-mislabelled", {name: code}) == []


@pytest.mark.parametrize(
    ("held", "used", "told"),
    [
        ("const ALGORITHM = 'aes-256-cbc';", "ALGORITHM", True),
        ("const ALGORITHM = 'aes-256-gcm';", "ALGORITHM", False),
        ("class Box {\n  private readonly algorithm = 'aes-256-cbc';\n}", "this.algorithm", True),
        ("const ALGORITHM = pick();", "ALGORITHM", False),
    ],
)
def test_an_algorithm_that_the_file_has_given_a_name(
    inspect: Callable[..., list[Finding]], held: str, used: str, *, told: bool
) -> None:
    code = f"{held}\n/** Encrypts with AES-256-GCM. */\nfunction encrypt(text, key, iv) {{\n  return createCipheriv({used}, key, iv);\n}}\n"

    assert bool(inspect("algorithm-mislabelled", {"a.ts": code})) == told
