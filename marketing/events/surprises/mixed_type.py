"""A property whose values suddenly are of another type; null is no type."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from marketing.events.standard import expected_type
from marketing.events.surprises import Chunk, Found, SurpriseKind
from marketing.kernel.text import Text

# So many values must be known, and so few of them of the type that comes now.
_ENOUGH, _RARE = 20, 0.01


class MixedType(SurpriseKind):
    label: ClassVar[Text] = Text("Changed type", "类型变化")
    says: ClassVar[Text] = Text(
        "“{property}” of “{event}” was {was} and now also comes as {now}",
        "“{event}”的“{property}”原为 {was}，现在也以 {now} 出现",
    )
    example: ClassVar[Found] = Found(
        event="Quiz Taken", property="points", mark="text", what={"was": "number", "now": "text"}
    )

    @classmethod
    def in_chunk(cls, chunk: Chunk) -> Iterable[Found]:
        for name, event in chunk.loud():
            for key, seen in event.properties.items():
                before = {t: n for t, n in chunk.before(name, key).items() if t != "null"}
                total = sum(before.values())
                if total < _ENOUGH or expected_type(name, key):
                    continue  # of a standard property another kind says what it should be
                for now, times in seen.types.items():
                    if now != "null" and before.get(now, 0) < _RARE * total:
                        was = max(before, key=lambda each: before[each])
                        yield Found(name, key, now, times, {"was": was, "now": now})
