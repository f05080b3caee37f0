from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from tests.checks import places
from tests.checks.onchain import address, anchor_toml, crate, keypair
from toolkit.checks.onchain._base58 import encode
from toolkit.checks.onchain._ed25519 import public_half
from toolkit.model import RemoveTree

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding


def test_keys_by_their_place(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        ".gitignore": "secret/\n",
        "keys": {"wallet.json": keypair("w")},
        "testing": {"bob.json": keypair("b")},
        "tests": {"alice.json": keypair("a")},
        "solana-devnet2.json": keypair("d"),
        "third_party": {"k.json": keypair("t")},
    }

    found = inspect("keypair-committed", tree, loose={"new.json": keypair("n"), "secret": {"k.json": keypair("s")}})

    assert places(found) == [
        ("error", "keys/wallet.json", 1),
        ("error", "new.json", 1),
        ("warning", "solana-devnet2.json", 1),
        ("info", "testing/bob.json", 1),
        ("info", "tests/alice.json", 1),
        ("info", "third_party/k.json", 1),
    ]
    wallet = next(one for one in found if one.path == "keys/wallet.json")
    assert wallet.fixes[0].actions == (RemoveTree("keys/wallet.json", "a committed secret key", "any", tracked=True),)
    shown = wallet.message + wallet.evidence
    assert address("w") in shown
    assert ", ".join(keypair("w").strip("[]").split(", ")[:4]) not in shown


def test_the_wallet_that_deploys_to_a_public_network(inspect: Callable[..., list[Finding]]) -> None:
    provider = '[provider]\ncluster = "{}"\nwallet = "{}"\n'
    tree = {
        "a": {"Anchor.toml": provider.format("Devnet", "tests/k.json"), "tests": {"k.json": keypair("k")}},
        "b": {"Anchor.toml": provider.format("localnet", "test-l.json"), "test-l.json": keypair("l")},
        "c": {"Anchor.toml": provider.format("devnet", "test-m.json")},
        "test-m.json": keypair("m"),
    }

    assert places(inspect("keypair-committed", tree)) == [
        ("error", "a/tests/k.json", 1),
        ("info", "b/test-l.json", 1),
        ("error", "test-m.json", 1),
    ]


def test_a_wallet_of_the_home_folder_is_none_of_the_repository(inspect: Callable[..., list[Finding]]) -> None:
    anchor = '[provider]\ncluster = "devnet"\nwallet = "~/.config/solana/{}.json"\n'
    tree = {
        "a": {"Anchor.toml": anchor.format("id"), "wallet": {"id.json": keypair("i")}},
        "b": {"Anchor.toml": anchor.format("shop-deployer"), "shop-deployer.json": keypair("s")},
    }

    found = {one.path: one.message for one in inspect("keypair-committed", tree)}

    assert "deploys with" not in found["a/wallet/id.json"]
    assert "b/Anchor.toml deploys with" in found["b/shop-deployer.json"]


def test_the_many_keys_for_tests_of_one_folder_are_one_finding(inspect: Callable[..., list[Finding]]) -> None:
    names = ("a", "b", "c", "d")
    tree = {
        "tests": {"local-keys": {f"{name}.json": keypair(name) for name in names}, "few": {"e.json": keypair("e")}},
        "keys": {f"{name}.json": keypair(f"real {name}") for name in names},
    }

    found = inspect("keypair-committed", tree)

    assert places(found) == [
        *(("error", f"keys/{name}.json", 1) for name in names),
        ("info", "tests/few/e.json", 1),
        ("info", "tests/local-keys/a.json", 1),
    ]
    assert found[-1].message.startswith("4 files here hold secret keys for tests")
    assert all(address(name) in found[-1].evidence for name in names)


def test_lists_that_are_no_key(inspect: Callable[..., list[Finding]]) -> None:
    vault = {
        "Anchor.toml": anchor_toml(devnet={"v": address("v")}),
        "programs": {"v": crate("v")},
        "v-keypair.json": keypair("v"),
    }
    tree = {
        **vault,
        "histogram.json": json.dumps([number * 7 for number in range(64)]),
        "zeros.json": json.dumps([0] * 64),
        "bits.json": json.dumps([number % 2 for number in range(64)]),
        "short.json": json.dumps(list(range(63))),
        "texts.json": json.dumps([str(number) for number in range(64)]),
        "deep.json": "[" * 500,
        "broken.json": "[1, 2",
    }

    assert inspect("keypair-committed", tree) == []


SEED = hashlib.sha256(b"nobody's").digest()
PAIR = SEED + public_half(SEED)
WORD = encode(PAIR)
ROWS = ",\n".join("  " + ", ".join(map(str, PAIR[at : at + 16])) for at in range(0, 64, 16))
MADE_UP = encode(SEED + hashlib.sha256(SEED).digest())


def test_the_public_half_of_the_published_examples() -> None:
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")

    assert public_half(seed).hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("a.ts", f"const admin = Keypair.fromSecretKey(\n  Uint8Array.from([\n{ROWS}\n  ]),\n);\n", 2),
        ("a.js", f"const numbers = [\n{ROWS},\n];\nKeypair.fromSecretKey(new Uint8Array(numbers));\n", 1),
        ("a.py", f"payer = Keypair.from_bytes(bytes([\n{ROWS},\n]))\n", 1),
        ("a.rs", f"const ADMIN: [u8; 64] = [\n{ROWS},\n];\nfn f() {{ Keypair::from_bytes(&ADMIN); }}\n", 1),
        ("a.go", f"var key = solana.PrivateKey([]byte{{{', '.join(map(str, PAIR))}}}) // secret_key\n", 1),
        ("a.json", json.dumps({"admin": {"secretKey": list(PAIR)}}, indent=2), 3),
        ("a.yaml", f"signer:\n  secret_key: {json.dumps(list(PAIR))}\n", 2),
        ("wrangler.toml", f'[vars]\nKEYPAIR = "{json.dumps(list(PAIR))}"\n', 2),
        (".env.production", f"RPC=x\nPRIVATE_KEY={WORD}\n", 2),
        ("b.ts", f'export const relayer = Keypair.fromSecretKey(bs58.decode("{WORD}"));\n', 1),
        ("c.ts", f'const keypair = {{ a: "{WORD}" }};\n', 1),
        ("d.ts", f'const secretKey = "{MADE_UP}";\n', 1),
        ("e.ts", f"const bot = Keypair.fromSeed(Uint8Array.from([{', '.join(map(str, SEED))}]));\n", 1),
    ],
)
def test_keys_in_texts(inspect: Callable[..., list[Finding]], name: str, text: str, line: int) -> None:
    found = inspect("keypair-committed", {name: text})

    assert places(found) == [("error", name, line)]
    assert WORD[:12] not in repr(found)
    assert MADE_UP[:12] not in repr(found)
    assert ", ".join(map(str, PAIR[:4])) not in repr(found)


def test_keys_of_tests_and_documents_are_warnings(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"tests": {"a.ts": f"const secretKey = '{WORD}';\n"}, "README.md": f"export PRIVATE_KEY={WORD}\n"}

    found = inspect("keypair-committed", {**tree, "GUIDE.md": f"export PRIVATE_KEY={MADE_UP}\n"})

    assert places(found) == [("warning", "README.md", 1)]


def test_one_key_in_many_files_is_told_once(inspect: Callable[..., list[Finding]]) -> None:
    line = f"const secretKey = '{WORD}';\n"

    (found,) = inspect(
        "keypair-committed", {"README.md": line, "a.spec.ts": line, **{f"{number}.ts": line for number in range(4)}}
    )

    assert (found.severity, found.path) == ("error", "0.ts")
    assert found.evidence.endswith("; it is in 5 more files")


@pytest.mark.parametrize(
    "text",
    [
        f"# Anchor dummy wallet\nSECRET_KEY='{WORD}'\n",
        f"// It will look like const secretKey = '{WORD}';\n",
        f"const secretKey = '{WORD}';\nconst url = 'http://localhost:8899';\n",
        f"const Devnet = {{\n  rpc: 'http://127.0.0.1:8899',\n  secretKey: '{WORD}',\n}};\n",
    ],
)
def test_a_key_that_is_said_to_be_worthless(inspect: Callable[..., list[Finding]], text: str) -> None:
    assert [one.severity for one in inspect("keypair-committed", {"a.ts": text})] == ["info"]


def test_texts_that_are_no_key(inspect: Callable[..., list[Finding]]) -> None:
    numbers = ", ".join(map(str, hashlib.sha512(b"table").digest()))
    source = (
        f"const secretKey = load();\nconst signature = '{MADE_UP}';\n// https://solscan.io/tx/{MADE_UP}\n"
        f"const table = [{numbers}];\nconst keypairBytes = [{', '.join(map(str, range(64)))}];\n"
        f"const publicKey = new Uint8Array([{', '.join(map(str, SEED))}]);\nconst privateKey = '{WORD}A';\n"
        f"Keypair.fromSecretKey(Uint8Array.from(JSON.parse(process.env.KEYPAIR)));\n"
    )

    assert (
        inspect("keypair-committed", {"a.ts": source, "b.json": json.dumps({"secretKey": "x", "bins": [300] * 64})})
        == []
    )


def test_the_many_keys_of_one_file_are_told_once(inspect: Callable[..., list[Finding]]) -> None:
    seeds = [hashlib.sha256(bytes([number])).digest() for number in range(9)]
    text = "".join(f"const secretKey{at} = '{encode(seed + public_half(seed))}';\n" for at, seed in enumerate(seeds))

    (found,) = inspect("keypair-committed", {"a.ts": text})

    assert found.message.endswith("owns its account. 8 more stand in this file.")
    assert [place.line for place in found.places] == list(range(1, 10))


@pytest.mark.parametrize(
    "text",
    [
        "secretKey [" + "1, " * 200_000,
        "secretKey " + "[" * 100_000,
        "secretKey [" + "7," * 40 + " " * 100_000 + "x",
        "secretKey " + "z" * 500_000,
        "secretKey " + ("z" * 87 + " ") * 3_000,
        "keypair " + "seed = " * 50_000 + "[" + ",".join(["7"] * 32) + "]",
    ],
)
def test_hostile_texts_take_no_time(inspect: Callable[..., list[Finding]], text: str) -> None:
    assert inspect("keypair-committed", {"a.ts": text}) in ([], inspect("keypair-committed", {"a.ts": text})[:1])


def test_keys_that_only_a_repository_of_solana_gives_away(inspect: Callable[..., list[Finding]]) -> None:
    places_of_keys = {
        "state.json": f'{{\n  "signer": {keypair("s")}\n}}\n',
        "cli": {"keys.ts": f"export const FALLBACK_SIGNER = {keypair('f')};\n"},
        "compose.yml": f"services:\n  a:\n    environment:\n      RELAYER_DEPLOYER: '{keypair('d')}'\n",
        "numbers.ts": f"// of the signer\nconst table = {json.dumps([number * 3 for number in range(64)])};\n",
    }

    assert inspect("keypair-committed", places_of_keys) == []
    assert places(
        inspect("keypair-committed", {**places_of_keys, "package.json": '{"dependencies": {"@solana/kit": "2"}}'})
    ) == [
        ("error", "cli/keys.ts", 1),
        ("error", "compose.yml", 4),
        ("error", "state.json", 2),
    ]


def test_keys_in_hexadecimal_digits_and_in_files_of_their_own(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "a.ts": f'const sk = Buffer.from("{PAIR.hex()}", "hex");\nconst payer = Keypair.fromSecretKey(sk);\n',
        "keys": {"treasury.key": WORD + "\n", "hex.key": PAIR.hex(), "digest.key": hashlib.sha512(b"x").hexdigest()},
        "b.ts": f'const secretKey = "{hashlib.sha512(b"y").hexdigest()}";\n',
    }

    found = inspect("keypair-committed", tree)

    assert places(found) == [("error", "a.ts", 1)]
    assert found[0].evidence.endswith("; it is in 2 more files")


def test_an_example_with_a_real_key(inspect: Callable[..., list[Finding]]) -> None:
    (found,) = inspect("keypair-committed", {".env.example": f"WALLET_SECRET_KEY={WORD}\n"})

    assert (found.severity, found.message.partition(":")[0]) == ("warning", "An example holds a real secret key")


def test_who_acts_for_a_service_of_devnet_is_no_test(inspect: Callable[..., list[Finding]]) -> None:
    names = ("devnet/config/operator.json", "keys/testnet-upgrade-authority.json", "devnet/wallet.json")
    tree = {
        "devnet": {"config": {"operator.json": keypair("o")}, "wallet.json": keypair("w")},
        "keys": {"testnet-upgrade-authority.json": keypair("u")},
        "tests": {"admin.json": keypair("a")},
    }

    assert places(inspect("keypair-committed", tree)) == [
        ("error", names[0], 1),
        ("warning", names[2], 1),
        ("error", names[1], 1),
        ("info", "tests/admin.json", 1),
    ]


@pytest.mark.parametrize(
    "text",
    [
        f'// Which signer made it does not matter.\nconst PRIOR_SIG_STR: &str =\n    "{MADE_UP}";\n',
        f"// of the fee payer\nconst lastSig = '{MADE_UP}';\n",
        f'let authority_entry = "{MADE_UP}";\n',
        f'wallet = Signature.from_bytes("{MADE_UP}")\n',
    ],
)
def test_signatures_are_as_long(inspect: Callable[..., list[Finding]], text: str) -> None:
    assert inspect("keypair-committed", {"a.rs": text}) == []


def test_keys_in_modules_for_tests_and_letters_again_and_again(inspect: Callable[..., list[Finding]]) -> None:
    seed = hashlib.sha256(b"tests").digest()
    key = encode(seed + public_half(seed))
    source = f'const KEY: &str = "secret_key {key}";\n'
    tree = {
        "src": {
            "a.rs": f"#[cfg(test)]\nmod tests {{\n{source}}}\n",
            "b.rs": "#[cfg(test)]\nmod checks;\n",
            "lib.rs": "mod a;\nmod b;\n",
        },
        "src/b": {"checks.rs": source},
        ".env.sample": f"A_SECRET_KEY=ed25519:{'2' * 87}\nB_SECRET_KEY={'4Zr' * 29}\nC_SECRET_KEY={'0a1b' * 32}\nD_SECRET_KEY={encode(seed + seed)}\n",
        "config.ts": f"const secretKey = '{'2' * 88}'\n",
    }

    assert places(inspect("keypair-committed", tree)) == [("info", "src/a.rs", 3)]


def test_a_key_that_only_scripts_of_a_local_network_name_is_information(
    inspect: Callable[..., list[Finding]],
) -> None:
    tree = {
        "keys": {"mint.json": keypair("m"), "pool.json": keypair("p"), "none.json": keypair("n")},
        "justfile": 'LOCALNET_MINT := "keys/mint.json"\nLOCALNET_POOL := "keys/pool.json"\n',
        "setup_localnet.sh": "spl-token create-token keys/mint.json\n",
        "deploy.sh": "solana program deploy -k keys/pool.json\n",
    }

    assert places(inspect("keypair-committed", tree)) == [
        ("info", "keys/mint.json", 1),
        ("error", "keys/none.json", 1),
        ("error", "keys/pool.json", 1),
    ]
