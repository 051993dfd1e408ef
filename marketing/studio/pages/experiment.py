"""An experiment's arms, metrics, checks and log, as its page and its campaign's show them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from campaigns.models import Campaign
from marketing.experiments.models import Experiment
from marketing.experiments.types import (
    GOAL,
    MONEY,
    Effect,
    Holds,
    MetricResult,
    Result,
    Role,
    Safety,
)
from marketing.kernel.text import Language
from marketing.studio import charts
from marketing.studio.shell import said

Names = Mapping[str, str]


def names_of(campaign: Campaign | None) -> dict[str, str]:
    """What the arms are called."""
    variants = campaign.variants.all() if campaign else []
    names = {variant.key: said(variant.label) for variant in variants}
    return names | {"holdout": _("Holdout"), "treated": _("All variants")}


def forest(result: Result, names: Names) -> charts.Chart:
    """What each arm, and all together, change of the goal."""
    goal = result.metric(GOAL)
    effects = {names.get(arm, arm): effect
               for arm, effect in zip(result.arms, goal.effects, strict=True)}  # fmt: skip
    if len([each for each in goal.effects if each is not None]) > 1:
        effects[names.get("treated", "treated")] = goal.treated
    return charts.forest(effects, goal.unit, is_lower=goal.lower_is_better)


def arms(result: Result, names: Names) -> list[dict[str, Any]]:
    """A row an arm, and one for all the treated together where there are several."""
    goal, money = result.metric(GOAL), result.metric(MONEY)
    rows = [
        {
            "name": names.get(arm, arm), "exposed": result.exposed[i], "goal": goal.arms[i],
            "unit": goal.unit, "effect": goal.effects[i], "money": money.effects[i],
        }
        for i, arm in enumerate(result.arms)
        if result.exposed[i] or i != 0
    ]  # fmt: skip
    rows.append({
        "name": names.get("treated", "treated"), "goal": goal.together, "unit": goal.unit,
        "exposed": sum(result.exposed) - result.exposed[result.control],
        "effect": goal.treated, "money": money.treated,
    })  # fmt: skip
    return rows


def metrics(result: Result, names: Names, language: Language) -> list[dict[str, Any]]:
    """A row a metric: each arm's value, what all the treated together change."""
    return [
        {
            "label": metric.label.say(language), "unit": metric.unit, "days": metric.days,
            "role": role(metric), "control": metric.arms[result.control].value,
            "together": metric.together.value, "effect": metric.treated,
            "arms": [(names.get(arm, arm), metric.arms[i].value, metric.effects[i])
                     for i, arm in enumerate(result.arms) if metric.effects[i] is not None],
            "shown": shown(metric), "limit": metric.limit,
        }
        for metric in result.metrics
    ]  # fmt: skip


def role(metric: MetricResult) -> str:
    words = {Role.GOAL: _("Goal"), Role.SECONDARY: _("Secondary"), Role.GUARDRAIL: _("Guardrail")}
    word = str(words[metric.role])
    if metric.margin is None:
        return word
    return _("%(role)s, margin %(margin)g %%") % {"role": word, "margin": metric.margin}


def shown(metric: MetricResult) -> tuple[str, str]:
    """(what the metric shows in a word or two, tone)."""
    effect = metric.treated
    if effect is None:
        return _("too early"), "muted"
    if metric.role is Role.GUARDRAIL:
        return _safety(effect)
    clear = [each for each in metric.effects if each is not None and each.adjusted_p < 0.05]
    if not clear:
        return _("no difference shown"), "muted"
    if len({each.estimate > 0 for each in clear}) > 1:
        return _("the arms differ"), "warn"
    is_better = (clear[0].estimate > 0) != metric.lower_is_better
    return (_("better"), "good") if is_better else (_("worse"), "bad")


def _safety(effect: Effect) -> tuple[str, str]:
    return {
        Safety.SAFE: (_("safe"), "good"),
        Safety.WORSE: (_("worse than the margin"), "bad"),
    }.get(effect.safety or Safety.UNKNOWN, (_("not shown to be safe yet"), "warn"))


def holds(result: Result) -> str:
    """What the intervals of arms and metrics mean."""
    return {
        Holds.ALWAYS: _(
            "Intervals (95 %) that hold whenever you look, however often; they narrow to those of "
            "a single look when the plan is over."
        ),
        Holds.ONCE: _(
            "The plan is over: intervals (95 %) of this one look, of the people of the plan. Those "
            "of metrics with a longer window still hold whenever you look."
        ),
        Holds.CREDIBLE: _(
            "Credible intervals (95 %). Priors: a uniform rate; of amounts, an unknown mean and "
            "spread. They say what to believe, not how often looking is wrong."
        ),
    }[result.holds]


def log(experiment: Experiment, names: Names) -> list[dict[str, Any]]:
    """What happened, newest first: start, new shares, looks that decided, what people decided."""
    rows: list[dict[str, Any]] = [
        {"at": epoch.started_at, "more": shares(experiment, epoch.weights, names), "who": "",
         "what": _("New shares") if epoch.number else _("The experiment began")}
        for epoch in experiment.epochs.all()
    ]  # fmt: skip
    rows += [
        {"at": look.looked_at, "who": "",
         "what": _("The look that decided") if look.decides else _("The last look"),
         "more": _("z = %(z).2f, needed %(bound).2f")
         % {"z": look.z or 0, "bound": look.bound or 0}}
        for look in experiment.looks.all() if look.decides or look.is_last
    ]  # fmt: skip
    rows += [
        {"at": ruling.ruled_at, "what": ruling.get_decision_display(), "who": ruling.ruled_by,
         "more": ruling.reason}
        for ruling in experiment.rulings.all()
    ]  # fmt: skip
    if experiment.ended_at:
        rows.append({"at": experiment.ended_at, "what": _("Ended"), "more": "", "who": ""})
    return sorted(rows, key=lambda row: row["at"], reverse=True)


def learned(experiment: Experiment, names: Names, unit: str) -> list[dict[str, Any]]:
    """Of shares that follow the answers: each variant's now, and what other ways would bring."""
    said = experiment.allocation or {}
    now: Mapping[str, float] = said.get("shares", {})
    rows = []
    for row in said.get("judged", []):
        told = row["dr"]
        rows.append({
            "name": _("evenly") if row["policy"] == "evenly" else names.get(row["policy"],
                                                                            row["policy"]),
            "share": now.get(row["policy"]), "unit": unit, "told": told,
            "refused": _refused(told),
        })  # fmt: skip
    judged = {row["policy"] for row in said.get("judged", [])}
    rows += [{"name": names.get(key, key), "share": share, "unit": unit, "told": {}, "refused": ""}
             for key, share in now.items() if key not in judged]  # fmt: skip
    return rows


def _refused(told: Mapping[str, Any]) -> str:
    if "refused" not in told:
        return ""
    if told["refused"] == "no_support":
        return _("cannot be told: some people could not have got it")
    return str(_("cannot be told: worth %d people only") % told["effective"])


def shares(experiment: Experiment, weights: list[float], names: Names) -> str:
    """ "Holdout 10 %, A 45 %, B 45 %"."""
    pairs = zip(experiment.arms, weights, strict=False)
    return ", ".join(f"{names.get(arm, arm)} {100 * weight:.3g} %" for arm, weight in pairs)
