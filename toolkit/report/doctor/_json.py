"""The examination as JSON: what other programs read, with a version of its shape."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from toolkit.model import Span

if TYPE_CHECKING:
    from toolkit.features.doctor import CheckResult, Examination
    from toolkit.model import Action, Finding

__all__ = ["SCHEMA_VERSION", "finding_data", "to_json", "to_jsonl"]

SCHEMA_VERSION = 1


def to_json(examination: Examination) -> str:
    """One document; ``toolkit/schemas/doctor.json`` describes it."""
    return json.dumps(
        {
            "schema_version": SCHEMA_VERSION,
            "root": examination.root,
            "findings": [finding_data(one) for one in examination.findings],
            "checks": [_check(one) for one in examination.checks],
            "summary": _summary(examination),
        },
        indent=2,
    )


def to_jsonl(examination: Examination) -> str:
    """A line for each finding, each check and the summary, told apart by ``type``."""
    lines = [{"type": "finding", **finding_data(one)} for one in examination.findings]
    lines += [{"type": "check", **_check(one)} for one in examination.checks]
    last = {"type": "summary", "schema_version": SCHEMA_VERSION, "root": examination.root, **_summary(examination)}
    return "\n".join(json.dumps(line) for line in (*lines, last))


def finding_data(one: Finding) -> dict[str, Any]:
    """A finding as plain data; the same in JSON and in JSON lines."""
    return {
        "check": one.check,
        "family": one.family,
        "severity": one.severity,
        "path": one.path,
        "line": one.line,
        "column": one.column,
        "message": one.message,
        "evidence": one.evidence,
        "related": [{"path": place.path, "line": place.line} for place in one.related],
        "vendored": one.vendored,
        "fixes": [
            {"title": fix.title, "safety": fix.safety, "actions": [_action(action) for action in fix.actions]}
            for fix in one.fixes
        ],
    }


def _action(action: Action) -> dict[str, Any]:
    named = {item.name: _plain(getattr(action, item.name)) for item in fields(action)}
    return {"kind": type(action).__name__, **named}


def _plain(value: Any) -> Any:
    """Bytes as text where they are text, else as base64 with a mark."""
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return {"base64": b64encode(value).decode("ascii")}
    if isinstance(value, Span):
        return {"start": value.start, "end": value.end, "text": _plain(value.text)}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _check(one: CheckResult) -> dict[str, Any]:
    return {
        "id": one.id,
        "family": one.family,
        "status": one.status,
        "reason": one.reason,
        "duration_ms": one.duration_ms,
    }


def _summary(examination: Examination) -> dict[str, Any]:
    states = [one.status for one in examination.checks]
    by = [one.by for one in examination.silenced]
    return {
        "errors": examination.count("error"),
        "warnings": examination.count("warning"),
        "infos": examination.count("info"),
        "vendored": sum(one.vendored for one in examination.findings),
        **{status: states.count(status) for status in ("passed", "failed", "skipped", "unknown")},
        "silenced": {kind: by.count(kind) for kind in ("comment", "settings", "baseline")},
        "baseline_fixed": examination.fixed,
        "duration_ms": examination.duration_ms,
        "exit_code": int(examination.exit_code),
    }
