"""The home page: where things stand, in a dozen numbers and plots."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
from django.db.models import Count
from django.http import HttpRequest
from django.utils.translation import gettext as _

from campaigns.models import Campaign, Coupon, Delivery, State
from marketing.conditions.types import Ref
from marketing.experiments.models import Experiment
from marketing.experiments.types import stored
from marketing.kernel.errors import MarketingError
from marketing.people.models import Consent
from marketing.people.queries import count
from marketing.personas import queries as personas_queries
from marketing.personas.types import Personas
from marketing.studio import charts
from marketing.studio.pages import experiment as experiment_page
from marketing.studio.pages.verdict import effect_text
from marketing.studio.shell import said
from marketing.workspace.queries import now, workspace
from recommender.models import LearnedModel
from segments.models import Segment
from segments.queries import newest_versions


def context(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Unfold's dashboard callback."""
    space = workspace()
    try:
        personas = personas_queries.current()
    except MarketingError:
        personas = None
    more = {
        "space": space,
        "kpis": _kpis(),
        "campaign_rows": _campaign_rows(),
        "lifecycle": charts.hbars(_sizes(Segment.Family.LIFECYCLE)),
        "behaviour": charts.hbars(_sizes(Segment.Family.RFM) + _sizes(Segment.Family.BEHAVIOUR)),
        "rfm": _rfm(personas),
        "churn": _churn(personas),
        "model": _calibration(),
        "deliveries": _deliveries(),
        "experiment": _experiment(),
    }
    return {**context, **more, "title": _("Home")}


def _kpis() -> list[dict[str, str]]:
    week = now() - timedelta(days=7)
    reachable = Consent.objects.filter(granted=True, reachable=True)
    messages = Delivery.objects.filter(
        state=State.DELIVERED, counts_as_message=True, finished_at__gt=week
    ).count()
    issued = Coupon.objects.count()
    redeemed = Coupon.objects.exclude(redeemed_at=None).count()
    by_push = reachable.filter(channel="push").count()
    return [
        {"label": _("People"), "value": f"{count():,}",
         "note": _("%s reachable by push") % f"{by_push:,}"},
        {"label": _("Messages, 7 days"), "value": f"{messages:,}", "note": _cap_note()},
        {"label": _("Coupons redeemed"), "value": f"{redeemed:,}",
         "note": _coupon_note(issued)},
        {"label": _("Running campaigns"), "note": _("%d experiments") % Experiment.objects.count(),
         "value": str(Campaign.objects.filter(status=Campaign.Status.RUNNING).count())},
    ]  # fmt: skip


def _coupon_note(issued: int) -> str:
    note = _("of %s issued") % f"{issued:,}"
    return f"{note} · {_('simulated answers')}" if workspace().is_demo else str(note)


def _cap_note() -> str:
    space = workspace()
    return _("cap: %(n)d in %(d)d days") % {
        "n": space.message_cap, "d": space.message_cap_days,
    }  # fmt: skip


def _campaign_rows() -> list[dict[str, Any]]:
    found = Experiment.objects.prefetch_related("looks")
    effects = {each.key: effect_text(each) for each in found}
    return [
        {
            "campaign": campaign,
            "name": said(campaign.label),
            "effect": effects.get(campaign.key, "—"),
        }
        for campaign in Campaign.objects.all()[:8]
    ]  # fmt: skip


def _sizes(family: Segment.Family) -> list[tuple[str, float]]:
    found = [v for v in newest_versions().values() if v.segment.family == family]
    found.sort(key=lambda version: version.segment_id)
    return [(said(version.segment.label), version.size) for version in found]


def _rfm(personas: Personas | None) -> charts.Chart:
    """People by recency and frequency quintile."""
    refs = [Ref("score", "rfm_r"), Ref("score", "rfm_f")]
    if personas is None or any(ref not in personas.columns for ref in refs):
        return charts.heat([], [], [])
    recency, frequency = (np.asarray(personas.column(ref).values) for ref in refs)
    cells = [
        [int(((frequency == f) & (recency == r)).sum()) for r in range(1, 6)]
        for f in range(5, 0, -1)
    ]
    rows = [f"F{f}" for f in range(5, 0, -1)]
    return charts.heat([f"R{r}" for r in range(1, 6)], rows, cells)


def _churn(personas: Personas | None) -> charts.Chart:
    ref = Ref("score", "churn")
    if personas is None or ref not in personas.columns:
        return charts.histogram(np.array([]))
    values = np.asarray(personas.column(ref).values, dtype=np.float64)
    finite = values[np.isfinite(values)]
    marker = float(np.quantile(finite, 0.8)) if len(finite) else None
    return charts.histogram(values, marker=marker)


def _calibration() -> charts.Chart:
    model = LearnedModel.objects.filter(name="churn").first()
    return charts.calibration(model.report.get("bins", []) if model else [])


def _deliveries() -> charts.Chart:
    """Campaigns by state."""
    rows = Delivery.objects.values_list("campaign", "state").annotate(n=Count("id"))
    counts = {(campaign, state): n for campaign, state, n in rows}
    campaigns = list(Campaign.objects.all()[:8])
    states = [state for state in State if any(key[1] == state for key in counts)]
    return charts.bars(
        [said(campaign.label) for campaign in campaigns],
        {str(s.label): [counts.get((c.pk, s.value), 0) for c in campaigns] for s in states},
    )


def _experiment() -> dict[str, Any] | None:
    """The newest experiment with a result."""
    for experiment in Experiment.objects.exclude(result=None):
        result = stored(experiment)
        campaign = Campaign.objects.filter(key=experiment.key).first()
        if result is None or campaign is None:
            continue
        return {
            "name": said(campaign.label),
            "simulated": experiment.simulated,
            "forest": experiment_page.forest(result, experiment_page.names_of(campaign)),
        }
    return None
