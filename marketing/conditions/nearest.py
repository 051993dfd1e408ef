"""The nearest valid name for a leaf's misspelt field or a group's misspelt word.

msgspec says which field it does not know and where (``$.then.step``); what is known there is read
off the leaf's own types.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping

import msgspec

WORDS = ("all", "any", "not", "type")
_FIELD = re.compile(r"unknown field `([^`]*)`")
_VALUE = re.compile(r"Invalid enum value '([^']*)'")
_PLACE = re.compile(r" - at `\$([^`]*)`$")


def nearest_field(leaf: type[msgspec.Struct], message: str) -> str | None:
    """For msgspec's ``message`` about a document of ``leaf``; None where nothing is near."""
    field, value, place = (found.search(message) for found in (_FIELD, _VALUE, _PLACE))
    asked = field or value
    if asked is None:
        return None
    there: Iterable[msgspec.inspect.Type] = [msgspec.inspect.type_info(leaf)]
    for step in re.findall(r"\w+", re.sub(r"\[[^]]*\]", "", place[1])) if place else ():
        there = [each.type for each in _fields(there) if each.encode_name == step]
    known = [each.encode_name for each in _fields(there)] if field else list(_literals(there))
    return nearest(asked[1], known)


def nearest_word(raw: Mapping[str, object]) -> str | None:
    """What one of an object's keys was meant to be, if it is to be a group or a leaf."""
    near = (nearest(key.casefold(), WORDS, 0.7) for key in raw if key not in WORDS)
    return next((word for word in near if word), None)


def nearest(name: str, known: Iterable[str], cutoff: float = 0.5) -> str | None:
    return next(iter(difflib.get_close_matches(name, list(known), n=1, cutoff=cutoff)), None)


def _fields(types: Iterable[msgspec.inspect.Type]) -> list[msgspec.inspect.Field]:
    structs = (each for each in _plain(types) if isinstance(each, msgspec.inspect.StructType))
    return [field for struct in structs for field in struct.fields]


def _literals(types: Iterable[msgspec.inspect.Type]) -> Iterable[str]:
    for each in _plain(types):
        if isinstance(each, msgspec.inspect.LiteralType):
            yield from map(str, each.values)


def _plain(types: Iterable[msgspec.inspect.Type]) -> Iterable[msgspec.inspect.Type]:
    """Those within unions and tuples, at any depth."""
    for each in types:
        if isinstance(each, msgspec.inspect.UnionType):
            yield from _plain(each.types)
        elif isinstance(each, msgspec.inspect.VarTupleType):
            yield from _plain([each.item_type])
        else:
            yield each
