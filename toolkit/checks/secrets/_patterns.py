"""The forms of secrets that can be told by their look alone."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from toolkit.checks.secrets._values import digest, entropy, is_placeholder, is_words, looks_drawn
from toolkit.checks.secrets._web_tokens import is_lasting, is_live_service_role, is_service_role
from toolkit.expressions import regex
from toolkit.values import frozen

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

__all__ = ["PATTERNS", "Pattern", "is_unpublished"]

_REPEATED = regex(r"(.{1,16}?)\1{2,}.{0,15}")
_STORE = "a data store's password"


@frozen
class Pattern:
    """One form.

    Args:
        name: whose secret it is, to end "is committed".
        literals: texts of which one is in every hit: most files are ruled out by them.
        expression: group ``value`` is the secret.
        least: entropy in bits a character below which it is no secret.
        accept: a further test of the value.
        key: a private key: tests and development networks publish theirs on purpose.
        reach: characters after a literal within which a hit ends.
        sure: whether a value is no made-up one, wherever it stands.
        weak: many are of no worth, so that it is a warning at most and nothing in tests and documents.
        tries: it opens an account for trials only, so that files of settings may well have it.
    """

    name: str
    literals: tuple[str, ...]
    expression: re.Pattern[str]
    least: float = 3.0
    accept: Callable[[str], bool] | None = None
    key: bool = False
    reach: int = 600
    sure: Callable[[str], bool] | None = None
    weak: bool = False
    tries: bool = False

    def secret(self, value: str) -> str:
        """The secret of a hit: of an address its password, which is the same one wherever it stands."""
        return unquote(value.rpartition("@")[0].partition(":")[2]) or value if self.name == _STORE else value


# sha256 of keys that development networks (Anvil, Hardhat, Ganache, Moonbeam), emulators, the local stack of Supabase, Stripe's documents, the sandbox of MoMo and Grafana's defaults publish for everybody,
# and, at the end, of the client secrets that Google's command-line programs carry, which are no secrets by the rules of OAuth for installed programs, and of
# the projects of Infura that the examples of many libraries, and Foundry's standard library for all chains, use.
_PUBLISHED = frozenset(
    {
        "0a9f9c4b6c75659efff5cefd24199eec0625476f955d0eb61dc078e47bd5797e",
        "133b637624d35a01a8d4b56b0736d5dd7a6f78d4e9b9638aa18c8b4676c3aabd",
        "31d9489705df8e820e4d7b7e555f87a04911287313aa5ea0849df95972020320",
        "3d350995b9794371de47c31e42e7c5128349ef8c6dcc235362af7c97a83b00b7",
        "41beaf133a2dc3ee67f1cbb9a44f0eda3179ea1126e994c8cffa0158f28b5b97",
        "4b0e0a8ab30fc67605ca6b0fcb7cdf66cc7b61204eb5c09dc7ddb839190c80d8",
        "50102a7461c95f40973b821097fa7204c2be3e1302198204f0ffb675491b1463",
        "a11ee53bcfb6e7563a1958fb96f9a59aa426032a240933a8eef79439352ef54d",
        "034682f91502ec7159a460681325f77168d2fa7ef1b50a7c1f5e0ffc3c4273db",
        "0aedba9d586f34f95cf1f0d54926f62e8a078ce2ca593be73ab27a87d3ff9c5d",
        "0bc9fde2b028e3b067e45059c84dbcf43b573344d84f1f259dd912427e76f83f",
        "196fbadca8b7eea62510a490b7e8131ec83cfe1dc33ace8660333d139ebb9c1d",
        "28e543d3753fc9d14c658ebef20b76a3b5f8e7d78667baf27832ceb3bea01bdf",
        "30e55f5463e22af009a1b785a4d723190c4522bfa2696c2ab85fd12cedca708d",
        "38e69fdd19aefeb4adf56312f10e62c30274997835173c7006308323ad7db506",
        "3fd5610ee03a3503edceff018e3fb550d9f2c074609535d5af84cf4a87edfcdb",
        "4d3e46eec8244d1d106f866ee48994f6176705298aee1b8426b2ad2529eb454b",
        "578592185588730b9d10b87e2274706a8301a179cdb60fb4263c788e7e679503",
        "64034b44c579b335ab5e85debbfe72789e970138cc8d296799c3833a2a8525fb",
        "6dea34b661141091338390067dc6fe04c911ed6b939f7dce3faa8b6e68e755f0",
        "70b801afae94d2e653c9612d0ebbba1f52f0d6fca900a0c0f0aa0f3e500e41e9",
        "8335c55334821eefd4334369ff9c04a8594f161013cf9d87f58802d87297837e",
        "865365d726a5e7f814e4469d68daefa750d62472041fa3dcb84b65bddf95ce74",
        "967f21586cdf1248a862f2cfb330099701c942c2c7a7537c54f7ec48f8556505",
        "b26ab6529d20ebebb4192256f202984754f785481c64b1a1aed58cac93b3617e",
        "bc1a50966c9e6486bc4ebf880b51611a2a97fcb8e7a6976e9b81a9e3e8ca0e3c",
        "ecd5e9d0b08a8a9fd1c35bcd303b3cceea1c8b85ee33d4255849cd3fcd37e0b4",
        "f070994a8599478580678f2b9482c5f02bb3de0647281e8efae183669425808a",
        "faeb1dab5a326eef752d42930ec4bf5305724d2b0ddfb06ba9e89b1a36449207",
        "28b106228dd4bd82ede273f2b58e16fcebaee7353a42e9fec0dea0de665b3f1c",
        "98a9b4aed7b666f4561d4d37c75edc2744dbd0bf5e5572feb4f6bb1e0c07fbeb",
        "b0f3a96ded759f6c5f13d27881ffcbfd7821fd6bb5858b0ab819e7a187e46452",
        "3dfa95ce9d1c7b153b198fa165e95fc2686769b6bf3e6eb750bb0abb1f050f1e",
        "d757d2328f1955fa404465f8d2e00ea802b12ec9d428bcceb8641e1132f6a267",
        "f73053ac31799b089651265c92913cd57163b71ff93bdbb1f7e3808187568589",
        "7f59edafa4d502ca0156b8fddf28394634d77b1843838b5783a7c9c95fcbd32f",
        "0a2e09e4352a286b91b37346bd51c7b3b09a4d743eadb0e2fab979e6b83550da",
        "722d29b1f8d5fc7fcb44107beb41c8c398bdc51855c7e1afe1e05a6656273f68",
        "10fb37c84bbc6fe904d37f09bed01005763126398249b5a18141b72ee0f543b1",
        "ede4df3c279c29a08cdb7ed019d973003ab230a6748ce951aa9c5d58123a4b51",
        "d7bd1c17bfb8794435b6ea4f21400e4b8f64f152e7cffd6141dd381ca0bb7dde",
        "5d6eeff564caad6d23144abcdd87d25db0a29f3ffec49ee71abf46a04ae6c709",
        "6a738437ffc64d62d5b92b08608d26c6c2b137a9b73be9e02fb11748e7c8923d",
        "3f5c72074b7686de25d2268dc1f33347a160df6b03c0aed4706bd45aab1132e9",
        "8ba0cbd683b06f89a5e3c972a86c93227f5aa25ccb77cd0cda02fb351d76f17a",
    }
)


def is_unpublished(value: str) -> bool:
    """Whether a key is none of those that development networks publish for everybody, and no text again and again."""
    bare = value.lower().removeprefix("0x")
    return digest(bare) not in _PUBLISHED and value.lower().strip("0x") != "" and not _REPEATED.fullmatch(bare)


_NEAR = (
    ".local", ".internal", ".svc", ".cluster.local", ".test", ".example", ".invalid", "example.com", "example.org",
    "host.com",
)  # fmt: skip


def _is_password(address: str) -> bool:
    """Whether the address of a data store holds a real password: in its own network only one that looks drawn by lot."""
    login, _, host = address.rpartition("@")
    host = host.partition("/")[0].partition(":")[0].partition(",")[0]
    password = login.partition(":")[2]
    if is_placeholder(password) or is_words(password) or "[^" in login:  # an expression that takes one apart
        return False
    if host.startswith(("10.", "192.168.", "172.")):
        return looks_drawn(password, least=10)
    near = "." not in host or host.startswith(("127.", "0.")) or host.endswith(_NEAR)
    return looks_drawn(password, least=12) if near else len(password) >= 8 and entropy(password) >= 2.5


_B = r"(?:(?<![A-Za-z0-9_-])|(?<=\w:-))"
"""No part of a longer word, but the default of a variable: ``${NAME:-value}``."""
_E = r"(?![A-Za-z0-9_-])"


def _form(  # noqa: PLR0913 - the fields of a pattern
    name: str,
    literals: str,
    body: str,
    least: float = 3.0,
    accept: Callable[[str], bool] | None = None,
    *,
    key: bool = False,
) -> Pattern:
    """A pattern from its literals (one word each) and the expression of its value."""
    text = body if "(?P<value>" in body else rf"{_B}(?P<value>{body}){_E}"
    return Pattern(name, tuple(literals.split()), regex(text), least, accept, key)


_TOKENS = ("eyJhbGciOi", "eyJ0eXAiOi", "eyJraWQiOi")
_TOKEN = regex(rf"{_B}(?P<value>eyJ[\w-]{{10,}}\.eyJ[\w-]{{20,}}\.[\w-]{{20,}}){_E}")
_HEX64 = r"(?:0x)?[0-9a-fA-F]{64}"
_KEY_NAME = (
    r"(?i:private_?key|deployer_?key|wallet_?key|signer_?key)\w{0,12}[\"']?\s*(?:\|\s|:\s*(?:string\s*)?=|[:=])\s*"
)

PATTERNS: tuple[Pattern, ...] = (
    _form("an AWS access key", "AKIA ASIA", r"(?:AKIA|ASIA)[A-Z2-7]{16}"),
    _form("a GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", r"gh[pousr]_[A-Za-z0-9]{36,255}"),
    _form("a GitHub token", "github_pat_", r"github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}"),
    _form("a GitLab token", "glpat-", r"glpat-[\w-]{20,}"),
    _form("a Slack token", "xoxb- xoxp- xoxa- xoxr- xoxs- xapp-", r"(?:xox[abprs]|xapp)-[0-9A-Za-z]+-[0-9A-Za-z-]{20,}"),
    _form("a Slack webhook", "hooks.slack.com/services/", r"hooks\.slack\.com/services/(?P<value>T[A-Z0-9]{8,}/B[A-Z0-9]{8,}/[A-Za-z0-9]{20,})"),
    _form("a Stripe key", "sk_live_ rk_live_", r"[sr]k_live_[A-Za-z0-9]{20,}"),
    Pattern("a Stripe test key", ("sk_test_", "rk_test_"), regex(rf"{_B}[sr]k_test_(?P<value>[A-Za-z0-9]{{24,255}}){_E}"), 3.5, lambda value: looks_drawn(value) and is_unpublished(value), weak=True, tries=True),
    _form("a webhook secret", "whsec_", r"whsec_[A-Za-z0-9+/]{32,}={0,2}"),
    _form("a Google API key", "AIza", r"AIza[0-9A-Za-z_-]{35}"),
    _form("a Google OAuth secret", "GOCSPX-", r"GOCSPX-[\w-]{28}", accept=is_unpublished),
    _form("a Telegram bot token", ":AA", r"\d{8,10}:AA[\w-]{33}"),
    _form("a SendGrid key", ":-SG. =SG. 'SG. \"SG. `SG.", r"SG\.[\w-]{22}\.[\w-]{43}"),
    _form("an npm token", "npm_", r"npm_[A-Za-z0-9]{36}"),
    _form("a PyPI token", "pypi-AgEIcHlwaS5vcmc", r"pypi-AgEIcHlwaS5vcmc[\w-]{50,}"),
    _form("an OpenAI key", "T3BlbkFJ", r"sk-[\w-]{0,100}T3BlbkFJ[\w-]{20,}"),
    _form("an OpenAI key", "sk-proj- sk-svcacct- sk-admin-", r"sk-(?:proj|svcacct|admin)-(?![\w-]{0,100}T3BlbkFJ)[\w-]{40,}", accept=looks_drawn),
    _form("a key of a model service", "\"sk- 'sk- `sk- =sk- :-sk-", r"sk-(?![A-Za-z0-9]{0,100}T3BlbkFJ)[A-Za-z0-9]{48,72}", accept=looks_drawn),
    _form("a MiniMax key", "sk-cp-", r"sk-cp-[\w-]{80,160}", accept=looks_drawn),
    _form("a Render key", "rnd_", r"rnd_[A-Za-z0-9]{24,40}", accept=looks_drawn),
    Pattern("a Chromatic token", ("chpt_",), regex(rf"{_B}(?P<value>chpt_[0-9a-f]{{14,40}}){_E}"), accept=is_unpublished, weak=True),
    Pattern(
        "the key of a Cloudflare account",
        ("CLOUDFLARE_API_KEY", "CF_API_KEY", "X-Auth-Key", "x-auth-key"),
        regex(r"(?:(?:CLOUDFLARE|CF)_API_KEY|[Xx]-[Aa]uth-[Kk]ey)[\"'`]?\s?[=:,]\s?[\"'`]?(?P<value>[0-9a-f]{37})(?![\w-])"),
        3.2,
        sure=looks_drawn,
    ),
    _form("an Anthropic key", "sk-ant-", r"sk-ant-(?:api|admin)\d\d-[\w-]{80,}"),
    _form("an OpenRouter key", "sk-or-v1-", r"sk-or-v1-[0-9a-f]{64}"),
    _form("a Groq key", "gsk_", r"gsk_[A-Za-z0-9]{48,56}"),
    _form("an xAI key", "xai-", r"xai-[A-Za-z0-9]{70,90}"),
    _form("a Replicate token", "r8_", r"r8_[A-Za-z0-9]{37,40}"),
    _form("a Perplexity key", "pplx-", r"pplx-[A-Za-z0-9]{40,60}"),
    _form("an NVIDIA key", "nvapi-", r"nvapi-[\w-]{60,70}"),
    _form("a Pinecone key", "pcsk_", r"pcsk_[A-Za-z0-9_]{50,80}"),
    _form("a LangSmith key", "lsv2_", r"lsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}"),
    _form("a Tavily key", "tvly-", r"tvly-(?:dev-|prod-)?[A-Za-z0-9]{32,}"),
    _form("a Hugging Face token", "=hf_ 'hf_ \"hf_ `hf_", r"hf_[A-Za-z]{34}"),
    _form("a DigitalOcean token", "dop_v1_ doo_v1_", r"do[op]_v1_[a-f0-9]{64}"),
    _form("an Azure storage key", "AccountKey=", r"AccountKey=(?P<value>[A-Za-z0-9+/]{86}==)", accept=is_unpublished),
    _form("a Discord webhook", "/api/webhooks/", r"discord(?:app)?\.com/api/webhooks/(?P<value>\d{17,20}/[\w-]{60,})"),
    _form("a Shopify token", "shpat_ shpca_ shppa_ shpss_", r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"),
    _form("a Vault token", "hvs.", r"hvs\.[\w-]{90,}"),
    _form("a Supabase key", "sb_secret_ sbp_", r"sb_secret_[\w-]{22,}|sbp_[0-9a-f]{40}", accept=is_unpublished),
    Pattern("a Supabase service key", _TOKENS, _TOKEN, accept=is_service_role, sure=is_live_service_role),
    Pattern("a JSON web token that does not soon expire", _TOKENS, _TOKEN, accept=is_lasting, reach=2_000, weak=True),
    _form("a Cloudflare origin CA key", "v1.0-", r"v1\.0-[0-9a-f]{24}-[0-9a-f]{146}"),
    _form("a secret key", "_sk_", r"[a-z][a-z0-9]{1,11}_sk_(?:(?:live|prod)_)?(?P<value>[0-9A-Za-z]{32,64})(?![A-Za-z0-9_-])", accept=looks_drawn),
    _form("a Resend key", ":-re_ =re_ 're_ \"re_ `re_", r"re_[A-Za-z0-9]{7,9}_[A-Za-z0-9]{20,28}", accept=looks_drawn),
    _form("a Mailgun key", ":-key- =key- 'key- \"key- `key- :key-", r"key-[0-9a-f]{32}"),
    _form("a Doppler token", "dp.pt. dp.st. dp.sa.", r"dp\.(?:pt|st|sa)\.(?:[\w-]{2,35}\.)?[A-Za-z0-9]{40,44}"),
    _form("a Terraform Cloud token", ".atlasv1.", r"[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,70}"),
    _form("a PlanetScale password", "pscale_", r"pscale_(?:tkn|pw|oauth)_[\w.-]{32,64}"),
    _form("a Notion token", "ntn_", r"ntn_[A-Za-z0-9]{40,50}"),
    _form("an Atlassian token", "ATATT3", r"ATATT3[\w=+/-]{150,250}"),
    _form("a Figma token", "figd_", r"figd_[\w-]{40,50}"),
    _form("a Mapbox secret token", "sk.eyJ", r"sk\.eyJ[\w-]{60,}\.[\w-]{20,}"),
    _form("a New Relic key", "NRAK-", r"NRAK-[A-Z0-9]{27}"),
    _form("an Axiom token", "xaat- xapt-", r"xa[ap]t-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    _form("an Azure client secret", "8Q~ 7Q~", r"[A-Za-z0-9_~.]{3}[78]Q~[A-Za-z0-9_~.-]{31,34}"),
    _form("an Azure access key", "SharedAccessKey=", r"SharedAccessKey=(?P<value>[A-Za-z0-9+/]{42,44}=)"),
    _form("a Razorpay or Square key", "rzp_live_ sq0csp-", r"rzp_live_[A-Za-z0-9]{14,24}|sq0csp-[\w-]{43}"),
    _form("a Trigger.dev key", "tr_prod_ tr_stg_", r"tr_(?:prod|stg)_[A-Za-z0-9]{20,30}"),
    _form("an Inngest key", "signkey-prod-", r"signkey-prod-[0-9a-f]{64}"),
    _form("a Databricks token", "dapi", r"dapi[0-9a-f]{32}(?:-\d)?"),
    _form("a Linear key", "lin_api_", r"lin_api_[A-Za-z0-9]{40}"),
    _form("a Sentry token", "sntrys_ sntryu_", r"sntry(?:s_[\w+/=-]{60,}|u_[a-f0-9]{64})"),
    _form("a Grafana token", "glsa_ glc_", r"glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}|glc_[A-Za-z0-9+/]{60,}={0,2}"),
    _form("a password of a container registry", '"auths"', r"\"auth\"\s*:\s*\"(?P<value>[A-Za-z0-9+/]{20,}={0,2})\""),
    _form("an age key", "AGE-SECRET-KEY-1", r"AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}", key=True),
    _form("an Alchemy RPC key", ".alchemy.com/v2/ .alchemyapi.io/v2/", r"\.alchemy(?:api\.io|\.com)/v2/(?P<value>[\w-]{32})(?![\w-])"),
    _form("an Alchemy RPC key", ".alchemy.com/v2/", r"\.alchemy\.com/v2/(?P<value>[\w-]{21})(?![\w-])", accept=looks_drawn),
    _form("an Infura RPC key", ".infura.io/v3/", r"\.infura\.io/(?:ws/)?v3/(?P<value>[0-9a-f]{32})(?![0-9a-f])", accept=is_unpublished),
    _form("a Helius RPC key", "helius", r"helius(?:-rpc)?\.(?:com|xyz)[^\s\"'`]{0,40}[?&]api-key=(?P<value>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"),
    _form("a QuickNode RPC key", ".quiknode.pro/", r"\.quiknode\.pro/(?P<value>[0-9a-f]{40})(?![0-9a-f])"),
    _form("an RPC key", "rpc.ankr.com/", r"rpc\.ankr\.com/(?:multichain/|\w+/|premium-http/\w+/)?(?P<value>[0-9a-f]{64})(?![0-9a-f])"),
    _form("an RPC key", "go.getblock.io/ .core.chainstack.com/", r"(?:go\.getblock\.io|\.core\.chainstack\.com)/(?P<value>[0-9a-f]{32})(?![0-9a-f])"),
    _form("an RPC key", ".rpcpool.com/", r"\.rpcpool\.com/(?P<value>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"),
    _form("a Syndica RPC key", "syndica.io/", r"syndica\.io/(?:access-token|api-key)/(?P<value>[1-9A-HJ-NP-Za-km-z]{60,120})"),
    _form("a Shyft RPC key", "shyft.to", r"shyft\.to/?[^\s\"'`]{0,60}[?&]api_key=(?P<value>[\w-]{16,40})"),
    _form(
        _STORE,
        "postgres:// postgresql:// postgresql+ mysql:// mysql+ mariadb mongodb:// mongodb+srv:// redis:// rediss:// amqp:// amqps:// mssql clickhouse://",
        r"(?:postgres(?:ql)?|mysql|mariadb|mongodb|mssql|clickhouse|rediss?|amqps?)(?:\+\w+)?://(?P<value>[^\s\"'`:/@${}<>]*:[^\s\"'`/${}<>]{1,200}@(?:[\w.-]+|\$\$?\{?\w+))",
        0.0,
        _is_password,
    ),
    Pattern(
        "a private key",
        ("PRIVATE KEY-----", "PRIVATE KEY BLOCK-----"),
        regex(
            r"-----BEGIN (?:RSA |EC |DSA |OPENSSH |PGP )?PRIVATE KEY(?: BLOCK)?-----(?:\\+[rn]|[\s\"'+,#*;>]|[\w-]{1,30}: [^\n]{0,200}\n){0,40}"
            r"(?P<value>[A-Za-z0-9+/=]{48,})(?=[A-Za-z0-9+/=\s\"'+,\\#*;>]{0,20000}-----END)"
        ),
        3.0,  # every key of OpenSSH begins with a row of the letter A
        key=True,
        reach=12_000,  # the longest keys in use have about 6,500 characters
    ),
    Pattern(
        "a private key",
        ('"kty"',),
        regex(
            r"\{(?=[^{}]{0,6000}\"kty\"\s*:\s*\"(?:RSA|EC|OKP)\")[^{}]{0,6000}?\"d\"\s*:\s*\"(?P<value>[\w-]{43,1000})\""
        ),
        3.0,
        key=True,
        reach=6_200,
    ),
    _form(
        "an Ethereum private key",
        "PRIVATE_KEY PRIVATEKEY privateKey private_key privatekey DEPLOYER_KEY WALLET_KEY",
        rf"{_KEY_NAME}[\"'`]?(?P<value>{_HEX64})(?![0-9a-fA-F])",
        3.2,
        is_unpublished,
        key=True,
    ),
)  # fmt: skip
