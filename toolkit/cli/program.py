"""The two front doors: the namespace for ``invoke`` and the ``toolkit`` console script."""

from __future__ import annotations

import importlib
import sys
from functools import cache
from typing import TYPE_CHECKING

import toolkit
from toolkit.cli._invoke import Collection, Exit, ParseError, Program, Task
from toolkit.cli._streams import drop_output, show_error
from toolkit.cli._task import GROUPS
from toolkit.cli._words import arranged, flagged, told
from toolkit.errors import ExitCode, ToolkitError, UsageError
from toolkit.extension import leaves

if TYPE_CHECKING:
    from collections.abc import Sequence

    from invoke.parser import ParserContext

__all__ = ["ToolkitProgram", "main", "namespace"]  # noqa: F822 - made by __getattr__


def _collect(*areas: str) -> Collection:
    """The tasks of the given files of this folder; of all of them by default."""
    found = Collection()
    package = importlib.import_module("toolkit.cli")
    for name in areas or leaves(package):
        if name == "program":
            continue
        module = importlib.import_module(f"toolkit.cli.{name}")
        for value in vars(module).values():
            if isinstance(value, Task) and value.body.__module__ == module.__name__:
                found.add_task(value)
    return found


@cache
def _everything() -> Collection:
    return _collect()


def __getattr__(name: str) -> Collection:
    """The namespace of all tasks, made when invoke or a test asks for it."""
    if name == "namespace":
        return _everything()
    raise AttributeError(name)


def _needed(words: Sequence[str]) -> Collection | None:
    """The tasks of one file, where the command line can mean nothing else: loading all costs every start 0.1 s.

    That is so if its first word is the name of a file and of a task in it, and no later word is one that only the
    whole list of tasks explains. Whatever the short list cannot parse is parsed again with all.
    """
    if not words or not words[0].isidentifier() or words[0] == "program":
        return None
    if words[0] not in leaves(importlib.import_module("toolkit.cli")):
        return None
    found = _collect(words[0])
    return found if words[0] in found.task_names else None


class ToolkitProgram(Program):
    """``invoke`` with grouped help, usage errors that end with 2, and words behind ``--`` kept as words."""

    def list_tasks(self) -> None:
        """Print the tasks under their headings."""
        from toolkit.report._text import hanging

        groups: dict[str, list[tuple[str, str]]] = {group: [] for group in GROUPS}
        for name, task in sorted(self.collection.tasks.items()):
            line = (task.__doc__ or "").strip().splitlines()[0]
            groups[task.group].append((name, line.removeprefix(f"[{task.group}] ")))
        width = max((len(name) for rows in groups.values() for name, _ in rows), default=0)
        for group, rows in groups.items():
            if rows:
                print(f"{group}:")
                print("\n".join(hanging(f"  {name:<{width}}  ", line) for name, line in rows) + "\n")

    def no_tasks_given(self) -> None:
        """Print what there is to choose from."""
        self.print_help()
        raise Exit

    def print_help(self) -> None:
        """Print the tasks and the few flags of the program itself; invoke's own are about running shell commands."""
        print(f"{self.binary} TASK [FLAGS]; {self.binary} TASK --help shows the flags of one\n")
        self.list_tasks()
        print("--version tells the version; --print-completion-script bash (or zsh, fish)")
        print("prints what makes a shell complete tasks and flags.")

    def print_task_help(self, name: str) -> None:
        """Print what a task does, and its flags with a line each."""
        from toolkit.report._text import hanging

        task = self.collection[name]
        flags = self.parser.contexts[name].help_tuples()
        about = (task.__doc__ or "").strip().removeprefix(f"[{task.group}] ")
        places = "".join(f" {word.upper()}" for word in task.positional)
        more = f" [{task.words.upper()} ...]" if task.words else ""
        print(f"Usage: {self.binary} {name}{places}{more}{' [FLAGS]' if flags else ''}\n")
        print("\n".join(hanging("", line) for line in about.splitlines()) + "\n")
        width = max((len(flag) for flag, _ in flags), default=0)
        print("\n".join(hanging(f"  {flag:<{width}}  ", text) for flag, text in flags))

    def run(self, argv: list[str] | None = None, exit: bool = True) -> None:
        """Run tasks; a usage error is a sentence, a hint and exit code 2.

        Args:
            argv: the words of the command line, the program's name first; by default the process's.
            exit: whether to end the process with the exit code.
        """
        try:
            code = self._run(argv)
            # Help and lists are printed into a buffer: a reader that went away is met here, not at the end of the process.
            sys.stdout.flush()
        except BrokenPipeError:
            drop_output()
            code = ExitCode.FAILED
        except OSError as error:
            drop_output()
            show_error(
                sys.stderr, ToolkitError(f"the output cannot be written: {error.strerror}", "write it elsewhere")
            )
            code = ExitCode.FAILED
        if exit:
            sys.exit(code)

    def _run(self, argv: list[str] | None) -> int:
        writes_none = sys.dont_write_bytecode
        try:
            self.create_config()
            self.parse_core(arranged(sys.argv if argv is None else argv))
            # Invoke turns compiled modules off for the whole process, which costs every start of a checkout 0.2 s.
            sys.dont_write_bytecode = writes_none
            self._parse()
            self.update_config()
            self.execute()
        except ParseError as error:
            name = error.context.name if error.context is not None else None
            hint = f"toolkit {name} --help shows its flags" if name else "toolkit --list shows every task"
            near = self._nearest(str(error), error.context)
            hint = f"did you mean {near}? {hint}" if near else hint
            show_error(sys.stderr, UsageError(told(str(error), name or ""), hint))
            return ExitCode.USAGE
        except UsageError as error:
            show_error(sys.stderr, error)
            return ExitCode.USAGE
        except Exit as end:
            if end.message:
                sys.stderr.write(f"{end.message}\n")
            return end.code
        except KeyboardInterrupt:
            return ExitCode.INTERRUPTED
        except BrokenPipeError:
            drop_output()
            return ExitCode.FAILED
        return ExitCode.OK

    def _nearest(self, message: str, context: ParserContext | None) -> str:
        """The flag or task that an unknown word was meant to be; empty if none is like it."""
        from difflib import get_close_matches

        word = message.partition("'")[2].partition("'")[0]
        if context is not None and context.name == "run" and not word.startswith("-"):
            return f"run -- {word}"
        known = [*context.flags, *context.inverse_flags] if context is not None and context.name else []
        known = known if word.startswith("-") else [*_everything().tasks]
        return next(iter(get_close_matches(word.partition("=")[0], known, 1)), "") if "No idea" in message else ""

    def _parse(self) -> None:
        """Find the tasks that are meant, among few if that is enough."""
        given = list(self.core.unparsed)
        short = _needed(self.core.unparsed)
        self.namespace = _everything() if short is None else short
        if short is not None:
            try:
                self.parse_collection()
                self.core.unparsed[:] = flagged(given, short)
                self._parse_tasks()
                self.parse_cleanup()
            except (ParseError, UsageError):
                self.namespace = _everything()
            else:
                return
        self.parse_collection()
        self.core.unparsed[:] = flagged(given, self.collection)
        self._parse_tasks()
        self.parse_cleanup()

    def _parse_tasks(self) -> None:
        """Read the tasks and their flags; invoke lets the ``ValueError`` of a number that is none through."""
        try:
            self.parse_tasks()
        except ValueError as error:
            names = [word for word in self.core.unparsed if word in self.collection.task_names]
            given = str(error).rpartition(": ")[2]
            raise UsageError(
                f"a flag of {names[0] if names else 'this task'} wants a number, and {given} is none",
                f"toolkit {names[0] if names else 'TASK'} --help shows its flags",
            ) from error


def main() -> None:
    """Run the ``toolkit`` console script and end the process."""
    ToolkitProgram(name="toolkit", binary="toolkit", namespace=Collection(), version=toolkit.__version__).run()
