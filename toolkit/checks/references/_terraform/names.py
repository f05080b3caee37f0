"""Names that Terraform configurations use and nothing declares: variables, locals, outputs, resources, arguments."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from toolkit.checks._likeness import instead, likely
from toolkit.checks._texts import text_of
from toolkit.checks.references._fault import Fault
from toolkit.checks.references._terraform.words import words_of
from toolkit.documents import hcl
from toolkit.expressions import regex
from toolkit.memory import once_a_run
from toolkit.places import folder_of, path_from, upward

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._terraform.words import Words

__all__ = ["demanded", "has_terraform", "of_arguments", "of_names", "of_repetitions", "of_values"]

_ENDINGS = (".tf", ".tofu")
_OVERRIDES = regex(r"(?:^|/|_)override\.tf$")
_REMOTE = regex(r"\bcloud\s*\{|\bbackend\s+\"remote\"")
"""What keeps values of variables besides the state."""
_SHOWN = 12
"""Names that are declared twice and that the evidence tells."""
_FEW, _MANY = 3, 8
"""Undeclared names of one kind in one folder that are told together, where none and where some are declared, slips, too."""
_KINDS = {
    "var": "variable",
    "local": "local value",
    "module": "module",
    "resource": "resource",
    "data": "data source",
    "provider": "provider",
}


@dataclass
class Folder:
    """One module: its files with their names, and whether every one of its files is known."""

    path: str
    files: dict[str, Words] = field(default_factory=dict)
    is_whole: bool = True

    def declared(self, *kinds: str) -> set[str]:
        """The names of some kinds."""
        return {name for words in self.files.values() for kind, name, _ in words.declared if kind in kinds}


@once_a_run
def _folders(context: Inspection) -> dict[str, Folder]:
    found: dict[str, Folder] = {}
    names = [name for name in context.inventory.by_name if name.endswith((*_ENDINGS, ".tf.json"))]
    for path in sorted(set(context.inventory.named(*names))):
        folder = found.setdefault(posixpath.dirname(path) or ".", Folder(posixpath.dirname(path) or "."))
        words = None if path in context.inventory.links or path.endswith(".json") else words_of(context, path)
        if words is None:
            folder.is_whole = False
        else:
            folder.files[path] = words
    for folder in found.values():
        # Terragrunt may write files into a module before it runs.
        folder.is_whole &= not any(context.is_file(posixpath.join(at, "terragrunt.hcl")) for at in upward(folder.path))
    return found


def has_terraform(context: Inspection) -> bool:
    """Whether the repository has a configuration at all."""
    return bool(_folders(context))


def demanded(context: Inspection, path: str) -> set[str]:
    """The variables of a configuration that have no default and no value in its folder; none where it may get them elsewhere."""
    folder = _folders(context).get(path)
    if folder is None or not folder.is_whole:
        return set()
    texts = [text_of(context, one, errors="replace") for one in folder.files]
    names = (one for one in context.below(path) if folder_of(one) == path)
    automatic = [one for one in names if one.endswith(".auto.tfvars") or posixpath.basename(one) == "terraform.tfvars"]
    documents = [context.readable(one, hcl.parse) for one in automatic]
    if any(map(_REMOTE.search, texts)) or None in documents:
        return set()
    return folder.declared("var!") - {item.name for one in documents if one for item in one.body.attributes}


def of_names(context: Inspection) -> Iterator[Fault]:
    """Uses of variables, locals, modules, outputs, resources and data sources that their module does not declare."""
    for folder in _folders(context).values():
        if not folder.is_whole:
            continue
        names: dict[tuple[str, str], list[tuple[str, int]]] = {}
        for kind, name, path, line in _lost(folder):
            if context.shows(path):
                names.setdefault((kind, name), []).append((path, line))
        yield from _told(context, folder, names)
        yield from _outputs(context, folder)


def of_repetitions(context: Inspection) -> Iterator[Fault]:
    """What a module declares twice, one finding for each two files: Terraform refuses the whole module."""
    for folder in _folders(context).values():
        first: dict[tuple[str, str], tuple[str, int]] = {}
        again: dict[tuple[str, str], list[tuple[str, int, int]]] = {}
        for path, words in sorted(folder.files.items()):
            if _OVERRIDES.search(path) or path.endswith(".tofu"):
                continue  # Terraform merges these into what they repeat
            for written, name, line in words.declared:
                kind = written.rstrip("!")
                if kind == "provider":
                    continue
                at = first.setdefault((kind, name), (path, line))
                if at != (path, line):
                    again.setdefault((at[0], path), []).append((f"{_KINDS.get(kind, kind)} {name}", at[1], line))
        for (one, other), found in again.items():
            if context.shows(other):
                what, before, line = found[0]
                more = f", and so are {len(found) - 1} more" if len(found) > 1 else ""
                where = f"{posixpath.basename(one)}:{before}" if one != other else f"line {before}"
                text = f"The {what} is declared in {where}, too{more}: Terraform refuses the module."
                shown = ", ".join(f"{name} ({number})" for name, _, number in found[:_SHOWN])
                yield Fault(other, line, text, shown, f"keep one of the declarations of {what}")


def _lost(folder: Folder) -> Iterator[tuple[str, str, str, int]]:
    declared = {kind: folder.declared(kind, f"{kind}!") for kind in _KINDS}
    known = {name.partition("_")[0] for kind in ("resource", "data") for name in declared[kind]}
    for path, words in folder.files.items():
        for kind, name, _, line in words.used:
            foreign = kind == "resource" and name.partition("_")[0] not in known
            if name not in declared[kind] and not foreign:
                yield kind, name, path, line


def _told(context: Inspection, folder: Folder, names: dict[tuple[str, str], list[tuple[str, int]]]) -> Iterator[Fault]:
    for kind, what in _KINDS.items():
        own = {name: places for (other, name), places in names.items() if other == kind}
        declared = folder.declared(kind, f"{kind}!")
        # What was written against other declarations is one fault; a slip is one of its own, which can be mended.
        strange = own if len(own) > (_MANY if declared else _FEW) else _without_like(own, declared)
        if len(strange) > 1:
            yield _together(folder, what, strange)
            own = {name: places for name, places in own.items() if name not in strange}
        for name, places in own.items():
            near = likely(name, declared)
            # What somebody gives a value is a variable of its own.
            near = "" if near and kind == "var" and name in _given(context, folder.path) else near
            hint = f"; {near} is declared" if near else ""
            text = f"{_written(kind, name)} is used, and no {what} of that name is declared in {folder.path}{hint}: the plan stops."
            others = ", ".join(f"{path}:{line}" for path, line in places[1:8])
            known = f"declared: {', '.join(sorted(declared)[:8]) or 'none'}"
            word = _written(kind, name)
            right = _written(kind, near) if near else ""
            todo = instead(word, right, f"declare the {what} {name} in {folder.path}, or remove what uses it")
            evidence, all_ = f"also {others}" if others else known, tuple(dict.fromkeys(places))
            yield Fault(*places[0], text, evidence, todo, word, right, places=all_)


def _given(context: Inspection, folder: str) -> set[str]:
    """The variables that files of values of a folder, and their examples, give a value."""
    paths = context.matching("*.tfvars", "*.tfvars.example", "*.tfvars.sample")
    beside = (path for path in paths if (posixpath.dirname(path) or ".") == folder)
    return {item.name for _, document in context.documents(beside, hcl.parse) for item in document.body.attributes}


def _without_like(names: dict[str, list[tuple[str, int]]], declared: set[str]) -> dict[str, list[tuple[str, int]]]:
    return {name: places for name, places in names.items() if not likely(name, declared)}


def _together(folder: Folder, what: str, names: dict[str, list[tuple[str, int]]]) -> Fault:
    """One fault for names of a kind that a module uses and does not declare."""
    path, line = min(place for places in names.values() for place in places)
    listed = ", ".join(sorted(names)[:8]) + (" ..." if len(names) > 8 else "")
    text = f"{folder.path} uses {len(names)} {what}s that nothing in it declares ({listed}): the plan stops."
    used = sorted({f"{at}:{number}" for places in names.values() for at, number in places[:1]})
    todo = f"declare the {what}s in {folder.path}, or bring the file back that did"
    return Fault(path, line, text, ", ".join(used[:8]), todo)


def _written(kind: str, name: str) -> str:
    return name if kind in ("resource", "provider") else f"{kind}.{name}"


def _called(context: Inspection, folder: Folder, source: str) -> Folder | None:
    """The module that a call means, if it lies in the repository and is known as a whole."""
    if not source.startswith("."):
        return None
    found = _folders(context).get(path_from(folder.path, source))
    return found if found is not None and found.is_whole else None


def _outputs(context: Inspection, folder: Folder) -> Iterator[Fault]:
    """Outputs of called modules that these do not have."""
    calls = {name: source for words in folder.files.values() for name, source, _, _ in words.calls}
    told: set[tuple[str, str]] = set()
    for path, words in folder.files.items():
        for kind, name, attribute, line in words.used if context.shows(path) else ():
            module = _called(context, folder, calls.get(name, "")) if kind == "module" and attribute else None
            if module is None or attribute in module.declared("output") or (name, attribute) in told:
                continue
            told.add((name, attribute))
            outputs = module.declared("output")
            near = likely(attribute, outputs)
            hint = f"; it has {near}" if near else ""
            text = f"module.{name} has no output {attribute}{hint}: the plan stops."
            word, right = f"module.{name}.{attribute}", f"module.{name}.{near}" if near else ""
            todo = instead(word, right, f"add the output {attribute} to {module.path}, or use one that it has")
            evidence = f"outputs of {module.path}: {', '.join(sorted(outputs)[:8]) or 'none'}"
            yield Fault(path, line, text, evidence, todo, word, right)


def of_arguments(context: Inspection) -> Iterator[Fault]:
    """Arguments of modules that these have no variable for, and variables without a default that a call leaves out."""
    calls: dict[str, list[tuple[int, str, list[str], str]]] = {}
    for folder in _folders(context).values():
        for path, words in folder.files.items():
            for name, source, line, given in words.calls if context.shows(path) else ():
                module = _called(context, folder, source)
                if module is None:
                    continue
                known = module.declared("var", "var!")
                unknown = [(argument, at) for argument, at in given if argument not in known]
                yield from _unknown(path, name, module, unknown)
                lacks = sorted(module.declared("var!") - {argument for argument, _ in given})
                if lacks:
                    calls.setdefault(path, []).append((line, name, lacks, module.path))
    for path, many in calls.items():
        yield from _lacking(path, many)


def _unknown(path: str, name: str, module: Folder, unknown: list[tuple[str, int]]) -> Iterator[Fault]:
    """Arguments of one call that its module does not know: slips each, the others together."""
    known = module.declared("var", "var!")
    strange = [(argument, at) for argument, at in unknown if not likely(argument, known)]
    for argument, at in unknown:
        near = likely(argument, known)
        if not near and (argument, at) != strange[0]:
            continue
        more = [] if near else [other for other, _ in strange[1:9]]
        hint = f"; it has {near}" if near else f", nor for {', '.join(more)}" if more else ""
        text = (
            f"module {name} is given {argument}, and {module.path} has no variable of that name{hint}: the plan stops."
        )
        todo = instead(
            argument, near, f"add a variable for {', '.join((argument, *more))} to {module.path}, or remove it"
        )
        evidence = f"variables: {', '.join(sorted(known)[:8]) or 'none'}"
        yield Fault(path, at, text, evidence, todo, argument, near)


def _lacking(path: str, many: list[tuple[int, str, list[str], str]]) -> Iterator[Fault]:
    """Calls that leave out what they have to give: one by one, or together where a file has many of them."""
    for line, name, lacks, source in many if len(many) <= _FEW else many[:1]:
        text = f"module {name} is not given {', '.join(lacks[:8])}, which {source} has no default for: the plan stops."
        others = [f"{other} ({', '.join(wanted[:4])})" for _, other, wanted, _ in many[1:9]]
        more = f" Nor are all given to {', '.join(others)}." if len(many) > _FEW else ""
        todo = f"give {', '.join(lacks[:8])} to module {name}, or a default in {source}"
        yield Fault(path, line, text + more, f"source: {source}", todo)


def of_values(context: Inspection) -> Iterator[Fault]:
    """Values for variables that the configuration does not have: Terraform says so and leaves them out."""
    groups: dict[tuple[str, ...], list[tuple[str, int, str]]] = {}
    for path, document in context.documents(context.matching("*.tfvars"), hcl.parse):
        given = {item.name: item.line for item in document.body.attributes}
        at = posixpath.dirname(path) or "."
        folder = next((one for here in upward(at) if (one := _folders(context).get(here)) is not None), None)
        if folder is None or not folder.is_whole:
            continue
        known = folder.declared("var", "var!")
        lost = [name for name in given if name not in known]
        # Values in a folder of their own may be for another configuration; those that mostly fit are for this one.
        if lost and (folder.path == at or len(lost) * 2 <= len(given)):
            near = likely(lost[0], known - given.keys())
            groups.setdefault((folder.path, *lost), []).append((path, given[lost[0]], near))
    for (home, *lost), ((path, line, near), *others) in groups.items():
        hint = f"; {near} is declared" if near else ""
        text = f"{', '.join(lost[:8])} is given a value, and {home} has no variable of that name{hint}: the value is not used."
        right = near if len(lost) == 1 else ""
        todo = instead(lost[0], right, f"declare {', '.join(lost[:8])} in {home}, or remove the values")
        known = _folders(context)[home].declared("var", "var!")
        also = f"; so in {', '.join(f'{other}:{number}' for other, number, _ in others[:12])}" if others else ""
        evidence = f"variables: {', '.join(sorted(known)[:8]) or 'none'}{also}"
        places = tuple((one, number) for one, number, _ in ((path, line, near), *others)) if right else ()
        yield Fault(path, line, text, evidence, todo, lost[0], right, severity="warning", places=places)
