"""The data files that travel with the demo, opened only when they are exactly what was shipped.

What is in them and under which licences: ``marketing/demo/data/README.md``.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from marketing.kernel.errors import Unavailable, unknown_name

DATA = Path(__file__).parent / "data"
MANIFEST = "manifest.json"
FIX = (
    "Restore it with `git checkout -- marketing/demo/data`, "
    "or rebuild it with `python -m marketing.demo.compact --source DIR`."
)


class ShippedDataDamaged(Unavailable):
    """A data file of the demo is missing or is not the one that was shipped."""

    def __init__(self, path: Path, expected: str, actual: str) -> None:
        self.path, self.expected, self.actual = path, expected, actual
        super().__init__(f"{path} is not as shipped: expected {expected}, found {actual}", fix=FIX)


class ShippedFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``sha256`` in hex, ``bytes`` on disk, ``rows`` in the table."""

    sha256: str
    bytes: int
    rows: int


def manifest(folder: Path = DATA) -> dict[str, ShippedFile]:
    """What every table should be, by its name without ``.parquet``."""
    path = folder / MANIFEST
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, ShippedFile])
    except (OSError, msgspec.MsgspecError) as error:
        raise ShippedDataDamaged(path, "a readable manifest", type(error).__name__) from error


def open_table(name: str, folder: Path = DATA) -> pa.Table:
    """A shipped table, verified byte for byte.

    Raises ``NotFound`` for a name that is not in the manifest, ``ShippedDataDamaged`` when the
    file is missing, cut short or altered.
    """
    known = manifest(folder)
    if name not in known:
        raise unknown_name("shipped table", name, known)
    return pq.read_table(pa.BufferReader(_verified(folder / f"{name}.parquet", known[name])))


def _verified(path: Path, expected: ShippedFile) -> bytes:
    wanted = f"{expected.bytes} bytes with sha256 {expected.sha256}"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ShippedDataDamaged(path, wanted, "no readable file") from error
    actual = hashlib.sha256(content).hexdigest()
    if actual != expected.sha256:
        raise ShippedDataDamaged(path, wanted, f"{len(content)} bytes with sha256 {actual}")
    return content
