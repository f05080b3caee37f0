"""What real failed installs printed (registry addresses shortened), and what is made of it."""

from __future__ import annotations

import pytest

from toolkit.ecosystems._javascript_logs import NETWORK, diagnose
from toolkit.extension import ecosystem

RELOCK = "invoke lock PATH, then commit the lock"
DISAGREES = ("the lock disagrees with package.json", RELOCK)


@pytest.mark.parametrize(
    ("log", "sentence"),
    [
        ("npm error code EUSAGE\nnpm error\nnpm error `npm ci` can only install packages when your package.json and package-lock.json or npm-shrinkwrap.json are in sync.\nnpm error Missing: is-odd@3.0.1 from lock file", "the lock lacks is-odd@3.0.1, which package.json or one of its packages asks for"),
        (' ERR_PNPM_OUTDATED_LOCKFILE  Cannot install with "frozen-lockfile" because pnpm-lock.yaml is not up to date', DISAGREES[0]),
        ("➤ YN0028: │ The lockfile would have been modified by this install, which is explicitly forbidden.", DISAGREES[0]),
        ("error Your lockfile needs to be updated, but yarn was run with `--frozen-lockfile`.", DISAGREES[0]),
        ("error: lockfile had changes, but lockfile is frozen", DISAGREES[0]),
        (" ERR_PNPM_LOCKFILE_BREAKING_CHANGE  Lockfile /r/pnpm-lock.yaml not compatible with current pnpm", "the lock was written by another major version of the manager"),
        ("npm error code E404\nnpm error 404 Not Found - GET https://r.invalid/@s%2fnone\nnpm error 404  The requested resource '@s/none@1.0.0' could not be found or you do not have permission", "the package @s/none does not exist, or you may not see it"),
        (" ERR_PNPM_FETCH_404  GET https://r.invalid/@s/none/-/none-1.0.0-alpha.0.tgz: Not Found - 404\nNo authorization header was set for the request.", "the registry has no @s/none 1.0.0-alpha.0, which the lock names, or you may not see it"),
        ("npm error code E404\nnpm error 404 Not Found - GET https://r.invalid/none/-/none-9.9.9.tgz - Not found\n", "the registry has no none 9.9.9, which the lock names, or you may not see it"),
        ("error: failed to download @s/none@0.4.0: 404 Not Found\n  https://r.invalid/@s/none/-/none-0.4.0.tgz\n", "the registry has no @s/none 0.4.0, which the lock names, or you may not see it"),
        ('error https://r.invalid/none/-/none-9.9.9.tgz: Request failed "404 Not Found"', "the registry has no none 9.9.9, which the lock names, or you may not see it"),
        (" ERR_PNPM_FETCH_404  GET https://r.invalid/none: Not Found - 404", "the package none does not exist, or you may not see it"),
        ("error Couldn't find package \"none\" on the \"npm\" registry.", "the package none does not exist, or you may not see it"),
        ("➤ YN0035: │ none@npm:1.0.0: Package not found", "the package none does not exist, or you may not see it"),
        ("➤ YN0035: │ none@npm:1.0.0: The remote server failed to provide the requested resource", "the package none does not exist, or you may not see it"),
        ("error: GET https://r.invalid/none - 404\nerror: none@1.0.0 failed to resolve", "the package none does not exist, or you may not see it"),
        ("npm error code ETARGET\nnpm error notarget No matching version found for is-number@99.0.0.", "no published version matches is-number@99.0.0"),
        (" ERR_PNPM_NO_MATCHING_VERSION  No matching version found for is-number@99.0.0 while fetching it", "no published version matches is-number@99.0.0"),
        ('error Couldn\'t find any versions for "is-number" that matches "99.0.0"', "no published version matches is-number@99.0.0"),
        ("➤ YN0082: │ is-number@npm:99.0.0: No candidates found", "no published version matches is-number@99.0.0"),
        ('error: No version matching "99.0.0" found for specifier "is-number" (but package exists)', "no published version matches is-number@99.0.0"),
        ("npm error code EINTEGRITY", "a downloaded package does not have the checksum that the lock records"),
        ("➤ YN0018: │ is-number@npm:7.0.0: The remote archive doesn't match the expected checksum", "a downloaded package does not have the checksum that the lock records"),
        ("error: IntegrityCheckFailed extracting tarball from is-number", "a downloaded package does not have the checksum that the lock records"),
        ("npm error code EJSONPARSE", "a package.json is not valid JSON"),
        ("ParserError: failed to parse '/r/package.json'", "a package.json is not valid JSON"),
        ('error x@1.0.0: The engine "node" is incompatible with this module. Expected version ">=90".', "the Node or manager version is not the one that a package requires"),
        ("npm error code ENOTCACHED", "a package is not in the cache, and the run is offline"),
        ('error: --offline: no cached manifest for "is-number"', "a package is not in the cache, and the run is offline"),
        ('error: Workspace not found "nop"', "workspaces names nop, which has no package.json"),
        ("npm error code ENOSPC\nnpm error nospc ENOSPC: no space left on device, write", "the disk is full"),
        ("npm error code EACCES", "a file or folder may not be written"),
        ("npm error code ECONNREFUSED", "the package registry could not be reached"),
        ("error: ConnectionRefused downloading package manifest is-number", "the package registry could not be reached"),
        (" ERROR  packages field missing or empty\nFor help, run: pnpm help install", "pnpm-workspace.yaml has settings and no packages, which pnpm before 10.5 refuses"),
        ("everything went well", ""),
    ],
)  # fmt: skip
def test_a_real_failure_is_one_sentence(log: str, sentence: str) -> None:
    assert diagnose(log)[0] == sentence


def test_every_manager_knows_what_is_worth_a_retry() -> None:
    names = ("npm", "pnpm", "yarn", "yarn_classic", "bun")
    assert [ecosystem(name).network_errors for name in names] == [NETWORK] * 5
