"""Learned anew: how the groups compare with the segments before, and what an erasure forgets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from pyroaring import BitMap

from marketing.kernel.errors import MarketingError
from segments import queries, rosters
from segments.discovery import assigning
from segments.discovery.questions import Groups, question_of
from segments.discovery.reports import GroupsReport, Overlap, Report
from segments.discovery.study import Found, Study
from segments.learning.clusterers import CLUSTERERS
from segments.learning.clustering import Clustering
from segments.models import Learning, Roster, Segment

# Below it a group is not the one that it was before.
LEAST_OVERLAP = 0.3


def compared(row: Learning, found: Found, study: Study) -> Report:
    """The report, with how much every group shares with every segment of the learning before."""
    if row.again_of is None or found.labels is None or not isinstance(found.report, GroupsReport):
        return found.report
    overlaps = []
    for segment in row.again_of.segments.filter(kind=Segment.Kind.LEARNED):
        version = queries.newest_version(segment)
        members = version.members if version else BitMap()
        before = queries.as_mask(members, study.personas.size)[study.people]
        for group in found.report.groups:
            now = found.labels == group.number
            either = int((before | now).sum())
            share = int((before & now).sum()) / either if either else 0.0
            overlaps.append(Overlap(group=group.number, segment=segment.pk, share=share))
    return msgspec.structs.replace(found.report, overlaps=tuple(overlaps))


def matched(overlaps: Iterable[Overlap]) -> dict[int, int]:
    """Segment to the group that it is now; each group once, the most alike first."""
    answer: dict[int, int] = {}
    for each in sorted(overlaps, key=lambda each: (-each.share, each.segment, each.group)):
        is_free = each.segment not in answer and each.group not in answer.values()
        if is_free and each.share >= LEAST_OVERLAP:
            answer[each.segment] = each.group
    return answer


def replace(row: Learning, report: Report) -> None:
    """The segments of the learning before are groups of this one; what is not found again stays."""
    if row.again_of is None:
        return
    overlaps = report.overlaps if isinstance(report, GroupsReport) else ()
    groups = matched(overlaps)
    for segment in row.again_of.segments.filter(kind=Segment.Kind.LEARNED):
        segment.learning, segment.group = row, groups.get(segment.pk, assigning.GONE)
        segment.save(update_fields=["learning", "group"])


def forget(ordinals: Sequence[int], at: datetime) -> dict[str, int]:
    """Erased people leave rosters; what holds rows of people is forgotten and learned anew.

    The rows have no ids, so nobody can say whose they are: every such learning goes.
    """
    gone, counts = BitMap(ordinals), {"rosters": 0, "learned_anew": 0}
    for roster in Roster.objects.all():
        if roster.people & gone:
            rosters.write(roster.segment, roster.people - gone, roster.changed_at)
            counts["rosters"] += 1
    for row in Learning.objects.filter(keeps_rows=True, blob__isnull=False):
        counts["learned_anew"] += _learn_anew(row, at)
    assigning.forget()
    return counts


def _learn_anew(row: Learning, at: datetime) -> int:
    """1 where segments wait for it: by the method that had found them."""
    question, method = question_of(row), _method(row)
    Learning.objects.filter(pk=row.pk).update(blob=None)
    if not isinstance(question, Groups) or not row.segments.exists():
        return 0
    if method:
        question = msgspec.structs.replace(question, method=method)
    Learning.objects.create(
        task=row.task, asked_at=at, asked_by=row.asked_by, again_of=row, replaces=True,
        question=msgspec.to_builtins(question),
    )  # fmt: skip
    return 1


def _method(row: Learning) -> str:
    """The clusterer's name; empty where what was learned is damaged: an erasure goes on."""
    try:
        return CLUSTERERS.name_of(type(Clustering.load(bytes(row.blob or b"")).clusterer))
    except MarketingError:
        return ""
