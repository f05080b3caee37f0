"""The manifest of a package whose sources import."""

from __future__ import annotations

import json


def package(**more: str) -> str:
    return json.dumps({"name": "a", "version": "1.0.0", **more})
