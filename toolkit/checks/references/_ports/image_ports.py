"""Where EXPOSE and HEALTHCHECK of an image do not agree with its command, its variables and its code."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from toolkit.checks._texts import text_of
from toolkit.checks.references._fault import Fault
from toolkit.checks.references._images.dockerfiles import dockerfiles, read
from toolkit.checks.references._images.stages import final
from toolkit.checks.references._ports.listening import asked, listens, numbers
from toolkit.checks.references._services import exposed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolkit.checking import Inspection
    from toolkit.checks.references._ports.listening import Listens

__all__ = ["of_image"]


def of_image(context: Inspection, dockerfile: str, *, is_told: bool) -> Iterator[Fault]:
    """EXPOSE and HEALTHCHECK of a Dockerfile, against its command, its variables and the code beside it.

    Args:
        context: the run.
        dockerfile: the file.
        is_told: whether services tell the program its port, so that the default in its code does not count.
    """
    open_ = exposed(context, dockerfile)
    shared = _is_shared(context, dockerfile)
    found = tuple(one for one in listens(context, dockerfile) if one.firm or not (is_told or shared))
    ports = {one.port for one in found}
    sure = found[0] if found and (found[0].firm or len(found) == 1) else None
    if open_ and sure is not None and not open_.keys() & ports:
        exposes = ", ".join(map(str, open_))
        at_command = sure.how == "the command"
        yield Fault(
            dockerfile,
            sure.line if at_command else min(open_.values()),
            f"The image exposes port {exposes}, and {sure.how} says {sure.port}: one of them is wrong.",
            f"{sure.path}:{sure.line}" if not at_command else f"EXPOSE in line {min(open_.values())}",
            f"write EXPOSE {sure.port}, or let the program listen on {exposes}",
            # Who runs the image tells it the port, as platforms do by PORT.
            severity="info" if sure.how == "the code" and _is_open(context, sure) else "warning",
        )
    document = read(context, dockerfile)
    items = final(document) if document is not None else ()
    variables = {number for item in items if item.name == "ENV" for number in numbers(item.value)}
    for item in items:
        lost = asked(item.value) if item.name == "HEALTHCHECK" else set()
        known = (open_.keys() | ports) if sure is not None or len(open_) == 1 else set()
        if lost and known and not lost & (known | variables):
            yield Fault(
                dockerfile,
                item.line,
                f"The health check asks port {min(lost)}, and the image listens on {', '.join(map(str, sorted(known)))}.",
                item.value[:200],
                f"ask port {min(known)} in the health check",
                severity="warning",
            )


def _is_open(context: Inspection, listens: Listens) -> bool:
    """Whether the line that names a port only has it for want of a variable."""
    lines = text_of(context, listens.path, errors="replace").splitlines()
    return "PORT" in "".join(lines[listens.line - 1 : listens.line])


def _is_shared(context: Inspection, dockerfile: str) -> bool:
    """Whether other programs are built of the code beside a Dockerfile, each of which may be the one that listens."""
    started = set()
    for path in dockerfiles(context):
        document = read(context, path) if posixpath.dirname(path) == posixpath.dirname(dockerfile) else None
        command = [item.value for item in final(document) if item.name in ("CMD", "ENTRYPOINT")] if document else []
        started |= {" ".join(command)} if command else set()
    return len(started) > 1
