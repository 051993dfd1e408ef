"""Which contents go together: people who had these also had that, more often than by chance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from marketing.kernel.moments import microseconds
from marketing.kernel.text import Text
from marketing.kernel.windows import Window
from recommender.insights import Insight, Moment, Refused
from recommender.insights._baskets import Baskets, Inside, baskets
from recommender.insights._choice import EventChoice, names
from recommender.insights._rules import Found, adjusted, chances, frequent, rules

if TYPE_CHECKING:
    from marketing.events.scans import Source

Floats = NDArray[np.float64]
# Beyond this, sets are too many to be looked at one by one.
MOST_FREQUENT_ITEMS = 3_000
_MINUTE_US = 60_000_000
_TOO_MANY = Text(
    "{items} contents are in at least {least} baskets each; at most {most} can be compared",
    "有 {items} 个内容各出现在至少 {least} 个篮子中；最多只能比较 {most} 个",
)
_RAISE = Text("Ask for more baskets at least.", "请提高最少篮子数。")


class Item(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A content's id and title (its id where the catalogue has none)."""

    id: str
    title: str


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Baskets with all of ``left`` also have ``right``.

    ``support``: the share of baskets with all of them. ``confidence``: of those with ``left``, the
    share with ``right``. ``lift``: over the share of all baskets. ``conviction`` None: never wrong.
    ``p``: Fisher's exact test, one-sided, against chance and against each rule that asks for one
    content less: the largest. ``q``: after Benjamini and Hochberg.
    """

    left: tuple[Item, ...]
    right: Item
    together: int
    left_count: int
    right_count: int
    support: float
    confidence: float
    lift: float
    conviction: float | None
    p: float
    q: float


class AssociationsAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``rules``: the largest lift first, then the largest confidence.

    ``tested``: how many were looked at; ``passed``: how many of them passed, shown or not.
    ``items``: different contents, ``frequent`` of them often enough.
    """

    rules: tuple[Rule, ...]
    baskets: int
    items: int
    frequent: int
    tested: int
    passed: int


class Associations(Insight, frozen=True, kw_only=True):
    """Baskets: what a person had in the window, or in one session of it.

    ``of``: the events that put ``property`` into the basket. A session ends where
    ``gap_minutes`` pass without another. ``at_least`` baskets must have all of a rule's contents,
    ``most_items`` at most; ``confidence`` and ``false_discovery`` (q) are what a rule must pass.
    """

    label: ClassVar[Text] = Text("Association rules", "关联规则")
    result: ClassVar[type[msgspec.Struct]] = AssociationsAnswer
    example: ClassVar[Mapping[str, Any]] = {
        "of": [{"event": "Course Enrolled"}],
        "property": "content",
        "at_least": 30,
        "window": {"days": 365},
    }

    of: Annotated[tuple[EventChoice, ...], msgspec.Meta(min_length=1, max_length=5)]
    property: Annotated[str, msgspec.Meta(min_length=1, max_length=120)] = "content"
    window: Window = Window(days=365)
    basket: Literal["person", "session"] = "person"
    gap_minutes: Annotated[int, msgspec.Meta(ge=1, le=24 * 60)] = 30
    at_least: Annotated[int, msgspec.Meta(ge=5)] = 30
    most_items: Annotated[int, msgspec.Meta(ge=2, le=4)] = 3
    confidence: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.1
    false_discovery: Annotated[float, msgspec.Meta(gt=0, le=0.5)] = 0.05
    most: Annotated[int, msgspec.Meta(ge=1, le=500)] = 100

    def events(self) -> tuple[str, ...]:
        return names(self.of)

    def answer(self, source: Source, moment: Moment) -> AssociationsAnswer:
        since, until = self.window.bounds(moment.now, moment.zone)
        gap_us = self.gap_minutes * _MINUTE_US if self.basket == "session" else None
        inside = Inside(since, microseconds(until), gap_us)
        found = baskets(source, self.of, self.property, inside)
        often = int((found.counts() >= self.at_least).sum()) if found.n else 0
        if often > MOST_FREQUENT_ITEMS:
            raise Refused("too_many_items", _TOO_MANY, _RAISE, items=often, least=self.at_least,
                          most=MOST_FREQUENT_ITEMS)  # fmt: skip
        moment.progress(0.3)
        sets = frequent(found, self.at_least, self.most_items)
        seen = rules(sets, found.n)
        moment.progress(0.8)
        return self._answer(found, often, seen, chances(seen, sets), moment)

    def _answer(
        self, found: Baskets, often: int, seen: list[Found], p: Floats, moment: Moment
    ) -> AssociationsAnswer:
        q = adjusted(p)
        passed = self._passing(seen, q)
        passed.sort(key=lambda i: (-seen[i].lift, -seen[i].confidence, i))
        shown = passed[: self.most]
        called = _called(found.items, (seen[i] for i in shown), moment)
        return AssociationsAnswer(
            rules=tuple(_rule(seen[i], called, float(p[i]), float(q[i])) for i in shown),
            baskets=found.n,
            items=len(found.items),
            frequent=often,
            tested=len(seen),
            passed=len(passed),
        )

    def _passing(self, seen: list[Found], q: Floats) -> list[int]:
        return [
            i
            for i, rule in enumerate(seen)
            if q[i] <= self.false_discovery and rule.lift > 1 and rule.confidence >= self.confidence
        ]


def _called(items: tuple[str, ...], shown: Iterable[Found], moment: Moment) -> dict[int, Item]:
    """The shown rules' items by place."""
    places = sorted({place for rule in shown for place in (*rule.left, rule.right)})
    titles = moment.titles([items[place] for place in places])
    return {
        place: Item(id=items[place], title=titles.get(items[place], items[place]))
        for place in places
    }


def _rule(found: Found, called: Mapping[int, Item], p: float, q: float) -> Rule:
    return Rule(
        left=tuple(called[place] for place in sorted(found.left)),
        right=called[found.right],
        together=found.together,
        left_count=found.left_count,
        right_count=found.right_count,
        support=found.support,
        confidence=found.confidence,
        lift=found.lift,
        conviction=found.conviction,
        p=p,
        q=q,
    )
