"""A campaign's bar above its form, its row in the list, its result page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.launching import LEGAL
from campaigns.models import Campaign, Coupon, Delivery, State
from campaigns.queries import outcome_text
from marketing.conditions.criteria import Label
from marketing.experiments.models import Experiment
from marketing.experiments.types import stored
from marketing.kernel.text import Language
from marketing.studio import charts
from marketing.studio.insights import campaign_plan
from marketing.studio.pages import experiment as experiment_page
from marketing.studio.pages import verdict as verdict_page
from marketing.studio.pages.verdict import effect_text
from marketing.studio.shell import said

_VERBS = {"running": "launch", "paused": "pause", "ended": "end"}


@dataclass(frozen=True)
class RowNumbers:
    """Of the list: deliveries made, and the effect with its interval in words."""

    delivered: int
    effect: str


def row_numbers(keys: Sequence[str]) -> dict[str, RowNumbers]:
    """Three queries for all rows."""
    counts = dict(
        Delivery.objects.filter(state=State.DELIVERED, campaign__key__in=keys)
        .values_list("campaign__key")
        .annotate(n=Count("id"))
    )
    found = Experiment.objects.filter(key__in=keys).prefetch_related("looks")
    effects = {each.key: effect_text(each) for each in found}
    return {key: RowNumbers(counts.get(key, 0), effects.get(key, "—")) for key in keys}


def date_said(campaign: Campaign) -> str:
    """So many days before or after which date, of which plan."""
    days, moment = abs(campaign.offset_days), campaign.get_subscription_moment_display()
    words = {
        -1: ngettext("%(n)d day before %(moment)s", "%(n)d days before %(moment)s", days),
        0: _("at %(moment)s"),
        1: ngettext("%(n)d day after %(moment)s", "%(n)d days after %(moment)s", days),
    }[(campaign.offset_days > 0) - (campaign.offset_days < 0)]
    when = words % {"n": days, "moment": moment}
    return " · ".join([when, campaign.subscription_plan] if campaign.subscription_plan else [when])


def bar(campaign: Campaign, language: Language, label: Label) -> dict[str, Any]:
    """The audience as a sentence and the moves that are legal now."""
    words = {"launch": _("Launch"), "pause": _("Pause"), "end": _("End")}
    moves = [_VERBS[target] for target in sorted(LEGAL[campaign.status], reverse=True)]
    return {
        "title": said(campaign.label),
        "campaign": campaign,
        "sentence": campaign.audience_node.describe(language, label),
        "moves": [(verb, words[verb]) for verb in moves],
        "planner": campaign_plan.address(campaign),
    }


def result(campaign: Campaign, language: Language) -> dict[str, Any]:
    """Decisions by reason, deliveries by state, coupons, and the measured effect."""
    experiment = Experiment.objects.filter(key=campaign.key).first()
    found = stored(experiment) if experiment else None
    names = experiment_page.names_of(campaign)
    return {
        "title": _("Result: %s") % said(campaign.label),
        "campaign": campaign,
        "experiment": experiment,
        "result": found,
        "arms": experiment_page.arms(found, names) if found else [],
        "forest": experiment_page.forest(found, names) if found else {},
        "reasons": charts.hbars(_reasons(campaign, language)),
        "states": charts.hbars(_states(campaign)),
        "coupons": _coupons(campaign),
        **(verdict_page.summary(experiment, names) if experiment else {}),
        "decisions": campaign.decisions.select_related("person")[:12],
    }


def _reasons(campaign: Campaign, language: Language) -> list[tuple[str, float]]:
    """Of the newest run; of events and requests, over all their decisions."""
    run = campaign.runs.first()
    if run is not None:
        counts = {code: n for code, n in run.counts.items() if n}
    else:
        rows = campaign.decisions.values_list("outcome").annotate(n=Count("id"))
        counts = dict(rows.order_by("-n"))
    return [(outcome_text(code, language), n) for code, n in counts.items()]


def _states(campaign: Campaign) -> list[tuple[str, float]]:
    rows = campaign.deliveries.values_list("state").annotate(n=Count("id")).order_by("-n")
    return [(str(State(state).label), n) for state, n in rows]


def _coupons(campaign: Campaign) -> dict[str, int]:
    issued = Coupon.objects.filter(campaign=campaign)
    return {"issued": issued.count(), "redeemed": issued.exclude(redeemed_at=None).count()}
