"""Random lives around exposures, and what each metric makes of them, counted in plain Python."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple

from marketing.events.archive import archive
from marketing.events.intake import Taken
from marketing.experiments.metrics import Definition
from marketing.experiments.models import Experiment, Exposure
from marketing.people.models import Identity
from tests.campaigns.stage import NOW, fold
from tests.messages import track

EVENTS = ("Order Completed", "Course Viewed", "Searched")
ARMS = ("holdout", "small", "large")
DAY, TICK = timedelta(days=1), timedelta(microseconds=1)


class Done(NamedTuple):
    name: str
    at: datetime
    cents: int | None
    rating: float | None


class Seen(NamedTuple):
    """``number``: the order of writing."""

    at: datetime
    number: int
    arm: int
    epoch: int


class Life(NamedTuple):
    """One human, under one name or, where ``was_visitor``, under two that were merged later."""

    user: str
    was_visitor: bool
    exposures: list[Seen]
    events: list[Done]

    @property
    def first(self) -> Seen:
        return min(self.exposures)


def lived(seed: int, people: int) -> list[Life]:
    """A few are never exposed; of those who are merged, some are exposed under both names."""
    dice, numbers = random.Random(seed), iter(range(10_000))
    found = []
    for i in range(people):
        was_visitor = dice.random() < 0.3
        times = dice.choice([0, 1, 1, 1, 1]) + (was_visitor and dice.random() < 0.6)
        exposures = [
            Seen(
                NOW + timedelta(hours=dice.randrange(200)),
                next(numbers),
                dice.randrange(len(ARMS)),
                dice.randrange(3),
            )
            for _ in range(times)
        ]
        since = min(exposures).at if exposures else NOW
        events = list(_events(dice, since))
        found.append(Life(f"u{seed}-{i}", was_visitor, exposures, events))
    return found


def _events(dice: random.Random, since: datetime) -> Iterator[Done]:
    """Before, at the very edges of windows of 3 and 7 days, inside and after."""
    edges = [DAY * days + tick for days in (-7, -3, 0, 1, 3, 7) for tick in (-TICK, TICK * 0, TICK)]
    for _ in range(dice.choice([0, 1, 3, 8, 20])):
        after = dice.choice([*edges, timedelta(seconds=dice.randrange(-900_000, 900_000))])
        yield Done(
            dice.choice(EVENTS), since + after, dice.choice([None, 0, 100, 9_900, 50_000, -300]),
            dice.choice([None, 1, 4.5]),
        )  # fmt: skip


def live(experiment: Experiment, lives: list[Life], send: Callable[..., Taken], seed: int) -> None:
    """Through intake, in parts: some in the warehouse, late ones after it, merges at the end."""
    dice, late = random.Random(seed), NOW + 300 * DAY
    send(*(track(None, "Installed", NOW, anonymous=f"v-{each.user}")
           for each in lives if each.was_visitor), now=late)  # fmt: skip
    send(*(track(each.user, "Installed", NOW) for each in lives), now=late)
    for life in lives:
        names = [f"user:{life.user}", f"anon:v-{life.user}"]
        for name, seen in zip(names, life.exposures, strict=False):
            person = Identity.objects.get(key=name).person_id
            Exposure.objects.create(
                experiment=experiment, person_id=person, arm=seen.arm, epoch=seen.epoch,
                exposed_at=seen.at,
            )  # fmt: skip
    messages = [_message(dice, life, done) for life in lives for done in life.events]
    dice.shuffle(messages)
    half = len(messages) // 2
    send(*messages[:half], now=late)
    archive(late)
    merging = [track(each.user, "Installed", NOW, anonymous=f"v-{each.user}")
               for each in lives if each.was_visitor]  # fmt: skip
    send(*messages[half:], *merging, now=late)
    fold()


def _message(dice: random.Random, life: Life, done: Done) -> dict[str, object]:
    told = {"price_cents": done.cents, "stars": done.rating}
    is_visitor = life.was_visitor and dice.random() < 0.5
    user, anonymous = (None, f"v-{life.user}") if is_visitor else (life.user, None)
    message = track(user, done.name, done.at, anonymous=anonymous)
    return message | {"properties": {k: v for k, v in told.items() if v is not None}}


def _within(life: Life, name: str, days: int, *, is_before: bool) -> list[Done]:
    since, window = life.first.at, DAY * days
    if is_before:
        return [e for e in life.events if e.name == name and since - window <= e.at < since]
    return [e for e in life.events if e.name == name and since <= e.at <= since + window]


def value(life: Life, wanted: Definition, *, is_before: bool = False) -> float:
    """What the metric makes of one life, before the cap."""
    mine = _within(life, wanted.event, wanted.days, is_before=is_before)
    since = life.first.at
    if wanted.kind == "conversion":
        return float(bool(mine))
    if wanted.kind == "count" or (wanted.kind in ("ratio", "percentile") and not wanted.amount):
        return float(len(mine))
    if wanted.kind in ("revenue", "ratio", "percentile"):
        is_rating = wanted.amount == "stars"
        return float(sum((e.rating if is_rating else e.cents) or 0 for e in mine))
    if wanted.kind == "retention":
        until = since + DAY * wanted.days
        return float(any(since + DAY * wanted.from_day <= e.at < until for e in mine))
    assert wanted.kind == "time_to_event"
    return min([(e.at - since) / DAY for e in mine], default=float(wanted.days))


def denominator(life: Life, wanted: Definition) -> float:
    return float(len(_within(life, wanted.per_event, wanted.days, is_before=False)))


def limit(values: list[float], percentile: float) -> float:
    """The smallest value that at least so many per cent of those above 0 do not exceed."""
    some = sorted(each for each in values if each > 0)
    return some[ceil(len(some) * percentile / 100) - 1]
