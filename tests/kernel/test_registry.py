"""A folder is the registry: what is found, what is refused, what a misspelling is told."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from marketing.kernel.errors import NotFound
from marketing.kernel.registry import Registry

ONE = "from {package} import Base\n\n\nclass Member(Base):\n    pass\n"


class Base:
    """The contract of the invented registry."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package whose members subclass ``Base``; gone from the interpreter afterwards."""
    package = tmp_path / "invented_members"
    package.mkdir()
    package.joinpath("__init__.py").write_text(f"from {__name__} import Base as Base\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield package
    for name in [name for name in sys.modules if name.startswith(package.name)]:
        del sys.modules[name]


def registry_of(folder: Path) -> Registry[Base]:
    return Registry(folder.name, Base, "sort of thing")


def drop(folder: Path, name: str, text: str = ONE) -> None:
    folder.joinpath(f"{name}.py").write_text(text.format(package=folder.name))


def test_registry__when_files_are_dropped_in__then_each_is_a_member_by_its_name(
    folder: Path,
) -> None:
    drop(folder, "late")
    drop(folder, "early")
    drop(folder, "_shared")
    found = registry_of(folder)
    assert found.names() == list(found) == ["early", "late"]
    assert "late" in found and "_shared" not in found
    assert found.name_of(found.get("late")) == "late"
    assert issubclass(found.get("early"), Base)


def test_registry__when_a_file_comes_later__then_forgetting_finds_it(folder: Path) -> None:
    found = registry_of(folder)
    assert found.names() == []
    drop(folder, "new")
    assert found.names() == []
    found.forget()
    assert found.names() == ["new"]


def test_registry__when_a_name_is_misspelt__then_the_nearest_is_suggested(folder: Path) -> None:
    drop(folder, "distinct")
    drop(folder, "count")
    with pytest.raises(NotFound, match="no sort of thing 'cuont'") as caught:
        registry_of(folder).get("cuont", pointer="/function")
    error = caught.value
    assert error.fix == "Did you mean 'count'?"
    assert (error.code, error.pointer) == ("unknown_sort_of_thing", "/function")


def test_registry__when_nothing_is_near__then_what_is_known_is_listed(folder: Path) -> None:
    drop(folder, "count")
    with pytest.raises(NotFound) as caught:
        registry_of(folder).get("zebra")
    assert caught.value.fix == "Known: count."


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", 0),
        ("from {package} import Base\n", 0),
        (ONE + "\n\nclass Other(Base):\n    pass\n", 2),
    ],
)
def test_registry__when_a_file_does_not_hold_one_member__then_it_is_a_type_error(
    folder: Path, text: str, number: int
) -> None:
    drop(folder, "odd", text)
    with pytest.raises(TypeError, match=rf"odd must define exactly one Base, found {number}"):
        registry_of(folder).names()
