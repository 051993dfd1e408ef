"""Which events there are, with their properties and commonest values: the event catalogue.

The catalogue keeps no values; those that are offered come from a look at the newest rows of the
log, so a value that is rarer than the look may be missing; the builder lets an operator type it.
The standard events are always known, by their names in both languages and with the properties they
come with.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

import msgspec
import orjson
from django.core.cache import cache

from marketing.events.models import Event, EventProperty, EventType
from marketing.events.standard import LABELS, PROMOTED, PROPERTY_LABELS, STANDARD
from marketing.kernel.text import Language
from marketing.studio.rules.types import Choice, KnownProperty

_KEPT_S = 300
_NEWEST = 2_000
_MOST_EVENTS, _MOST_PROPERTIES, _MOST_VALUES = 200, 40, 30
# Of one property; beyond it new values are no longer counted (ids, free texts).
_MOST_COUNTED = 500
_LONGEST = 80
# Of (event, property): its texts, and how often each was seen.
_Values = Mapping[tuple[str, str], Counter[str]]


def known_events() -> tuple[Choice, ...]:
    """The commonest first. Asked of the database at most once in five minutes a process."""
    found: tuple[Choice, ...] | None = cache.get_or_set("rules.events", _look, _KEPT_S)
    return found or ()


def offered_events(language: Language) -> Iterable[Choice]:
    """The standard ones, those that were seen before the others; then whatever else was seen."""
    seen = {event.name: event for event in known_events()}
    standard = {event.name: event for event in STANDARD}
    names = [*(name for name in seen if name in standard), *standard, *seen]
    for name in dict.fromkeys(names):
        of = seen.get(name) or Choice(name=name, label=name, seen=False)
        expected = standard[name].properties if name in standard else ()
        said = LABELS[name].say(language) if name in LABELS else name
        known = tuple(_described(of.properties, expected, language))
        yield msgspec.structs.replace(of, label=said, properties=known)


def _described(
    seen: Iterable[KnownProperty], expected: Iterable[str], language: Language
) -> Iterator[KnownProperty]:
    """Those that the event is expected with come first; the warehouse's types hold."""
    types = {each.name: each.type for each in PROMOTED}
    found = {each.name: each for each in seen}
    for name in dict.fromkeys([*expected, *found]):
        known = found.get(name) or KnownProperty(name=name, label=name, kind="text")
        said = PROPERTY_LABELS[name].say(language) if name in PROPERTY_LABELS else name
        yield msgspec.structs.replace(known, label=said, kind=types.get(name, known.kind))


def _look() -> tuple[Choice, ...]:
    types = EventType.objects.exclude(name__startswith="$")[:_MOST_EVENTS]
    events = {each.pk: each.name for each in types}  # the commonest first
    carried: dict[int, list[EventProperty]] = defaultdict(list)
    for each in EventProperty.objects.filter(type_id__in=list(events)):
        carried[each.type_id].append(each)
    values = _values()
    return tuple(
        Choice(name=name, label=name, properties=tuple(_properties(name, carried[pk], values)))
        for pk, name in events.items()
    )


def _properties(
    event: str, carried: Iterable[EventProperty], values: _Values
) -> Iterator[KnownProperty]:
    """The commonest that hold plain values, by name."""
    plain = [each for each in carried if _kind(each)]
    commonest = sorted(plain, key=lambda each: -each.given)[:_MOST_PROPERTIES]
    for each in sorted(commonest, key=lambda each: each.name):
        texts = values.get((event, each.name), Counter()).most_common(_MOST_VALUES)
        yield KnownProperty(
            name=each.name, label=each.name, kind=_kind(each),
            values=tuple(text for text, _n in texts),
        )  # fmt: skip


def _kind(carried: EventProperty) -> str:
    """Empty: nothing but lists, objects and nulls."""
    if carried.text:
        return "text"
    if carried.number:
        return "number"
    return "flag" if carried.flag else ""


def _values() -> _Values:
    """The texts of the newest rows, found by the primary key."""
    found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    rows = Event.objects.order_by("-id").values_list("kind", "name", "properties")[:_NEWEST]
    for kind, name, text in rows:
        if kind == "track":
            for key, value in orjson.loads(text).items():
                _count(found[name, key], value)
    return found


def _count(counter: Counter[str], value: object) -> None:
    is_short_text = isinstance(value, str) and 0 < len(value) <= _LONGEST
    if is_short_text and (value in counter or len(counter) < _MOST_COUNTED):
        counter[str(value)] += 1
