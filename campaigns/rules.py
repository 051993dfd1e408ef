"""From a campaign's row and the workspace's defaults to the pure rule that decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import msgspec
from django.db.models import Q

from campaigns import models
from campaigns.actions import ACTIONS, Action
from campaigns.engine.contextual import Contextual
from campaigns.engine.types import Programme, Rule
from campaigns.guards import GUARDS, Guard, Limits
from campaigns.learned import contextual_document, contextual_of
from campaigns.models import Campaign, Variant
from marketing.conditions.parse import parse, to_json
from marketing.experiments.bucketing import Namespace
from marketing.experiments.models import Experiment
from marketing.workspace.models import Workspace


def action_of(variant: Variant) -> Action:
    return msgspec.convert(variant.parameters, ACTIONS.get(variant.action))


def compile_rule(campaign: Campaign, workspace: Workspace) -> Rule:
    """The rule as of now; its snapshot is kept with every run."""
    experiment = Experiment.objects.select_related("layer").filter(key=campaign.key).first()
    variants = list(campaign.variants.all())
    holdout = campaign.holdout_percent / 100
    shares = variant_shares(campaign, variants, experiment)
    return Rule(
        key=campaign.key,
        version=campaign.version,
        audience=campaign.audience_node,
        guards=guards_of(campaign, workspace, variants),
        weights=(holdout, *((1 - holdout) * share for share in shares)),
        variants=tuple(variant.key for variant in variants),
        layer=_slice(experiment),
        programmes=_programmes(campaign),
        remembers=experiment is not None and experiment.epoch > 0,
        has_testers=campaign.testers.exists(),
        contextual=_contextual(campaign, variants, experiment),
    )


def variant_shares(
    campaign: Campaign, variants: Sequence[Variant], experiment: Experiment | None
) -> list[float]:
    """Each variant's share of the treated: as learned where the campaign learns, else by weight.

    A variant of weight 0 gets 0; one that nothing was learned of yet has as much as its weight.
    """
    learned = _learned(campaign, experiment)
    total = sum(variant.weight for variant in variants)
    if not total:
        return [0.0 for _ in variants]
    shares = [
        learned.get(variant.key, variant.weight / total) if variant.weight else 0.0
        for variant in variants
    ]
    return [share / sum(shares) for share in shares]


def _learned(campaign: Campaign, experiment: Experiment | None) -> dict[str, float]:
    if campaign.allocation == Campaign.Allocation.FIXED or experiment is None:
        return {}
    return dict((experiment.allocation or {}).get("shares", {}))


def _slice(experiment: Experiment | None) -> Namespace | None:
    """As it was dealt at the launch: an edit moves nobody while the campaign runs."""
    if experiment is None or experiment.layer is None:
        return None
    return Namespace(experiment.layer.key, experiment.layer_low, experiment.layer_high)


def programmes_of(campaign: Campaign) -> list[models.Programme]:
    """The global one first, then the campaign's own; without those that hold out nobody."""
    wanted = Q(campaigns=campaign)
    if campaign.respects_global_holdout:
        wanted |= Q(is_global=True)
    found = models.Programme.objects.filter(wanted, holdout_percent__gt=0).distinct()
    return list(found.order_by("-is_global", "id"))


def _programmes(campaign: Campaign) -> tuple[Programme, ...]:
    found = programmes_of(campaign)
    changed = set(
        Experiment.objects.filter(
            key__in=[each.experiment_key for each in found], epoch__gt=0
        ).values_list("key", flat=True)
    )
    return tuple(
        Programme(each.key, each.experiment_key, each.holdout_percent / 100,
                  each.experiment_key in changed)
        for each in found
    )  # fmt: skip


def _contextual(
    campaign: Campaign, variants: Sequence[Variant], experiment: Experiment | None
) -> Contextual | None:
    """None until something was learned about every variant."""
    if campaign.allocation != Campaign.Allocation.CONTEXTUAL or experiment is None:
        return None
    said = (experiment.allocation or {}).get("contextual")
    if said is None or said["variants"] != [variant.key for variant in variants]:
        return None
    return contextual_of(said)


def guards_of(
    campaign: Campaign, workspace: Workspace, variants: Sequence[Variant]
) -> tuple[Guard, ...]:
    """Every guard of the registry says itself whether it applies; the folder is the list."""
    limits = Limits(
        channels=tuple(sorted({action_of(variant).channel for variant in variants})),
        running=campaign.status == Campaign.Status.RUNNING,
        ends_at=campaign.ends_at,
        cooldown_days=campaign.cooldown_days,
        counts_as_message=campaign.counts_as_message,
        message_cap=workspace.message_cap,
        respects_quiet_hours=campaign.respects_quiet_hours,
        quiet_from_hour=workspace.quiet_from_hour,
        quiet_until_hour=workspace.quiet_until_hour,
    )
    kinds = sorted(GUARDS.members.values(), key=lambda kind: kind.rank)
    return tuple(guard for kind in kinds for guard in kind.of(limits))


def snapshot(rule: Rule) -> dict[str, object]:
    """The rule as JSON: with it and the personas' version a run can be replayed."""
    return {
        "key": rule.key,
        "version": rule.version,
        "audience": to_json(rule.audience),
        "guards": [
            {"type": GUARDS.name_of(type(guard)), **msgspec.to_builtins(guard)}
            for guard in rule.guards
        ],
        "weights": list(rule.weights),
        "variants": list(rule.variants),
        "layer": list(rule.layer) if rule.layer else None,
        "programmes": [asdict(each) for each in rule.programmes],
        "remembers": rule.remembers,
        "has_testers": rule.has_testers,
        "contextual": contextual_document(rule) if rule.contextual else None,
    }


def rule_of(said: Mapping[str, Any]) -> Rule:
    """The rule out of its document."""
    guards = [dict(each) for each in said["guards"]]
    return Rule(
        key=said["key"],
        version=said["version"],
        audience=parse(said["audience"]),
        guards=tuple(msgspec.convert(each, GUARDS.get(each.pop("type"))) for each in guards),
        weights=tuple(said["weights"]),
        variants=tuple(said["variants"]),
        layer=Namespace(*said["layer"]) if said.get("layer") else None,
        programmes=tuple(Programme(**each) for each in said.get("programmes", ())),
        remembers=said.get("remembers", False),
        has_testers=said.get("has_testers", False),
        contextual=contextual_of(said["contextual"]) if said.get("contextual") else None,
    )
