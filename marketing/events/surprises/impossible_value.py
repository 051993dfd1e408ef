"""A number that cannot be: a price below nothing, a negative length."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from marketing.events.surprises import Chunk, Found, SurpriseKind
from marketing.kernel.text import Text


class ImpossibleValue(SurpriseKind):
    label: ClassVar[Text] = Text("Impossible value", "不可能的值")
    says: ClassVar[Text] = Text(
        "“{property}” of “{event}” cannot be what came: from {lowest} to {highest}",
        "“{event}”的“{property}”出现了不可能的值：从 {lowest} 到 {highest}",
    )
    example: ClassVar[Found] = Found(
        event="Order Completed", property="price_cents", what={"lowest": -1, "highest": 9_900}
    )

    @classmethod
    def in_chunk(cls, chunk: Chunk) -> Iterable[Found]:
        for name, event in chunk.loud():
            for key, seen in event.properties.items():
                if seen.beyond and seen.lowest is not None and seen.highest is not None:
                    what = {"lowest": seen.lowest, "highest": seen.highest}
                    yield Found(name, key, "", seen.beyond, what)
