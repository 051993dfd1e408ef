"""One event followed in time by another, or not followed by it: how often."""

from __future__ import annotations

from marketing.conditions.criteria import Criterion, Label
from marketing.conditions.criteria.event import describe_events, describe_window
from marketing.conditions.offer import BEHAVIOUR, Ask, Offer
from marketing.conditions.types import Filter, Operand, Ref, Then, TraitSpec
from marketing.kernel.text import Language, Text
from marketing.kernel.windows import ALL_TIME, Window

_FOLLOWED = Text(
    "times of {first} followed within {time} by {then}", "{first}之后{time}内又{then}的次数"
)
_ALONE = Text(
    "times of {first} not followed within {time} by {then}", "{first}之后{time}内没有{then}的次数"
)
_HOUR, _HOURS = Text("1 hour", "1小时"), Text("{n} hours", "{n}小时")
_DAY, _DAYS = Text("1 day", "1天"), Text("{n} days", "{n}天")


class Sequence(Criterion, frozen=True, kw_only=True):
    """Without an operator: at least once."""

    offer = Offer(
        Text("One after another", "先后行为"), BEHAVIOUR,
        {
            "event": Ask("event"), "then": Ask("form", Text("then", "之后")),
            "then.step": Ask("form"), "then.step.events": Ask("event"),
            "then.within_hours": Ask("number", Text("within hours", "小时内")),
            "then.negate": Ask("flag", Text("must not follow", "不得发生")),
        },
        "number", editor="sequence",
        start={
            "event": "Product Added", "window": {"days": 30}, "op": "gte", "value": 1,
            "then": {"step": {"events": ["Order Completed"]}, "within_hours": 48, "negate": True},
        }, order=1,
    )  # fmt: skip

    op: str = "gte"
    value: Operand = 1
    event: str | tuple[str, ...]
    where: tuple[Filter, ...] = ()
    then: Then
    window: Window = ALL_TIME

    def traits(self) -> tuple[TraitSpec, ...]:
        events = (self.event,) if isinstance(self.event, str) else self.event
        return (
            TraitSpec(
                function="sequence",
                events=events,
                where=self.where,
                then=self.then,
                window=self.window,
            ),
        )

    def ref(self) -> Ref:
        return Ref("trait", self.traits()[0].key())

    def subject(self, language: Language, label: Label) -> str:
        events = (self.event,) if isinstance(self.event, str) else self.event
        said = (_ALONE if self.then.negate else _FOLLOWED).say(
            language,
            first=describe_events(events, self.where, language, label),
            then=describe_events(self.then.step.events, self.then.step.where, language, label),
            time=_say_hours(self.then.within_hours, language),
        )
        return said + describe_window(self.window, language)


def _say_hours(hours: int, language: Language) -> str:
    """Whole days as days."""
    days, rest = divmod(hours, 24)
    if rest or not days:
        return (_HOUR if hours == 1 else _HOURS).say(language, n=hours)
    return (_DAY if days == 1 else _DAYS).say(language, n=days)
