"""The checks of an experiment in words: what was asked, what was found, what to do."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from marketing.experiments.types import Asked, CheckResult, Result
from marketing.studio.templatetags.humanize_numbers import change_in_unit


def rows(result: Result) -> list[dict[str, Any]]:
    """Every check that the data could answer, failed ones first."""
    found = sorted(result.checks, key=lambda check: not check.failed)
    return [
        {
            "name": name(check),
            "state": _("failed") if check.failed else _("passed"),
            "tone": ("bad" if check.covers else "warn") if check.failed else "good",
            "said": sentence(check, result) if check.failed else "",
            "p": check.p,
        }
        for check in found
    ]  # fmt: skip


def name(check: CheckResult) -> str:
    words = {
        Asked.SPLIT: _("Split: did every arm get its share of people?"),
        Asked.EXPOSURE: _("Exposure: did people see the arm they were dealt, and only that?"),
        Asked.NOVELTY: _("Novelty: does the effect stay?"),
        Asked.OUTLIERS: _("Outliers: does the money hang on a few large amounts?"),
    }
    if check.name is Asked.INTERACTION:
        return _("Interaction: does '%s' change the effect?") % check.about
    return str(words[check.name])


def sentence(check: CheckResult, result: Result) -> str:
    """Why a failed check covers the verdict, with its number, and what to do."""
    told: dict[str, Any] = {**check.numbers, "p": check.p or 0.0, "about": check.about}
    if check.name is Asked.SPLIT:
        told["arm"] = result.arms[int(check.numbers["arm"])]
    if check.name is Asked.NOVELTY:
        unit = result.metrics[0].unit if result.metrics else "share"
        told |= {name: change_in_unit(told[name], unit) for name in ("early", "late")}
        if unit != "share":
            return _novelty_of_amounts() % told
    return _words(check.name) % told


def _novelty_of_amounts() -> str:
    return _(
        "People who came late react otherwise than those who came early (%(late)s a person against "
        "%(early)s; p = %(p).2g). Let it run on, or look at both apart."
    )


def _words(name: Asked) -> str:
    return {
        Asked.SPLIT: _(
            "The arms do not have the shares of people they were meant to have: '%(arm)s' has "
            "%(people)d where %(expected)d were expected (p = %(p).2g). Mend the split and start "
            "anew."
        ),
        Asked.EXPOSURE: _(
            "Of %(people)d people %(crossed)d saw two arms, and of %(asked)d asked %(elsewhere)d "
            "saw another arm than the one they were dealt. Find out why and start anew."
        ),
        Asked.NOVELTY: _(
            "People who came late react otherwise than those who came early (%(late)s against "
            "%(early)s of 100; p = %(p).2g). Let it run on, or look at both apart."
        ),
        Asked.INTERACTION: _(
            "The effect differs between the arms of '%(about)s' (p = %(p).2g). Put both in one "
            "layer, so that nobody is in both."
        ),
        Asked.OUTLIERS: _(
            "Without the largest amounts, of %(moved)d people, the effect on money is another. Go "
            "by the capped metric."
        ),
    }[name]
