"""Columns on disk, and an overlay of rows upon them."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketing.conditions.types import Column, Ref, Scalar
from marketing.personas import attributes, store
from marketing.personas.layers import Layers
from tests.conditions.worlds import population

NUMBERS = st.lists(st.none() | st.floats(allow_nan=False), max_size=6)
WORDS = st.none() | st.sampled_from(["上海", "Paris", "", "a b"])


def values(column: Column) -> list[object]:
    found = [column.at(i) for i in range(len(np.asarray(column.values)))]
    return [each.values if each.present else None for each in found]


@given(NUMBERS, st.lists(WORDS, max_size=6), st.lists(st.none() | st.booleans(), max_size=6))
def test_store__when_written_and_read__then_columns_are_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    numbers: list[Scalar], words: list[Scalar], flags: list[Scalar],
) -> None:  # fmt: skip
    folder = tmp_path_factory.mktemp("versions") / "one"
    written = {
        Ref("trait", "number"): population("number", numbers),
        Ref("attribute", "词"): population("text", words),
        Ref("attribute", "flag"): population("flag", flags),
    }
    store.write(folder, written)
    read = store.read(folder)
    assert [values(column) for column in read.values()] == [numbers, words, flags]
    assert list(read) == list(written)


def test_store__when_a_version_is_written_again__then_it_is_replaced(tmp_path: Path) -> None:
    for value in (1.0, 2.0):
        store.write(tmp_path / "v", {Ref("trait", "a"): population("number", [value])})
    assert values(store.read(tmp_path / "v")[Ref("trait", "a")]) == [2.0]
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".half")] == []


@given(st.data(), st.sampled_from(["number", "text"]))
def test_layers__when_rows_are_fresh__then_they_replace_and_the_rest_stays(
    data: st.DataObject, kind: str
) -> None:
    one = WORDS if kind == "text" else st.none() | st.integers(0, 9).map(float)
    base = data.draw(st.lists(one, min_size=1, max_size=5))
    ordinals = sorted(data.draw(st.sets(st.integers(0, 8), min_size=1)))
    fresh = [data.draw(one) for _ in ordinals]
    size = max(len(base), ordinals[-1] + 1)
    ref = Ref("trait", "x")
    layers = Layers(
        {ref: population(kind, base)}, {ref: population(kind, fresh)}, np.array(ordinals)
    )
    wanted = dict(enumerate(base)) | dict(zip(ordinals, fresh, strict=True))
    assert layers.size == size
    rows = np.array(data.draw(st.permutations(range(size))), dtype=np.int64)
    assert values(layers.take(ref, rows)) == [wanted.get(i) for i in rows.tolist()]
    one_by_one = [layers.at(ref, i, layers.place(i)) for i in range(size)]
    assert [each.values if each.present else None for each in one_by_one] == [
        wanted.get(i) for i in range(size)
    ]
    assert values(layers[ref]) == [wanted.get(i) for i in range(size)]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({1: 3, 2: 4.5}, [None, 3.0, 4.5]),
        ({1: True, 2: False}, [None, 1.0, 0.0]),
        ({1: True, 2: 7}, [None, 1.0, 7.0]),
        ({1: "上海"}, [None, "上海", None]),
        ({1: "3", 2: 4}, [None, "3", "4"]),
        ({1: ""}, [None, "", None]),
        ({1: ["b", "a", "b", 1], 2: []}, [None, '["1","a","b"]', "[]"]),
    ],
)
def test_attributes__when_said_in_several_types__then_the_column_has_one(
    said: dict[int, object], wanted: list[object]
) -> None:
    found = attributes.columns(((row, {"x": value}) for row, value in said.items()), 3)
    assert values(found[Ref("attribute", "x")]) == wanted


@pytest.mark.parametrize("nested", [None, [[1]], {"a": 1}])
def test_attributes__when_nested_or_null__then_they_are_left_out(nested: object) -> None:
    assert attributes.columns([(1, {"x": nested})], 3) == {}


def test_prune__when_there_are_many__then_the_newest_of_each_family_and_those_in_use_are_kept(
    tmp_path: Path,
) -> None:
    for i in range(5):
        for name in (f"base-{i}", f"base-{i}-overlay-0-{i}", f".half-{i}"):
            (tmp_path / name).mkdir()
            os.utime(tmp_path / name, (i, i))
        for name in (f"score-x-{i}-a.npy", f"score-y-{i}-a.npy"):
            (tmp_path / name).touch()
            os.utime(tmp_path / name, (i, i))
    store.prune(tmp_path, keep=2, using={"base-0", "score-x-1-a"})
    left = {each.name for each in tmp_path.iterdir()}
    assert left == {
        "base-0", "base-3", "base-4", "base-3-overlay-0-3", "base-4-overlay-0-4",
        ".half-3", ".half-4", "score-x-1-a.npy", "score-x-3-a.npy", "score-x-4-a.npy",
        "score-y-3-a.npy", "score-y-4-a.npy",
    }  # fmt: skip
