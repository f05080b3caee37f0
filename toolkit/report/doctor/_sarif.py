"""Findings as SARIF 2.1.0, which code hosts and editors read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from toolkit import __version__
from toolkit.catalog import catalog, documentation, load
from toolkit.context import Context
from toolkit.features.doctor import fingerprints
from toolkit.model import EditFile

if TYPE_CHECKING:
    from toolkit.features.doctor import CheckResult, Examination
    from toolkit.model import Finding, Fix

__all__ = ["sarif"]

_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(examination: Examination) -> str:
    """One run; accepted findings are left out, as in every other format."""
    rules = sorted({one.check for one in examination.findings})
    prints = fingerprints(Context(Path(examination.root), {}), examination.findings)
    run = {
        "tool": {
            "driver": {
                "name": "toolkit doctor",
                "semanticVersion": __version__,
                "rules": [_rule(name) for name in rules],
            }
        },
        "originalUriBaseIds": {"ROOT": {"uri": f"{Path(examination.root).as_uri()}/"}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, rules.index(one.check), prints[one]) for one in examination.findings],
        "invocations": [
            {
                "executionSuccessful": not any(one.status == "unknown" for one in examination.checks),
                "exitCode": int(examination.exit_code),
                "toolExecutionNotifications": [
                    _notification(one) for one in examination.checks if one.status in ("unknown", "skipped")
                ],
            }
        ],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(name: str) -> dict[str, Any]:
    if not any(listed.id == name for listed in catalog()):
        return {"id": name}
    check = load(name)
    page = documentation(check)
    return {
        "id": name,
        "shortDescription": {"text": page.title},
        "fullDescription": {"text": _paragraph(page.sections[0][1])},
        "help": {
            "text": "\n\n".join(f"{heading}: {_paragraph(text)}" for heading, text in page.sections[1:]),
            "markdown": "\n\n".join(f"**{heading}**: {_paragraph(text)}" for heading, text in page.sections[1:]),
        },
        "defaultConfiguration": {"level": _LEVELS[check.severity]},
        "properties": {"family": check.family},
    }


def _paragraph(text: str) -> str:
    """One paragraph, with code as Markdown marks it."""
    return " ".join(text.replace("``", "`").split())


def _result(one: Finding, rule: int, fingerprint: str) -> dict[str, Any]:
    text = f"{one.message} ({one.evidence})" if one.evidence else one.message
    fixes = [made for fix in one.fixes if (made := _fix(fix))]
    related = [{"id": number, **_location(other.path, other.line)} for number, other in enumerate(one.related, 1)]
    return {
        "ruleId": one.check,
        "ruleIndex": rule,
        "level": _LEVELS[one.severity],
        "message": {"text": _safe(text)},
        "locations": [_location(one.path, one.line, one.column)],
        "partialFingerprints": {"toolkit/v1": fingerprint},
        "properties": {"vendored": one.vendored},
        **({"relatedLocations": related} if related else {}),
        **({"fixes": fixes} if fixes else {}),
    }


def _location(path: str, line: int, column: int = 0) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(path), "uriBaseId": "ROOT"}}
    if line:
        place["region"] = {"startLine": line, **({"startColumn": column} if column else {})}
    return {"physicalLocation": place}


def _fix(fix: Fix) -> dict[str, Any] | None:
    """A fix that only edits; the format knows neither moves nor commands."""
    edits = [action for action in fix.actions if isinstance(action, EditFile)]
    if not edits or len(edits) != len(fix.actions):
        return None
    changes = [
        {
            "artifactLocation": {"uri": _uri(edit.path), "uriBaseId": "ROOT"},
            "replacements": [
                {
                    "deletedRegion": {"byteOffset": span.start, "byteLength": span.end - span.start},
                    "insertedContent": {"text": span.text.decode("utf-8", "replace")},
                }
                for span in edit.spans
            ],
        }
        for edit in edits
    ]
    return {"description": {"text": _safe(f"{fix.title} ({fix.safety})")}, "artifactChanges": changes}


def _notification(one: CheckResult) -> dict[str, Any]:
    level = "error" if one.status == "unknown" else "note"
    return {
        "level": level,
        "message": {"text": _safe(f"{one.status}: {one.reason}")},
        "descriptor": {"id": one.id},
    }


def _uri(path: str) -> str:
    return "./" if path == "." else quote(path.encode("utf-8", "surrogateescape"), safe="/-._~!$&'()*+,;=@")


def _safe(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
