"""From what happened to who is decided for: events, segment transitions; and attributed outcomes.

The log cursor ``campaigns`` never passes the fold cursor, so a decision always sees the personas
with the event that caused it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from campaigns.deciding import decide_for, keep_rows, or_problem
from campaigns.models import Campaign, Delivery, Outcome, State
from marketing.events import log
from marketing.events.log import LogRow
from marketing.kernel.moments import microseconds
from marketing.people.queries import redirects
from marketing.workspace.models import Workspace
from marketing.workspace.queries import cursor
from marketing.workspace.services import move_cursor
from segments.models import SegmentVersion

_ROWS = 5_000
Occasion = Campaign.Occasion


def match_events(workspace: Workspace, now: datetime) -> int:
    """Decide on and attribute folded events; returns how many events were looked at."""
    at, folded = cursor("campaigns"), cursor("fold")
    rows = [
        row for row in log.after(at, _ROWS) if (row.xid, row.id) <= (folded.xid, folded.position)
    ]
    if not rows:
        return 0
    for campaign in _running(Occasion.EVENT):
        or_problem(campaign, lambda c: _decide_on(c, rows, workspace, now))
    _attribute(rows)
    move_cursor(at, rows[-1].xid, rows[-1].id, now)
    return len(rows)


def match_transitions(workspace: Workspace, now: datetime) -> int:
    """Decide for people who entered a segment since the last look; returns how many."""
    at = cursor("transitions")
    versions = list(
        SegmentVersion.objects.filter(id__gt=at.position).select_related("segment").order_by("id")
    )
    entered = 0
    for version in versions:
        for campaign in _running(Occasion.TRANSITION):
            if campaign.segment_key == version.segment.key and _is_new(campaign, version.as_of):
                or_problem(campaign, partial(_decide_entered, version, workspace, now))
                entered += version.n_entered
    if versions:
        move_cursor(at, 0, versions[-1].pk, now)
    return entered


def _decide_entered(
    version: SegmentVersion, workspace: Workspace, now: datetime, campaign: Campaign
) -> None:
    decided = decide_for(campaign, workspace, now, list(version.entered))
    keep_rows(campaign, decided, f"entered:{version.pk}", also_noes=True)


def _running(occasion: Campaign.Occasion) -> list[Campaign]:
    return list(Campaign.objects.filter(status=Campaign.Status.RUNNING, occasion=occasion))


def _is_new(campaign: Campaign, moment: datetime) -> bool:
    """Only what happened since the launch is an occasion."""
    return campaign.launched_at is not None and moment >= campaign.launched_at


def _decide_on(
    campaign: Campaign, rows: Sequence[LogRow], workspace: Workspace, now: datetime
) -> None:
    """One decision an event: its message id is the occasion, so a repeat decides nothing new."""
    launched = microseconds(campaign.launched_at or now)
    gone = redirects({row.person for row in rows if row.name == campaign.event_name})
    for row in rows:
        if row.name == campaign.event_name and row.at_us >= launched:
            person = gone.get(row.person, row.person)
            decided = decide_for(campaign, workspace, now, [person])
            keep_rows(campaign, decided, f"event:{row.message_id}", also_noes=True)


def _attribute(rows: Sequence[LogRow]) -> None:
    """Goal events to every delivery whose campaign window they fall in."""
    goals = {c.goal_event for c in Campaign.objects.exclude(status=Campaign.Status.DRAFT)}
    by_person: dict[int, list[LogRow]] = defaultdict(list)
    for row in rows:
        if row.name in goals:
            by_person[row.person].append(row)
    deliveries = Delivery.objects.filter(
        person_id__in=by_person, state=State.DELIVERED
    ).select_related("campaign")
    Outcome.objects.bulk_create(
        [
            Outcome(delivery=delivery, message_id=row.message_id, happened_at=_moment(row))
            for delivery in deliveries
            for row in by_person[delivery.person_id]
            if _counts(delivery, row)
        ],
        ignore_conflicts=True,
    )


def _counts(delivery: Delivery, row: LogRow) -> bool:
    campaign = delivery.campaign
    if row.name != campaign.goal_event or delivery.finished_at is None:
        return False
    after = _moment(row) - delivery.finished_at
    return timedelta(0) <= after <= timedelta(days=campaign.goal_days)


def _moment(row: LogRow) -> datetime:
    return datetime.fromtimestamp(row.at_us / 1e6, UTC)
