"""What a folder of Terraform files declares, as far as an install has to know."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.context import Unreadable
from toolkit.documents import DocumentError
from toolkit.expressions import regex

if TYPE_CHECKING:
    from types import ModuleType

    from toolkit.context import Context
    from toolkit.documents import hcl

__all__ = ["LOCK", "Module", "locked", "read"]

LOCK = ".terraform.lock.hcl"
_BUILT_IN = "terraform"
"""The provider that Terraform carries in itself; no lock names it."""

# Most files of a large configuration hold nothing but resources: a tenth of the time is spent on telling them apart.
_TELLING = regex(rb"^[ \t]*(?:terraform|provider|module)\b", re.MULTILINE)
_IMPLIED = regex(rb'^[ \t]*(?:resource|data|ephemeral)[ \t]+"([a-z0-9]+)_', re.MULTILINE)


@dataclass(slots=True)
class Module:
    """The files of one folder together, as Terraform reads them.

    Args:
        version: the constraint on Terraform itself.
        backend: it keeps state somewhere, which only a root does.
        configures: it configures a provider, which only a root should.
        providers: names of the providers that it requires or that its resources imply.
        calls: source by the name of each module it calls.
        problem: a file that does not parse; empty if all do.
    """

    version: str = ""
    backend: bool = False
    configures: bool = False
    declares: bool = False
    providers: set[str] = field(default_factory=set)
    calls: dict[str, str] = field(default_factory=dict)
    problem: str = ""


def read(context: Context, paths: tuple[str, ...]) -> Module:
    """Read the files of one folder; one that does not parse becomes the module's problem."""
    module = Module()
    for path in paths:
        try:
            content = context.read(path)
            module.providers.update(name.decode() for name in _IMPLIED.findall(content))
            if _TELLING.search(content):
                _add(module, _hcl().parse(content))
        except Unreadable as error:
            module.problem = module.problem or f"{path.rpartition('/')[2]}: {error}"
        except DocumentError as error:
            module.problem = module.problem or f"{path.rpartition('/')[2]}: {error}"
            module.configures |= re.search(rb"^provider\b", content, re.MULTILINE) is not None
    module.providers.discard(_BUILT_IN)
    return module


def _add(module: Module, document: hcl.Document) -> None:
    for block in document.body.blocks:
        label = block.labels[0] if block.labels else ""
        if block.type == "terraform":
            version = block.attribute("required_version")
            module.version = (version.literal or "") if version else module.version
            for inner in block.blocks:
                module.backend |= inner.type in ("backend", "cloud")
                if inner.type == "required_providers":
                    module.declares = True
                    module.providers.update(item.name for item in inner.attributes)
        elif block.type == "provider":
            module.configures = True
            module.providers.add(label)
        elif block.type == "module":
            source = block.attribute("source")
            module.calls[label] = (source.literal or "") if source else ""


def locked(text: str) -> tuple[tuple[str, str], ...]:
    """Address and version of every provider in a lock file."""
    found = re.findall(r'^provider "([^"]+)" \{\s*version\s*=\s*"([^"]+)"', text, re.MULTILINE)
    return tuple((str(address), str(version)) for address, version in found)


def _hcl() -> ModuleType:
    """The reader, loaded where there is something to read: its patterns cost every start otherwise."""
    from toolkit.documents import hcl

    return hcl
