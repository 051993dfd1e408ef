"""JSON from strangers: bounded in bytes, depth and keys, and free of what no database stores."""

from __future__ import annotations

import math
from typing import TypeAlias

import orjson

from marketing.kernel.errors import Invalid, TooLarge

MAX_BYTES = 1 << 20
MAX_DEPTH = 24
MAX_KEYS = 20_000


def decode(raw: bytes, *, max_bytes: int = MAX_BYTES) -> object:
    """The value, or Invalid/TooLarge naming the place (a JSON pointer) and the fix."""
    if len(raw) > max_bytes:
        raise TooLarge(
            f"The body has {len(raw)} bytes; at most {max_bytes} are taken",
            code="body_too_large",
            fix="Send smaller batches.",
        )
    try:
        value: object = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Invalid(
            f"The body is not JSON: {error.msg}",
            code="not_json",
            pointer=f"byte {error.pos}",
            fix="Send one UTF-8 JSON value without lone surrogates.",
        ) from None
    _check(value)
    return value


# Where a value stands: (place of what holds it, its name there); spelt out only for an error.
Place: TypeAlias = "tuple[Place, object] | None"


def _check(root: object) -> None:
    """Walk without recursion; depth and keys are bounded before they can hurt."""
    keys = 0
    waiting: list[tuple[object, Place, int]] = [(root, None, 0)]
    while waiting:
        value, place, depth = waiting.pop()
        if isinstance(value, str):
            _check_text(value, place)
        elif isinstance(value, float):
            _check_number(value, place)
        elif isinstance(value, dict | list):
            keys += len(value)
            _check_size(keys, depth, place)
            items = value.items() if isinstance(value, dict) else enumerate(value)
            for name, inner in items:
                if isinstance(name, str):
                    _check_text(name, place)
                waiting.append((inner, (place, name), depth + 1))


def _pointer(place: Place) -> str:
    """The JSON pointer, at most 200 characters of it."""
    names = []
    while place is not None:
        place, name = place
        names.append(str(name)[:200].replace("~", "~0").replace("/", "~1"))
    return ("/" + "/".join(reversed(names)))[:200]


def _check_number(number: float, place: Place) -> None:
    if not math.isfinite(number):
        raise Invalid(
            "A number is too large", code="bad_number", pointer=_pointer(place),
            fix="Send numbers that a 64-bit float can hold.",
        )  # fmt: skip


def _check_size(keys: int, depth: int, place: Place) -> None:
    if depth > MAX_DEPTH:
        raise Invalid(
            f"Nested deeper than {MAX_DEPTH} levels", code="too_deep", pointer=_pointer(place),
            fix="Flatten the value.",
        )  # fmt: skip
    if keys > MAX_KEYS:
        raise TooLarge(
            f"More than {MAX_KEYS} keys and elements", code="too_many_keys",
            pointer=_pointer(place), fix="Send smaller batches.",
        )  # fmt: skip


def _check_text(text: str, place: Place) -> None:
    if "\x00" in text:
        raise Invalid(
            "A text contains the NUL character", code="nul_character", pointer=_pointer(place),
            fix="Remove U+0000 before sending.",
        )  # fmt: skip
