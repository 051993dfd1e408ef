"""What is asked of campaigns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count

from campaigns.engine.types import OTHER_SLICE, PROGRAMME_HOLDOUT, WITHHELD, YES
from campaigns.guards import GUARDS
from campaigns.models import Campaign, Decision, DecisionRun, Delivery
from marketing.conditions.explain import LeafAnswer, explain
from marketing.conditions.groups import leaves
from marketing.conditions.types import Column, Ref, TraitSpec
from marketing.kernel.text import Language, Text
from marketing.personas import queries as personas_queries
from segments.queries import labeller, with_segments

_OUTCOMES = {
    YES: Text("Yes", "通过"),
    WITHHELD: Text("Withheld on purpose (holdout)", "对照组，故意不触达"),
    OTHER_SLICE: Text("In another campaign of the layer", "已划入互斥层的其他活动"),
    PROGRAMME_HOLDOUT: Text("Held out by a programme", "计划对照组，故意不触达"),
    "not_in_audience": Text("Not in the audience", "不在受众中"),
    "budget": Text("Budget used up", "预算用尽"),
    "nothing_to_recommend": Text("Nothing to recommend", "没有可推荐的内容"),
    "no_such_ad": Text("The ad is missing or inactive", "广告不存在或未启用"),
    "try_later": Text("The channel asked to wait", "渠道要求稍后再试"),
    "too many attempts": Text("Too many attempts", "尝试次数过多"),
}


def outcome_text(code: str, language: Language) -> str:
    """A reason code in words."""
    if code in _OUTCOMES:
        return _OUTCOMES[code].say(language)
    return GUARDS.get(code).label.say(language) if code in GUARDS else code.replace("_", " ")


def specs() -> dict[str, TraitSpec]:
    """The traits that audiences of campaigns not ended spell out, by column name."""
    found: dict[str, TraitSpec] = {}
    for campaign in Campaign.objects.exclude(status=Campaign.Status.ENDED):
        for leaf in leaves(campaign.audience_node):
            found |= {spec.key(): spec for spec in leaf.traits()}
    return found


class _Inputs:
    """A decision's stored inputs as one person's columns: what the rule saw then, not now."""

    def __init__(self, inputs: Mapping[str, object]) -> None:
        self.inputs = inputs

    def column(self, ref: Ref) -> Column:
        value = self.inputs.get(str(ref))
        if not isinstance(value, bool | int | float | str):
            return Column(None, False)
        return Column(value, True)


def decision_reasons(decision: Decision, language: Language) -> list[LeafAnswer]:
    """The audience's leaves as they held at the decision, from its stored inputs and rule."""
    audience = decision.rule.audience
    return explain(audience, _Inputs(decision.inputs), language, labeller())


@dataclass(frozen=True)
class Why:
    """Why a person did or did not get a campaign, at its newest decision about them.

    ``leaves``: the audience as it holds for the person now, with the values seen.
    """

    campaign: Campaign
    outcome: str
    said: str
    decision: Decision | None
    leaves: list[LeafAnswer]


def why(person_id: int, language: Language) -> list[Why]:
    """One answer a launched campaign; campaigns that never looked at the person are left out."""
    personas = with_segments(personas_queries.current())
    label = labeller()
    found = []
    for campaign in Campaign.objects.exclude(status=Campaign.Status.DRAFT):
        decision = campaign.decisions.filter(person_id=person_id).first()
        outcome = decision.outcome if decision else _from_runs(campaign, person_id)
        if outcome is not None:
            answers = explain(campaign.audience_node, personas.one(person_id), language, label)
            said = outcome_text(outcome, language)
            found.append(Why(campaign, outcome, said, decision, answers))
    return found


def _from_runs(campaign: Campaign, person_id: int) -> str | None:
    run = DecisionRun.objects.filter(campaign=campaign).first()
    return run.reason_for(person_id) if run else None


def deliveries_by_state(campaign: Campaign) -> dict[str, int]:
    """State to number of deliveries; absent states are left out."""
    rows = Delivery.objects.filter(campaign=campaign).values_list("state")
    return dict(rows.annotate(n=Count("id")).order_by("state"))
