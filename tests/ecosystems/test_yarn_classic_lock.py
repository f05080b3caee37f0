"""What a lock of yarn 1 says has to be on disk."""

from __future__ import annotations

from toolkit.ecosystems.yarn_classic import _replaced, needs, parse, reached

LOCK = b"""# yarn lockfile v1


"@isaacs/cliui@^8.0.2":
  version "8.0.2"
  resolved "https://r.example/cliui-8.0.2.tgz#1"
  dependencies:
    string-width "^5.1.2"
    string-width-cjs "npm:string-width@^4.2.0"
    wrap-ansi "^8.1.0"

"string-width-cjs@npm:string-width@^4.2.0", string-width@^4.1.0:
  version "4.2.3"
  resolved "https://r.example/string-width-4.2.3.tgz#2"

string-width@^5.1.2:
  version "5.1.2"
  resolved "https://r.example/string-width-5.1.2.tgz#3"

wrap-ansi@^8.1.0:
  version "8.1.0"
  resolved "https://r.example/wrap-ansi-8.1.0.tgz#4"
  dependencies:
    string-width "^4.1.0"
"""


def test_a_package_under_its_name_and_an_alias_is_not_counted_under_both() -> None:
    found = reached(parse(LOCK), ["@isaacs/cliui@^8.0.2"])

    assert found == {"@isaacs/cliui": 1, "string-width": 1, "wrap-ansi": 1}


def test_two_versions_of_one_name_are_counted() -> None:
    plain = LOCK.replace(b'"string-width-cjs@npm:string-width@^4.2.0", ', b"")

    assert reached(parse(plain), ["@isaacs/cliui@^8.0.2"])["string-width"] == 2


def test_what_nothing_needs_is_not_asked_for() -> None:
    """A lock may hold more than its manifest asks for; yarn neither installs nor records that."""
    lock = {"a@1": ("r1", ("b@^2",)), "b@^2": ("r2", ("a@1",)), "left@1": ("r3", ())}
    assert needs(lock, ["a@1", "unknown@1"]) == {"a@1", "b@^2"}


def test_resolutions_name_packages_at_their_end() -> None:
    given = {"one": "1", "**/two": "1", "a/**/three": "1", "@s/four": "1", "a/@s/five": "1"}
    assert _replaced({"resolutions": given}) == {"one", "two", "three", "@s/four", "@s/five"}
    assert _replaced({"resolutions": []}) == set()
