"""Which events there are, with their properties and commonest values: a look at the SQL log.

Bounded: the newest rows and some stretches of older ones, however long the log is. An event that
is rarer than the look may be missing; the builder lets an operator type its name. The standard
events are always known, by their names in both languages and with the properties they come with.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

import msgspec
import orjson
from django.core.cache import cache
from django.db.models import Max, Min

from marketing.events.models import Event
from marketing.events.standard import LABELS, PROMOTED, PROPERTY_LABELS, STANDARD
from marketing.kernel.text import Language
from marketing.studio.rules.types import Choice, KnownProperty

_KEPT_S = 300
_NEWEST, _STRETCHES, _STRETCH = 2_000, 16, 250
_MOST_EVENTS, _MOST_PROPERTIES, _MOST_VALUES = 200, 40, 30
# Of one property; beyond it new values are no longer counted (ids, free texts).
_MOST_COUNTED = 500
_LONGEST = 80
_COLUMNS = ("kind", "name", "properties")
_Row = tuple[str, str]


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
    seen: Counter[str] = Counter()
    values: dict[str, dict[str, Counter[object]]] = defaultdict(lambda: defaultdict(Counter))
    for name, text in _rows():
        seen[name] += 1
        for key, value in list(orjson.loads(text).items())[:_MOST_PROPERTIES]:
            _count(values[name][key], value)
    return tuple(
        Choice(name=name, label=name, properties=tuple(_properties(values[name])))
        for name, _n in seen.most_common(_MOST_EVENTS)
    )


def _rows() -> Iterator[_Row]:
    """(name, properties) of track calls among at most 6,250 rows, found by the primary key."""
    ends = Event.objects.aggregate(first=Min("id"), last=Max("id"))
    if ends["last"] is None:
        return
    newest = list(Event.objects.order_by("-id").values_list("id", *_COLUMNS)[:_NEWEST])
    yield from _tracked(row[1:] for row in newest)
    first, oldest = ends["first"], newest[-1][0]
    width = max((oldest - first) // _STRETCHES, _STRETCH)
    for start in range(first, oldest, width):
        within = Event.objects.filter(id__gte=start, id__lt=min(start + width, oldest))
        yield from _tracked(within.order_by("id").values_list(*_COLUMNS)[:_STRETCH])


def _tracked(rows: Iterable[tuple[str, str, str]]) -> Iterator[_Row]:
    return ((name, text) for kind, name, text in rows if kind == "track")


def _count(counter: Counter[object], value: object) -> None:
    """Under (type, value), so that 1, true and "1" stay apart; nested values are left out."""
    if isinstance(value, str) and len(value) > _LONGEST:
        value = ""
    if isinstance(value, bool | int | float | str):
        key = (type(value), value)
        if key in counter or len(counter) < _MOST_COUNTED:
            counter[key] += 1


def _properties(values: dict[str, Counter[object]]) -> Iterable[KnownProperty]:
    for name, counter in sorted(values.items()):
        pairs = [key for key, _n in counter.most_common() if isinstance(key, tuple)]
        types = {kind for kind, _value in pairs}
        if not types:
            continue
        texts = [value for kind, value in pairs if kind is str and value]
        yield KnownProperty(
            name=name, label=name, kind=_kind(types), values=tuple(texts[:_MOST_VALUES])
        )


def _kind(types: set[type]) -> str:
    if types == {bool}:
        return "flag"
    return "text" if str in types else "number"
