"""Dockerfiles that a program hands on to others: templates of images of apps that are not in the repository."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.expressions import regex

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["is_of_templates"]

_FOLDER = regex(
    r"(?i)(?:[\w-]*[-_])?(?:dockerfiles|docker-?templates|templates?|scaffold(?:s|ing)?|skeletons?|boilerplates?|stubs)"
)
_BESIDE = regex(r"(?i)(?:[\w.-]*(?:docker|container)file[\w.-]*|\.dockerignore|[\w.-]+\.(?:md|txt)|license)")
"""What lies beside a template without being the source of an app."""


def is_of_templates(context: Inspection, path: str) -> bool:
    """Whether a Dockerfile lies in a folder of templates, in which nothing is that an image could be built of."""
    folder = posixpath.dirname(path)
    beside = (one.rpartition("/")[2] for one in context.below(folder))
    return bool(_FOLDER.fullmatch(posixpath.basename(folder))) and all(map(_BESIDE.fullmatch, beside))
