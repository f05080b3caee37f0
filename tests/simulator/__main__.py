"""Serve a backing folder at a mount point: ``python -m tests.simulator BACKING MOUNTPOINT``.

Commands come as lines of JSON on standard input and are answered on standard output, so that the
end of the parent, however it came, ends the mount: at the end of input everything that hangs is
released and the file system is unmounted.
"""

from __future__ import annotations

import ctypes
import dataclasses
import json
import os
import sys
import threading
from typing import IO, Any

from tests.simulator.engine import Engine, Rule
from tests.simulator.filesystem import FileSystem, mount

MNT_DETACH = 2


def answer(engine: Engine, name: str, arguments: dict[str, Any]) -> Any:
    """Carry out one command."""
    if name == "rule":
        engine.rules.append(Rule(**arguments))
        return None
    if name == "clear":
        engine.rules.clear()
        engine.configure(hang=False, offline=False)
        return None
    if name == "counts":
        with engine.lock:
            values = {item.name: getattr(engine.counts, item.name) for item in dataclasses.fields(engine.counts)}
            return values | {"evicted": len(engine.evicted)}
    if name not in ("evict", "restore", "configure", "conflict", "reset"):
        raise ValueError(f"no such command: {name}")
    return getattr(engine, name)(**arguments)


def serve(engine: Engine, mount_point: str, output: IO[str]) -> None:
    """Answer commands until the input ends, then unmount and leave."""
    for line in sys.stdin:
        message = json.loads(line)
        try:
            reply = json.dumps({"result": answer(engine, message["command"], message["arguments"])})
        except Exception as error:  # noqa: BLE001 - the test gets to see it
            reply = json.dumps({"error": repr(error)})
        output.write(reply + "\n")
        output.flush()
    engine.reset()
    ctypes.CDLL(None, use_errno=True).umount2(os.fsencode(mount_point), MNT_DETACH)
    os._exit(0)


def main() -> None:
    """Mount in the foreground."""
    backing, mount_point = (os.path.abspath(path) for path in sys.argv[1:3])  # libfuse changes to "/"
    sys.setswitchinterval(0.0002)  # a download that is over may not wait for another thread's turn
    engine = Engine(backing)
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    threading.Thread(target=serve, args=(engine, mount_point, output), daemon=True).start()
    mount(FileSystem(engine, float(os.environ.get("SIMULATOR_TIMEOUT", "0"))), mount_point)


if __name__ == "__main__":
    main()
