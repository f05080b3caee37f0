"""Checks of workflows; ``at_root`` puts files into the folder that GitHub reads."""

from __future__ import annotations

__all__ = ["at_root", "steps"]

FOLDER = ".github/workflows"


def at_root(*texts: str, **files: object) -> dict[str, object]:
    """A tree with workflows ``ci.yml``, ``ci1.yml`` ... at the root, and other files beside."""
    names = ["ci.yml", *(f"ci{number}.yml" for number in range(1, len(texts)))]
    return {FOLDER: dict(zip(names, texts, strict=True)), **files}


def steps(body: str, *, head: str = "on: push\n", job: str = "") -> str:
    """A workflow of one job with a checkout at line 6 (plus what head and job add); the steps begin after it."""
    lines = [f"      {line}" if line else "" for line in body.strip("\n").split("\n")]
    settings = "".join(f"    {line}\n" for line in job.strip("\n").split("\n") if line)
    start = (
        f"{head}jobs:\n  test:\n    runs-on: ubuntu-24.04\n{settings}    steps:\n      - uses: actions/checkout@v4\n"
    )
    return start + "\n".join(lines) + "\n"
