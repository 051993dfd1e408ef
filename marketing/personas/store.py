"""Persona columns on disk: immutable folders of memory-mapped arrays, and an overlay of rows.

A column is one ``.npy``: float64 (NaN = missing) or int32 codes (-1 = missing) whose categories
stand in the manifest. A version is written to a temporary folder and renamed; the pointer in SQL
names the version and its overlay, so readers see the old or the new, never half.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from marketing.conditions.types import Column, Ref
from marketing.kernel.errors import Unavailable


class Written(msgspec.Struct, frozen=True):
    """One column's line in the manifest."""

    kind: str
    name: str
    categories: tuple[str, ...] | None = None


def write(
    folder: Path, columns: Mapping[Ref, Column], ordinals: NDArray[np.int64] | None = None
) -> None:
    """All columns, atomically. ``ordinals`` (int64[m]) makes it an overlay of those rows."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    half = Path(tempfile.mkdtemp(prefix=".half-", dir=folder.parent))
    lines = []
    for i, (ref, column) in enumerate(columns.items()):
        np.save(half / f"{i}.npy", _plain(column))
        lines.append(Written(ref.kind, ref.name, column.categories))
    if ordinals is not None:
        np.save(half / "ordinals.npy", ordinals)
    (half / "manifest.json").write_bytes(msgspec.json.encode(lines))
    if folder.exists():
        shutil.rmtree(folder)
    half.replace(folder)


def _plain(column: Column) -> NDArray[np.generic]:
    values = np.asarray(column.values)
    if column.categories is not None:
        return np.where(column.present, values, -1).astype(np.int32)
    return np.where(column.present, values.astype(np.float64), np.nan)


@lru_cache(maxsize=8)
def read(folder: Path) -> dict[Ref, Column]:
    """Memory-mapped; raises Unavailable when a file is missing or damaged."""
    try:
        lines = msgspec.json.decode((folder / "manifest.json").read_bytes(), type=list[Written])
        return {Ref(w.kind, w.name): _column(folder / f"{i}.npy", w) for i, w in enumerate(lines)}
    except (OSError, ValueError, msgspec.DecodeError) as error:
        raise Unavailable(
            "The stored personas are missing or damaged",
            code="personas_damaged",
            fix="Run `python manage.py refresh`: they are rebuilt from the events.",
        ) from error


def read_ordinals(folder: Path) -> NDArray[np.int64]:
    return np.asarray(np.load(folder / "ordinals.npy"), dtype=np.int64)


def _column(path: Path, written: Written) -> Column:
    values: NDArray[Any] = np.load(path, mmap_mode="r")
    present = values >= 0 if written.categories is not None else ~np.isnan(values)
    return Column(values, present, written.categories)


def overlaid(base: Column, fresh: Column, ordinals: NDArray[np.int64], size: int) -> Column:
    """``base`` lengthened to ``size``, with the fresh rows in their places."""
    if base.categories is None or fresh.categories is None:
        values = np.full(size, np.nan)
        values[: len(np.asarray(base.values))] = _plain(base)
        values[ordinals] = _plain(fresh)
        return Column(values, ~np.isnan(values))
    categories = tuple(dict.fromkeys((*base.categories, *fresh.categories)))
    place = {category: code for code, category in enumerate(categories)}
    recode = np.array([*(place[c] for c in fresh.categories), -1], dtype=np.int32)
    codes = np.full(size, -1, dtype=np.int32)
    codes[: len(np.asarray(base.values))] = _plain(base)
    codes[ordinals] = recode[_plain(fresh).astype(np.int64)]
    return Column(codes, codes >= 0, categories)


def prune(root: Path, *, keep: int, overlays_only: bool = False) -> None:
    """Remove all but the newest ``keep`` overlays and, unless asked not to, base versions."""
    folders = sorted(
        (each for each in root.iterdir() if each.is_dir() and not each.name.startswith(".")),
        key=lambda each: each.stat().st_mtime,
    )
    overlays = [each for each in folders if "-overlay-" in each.name]
    bases = [each for each in folders if "-overlay-" not in each.name]
    for old in overlays[:-keep] + ([] if overlays_only else bases[:-keep]):
        shutil.rmtree(old, ignore_errors=True)
