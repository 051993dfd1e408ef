"""The delivery worker: claim, check again, act once, record the receipt.

SQL is the truth: a claim is a conditional UPDATE with a lease, so any number of workers may run.
Within the claim transaction the guards are asked again on fresh columns and the coupon is issued;
the message leaves afterwards under the delivery's id as idempotency key. If a worker dies in
between, the lease runs out: what had certainly not left is tried again, else it is ``unknown``.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache

import numpy as np
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q

from campaigns.actions import Action, Message, Refused
from campaigns.channels import CHANNELS, Answer, Channel, Receipt, TryLater, Unknown
from campaigns.context import LedgerContext
from campaigns.engine.types import HOLDOUT
from campaigns.guards import GUARDS
from campaigns.models import Campaign, Delivery, State
from campaigns.models.delivery import LEGAL
from campaigns.rules import action_of, compile_rule
from marketing.experiments.models import Experiment
from marketing.experiments.services import expose
from marketing.kernel.errors import Conflict
from marketing.people.models import Person
from marketing.personas import queries as personas_queries
from marketing.personas.types import Personas, SomePersonas
from marketing.workspace.models import Workspace
from segments.queries import with_segments

LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 5


def deliver_due(workspace: Workspace, now: datetime, limit: int = 200) -> int:
    """Claim and deliver up to ``limit`` due rows; returns how many were claimed."""
    recover(now)
    claimed = _claim(now, limit)
    if not claimed:
        return 0
    personas = with_segments(personas_queries.current())
    for delivery in Delivery.objects.filter(pk__in=claimed).select_related("campaign", "person"):
        _deliver(delivery, workspace, personas, now)
    return len(claimed)


def recover(now: datetime) -> None:
    """Leases that ran out: composed but unreceipted is unknown, the rest waits again."""
    stale = Delivery.objects.filter(state=State.CLAIMED, claimed_until__lt=now)
    stale.filter(receipt__has_key="leaving").update(state=State.UNKNOWN, finished_at=now)
    stale.update(state=State.PENDING, claimed_until=None)


def _claim(now: datetime, limit: int) -> list[int]:
    skip = "FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    with transaction.atomic(), connection.cursor() as sql:
        sql.execute(
            "UPDATE campaigns_delivery SET state = 'claimed', claimed_until = %s, "
            "attempts = attempts + 1 WHERE id IN (SELECT id FROM campaigns_delivery "
            f"WHERE state = 'pending' AND due_at <= %s ORDER BY id LIMIT %s {skip}) RETURNING id",
            [now + LEASE, now, limit],
        )
        return [row[0] for row in sql.fetchall()]


def _deliver(delivery: Delivery, workspace: Workspace, personas: Personas, now: datetime) -> None:
    with transaction.atomic():
        # One delivery a person at a time, so that two workers cannot both pass the cap.
        Person.objects.select_for_update().get(pk=delivery.person_id)
        message = _prepare(delivery, workspace, personas, now)
    if message is None:
        return
    channel = _channel(_action(delivery).channel)
    answer: Answer = (
        Receipt({"rendered": "app"})
        if channel is None
        else channel.send(delivery.person_id, message, now)
    )
    record(delivery, answer, now)


def _prepare(
    delivery: Delivery, workspace: Workspace, personas: Personas, now: datetime
) -> Message | None:
    """Guards again, exposure, budget, composition. None when the delivery ends here."""
    campaign = delivery.campaign
    stopped = _check_again(delivery, workspace, personas, now)
    if stopped is not None:
        reason, later_at = stopped
        if later_at is None:
            finish(delivery, State.HELD, now, reason)
        else:
            _put_off(delivery, later_at, reason)
        return None
    experiment = Experiment.objects.filter(key=campaign.key).first()
    if experiment is not None:
        expose(experiment.pk, delivery.person_id, delivery.arm, now)
    if delivery.arm == HOLDOUT:
        finish(delivery, State.WITHHELD, now)
        return None
    return _compose(delivery, now)


def _compose(delivery: Delivery, now: datetime) -> Message | None:
    action = _action(delivery)
    if not _spend(delivery.campaign, action.cost_cents()):
        finish(delivery, State.HELD, now, "budget")
        return None
    composed = action.compose(delivery, now)
    if isinstance(composed, Refused):
        finish(delivery, State.REFUSED, now, composed.code)
        return None
    Delivery.objects.filter(pk=delivery.pk).update(receipt={"leaving": now.isoformat()})
    return composed


def _check_again(
    delivery: Delivery, workspace: Workspace, personas: Personas, now: datetime
) -> tuple[str, datetime | None] | None:
    """(guard, when to try again) of the first guard that stops it now; None if all pass."""
    rule = compile_rule(delivery.campaign, workspace)
    only = [delivery.person_id]
    context = LedgerContext(delivery.campaign, workspace, personas.size, now, only)
    fresh = personas.extended(context)
    columns = SomePersonas(fresh, np.array(only, dtype=np.int64))
    for guard in rule.guards:
        verdict = guard.check(columns, 1, now, workspace.zone)
        if not verdict.passes[0]:
            return GUARDS.name_of(type(guard)), verdict.later_at
    return None


def _spend(campaign: Campaign, cents: int) -> bool:
    """Take from the budget by conditional UPDATE; false when it does not suffice."""
    if not cents:
        return True
    enough = Q(budget_cents=None) | Q(budget_cents__gte=F("spent_cents") + cents)
    rows = Campaign.objects.filter(enough, pk=campaign.pk)
    return bool(rows.update(spent_cents=F("spent_cents") + cents))


def record(delivery: Delivery, answer: Answer, now: datetime) -> None:
    """One of the channel's four answers into the ledger."""
    if isinstance(answer, Receipt):
        finish(delivery, State.DELIVERED, now, receipt=answer.details)
    elif isinstance(answer, Refused):
        finish(delivery, State.REFUSED, now, answer.code)
    elif isinstance(answer, Unknown) or delivery.attempts >= MAX_ATTEMPTS:
        why = answer.why if isinstance(answer, Unknown) else "too many attempts"
        finish(delivery, State.UNKNOWN, now, why)
    elif isinstance(answer, TryLater):
        _put_off(delivery, now + answer.after, "try_later")


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
    changed = Delivery.objects.filter(pk=delivery.pk, state=State.CLAIMED).update(
        state=state, reason=reason[:60], finished_at=now, receipt=receipt or {}, claimed_until=None
    )
    if not changed:
        raise Conflict("The delivery is no longer claimed", fix="Its lease ran out; see its state.")


def _put_off(delivery: Delivery, until: datetime, reason: str) -> None:
    Delivery.objects.filter(pk=delivery.pk, state=State.CLAIMED).update(
        state=State.PENDING, due_at=until, reason=reason, claimed_until=None, receipt={}
    )


def _action(delivery: Delivery) -> Action:
    return action_of(delivery.campaign.variants.get(key=delivery.variant))


@cache
def _channel(name: str) -> Channel | None:
    """The member that carries the logical channel; None where the app renders by itself."""
    return CHANNELS.get(settings.CHANNELS[name])() if name else None
