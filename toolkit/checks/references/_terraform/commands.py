"""Files and folders that commands of Terraform name: ``-chdir``, ``-var-file``, ``-backend-config``."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checks._likeness import instead
from toolkit.checks._texts import text_of
from toolkit.checks.references._fault import Fault
from toolkit.checks.references._repair import relative
from toolkit.checks.references._scripts.recipes import recipes
from toolkit.checks.references._scripts.texts import mentioned
from toolkit.checks.references._terraform.names import demanded, has_terraform
from toolkit.expressions import regex
from toolkit.places import path_from
from toolkit.references import lost_part, resolve
from toolkit.words import values_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._scripts.recipes import Recipe

__all__ = ["of_commands"]

_PLANS = ("plan", "apply", "destroy")
_FLAGS = ("-auto-approve", "-no-color", "-compact-warnings", "-refresh=false", "-detailed-exitcode", "-destroy")
_ANY = regex(r"TF_VAR_(?!\w)|TF_CLI_ARGS|TF_WORKSPACE|terraform\.workspace|\bdoppler\b|\binfisical\b|\bop run\b")
"""What may give values that are not written down."""
_FILES = ("-var-file", "--var-file", "-backend-config", "--backend-config")


def of_commands(context: Inspection) -> Iterator[Fault]:
    """Commands that stop because a file or folder that they name is not there."""
    if not has_terraform(context):
        return
    told: dict[tuple[str, str], dict[str, Fault]] = {}
    for one in (*recipes(context, "terraform"), *recipes(context, "tofu")):
        for cause, what in _lost(context, one):  # what a file names in many commands is gone once
            told.setdefault((what.path, cause), {}).setdefault(what.text, what)
    for (_, cause), faults in told.items():
        first, *others = faults.values()
        more = f" So do {len(others)} others of this file below {cause}." if others else ""
        yield first._replace(text=f"{first.text}{more}")


def _unvalued(context: Inspection, one: Recipe, folder: str) -> Iterator[tuple[str, Fault]]:
    """A plan that may not ask, of a configuration with variables that nothing gives a value."""
    text, verb = text_of(context, one.path, errors="replace"), next((word for word in one.words if word in _PLANS), "")
    behind = one.words[one.words.index(verb) + 1 :] if verb else ()
    plain = all(word in _FLAGS or word.startswith(("-input", "--input", "-out=", "-lock")) for word in behind)
    if not any(word in ("-input=false", "--input=false") for word in behind) or not plain:
        return
    if "tfvars" in text or _ANY.search(text):
        return
    lost = sorted(name for name in demanded(context, folder) if not mentioned(context, f"TF_VAR_{name}"))
    if lost:
        said = f"terraform {verb} in {folder} may not ask, and nothing gives a value to {', '.join(lost[:6])}: it stops there."
        yield (
            said,
            Fault(
                one.path,
                one.line,
                said,
                f"variables without a default: {', '.join(lost)}",
                f"give TF_VAR_{lost[0]} in env, a -var-file, or a default",
                severity="warning",
            ),
        )


def _lost(context: Inspection, one: Recipe) -> Iterator[tuple[str, Fault]]:
    """What a command names and is not there, each with its cause: the folder that is gone, or the fault itself."""
    inner = next((word.partition("=")[2] for word in one.words if word.startswith(("-chdir=", "--chdir="))), ".")
    folders = [folder for folder in one.folders if "$" not in folder + inner]
    judged = [resolve(context, inner, folder) for folder in folders] if inner != "." else []
    if judged and all(verdict.kind == "missing" for verdict in judged):
        text = f"terraform is to run in {inner}, which does not exist: the command stops."
        near = relative(judged[0].near, folders[0], inner)
        todo = instead(inner, near, f"correct the folder {inner}, or bring it back")
        yield (
            lost_part(context, judged[0].path),
            Fault(one.path, one.line, text, f"{judged[0].path} {judged[0].why}", todo),
        )
        return
    here = [at for folder in folders if (at := path_from(folder, inner)) in context.inventory.folders]
    if len(here) == 1:
        yield from _unvalued(context, one, here[0])
    for option in _FILES:
        for value in values_of(one.words, option):
            # key=value of a backend is no file
            plain = value and not value.startswith(("/", "~")) and not ("backend" in option and "=" in value)
            verdicts = [resolve(context, value, at) for at in here] if plain else []
            if verdicts and all(verdict.kind == "missing" for verdict in verdicts):
                near = relative(verdicts[0].near, here[0], value)
                near = near if posixpath.splitext(near)[1] == posixpath.splitext(value)[1] else ""
                hint = f"; {verdicts[0].near} is there" if near else ""
                text = f"{option} names {value}, which does not exist{hint}: the command stops."
                todo = instead(value, near, f"add {verdicts[0].path}, or take {option} out of the command")
                evidence = f"{verdicts[0].path} {verdicts[0].why}"
                yield text, Fault(one.path, one.line, text, evidence, todo, value, near if verdicts[0].sure else "")
