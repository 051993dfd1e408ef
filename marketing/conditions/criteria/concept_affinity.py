"""The share of somebody's activity that was on contents of a concept, 0 to 1."""

from __future__ import annotations

from marketing.conditions.criteria import Criterion, Label
from marketing.conditions.criteria.event import describe_window
from marketing.conditions.offer import LEARNING, Ask, Offer
from marketing.conditions.types import Filter, Ref, TraitSpec
from marketing.kernel.text import Language, Text
from marketing.kernel.windows import ALL_TIME, Window

_SUBJECT = Text("affinity to “{name}”", "对“{name}”的偏好")
_EVENTS = ("Course Viewed", "Course Enrolled", "Order Completed", "Lesson Completed",
           "Lesson Progressed")  # fmt: skip


class ConceptAffinity(Criterion, frozen=True, kw_only=True):
    """Missing for whoever did nothing with any content in the window."""

    offer = Offer(
        Text("Affinity to a concept", "知识点偏好"), LEARNING,
        {"concept": Ask("concept", Text("share of activity on", "活动占比："))}, "number",
        unit="share", start={"window": {"days": 90}, "op": "gte", "value": 0.3}, order=2,
    )  # fmt: skip

    concept: str
    window: Window = ALL_TIME

    def traits(self) -> tuple[TraitSpec, ...]:
        on_it = Filter(property="content", op="in_list", value=f"concept:{self.concept}")
        everything = TraitSpec(function="count", events=_EVENTS, window=self.window)
        return (
            TraitSpec(
                function="ratio",
                events=_EVENTS,
                where=(on_it,),
                window=self.window,
                against=everything,
            ),
        )

    def ref(self) -> Ref:
        return Ref("trait", self.traits()[0].key())

    def subject(self, language: Language, label: Label) -> str:
        said = _SUBJECT.say(language, name=self.concept)
        return said + describe_window(self.window, language)
