"""Take the picture of the README: real runs of the toolkit on a copy of ``examples/messy``.

    python3 -m docs.picture [WORDS ...]

Writes ``docs/images/bootstrap.svg`` and prints the same as text. WORDS are further flags of bootstrap (``--skip
terraform`` where its registry is out of reach). Needs what the example needs: the package registries, or caches of them.
Times differ from run to run; everything else is the same for the same tools.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

from toolkit.model import Command
from toolkit.system.process import run

DOCS = Path(__file__).resolve().parent
IMAGE = DOCS / "images/bootstrap.svg"
_START = "from toolkit.cli.program import main; main()"
_FORMAT = re.sub(r"@font-face \{\{.*?\n    \}\}\n", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
"""Without the fonts that rich would load from the network: a viewer's own monospaced one does."""


def main(words: list[str]) -> int:
    """Run, print and draw.

    Args:
        words: further flags of bootstrap.
    """
    shown: list[str] = []
    with tempfile.TemporaryDirectory(prefix="picture-") as folder:
        root = Path(folder).resolve() / "messy"
        shutil.copytree(DOCS.parent / "examples/messy", root, ignore=shutil.ignore_patterns(".toolkit", ".venv"))
        for argv in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "--message", "begin")):
            who = ("-c", "user.name=Someone", "-c", "user.email=someone@example.invalid")
            run(Command(("git", *who, *argv), root))
        for task in (["projects"], ["bootstrap", *words], ["bootstrap", *words]):
            shown += [f"$ toolkit {' '.join(task)}", *_run(task, root), ""]
    text = "\n".join(shown[:-1])
    print(text)
    console = Console(record=True, width=max(map(len, shown)) + 1, file=open(os.devnull, "w"), highlight=False)  # noqa: SIM115
    for line in shown[:-1]:
        console.print(Text(line, style="bold" if line.startswith("$ ") else ""), soft_wrap=True)
    IMAGE.parent.mkdir(exist_ok=True)
    IMAGE.write_text(console.export_svg(title="examples/messy", code_format=_FORMAT, unique_id="toolkit"))
    return 0


def _run(task: list[str], root: Path) -> list[str]:
    """What a task prints, without this machine's home in it."""
    argv = (sys.executable, "-P", "-c", _START, *task)
    done = run(Command(argv, root, {"CI": None, "PYTHONPATH": str(DOCS.parent)}))
    return done.text.replace(str(Path.home()), "~").rstrip("\n").splitlines()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
