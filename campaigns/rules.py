"""From a campaign's row and the workspace's defaults to the pure rule that decides."""

from __future__ import annotations

import msgspec

from campaigns.actions import ACTIONS, Action
from campaigns.engine.types import Rule
from campaigns.guards import GUARDS, Guard, Limits
from campaigns.models import Campaign, Variant
from marketing.conditions.parse import to_json
from marketing.workspace.models import Workspace


def action_of(variant: Variant) -> Action:
    return msgspec.convert(variant.parameters, ACTIONS.get(variant.action))


def compile_rule(campaign: Campaign, workspace: Workspace) -> Rule:
    """The rule as of now; its snapshot is kept with every run."""
    variants = list(campaign.variants.all())
    total = sum(variant.weight for variant in variants)
    holdout = campaign.holdout_percent / 100
    shares = [(1 - holdout) * variant.weight / total for variant in variants]
    return Rule(
        key=campaign.key,
        version=campaign.version,
        audience=campaign.audience_node,
        guards=_guards(campaign, workspace, variants),
        weights=(holdout, *shares),
        variants=tuple(variant.key for variant in variants),
    )


def _guards(campaign: Campaign, workspace: Workspace, variants: list[Variant]) -> tuple[Guard, ...]:
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
    }
