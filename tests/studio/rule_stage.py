"""Twelve people, written out, and what is true of them in plain Python: the second source."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np

from marketing import pipeline
from marketing.conditions.parse import VERSION
from marketing.kernel.text import Text
from marketing.people.models import Person
from marketing.people.queries import highest_ordinal
from marketing.personas.services import write_score
from marketing.workspace.models import Workspace
from tests.campaigns.stage import NOW
from tests.messages import identify, track

Document = dict[str, Any]
Send = Callable[..., Any]
ORDERED, DONE = "Order Completed", "Lesson Completed"


class Learner(NamedTuple):
    """``orders``: (days ago, category, price in cents). ``lesson``: days since the last one."""

    name: str
    city: str | None
    age: int
    vip: bool
    risk: float
    push: bool
    orders: tuple[tuple[int, str, int], ...] = ()
    lesson: int | None = None


LEARNERS = (
    Learner("ann", "Shanghai", 21, True, 0.10, True, ((3, "python", 9900),), 2),
    Learner("bob", "Shanghai", 34, False, 0.20, True, ((20, "python", 9900),), 40),
    Learner("cai", "Hangzhou", 45, False, 0.30, False, ((60, "python", 19900), (5, "art", 500))),
    Learner("dan", "Beijing", 52, True, 0.80, True, ((10, "python", 9900),), 30),
    Learner("eve", "Beijing", 19, False, 0.15, True, ((10, "python", 9900),), 20),
    Learner("fei", None, 28, False, 0.90, False, ((80, "python", 100),), 15),
    Learner("gus", "Hangzhou", 31, True, 0.50, True, ((2, "art", 700), (9, "art", 800)), 1),
    Learner("hua", "Shanghai", 64, False, 0.60, True),
    Learner("ida", None, 37, False, 0.45, False, ((200, "python", 9900),)),
    Learner("jun", "Chengdu", 40, True, 0.05, True, ((33, "python", 9900),), 13),
    Learner("kim", "Chengdu", 23, False, 0.42, True, ((50, "python", 12000),), 60),
    Learner("leo", "Hangzhou", 77, False, 0.35, False, ((1, "python", 9900),)),
)


def fill(workspace: Workspace, send: Send, now: datetime = NOW) -> None:
    """Sent, folded, scored; the clock stands at ``now``."""
    workspace.frozen_at = now
    workspace.save()
    for learner in LEARNERS:
        send(*_said(learner, now), now=now)
    pipeline.refresh(workspace, now)
    score(now)


def score(now: datetime = NOW) -> None:
    risk = np.full(highest_ordinal() + 1, np.nan)
    for person in Person.objects.all():
        risk[person.pk] = next(each.risk for each in LEARNERS if each.name == person.external_id)
    write_score("churn", risk, now, Text("Churn risk", "流失风险分"))


def of(condition: Document) -> Document:
    return {"version": VERSION, "condition": condition}


def document(*parts: Document) -> Document:
    return of({"all": list(parts)})


def event(name: str, days: int, op: str = "gte", value: float = 1, **more: Any) -> Document:
    return {"type": "event", "event": name, "window": {"days": days}, "op": op, "value": value,
            **more}  # fmt: skip


CITY: Document = {"type": "attribute", "name": "city", "op": "one_of",
                  "value": ["Shanghai", "Hangzhou"]}  # fmt: skip
RISK: Document = {"type": "score", "name": "churn", "op": "gte", "value": 0.4}
BOUGHT = event(ORDERED, 90, where=[{"property": "category", "op": "eq", "value": "python"}])
NOT_LEARNING: Document = {"not": event(DONE, 14)}
# The condition of the picture: bought Python in 90 days, in two cities or at risk, and idle.
PICTURE = document(BOUGHT, {"any": [CITY, RISK]}, NOT_LEARNING)


def in_cities(learner: Learner) -> bool:
    return learner.city in ("Shanghai", "Hangzhou")


def at_risk(learner: Learner) -> bool:
    return learner.risk >= 0.4


def bought_python(learner: Learner) -> bool:
    return any(ago < 90 and category == "python" for ago, category, _cents in learner.orders)


def is_idle(learner: Learner) -> bool:
    return learner.lesson is None or learner.lesson >= 14


def in_picture(learner: Learner) -> bool:
    return bought_python(learner) and (in_cities(learner) or at_risk(learner)) and is_idle(learner)


def _said(learner: Learner, now: datetime) -> list[Document]:
    long_ago = now - timedelta(days=300)
    place = {"city": learner.city} if learner.city else {}
    bodies = [
        identify(learner.name, long_ago, age=learner.age, vip=learner.vip, inbox_consent=True,
                 push_consent=learner.push, reachable_push=learner.push, **place)
    ]  # fmt: skip
    for ago, category, cents in learner.orders:
        at = now - timedelta(days=ago)
        bodies.append(track(learner.name, ORDERED, at, category=category, price_cents=cents))
    if learner.lesson is not None:
        bodies.append(track(learner.name, DONE, now - timedelta(days=learner.lesson)))
    return bodies
