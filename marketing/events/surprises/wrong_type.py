"""A standard event's property that is not of the type it should be: it cannot be counted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from marketing.events.standard import expected_type
from marketing.events.surprises import Chunk, Found, SurpriseKind
from marketing.kernel.text import Text

# What scans read as each: a flag counts 1 or 0, a number is a text as it is written.
_FITS = {"number": {"number", "flag"}, "text": {"text", "number", "flag"}}


class WrongType(SurpriseKind):
    label: ClassVar[Text] = Text("Wrong type", "类型错误")
    says: ClassVar[Text] = Text(
        "“{property}” of “{event}” should be {wanted} and comes as {now}: it does not count",
        "“{event}”的“{property}”应为 {wanted}，却以 {now} 出现：不会被统计",
    )
    example: ClassVar[Found] = Found(
        event="Order Completed", property="price_cents", mark="text",
        what={"wanted": "number", "now": "text"},
    )  # fmt: skip

    @classmethod
    def in_chunk(cls, chunk: Chunk) -> Iterable[Found]:
        for name, event in chunk.loud():
            for key, seen in event.properties.items():
                wanted = expected_type(name, key)
                fits = _FITS.get(wanted, set()) | {"null"}
                for now, times in seen.types.items():
                    if wanted and now not in fits:
                        yield Found(name, key, now, times, {"wanted": wanted, "now": now})
