"""A plan in words: numbers with as many digits as they need, and sentences of them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketing.studio.templatetags.humanize_numbers import in_unit, money, percent, thousands
from recommender.insights.planner import PlannedDay, Planner, PlannerAnswer, Unit, Wish

_SHOWN_DAYS = (1, 3, 7, 14, 21, 28, 42, 60, 90)


def points(share: float | None) -> str:
    """A rise in percentage points: two digits below one, none lost above."""
    if share is None:
        return "—"
    value = 100 * share
    return f"{value:.1f}" if value >= 1 else f"{value:.2f}" if value >= 0.01 else f"{value:.4f}"


def amount(value: float | None, unit: Unit) -> str:
    """A mean or a rise of it in its unit; a small number keeps the digits that tell something."""
    if value is None or unit == "share":
        return in_unit(value, unit)
    if unit == "money":
        return money(value) if abs(value) >= 1 else "< " + money(1)
    return in_unit(value, unit) if abs(value) >= 1 else f"{value:.2g}"


def rise(value: float | None, unit: Unit) -> str:
    """In percentage points, or in the amount's unit; None: no rise."""
    if value is None:
        return "—"
    return _("%s points") % points(value) if unit == "share" else amount(value, unit)


def kpis(question: Planner, answer: PlannerAnswer) -> list[dict[str, str]]:
    planned, unit = answer.planned, answer.unit
    then = _then(answer, planned.detectable)
    return [
        _level(answer),
        {"label": _("People at hand"), "value": thousands(answer.people),
         "note": _("%s new ones a day") % few(answer.new_a_day)},
        {"label": _("Smallest rise in %d days") % planned.day,
         "value": rise(planned.detectable, unit),
         "note": _("to %s") % amount(then, unit) if then is not None else _("too few people")},
        _wished(answer.wish, unit),
    ]  # fmt: skip


def _level(answer: PlannerAnswer) -> dict[str, str]:
    """What the rise is of."""
    if answer.deviation is None:
        note = _("%(reached)s of %(matured)s people") % {
            "reached": thousands(answer.reached), "matured": thousands(answer.matured)}  # fmt: skip
        return {"label": _("Base rate"), "value": percent(answer.base), "note": note}
    note = _("standard deviation %(deviation)s, of %(matured)s people") % {
        "deviation": amount(answer.deviation, answer.unit), "matured": thousands(answer.matured),
    }  # fmt: skip
    return {"label": _("Mean a person"), "value": amount(answer.base, answer.unit), "note": note}


def few(value: float) -> str:
    """A number a day: a digit behind the point only where it tells something."""
    return thousands(value) if value >= 20 else f"{value:.1f}"


def _wished(wish: Wish | None, unit: Unit) -> dict[str, str]:
    if wish is None:
        how = _("say how many points in the form") if unit == "share" else _(
            "say how many percent in the form")  # fmt: skip
        return {"label": _("For the rise you hope for"), "value": "—", "note": how}
    label = _("For a rise of %s") % rise(wish.effect, unit)
    if wish.treated is None or wish.control is None:
        return {"label": label, "value": "—", "note": _("no number of people shows it")}
    note = f"{_('people')} · {_days(wish.days)}"
    return {"label": label, "value": thousands(wish.treated + wish.control), "note": note}


def _days(days: int | None) -> str:
    if days is None:
        return _("so many never come")
    return ngettext("%s day", "%s days", days) % thousands(days)


def sentences(question: Planner, answer: PlannerAnswer) -> list[str]:
    """What the plan shows; then what is hoped for; then when it is known."""
    found = [_shows(question, answer)]
    if answer.wish is not None:
        found.append(_takes(answer.wish, answer.unit))
    until = question.planned_days + question.goal_days
    found.append(
        _(
            "Who comes on the last planned day has %(goal)d more days: all is known after"
            " %(until)d days."
        )
        % {"goal": question.goal_days, "until": until}
    )
    return found


def _shows(question: Planner, answer: PlannerAnswer) -> str:
    planned, unit = answer.planned, answer.unit
    values = {
        "holdout": question.holdout_percent, "days": planned.day,
        "people": thousands(planned.people), "rise": rise(planned.detectable, unit),
        "base": amount(answer.base, unit),
        "then": amount(_then(answer, planned.detectable), unit),
    }  # fmt: skip
    if planned.detectable is None:
        return (
            _(
                "With %(holdout)d %% held out and %(days)d days, %(people)s people come:"
                " too few to see any rise."
            )
            % values
        )
    return (
        _(
            "With %(holdout)d %% held out and %(days)d days, %(people)s people come, and you can"
            " see a rise of %(rise)s or more: from %(base)s to %(then)s."
        )
        % values
    )


def _takes(wish: Wish, unit: Unit) -> str:
    if wish.treated is None or wish.control is None:
        return _unseen(wish, unit)
    values = {
        "rise": rise(wish.effect, unit), "people": thousands(wish.treated + wish.control),
        "control": thousands(wish.control), "days": thousands(wish.days),
    }  # fmt: skip
    if wish.days is None:
        return (
            _(
                "A rise of %(rise)s takes %(people)s people, %(control)s of them held out;"
                " so many never come."
            )
            % values
        )
    return (
        _(
            "A rise of %(rise)s takes %(people)s people, %(control)s of them held out:"
            " they have come after %(days)s days."
        )
        % values
    )


def _unseen(wish: Wish, unit: Unit) -> str:
    if unit != "share":
        return _(
            "A rise of %s cannot be seen with any number of people: the groups would have to be"
            " endless."
        ) % rise(wish.effect, unit)
    return _(
        "A rise of %s points cannot be seen with any number of people: the rate would pass"
        " 100 %%, or the groups would have to be endless."
    ) % points(wish.effect)


def rows(question: Planner, answer: PlannerAnswer) -> list[dict[str, Any]]:
    """Some of the planned days, the one that was asked about among them."""
    wanted = {*_SHOWN_DAYS, question.planned_days}
    return [_row(question, answer, each) for each in answer.days if each.day in wanted]


def _row(question: Planner, answer: PlannerAnswer, each: PlannedDay) -> dict[str, Any]:
    found = each.detectable
    return {
        "day": each.day,
        "is_planned": each.day == question.planned_days,
        "people": each.people,
        "held_out": round(each.people * question.holdout_percent / 100),
        "rise": points(found) if answer.unit == "share" else amount(found, answer.unit),
        "then": amount(_then(answer, found), answer.unit),
        "relative": None if found is None else found / answer.base,
        "inflation": each.inflation - 1,
    }


def _then(answer: PlannerAnswer, found: float | None) -> float | None:
    """The rate or the mean after that rise."""
    return None if found is None else answer.base + found
