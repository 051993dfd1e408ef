"""In which encoding a text file is written: a strict decoding must succeed over the whole file."""

from __future__ import annotations

import codecs
from pathlib import Path

from marketing.imports.faults import BAD_ENCODING, IS_WORKBOOK, NO_TABLE, Refusal

_BLOCK = 1 << 20
_HEAD = 4_096
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # xlsx (a zip), xls
_NO_TEXTS = (b"\x1f\x8b", b"%PDF", b"7z\xbc\xaf", b"\x89PNG", b"SQLite format", b"{\\rtf")
_PARQUET = b"PAR1"


def is_parquet(path: Path) -> bool:
    """By its first and last bytes."""
    if path.stat().st_size < 12:
        return False
    with path.open("rb") as file:
        first = file.read(4)
        file.seek(-4, 2)
        return first == file.read(4) == _PARQUET


def detect(path: Path) -> str:
    """UTF-8 (a byte order mark is no text), UTF-16, GB18030: the first that decodes it all.

    Nearly any bytes pass as UTF-16, so that needs a mark, or the zeros of its ASCII signs.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(_WORKBOOKS):
        raise Refusal(IS_WORKBOOK)
    if head.startswith(_NO_TEXTS):
        raise Refusal(NO_TABLE)
    for encoding in (_wide(head), "utf-8-sig", "gb18030"):
        if encoding and _decodes(path, encoding):
            return encoding
    raise Refusal(NO_TABLE if b"\x00" in head else BAD_ENCODING)


def _wide(head: bytes) -> str:
    """Empty unless the beginning looks like UTF-16."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if even + odd < len(head) // 8:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True
