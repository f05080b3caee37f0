from __future__ import annotations

from typing import TYPE_CHECKING

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
