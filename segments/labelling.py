"""Labels by rule, or learned: the members of a segment carry one.

Where the segment was learned from data (groups, a lookalike, a rule from examples) so is the label.
After segments were published, each rule takes in what moved since the version that it applied
last. A new rule goes through all members by their ordinals, some at a time; a rule that ends takes
back what it gave.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery
from pyroaring import BitMap

from marketing.conditions.groups import leaves
from marketing.kernel.errors import MarketingError, Unavailable
from marketing.people import labels
from marketing.people.models import LabelGiven
from marketing.people.touched import touch_everybody
from marketing.workspace.leases import held
from segments.models import LabelRule, Segment, SegmentVersion

_LEASE = "labels"
# So many people in one transaction, and at most so many of them before others get their turn.
_CHUNK, _STEPS = 5_000, 20
# A rule's problem: its segment depends on its label, so it would undo itself.
CIRCLE = "circle"


def follow(now: datetime) -> int:
    """Every rule up to its segment's newest version; returns how many labels it looked at.

    One query where nothing moved: this is asked several times a second.
    """
    if not _due().exists():
        return 0
    try:
        with held(_LEASE):
            rules = list(LabelRule.objects.select_related("label", "segment"))
            newest = _newest(rules)
            _find_circles(rules)
            return sum(_follow(rule, newest.get(rule.segment_id), now) for rule in rules)
    except Unavailable:
        return 0  # somebody else is at it


def _due() -> QuerySet[LabelRule]:
    """Rules that are behind their segment, have ended but not taken back, or have a problem."""
    newest = SegmentVersion.objects.filter(segment=OuterRef("segment")).order_by("-id")
    rules = LabelRule.objects.annotate(newest=Subquery(newest.values("id")[:1]))
    behind = Q(applied=None) | Q(applied__lt=F("newest"))
    is_on = Q(active=True, segment__active=True)
    going_on = is_on & (behind | Q(reached__isnull=False))
    ended = ~is_on & Q(applied__isnull=False)
    return rules.filter(going_on | ended | Q(is_leaving=True) | ~Q(problem=""))


def source_of(segment: Segment) -> LabelGiven.Source:
    """What a label says of where it comes from: of data, or of somebody's rule or list."""
    return LabelGiven.Source.LEARNED if segment.is_learned else LabelGiven.Source.RULE


def give_again(label_id: int, value: str, people: Iterable[int], now: datetime) -> None:
    """Who lost a label that somebody else gave gets it by the rules that speak for it as well."""
    rules = LabelRule.objects.filter(label_id=label_id, value=value).exclude(applied=None)
    lost = BitMap(people)
    for rule in rules.select_related("label", "segment"):
        if not _is_over(rule):
            _give(rule, _members(rule) & lost, now)


def in_circles(rules: Sequence[LabelRule]) -> set[str]:
    """Keys of labels that, by way of segments, decide about themselves: they would flicker."""
    leads = {f"segment:{s.key}": _reads(s) for s in Segment.objects.filter(active=True)}
    for rule in rules:
        leads.setdefault(f"label:{rule.label.key}", set()).add(f"segment:{rule.segment.key}")
    return {rule.label.key for rule in rules if _is_reached(f"label:{rule.label.key}", leads)}


def _reads(segment: Segment) -> set[str]:
    try:
        refs = [leaf.ref() for leaf in leaves(segment.node)]
    except MarketingError:
        return set()
    kinds = {"segment": "segment", "since_entered": "segment", "label": "label"}
    return {f"{kinds[ref.kind]}:{ref.name}" for ref in refs if ref.kind in kinds}


def _is_reached(start: str, leads: Mapping[str, set[str]]) -> bool:
    """Does a way lead from here back to here?"""
    ahead, seen = list(leads.get(start, ())), set[str]()
    while ahead:
        place = ahead.pop()
        if place == start:
            return True
        if place not in seen:
            seen.add(place)
            ahead += leads.get(place, ())
    return False


def _find_circles(rules: Sequence[LabelRule]) -> None:
    followed = [rule for rule in rules if rule.active and not rule.is_leaving]
    among = in_circles(followed)
    for rule in followed:
        problem = CIRCLE if rule.label.key in among else ""
        if rule.problem != problem:
            rule.problem = problem
            LabelRule.objects.filter(pk=rule.pk).update(problem=problem)


def _newest(rules: Sequence[LabelRule]) -> dict[int, int]:
    """Segment to its newest version, both by primary key."""
    wanted = {rule.segment_id for rule in rules}
    rows = SegmentVersion.objects.filter(segment_id__in=wanted).order_by()
    return dict(rows.values("segment").annotate(top=Max("id")).values_list("segment", "top"))


def _follow(rule: LabelRule, newest: int | None, now: datetime) -> int:
    if _is_over(rule):
        return _take_back(rule, now) if rule.applied is not None or rule.is_leaving else 0
    if newest is None:
        return 0
    if rule.applied is None:
        _mark(rule, newest, 0)
    done = _begin(rule, now) if rule.reached is not None else 0
    if rule.reached is None and rule.applied != newest:
        done += _move(rule, newest, now)
    return done


def _is_over(rule: LabelRule) -> bool:
    return bool(rule.is_leaving or rule.problem or not (rule.active and rule.segment.active))


def _mark(rule: LabelRule, applied: int | None, reached: int | None) -> None:
    rule.applied, rule.reached = applied, reached
    LabelRule.objects.filter(pk=rule.pk).update(applied=applied, reached=reached)


def _begin(rule: LabelRule, now: datetime) -> int:
    """The members of the first version, by rising ordinals, from where it got to."""
    left, done = _members(rule) - BitMap(range((rule.reached or 0) + 1)), 0
    for _step in range(_STEPS):
        some = left[:_CHUNK]
        if not some:
            break
        with transaction.atomic():
            _give(rule, some, now, touching=False)
            _mark(rule, rule.applied, some.max())
        left, done = left - some, done + len(some)
    if not left:
        with transaction.atomic():
            _mark(rule, rule.applied, None)
            touch_everybody()
    return done


def _move(rule: LabelRule, newest: int, now: datetime) -> int:
    before = _members(rule)
    with transaction.atomic():
        _mark(rule, newest, None)
        after = _members(rule)
        entered, left = after - before, before - after
        _give(rule, entered, now)
        _take(rule, left)
        give_again(rule.label_id, rule.value, left, now)
    return len(entered) + len(left)


def _take_back(rule: LabelRule, now: datetime) -> int:
    """Some at a time; once nothing is left, the rule is as before its first application."""
    mine = LabelGiven.objects.filter(
        label=rule.label, value=rule.value, source=source_of(rule.segment),
        given_by=rule.segment.key,
    ).values_list("person_id", flat=True)  # fmt: skip
    done = 0
    for _step in range(_STEPS):
        some = list(mine[:_CHUNK])
        if not some:
            _mark(rule, None, None)
            if rule.is_leaving:
                LabelRule.objects.filter(pk=rule.pk).delete()
            break
        with transaction.atomic():
            _mark(rule, rule.applied, 0)  # switched on again half way, it begins anew
            _take(rule, some)
            give_again(rule.label_id, rule.value, some, now)
        done += len(some)
    return done


def _members(rule: LabelRule) -> BitMap:
    return SegmentVersion.objects.get(pk=rule.applied or 0).members


def _give(rule: LabelRule, people: BitMap, now: datetime, *, touching: bool = True) -> None:
    labels.give(
        rule.label, people, now, source=source_of(rule.segment), given_by=rule.segment.key,
        value=rule.value, touching=touching,
    )  # fmt: skip


def _take(rule: LabelRule, people: Iterable[int]) -> None:
    labels.take(
        rule.label, people, source=source_of(rule.segment), given_by=rule.segment.key,
        value=rule.value,
    )  # fmt: skip
