"""The decorator for values against what dataclasses do."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, asdict, dataclass, field, replace

import pytest

from toolkit.values import frozen


@frozen
class Place:
    """A value."""

    path: str
    line: int = 0
    words: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list, hash=False)
    content: str = field(default="", repr=False, compare=False)


@frozen
class Longer(Place):
    """One with a field more."""

    more: int = 1


@frozen
class Nothing:
    """One without fields."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What the standard library makes."""

    path: str
    line: int = 0
    words: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list, hash=False)
    content: str = field(default="", repr=False, compare=False)


GIVEN: tuple[tuple[tuple[object, ...], dict[str, object]], ...] = (
    (("a",), {}),
    (("a", 3), {"words": ("b",)}),
    ((), {"path": "c", "notes": ["d"], "content": "e"}),
)


@pytest.mark.parametrize(("args", "named"), GIVEN)
def test_it_holds_shows_and_hashes_what_a_dataclass_does(args: tuple[object, ...], named: dict[str, object]) -> None:
    mine, usual = Place(*args, **named), Usual(*args, **named)  # type: ignore[arg-type]
    assert asdict(mine) == asdict(usual)
    assert repr(mine) == repr(usual).replace("Usual", "Place")
    assert hash(mine) == hash(usual)
    assert Place.__match_args__ == Usual.__match_args__


def test_values_are_equal_by_their_compared_fields_and_only_within_a_class() -> None:
    assert Place("a", content="b") == Place("a", content="c")
    assert Place("a") != Place("a", notes=["b"])
    assert Place("a") != Longer("a")
    usual: object = Usual("a")
    assert Place("a") != usual
    assert {Place("a"), Place("a"), Place("b")} == {Place("a"), Place("b")}
    assert Nothing() == Nothing()
    assert hash(Nothing()) == hash(Nothing())


def test_a_default_that_is_made_is_made_for_each() -> None:
    first, second = Place("a"), Place("b")
    first.notes.append("c")
    assert second.notes == []


def test_a_class_may_add_fields_to_another() -> None:
    Place("a")  # whichever of the two is made first
    assert Longer("a", 2, more=3) == replace(Longer("a", 2), more=3)
    assert repr(Longer("a")) == "Longer(path='a', line=0, words=(), notes=[], more=1)"


def test_it_can_be_copied_changed_and_sent_to_another_process() -> None:
    value = Longer("a", words=("b",), content="c", more=4)
    for same in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
        assert same == value
        assert same.content == "c"
    assert replace(value, path="d").path == "d"


def test_nothing_of_it_can_be_set_or_deleted() -> None:
    value = Place("a")
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'line'"):
        value.line = 1  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError, match="'other'"):
        value.other = 1  # type: ignore[attr-defined]
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'line'"):
        del value.line
    assert not hasattr(value, "__dict__")


def test_wrong_arguments_are_told_with_the_name_of_the_class() -> None:
    with pytest.raises(TypeError, match=r"Place\.__init__\(\) missing 1 required positional argument: 'path'"):
        Place()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="unexpected keyword argument 'other'"):
        Place("a", other=1)  # type: ignore[call-arg]


def test_methods_of_a_class_stay_its_own() -> None:
    @frozen
    class Quiet:
        """One that shows nothing."""

        secret: str

        def __repr__(self) -> str:
            return "Quiet(...)"

    assert repr(Quiet("a")) == "Quiet(...)"
    assert Quiet("a") == Quiet("a")


def test_no_method_is_written_before_the_first_value_and_one_after() -> None:
    @frozen
    class Late:
        """A value."""

        name: str

    stands = Late.__init__
    assert Late("a") == Late("a")
    assert Late.__init__ is not stands
    written = {name for name, method in vars(Late).items() if getattr(method, "__module__", "") != "toolkit.values"}
    assert not written & {"__eq__", "__hash__", "__repr__", "__setattr__", "__delattr__", "__reduce__"}
