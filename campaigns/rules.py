"""From a campaign's row and the workspace's defaults to the pure rule that decides."""

from __future__ import annotations

import msgspec

from campaigns.actions import ACTIONS, Action
from campaigns.engine.types import Rule
from campaigns.guards import GUARDS, Guard
from campaigns.guards.consent import Consent
from campaigns.guards.cooldown import Cooldown
from campaigns.guards.message_cap import MessageCap
from campaigns.guards.quiet_hours import QuietHours
from campaigns.guards.running import Running
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
    """Guards that stop for good first, those that only delay last."""
    channels = sorted({action_of(variant).channel for variant in variants})
    guards: list[Guard] = [
        Running(running=campaign.status == Campaign.Status.RUNNING, ends_at=campaign.ends_at)
    ]
    # Every arm's channel is needed of everybody, the holdout too: else the arms would differ in
    # who can be reached and not only in what they got.
    guards += [Consent(channel=channel) for channel in channels if channel]
    guards.append(Cooldown(days=campaign.cooldown_days))
    if campaign.counts_as_message:
        guards.append(MessageCap(most=workspace.message_cap))
    if campaign.respects_quiet_hours:
        guards.append(
            QuietHours(from_hour=workspace.quiet_from_hour, until_hour=workspace.quiet_until_hour)
        )
    return tuple(guards)


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
