"""What the registries offer: criteria with their fields, operators, trait functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec
from msgspec import NODEFAULT, inspect

from marketing.conditions.criteria import CRITERIA, Criterion
from marketing.conditions.offer import FAMILIES, OTHER, Ask, Family, Offer
from marketing.conditions.operators import OPERATORS, Operator
from marketing.conditions.types import FILTER_OPS, Filter, TraitSpec
from marketing.kernel.text import Language, Text
from marketing.kernel.windows import Window
from marketing.personas.parts import PARTS
from marketing.personas.traits import TRAITS, TraitFunction
from marketing.studio.rules.types import (
    OfferedCriterion,
    OfferedFamily,
    OfferedField,
    OfferedFunction,
    OfferedOperator,
    Plain,
)

# What stands first in a list of operators; the others follow in the order of the registry.
_USUAL = (
    "gte", "lte", "eq", "not_eq", "one_of", "contains", "between", "gt", "lt", "starts_with",
    "ends_with", "is_known", "date_in_last_days", "date_in_next_days", "anniversary_in_next_days",
    "date_before", "date_after", "version_gte", "version_lt", "has_any", "has_all", "in_region",
)  # fmt: skip
_COMPARED = {"op", "value"}
# Inputs that say themselves what they are about.
_SPEAKING = ("window", "filters")
_STRUCTS = {Window: "window", Filter: "filters"}
_INPUTS: dict[type[inspect.Type], str] = {
    inspect.StrType: "text",
    inspect.IntType: "number",
    inspect.FloatType: "number",
    inspect.BoolType: "flag",
}


def criteria(language: Language) -> tuple[OfferedCriterion, ...]:
    return tuple(_criterion(name, language) for name in CRITERIA)


def families(language: Language) -> tuple[OfferedFamily, ...]:
    """In the order of FAMILIES; one that a criterion brings along stands before the last."""
    offers = {name: _offer(name) for name in CRITERIA}
    own = dict.fromkeys(offer.family for offer in offers.values() if offer.family not in FAMILIES)
    found = []
    for family in (*FAMILIES[:-1], *own, FAMILIES[-1]):
        mine = [name for name, offer in offers.items() if offer.family == family]
        if mine:
            members = sorted(mine, key=lambda name: (offers[name].order, name))
            found.append(_family(family, members, language))
    return tuple(found)


def operators(language: Language) -> tuple[OfferedOperator, ...]:
    return _operators(OPERATORS, language)


def filter_operators(language: Language) -> tuple[OfferedOperator, ...]:
    """Those of ``where[].op`` that operators know; lists that the workspace resolves are not."""
    return _operators((name for name in FILTER_OPS if name in OPERATORS), language)


def functions(language: Language) -> tuple[OfferedFunction, ...]:
    """Those that need no more than the event's sentence has."""
    offered = {name: TRAITS.get(name) for name in TRAITS if not TRAITS.get(name).needs}
    return tuple(
        OfferedFunction(
            name=name,
            label=function.phrase.say(language),
            kinds=_kinds_read(name, function) if function.needs_property else (),
            gives="text" if function.is_text else "number",
        )
        for name, function in offered.items()
    )


def _kinds_read(name: str, function: type[TraitFunction]) -> tuple[str, ...]:
    """Whatever reads texts takes numbers and flags as they are written."""
    parts = function.parts(TraitSpec(function=name, events=("any",), property="any"))
    is_text = any(PARTS.get(part.kind).reads == "text" for part in parts)
    return ("text", "number", "flag") if is_text else ("number", "flag")


def _offer(name: str) -> Offer:
    offer = CRITERIA.get(name).offer
    words = name.replace("_", " ").capitalize()
    return offer or Offer(Text(words, words), OTHER)


def _family(family: Family, members: Iterable[str], language: Language) -> OfferedFamily:
    return OfferedFamily(
        name=family.name,
        title=family.title.say(language),
        icon=family.icon,
        tone=family.tone,
        criteria=tuple(members),
    )


def _criterion(name: str, language: Language) -> OfferedCriterion:
    member, offer = CRITERIA.get(name), _offer(name)
    fields = {field.name: field for field in _struct(member).fields}
    verbs = offer.verbs and (offer.verbs[0].say(language), offer.verbs[1].say(language))
    return OfferedCriterion(
        type=name,
        title=offer.title.say(language),
        family=offer.family.name,
        fields=tuple(
            _field(field, offer.asks, "", language)
            for field in fields.values()
            if field.name not in _COMPARED
        ),
        compares=offer.compares,
        verbs=verbs or None,
        operators={name: text.say(language) for name, text in offer.operators.items()},
        unit=offer.unit,
        start=dict(offer.start),
        editor=offer.editor,
        op=None if fields["op"].required else str(fields["op"].default),
        value=_default(fields["value"]),
    )


def _struct(member: type[Criterion]) -> inspect.StructType:
    found = inspect.type_info(member)
    if not isinstance(found, inspect.StructType):
        raise TypeError(f"{member.__name__} is no struct")
    return found


def _field(
    field: inspect.Field, asks: Mapping[str, Ask], path: str, language: Language
) -> OfferedField:
    """The input that its type makes, unless the criterion asks for something else."""
    types = list(_alternatives(field.type))
    one = next((each for each in types if not isinstance(each, inspect.VarTupleType)), None)
    several = [each for each in types if isinstance(each, inspect.VarTupleType)]
    item = several[0].item_type if several else None
    asked = asks.get(path + field.name)
    kind = asked.kind if asked else _kind(one, item)
    words = field.name.replace("_", " ")
    label = asked.label if asked else None if kind in _SPEAKING else Text(words, words)
    inner = {"items": item, "form": one}.get(kind)
    return OfferedField(
        name=field.name,
        kind=kind,
        label=label.say(language) if label else "",
        required=field.required,
        many=bool(several),
        single=one is not None,
        default=_default(field),
        options=_options(one),
        fields=tuple(
            _field(each, asks, f"{path}{field.name}.", language)
            for each in (inner.fields if isinstance(inner, inspect.StructType) else ())
        ),
    )


def _options(one: inspect.Type | None) -> tuple[Plain, ...]:
    values = one.values if isinstance(one, inspect.LiteralType) else ()
    return tuple(value for value in values if value is not None)


def _alternatives(found: inspect.Type) -> Iterator[inspect.Type]:
    """The types of a union, without None."""
    types = found.types if isinstance(found, inspect.UnionType) else (found,)
    return (each for each in types if not isinstance(each, inspect.NoneType))


def _kind(one: inspect.Type | None, item: inspect.Type | None) -> str:
    if isinstance(item, inspect.StructType):
        return _STRUCTS.get(item.cls, "items")
    if isinstance(one, inspect.StructType):
        return _STRUCTS.get(one.cls, "form")
    if isinstance(one, inspect.LiteralType):
        return "option"
    found = one or item
    return _INPUTS.get(type(found), "text") if found else "text"


def _default(field: inspect.Field) -> object:
    if field.default is NODEFAULT:
        return None
    return msgspec.to_builtins(field.default)


def _operators(names: Iterable[str], language: Language) -> tuple[OfferedOperator, ...]:
    found = [_operator(name, OPERATORS.get(name), language) for name in names]
    return tuple(sorted(found, key=lambda each: _rank(each.name)))


def _rank(name: str) -> int:
    return _USUAL.index(name) if name in _USUAL else len(_USUAL)


def _operator(name: str, operator: type[Operator], language: Language) -> OfferedOperator:
    return OfferedOperator(
        name=name,
        label=operator.phrase.say(language, value="…").strip("… "),
        takes=operator.takes,
        on=tuple(sorted(operator.on)),
        reads=operator.reads,
        times=operator.times.say(language) if operator.times else None,
    )
