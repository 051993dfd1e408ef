"""A property that a standard event should have and lacks: always, or suddenly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from marketing.events.seen import SeenEvent
from marketing.events.standard import EXPECTED
from marketing.events.surprises import Chunk, Found, SurpriseKind
from marketing.kernel.text import Text

# So many events must be there before a lack says anything.
_ENOUGH = 50
# Nearly always there until now, and now absent from more than half.
_ALWAYS, _HALF = 0.95, 0.5


class MissingProperty(SurpriseKind):
    label: ClassVar[Text] = Text("Missing property", "缺少属性")
    says: ClassVar[Text] = Text(
        "“{event}” should carry “{property}”: absent from {lacking} of the last {of}",
        "“{event}”应带有“{property}”：最近 {of} 个中有 {lacking} 个没有",
    )
    example: ClassVar[Found] = Found(
        event="Order Completed", property="price_cents", what={"lacking": 60, "of": 80}
    )

    @classmethod
    def in_chunk(cls, chunk: Chunk) -> Iterable[Found]:
        for name, event in chunk.loud():
            for key in EXPECTED.get(name, ()):
                lacking = event.events - _given(event, key)
                if lacking and _is_lack(chunk, name, key, event, lacking):
                    what = {"lacking": lacking, "of": event.events}
                    yield Found(name, key, "", lacking, what)


def _given(event: SeenEvent, key: str) -> int:
    seen = event.properties.get(key)
    return _not_null(seen.types) if seen else 0


def _not_null(types: Mapping[str, int]) -> int:
    return sum(n for of, n in types.items() if of != "null")


def _is_lack(chunk: Chunk, name: str, key: str, event: SeenEvent, lacking: int) -> bool:
    known = chunk.known.get(name)
    events_before = known.events if known else 0
    given_before = _not_null(chunk.before(name, key))
    if not given_before:
        return lacking == event.events and events_before + event.events >= _ENOUGH
    was_there = given_before >= _ALWAYS * events_before
    return event.events >= _ENOUGH and was_there and lacking > _HALF * event.events
