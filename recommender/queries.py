"""What is asked of the recommender."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import orjson

from marketing.catalog.models import Content
from marketing.catalog.queries import by_external_ids, published_external_ids
from marketing.events.models import Event
from marketing.personas.shipped import BOUGHT
from recommender import serving
from recommender.serving import Serving


@dataclass(frozen=True)
class Because:
    """The earlier course that adds most to the score, and how much of it (exact)."""

    content: str
    title: str
    share: float


@dataclass(frozen=True)
class Recommendation:
    """``score`` orders, it is no probability. ``because`` None for a person without history."""

    content: str
    title: str
    price_cents: int
    currency: str
    score: float
    because: Because | None


def recommend(person_id: int, limit: int = 10) -> list[Recommendation]:
    """The best courses that this person does not own. Raises Unavailable without a model."""
    model = serving.current()
    taken = _taken(person_id)
    owned = {content for content in taken if content in model.place}
    history = np.array(
        [model.place[content] for content in dict.fromkeys(taken) if content in owned],
        dtype=np.int32,
    )
    published = published_external_ids()
    allowed = np.array([i in published and i not in owned for i in model.items], dtype=bool)
    best = model.top(history, allowed, limit)
    because = [_strongest(model, history, item) for item, _score in best]
    named = by_external_ids(
        [model.items[item] for item, _score in best] + [b[0] for b in because if b]
    )
    return [
        _recommendation(named, model.items[item], score, reason)
        for (item, score), reason in zip(best, because, strict=True)
    ]


def _recommendation(
    named: dict[str, Content], content: str, score: float, reason: tuple[str, float] | None
) -> Recommendation:
    course = named[content]
    because = None
    if reason is not None and reason[0] in named:
        because = Because(reason[0], named[reason[0]].title, reason[1])
    return Recommendation(
        content, course.title, course.price_cents, course.currency, score, because
    )


def _strongest(
    model: Serving, history: np.ndarray[tuple[int], np.dtype[np.int32]], item: int
) -> tuple[str, float] | None:
    reasons = model.ranker.reasons(model.arrays, history, item) if len(history) else None
    if not reasons or reasons[0][1] <= 0:
        return None
    return model.items[reasons[0][0]], reasons[0][1]


def _taken(person_id: int) -> list[str]:
    """Content ids in the order in which they were taken."""
    rows = Event.objects.filter(person_id=person_id, name__in=BOUGHT).order_by("at_us", "id")
    properties = (orjson.loads(text) for text in rows.values_list("properties", flat=True))
    return [str(each["content"]) for each in properties if "content" in each]
