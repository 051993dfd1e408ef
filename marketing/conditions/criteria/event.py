"""An event aggregate spelt out on the spot: how often, how much, how recently."""

from __future__ import annotations

from marketing.conditions.criteria import Criterion, Label
from marketing.conditions.offer import BEHAVIOUR, Ask, Offer
from marketing.conditions.saying import say_value
from marketing.conditions.types import Filter, Ref, TraitSpec
from marketing.kernel.text import Language, Text
from marketing.kernel.windows import ALL_TIME, Window

_FUNCTIONS = {
    "count": Text("number of {events}", "{events}的次数"),
    "sum": Text("sum of {property} over {events}", "{events}的{property}之和"),
    "mean": Text("average {property} of {events}", "{events}的平均{property}"),
    "min": Text("lowest {property} of {events}", "{events}的最小{property}"),
    "max": Text("highest {property} of {events}", "{events}的最大{property}"),
    "first": Text("{property} of the first {events}", "首次{events}的{property}"),
    "last": Text("{property} of the last {events}", "最近一次{events}的{property}"),
    "mode": Text("most frequent {property} of {events}", "{events}中最常见的{property}"),
    "distinct": Text(
        "number of different values of {property} over {events}", "{events}的不同{property}的数量"
    ),
    "days_since": Text("days since the last {events}", "距上次{events}的天数"),
    "days_since_first": Text("days since the first {events}", "距首次{events}的天数"),
    "active_days": Text("days with {events}", "有{events}的天数"),
    "longest_gap": Text("longest gap in days between {events}", "{events}之间最长间隔的天数"),
    "streak": Text("current run of days with {events}", "当前连续有{events}的天数"),
    "longest_streak": Text("longest run of days with {events}", "最长连续有{events}的天数"),
}
_FUNCTIONS |= {"first_number": _FUNCTIONS["first"], "last_number": _FUNCTIONS["last"]}
# What somebody else's function is called stands before what it reads.
_OTHER = Text("{function} of {events}", "{events}的{function}")
_OTHER_OF_PROPERTY = Text("{function} {property} of {events}", "{events}的{property}{function}")
_DAY, _HOUR = Text(" in the last day", "（近1天）"), Text(" in the last hour", "（近1小时）")
_DAYS = Text(" in the last {n} days", "（近{n}天）")
_HOURS = Text(" in the last {n} hours", "（近{n}小时）")
_SKIPPED = Text(" in the {n} days before {then}", "（{then}之前的{n}天）")
_SKIPPED_DAY = Text(" on the day before {then}", "（{then}之前的1天）")
_TODAY, _LAST = Text("today", "今天"), Text("the last {n}", "最近{n}天")
_WHERE, _AND = Text(" where {filters}", "（其中{filters}）"), Text(" and ", "且")
_FILTER = Text("{property} {op} {value}", "{property}{op}{value}")
_SIGN = Text("{sign}", " {sign} ")
_SIGNS = {"eq": "=", "not_eq": "≠", "gte": "≥", "lte": "≤", "gt": ">", "lt": "<"}
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
        counted, called = _FUNCTIONS.get(self.function), ""
        if counted is None:
            counted = _OTHER_OF_PROPERTY if self.property else _OTHER
            called = label(Ref("function", self.function), language)
        said = counted.say(
            language,
            events=say_events(self.trait().events, language, label),
            property=_quoted("property", self.property or "", language, label),
            function=called,
        )
        filters = describe_filters(self.where, language, label)
        return said + filters + describe_window(self.window, language)


def _quoted(kind: str, name: str, language: Language, label: Label) -> str:
    return say_value(label(Ref(kind, name), language), language) if name else ""


def say_events(events: tuple[str, ...], language: Language, label: Label) -> str:
    """The events by their names, quoted."""
    return say_value(tuple(label(Ref("event", event), language) for event in events), language)


def describe_events(
    events: tuple[str, ...], where: tuple[Filter, ...], language: Language, label: Label
) -> str:
    """The events' names with what their properties must be."""
    return say_events(events, language, label) + describe_filters(where, language, label)


def describe_filters(where: tuple[Filter, ...], language: Language, label: Label) -> str:
    """What the properties must be, to follow what they are properties of."""
    if not where:
        return ""
    said = (_say_filter(each, language, label) for each in where)
    return _WHERE.say(language, filters=_AND.say(language).join(said))


def _say_filter(each: Filter, language: Language, label: Label) -> str:
    word = _WORDS.get(each.op)
    sign = _SIGNS.get(each.op, each.op)
    return _FILTER.say(
        language,
        property=_quoted("property", each.property, language, label),
        op=word.say(language) if word else _SIGN.say(language, sign=sign),
        value=say_value(each.value, language),
    )


def describe_window(window: Window, language: Language) -> str:
    if window.hours is not None:
        return (_HOUR if window.hours == 1 else _HOURS).say(language, n=window.hours)
    if window.days is None:
        return ""
    if not window.skip_days:
        return (_DAY if window.days == 1 else _DAYS).say(language, n=window.days)
    then = (_TODAY if window.skip_days == 1 else _LAST).say(language, n=window.skip_days)
    return (_SKIPPED_DAY if window.days == 1 else _SKIPPED).say(language, n=window.days, then=then)
