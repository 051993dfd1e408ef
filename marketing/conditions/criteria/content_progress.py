"""How much of a content's lessons somebody has done, 0 to 1."""

from __future__ import annotations

from marketing.conditions.criteria import Criterion, Label
from marketing.conditions.offer import LEARNING, Ask, Offer
from marketing.conditions.types import Filter, Ref, TraitSpec
from marketing.kernel.text import Language, Text

LESSON_DONE = ("Lesson Completed",)
_SUBJECT = Text("progress in “{name}”", "“{name}”的学习进度")


class ContentProgress(Criterion, frozen=True, kw_only=True):
    """``content``: the id that events call ``content``."""

    offer = Offer(
        Text("Progress", "学习进度"), LEARNING,
        {"content": Ask("content", Text("progress in", "学习进度："))}, "number", unit="share",
        start={"op": "gte", "value": 0.5}, order=0,
    )  # fmt: skip

    content: str

    def traits(self) -> tuple[TraitSpec, ...]:
        return (lessons_done(self.content),)

    def ref(self) -> Ref:
        return Ref("progress", self.content)

    def subject(self, language: Language, label: Label) -> str:
        return _SUBJECT.say(language, name=label(Ref("content", self.content), language))


def lessons_done(content: str) -> TraitSpec:
    """How many different lessons of it somebody has completed."""
    return TraitSpec(
        function="distinct",
        events=LESSON_DONE,
        property="lesson",
        where=(Filter(property="content", value=content),),
    )
