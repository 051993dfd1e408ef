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
ENTRY: Final = "zhixin"
# A safetensors file begins with its header's length, an unsigned 64-bit number.
LENGTH: Final = 8
S = TypeVar("S", bound=msgspec.Struct)


class About(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The one entry of the header: ``document`` is JSON, ``hash`` SHA-256 in hex."""

    format: str
    kind: str
    document: str
    hash: str


def pack(kind: str, document: msgspec.Struct, arrays: Mapping[str, NDArray[np.generic]]) -> bytes:
    """``kind`` says what it is; ``unpack`` refuses another. The same content is the same bytes."""
    from safetensors.numpy import save

    whole = {name: np.ascontiguousarray(array) for name, array in sorted(arrays.items())}
    text = msgspec.json.encode(document, order="deterministic").decode()
    about = About(format=FORMAT, kind=kind, document=text, hash=_hash(kind, text, whole))
    return save(whole, metadata={ENTRY: msgspec.json.encode(about).decode()})


def unpack(kind: str, of: type[S], blob: bytes) -> tuple[S, dict[str, NDArray[np.generic]]]:
    """The document and the arrays. Raises Unavailable when it is damaged or of another kind."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        end = LENGTH + int.from_bytes(blob[:LENGTH], "little")
        header = msgspec.json.decode(blob[LENGTH:end])["__metadata__"][ENTRY]
        about = msgspec.json.decode(header, type=About)
        arrays = dict(sorted(load(blob).items()))
        _require(about, kind, arrays)
        return msgspec.json.decode(about.document, type=of), arrays
    except (ValueError, KeyError, TypeError, OverflowError, SafetensorError) as error:
        _refuse(f"cannot be read ({type(error).__name__})")


def _require(about: About, kind: str, arrays: Mapping[str, NDArray[np.generic]]) -> None:
    if about.hash != _hash(about.kind, about.document, arrays):
        _refuse("was altered")
    if (about.format, about.kind) != (FORMAT, kind):
        _refuse(f"is a {about.kind} of format {about.format}, not a {kind} of format {FORMAT}")


def _hash(kind: str, document: str, arrays: Mapping[str, NDArray[np.generic]]) -> str:
    digest = hashlib.sha256(f"{kind}|{document}".encode())
    for name, array in arrays.items():
        digest.update(f"{name}|{array.dtype}|{array.shape}".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def _refuse(why: str) -> NoReturn:
    raise Unavailable(
        f"What was learned {why}", code="learned_damaged", fix="Learn the segments again."
    )
