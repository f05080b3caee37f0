"""Where environments are kept: by content, and for each repository the one that is current.

    keys/DIGEST/environment.json, profile (the collector's root), flake/
    roots/PATH/OF/REPOSITORY/.environment/NAME.sh, NAME.inputs, NAME.key

``roots`` repeats the repository's path instead of a hash of it, so that ``.envrc`` finds its place without a
process. Everything is private (0600, 0700) and is believed only if it still is.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.features.environment._render import sourced
from toolkit.features.environment._value import Environment, from_json
from toolkit.system import private
from toolkit.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Cache"]

_LEAF = ".environment"


@frozen
class Cache:
    """The environments of this user.

    Args:
        folder: where they lie.
    """

    folder: Path

    def entry(self, digest: str) -> Path:
        """The folder of an environment."""
        return self.folder / "keys" / digest

    def place(self, root: Path) -> Path:
        """The folder of a repository's current environments."""
        return self.folder / "roots" / str(root).lstrip("/") / _LEAF

    def find(self, digest: str) -> Environment | None:
        """A whole environment whose tools are still there."""
        entry = self.entry(digest)
        content = private.read(entry / "environment.json")
        found = from_json(content) if content is not None else None
        if found is None or (found.provider == "nix" and not (entry / "profile").exists()):
            return None
        return found if found.provider == "nix" or all(Path(part).is_dir() for part in found.path) else None

    def keep(self, digest: str, environment: Environment) -> None:
        """Store an environment."""
        private.write(self.entry(digest) / "environment.json", environment.to_json())

    def make_current(self, root: Path, digest: str, environment: Environment, seen: bytes, nix: str) -> None:
        """Have ``.envrc`` take this environment.

        Args:
            root: the repository.
            digest: names the environment.
            environment: what is to be taken.
            seen: the deciding files, joined.
            nix: where the links of the Nix that made it lead; ``-`` without Nix.
        """
        place, name = self.place(root), environment.name
        entry = self.entry(digest)
        alive = str(entry / "profile") if environment.provider == "nix" else "".join(environment.path[:1])
        private.write(place / f"{name}.sh", sourced(environment, alive))
        private.write(place / f"{name}.key", digest.encode())
        # Last: until it is written the others are out of date, which .envrc notices.
        private.write(place / f"{name}.inputs", f"nix {nix}\n".encode("utf-8", "surrogateescape") + seen)

    def current(self, root: Path, name: str) -> tuple[Environment, bytes] | None:
        """The repository's last environment and the joined files it was made from, whether or not they changed."""
        place = self.place(root)
        key, seen = private.read(place / f"{name}.key"), private.read(place / f"{name}.inputs")
        found = self.find(key.decode("ascii", "replace")) if key is not None else None
        return (found, seen.partition(b"\n")[2]) if found is not None and seen is not None else None

    def collect(self, *, pretend: bool = False) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Remove what no repository uses.

        Args:
            pretend: only say what would go.

        Returns:
            The repositories that are gone, and the digests of the environments that go.
        """
        used: set[str] = set()
        gone: list[str] = []
        for place in self._places():
            root = Path("/") / place.parent.relative_to(self.folder / "roots")
            if root.is_dir():
                used |= {key.decode() for file in place.glob("*.key") if (key := private.read(file)) is not None}
                continue
            gone.append(str(root))
            if not pretend:
                private.remove(place, self.folder)
        keys = self.folder / "keys"
        idle = sorted(path.name for path in keys.iterdir() if path.name not in used) if keys.is_dir() else []
        if not pretend:
            for digest in idle:
                private.remove(self.entry(digest), self.folder)
        return tuple(gone), tuple(idle)

    def _places(self) -> Iterator[Path]:
        roots = self.folder / "roots"
        yield from sorted(roots.rglob(_LEAF)) if roots.is_dir() else ()
