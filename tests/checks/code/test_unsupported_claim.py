from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.checks import places

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolkit.model import Finding

STUB = {
    "package.json": '{"name": "api"}',
    "src": {"store.js": 'export function refund() {\n  throw new Error("not implemented");\n}\n'},
}


def test_claims_beside_stubs(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "services": {"api": {**STUB, "STATUS.md": "# Status\n\nThe service is production-ready.\n"}},
        "reports": {"launch.md": "Everything is 100% complete and fully implemented.\n"},
        "README.md": "All tests pass.\n",
    }

    found = inspect("unsupported-claim", tree)

    assert places(found) == [
        ("warning", "README.md", 1),
        ("warning", "reports/launch.md", 1),
        ("warning", "services/api/STATUS.md", 3),
    ]
    assert "services/api/src/store.js:2 refund" in found[2].evidence


def test_a_document_that_says_what_is_not_there(inspect: Callable[..., list[Finding]]) -> None:
    for said in ("**Refunds:** NOT implemented yet\n", "## Known limitations\n\nRefunds.\n"):
        tree = {"services": {"api": {**STUB, "STATUS.md": f"# Status\n\nThe service is production-ready.\n\n{said}"}}}

        assert places(inspect("unsupported-claim", tree)) == [("info", "services/api/STATUS.md", 3)]


def test_claims_of_tests_where_there_are_none(inspect: Callable[..., list[Finding]]) -> None:
    web = {"package.json": '{"name": "web"}', "a.js": "export const a = 1;\n", "README.md": "All tests are passing.\n"}

    assert places(inspect("unsupported-claim", {"web": web})) == [("warning", "web/README.md", 1)]


def test_denials_plans_and_supported_claims(inspect: Callable[..., list[Finding]]) -> None:
    denied = (
        "Not production-ready.\nThis isn't production ready.\nBefore it is production-ready, rotate the keys.\nWill be fully implemented.\n"
        "- [ ] production-ready\n   - Deploy the production-ready service\nHow to make it production-ready?\nMake sure all tests pass.\n```\nproduction-ready\n```\n"
    )
    good = {
        "package.json": '{"name": "ok"}',
        "a.js": "export const a = 1;\n",
        "a.test.js": "test();\n",
        "README.md": "Production-ready; all tests pass.\n",
    }
    tree = {
        "api": {**STUB, "README.md": denied, "CHANGELOG.md": "- now production-ready\n"},
        "ok": good,
        "third_party": {"x": {"package.json": "{}", "README.md": "Production-ready.\n"}},
    }

    assert inspect("unsupported-claim", tree) == []


def test_badges_rows_counts_and_statements(inspect: Callable[..., list[Finding]]) -> None:
    def package(name: str, document: str, **more: str) -> dict[str, object]:
        return {
            "package.json": f'{{"name": "{name}"}}',
            "README.md": document,
            "a.js": more.get("code", "export const a = 1;\n"),
        }

    stub = 'export function withdrawals() {\n  throw new Error("not implemented");\n}\n'
    tree = {
        "a": package("a", "![coverage](https://img.example/badge/coverage-100%25-green)\n"),
        "b": package("b", "142/142 tests passing\n"),
        "c": package("c", "- Test coverage: 95%\n"),
        "d": package("d", "| Withdrawals | ✅ Complete |\n", code=stub),
        "e": package("e", "- [x] Implement withdrawals\n", code=stub),
        "f": package("f", "All features have been implemented.\n", code=stub),
        "g": package("g", "- No mocks, no placeholders: everything is real code\n", code=stub),
        "h": package("h", "**Status:** 100% COMPLETE\n", code=stub),
    }

    found = inspect("unsupported-claim", tree)

    assert places(found) == [("warning", f"{name}/README.md", 1) for name in "abcdefgh"]
    assert found[0].message == "It says 'coverage-100%', but there is no test in a."


def test_claims_of_others_of_parts_and_of_plans(inspect: Callable[..., list[Finding]]) -> None:
    documents = {
        "README.md": (
            "Use the `production-ready` preset.\nA production-ready build is made by the bundler.\n- The slider section is fully implemented.\n**Status**: 97% Production Ready\n**Status:** Complete guide\n"
            "| Feature | Free |\n|---|---|\n| Refunds | ❌ |\nAim for test coverage of 90%.\n"
        ),
        "PROMPT.md": "Everything is production-ready.\n",
        "ROADMAP.md": "The platform is production-ready.\n",
        "docs": {
            "slider.md": "# Slider of the gallery\n\n**Status:** Complete\n",
            "archive": {"old.md": "The platform is production-ready.\n"},
        },
    }

    assert inspect("unsupported-claim", {**STUB, **documents}) == []


PART = "# Awards\n\nThis is production-ready.\n"
PART_REFUND = "# Refund\n\nThis is production-ready.\n"


def test_many_documents_on_one_state(inspect: Callable[..., list[Finding]]) -> None:
    tree = {**STUB, **{f"STATUS-{number}.md": "The platform is production-ready.\n" for number in range(7)}}
    tree |= {
        "README.md": "# Bicycles\n\nBicycles is production-ready.\n",
        "docs": {"AWARDS.md": PART, "REFUND.md": PART_REFUND},
    }

    assert places(inspect("unsupported-claim", tree)) == [
        ("warning", "README.md", 3),
        *(("info", f"STATUS-{number}.md", 1) for number in range(7)),
        ("warning", "docs/REFUND.md", 3),
    ]


def test_a_title_that_names_the_project_and_one_that_names_a_part(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        **STUB,
        "README.md": "# Harbour Ledger\n",
        "FINAL.md": "# Harbour Ledger final report\n\n**Status:** Complete\n",
        "BACKUP.md": "# Database backup rotation\n\n**Status:** Complete\n",
    }

    assert places(inspect("unsupported-claim", tree)) == [("warning", "FINAL.md", 3)]


def test_definitions_folders_without_a_manifest_and_lines_of_a_status(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "package.json": "{}",
        "src": {
            "store.js": 'export function refund() {\n  throw new Error("not implemented");\n}\n',
            "a.test.js": "it('is', () => {});\n",
        },
        "infra": {"terraform": {"README.md": "# Modules\n\n**Status**: Production Ready\n", "main.tf": ""}},
        "ops": {
            "deploy.js": "run();\n",
            "REPORT.md": "All tests pass. Overall: 3/6 tests passed.\n",
        },
        "docs": {
            "versions.md": "- **Beta**: Feature-complete, in tests\n- **Stable**: Production-ready\n",
            "logins.md": "# Documents\n\n## Better logins\n\n**Status**: ✅ PRODUCTION READY\n",
            "layout.md": "# Layout\n\n### Merge of the lists\n\n- **Status**: ✅ Complete\n\n### Refund\n\n- **Status**: ✅ Complete\n",
        },
        "STATE.md": "Everything is production-ready.\n",
    }

    assert places(inspect("unsupported-claim", tree)) == [("warning", "STATE.md", 1), ("warning", "docs/layout.md", 9)]


def test_rules_for_the_writer_and_documents_of_another_part(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        **STUB,
        "dashboard": {"a.ts": "export const a = 1;\n"},
        "SHOP_APART.md": "# The shop\n\n## Key implementation notes\n\n1. **NO MOCK DATA** - all from the API\n\n## Standards\n\n- Production-ready code\n",
        "ALL_CHART_FEATURES.md": "# All Chart Features\n\n**Status**: ✅ PRODUCTION READY\n",
        "BOARD_DONE.md": "# Dashboard implementation\n\n## Summary\n\nEverything is 100% complete.\n",
        "REFUND_DONE.md": "# Refund Feature\n\n**Status**: ✅ PRODUCTION READY\n",
        "STATE.md": "# Final report\n\n## Requirements\n\n- ✅ all features implemented\n",
    }

    assert places(inspect("unsupported-claim", tree)) == [("warning", "REFUND_DONE.md", 3), ("warning", "STATE.md", 5)]


def test_a_paragraph_that_begins_with_a_claim_of_everything(inspect: Callable[..., list[Finding]]) -> None:
    stub = 'def sign_target(weight):\n    raise NotImplementedError("not yet")\n'

    def tree(text: str) -> dict[str, object]:
        return {"pyproject.toml": "", "src": {"macros.py": stub}, "README.md": f"# Trainer\n\n{text}\n"}

    said = [
        "Production ready: every adapter and calculation works and is covered by 100% passing tests.",
        "**Production-ready.** Adapters and calculations are covered.",
        "Production ready: adapters, payments and invoices.",
        "The adapters of invoices are\nproduction ready. Payments and invoices follow later pages.",
    ]
    found = [
        [(one.severity, one.line) for one in inspect("unsupported-claim", tree(text)) if "100%" not in one.message]
        for text in said
    ]

    assert found == [[("warning", 3)], [("warning", 3)], [], []]


def test_claims_that_speak_of_something_else(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        **STUB,
        "docs": {
            "ARCHITECTURE.md": "# Architecture\n\n**Search**: Elasticsearch\n- Full texts of logs\n- Scalable and battle-tested\n\n- **tonic**: Production-ready gRPC\n",
            "README.md": "# Shop - API Documentation\n\nComplete production-grade API documentation for all services.\n",
            "DEVOPS_REPORT.md": "# Shop - DevOps Report\n\n**Status**: Complete\n**Environment**: Production-Ready\n",
            "TASKS_DONE.md": "# Work\n\n### Sprint 0: Project setup\n\n* **S0.T1 Verification Status:** COMPLETE\n\n**Task 12 status:** complete\n",
            "DevLog.md": "# Log\n\nThe system is production-ready.\n",
            "README_INSIGHT_TRIGGER.md": "# **INSIGHT WORKER TRIGGER - OVERVIEW**\n\n**Status**: Production Ready\n",
            "REGISTRY.md": "# Lists\n\n- ✅ Refunding list\n",
        },
        "STATE.md": "# State\n\nThe system is production-ready.\n",
    }  # fmt: skip

    assert places(inspect("unsupported-claim", tree)) == [("warning", "STATE.md", 3)]


def test_the_nearest_stub_is_the_proof(inspect: Callable[..., list[Finding]]) -> None:
    stub = 'export function NAME() {\n  throw new Error("not implemented");\n}\n'
    tree = {
        "package.json": "{}",
        "a": {"history.ts": stub.replace("NAME", "history")},
        "services": {
            "costs": {"rates.ts": stub.replace("NAME", "rates")},
            "logins": {"verify.ts": stub.replace("NAME", "verifyToken")},
        },
        "STATE.md": "# State\n\n## Back end (100% complete)\n\n- Budgets in `services/costs/`\n\n## Others\n\n- logins\n",
        "FINAL.md": "# Everything\n\nThe system is production-ready.\n",
    }

    found = inspect("unsupported-claim", tree)

    assert [(one.path, one.message.partition(" but ")[2].partition(",")[0]) for one in found] == [
        ("FINAL.md", "services/logins/verify.ts:2 verifyToken is a stub"),
        ("STATE.md", "services/costs/rates.ts:2 rates is a stub"),
    ]


def test_tests_of_a_package_that_a_line_names(inspect: Callable[..., list[Finding]]) -> None:
    tree = {
        "packages": {
            "web-common": {"package.json": "{}", "a.ts": "export const a = 1;\n"},
            "api-core": {"package.json": "{}", "b.ts": "export const b = 1;\n", "b.test.ts": "it('is', () => {});\n"},
        },
        "docs": {"STATUS.md": "# Status\n\n- web-common: all unit tests pass\n- api-core: all unit tests pass\n"},
    }

    found = inspect("unsupported-claim", tree)

    assert places(found) == [("warning", "docs/STATUS.md", 3)]
    assert found[0].message == "It says 'all unit tests pass', but there is no test in packages/web-common."


def test_documents_about_a_part_that_no_stub_concerns(inspect: Callable[..., list[Finding]]) -> None:
    stub = 'export function verifyIdentity() {\n  throw new Error("not implemented");\n}\n'
    tree = {
        "package.json": "{}",
        "src": {"compliance.js": stub, "a.test.js": "it('is', () => {});\n"},
        "docs": {
            "PHASE2_SUMMARY.md": "# Phase 2\n\n**Status**: ✅ Complete\n",
            "TERMINAL.md": "# Terminal\n\n**Status**: ✅ Complete\n",
            "COMPLIANCE.md": "# Compliance\n\n**Status**: ✅ Complete\n",
            "SHOP.md": "# Bicycles\n\nThis is production-ready.\n",
        },
    }

    assert places(inspect("unsupported-claim", tree)) == [
        ("warning", "docs/COMPLIANCE.md", 3),
        ("info", "docs/PHASE2_SUMMARY.md", 3),
    ]


def test_mocks_of_tests_twins_and_a_claim_that_nothing_is_a_stub(inspect: Callable[..., list[Finding]]) -> None:
    stub = "export function verifyPayment(x: X) {\n  // TODO: implement\n  return true;\n}\n"
    tree = {
        "package.json": "{}",
        "a.ts": stub,
        "STATUS.md": "# Status\n\nThe 12 tests run against a real MariaDB, no mocks.\n",
        "README.md": "# Shop\n\nEverything runs - nothing here is a stub or mock.\n",
        "readme.md": "# Shop\n\nEverything runs - nothing here is a stub or mock.\n",
    }

    found = inspect("unsupported-claim", tree)

    assert [(one.path, one.line) for one in found] == [("README.md", 3)]
    assert found[0].message.startswith("It says 'nothing here is a stub', but a.ts:1 verifyPayment is a stub.")


def test_documents_about_one_piece_and_packages_by_name(inspect: Callable[..., list[Finding]]) -> None:
    package = {"package.json": "{}", "a.js": "run();\n"}
    tree = {
        **STUB,
        "README.md": "# Bicycles\n\nThe `libs/plain` package is production-ready. Coverage of @x/events: 100% coverage\n",
        "libs": {"plain": package, "events": package},
        "packages": {"events": {**package, "a.test.js": "it('is', () => {});\n"}},
        "BUG_FIX.md": "# Bicycles\n\nFULLY FUNCTIONAL\n",
        "docs": {
            "IMPLEMENTATION_SUMMARY.md": "# Bicycles: Implementation Summary\n\nImplementation complete\n",
            "runtimes.md": "This is the most feature-complete runtime today.\n",
            "refunds.md": "# Parts\n\nThe vault is more production-ready than the other.\n",
        },
    }

    assert places(inspect("unsupported-claim", tree)) == [
        ("info", "BUG_FIX.md", 3),
        ("info", "docs/IMPLEMENTATION_SUMMARY.md", 3),
    ]


def test_claims_that_the_stub_has_nothing_to_do_with(inspect: Callable[..., list[Finding]]) -> None:
    said = {
        "- ✅ Docker deployment ready": "info",
        "Launch with 8/15 fully functional features.": "",
        "- Production-ready components": "info",
        "It is a production-grade shop.": "info",
        "#### Documentation consolidation (100% Complete)": "",
        "### Production Ready Features": "warning",
        "- **Refund**: fully functional": "warning",
    }

    found = {line: inspect("unsupported-claim", {**STUB, "README.md": f"# Shop\n\n{line}\n"}) for line in said}

    assert {line: "".join(one.severity for one in several) for line, several in found.items()} == said


def test_a_readme_among_documents_names_a_part_and_no_whole(inspect: Callable[..., list[Finding]]) -> None:
    def said(more: dict[str, str]) -> list[str]:
        pages = {
            "README.md": "# Stripe\n",
            "summary.md": "# Stripe Integration - Summary\n\n**Status**: PRODUCTION READY\n",
        }
        found = inspect("unsupported-claim", {**STUB, "docs": {"stripe": {**pages, **more}}})
        return [one.path for one in found]

    assert said({}) == []
    assert said({"pay.js": "run();\n"}) == ["docs/stripe/summary.md"]


@pytest.mark.parametrize(("title", "told"), [("### 6. @ab/sdk", False), ("### 6. @ab/cli", True), ("### 6. SDK", True)])
def test_a_status_below_the_name_of_a_package(inspect: Callable[..., list[Finding]], title: str, *, told: bool) -> None:
    page = f"# Shop: Project Complete\n\n{title}\n\n**Status**: ✅ Complete\n"
    tree = {
        **STUB,
        "libs": {"sdk": {"package.json": "{}", "a.js": "run();\n"}},
        "PROJECT_STATUS.md": page,
        "README.md": "# Shop\n",
    }

    assert bool(inspect("unsupported-claim", tree)) == told


SENDS = "export function sendInvoice(id: string) {\n  throw new Error('not implemented');\n}\n"


@pytest.mark.parametrize(
    ("document", "text", "severities"),
    [
        ("README.md", "# Shop\n\n## Automated Backup System\n\n**Status:** ✅ Fully operational\n", []),
        ("README.md", "# Shop\n\n## Project Status\n\n**Status:** ✅ Fully operational\n", ["warning"]),
        ("README.md", "# Shop\n\n# All fixes applied - ready for deployment\n", []),
        (
            "docs/BUS_STATUS.md",
            "# Bus Status\n\n**Rationale**: It is simpler, and focuses on a production-ready system\n",
            [],
        ),
        ("INVOICE.md", "# Invoice\n\n**Status**: ✅ **COMPLETE - READY FOR DEPLOYMENT**\n", ["warning"]),
        ("INVOICE-FIXES.md", "# Invoice\n\n**Status**: ✅ **COMPLETE - READY FOR DEPLOYMENT**\n", ["info"]),
    ],
)
def test_what_a_part_a_reason_and_a_repair_claim(
    inspect: Callable[..., list[Finding]], document: str, text: str, severities: list[str]
) -> None:
    tree = {
        "package.json": "{}",
        "src/invoice.ts": SENDS,
        "src/b.ts": SENDS.replace("Invoice", "Reminder"),
        document: text,
    }

    assert [one.severity for one in inspect("unsupported-claim", tree)] == severities


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The shop is 100% complete.", True),
        ("22/22 contracts (100% complete)", False),
        ("Pages: 12 of 12 (100% complete)", False),
        ("All 3 of 4 parts are 100% complete.", False),
        ("It is fully functional except for refunds.", False),
        ("It is fully functional for all non-payment features. Only refunds are disabled.", False),
        ("It is production-ready.", True),
        ("Please ensure:\n\n1. All features implemented\n2. Docs", False),
        ("What is done:\n\n1. All features implemented\n2. Docs", True),
        ("## Validation system\n\n**Status:** Fully operational", False),
        ("## System status\n\n**Status:** Fully operational", True),
    ],
)
def test_what_a_claim_counts_and_leaves_out(inspect: Callable[..., list[Finding]], text: str, *, told: bool) -> None:
    stubs = (
        "export function refundOrder() {\n  throw new Error('Not implemented');\n}\nexport function verifyToken() {\n"
        "  throw new Error('Not implemented');\n}\n"
    )
    found = inspect("unsupported-claim", {"package.json": "{}", "src/a.ts": stubs, "README.md": f"# Shop\n\n{text}\n"})

    assert bool([one for one in found if one.severity == "warning"]) == told


@pytest.mark.parametrize(
    ("names", "severity"),
    [(("formatRow",), "info"), (("formatRow", "sortRow"), "warning"), (("refundOrder",), "warning")],
)
def test_one_stub_of_little_worth_beside_a_claim(
    inspect: Callable[..., list[Finding]], names: tuple[str, ...], severity: str
) -> None:
    stubs = "".join(f"export function {name}() {{\n  throw new Error('Not implemented');\n}}\n" for name in names)
    tree = {"package.json": "{}", "src/a.ts": stubs, "README.md": "# Shop\n\nThe shop is production-ready.\n"}

    assert [one.severity for one in inspect("unsupported-claim", tree)] == [severity]


def test_a_stub_that_nothing_loads_is_no_part_of_what_is_claimed(inspect: Callable[..., list[Finding]]) -> None:
    def tree(main: str) -> dict[str, object]:
        stub = 'export function refund() {\n  throw new Error("not implemented");\n}\n'
        return {
            "package.json": '{"private": true}',
            "README.md": "# Shop\n\nThe service is production-ready.\n",
            "src": {"index.js": main, "services": {"store.js": stub}},
        }

    assert inspect("unsupported-claim", tree("run();\n")) == []
    assert [one.path for one in inspect("unsupported-claim", tree("import './services/store';\n"))] == ["README.md"]


@pytest.mark.parametrize(
    ("subject", "told"), [("Store", 1), ("Overall", 1), ("**Orchestration**", 0), ("Contract Builder UI", 0)]
)
def test_a_row_of_a_table_is_about_its_first_cell(
    inspect: Callable[..., list[Finding]], subject: str, told: int
) -> None:
    text = f"# Api\n\n| Part | State |\n|---|---|\n| {subject} | 21 handlers, zero stubs |\n"

    assert len(inspect("unsupported-claim", {**STUB, "README.md": text})) == told
