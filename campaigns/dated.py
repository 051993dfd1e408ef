"""From the dates of subscriptions to who is decided for: so many days before or after one.

Terms say when a subscription renews, ends, leaves its trial or started; a campaign of this kind
listens for one of these moments, moved by its days. Its time cursor says until when it has looked:
a worker that stood still goes on from there. An hour before it is looked at again, since facts may
be heard that late; who was decided for is known by the occasion's name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby

from django.db import transaction
from django.db.models import Q

from campaigns.deciding import decide_for, keep_rows, or_problem
from campaigns.models import Campaign, Decision
from marketing.events import log
from marketing.kernel.moments import moment
from marketing.people.models import Subscription
from marketing.people.queries import redirects
from marketing.workspace.models import Workspace
from marketing.workspace.queries import cursor

EVERY = timedelta(minutes=1)
# A fact that is heard later than this after its due moment is no occasion any more.
LATE = timedelta(hours=1)
_ROWS = 1_000
# (the subscription's row, the person, the moment)
Dated = tuple[int, int, datetime]


def match_subscriptions(workspace: Workspace, now: datetime) -> int:
    """Decide for whom a date has come since the last look; returns for how many.

    A campaign is looked at once a minute at most, and never past the first event that is not
    folded: it may change the terms.
    """
    listening = Campaign.objects.filter(
        status=Campaign.Status.RUNNING,
        occasion=Campaign.Occasion.SUBSCRIPTION,
        looked_until__lte=now - EVERY,
    )
    campaigns = list(listening)
    until = min(now, _heard_until(now)) if campaigns else now
    done = 0
    for campaign in campaigns:
        done += or_problem(campaign, lambda c: _decide_due(c, until, workspace, now)) or 0
    return done


def _heard_until(now: datetime) -> datetime:
    waiting = log.after(cursor("fold"), 1)
    return moment(waiting[0].received_at_us) if waiting else now


def _decide_due(campaign: Campaign, until: datetime, workspace: Workspace, now: datetime) -> int:
    """Chunk by chunk, in the order of the dates; what is kept and how far it is are one."""
    looked = campaign.looked_until
    if looked is None or until <= looked:
        return 0
    done, offset = 0, timedelta(days=campaign.offset_days)
    for rows in _due(campaign, _since(campaign, looked), until):
        with transaction.atomic():
            for day, found in groupby(rows, lambda row: row[2].astimezone(UTC).date()):
                occasion = f"subscription:{campaign.subscription_moment}:{day}"
                done += _decide(campaign, occasion, [row[1] for row in found], workspace, now)
            _look(campaign, rows[-1][2] + offset)
    _look(campaign, until)
    return done


def _decide(
    campaign: Campaign, occasion: str, people: Sequence[int], workspace: Workspace, now: datetime
) -> int:
    """Once a person and term, whoever of those that were merged into them got it."""
    known = redirects(people)
    everybody = {*people, *known}
    made = Decision.objects.filter(
        campaign=campaign, occasion=occasion, person_id__in=sorted(everybody)
    ).values_list("person_id", flat=True)
    taken = {known.get(person, person) for person in made}
    fresh = [person for person in people if person not in taken]
    if fresh:
        decided = decide_for(campaign, workspace, now, fresh)
        keep_rows(campaign, decided, occasion, also_noes=True)
    return len(fresh)


def _due(campaign: Campaign, since: datetime, until: datetime) -> Iterator[list[Dated]]:
    """Whose moment, moved by the days, lies in (``since``, ``until``].

    Read off the moment's index, a chunk a query.
    """
    name, offset = campaign.subscription_moment, timedelta(days=campaign.offset_days)
    at = since - offset
    last: int | None = None
    dated = Subscription.objects.filter(**{f"{name}__lte": until - offset}).order_by(name, "pk")
    if campaign.subscription_plan:
        dated = dated.filter(plan=campaign.subscription_plan)
    while True:
        further = Q(**{f"{name}__gt": at})
        if last is not None:
            further |= Q(**{name: at, "pk__gt": last})
        rows = dated.filter(further, **{f"{name}__gte": at})  # a bound that the index can use
        chunk: list[Dated] = list(rows.values_list("pk", "person_id", name)[:_ROWS])
        if not chunk:
            return
        yield chunk
        last, at = chunk[-1][0], chunk[-1][2]


def _since(campaign: Campaign, looked_until: datetime) -> datetime:
    """The last look less an hour; not before the launch, nor in a pause."""
    late = looked_until - LATE
    return max(late, campaign.listens_since) if campaign.listens_since else late


def _look(campaign: Campaign, until: datetime) -> None:
    """The cursor moves on, never back: another worker may be further."""
    Campaign.objects.filter(pk=campaign.pk, looked_until__lt=until).update(looked_until=until)
