"""What segments forget: versions that nobody reads any more.

Fresh events make a version of every segment that somebody enters or leaves, many a second. What is
told of the past is kept by day (``SegmentDay``), so old versions serve only whoever is behind.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Min, QuerySet

from marketing.workspace.queries import cursor
from segments.models import LabelRule, Segment, SegmentVersion

# Pages of members go on over the version that they began with for so long.
KEPT = timedelta(days=1)
_CHUNK = 1_000


def prune(now: datetime) -> int:
    """Remove versions older than a day that campaigns and rules of labels have seen; how many.

    The newest whole version of that age stays, for those after it stand upon it.
    """
    seen = cursor("transitions").position
    rules = LabelRule.objects.exclude(applied=None).values_list("segment")
    applied = dict(rules.annotate(least=Min("applied")))
    gone = 0
    for pk in Segment.objects.values_list("pk", flat=True):
        versions = SegmentVersion.objects.filter(segment=pk).order_by("-pk")
        old = versions.filter(as_of__lte=now - KEPT, pk__lte=min(seen, applied.get(pk, seen)))
        whole = old.filter(members_blob__isnull=False).values_list("pk", flat=True).first()
        if whole is not None:
            gone += _delete(versions.filter(pk__lt=whole))
    return gone


def _delete(rows: QuerySet[SegmentVersion]) -> int:
    gone = 0
    while pks := list(rows.values_list("pk", flat=True)[:_CHUNK]):
        gone += SegmentVersion.objects.filter(pk__in=pks).delete()[0]
    return gone
