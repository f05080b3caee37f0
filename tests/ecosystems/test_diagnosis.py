"""What is missing on the machine and what the network keeps away, whichever manager's log says so."""

from __future__ import annotations

import pytest

from toolkit.extension import ecosystem

COMPILING = "a package with native code"


@pytest.mark.parametrize("name", ["npm", "pnpm", "yarn", "yarn_classic", "bun", "pip", "uv", "poetry"])
@pytest.mark.parametrize(
    ("log", "sentence"),
    [
        ("../src/canvas.cc:3:10: fatal error: cairo/cairo.h: No such file or directory\n", f"{COMPILING} lacks the header cairo/cairo.h"),
        ("x.c:1:10: fatal error: 'ffi.h' file not found\n", f"{COMPILING} lacks the header ffi.h"),
        ("Error: pg_config executable not found.\n", f"{COMPILING} lacks pg_config"),
        ("Package pixman-1 was not found in the pkg-config search path.\n", f"{COMPILING} lacks the system library pixman-1"),
        ("error: command 'gcc' failed: No such file or directory\n", f"{COMPILING} has to be compiled, and there is no gcc"),
        ("gyp ERR! stack Error: not found: make\n", f"{COMPILING} has to be compiled, and there is no make"),
        ("OSError: [Errno 28] No space left on device\n", "the disk is full"),
    ],
)  # fmt: skip
def test_the_machine(name: str, log: str, sentence: str) -> None:
    assert ecosystem(name).diagnose(log)[0] == sentence


@pytest.mark.parametrize(
    ("name", "log", "sentence"),
    [
        ("npm", "npm error code ENOTFOUND\nnpm error request to https://r.invalid/x failed, reason: getaddrinfo ENOTFOUND r.invalid\n", "r.invalid cannot be reached from here"),
        ("npm", "npm error code ENOTFOUND\nnpm error network request to https://nexus.invalid/npm/zip-stream/-/zip-stream-4.1.1.tgz failed, reason: getaddrinfo ENOTFOUND nexus.invalid\n", "nexus.invalid cannot be reached from here, and the lock downloads a package from it"),
        ("npm", "npm error code ENOTFOUND\nnpm error network request to https://codeload.invalid/own/x.js/tar.gz/44208 failed, reason: getaddrinfo ENOTFOUND codeload.invalid\n", "own/x.js is a git dependency, and codeload.invalid, which has it, cannot be reached from here"),
        ("bun", "error: FailedToOpenSocket downloading tarball x.js@github:own/x.js#1234567\n", "own/x.js is a git dependency, and github, which has it, cannot be reached from here"),
        ("yarn", "➤ YN0001: │ x@https://h.invalid/own/x.git#commit=1: Failed cloning the repository\n➤ YN0001: │   Repository URL: https://h.invalid/own/x.git\n", "the git dependency https://h.invalid/own/x.git cannot be fetched"),
        *(
            (name, log, "codeload.invalid has no repository own/x.js with the commit that is asked for, or you may not see it")
            for name, log in (
                ("npm", "npm error code E404\nnpm error 404 Not Found - GET https://codeload.invalid/own/x.js/tar.gz/abcdef\nnpm error 404\n"),
                ("pnpm", " ERR_PNPM_FETCH_404  GET https://codeload.invalid/own/x.js/tar.gz/abcdef: Not Found - 404\n"),
                ("bun", "error: GET https://codeload.invalid/repos/own/x.js/tarball/abcdef - 404\n"),
                ("yarn_classic", 'error Error: https://codeload.invalid/own/x.js/tar.gz/abcdef: Request failed "404 Not Found"\n'),
            )
        ),
        ("pip", "$ uv pip compile x\npyenv: uv: command not found\n", "uv belongs to another Python of pyenv than .python-version names here"),
        ("npm", "npm error command failed\nnpm error Error: connect ECONNREFUSED 127.0.0.1:9\n", "127.0.0.1:9 cannot be reached from here"),
        ("npm", "npm error code 128\nnpm error An unknown git error occurred\nnpm error command git --no-replace-objects ls-remote ssh://git@h.invalid/x/y.git\n", "the git dependency ssh://git@h.invalid/x/y.git cannot be fetched"),
        ("yarn_classic", "error Command failed.\nExit code: 128\nCommand: git\nArguments: ls-remote --tags --heads https://h.invalid/x.git\n", "the git dependency https://h.invalid/x.git cannot be fetched"),
        ("npm", "npm error code EBADENGINE\nERROR: npm v11.19.1 does not support Node.js v16.20.2. This version of npm\n", "npm 11.19.1 does not run on Node 16.20.2"),
        ("pnpm", "ERROR: This version of pnpm requires at least Node.js v22.13\nThe current version of Node.js is v20.20.2\n", "the manager asks for Node 22.13 or newer, and runs on 20.20.2"),
        ("uv", "error: Request failed after 3 retries\n  cause: Failed to download `https://h.invalid/20261110/cpython-3.14.10%2B20261110-x86_64.tar.gz`\n", "no Python here fits, and Python 3.14.10 cannot be downloaded"),
        ("pip", "The conflict is caused by:\n    The user requested MarkupSafe==1.1.1\n    jinja2 3.1.4 depends on MarkupSafe>=2.0\n", "the requirements contradict each other: MarkupSafe==1.1.1, and jinja2 wants MarkupSafe>=2.0"),
        ("poetry", "  RuntimeError\n\n  Unable to find installation candidates for cffi (1.17.1)\n", "the registry has no file of cffi 1.17.1 that the lock names and this machine can use"),
        ("pip", "ERROR: HTTP error 401 Client Error: Unauthorized for url: https://r.invalid/simple/x/\n", "https://r.invalid refuses the credentials"),
        ("uv", "error: Failed to fetch: `https://r.invalid/x/`\n  Caused by: HTTP status client error (401 Unauthorized) for url (https://r.invalid/x/)\n", "https://r.invalid refuses the credentials"),
        ("cargo", "Caused by:\n  unable to update https://h.invalid/x?tag=1#abc\n\nCaused by:\n  failed to resolve address for h.invalid: Name or service not known; class=Net (12)\n", "a git dependency cannot be fetched: h.invalid cannot be reached from here (https://h.invalid/x)"),
        ("cargo", "error: No space left on device (os error 28)\n", "the disk is full"),
        ("cargo", "Caused by:\n  unable to update /r/_lib/core\n\nCaused by:\n  failed to read `/r/_lib/core/Cargo.toml`\n\nCaused by:\n  No such file or directory (os error 2)\n", "a path dependency or a patch names /r/_lib/core, which has no Cargo.toml"),
        ("cargo", "error: failed to parse manifest at `/r/c/Cargo.toml`\n\nCaused by:\n  no targets specified in the manifest\n", "cargo refuses /r/c/Cargo.toml: no targets specified in the manifest"),
        ("uv", "error: Failed to generate package metadata for `gone==0.1.0 @ directory+../gone`\n  cause: Distribution not found at: file:///r/gone\n", "a path dependency is not there: /r/gone"),
    ],
)  # fmt: skip
def test_the_network(name: str, log: str, sentence: str) -> None:
    found = ecosystem(name).diagnose(log)
    assert found[0] == sentence
    assert found[1]


@pytest.mark.parametrize("name", ["npm", "pip", "uv", "poetry", "cargo"])
def test_a_log_of_an_ordinary_install_says_nothing(name: str) -> None:
    log = "Collecting x\n  Downloading x-1.0-py3-none-any.whl\nadded 12 packages in 2s\nInstalled 3 packages in 4ms\n"
    assert ecosystem(name).diagnose(log) == ("", "")
