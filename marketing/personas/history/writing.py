"""A history written from a source, and written anew without somebody."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any

import ibis
import msgspec
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from marketing.personas import store
from marketing.personas.engine import Run
from marketing.personas.engines import Reading
from marketing.personas.engines.duckdb import DuckDB
from marketing.personas.fields import Fields
from marketing.personas.history.plan import Plan, numbers, plan, texts
from marketing.personas.history.reading import History, Manifest
from marketing.personas.parts import Expression, Part

_BATCH = 1_000_000


def write(root: Path, run: Run, parts: Iterable[Part]) -> str | None:
    """A history of what the run's source holds; its name, None where no part needs one.

    Merged people's events stay under the ordinal that did them: who asks names both.
    """
    what = plan(parts, run.moment)
    if not what:
        return None
    name = f"{store.HISTORY}-{secrets.token_hex(6)}"
    with store.written(root / name) as half:
        rows = _Writing(half, what, run.rows.size)
        rows.take(run)
        rows.finish()
    return name


def without(root: Path, name: str, people: Sequence[int]) -> str:
    """The same history with nothing of these people in it; the old one is the caller's to remove.

    Its own name where nothing of theirs is in it: a copy of it all would say the same.
    """
    old = History(root / name)
    gone = np.array([p for p in people if p + 1 < len(old.offsets)], dtype=np.int64)
    keep = np.ones(old.manifest.rows, dtype=bool)
    for person in gone.tolist():
        keep[old.offsets[person] : old.offsets[person + 1]] = False
    if keep.all():
        return name
    lengths = np.diff(old.offsets)
    lengths[gone] = 0
    fresh = f"{store.HISTORY}-{secrets.token_hex(6)}"
    with store.written(root / fresh) as half:
        for path in sorted(old.folder.glob("*.npy")):
            if path.stem != "offsets":
                np.save(half / path.name, store.load(path)[keep])
        for path in sorted(old.folder.glob("text-*.json")):
            _only_used(half, path)
        np.save(half / "offsets.npy", np.concatenate([[0], np.cumsum(lengths)]))
        manifest = msgspec.structs.replace(old.manifest, rows=int(keep.sum()))
        (half / "manifest.json").write_bytes(msgspec.json.encode(manifest))
    return fresh


def _only_used(half: Path, words: Path) -> None:
    """Words that nobody has any more go as well: they may have been somebody's."""
    codes = np.load(half / f"{words.stem}.npy")
    known = msgspec.json.decode(words.read_bytes(), type=list[str])
    used = np.unique(codes[codes >= 0])
    recode = np.full(len(known) + 1, -1, dtype=np.int32)
    recode[used] = np.arange(len(used))
    np.save(half / f"{words.stem}.npy", recode[codes])
    (half / words.name).write_bytes(msgspec.json.encode([known[code] for code in used.tolist()]))


class _Writing:
    """Rows in order of people, batch by batch, into one file a column."""

    def __init__(self, half: Path, what: Plan, size: int) -> None:
        self.half, self.what, self.names = half, what, tuple(sorted(what))
        self.counts = np.zeros(size, dtype=np.int64)
        self.columns: dict[str, list[NDArray[Any]]] = {}
        self.words: dict[str, dict[str, int]] = {}

    def take(self, run: Run) -> None:
        fields = Fields(numbers(self.what), texts(self.what))
        starts = [kept.since_us for kept in self.what.values()]
        since = None if None in starts else min(start for start in starts if start is not None)
        # Numbers as they were sent: rules of cleaning are applied when they are read.
        reading = Reading(fields, ((since, None),), follow=False)
        engine = DuckDB(run.source)
        try:
            for batch in engine.stream(self._question(fields), reading, _BATCH):
                self._batch(batch, fields)
        finally:
            engine.close()

    def _question(self, fields: Fields) -> Expression:
        rows = fields.table()
        code = rows.event.cases(
            *((name, ibis.literal(i, "int16")) for i, name in enumerate(self.names)),
            else_=ibis.literal(-1, "int16"),
        )
        kept = reduce(or_, (self._is_kept(rows, name) for name in self.names))
        columns = {fields.number(n): self._of(rows, fields.number(n), "numbers", n)
                   for n in fields.numbers}  # fmt: skip
        columns |= {fields.text(n): self._of(rows, fields.text(n), "texts", n)
                    for n in fields.texts}  # fmt: skip
        chosen = rows.filter(kept).select("person", "at_us", code=code, **columns)
        return chosen.order_by("person")

    def _is_kept(self, rows: Expression, name: str) -> Expression:
        since = self.what[name].since_us
        mine = rows.event == name
        return mine if since is None else mine & (rows.at_us >= since)

    def _of(self, rows: Expression, column: str, side: str, name: str) -> Expression:
        """Null beside events whose parts do not read it."""
        events = [e for e, kept in self.what.items() if name in getattr(kept, side)]
        return reduce(or_, (rows.event == e for e in events)).ifelse(rows[column], None)

    def _batch(self, batch: pa.RecordBatch, fields: Fields) -> None:
        self.counts += np.bincount(batch["person"].to_numpy(), minlength=len(self.counts))[
            : len(self.counts)
        ]
        self._put("event", batch["code"].to_numpy().astype(np.int16))
        self._put("at_us", batch["at_us"].to_numpy())
        for i, name in enumerate(fields.numbers):
            numbers = batch[fields.number(name)].to_numpy(zero_copy_only=False)
            self._put(f"number-{i}", numbers.astype(np.float64))
        for i, name in enumerate(fields.texts):
            self._put(f"text-{i}", self._codes(f"text-{i}", batch[fields.text(name)]))

    def _codes(self, name: str, texts: pa.Array) -> NDArray[np.int32]:
        known = self.words.setdefault(name, {})
        encoded = texts.dictionary_encode()
        recode = [known.setdefault(word, len(known)) for word in encoded.dictionary.to_pylist()]
        places = encoded.indices.fill_null(len(recode)).to_numpy()
        codes: NDArray[np.int32] = np.array([*recode, -1], dtype=np.int32)[places]
        return codes

    def _put(self, name: str, values: NDArray[Any]) -> None:
        self.columns.setdefault(name, []).append(values)

    def finish(self) -> None:
        empty: Mapping[str, Any] = {"event": np.int16, "at_us": np.int64} | {
            f"{kind}-{i}": type_
            for kind, type_, named in (
                ("number", np.float64, numbers(self.what)), ("text", np.int32, texts(self.what))
            )
            for i in range(len(named))
        }  # fmt: skip
        rows = 0
        for name, type_ in empty.items():
            parts = self.columns.pop(name, [])
            whole = np.concatenate(parts) if parts else np.empty(0, dtype=type_)
            rows = len(whole)
            np.save(self.half / f"{name}.npy", whole)
        for i in range(len(texts(self.what))):
            words = list(self.words.get(f"text-{i}", {}))
            (self.half / f"text-{i}.json").write_bytes(msgspec.json.encode(words))
        np.save(self.half / "offsets.npy", np.concatenate([[0], np.cumsum(self.counts)]))
        manifest = Manifest(self.what, self.names, rows)
        (self.half / "manifest.json").write_bytes(msgspec.json.encode(manifest))
