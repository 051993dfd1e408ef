"""A random life of a few people, sent in parts."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from marketing.conditions.types import Ref
from marketing.personas.shipped import ACTIVITY, WITHDRAWN
from marketing.personas.types import Personas
from tests.messages import identify, track

ATTRIBUTES: dict[str, list[Any]] = {
    "age": [18, 35.5, 70],
    "city": ["上海", "Paris", ""],
    "vip": [True, False],
}


def messages(seed: int, now: datetime, count: int, people: int) -> list[dict[str, Any]]:
    """Events up to 100 days old in no order, and things said: numbers, texts and flags."""
    chance = random.Random(seed)
    return [_message(chance, now, f"p{chance.randrange(people)}") for _ in range(count)]


def _message(chance: random.Random, now: datetime, user: str) -> dict[str, Any]:
    at = now - timedelta(seconds=chance.randrange(100 * 86_400))
    if chance.random() < 0.3:
        name = chance.choice(sorted(ATTRIBUTES))
        return identify(user, at, **{name: chance.choice(ATTRIBUTES[name])})
    anonymous = f"visitor-of-{user}" if chance.random() < 0.2 else None
    return track(
        user, chance.choice([*ACTIVITY, WITHDRAWN, "Something Else"]), at, anonymous=anonymous,
        content=chance.choice(["algebra", "poetry"]), price_cents=chance.randrange(1_000),
        score=chance.choice([55, 91.25, None]),
    )  # fmt: skip


def rows(personas: Personas) -> dict[Ref, list[object]]:
    """Every column's value for every ordinal, None where it is missing."""
    return {
        ref: [seen(personas, ref, ordinal) for ordinal in range(personas.size)]
        for ref in personas.columns
    }


def seen(personas: Personas, ref: Ref, ordinal: int) -> object:
    column = personas.one(ordinal).column(ref)
    return column.values if column.present else None
