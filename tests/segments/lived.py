"""People who lived through two months, refreshed on three days of it; and what is true of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from marketing import pipeline
from marketing.people.models import Person
from segments import shipped
from tests.campaigns.stage import NOW
from tests.messages import track

if TYPE_CHECKING:
    from marketing.workspace.models import Workspace

ENROLLED = "Course Enrolled"
# Name to how many days before NOW somebody enrolled, and for how many cents.
LIVES: dict[str, list[tuple[int, int]]] = {
    "ann": [(120, 5000), (70, 9900), (35, 9900), (12, 9900), (2, 19900)],
    "bob": [(110, 9900), (60, 9900)],
    "cem": [(58, 100)],
    "dan": [(38, 9900), (37, 9900), (36, 9900)],
    "eva": [(20, 30000), (19, 9900), (18, 9900), (17, 9900)],
    "fay": [(1, 9900)],
    "gil": [(140, 9900), (3, 1000)],
    "hua": [(130, 2000)],
}
REFRESHED = (44, 16, 0)
STAGES = ("new", "active", "returned", "at_risk", "lapsed")


def live(workspace: Workspace, send: Callable[..., Any]) -> None:
    shipped.install()
    before = 1_000
    for ago in REFRESHED:
        now = day(ago)
        send(*(
            track(name, ENROLLED, day(days) - timedelta(hours=1), content=f"c{days}",
                  price_cents=cents)
            for name, courses in LIVES.items() for days, cents in courses if ago <= days < before
        ), now=now)  # fmt: skip
        pipeline.refresh(workspace, now)
        before = ago


def stage_of(name: str, days_ago: int) -> str | None:
    """The reference: by the ages of all enrolments at that moment."""
    ages = [days - days_ago for days, _cents in LIVES[name] if days >= days_ago]
    if not ages:
        return None
    if max(ages) < 28:
        return "new"
    lately, before = any(age < 28 for age in ages), any(28 <= age < 84 for age in ages)
    return {(True, True): "active", (True, False): "returned",
            (False, True): "at_risk", (False, False): "lapsed"}[lately, before]  # fmt: skip


def ordinals(names: Iterable[str]) -> set[int]:
    keys = [f"user:{name}" for name in names]
    return set(Person.objects.filter(key__in=keys).values_list("pk", flat=True))


def day(days_ago: int) -> datetime:
    return NOW - timedelta(days=days_ago)
