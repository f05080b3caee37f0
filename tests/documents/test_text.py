"""Places in texts."""

from __future__ import annotations

from toolkit.documents._text import Text


class _Asking(str):
    """A text of which another thread asks a place while its lines are counted."""

    __slots__ = ("asked", "owner")
    owner: list[Text]
    asked: list[tuple[int, int]]

    def find(self, *arguments: object) -> int:
        if self.owner:
            self.asked.append(self.owner.pop().position(len(self) - 1))
        return super().find(*arguments)  # type: ignore[arg-type]


def test_lines_are_whole_for_who_asks_while_they_are_counted() -> None:
    content = _Asking("a\nb\nc")
    content.owner, content.asked = [], []
    text = Text(content)
    content.owner.append(text)

    assert text.position(4) == (3, 1)
    assert content.asked == [(3, 1)]
    assert text.position(2) == (2, 1)
