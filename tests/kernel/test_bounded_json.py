"""JSON from strangers: what is taken comes back as it was, what is not names place and fix."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketing.kernel.bounded_json import MAX_BYTES, MAX_DEPTH, decode
from marketing.kernel.errors import Invalid, TooLarge

TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=8)
# Beyond 64 bits an integer is read as a float, as JSON's own readers do.
INTEGERS = st.integers(-(2**63), 2**64 - 1)
LEAVES = (
    st.none() | st.booleans() | INTEGERS | TEXTS | st.floats(allow_nan=False, allow_infinity=False)
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=20
)


@given(VALUES, st.booleans())
def test_decode__when_json_is_within_limits__then_it_comes_back(value: object, ascii: bool) -> None:
    assert decode(json.dumps(value, ensure_ascii=ascii).encode()) == value


@pytest.mark.parametrize(
    ("raw", "code", "pointer"),
    [
        (b'{"batch": [{"name": "a\\u0000b"}]}', "nul_character", "/batch/0/name"),
        (b'{"batch": {"a\\u0000": 1}}', "nul_character", "/batch"),
        (b'["\\u0000"]', "nul_character", "/0"),
        (b'"\\u0000"', "nul_character", "/"),
        (b'{"a": "\\ud800"}', "not_json", "byte 7"),
        (b'{"a": 1e400}', "not_json", "byte 6"),
        (b"[" * 2_000 + b"]" * 2_000, "not_json", None),
        (b"[" * (MAX_DEPTH + 2) + b"]" * (MAX_DEPTH + 2), "too_deep", "/0" * (MAX_DEPTH + 1)),
        (b'{"a":' * 100 + b"1" + b"}" * 100, "too_deep", "/a" * (MAX_DEPTH + 1)),
        (b'{"a": NaN}', "not_json", "byte 6"),
        (b'{"a": "\xff"}', "not_json", None),
        ("{}".encode("utf-16"), "not_json", None),
        (b"", "not_json", "byte 0"),
        (b"{} {}", "not_json", "byte 3"),
    ],
)
def test_decode__when_the_input_is_bad__then_place_and_fix_are_named(
    raw: bytes, code: str, pointer: str | None
) -> None:
    with pytest.raises(Invalid) as caught:
        decode(raw)
    error = caught.value
    assert (error.code, error.status) == (code, 400)
    assert error.fix
    assert error.pointer
    assert pointer is None or error.pointer == pointer


@pytest.mark.parametrize(
    ("raw", "code", "pointer"),
    [
        (json.dumps({f"k{i}": i for i in range(50_000)}).encode(), "too_many_keys", "/"),
        (json.dumps({"all": [[0] * 100] * 500}).encode(), "too_many_keys", None),
        (b'"' + b"x" * MAX_BYTES + b'"', "body_too_large", None),
    ],
)
def test_decode__when_the_input_is_too_large__then_it_is_413_with_the_fix(
    raw: bytes, code: str, pointer: str | None
) -> None:
    with pytest.raises(TooLarge) as caught:
        decode(raw)
    assert (caught.value.code, caught.value.status) == (code, 413)
    assert caught.value.fix == "Send smaller batches."
    assert pointer is None or caught.value.pointer == pointer


def test_decode__when_it_is_just_as_deep_as_allowed__then_it_is_taken() -> None:
    deepest = b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1)
    assert decode(deepest) == json.loads(deepest)


def test_decode__when_the_body_is_just_as_large_as_allowed__then_it_is_taken() -> None:
    text = "x" * (MAX_BYTES - 2)
    assert decode(f'"{text}"'.encode()) == text
