"""How a campaign that learns begins: light, for a launch happens in the web process."""

from __future__ import annotations

from typing import Any

from campaigns import learning_contextual
from campaigns.models import Campaign
from marketing.experiments.models import Experiment

FLOOR, UNIFORM = 0.02, 0.10
"""Of the treated: what every variant keeps, and the slice that is dealt evenly.

So a variant whose luck was bad is still seen, and weights of 1 / propensity stay bounded.
"""
Allocation = Campaign.Allocation


def start(campaign: Campaign, experiment: Experiment) -> dict[str, Any] | None:
    """What a learning campaign begins with: equal shares; what it knew where it goes on.

    A campaign by fixed weights keeps what it learned before: its epochs were steered by it.
    """
    known = experiment.allocation
    if campaign.allocation == Allocation.FIXED:
        return known
    said: dict[str, Any] = dict(known or {})
    keys = [variant.key for variant in campaign.variants.all() if variant.weight]
    if set(said.get("shares", ())) != set(keys):
        said["shares"] = {key: 1 / len(keys) for key in keys}
    if campaign.allocation == Allocation.CONTEXTUAL:
        said["contextual"] = learning_contextual.begin(
            campaign, (FLOOR, UNIFORM), said.get("contextual")
        )
    return said
