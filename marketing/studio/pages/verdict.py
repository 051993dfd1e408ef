"""An experiment's verdict in words: one sentence with the number that decides, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from marketing.experiments.models import Experiment, Look
from marketing.experiments.verdict import Say, Verdict, Worth, verdict
from marketing.studio.templatetags.humanize_numbers import money, thousands

_TONES = {Say.BROKEN: "bad", Say.SHIP: "good", Say.STOP: "warn", Say.KEEP_RUNNING: "info"}


def word(found: Verdict) -> tuple[str, str]:
    """(a word or two, tone of its badge)."""
    words = {
        Say.BROKEN: _("Broken"),
        Say.SHIP: _("Ship"),
        Say.STOP: _("Stop"),
        Say.KEEP_RUNNING: _("Keep running"),
    }
    return words[found.say], _TONES[found.say]


def sentence(found: Verdict) -> str:
    """What to do, and the number that says so."""
    effect = _per_hundred(found.by)
    told = {"effect": effect, "date": date_format(found.decided_by, "DATE_FORMAT"),
            "p": found.mismatch_p or 0.0}  # fmt: skip
    if found.say == Say.BROKEN:
        words = _(
            "Broken: the arms do not have the shares of people they were meant to have "
            "(p = %(p).2g). Mend the split and start anew; no effect can be read."
        )
    elif found.say == Say.SHIP:
        words = _("Ship it: of 100 people, %(effect)s reach the goal.")
    elif found.say == Say.KEEP_RUNNING:
        words = _keep_running(is_seen=bool(effect))
    elif found.is_harm:
        words = _("Stop: it does harm. Of 100 people, %(effect)s reach the goal.")
    else:
        words = _no_effect(is_seen=bool(effect))
    return words % told


def _keep_running(*, is_seen: bool) -> str:
    if not is_seen:
        return _("Keep running: too early to say. Decided by %(date)s at the latest.")
    return _(
        "Keep running: of 100 people, %(effect)s reach the goal, which may be chance. "
        "Decided by %(date)s at the latest."
    )


def _no_effect(*, is_seen: bool) -> str:
    if not is_seen:
        return _("Stop: the plan is over and there is nothing to compare.")
    return _(
        "Stop: the plan is over and no effect is shown. Of 100 people, %(effect)s reach the goal."
    )


def effect_text(experiment: Experiment) -> str:
    """For a list: by the newest look, with the interval that holds at all looks together."""
    found = verdict(experiment)
    look = found.by
    if look is None or look.estimate is None or look.low is None or look.high is None:
        return "—"
    numbers = _("%(e)+.1f pp [%(l)+.1f, %(h)+.1f]") % {
        "e": 100 * look.estimate, "l": 100 * look.low, "h": 100 * look.high,
    }  # fmt: skip
    notes = [_("simulated answers")] if experiment.simulated else []
    notes += [_("so far")] if found.say == Say.KEEP_RUNNING else []
    return " · ".join([str(numbers), *notes])


def context(experiment: Experiment) -> dict[str, Any]:
    """The verdict, what it is worth, the lift from look to look, and the log of looks."""
    found = verdict(experiment)
    looks = list(experiment.looks.all())
    return {
        "verdict": found,
        "verdict_word": word(found)[0],
        "verdict_tone": word(found)[1],
        "verdict_sentence": sentence(found),
        "extra_people": _extra(found.extra, lambda n: thousands(round(n))),
        "extra_money": _extra(found.extra_money, money),
        "looks": list(reversed(looks)),
        "lift": _lift(looks),
    }


def _per_hundred(look: Look | None) -> str:
    """ "+3.1 more (between +1.0 and +5.2)": of 100 people. Empty where nothing can be said."""
    if look is None or look.estimate is None or look.low is None or look.high is None:
        return ""
    return _("%(n)+.1f more (between %(low)+.1f and %(high)+.1f)") % {
        "n": 100 * look.estimate, "low": 100 * look.low, "high": 100 * look.high,
    }  # fmt: skip


def _extra(found: Worth | None, said: Callable[[float], str]) -> str:
    if found is None:
        return ""
    value, low, high = (said(each) for each in found)
    return _("%(value)s (between %(low)s and %(high)s)") % {
        "value": value, "low": low, "high": high,
    }  # fmt: skip


def _lift(looks: Sequence[Look]) -> dict[str, Any]:
    """Points more, with the interval that holds at all looks together; None where unbounded."""
    shown = [look for look in looks if look.estimate is not None]
    series = {
        "name": _("Effect, percentage points"),
        "values": [100 * (look.estimate or 0.0) for look in shown],
        "low": [None if look.low is None else 100 * look.low for look in shown],
        "high": [None if look.high is None else 100 * look.high for look in shown],
    }
    return {
        "x": [look.day.isoformat() for look in shown],
        "series": [series],
        "zero": 0,
        "empty": _("The first look comes when the first goal windows are over"),
    }
