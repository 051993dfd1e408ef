"""A plan in words: numbers with as many digits as they need, and sentences of them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketing.studio.templatetags.humanize_numbers import percent, thousands
from recommender.insights.planner import PlannedDay, Planner, PlannerAnswer, Wish

_SHOWN_DAYS = (1, 3, 7, 14, 21, 28, 42, 60, 90)


def points(share: float | None) -> str:
    """A rise in percentage points: two digits below one, none lost above."""
    if share is None:
        return "—"
    value = 100 * share
    return f"{value:.1f}" if value >= 1 else f"{value:.2f}" if value >= 0.01 else f"{value:.4f}"


def kpis(question: Planner, answer: PlannerAnswer) -> list[dict[str, str]]:
    planned = answer.planned
    rate = _rate(answer, planned.detectable)
    return [
        {"label": _("Base rate"), "value": percent(answer.base),
         "note": _("%(reached)s of %(matured)s people") % {
             "reached": thousands(answer.reached), "matured": thousands(answer.matured)}},
        {"label": _("People at hand"), "value": thousands(answer.people),
         "note": _("%s new ones a day") % few(answer.new_a_day)},
        {"label": _("Smallest rise in %d days") % planned.day,
         "value": _("%s points") % points(planned.detectable),
         "note": _("to %s") % percent(rate) if rate is not None else _("too few people")},
        _wished(answer.wish),
    ]  # fmt: skip


def few(value: float) -> str:
    """A number a day: a digit behind the point only where it tells something."""
    return thousands(value) if value >= 20 else f"{value:.1f}"


def _wished(wish: Wish | None) -> dict[str, str]:
    if wish is None:
        return {"label": _("For the rise you hope for"), "value": "—",
                "note": _("say how many points in the form")}  # fmt: skip
    label = _("For %s points") % points(wish.effect)
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
        found.append(_takes(answer.wish))
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
    planned = answer.planned
    values = {
        "holdout": question.holdout_percent, "days": planned.day,
        "people": thousands(planned.people), "points": points(planned.detectable),
        "base": percent(answer.base), "rate": percent(_rate(answer, planned.detectable)),
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
            " see a rise of %(points)s points or more: from %(base)s to %(rate)s."
        )
        % values
    )


def _takes(wish: Wish) -> str:
    if wish.treated is None or wish.control is None:
        return _(
            "A rise of %s points cannot be seen with any number of people: the rate would pass"
            " 100 %%, or the groups would have to be endless."
        ) % points(wish.effect)
    values = {
        "points": points(wish.effect), "people": thousands(wish.treated + wish.control),
        "control": thousands(wish.control), "days": thousands(wish.days),
    }  # fmt: skip
    if wish.days is None:
        return (
            _(
                "A rise of %(points)s points takes %(people)s people, %(control)s of them held out;"
                " so many never come."
            )
            % values
        )
    return (
        _(
            "A rise of %(points)s points takes %(people)s people, %(control)s of them held out:"
            " they have come after %(days)s days."
        )
        % values
    )


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
        "points": points(found),
        "rate": _rate(answer, found),
        "relative": None if found is None else found / answer.base,
        "inflation": each.inflation - 1,
    }


def _rate(answer: PlannerAnswer, rise: float | None) -> float | None:
    return None if rise is None else answer.base + rise
