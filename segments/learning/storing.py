"""What was learned, as bytes: one safetensors file whose header holds the rest as JSON.

Never a pickle: loading runs no code that a file brings. The header keeps a hash of document and
arrays, so a byte that changed is noticed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final, NoReturn, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from marketing.kernel.errors import Unavailable

FORMAT: Final = "1"
# A safetensors file begins with its header's length, an unsigned 64-bit number.
LENGTH: Final = 8
S = TypeVar("S", bound=msgspec.Struct)


def pack(kind: str, document: msgspec.Struct, arrays: Mapping[str, NDArray[np.generic]]) -> bytes:
    """``kind`` says what it is; ``load`` refuses another."""
    from safetensors.numpy import save

    whole = {name: np.ascontiguousarray(array) for name, array in sorted(arrays.items())}
    text = msgspec.json.encode(document, order="deterministic").decode()
    about = {"format": FORMAT, "kind": kind, "document": text, "hash": _hash(text, whole)}
    return save(whole, metadata=about)


def unpack(kind: str, of: type[S], blob: bytes) -> tuple[S, dict[str, NDArray[np.generic]]]:
    """The document and the arrays. Raises Unavailable when it is damaged or of another kind."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        end = LENGTH + int.from_bytes(blob[:LENGTH], "little")
        about: dict[str, str] = msgspec.json.decode(blob[LENGTH:end])["__metadata__"]
        arrays = dict(sorted(load(blob).items()))
        intact = about["hash"] == _hash(about["document"], arrays)
        found = (about["format"], about["kind"])
        document = msgspec.json.decode(about["document"], type=of)
    except (ValueError, KeyError, TypeError, SafetensorError, OverflowError) as error:
        _refuse(f"cannot be read ({type(error).__name__})")
    if not intact:
        _refuse("was altered")
    if found != (FORMAT, kind):
        _refuse(f"is a {found[1]} of format {found[0]}, not a {kind} of format {FORMAT}")
    return document, arrays


def _hash(document: str, arrays: Mapping[str, NDArray[np.generic]]) -> str:
    digest = hashlib.sha256(document.encode())
    for name, array in arrays.items():
        digest.update(f"{name}|{array.dtype}|{array.shape}".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def _refuse(why: str) -> NoReturn:
    raise Unavailable(
        f"What was learned {why}", code="learned_damaged", fix="Learn the segments again."
    )
