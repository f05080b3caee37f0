"""The typed way to declare an invoke task.

The pattern, for every file in this folder::

    @task(group="set up", help={"only": "globs of folders or ecosystems (repeatable)"}, iterable=("only",))
    def projects(context: Run, only: Sequence[str] = (), format: str = "text") -> int:
        \"\"\"List the subprojects with the evidence that decided.\"\"\"

``root`` and ``quiet`` are added to every task. The function receives a :class:`Run`, returns an exit code, prints
through ``context.out`` and ``context.err`` only, and imports its feature inside, because all task files are
loaded for every command. Tasks are found by folder: adding a file adds its tasks.
"""

from __future__ import annotations

import inspect
import os
import sys
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from toolkit.cli._exit_codes import exit_code_of
from toolkit.cli._invoke import Exit, Task
from toolkit.cli._invoke import task as invoke_task
from toolkit.cli._streams import fill_streams, painted, printable, wants_colour
from toolkit.cli._values import refuse_wrong, seen_from_here
from toolkit.errors import UsageError
from toolkit.expressions import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from invoke.parser import Argument
    from rich.console import Console

    from toolkit.context import Context
    from toolkit.report._text import Line

__all__ = ["GROUPS", "Run", "choose_format", "task"]

GROUPS = ("set up", "daily work", "diagnose", "repair", "cloud files", "environment", "services")
"""Headings of the task list, in its order."""


_STEP = regex(r"(?m)(?:^ *| {2})(?:next|fix|back|see|to do|hint:|and \d+ more:) [^\n]*")
_DOOR = regex(r"\binvoke (?=[a-z-])")


class Run:
    """What a task is given: the repository, the streams, the words behind ``--``.

    Args:
        root: the value of ``--root``, if it was given.
        quiet: print results only, no progress.
        remainder: the words behind ``--``.
        downloads: whether reads may bring evicted files back; otherwise each of them fails at once.
    """

    def __init__(
        self, root: str | None, *, quiet: bool, remainder: tuple[str, ...] = (), downloads: bool = False
    ) -> None:
        self._root = root
        self.downloads = downloads
        self.quiet = quiet
        self.remainder = remainder
        fill_streams()
        self.out: TextIO = sys.stdout
        self.err: TextIO = sys.stderr

    @cached_property
    def context(self) -> Context:
        """The run's state; made at first use.

        Raises:
            UsageError: ``--root`` names no folder.
        """
        from toolkit.cli._root import find_root
        from toolkit.context import Context

        if self.downloads:
            return Context(find_root(Path.cwd(), self._root))
        from toolkit.system.dataless import fail_at_once, seam

        start = self._root or Path.cwd()
        before = fail_at_once(start)
        root = find_root(Path.cwd(), self._root)
        seam(start).set_policy(before)  # what the root's own provider inherited is remembered below
        fail_at_once(root)
        return Context(root)

    @cached_property
    def terminal(self) -> bool:
        """Whether a person watches: a terminal that is neither dumb nor in CI, and not asked to be quiet."""
        return self._is_watched(self.out)

    @cached_property
    def watched(self) -> bool:
        """Whether a person watches standard error, where the progress of what is printed elsewhere is shown."""
        return self._is_watched(self.err)

    def _is_watched(self, stream: TextIO) -> bool:
        dumb = self.context.variables.get("TERM") == "dumb"
        return not self.quiet and stream.isatty() and not self.context.ci and not dumb

    @property
    def columns(self) -> int:
        """Width of the terminal that standard output is; 0 where it is none, and a line may be as long as it needs."""
        try:
            return os.get_terminal_size(self.out.fileno()).columns if self.out.isatty() else 0
        except (OSError, ValueError):
            return 0

    @cached_property
    def console(self) -> Console:
        """A rich console on standard output; colour and width follow the terminal and ``NO_COLOR``."""
        from rich.console import Console

        return Console(file=self.out, highlight=False, soft_wrap=not self.terminal)

    def print(self, *lines: str) -> None:
        """Lines to standard output; names that are not UTF-8 or hold control characters are escaped."""
        for line in lines:
            self.out.write(printable(self.addressed(line), self.out) + "\n")

    def show(self, lines: Iterable[Line]) -> None:
        """Lines of a report to standard output, in colour where a person watches who did not ask for none."""
        colour = wants_colour(self.out, self.context.variables)
        for style, line in lines:
            self.out.write(painted((style, self.addressed(line)), self.out, colour=colour) + "\n")

    def note(self, *lines: str) -> None:
        """Lines to standard error, unless asked to be quiet."""
        if not self.quiet:
            for line in lines:
                self.err.write(printable(self.addressed(line, whole=True), self.err) + "\n")

    def addressed(self, text: str, *, whole: bool = False) -> str:
        """A text whose next steps name the front door that is there: ``invoke`` finds our tasks by our ``tasks.py``.

        Args:
            text: of one line or more.
            whole: nothing of it is quoted from the repository, where ``invoke`` may be somebody else's.
        """
        if os.path.basename(sys.argv[0]) in ("invoke", "inv", "tasks.py") or self._has_tasks:
            return text
        return _DOOR.sub("toolkit ", text) if whole else _STEP.sub(lambda step: _DOOR.sub("toolkit ", step[0]), text)

    @cached_property
    def _has_tasks(self) -> bool:
        known = vars(self).get("context")  # the root is not looked for on behalf of an error, perhaps about it
        try:
            return b"toolkit.launch" in ((known.root if known else Path.cwd()) / "tasks.py").read_bytes()
        except OSError:
            return False


def choose_format(given: str, allowed: Sequence[str]) -> str:
    """The given output format.

    Raises:
        UsageError: it is not one of those allowed.
    """
    if given not in allowed:
        raise UsageError(f"--format {given} is not known", f"one of: {', '.join(allowed)}")
    return given


_NUMBERS = {"int | None": int, "float | None": float}
"""Annotations of flags that are numbers, and whose absence means something that no number says."""


class _Task(Task[Any]):
    """A task that keeps the texts of its flags: invoke's own gives them to whoever asks first, and knows numbers by defaults."""

    def get_arguments(self, ignore_unknown_help: bool | None = None) -> list[Argument]:
        """The flags with their texts, as often as asked."""
        texts = dict(self.help)
        parameters = inspect.signature(self.body).parameters
        try:
            found = super().get_arguments(ignore_unknown_help)
        finally:
            self.help = texts
        for argument in found:
            if (declared := parameters.get(argument.name or "")) is not None:
                argument.kind = _NUMBERS.get(declared.annotation, argument.kind)
        return found


def task(
    *,
    group: str,
    name: str | None = None,
    help: Mapping[str, str] | None = None,
    iterable: Sequence[str] = (),
    positional: Sequence[str] = (),
    optional: Sequence[str] = (),
    words: str = "",
    folders: Sequence[str] = (),
    downloads: bool = False,
) -> Callable[[Callable[..., int]], Any]:
    """Declare a task.

    Args:
        group: its heading in the task list, one of :data:`GROUPS`.
        name: its name on the command line; by default the function's with dashes.
        help: a line for each flag.
        iterable: flags that may be repeated and arrive as a list.
        positional: parameters that are given by position.
        optional: flags whose value may be left out.
        words: the flag that bare words are values of (``doctor apps/web`` for ``doctor --path apps/web``). Invoke itself
            knows no positional argument that may be left out; its own front door needs the flag.
        folders: repeated flags that name folders as they are seen from where the user stands.
        downloads: it runs people's programs, or brings evicted files back; in all others a read of one fails at once.
    """
    if group not in GROUPS:
        raise ValueError(group)

    def declare(function: Callable[..., int]) -> Any:
        body = _guarded(function, iterable, positional, folders, downloads=downloads)
        body.__doc__ = f"[{group}] {inspect.getdoc(function)}"
        texts = {
            "root": "the repository (default: the nearest toolkit.toml, else the git top level)",
            "quiet": "results only",
            **(help or {}),
        }
        made: Any = invoke_task(
            body,
            name=name,
            help=texts,
            iterable=list(iterable),
            positional=list(positional),
            optional=list(optional),
            auto_shortflags=False,
            klass=_Task,
        )
        made.group = group
        made.words = words
        return made

    return declare


def _guarded(
    function: Callable[..., int],
    repeated: Sequence[str],
    places: Sequence[str],
    folders: Sequence[str],
    *,
    downloads: bool,
) -> Callable[..., None]:
    """The function with ``root`` and ``quiet`` added, its errors shown and turned into exit codes.

    A flag that may be repeated arrives as a tuple. Invoke collects it only if it has no default: it would take the
    type of a default as a function that converts each text.
    """

    @wraps(function)
    def body(_invoked: Any, *args: Any, **flags: Any) -> None:
        root, quiet = flags.pop("root", None), flags.pop("quiet", False)
        run = Run(root, quiet=quiet, remainder=_remainder(), downloads=downloads)
        flags.update({name: tuple(flags.get(name) or ()) for name in repeated})

        def work() -> int:
            refuse_wrong(flags, places)
            flags.update({name: seen_from_here(run.context.root, flags[name]) for name in folders if flags.get(name)})
            ended = function(run, *args, **flags)
            run.out.flush()
            return ended

        code = exit_code_of(run.err, work, run.addressed)
        if code:
            raise Exit(code=code)

    shown: Any = body
    shown.__signature__ = _signature(function, repeated)
    del shown.__wrapped__  # invoke would read the inner signature
    return body


def _signature(function: Callable[..., int], repeated: Sequence[str]) -> inspect.Signature:
    """What invoke reads the flags from: the function's parameters, ``root`` and ``quiet``."""
    by_word = inspect.Parameter.POSITIONAL_OR_KEYWORD
    run, *flags = inspect.signature(function).parameters.values()
    kept = [flag.replace(kind=by_word, default=None if flag.name in repeated else flag.default) for flag in flags]
    root = inspect.Parameter("root", by_word, default=None, annotation=str)
    return inspect.Signature([run, *kept, root, inspect.Parameter("quiet", by_word, default=False, annotation=bool)])


def _remainder() -> tuple[str, ...]:
    """The words behind ``--`` as they were given: invoke joins them and loses what was quoted."""
    words = sys.argv
    return tuple(words[words.index("--") + 1 :]) if "--" in words else ()
