"""What a failed install's log says, in one sentence and one hint.

The texts were provoked with npm 11, pnpm 8 to 11, yarn 1, 3 and 4 and bun 1.4; a test holds their real output.
"""

from __future__ import annotations

from toolkit.ecosystems._diagnosis import NATIVE, disk_full, tell
from toolkit.expressions import regex

__all__ = ["NETWORK", "diagnose"]

NETWORK = (
    "ENOTFOUND", "ETIMEDOUT", "ECONNRESET", "ECONNREFUSED", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH",
    "ERR_SOCKET_TIMEOUT", "ERR_PNPM_META_FETCH_FAIL", "ESOCKETTIMEDOUT", "socket hang up", "network timeout",
    "ConnectionRefused", "ConnectionClosed", "ConnectionTimeout",
    "There appears to be trouble with your network connection",
)  # fmt: skip
"""Texts that mean the network and not the repository."""

_RELOCK = "invoke lock PATH, then commit the lock"
_STALE_LOCK = (
    r"`npm ci` can only install packages when|ERR_PNPM_OUTDATED_LOCKFILE|YN0028|Your lockfile needs to be updated"
    r"|lockfile had changes, but lockfile is frozen|ERR_PNPM_LOCKFILE_CONFIG_MISMATCH"
)
_NO_PACKAGE = (
    r"(?:404 +|GET \S*/)(?:The requested resource ')?((?:@[\w.-]+(?:/|%2[fF]))?[\w.-]+)(?:@\S+)?'?"
    r"(?: could not be found|: Not Found - 404| - 404)"
)
_NO_ARCHIVE = r"https?://\S+?/((?:@[\w.-]+/)?[\w.-]+)/-/[\w.-]*?-(\d+\.\d+\.\d+[\w.+-]*)\.tgz"
"""The address of a package's archive, as every registry builds it: the package and the version."""
_OF_COMMIT = r"https?://([\w.-]+)(?::\d+)?/(?:repos/)?([\w.-]+/[\w.-]+)/(?:legacy\.)?tar(?:\.gz|ball)/[\w./-]+"
"""The address of a repository at a commit, as GitHub packs it."""
_SPECIFIC: tuple[tuple[str, str, str], ...] = (
    disk_full(),
    (
        r"npm v([\d.]+) does not support Node\.js v([\d.]*\d)",
        "npm {0} does not run on Node {1}",
        "let [toolchain] pin an npm that does, or leave npm out of it: one that fits the Node is taken then",
    ),
    (
        r"requires at least Node\.js v([\d.]+)\s+The current version of Node\.js is v([\d.]*\d)",
        "the manager asks for Node {0} or newer, and runs on {1}",
        "raise node in [toolchain], or name an older manager in packageManager of package.json",
    ),
    (
        r"(?:(?:ls-remote|git\"? ?clone|git fetch)\b|Repository URL:)[^\n]*?((?:ssh|https?|git)://[^\s'\"]+)",
        "the git dependency {0} cannot be fetched",
        "check that git reaches it from here: address, network, credentials",
    ),
    (
        r"EROFS|read-only file system|ReadOnlyFileSystem",
        "the folder is on a read-only file system",
        "work on a writable copy",
    ),
    (
        r"EACCES|EPERM: operation not permitted|permission denied",
        "a file or folder may not be written",
        "check who owns node_modules and the manager's cache",
    ),
    (
        r"EJSONPARSE|is not valid JSON|ParserError: failed to parse",
        "a package.json is not valid JSON",
        "mend the file that the log names",
    ),
    (
        r"Missing: (\S+) from lock file",
        "the lock lacks {0}, which package.json or one of its packages asks for",
        f"{_RELOCK}; if an older npm takes it as it is, pin that npm in [toolchain]",
    ),
    (r"Invalid: lock file's (\S+) does not satisfy (\S+)", "the lock has {0} where package.json wants {1}", _RELOCK),
    (
        _STALE_LOCK,
        "the lock disagrees with package.json",
        _RELOCK,
    ),
    (
        r"ERR_PNPM_LOCKFILE_BREAKING_CHANGE|(?i:unsupported lockfile version|Unknown lockfile version)",
        "the lock was written by another major version of the manager",
        "name that version in packageManager of package.json, or make the lock anew: invoke lock PATH",
    ),
    (
        r"packages field missing or empty",
        "pnpm-workspace.yaml has settings and no packages, which pnpm before 10.5 refuses",
        "name pnpm 10.5 or a later one in packageManager of package.json, or in [toolchain]",
    ),
    (
        r"can only install with an existing package-lock|ERR_PNPM_NO_LOCKFILE",
        "there is no lock to install from",
        "invoke lock PATH makes one",
    ),
    (
        r"intend \S+ to be treated as a completely separate project",
        "yarn takes the folder for a part of the project above it, whose workspaces do not list it",
        "list it in workspaces of the project above, or give it a yarn.lock of its own: an empty one will do",
    ),
    (
        rf"(?m)^.*404[^\n]*\s*{_OF_COMMIT}|{_OF_COMMIT}[^\n]*404",
        "{0}{2} has no repository {1}{3} with the commit that is asked for, or you may not see it",
        "name a commit that is there, or a published version, in package.json; a private one needs git's credentials",
    ),
    (
        rf"(?m)^.*404[^\n]*\s*{_NO_ARCHIVE}|{_NO_ARCHIVE}[^\n]*404",
        "the registry has no {0}{2} {1}{3}, which the lock names, or you may not see it",
        "it was withdrawn (invoke lock PATH takes another version), or it is private: see the credentials in .npmrc",
    ),
    (
        _NO_PACKAGE,
        "the package {0} does not exist, or you may not see it",
        "check its name, and the credentials in .npmrc if it is private",
    ),
    (
        r"Couldn't find package \"([^\"]+)\"",
        "the package {0} does not exist, or you may not see it",
        "check its name, and the credentials in .npmrc if it is private",
    ),
    (
        r"YN0035: │ (\S+?)@\S+: (?:Package not found|The remote server failed)",
        "the package {0} does not exist, or you may not see it",
        "check its name, and the credentials in .yarnrc.yml if it is private",
    ),
    (
        r"No matching version found for (\S+?)\.?(?=\s|$)",
        "no published version matches {0}",
        "check the version in package.json",
    ),
    (
        r"Couldn't find any versions for \"([^\"]+)\" that matches \"([^\"]+)\"",
        "no published version matches {0}@{1}",
        "check the version in package.json",
    ),
    (r"YN0082: │ (\S+?)@npm:(\S+): No candidates", "no published version matches {0}@{1}", "check package.json"),
    (
        r"No version matching \"([^\"]+)\" found for specifier \"([^\"]+)\"",
        "no published version matches {1}@{0}",
        "check the version in package.json",
    ),
    (
        r"Workspace not found \"([^\"]+)\"",
        "workspaces names {0}, which has no package.json",
        "remove it from workspaces, or bring the folder back",
    ),
    (
        r"ERR_PNPM_WORKSPACE_PKG_NOT_FOUND|Workspace not found|YN0041.*workspace",
        "a workspace: dependency names a package that is no member",
        "check the name, and the globs of the workspace",
    ),
    (
        r"EINTEGRITY|ERR_PNPM_TARBALL_INTEGRITY|YN0018|Integrity check failed|IntegrityCheckFailed",
        "a downloaded package does not have the checksum that the lock records",
        "a damaged cache (clear the manager's), a registry that rewrites packages, or tampering: do not re-lock before you know",
    ),
    (
        r"EBADENGINE|ERR_PNPM_UNSUPPORTED_ENGINE|The engine \"node\" is incompatible|EBADDEVENGINES",
        "the Node or manager version is not the one that a package requires",
        "see engines in package.json, and node in [toolchain] of toolkit.toml",
    ),
    (r"ERESOLVE", "peer dependencies contradict each other", "set legacy-peer-deps in .npmrc if the lock was made so"),
    (
        r"ENOTCACHED|ERR_PNPM_NO_OFFLINE|YN0080|--offline: no cached|in your offline mirror",
        "a package is not in the cache, and the run is offline",
        "run once without --offline",
    ),
    (
        r"ERR_PNPM_FETCH_40[13]|E40[13]\b|YN0041|status code 40[13]",
        "the registry refuses the credentials",
        "check the token in .npmrc",
    ),
    (
        r"gyp ERR!|node-gyp: not found|node-pre-gyp ERR!",
        "a package with native code could not be compiled",
        "see the log for the compiler or header that is missing",
    ),
    (
        r"request to https?://([\w.-]+)/\S+\.t(?:ar\.)?gz failed, reason: (?:getaddrinfo|connect) [A-Z]",
        "{0} cannot be reached from here, and the lock downloads a package from it",
        "check the network and the proxy; where the lock was made with a registry that is not yours, remove it and make it again with yours",
    ),
    (
        rf"request to {_OF_COMMIT} failed, reason: (?:getaddrinfo|connect) [A-Z]|downloading tarball \S+@(github):([^#\s]+)",
        "{1}{3} is a git dependency, and {0}{2}, which has it, cannot be reached from here",
        "check the network and the proxy: no registry has it; a published version in package.json would need no such host",
    ),
    (
        r"(?:getaddrinfo (?:ENOTFOUND|EAI_AGAIN)|connect (?:ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)) ([\w.:-]+)",
        "{0} cannot be reached from here",
        "check the network and the proxy; what an install script downloads has a host of its own",
    ),
    (r"ELIFECYCLE|YN0009|Exit status \d+|command failed", "an install script failed", "see its own output in the log"),
)
_KNOWN = tuple((regex(pattern), sentence, hint) for pattern, sentence, hint in _SPECIFIC)


def diagnose(log: str) -> tuple[str, str]:
    """A sentence and a hint; two empty texts where nothing known stands in the log."""
    native = tell(log, NATIVE)
    if native[0]:
        return native
    for pattern, sentence, hint in _KNOWN:
        if found := pattern.search(log):
            return sentence.format(*(text.replace("%2f", "/").replace("%2F", "/") for text in found.groups(""))), hint
    if any(text in log for text in NETWORK):
        return "the package registry could not be reached", "check the network and the proxy, then bootstrap again"
    return "", ""
