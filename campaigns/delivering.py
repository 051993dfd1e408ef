"""The delivery worker: claim, check again, act once, record the receipt.

SQL is the truth: a claim is a conditional UPDATE with a lease, so any number of workers may run.
Within the claim transaction the guards are asked again on fresh columns and the coupon is issued;
the message leaves afterwards under the delivery's id as idempotency key. If a worker dies in
between, the lease runs out: what had certainly not left is tried again, else it is ``unknown``.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from functools import cache

import numpy as np
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q

from campaigns.actions import Action, Message, Refused
from campaigns.channels import CHANNELS, Answer, Channel, Receipt, TryLater, Unknown
from campaigns.context import LedgerContext
from campaigns.engine.types import PROGRAMME_HOLDOUT
from campaigns.exposures import is_withheld
from campaigns.guards import GUARDS
from campaigns.models import Campaign, Delivery, State
from campaigns.models.delivery import LEGAL
from campaigns.rules import action_of, guards_of
from marketing.kernel.errors import Conflict, Unavailable
from marketing.kernel.places import told
from marketing.people.models import Person
from marketing.personas import queries as personas_queries
from marketing.personas.types import Personas, SomePersonas
from marketing.workspace.models import Workspace
from segments.queries import with_segments

LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 5
BUDGET, TRY_LATER = "budget", "try_later"
log = logging.getLogger("zhixin.deliveries")


def deliver_due(
    workspace: Workspace, now: datetime, limit: int = 200, *, at: datetime | None = None
) -> int:
    """Claim and deliver up to ``limit`` due rows; returns how many were claimed.

    ``at``: the real moment, by which leases run even where the workspace's clock stands still.
    """
    at = at or now
    recover(now, at)
    claimed = _claim(now, limit, at)
    if not claimed:
        return 0
    personas = with_segments(personas_queries.current())
    for delivery in Delivery.objects.filter(pk__in=claimed).order_by("pk"):
        _deliver_safely(delivery, workspace, personas, now)
    return len(claimed)


def recover(now: datetime, at: datetime | None = None) -> None:
    """Leases that ran out: what may have left is unknown, the rest waits again."""
    stale = Delivery.objects.filter(state=State.CLAIMED, claimed_until__lt=at or now)
    may_have_left = Q(left_at__isnull=False) | Q(attempts__gte=MAX_ATTEMPTS)
    stale.filter(may_have_left).update(state=State.UNKNOWN, finished_at=now, claimed_until=None)
    stale.update(state=State.PENDING, claimed_until=None)


def _claim(now: datetime, limit: int, at: datetime | None = None) -> list[int]:
    """Not of paused campaigns: what waits goes on after the pause. Placements render themselves."""
    skip = "FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    with transaction.atomic(), connection.cursor() as sql:
        # Materialised: a planner that ran the sub-select again for each row would pass the limit.
        sql.execute(
            "WITH due AS MATERIALIZED (SELECT id FROM campaigns_delivery "
            "WHERE state = 'pending' AND due_at <= %s AND campaign_id IN "
            "(SELECT id FROM campaigns_campaign WHERE status <> 'paused' "
            "AND occasion <> 'request') "
            f"ORDER BY id LIMIT %s {skip}) "
            "UPDATE campaigns_delivery SET state = 'claimed', claimed_until = %s, "
            "attempts = attempts + 1 WHERE id IN (SELECT id FROM due) RETURNING id",
            [now, limit, (at or now) + LEASE],
        )
        return [row[0] for row in sql.fetchall()]


def _deliver_safely(
    delivery: Delivery, workspace: Workspace, personas: Personas, now: datetime
) -> None:
    """One that fails does not take the others along: it waits, or its lease runs out."""
    try:
        _deliver(delivery, workspace, personas, now)
    except Unavailable as error:
        _put_off(delivery, now + timedelta(seconds=max(error.retry_after_s, 60)), error.code)
    except Conflict:
        log.warning("delivery %s was finished elsewhere", delivery.pk)
    except Exception as error:  # the edge of a task: nothing above could do better
        log.error("delivery %s failed: %s", delivery.pk, told(error))


def _deliver(delivery: Delivery, workspace: Workspace, personas: Personas, now: datetime) -> None:
    with transaction.atomic():
        # One delivery a person at a time, so that two workers cannot both pass the cap; and the
        # campaign as it is now, not as it was when the batch was claimed.
        Person.objects.select_for_update().get(pk=delivery.person_id)
        delivery.campaign = Campaign.objects.get(pk=delivery.campaign_id)
        message = _prepare(delivery, workspace, personas, now)
    if message is None:
        return
    channel = _channel(_action(delivery).channel)
    answer: Answer = Receipt({"rendered": "app"})
    if channel is not None:
        answer = channel.send(delivery.person_id, message, now)
    record(delivery, answer, now)


def _prepare(
    delivery: Delivery, workspace: Workspace, personas: Personas, now: datetime
) -> Message | None:
    """Guards again, exposure, budget, composition. None when the delivery ends here."""
    campaign = delivery.campaign
    if campaign.status == Campaign.Status.PAUSED:
        _put_off(delivery, delivery.due_at, "paused")
        return None
    stopped = _check_again(delivery, workspace, personas, now)
    if stopped is not None:
        reason, later_at = stopped
        if later_at is None:
            finish(delivery, State.HELD, now, reason)
        else:
            _put_off(delivery, later_at, reason)
        return None
    if is_withheld(delivery, now):
        finish(delivery, State.WITHHELD, now, PROGRAMME_HOLDOUT if delivery.held_by else "")
        return None
    return _compose(delivery, now)


def _compose(delivery: Delivery, now: datetime) -> Message | None:
    composed = compose_within_budget(delivery, now)
    if isinstance(composed, Refused):
        state = State.HELD if composed.code == BUDGET else State.REFUSED
        finish(delivery, state, now, composed.code)
        return None
    # Fenced by the attempt: a worker whose lease ran out finds the row no longer its own.
    mine = Delivery.objects.filter(
        pk=delivery.pk, state=State.CLAIMED, attempts=delivery.attempts
    ).update(left_at=now)
    if not mine:
        raise Conflict("The delivery's lease ran out", fix="Another worker has it.")
    return composed


def compose_within_budget(delivery: Delivery, now: datetime) -> Message | Refused:
    """Compose inside the caller's transaction; the cost is taken once a delivery."""
    action = _action(delivery)
    if not _spend(delivery, action.cost_cents()):
        return Refused(BUDGET)
    return action.compose(delivery, now)


def _check_again(
    delivery: Delivery, workspace: Workspace, personas: Personas, now: datetime
) -> tuple[str, datetime | None] | None:
    """(guard, when to try again) of the first guard that stops it now; None if all pass."""
    campaign = delivery.campaign
    guards = guards_of(campaign, workspace, list(campaign.variants.all()))
    only = [delivery.person_id]
    context = LedgerContext(campaign, workspace, personas.size, now, only)
    fresh = personas.extended(context)
    columns = SomePersonas(fresh, np.array(only, dtype=np.int64))
    for guard in guards:
        verdict = guard.check(columns, 1, now, workspace.zone)
        if not verdict.passes[0]:
            return GUARDS.name_of(type(guard)), verdict.later_at
    return None


def _spend(delivery: Delivery, cents: int) -> bool:
    """Take from the budget by conditional UPDATE, once a delivery; false if it does not suffice."""
    if not cents or delivery.cost_cents is not None:
        return True
    enough = Q(budget_cents=None) | Q(budget_cents__gte=F("spent_cents") + cents)
    rows = Campaign.objects.filter(enough, pk=delivery.campaign_id)
    if not rows.update(spent_cents=F("spent_cents") + cents):
        return False
    Delivery.objects.filter(pk=delivery.pk).update(cost_cents=cents)
    delivery.cost_cents = cents
    return True


def record(delivery: Delivery, answer: Answer, now: datetime) -> None:
    """One of the channel's four answers into the ledger."""
    if isinstance(answer, Receipt):
        finish(delivery, State.DELIVERED, now, receipt=answer.details)
    elif isinstance(answer, Refused):
        finish(delivery, State.REFUSED, now, answer.code)
    elif isinstance(answer, Unknown):
        finish(delivery, State.UNKNOWN, now, answer.why)
    elif isinstance(answer, TryLater) and delivery.attempts >= MAX_ATTEMPTS:
        finish(delivery, State.REFUSED, now, "too many attempts")  # nothing ever left
    elif isinstance(answer, TryLater):
        _put_off(delivery, now + answer.after, TRY_LATER)


def finish(
    delivery: Delivery,
    state: State,
    now: datetime,
    reason: str = "",
    receipt: dict[str, str] | None = None,
) -> None:
    """A legal last step of a claimed row; Conflict if somebody else finished it."""
    if state not in LEGAL[State.CLAIMED]:
        raise Conflict(f"A claimed delivery cannot become {state}")
    changed = Delivery.objects.filter(
        pk=delivery.pk, state=State.CLAIMED, attempts=delivery.attempts
    ).update(
        state=state, reason=reason[:60], finished_at=now, receipt=receipt or {}, claimed_until=None
    )
    if not changed:
        raise Conflict("The delivery is no longer claimed", fix="Its lease ran out; see its state.")


def _put_off(delivery: Delivery, until: datetime, reason: str) -> None:
    """Nothing left: it waits until then."""
    Delivery.objects.filter(pk=delivery.pk, state=State.CLAIMED, attempts=delivery.attempts).update(
        state=State.PENDING,
        due_at=until,
        reason=reason[:60],
        claimed_until=None,
        left_at=None,
        # What was only put off was no attempt; only a channel's refusal to take it now is.
        attempts=delivery.attempts if reason == TRY_LATER else delivery.attempts - 1,
    )


def _action(delivery: Delivery) -> Action:
    return action_of(delivery.campaign.variants.get(key=delivery.variant))


@cache
def _channel(name: str) -> Channel | None:
    """The member that carries the channel, by the settings or by its own name; None: the app."""
    return CHANNELS.get(settings.CHANNELS.get(name, name))() if name else None
