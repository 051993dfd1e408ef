"""Some people's past, picked out of the arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from marketing.personas import store
from marketing.personas.history.plan import Plan, numbers, plan, texts
from marketing.personas.parts import Part
from marketing.personas.traits import Moment


class Manifest(msgspec.Struct, frozen=True):
    """``names``: what the codes of events mean. ``rows``: how many events there are."""

    plan: Plan
    names: tuple[str, ...]
    rows: int


class History:
    """Opened: nothing is read until somebody's past is asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            manifest = (folder / "manifest.json").read_bytes()
            self.manifest = msgspec.json.decode(manifest, type=Manifest)
        except (OSError, msgspec.DecodeError) as error:
            raise store.damaged() from error
        self.offsets = store.load(folder / "offsets.npy")
        self.arrays: dict[str, NDArray[Any]] = {}
        self.words: dict[str, pa.Array] = {}

    def covers(self, part: Part, moment: Moment) -> bool:
        known = self.manifest.plan
        return all(name in known and known[name].holds(kept)
                   for name, kept in plan([part], moment).items())  # fmt: skip

    def of(self, people: Sequence[int], events: Iterable[str]) -> pa.Table:
        """person, event, at_us and a column a property (``number:…``, ``text:…``), in no order."""
        inside = np.array([p for p in people if p + 1 < len(self.offsets)], dtype=np.int64)
        starts, ends = self.offsets[inside], self.offsets[inside + 1]
        lengths = ends - starts
        # Each person's slice, one after the other: its start, repeated, plus its place within.
        within = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        rows = np.repeat(starts, lengths) + within
        wanted = np.array([name in set(events) for name in self.manifest.names], dtype=bool)
        codes = self._array("event")[rows]
        chosen = wanted[codes]
        rows, codes = rows[chosen], codes[chosen]
        columns = {
            "person": pa.array(np.repeat(inside, lengths)[chosen]),
            "event": pa.array(self.manifest.names, pa.string()).take(pa.array(codes)),
            "at_us": pa.array(self._array("at_us")[rows]),
        }
        columns |= {f"number:{name}": pa.array(self._array(f"number-{i}")[rows], from_pandas=True)
                    for i, name in enumerate(numbers(self.manifest.plan))}  # fmt: skip
        columns |= {f"text:{name}": self._texts(f"text-{i}", rows)
                    for i, name in enumerate(texts(self.manifest.plan))}  # fmt: skip
        return pa.table(columns)

    def _texts(self, name: str, rows: NDArray[np.int64]) -> pa.Array:
        codes = self._array(name)[rows]
        return self._words(name).take(pa.array(codes, mask=codes < 0))

    def _array(self, name: str) -> NDArray[Any]:
        if name not in self.arrays:
            self.arrays[name] = store.load(self.folder / f"{name}.npy")
        return self.arrays[name]

    def _words(self, name: str) -> pa.Array:
        if name not in self.words:
            document = (self.folder / f"{name}.json").read_bytes()
            self.words[name] = pa.array(msgspec.json.decode(document, type=list[str]), pa.string())
        return self.words[name]


@lru_cache(maxsize=1)
def opened(folder: Path) -> History:
    """One at a time: of a history that was replaced, nothing stays mapped."""
    return History(folder)
