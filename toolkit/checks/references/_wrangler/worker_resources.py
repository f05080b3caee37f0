"""Workers that Terraform uploads: their names, the code, and what they bind."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from toolkit.checks.references._terraform.modules import WORKER_SCRIPTS, modules
from toolkit.checks.references._wrangler.configurations import Config, configs, deployed_as
from toolkit.checks.references._wrangler.worker_routes import filled, uploaded
from toolkit.expressions import regex
from toolkit.memory import once_a_run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._terraform.modules import Module
    from toolkit.documents.hcl import Block

__all__ = ["Resource", "resources"]

_BOUND = regex(r"[{,\n]\s*name\s*=\s*\"([\w-]+)\"")


class Resource(NamedTuple):
    """One worker: ``bound`` are names with their offsets; ``config`` is wrangler's, or one that only tells where the code is."""

    module: Module
    line: int
    config: Config
    bound: tuple[tuple[str, int], ...]
    is_configured: bool


@once_a_run
def resources(context: Inspection) -> tuple[Resource, ...]:
    """Every worker of Terraform whose wrangler configuration or code is in the repository."""
    known = [(module, block) for module in modules(context) for block in module.document.blocks("resource")]
    workers = [(module, block) for module, block in known if block.labels[:1] and block.labels[0] in WORKER_SCRIPTS]
    return tuple(one for module, block in workers for one in _found(context, module, block))


def _found(context: Inspection, module: Module, block: Block) -> Iterator[Resource]:
    given = block.attribute("script_name") or block.attribute("name")
    bound = tuple(_bindings(module, block))
    text = given.expression if given else ""
    name = filled(context, module.folder, text[1:-1] if text.startswith('"') else f"${{{text}}}")
    own = [config for config in configs(context) if _is_named(config, name)]
    yield from (Resource(module, block.line, config, bound, is_configured=True) for config in own)
    code = None if own else uploaded(context, module, block)
    if code is not None and code.path and posixpath.dirname(code.path):
        main = posixpath.basename(code.path)
        yield Resource(module, block.line, Config(code.path, None, {"main": main}), bound, is_configured=False)


def _is_named(config: Config, name: str) -> bool:
    """Whether a configuration deploys a worker of a name, in which a part may be the name of an environment."""
    if "${" not in name:
        return name in deployed_as(config)
    before, _, rest = name.partition("${")
    after = rest.partition("}")[2]
    own = config.data.get("name")
    if not after and before.rstrip("-_") == own:
        return True  # the worker itself, called after its environment
    return "${" not in after and any(
        one != own and one.startswith(before) and one.endswith(after) and len(before + after) > len(str(own))
        for one in deployed_as(config)
    )


def _bindings(module: Module, block: Block) -> Iterator[tuple[str, int]]:
    """Names that a resource binds, with their offsets: blocks of version 4, the list of version 5."""
    content = module.document.text.content
    for inner in block.blocks:
        if inner.type.endswith("_binding"):
            item = inner.attribute("name") if inner.type != "queue_binding" else inner.attribute("binding")
            if item is not None and item.literal:
                yield item.literal, content.index(item.literal, item.end - len(item.expression))
    listed = block.attribute("bindings")
    if listed is not None:
        for match in _BOUND.finditer(content[listed.start : listed.end]):
            yield match[1], listed.start + match.start(1)
