"""Secrets in files that git tracks."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from toolkit.checking import Check
from toolkit.checks._search import files_with
from toolkit.checks._standing import is_idle
from toolkit.checks._test_code import in_test
from toolkit.checks._texts import line_at, text_of
from toolkit.checks._told_public import is_for_own_machine, is_said_public
from toolkit.checks.secrets._environments import is_environment, is_of_browser, shown_values
from toolkit.checks.secrets._fallbacks import by_project, fallbacks, set_instead
from toolkit.checks.secrets._hits import LITERALS, hits
from toolkit.checks.secrets._key_bodies import is_cut_short
from toolkit.checks.secrets._owners import whose
from toolkit.checks.secrets._shown import TEXTS, is_answer, is_shown, meant
from toolkit.checks.secrets._values import (
    is_config,
    is_env_example,
    is_trial,
    is_trial_network,
    looks_drawn,
    marked,
    told_once,
)
from toolkit.checks.secrets._written import WORDS, written
from toolkit.expressions import regex
from toolkit.model import Fix
from toolkit.path_names import is_kept_only
from toolkit.places import folder_of, upward

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.secrets._fallbacks import Fallback
    from toolkit.checks.secrets._patterns import Pattern
    from toolkit.checks.secrets._written import Written
    from toolkit.model import Finding, Severity

_LOCKS = regex(
    r"(?:^|[._-])lock(?:b|file|\.json|\.ya?ml|\.hcl)?$|^go(?:\.work)?\.sum$|-shrinkwrap\.json$|^Package\.resolved$",
    re.IGNORECASE,
)
"""Files that managers write, full of digests: ``pdm.lock``, ``bun.lockb``, ``package-lock.json``, ``gradle.lockfile``."""
_BASELINES = frozenset({".secrets.baseline", ".gitleaksignore", ".gitleaks.toml", ".trufflehog.yml"})
"""Lists of what other tools found, or shall not find."""
_REGISTRY_FILES = frozenset({".npmrc", ".yarnrc.yml", ".pypirc"})
"""``registry-token-committed`` speaks of tokens in these."""
_NO_CODE = regex(
    r"\.(?:md|mdx|rst|adoc|txt|json|jsonl|csv|tsv|svg|map|snap|lock|sum|html?|css|scss|po|pot|xml|plist|expected|golden|log|min\.js|d\.ts|graphql|har|svelte-kit)$"
    r"|(?:^|/)(?:i18n|locales?|translations?|__snapshots__|abis?|idl|artifacts|deployments?|\.yarn)/|\.env|(?:^|/)\.dev\.vars",
    re.IGNORECASE,
)
"""Documents, data and texts for people, where what looks like a value is one of an example; environment files."""
_NO_SOURCE = regex(r"\.(?:svg|map|download)$|^yarn-\d[\w.-]*\.c?js$|openapi|swagger", re.IGNORECASE)
_SCRIPTS = regex(
    r"\.(?:sh|bash|zsh|fish|mk|bat|ps1)$|^(?:Dockerfile|Makefile|Justfile|\.envrc)|Dockerfile$|^\.(?:netrc|pgpass)$",
    re.IGNORECASE,
)
_REVOKE = Fix("revoke it, then read a new one from the environment or the secret store", "manual")
_APP_FILES = regex(
    r"google-services\.json$|GoogleService-Info\.plist$|AndroidManifest\.xml$|AppDelegate\.(?:mm?|swift)$"
)
_WEB_APP = regex(
    r"\"?googleMaps\"?\s*:|authDomain|messagingSenderId|firebaseapp\.com|maps\.googleapis\.com/maps/api/js"
)
"""Signs of keys that apps and pages carry for everybody to see; Google restricts them by where they are used from."""
_FOR_ALL = regex(r"(?i)publi(?:c|shable)|(?:^|_)anon|VITE_|REACT_APP_")
"""Names of tokens that pages are given."""
_GOOGLE = "a Google API key"
_OF_OPENAI, _MARK_OF_OPENAI = "an OpenAI key", "T3BlbkFJ"
_OF_DJANGO = "django-insecure-"
"""Begins what every new project of Django has, and says of itself."""
_MAY_BE_SAID_PUBLIC = regex(r"(?i)key|client_?secret")
_KEY_FILES = (".pem", ".key", ".p8")
_BACKUP = regex(r"(?i)[._-](?:bak|backup|old|orig|save|copy)(?:[._-][^/]*|\d*)\Z")
_DOCUMENTS = regex(r"(?:^|(?<=/))(?:docs?|documentation)/", re.IGNORECASE)
_NETWORKS = regex(r"(?:^|(?<=/))(?:devnet|localnet)/", re.IGNORECASE)
_BY_HAND = regex(r"(?<=scripts/)test[-_](?=[^/]*\Z)")
"""What begins the name of a script that people run to try something out."""
_SMOKE = regex(r"(?:^|[/_-])smoke(?=[/._-])")
"""A script that asks a deployment whether it lives, by what somebody made up for it, or by what opens it."""
_TASK = regex(r"^[ \t]*(?:tasks\.\w+[^\n{]*|test|integrationTest)\{?[ \t]*\{", re.MULTILINE)
"""The head of a task of Gradle."""
_MOST = 20
"""Findings of one form in one file; more are one cause."""

_CASE = regex(r"(?i)[\"'](?:assertions?|expect(?:ed)?(?:_?\w+)?|test_?(?:type|case)\w*)[\"']\s*:")
_AROUND = 800
"""What says that a request is a case of a test, and the characters around a value within which it does."""


class SecretCommitted(Check):
    """A secret stands in a file that git tracks.

    What it checks:
        About ninety forms that are secrets by their look: keys and tokens of clouds, code hosts, chat, payment and model
        services, private keys, addresses of data stores with a password, RPC addresses with a key, JSON web tokens whose
        payload names the service role, private keys of wallets. Examples, placeholders, keys that development networks
        publish for everybody, the profile of a browser, and public keys of the role ``anon`` are no secrets. In documents also what readers are to put into the environment (a warning). In code and scripts also values that look
        drawn by lot where the name, the call or the form says what they are: passwords, secrets, tokens (a warning, since
        many are made to be public; so are Stripe's keys for tests), connection texts, addresses with a password, phrases and keys of wallets, and what is taken where
        the environment says nothing (``process.env.JWT_SECRET || "..."``), which for a secret that signs, keeps sessions or is compared with what callers send is a warning whatever the text,
        once for a project that refuses it nowhere, with what deployments set in its place (``JWT_SECRET_KEY``). One secret is told once, with the other files that hold it. Secret
        keys of Solana are told by ``keypair-committed``. In tests and documents the severity is
        one lower, and for private keys two; for wallets of a network without value (``devnet`` in the path) it is a warning.

    Why it matters:
        Whoever can read the repository, a fork or an old clone can use it, and history keeps it when the file is changed.

    How to fix:
        Revoke it where it was made (removing it from the file is not enough), then read the new one from the
        environment or the secret store.

    Fix safety:
        Manual: only its owner can revoke it. The report shows four characters of a long one and a digest, never the secret.
    """

    severity = "error"

    def run(self, context: Inspection) -> Iterator[Finding]:
        found = list(self._all(context))
        carried = {one.evidence for one in found if one.severity == "info" and one.message.startswith(_GOOGLE)}
        # What a page carries everybody can read, whatever else names it.
        yield from told_once(replace(one, severity="info") if one.evidence in carried else one for one in found)

    def _all(self, context: Inspection) -> Iterator[Finding]:
        for path in files_with(context, LITERALS.texts):
            name = posixpath.basename(path)
            if _LOCKS.search(name) or name in _BASELINES or name in _REGISTRY_FILES or _NO_SOURCE.search(name):
                continue
            if not is_environment(context, path) and not is_of_browser(
                context, path
            ):  # ``env-file-committed`` tells these
                yield from self.found_in(context, path, self._by_look)
        taken: list[Fallback] = []
        for path in files_with(context, WORDS, ignore_case=True):
            name = posixpath.basename(path)
            if name.endswith(TEXTS) or not (
                _LOCKS.search(name)
                or name in _BASELINES
                or _NO_CODE.search(path)
                or is_trial(path)
                or is_config(path)
                or is_of_browser(context, path)
            ):
                yield from self.found_in(context, path, self._by_place)
                given = [] if name.endswith(TEXTS) else list(fallbacks(path, text_of(context, path)))
                taken += () if given and is_idle(context, path) else given
        for members in by_project(context, taken):
            yield self._taken(context, members)

    def _taken(self, context: Inspection, members: list[Fallback]) -> Finding:
        """What a program signs with where nobody set a secret, once for a project."""
        first = members[0]
        aside = all(any(is_kept_only(up, context.is_file) for up in upward(folder_of(one.path))) for one in members)
        near = set_instead(context, first.name)
        return self.finding(
            context,
            first.path,
            f"where {first.name} is not set, a text of the source is taken: whoever reads it can make what the program trusts"
            + (f"; nothing here sets it, and {near}" if near else ""),
            line=first.line,
            evidence=", ".join(f"{one.path}:{one.line}" for one in members[:_MOST]),
            severity="info" if aside or context.is_foreign(first.path) else "warning",
            fixes=(Fix(f"stop where it is not set{', and use one name' if near else ''}", "manual"),),
            related=[(one.path, one.line) for one in members],
        )

    def _by_place(self, context: Inspection, path: str) -> Iterator[Finding]:
        """What only its name or place tells, in code, scripts and documents; ``secret-in-config`` reads configuration."""
        content = text_of(context, path)
        in_words = path.endswith(TEXTS)
        said: set[str] = set()
        told: set[str] | None = None
        bare = _SCRIPTS.search(posixpath.basename(path)) is not None
        for hit in meant(content) if in_words else written(content, bare=bare):
            if told is None:  # most files have no hit, and this looks for ninety texts
                told = {match["value"] for _, match in hits(content)}
            known = hit.value in said or any(hit.value in other or other in hit.value for other in told)
            known = known or hit.value in _live(context, path)
            line = line_at(content, hit.at)
            if known or (not in_words and _is_trial(path, content, hit.at)) or in_test(context, path, line):
                continue
            said.add(hit.value)
            yield self.finding(
                context,
                path,
                f"{hit.what} is written into {'a document' if in_words else 'the code'}: whoever can read the repository can use it",
                line=line,
                evidence=marked(hit.value.removeprefix("0x")),
                severity="warning" if in_words else self._grade_of_place(context, path, content, hit),
                fixes=(_REVOKE,),
                causes=(f"secret {path}:{line}",),
            )

    def _grade_of_place(self, context: Inspection, path: str, content: str, hit: Written) -> Severity:
        """How grave a value is that its name tells: one of a wallet, and one that many have, less."""
        case = "pass" in hit.what.lower() and _CASE.search(content, max(hit.at - _AROUND, 0), hit.at + _AROUND)
        if case or hit.value in shown_values(context) or is_for_own_machine(content):
            return "info"
        if hit.key or _MAY_BE_SAID_PUBLIC.search(hit.what):
            if is_said_public(content, hit.at):
                return "info"
            if hit.key and is_trial_network(path):
                return "warning" if "test" in path.lower() else "info"
        return "warning" if hit.weak or _SMOKE.search(path) or hit.value.startswith(_OF_DJANGO) else "error"

    def _by_look(self, context: Inspection, path: str) -> Iterator[Finding]:
        content = text_of(context, path)
        for pattern, found in groupby(hits(content), itemgetter(0)):
            said: set[str] = set()
            for _, match in found:
                if match["value"] in said:
                    continue
                said.add(match["value"])
                if len(said) > _MOST:
                    break
                line = line_at(content, match.start())
                if (grade := _grade_of_look(context, path, content, pattern, match)) is not None:
                    owner = whose(pattern.name, path, content, match)
                    yield self._finding(context, path, line, (owner, pattern.secret(match["value"]), grade))

    def _finding(self, context: Inspection, path: str, line: int, found: tuple[str, str, Severity]) -> Finding:
        name, value, severity = found
        trial = severity != "error"
        return self.finding(
            context,
            path,
            f"{name} is committed: whoever can read the repository can use it"
            + (f", unless it is made up for a {_what(path)}, or public" if trial else ""),
            line=line,
            evidence=marked(value.removeprefix("0x")),
            severity=severity,
            fixes=(_REVOKE,),
        )


def _grade_of_look(
    context: Inspection, path: str, content: str, pattern: Pattern, match: re.Match[str]
) -> Severity | None:
    """How grave a hit of a form is; nothing for what has no worth where it stands."""
    at, secret = match.start(), pattern.secret(match["value"])
    in_tests = path.endswith(".rs") and in_test(context, path, line_at(content, at))
    if pattern.weak:
        line_before = content[content.rfind("\n", 0, at) + 1 : at][-200:]
        of_nothing = in_tests or _is_trial(path, content, at) or _FOR_ALL.search(line_before)
        return None if of_nothing else "warning"
    cut_off = pattern.name == _OF_OPENAI and _MARK_OF_OPENAI not in match["value"]  # which every whole one has
    if is_answer(path, content, at) or (cut_off and (_what(path) == "document" or is_env_example(path))):
        return None
    sure = pattern.sure is not None and pattern.sure(match["value"])
    trial = in_tests or _is_trial(_place(pattern, path), content, at) or (pattern.key and is_env_example(path))
    if not sure and trial:
        return "info" if pattern.key or not looks_drawn(secret, least=12) else "warning"
    # What a webhook of one's own machine is signed with, nothing else believes.
    own = pattern.name == "a webhook secret" and is_for_own_machine(content)
    of_app = pattern.name == _GOOGLE and (_APP_FILES.search(path) or _WEB_APP.search(content))
    # A source may show how a key begins; a file of keys is what it is there for.
    cut = pattern.key and not path.endswith(_KEY_FILES) and is_cut_short(content, match.start("value"))
    if own or of_app or cut or (pattern.key and is_said_public(content, at)):
        return "info"
    if pattern.key and is_trial_network(path):
        return "warning" if "test" in path.lower() else "info"
    return "warning" if cut_off else "error"


def _live(context: Inspection, path: str) -> str:
    """The text of the file that a backup is of, where a secret is told that both have; empty if there is none."""
    live = _BACKUP.sub("", path)
    return text_of(context, live) if live != path and context.is_file(live) else ""


def _what(path: str) -> str:
    if is_env_example(path):
        return "sample"
    return "document" if path.endswith(TEXTS) else "test"


def _place(pattern: Pattern, path: str) -> str:
    """A path without what makes no test of a key: a network and a script's ``test-``, of what is no wallet's, and a folder of documents, of a file that is a key."""
    if path.endswith(_KEY_FILES):
        return _DOCUMENTS.sub("", path)
    return path if pattern.key else _BY_HAND.sub("", _NETWORKS.sub("", path))


def _is_trial(path: str, content: str, at: int) -> bool:
    """Whether a place belongs to tests or shows how something is called: by the file, in the text that documents a function, or as Gradle sets up its tasks for tests."""
    if path.endswith((".gradle", ".gradle.kts")):
        tasks = _TASK.findall(content, 0, at)
        return bool(tasks) and "test" in tasks[-1].lower()
    return is_trial(path) or is_shown(path, content, at)
