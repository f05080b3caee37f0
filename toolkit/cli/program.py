"""The two front doors: the namespace for ``invoke`` and the ``toolkit`` console script."""

from __future__ import annotations

import importlib
import pkgutil
import sys

from invoke import Collection, Program, Task
from invoke.exceptions import Exit, ParseError

import toolkit
from toolkit.cli._task import GROUPS, show_error
from toolkit.errors import ExitCode, UsageError

__all__ = ["ToolkitProgram", "main", "namespace"]


def _collect() -> Collection:
    found = Collection()
    package = importlib.import_module("toolkit.cli")
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda item: item.name):
        if info.name.startswith("_") or info.name == "program":
            continue
        module = importlib.import_module(f"toolkit.cli.{info.name}")
        for value in vars(module).values():
            if isinstance(value, Task) and value.body.__module__ == module.__name__:
                found.add_task(value)
    return found


namespace = _collect()


class ToolkitProgram(Program):
    """``invoke`` with grouped help, usage errors that end with 2, and words behind ``--`` kept as words."""

    def list_tasks(self) -> None:
        """Print the tasks under their headings."""
        groups: dict[str, list[tuple[str, str]]] = {group: [] for group in GROUPS}
        for name, task in sorted(self.collection.tasks.items()):
            line = (task.__doc__ or "").strip().splitlines()[0]
            groups[task.group].append((name, line.removeprefix(f"[{task.group}] ")))
        width = max((len(name) for rows in groups.values() for name, _ in rows), default=0)
        for group, rows in groups.items():
            if rows:
                print(f"{group}:")
                print("".join(f"  {name:<{width}}  {line}\n" for name, line in rows))

    def run(self, argv: list[str] | None = None, exit: bool = True) -> None:
        """Run tasks; a usage error is a sentence, a hint and exit code 2.

        Args:
            argv: the words of the command line, the program's name first; by default the process's.
            exit: whether to end the process with the exit code.
        """
        code = self._run(argv)
        if exit:
            sys.exit(code)

    def _run(self, argv: list[str] | None) -> int:
        try:
            self.create_config()
            self.parse_core(argv)
            self.parse_collection()
            self._parse_tasks()
            self.parse_cleanup()
            self.update_config()
            self.execute()
        except ParseError as error:
            name = error.context.name if error.context is not None else None
            hint = f"toolkit {name} --help shows its flags" if name else "toolkit --list shows every task"
            show_error(sys.stderr, UsageError(str(error).rstrip(".!"), hint))
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
        return ExitCode.OK

    def _parse_tasks(self) -> None:
        """Read the tasks and their flags; invoke lets the ``ValueError`` of a number that is none through."""
        try:
            self.parse_tasks()
        except ValueError as error:
            names = [word for word in self.core.unparsed if word in self.collection.task_names]
            raise UsageError(
                f"a flag of {names[0] if names else 'this task'} wants a number: {error}", "give it digits only"
            ) from error


def main() -> None:
    """Run the ``toolkit`` console script and end the process."""
    ToolkitProgram(name="toolkit", binary="toolkit", namespace=namespace, version=toolkit.__version__).run()
