"""Dockerfiles that a program hands on to others: templates of images of apps that are not in the repository."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.expressions import regex
from toolkit.places import join

if TYPE_CHECKING:
    from toolkit.checking import Inspection

__all__ = ["is_of_templates", "is_to_fill_in"]

_FOLDER = regex(
    r"(?i)(?:[\w-]*[-_])?(?:dockerfiles|docker-?templates|templates?|scaffold(?:s|ing)?|skeletons?|boilerplates?|stubs)"
)
_BESIDE = regex(r"(?i)(?:[\w.-]*(?:docker|container)file[\w.-]*|\.dockerignore|[\w.-]+\.(?:md|txt)|license)")
"""What lies beside a template without being the source of an app."""


_MANIFESTS = ("go.mod", "package.json", "Cargo.toml", "pyproject.toml", "pom.xml")
_TO_FILL_IN = regex(r"\{\{[-\s]*[\w.]+[-\s]*\}\}|\{%")


def is_to_fill_in(context: Inspection, path: str) -> bool:
    """Whether the manifest beside a Dockerfile is to be filled in first: nothing is built of the folder as it is."""
    folder = posixpath.dirname(path) or "."
    manifests = (join(folder, name) or "" for name in _MANIFESTS)
    return any(_TO_FILL_IN.search(text_of(context, one)) for one in manifests if context.is_file(one))


def is_of_templates(context: Inspection, path: str) -> bool:
    """Whether a Dockerfile lies in a folder of templates, in which nothing is that an image could be built of."""
    folder = posixpath.dirname(path)
    beside = (one.rpartition("/")[2] for one in context.below(folder))
    return bool(_FOLDER.fullmatch(posixpath.basename(folder))) and all(map(_BESIDE.fullmatch, beside))
