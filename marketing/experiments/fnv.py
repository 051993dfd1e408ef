"""FNV-1a, 32 bit, one text at a time or a million at once.

Source: Fowler, Noll, Vo, "The FNV Non-Cryptographic Hash Algorithm" (IETF draft
draft-eastlake-fnv), offset basis 0x811C9DC5, prime 0x01000193. Text is hashed as its
UTF-8 bytes; an unpaired surrogate is encoded as three bytes instead of refused.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

OFFSET_BASIS = 0x811C9DC5
PRIME = 0x01000193
_CHUNK = 32_768  # texts whose states stay in the processor's second-level cache
_POWERS_OF_TEN = [np.uint32(10**exponent) for exponent in range(9, -1, -1)]
_NOT_TEXT = "ids must be a sequence of str or a numpy array of str"


def encode(text: str) -> bytes:
    """UTF-8 bytes of any `str`, unpaired surrogates included."""
    return text.encode("utf-8", "surrogatepass")


def fnv1a(data: bytes, state: int = OFFSET_BASIS) -> int:
    """Hash of `data` in [0, 2**32), continuing from `state`."""
    for byte in data:
        state = ((state ^ byte) * PRIME) & 0xFFFFFFFF
    return state


def fnv1a_texts(
    texts: Sequence[str] | NDArray[np.str_], state: int = OFFSET_BASIS
) -> NDArray[np.uint32]:
    """Hash of each text, uint32[n], every one continuing from `state`.

    A fixed-width numpy array cannot hold trailing NULs, so they are not hashed there.
    Raises TypeError for an array of anything but text.
    """
    data, starts, lengths = _bytes_of(texts)
    hashes = np.full(len(starts), state, np.uint32)
    for first in range(0, len(starts), _CHUNK):
        part = slice(first, first + _CHUNK)
        _absorb(hashes[part], data, starts[part], lengths[part])
    return hashes


def fnv1a_append(hashes: NDArray[np.uint32], data: bytes) -> NDArray[np.uint32]:
    """uint32[n]: each hash continued over the same `data`; the argument is left alone."""
    continued = hashes.copy()
    for byte in data:
        continued ^= np.uint32(byte)
        continued *= np.uint32(PRIME)
    return continued


def fnv1a_decimals(numbers: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """uint32[n]: hash of each number's decimal digits, as `fnv1a(str(number).encode())`."""
    hashes = np.full(len(numbers), OFFSET_BASIS, np.uint32)
    for first in range(0, len(numbers), _CHUNK):
        part = slice(first, first + _CHUNK)
        hashes[part] = _decimal_chunk(numbers[part])
    return hashes


def _decimal_chunk(numbers: NDArray[np.uint32]) -> NDArray[np.uint32]:
    rest = numbers.copy()
    hashes = np.full(len(numbers), OFFSET_BASIS, np.uint32)
    for power in _POWERS_OF_TEN:
        digit = rest // power
        rest -= digit * power
        digit += np.uint32(ord("0"))
        digit ^= hashes
        digit *= np.uint32(PRIME)
        if power == 1:
            return digit
        np.copyto(hashes, digit, where=numbers >= power)  # no leading zeros
    return hashes


def _absorb(
    hashes: NDArray[np.uint32],
    data: NDArray[np.uint8],
    starts: NDArray[np.int64],
    lengths: NDArray[np.int64],
) -> None:
    """Update `hashes` in place, one byte position at a time for all texts."""
    shortest, longest = int(lengths.min()), int(lengths.max())
    for position in range(shortest):
        hashes ^= data[starts + position]
        hashes *= np.uint32(PRIME)
    alive = np.arange(len(hashes))
    for position in range(shortest, longest):
        alive = alive[lengths[alive] > position]
        hashes[alive] = (hashes[alive] ^ data[starts[alive] + position]) * np.uint32(PRIME)


_Bytes = tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]]


def _bytes_of(texts: Sequence[str] | NDArray[np.str_]) -> _Bytes:
    """All bytes end to end uint8[total], then where each text starts and its length int64[n]."""
    if isinstance(texts, str):
        raise TypeError(_NOT_TEXT)
    if not isinstance(texts, np.ndarray):
        return _bytes_of_list(texts)
    if texts.dtype.kind not in "UOT":
        raise TypeError(_NOT_TEXT)
    if texts.dtype.kind == "U" and texts.dtype.isnative and texts.size:
        points = np.ascontiguousarray(texts).view(np.uint32)
        if points.max(initial=0) < 128:
            width = len(points) // len(texts)
            return points.astype(np.uint8), np.arange(len(texts)) * width, np.strings.str_len(texts)
    return _bytes_of_list(texts.tolist())


def _bytes_of_list(texts: Sequence[str]) -> _Bytes:
    """Encode once for everybody; a text starts where its first character's lead byte is."""
    data = np.frombuffer(encode("".join(texts)), np.uint8)
    ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)))
    if len(texts) and ends[-1] != len(data):
        leads = np.append(np.flatnonzero((data & 0xC0) != 0x80), len(data))
        ends = leads[ends]
    starts = np.concatenate((np.zeros(1, np.int64), ends))[:-1]
    return data, starts, ends - starts
