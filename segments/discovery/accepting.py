"""From what was found to segments: what an operator accepts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec
from django.db import transaction
from django.utils.text import slugify

from marketing.kernel.errors import Conflict, Invalid
from marketing.kernel.text import Text, both
from segments.discovery.assigning import ALIKE
from segments.discovery.questions import Lookalike, question_of
from segments.discovery.reports import GroupsReport, LookalikeReport, RuleReport, report_of
from segments.learning.points import NOISE
from segments.models import Learning, Segment
from segments.origins import Origin

R = TypeVar("R", GroupsReport, LookalikeReport, RuleReport)
_NAME_LENGTH, _KEY_LENGTH = 120, 50
_GROUP = Text(
    "Group {number} of {of}, learned on {day} from {columns} columns",
    "第{number}群（共{of}群），{day}从{columns}个字段学得",
)
_NOBODY_S = Text(
    "In none of the {of} groups that were learned on {day}", "未归入{day}学得的{of}个群中的任何一个"
)
_ALIKE = Text(
    "Like the members of “{name}”, learned on {day} from {columns} columns",
    "与“{name}”的成员相似，{day}从{columns}个字段学得",
)


@dataclass(frozen=True)
class Wanted:
    """A group that shall be a segment: a new one, or (``instead_of``) one that is there."""

    number: int
    name: Text
    instead_of: Segment | None = None


def accept_groups(row: Learning, wanted: Sequence[Wanted]) -> list[Segment]:
    """All of them or none. Raises Invalid and Conflict for what cannot be accepted."""
    report = _report(row, GroupsReport)
    known = {group.number for group in report.groups}
    if not wanted or {each.number for each in wanted} - known:
        raise Invalid("Choose at least one of the groups", code="no_group_chosen")
    replaced = [each.instead_of.pk for each in wanted if each.instead_of]
    if len(set(replaced)) < len(replaced):
        raise Invalid("Two groups cannot replace one segment", code="replaced_twice")
    of, within = sum(number >= 0 for number in known), question_of(row).within
    with transaction.atomic():
        return [
            _learned(row, each, Origin(said=_group_said(row, each, of, report), within=within))
            for each in wanted
        ]


def accept_lookalike(row: Learning, name: Text) -> Segment:
    """One segment of those who score high enough, without the members themselves."""
    report, question = _report(row, LookalikeReport), question_of(row)
    if not isinstance(question, Lookalike):
        raise AssertionError("a lookalike's report is of a lookalike's question")
    like = Segment.objects.filter(key=question.members).first()
    label = like.label if like else Text(question.members, question.members)
    said = _phrase(row, _ALIKE, columns=len(report.columns), name=label)
    origin = Origin(said=said, within=question.within, without=question.members)
    return _learned(row, Wanted(ALIKE, name), origin)


def accept_rule(row: Learning, name: Text) -> Segment:
    """A segment by a rule, which from now on can be edited like any other."""
    report = _report(row, RuleReport)
    return Segment.objects.create(
        key=free_key(name.en, f"rule-{row.pk}"), condition=report.condition, learning=row,
        family=Segment.Family.BEHAVIOUR, **_names(name),
    )  # fmt: skip


def free_key(name: str, otherwise: str) -> str:
    """A key that no segment has, made from the name."""
    stem = slugify(name)[:_KEY_LENGTH].strip("-") or otherwise
    taken = set(Segment.objects.values_list("key", flat=True))
    keys = (stem, *(f"{stem[: _KEY_LENGTH - 4]}-{n}" for n in range(2, len(taken) + 3)))
    return next(key for key in keys if key not in taken)


def _learned(row: Learning, wanted: Wanted, origin: Origin) -> Segment:
    segment = wanted.instead_of or Segment(
        key=free_key(wanted.name.en, f"learned-{row.pk}-{wanted.number + 1}"),
        kind=Segment.Kind.LEARNED, family=Segment.Family.BEHAVIOUR, **_names(wanted.name),
    )  # fmt: skip
    segment.learning, segment.group = row, wanted.number
    segment.origin = msgspec.to_builtins(origin)
    segment.save()
    return segment


def _group_said(row: Learning, wanted: Wanted, of: int, report: GroupsReport) -> Text:
    if wanted.number == NOISE:
        return _phrase(row, _NOBODY_S, of=of)
    number, columns = wanted.number + 1, len(report.columns)
    return _phrase(row, _GROUP, number=number, of=of, columns=columns)


def _phrase(row: Learning, phrase: Text, *, name: Text | None = None, **values: int) -> Text:
    day = f"{row.as_of:%Y-%m-%d}" if row.as_of else ""
    return both(lambda language: phrase.say(
        language, day=day, **values, **({"name": name.say(language)} if name else {})
    ))  # fmt: skip


def _names(name: Text) -> dict[str, str]:
    return {"name": name.en[:_NAME_LENGTH], "name_zh": name.zh[:_NAME_LENGTH]}


def _report(row: Learning, of: type[R]) -> R:
    report = report_of(row)
    is_nothing = isinstance(report, GroupsReport) and not report.groups
    if row.state != Learning.State.DONE or is_nothing or not isinstance(report, of):
        raise Conflict("There is nothing to accept here", code="nothing_to_accept")
    if row.blob is None and of is not RuleReport:
        raise Conflict(
            "What was learned is forgotten, because a person was erased",
            code="learned_forgotten", fix="Learn it again.",
        )  # fmt: skip
    return report
