"""An event aggregate spelt out on the spot: how often, how much, how recently."""

from __future__ import annotations

from marketing.conditions.criteria import Criterion, Label, say_value
from marketing.conditions.offer import BEHAVIOUR, Ask, Offer
from marketing.conditions.types import Filter, Ref, TraitSpec
from marketing.kernel.text import Language, Text
from marketing.kernel.windows import ALL_TIME, Window

_FUNCTIONS = {
    "count": Text("number of {events}", "{events}的次数"),
    "sum": Text("sum of {property} over {events}", "{events}的{property}之和"),
    "days_since": Text("days since the last {events}", "距上次{events}的天数"),
    "active_days": Text("days with {events}", "有{events}的天数"),
}
_OTHER = Text("{function} of {events}", "{events}的{function}")
_DAYS = Text(" in the last {days} days", "（近{days}天）")
_SKIPPED = Text(" in the {days} days before the last {skip}", "（最近{skip}天之前的{days}天）")
_HOURS = Text(" in the last {hours} hours", "（近{hours}小时）")
_WHERE = Text(" where {property} {op} {value}", "，其中{property} {op} {value}")
_OPS = {"eq": "=", "not_eq": "≠", "gte": "≥", "lte": "≤", "gt": ">", "lt": "<"}
_WORDS = {
    "one_of": Text("is one of", "属于"),
    "contains": Text("contains", "包含"),
    "in_list": Text("is in list", "在列表中："),
}


class Event(Criterion, frozen=True, kw_only=True):
    offer = Offer(
        Text("Behaviour", "行为"), BEHAVIOUR,
        {"function": Ask("function"), "event": Ask("event"), "property": Ask("property")},
        "number", editor="event",
        start={"function": "count", "window": {"days": 30}, "op": "gte", "value": 1}, order=0,
    )  # fmt: skip

    function: str = "count"
    event: str | tuple[str, ...]
    property: str | None = None
    where: tuple[Filter, ...] = ()
    window: Window = ALL_TIME

    def traits(self) -> tuple[TraitSpec, ...]:
        return (self.trait(),)

    def trait(self) -> TraitSpec:
        events = (self.event,) if isinstance(self.event, str) else self.event
        return TraitSpec(
            function=self.function,
            events=events,
            property=self.property,
            where=self.where,
            window=self.window,
        )

    def ref(self) -> Ref:
        return Ref("trait", self.trait().key())

    def subject(self, language: Language, label: Label) -> str:
        spec = self.trait()
        said = _FUNCTIONS.get(self.function, _OTHER).say(
            language,
            events=say_value(spec.events, language),
            property=self.property,
            function=self.function,
        )
        filters = describe_filters(self.where, language)
        return said + filters + describe_window(self.window, language)


def describe_events(events: tuple[str, ...], where: tuple[Filter, ...], language: Language) -> str:
    """The events' names with what their properties must be."""
    return say_value(events, language) + describe_filters(where, language)


def describe_filters(where: tuple[Filter, ...], language: Language) -> str:
    """What the properties must be, to follow what they are properties of."""
    said = ""
    for each in where:
        word = _WORDS.get(each.op)
        op = _OPS.get(each.op) or (word.say(language) if word else each.op)
        said += _WHERE.say(
            language, property=each.property, op=op, value=say_value(each.value, language)
        )
    return said


def describe_window(window: Window, language: Language) -> str:
    if window.hours is not None:
        return _HOURS.say(language, hours=window.hours)
    if window.days is None:
        return ""
    phrase = _SKIPPED if window.skip_days else _DAYS
    return phrase.say(language, days=window.days, skip=window.skip_days)
