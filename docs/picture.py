"""Take the pictures of the README: real runs of the toolkit on copies of ``examples/messy``.

    python3 -m docs.picture doctor
    python3 -m docs.picture bootstrap [WORDS ...]

Writes ``docs/images/NAME.svg`` and prints the same as text. WORDS are further flags of bootstrap (``--skip terraform``
where its registry is out of reach), which needs what the example needs: the package registries, or caches of them. The
doctor looks at the copy with all its troubles, as the tests make it, and writes to a terminal. Times differ from run to
run; everything else is the same for the same tools.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import shutil
import struct
import sys
import tempfile
import termios
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

from tests.messy.build import build
from toolkit.commands import Command
from toolkit.errors import UsageError
from toolkit.system.process import Child, run

if TYPE_CHECKING:
    from collections.abc import Callable

DOCS = Path(__file__).resolve().parent
_START = "from toolkit.cli.program import main; main()"
_FORMAT = re.sub(r"@font-face \{\{.*?\n    \}\}\n", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
"""Without the fonts that rich would load from the network: a viewer's own monospaced one does."""
_COLUMNS = 92
_ESCAPE = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|\r")


def main(words: list[str]) -> int:
    """Run, print and draw.

    Args:
        words: the picture's name, then further flags of bootstrap.

    Raises:
        UsageError: no such picture.
    """
    if not words or words[0] not in _PICTURES:
        raise UsageError(f"no picture is called {' '.join(words[:1])}", f"one of: {', '.join(_PICTURES)}")
    with tempfile.TemporaryDirectory(prefix="picture-") as folder:
        shown = _PICTURES[words[0]](Path(folder).resolve() / "messy", words[1:])
    print(_ESCAPE.sub("", "\n".join(shown)))
    lines = [Text.from_ansi(line) for line in shown]
    width = max(map(len, lines)) + 1
    console = Console(record=True, width=width, file=open(os.devnull, "w"), highlight=False)  # noqa: SIM115
    for line in lines:
        line.stylize("bold" if line.plain.startswith("$ ") else "")
        console.print(line, soft_wrap=True)
    image = DOCS / f"images/{words[0]}.svg"
    image.parent.mkdir(exist_ok=True)
    image.write_text(console.export_svg(title="examples/messy", code_format=_FORMAT, unique_id="toolkit"))
    return 0


def _bootstrap(root: Path, words: list[str]) -> list[str]:
    """What there is, a bootstrap, and a second one that has nothing to do."""
    shutil.copytree(DOCS.parent / "examples/messy", root, ignore=shutil.ignore_patterns(".toolkit", ".venv"))
    for argv in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "--message", "begin")):
        who = ("-c", "user.name=Someone", "-c", "user.email=someone@example.invalid")
        run(Command(("git", *who, *argv), root))
    shown: list[str] = []
    for task in (["projects"], ["bootstrap", *words], ["bootstrap", *words]):
        output = run(_toolkit(task, root)).text
        shown += [f"$ toolkit {' '.join(task)}", *_lines(output), ""]
    return shown[:-1]


def _doctor(root: Path, words: list[str]) -> list[str]:
    """What one family of checks finds, as a terminal shows it."""
    build(root)
    task = ["doctor", "--only", "workflows", *words]
    return [f"$ toolkit {' '.join(task)}", *_lines(_on_terminal(_toolkit(task, root)))]


_PICTURES: dict[str, Callable[[Path, list[str]], list[str]]] = {"bootstrap": _bootstrap, "doctor": _doctor}


def _toolkit(task: list[str], root: Path) -> Command:
    environment = {"CI": None, "PYTHONPATH": str(DOCS.parent), "TERM": "xterm-256color", "NO_COLOR": None}
    return Command((sys.executable, "-P", "-c", _START, *task), root, environment)


def _on_terminal(command: Command) -> str:
    """What a program writes to a terminal; its progress, which goes to standard error, is left out."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 60, _COLUMNS, 0, 0))
    written = bytearray()

    def read() -> None:
        while part := _read(ours):
            written.extend(part)

    reader = threading.Thread(target=read)
    reader.start()
    with open(theirs, "wb", closefd=True) as stream:
        Child(command, stdout=stream).wait()
    reader.join()
    os.close(ours)
    return written.decode()


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 1 << 16)
    except OSError:  # Linux's way to say that the other end is closed
        return b""


def _lines(output: str) -> list[str]:
    """The lines without this machine's home in them."""
    return output.replace(str(Path.home()), "~").replace("\r", "").rstrip("\n").splitlines()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
