"""Links of READMEs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

    Inspect = Callable[..., list[Finding]]


def test_links_that_lead_nowhere(inspect: Inspect) -> None:
    text = "# A\n\nSee [the guide](docs/guide.md#start) and\n![a picture](img/a.png).\n\n[ref]: ./gone.md\n"
    tree = {"README.md": text, "documentation": {"guide.md": ""}, "sub": {"ReadMe.md": "[up](../none.txt)\n"}}

    found = inspect("markdown-link-missing", tree)

    assert places(found) == [
        ("warning", "README.md", 3),
        ("warning", "README.md", 4),
        ("warning", "README.md", 6),
        ("warning", "sub/ReadMe.md", 1),
    ]
    assert [fix.title for one in found for fix in one.fixes if fix.actions] == ["link to documentation/guide.md"]


def test_quiet_about_what_is_no_broken_file(inspect: Inspect) -> None:
    text = """\
[a](src/) [b](#title) [c](https://example.invalid/x) [d](mailto:a@example.invalid) [e](guide) [f](/docs/page)
[g](../../issues) [h](../../actions/workflows/ci.yml/badge.svg) [i](path/to/file.md) [j](<your file>) [k](a%20b.md)
`[l](gone.md)` [m]([https://x](https://y.example)) [n](...) [o](guide.md?raw=true)

```md
[p](gone.md)
```
"""
    tree = {"README.md": text, "src": {"a": ""}, "guide.md": "", "a b.md": "", "notes.md": "[q](gone.md)\n"}

    assert inspect("markdown-link-missing", tree) == []


def test_a_misspelt_name_is_corrected(inspect: Inspect) -> None:
    text = "[a](docs/system-overview-and-architecture.md) [b](docs/setup.md) [c](docs/map.yml)\n"
    tree = {"README.md": text, "docs": {"system-overview-architecture.md": "", "cleanup.md": "", "map.yaml": ""}}

    found = inspect("markdown-link-missing", tree)

    assert [(fix.title, bool(fix.actions)) for one in found for fix in one.fixes] == [
        ("link to docs/system-overview-architecture.md", True),
        ("add docs/setup.md, or remove the link", False),
        ("link to docs/map.yaml", True),
    ]


def test_what_a_page_links_to_itself_is_not_what_another_link_means(inspect: Inspect) -> None:
    page = "[A](src/a/API.md)\n\n[B](src/b/API.md)\n\n[time](time.example.com)\n"
    tree = {"README.md": page, "src": {"b": {"API.md": ""}}}

    assert [fix.title for one in inspect("markdown-link-missing", tree) for fix in one.fixes] == [
        "add src/a/API.md, or remove the link",
        "write https://time.example.com if the site is meant, or remove the link",
    ]


def test_what_a_link_means_from_elsewhere_is_not_what_another_means(inspect: Inspect) -> None:
    page = "[A](docs/one/Overview.md)\n\n[B](docs/two/Overview.md)\n"
    tree = {"docs": {"page.md": page, "one": {"Overview.md": ""}}}

    assert [(fix.title, bool(fix.actions)) for one in inspect("markdown-link-missing", tree) for fix in one.fixes] == [
        ("link to one/Overview.md", True),
        ("add docs/two/Overview.md and link to two/Overview.md, or remove the link", False),
    ]


def test_a_name_that_several_files_have_is_not_guessed(inspect: Inspect) -> None:
    tree = {"a": {"README.md": "[x](../../LICENSE) [y](LICENSE)\n"}, "LICENSE": "", "vendor": {"LICENSE": ""}}

    found = inspect("markdown-link-missing", tree)

    assert [fix.title for one in found for fix in one.fixes if fix.safety == "manual"] == [
        "write ../LICENSE for ../../LICENSE; write ../LICENSE for LICENSE"
    ]


def test_guides_count_and_pages_of_a_site_do_not(inspect: Inspect) -> None:
    tree = {"CONTRIBUTING.md": "[a](docs/gone.md)\n", "docs": {"installation.mdx": "![i](/images/gone.png)\n"}}

    assert places(inspect("markdown-link-missing", tree)) == [("info", "CONTRIBUTING.md", 1)]


def test_one_finding_for_a_page_that_was_left_behind(inspect: Callable[..., list[Finding]]) -> None:
    links = "".join(f"[{name}]({name}.md)\n" for name in "abcd")
    found = inspect("markdown-link-missing", {"README.md": f"# X\n{links}", "docs": {"a.md": ""}})

    assert places(found) == [("warning", "README.md", 2)]
    assert found[0].evidence == "a.md (2), b.md (3), c.md (4), d.md (5)"


def test_paths_with_blanks(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"README.md": "[a](My%20Plan.md)\n[b](<my plan.md>)\n[c](There%20it%20is.md)\n", "There it is.md": ""}

    assert places(inspect("markdown-link-missing", tree)) == [
        ("warning", "README.md", 1),
        ("warning", "README.md", 2),
    ]


def test_anchors_that_no_heading_has(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "README.md": "# X\n[a](#install)\n[b](GUIDE.md#docker)\n[c](#set-up)\n[d](GUIDE.md#local-use)\n[e](#x-1)\n"
        '[f](#-go)\n[g](#named)\n[h](src/a.ts#L3)\n<a id="named"></a>\n## Set up!\n## 🚀 Go\n## X\n',
        "GUIDE.md": "# Local use\n",
        "src": {"a.ts": ""},
    }

    assert places(inspect("markdown-link-missing", tree)) == [("info", "README.md", 2), ("info", "README.md", 3)]


def test_pages_that_no_newcomer_reads_first_are_information(inspect: Callable[..., list[Finding]]) -> None:
    tree = {"tests": {"README.md": "[a](gone.md)\n"}, "legacy": {"x": {"README.md": "[a](gone.md)\n"}}}

    assert [one.severity for one in inspect("markdown-link-missing", tree)] == ["info", "info"]


@pytest.mark.parametrize(
    ("path", "text", "level"),
    [
        ("docs/setup.md", "See [the API](../api/gone.md).", "info"),
        ("docs/linked.md", "See [a](../api/gone.md) and [b](../api/gone.ts).", "info"),
        ("apps/web/docs/deep/a.md", "![picture](./gone.png)", "info"),
        ("SECURITY.md", "[policy](docs/policy.md)", "info"),
        ("docs/setup.md", "[page](../api/gone) [site](/guide/a.md) [code](https://a.b/c.md) `[no](x.md)`", ""),
        ("docs/plans/one.md", "[the API](../../api/gone.md)", ""),
        ("docs/changelog.md", "[the API](../api/gone.md)", ""),
        ("site/docs/a.md", "[the API](./gone.md)", ""),
        ("notes.md", "[the API](./gone.md)", ""),
    ],
)
def test_links_of_guides(inspect: Inspect, path: str, text: str, level: str) -> None:
    tree: dict[str, object] = {"README.md": "[guide](docs/linked.md)\n", "docs": {"linked.md": "a\n"}}
    tree["site"] = {"mkdocs.yml": "site_name: a\n"}
    here = tree
    *folders, name = path.split("/")
    for folder in folders:
        here = here.setdefault(folder, {})  # type: ignore[assignment]
    here[name] = f"{text}\n"

    found = inspect("markdown-link-missing", tree)

    assert [(one.path, one.severity) for one in found] == ([(path, level)] if level else [])


def test_a_page_that_git_ignores_is_nobody_elses(inspect: Callable[..., list[Finding]]) -> None:
    readme = "[plan](docs/plan.md)\n[made](dist/api.md)\n[settings](.env)\n[report](coverage/index.html)\n"
    tree = {".gitignore": "docs/\ndist/\n.env\ncoverage/\n", "README.md": readme}

    (found,) = inspect("markdown-link-missing", tree, loose={"docs": {"plan.md": ""}})

    assert (found.severity, found.line, found.message) == (
        "warning",
        1,
        "The link docs/plan.md leads nowhere: it is ignored by git, and nobody else has it.",
    )


def test_links_of_guides_to_folders_and_past_the_root(inspect: Callable[..., list[Finding]]) -> None:
    guide = "[code](../src/gone/)\n[there](../src/here/)\n[page of a site](../tutorial/)\n"
    tree = {
        "docs": {"GUIDE.md": guide, "RUN.md": "[map](docs/MAP.md)\n", "MAP.md": ""},
        "CONTRIBUTING.md": "[jobs](../.github/workflows/)\n[other](../../elsewhere/README.md)\n",
        ".github": {"workflows": {"ci.yml": ""}},
        "src": {"here": {"a.py": ""}},
    }

    assert [(one.severity, one.path, one.line, one.message) for one in inspect("markdown-link-missing", tree)] == [
        (
            "info",
            "CONTRIBUTING.md",
            1,
            "The link ../.github/workflows/ leads nowhere: ../.github/workflows does not exist; .github/workflows does.",
        ),
        ("info", "docs/GUIDE.md", 1, "The link ../src/gone/ leads nowhere: src/gone does not exist."),
        (
            "info",
            "docs/RUN.md",
            1,
            "The link docs/MAP.md leads nowhere: docs/docs/MAP.md does not exist; docs/MAP.md does.",
        ),
    ]


def test_three_links_that_nothing_is_like_are_one_finding(inspect: Inspect) -> None:
    text = "# A\n[a](one/a.md)\n[b](two/b.md)\n[c](three/c.md)\n"
    tree = {"README.md": text, "sub": {"README.md": "[a](four/d.md)\n[b](five/e.md)\n"}}

    assert places(inspect("markdown-link-missing", tree)) == [
        ("warning", "README.md", 2),
        ("warning", "sub/README.md", 1),
        ("warning", "sub/README.md", 2),
    ]


def test_what_many_pages_miss_is_told_once(inspect: Inspect) -> None:
    """The page that names it first has the finding; READMEs go before other pages, and a lost folder is one cause."""
    tree = {
        "ARCHITECTURE.md": "[a](docs/decisions/1.md)\n",
        "docs": {"api": {"README.md": "# API\n[rules](../../RULES.md)\n"}, "guide.md": "[rules](../RULES.md)\n"},
        "services": {
            "auth": {"README.md": "[one](../../docs/decisions/1.md)\n[rules](../../RULES.md)\n"},
            "mail": {"tests": {"README.md": "[two](../../docs/decisions/2.md)\n"}},
        },
    }

    found = inspect("markdown-link-missing", tree)

    assert [(one.severity, one.path, one.line, one.message, one.evidence) for one in found] == [
        (
            "warning",
            "docs/api/README.md",
            2,
            "The link ../../RULES.md leads nowhere: RULES.md does not exist. So do links of 2 more pages.",
            "[rules](../../RULES.md); also services/auth/README.md:2, docs/guide.md:1",
        ),
        (
            "warning",
            "services/auth/README.md",
            1,
            "The link ../../docs/decisions/1.md leads nowhere: docs/decisions/1.md does not exist. So do links of 2 more pages.",
            "[one](../../docs/decisions/1.md); also ARCHITECTURE.md:1, services/mail/tests/README.md:1",
        ),
    ]


@pytest.mark.parametrize(
    ("link", "said", "todo"),
    [
        (
            "../docs/run/book.md",
            "services/docs/run/book.md does not exist; docs/run/book.md does.",
            "link to ../../docs/run/book.md",
        ),
        (
            "../docs/adr/9.md",
            "services/docs/adr/9.md does not exist.",
            "add docs/adr/9.md and link to ../../docs/adr/9.md, or remove the link",
        ),
        (
            "/home/me/repo/docs/run/book.md",
            "does not exist; docs/run/book.md does.",
            "link to ../../docs/run/book.md if that",
        ),
        ("README.md", "", ""),
        (
            "sub/README.md",
            "services/a/sub/README.md does not exist.",
            "add services/a/sub/README.md, or remove the link",
        ),
        ("../a.md", "services/a.md does not exist.", "add services/a.md, or remove the link"),
        (
            "LICENSE",
            "services/a/LICENSE does not exist; LICENSE of the root does.",
            "link to ../../LICENSE",
        ),
        ("NOTICE.md", "services/a/NOTICE.md does not exist.", "add services/a/NOTICE.md, or remove the link"),
    ],
)
def test_what_is_proposed(inspect: Inspect, link: str, said: str, todo: str) -> None:
    """The path from a folder further up, never the page itself or the folder around it."""
    tree = {
        "LICENSE": "",
        "docs": {"run": {"book.md": ""}},
        "other": {"NOTICE.md": ""},
        "services": {"a": {"README.md": f"[x]({link})\n"}},
    }

    found = inspect("markdown-link-missing", tree)

    assert [(one.message.endswith(said), one.fixes[0].title.startswith(todo)) for one in found] == [
        (True, True)
    ] * bool(said)


def test_links_of_one_page_from_the_wrong_level_are_one_slip(inspect: Inspect) -> None:
    """The level above goes before the one below, so that pages that miss one file agree on where it would be."""
    docs = {"run": {"a.md": "", "b.md": ""}}
    tree = {
        "docs": docs,
        "svc": {
            "mail": {
                "docs": {"x.md": ""},
                "load": {"README.md": "[a](../../docs/run/a.md)\n[b](../../docs/run/b.md)\n[c](../../docs/adr/1.md)\n"},
            },
            "auth": {"README.md": "[c](../../docs/adr/1.md)\n"},
        },
    }

    assert [
        (one.path, one.line, one.message, one.fixes[0].title) for one in inspect("markdown-link-missing", tree)
    ] == [
        (
            "svc/auth/README.md",
            1,
            "The link ../../docs/adr/1.md leads nowhere: docs/adr/1.md does not exist. So do links of 1 more page.",
            "add docs/adr/1.md, or remove the link",
        ),
        (
            "svc/mail/load/README.md",
            1,
            "2 links of this page lead nowhere, the first of them ../../docs/run/a.md.",
            "write ../../../docs/run/a.md for ../../docs/run/a.md; write ../../../docs/run/b.md for ../../docs/run/b.md",
        ),
    ]


def test_absolute_links_of_a_site_are_its_addresses(inspect: Callable[..., list[Finding]]) -> None:
    site = {
        ".vuepress": {"config.js": ""},
        "README.md": "[a](/guide/models.html)\n[b](guide/models.html)\n[c](guide/gone.html)\n",
        "guide": {"models.md": "", "README.md": "[d](/api/gone.md)\n"},
    }

    found = inspect("markdown-link-missing", {"doc": site, "lib": {"README.md": "[e](/guide/models.html)\n"}})

    assert [(one.path, one.line) for one in found] == [("doc/README.md", 3), ("lib/README.md", 1)]


def test_a_folder_that_is_called_in_other_letters_is_one_fault(inspect: Inspect) -> None:
    docs = {
        "models": {"a.md": "", "b.md": ""},
        "first": {"README.md": "[a](../Models/a.md)\n"},
        "second": {"README.md": "[a](../Models/a.md) [b](../Models/b.md)\n"},
    }

    (found,) = inspect("markdown-link-missing", {"docs": docs})

    assert (found.severity, found.path) == ("warning", "docs/first/README.md")
    assert found.message.endswith(" So do links of 1 more page.")


def test_pages_that_a_program_brought_with_it_are_information(inspect: Inspect) -> None:
    page = {"README.md": "[a](gone.md)\n"}
    tree = {".method": {"core": page}, ".github": {"workflows": {"README.md": "[b](lost.md)\n"}}}

    assert sorted((one.severity, one.path) for one in inspect("markdown-link-missing", tree)) == [
        ("info", ".method/core/README.md"),
        ("warning", ".github/workflows/README.md"),
    ]


@pytest.mark.parametrize(
    ("link", "todo"),
    [
        ("./parts/three.md", "add web/notes/parts/three.md, or remove the link"),
        ("guide/start.md", "link to ../guide/start.md if that is meant, or remove the link"),
        ("../gone/start.md", "link to ../guide/start.md if that is meant, or remove the link"),
        ("old/guide/start.md", "link to ../guide/start.md if that is meant, or remove the link"),
        ("/guide/start.md", "link to ../guide/start.md if that is meant, or remove the link"),
        ("old/only.md", "link to ../../mail/only.md if that is meant, or remove the link"),
        ("old/both.md", "link to ../parts/both.md if that is meant, or remove the link"),
        ("old/many.md", "add web/notes/old/many.md, or remove the link"),
        ("../Parts/one.md", "link to ../parts/one.md if that is meant, or remove the link"),
    ],
)
def test_which_of_several_namesakes_is_proposed(inspect: Inspect, link: str, todo: str) -> None:
    """That of the page's own package, by the whole path; what is to be added is what the link leads to."""
    guide = {"start.md": ""}
    tree = {
        "web": {
            "package.json": "{}",
            "guide": guide,
            "parts": {"one.md": "", "both.md": "", "many.md": ""},
            "many.md": "",
            "notes": {"README.md": f"[x]({link})\n"},
        },
        "mail": {"package.json": "{}", "guide": guide, "only.md": "", "both.md": "", "one.md": ""},
    }

    assert [fix.title for one in inspect("markdown-link-missing", tree) for fix in one.fixes] == [todo]


def test_what_typedoc_writes_is_information(inspect: Inspect) -> None:
    page = {"README.md": "[x](gone.md)\n", "_media": {"README-1.md": "", "README.md": "[y](lost.md)\n"}}
    tree = {"a": {"typedoc.json": '{"out": "./docs"}', "docs": page}, "b": {"typedoc.json": "{}", "docs": page}}

    assert {(one.path.partition("/")[0], one.severity) for one in inspect("markdown-link-missing", tree)} == {
        ("a", "info"),
        ("b", "warning"),
    }


def test_a_readme_that_was_copied_from_another_repository(inspect: Inspect) -> None:
    badge = "![b](https://img.shields.io/github/v/release/makers/chat-box) [c](CHANGELOG.md) [d](./images/a.png)\n"
    tree = {"docs": {"chat-box": {"README.md": badge}, "CHANGELOG.md": ""}, "README.md": "# Ours\n"}
    (found,) = inspect("markdown-link-missing", tree)
    assert (found.severity, found.path) == ("info", "docs/chat-box/README.md")
    assert "../CHANGELOG.md" not in found.fixes[0].title

    ours = tree | {"README.md": "# Ours [x](https://github.com/makers/chat-box)\n"}
    assert {one.severity for one in inspect("markdown-link-missing", ours)} == {"warning"}
    project = {"docs": {"chat-box": {"README.md": badge, "package.json": "{}"}}, "README.md": "# Ours\n"}
    assert {one.severity for one in inspect("markdown-link-missing", project)} == {"warning"}
