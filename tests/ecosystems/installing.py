"""What the tests of ecosystems share: discover, carry out an install for real, make a wheel without a registry."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from typing import TYPE_CHECKING

from toolkit.commands import Command, Completed
from toolkit.context import Context
from toolkit.system.process import run

if TYPE_CHECKING:
    from pathlib import Path

    from toolkit.extension import Ecosystem, Install
    from toolkit.model import Subproject

__all__ = ["carry_out", "discovered", "only", "told", "wheel"]


def discovered(leaf: Ecosystem, root: Path) -> tuple[Context, dict[str, Subproject]]:
    """A fresh context, as each run has its own, and what the leaf finds by folder."""
    context = Context(root)
    found = list(leaf.discover(context))
    assert len({item.path for item in found}) == len(found), "a folder was found twice"
    return context, {item.path: item for item in found}


def only(leaf: Ecosystem, root: Path) -> tuple[Context, Subproject]:
    """The same where there is one subproject."""
    context, found = discovered(leaf, root)
    (subproject,) = found.values()
    return context, subproject


def carry_out(root: Path, install: Install) -> Completed:
    """Run the steps until one fails; the last one's end."""
    assert install.steps
    for step in install.steps:
        done = run(Command(step.argv, root / step.cwd, step.env, timeout_s=240))
        if not done.ok:
            break
    return done


def told(leaf: Ecosystem, done: Completed) -> tuple[str, str]:
    """What the leaf says of a failed run's output."""
    assert not done.ok, done.text
    return leaf.diagnose(done.text + done.error_text)


def wheel(folder: Path, name: str, version: str = "1.0") -> tuple[Path, str]:
    """A tiny wheel and its sha256 in hex."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": "ANSWER = 42\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    lines = [f"{path},sha256={_digest(text)},{len(text)}\n" for path, text in files.items()]
    files[f"{info}/RECORD"] = "".join([*lines, f"{info}/RECORD,,\n"])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for member, text in files.items():
            archive.writestr(zipfile.ZipInfo(member), text)
    return path, hashlib.sha256(path.read_bytes()).hexdigest()


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
