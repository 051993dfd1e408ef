"""What stands beside the builder: how many people, how they can be reached, some of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from django.conf import settings
from django.core.cache import cache
from django.utils.formats import date_format
from django.utils.timezone import localtime
from msgspec.structs import replace

from marketing.conditions.criteria import Label
from marketing.conditions.groups import All, Node
from marketing.conditions.types import MaskArray, Ref
from marketing.kernel.errors import MarketingError
from marketing.kernel.text import Language
from marketing.people.queries import reachability
from marketing.personas import queries
from marketing.personas.types import Personas
from marketing.studio.rules import checking, counting, mistakes
from marketing.studio.rules.draft import Draft, read
from marketing.studio.rules.mistakes import Problem
from marketing.studio.rules.sample import Someone, sample, score_of
from marketing.studio.shell import explained
from segments.models import Segment
from segments.queries import labeller, with_segments

MOST_LEAVES = 200
_REACH_KEPT_S = 15


class Reach(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``people``: of those meant, with consent and an address on the channel."""

    channel: str
    label: str
    people: int


class Preview(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``people`` None: cannot be counted, see ``problems`` and ``unavailable``.

    ``at_most`` is above ``people`` where leaves are pending: the answer lies between, and nothing
    is said of reach and people. ``sample``: None where the operator may not see people.
    """

    sentence: str = ""
    total: int = 0
    people: int | None = None
    at_most: int | None = None
    reach: tuple[Reach, ...] = ()
    sample: tuple[Someone, ...] | None = ()
    score_label: str = ""
    as_of: str = ""
    problems: tuple[Problem, ...] = ()
    unavailable: str = ""
    took_ms: float = 0.0


@dataclass(frozen=True)
class Asked:
    """``document``: the condition as it stands in the builder. ``own_key``: see ``problems``."""

    document: object
    own_key: str | None
    language: Language
    may_see_people: bool


def preview(asked: Asked) -> Preview:
    found = read(asked.document)
    if len(found.leaves) > MOST_LEAVES:
        return Preview(problems=(mistakes.too_many(MOST_LEAVES),))
    wrong = checking.problems(found, asked.own_key)
    label = labeller()
    about = Preview(
        sentence=found.node.describe(asked.language, label) if found.node else "",
        problems=tuple(wrong),
    )
    try:
        return _counted(about, found, asked, queries.current(), label)
    except MarketingError as error:
        return about if wrong else replace(about, unavailable=explained(error))


def _counted(
    about: Preview, found: Draft, asked: Asked, personas: Personas, label: Label
) -> Preview:
    """With what names nothing; if nothing is wrong, with the people."""
    others = checking.nodes(Segment.objects.filter(active=True))
    known = with_segments(personas)
    among = counting.membership(found.node or All(()), others, asked.own_key, known)
    wrong = {problem.pointer for problem in about.problems}
    sound = {p: leaf for p, leaf in found.leaves.items() if not _is_within(wrong, p)}
    missing = counting.missing(sound, among)
    said = [mistakes.unknown(place, error) for place, error in missing.unknown.items()]
    said += [mistakes.pending(place) for place in missing.pending]
    is_wrong = bool(wrong or missing.unknown)
    about = replace(
        about,
        problems=(*about.problems, *said),
        total=int(personas.exists.sum()),
        as_of=date_format(localtime(personas.as_of), "SHORT_DATETIME_FORMAT"),
    )
    if found.node is None or is_wrong:
        return about
    later = {sound[place] for place in missing.pending}
    inside, outer = counting.bounds(found.node, later, among)
    about = replace(about, people=int(inside.sum()), at_most=int(outer.sum()))
    return about if later else _with_people(about, found.node, inside, personas, asked, label)


def _is_within(places: set[str], leaf: str) -> bool:
    return any(place == leaf or place.startswith(f"{leaf}/") for place in places)


def _with_people(
    about: Preview, node: Node, inside: MaskArray, personas: Personas, asked: Asked, label: Label
) -> Preview:
    score = score_of(node, personas)
    return replace(
        about,
        reach=tuple(_reach(inside, label, asked.language)),
        sample=sample(node, inside, personas, score) if asked.may_see_people else None,
        score_label=label(Ref("score", score), asked.language) if score else "",
    )


def _reach(inside: MaskArray, label: Label, language: Language) -> Iterator[Reach]:
    for channel in settings.CHANNELS:
        reached = _reachable(channel, len(inside)) & inside
        name = label(Ref("reachable", channel), language)
        yield Reach(channel=channel, label=name, people=int(reached.sum()))


def _reachable(channel: str, size: int) -> MaskArray:
    """bool[size]: consent and an address. Kept for some seconds: an operator edits step by step."""

    def asked() -> Any:
        consent, has_address = reachability(channel, size)
        return np.packbits(consent & has_address)

    packed: Any = cache.get_or_set(f"rules.reach.{channel}.{size}", asked, _REACH_KEPT_S)
    return np.unpackbits(packed, count=size).astype(bool)
