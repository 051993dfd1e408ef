"""Local days since the last lesson of a content that was begun and is not finished."""

from __future__ import annotations

from marketing.conditions.criteria import Criterion, Label
from marketing.conditions.criteria.content_progress import LESSON_DONE, lessons_done
from marketing.conditions.offer import LEARNING, Ask, Offer
from marketing.conditions.types import Filter, Ref, TraitSpec
from marketing.kernel.text import Language, Text

_SUBJECT = Text("days stalled in “{name}”", "在“{name}”中停滞的天数")


class ContentStalled(Criterion, frozen=True, kw_only=True):
    """Missing for whoever has not begun or has done every lesson."""

    offer = Offer(
        Text("Stalled", "学习停滞"), LEARNING,
        {"content": Ask("content", Text("days stalled in", "停滞天数："))}, "number",
        start={"op": "gte", "value": 7},
    )  # fmt: skip

    content: str

    def traits(self) -> tuple[TraitSpec, ...]:
        return (lessons_done(self.content), last_lesson(self.content))

    def ref(self) -> Ref:
        return Ref("stalled", self.content)

    def subject(self, language: Language, label: Label) -> str:
        return _SUBJECT.say(language, name=label(Ref("content", self.content), language))


def last_lesson(content: str) -> TraitSpec:
    """Days since the last lesson of it."""
    return TraitSpec(
        function="days_since",
        events=LESSON_DONE,
        where=(Filter(property="content", value=content),),
    )
