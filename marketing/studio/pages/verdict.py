"""An experiment's verdict in words: one sentence with the number that decides, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from marketing.experiments.models import Experiment, Look
from marketing.experiments.types import Result, stored
from marketing.experiments.verdict import Guardrail, Say, Verdict, Worth, verdict
from marketing.studio.pages import checks
from marketing.studio.templatetags.humanize_numbers import change_in_unit, money, thousands
from marketing.workspace.language import language

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


def sentence(found: Verdict, result: Result | None = None, arm: str = "") -> str:
    """What to do, and the number that says so. ``arm``: what the one that is shown to work is
    called.
    """
    told = {"effect": _effect(found), "date": date_format(found.decided_by, "DATE_FORMAT"),
            "arm": arm}  # fmt: skip
    if found.say == Say.BROKEN and result is not None:
        why = checks.sentence(found.because[0], result)
        return _("Broken: no effect can be read. %s") % why
    if found.guardrails:
        return _guarded(found.guardrails[0], found.say) % (told | _measured(found, arm))
    if found.say == Say.SHIP:
        words = _("Ship '%(arm)s': %(effect)s.") if arm else _("Ship it: %(effect)s.")
    elif found.say == Say.KEEP_RUNNING:
        words = _keep_running(is_seen=bool(told["effect"]))
    elif found.is_harm:
        words = _("Stop: it does harm, %(effect)s.")
    elif found.alone is not None:
        words = _("Stop: all variants together show no effect (%(effect)s). '%(arm)s' by itself is "
                  "better than what it is compared with: run it alone.")  # fmt: skip
    else:
        words = _no_effect(is_seen=bool(told["effect"]))
    return words % told


def _guarded(guardrail: Guardrail, say: Say) -> str:
    """The goal is reached, but at what cost is not settled."""
    if guardrail.is_worse:
        return _("Stop: %(guardrail)s got worse by more than the %(margin)s %% that are borne "
                 "(measured: %(change)s).")  # fmt: skip
    if say == Say.STOP:
        return _("Stop: the plan is over, and %(guardrail)s may have got worse by more than "
                 "%(margin)s %% (measured: %(change)s).")  # fmt: skip
    return _(
        "Keep running: the goal is reached (%(effect)s), but %(guardrail)s may be worse by "
        "more than %(margin)s %% (measured: %(change)s). Decided by %(date)s at the latest."
    )


def _measured(found: Verdict, arm: str) -> dict[str, str]:
    """Of the guardrail that stands in the way, in the arm to ship where it is one."""
    guardrail = found.guardrails[0]
    name = _("'%s'") % guardrail.metric.label.say(language())
    if found.best is not None:
        name = _("%(metric)s of '%(arm)s'") % {"metric": name, "arm": arm}
    change = "—" if guardrail.change is None else f"{100 * guardrail.change:+.1f} %"
    return {"guardrail": name, "margin": f"{guardrail.metric.margin:g}", "change": change}


def _keep_running(*, is_seen: bool) -> str:
    if not is_seen:
        return _("Keep running: too early to say. Decided by %(date)s at the latest.")
    return _("Keep running: %(effect)s, which may be chance. Decided by %(date)s at the latest.")


def _no_effect(*, is_seen: bool) -> str:
    if not is_seen:
        return _("Stop: the plan is over and there is nothing to compare.")
    return _("Stop: the plan is over and no effect is shown: %(effect)s.")


def effect_text(experiment: Experiment) -> str:
    """For a list: by the newest look, with the interval that holds at all looks together."""
    found = verdict(experiment)
    look = found.by
    if look is None or look.estimate is None or look.low is None or look.high is None:
        return "—"
    value, low, high = (
        change_in_unit(each, found.unit) for each in (look.estimate, look.low, look.high)
    )
    pp = f" {_('pp')}" if found.unit == "share" else ""
    numbers = f"{value}{pp} [{low}, {high}]"
    notes = [_("simulated answers")] if experiment.simulated else []
    notes += [_("so far")] if found.say == Say.KEEP_RUNNING else []
    return " · ".join([numbers, *notes])


def summary(experiment: Experiment, names: Mapping[str, str]) -> dict[str, str]:
    """The verdict in a word and in a sentence. ``names``: what the arms are called."""
    found = verdict(experiment)
    which = found.alone if found.best is None else found.best
    arm = "" if which is None else experiment.arms[which]
    said, tone = word(found)
    return {
        "verdict_word": said,
        "verdict_tone": tone,
        "verdict_sentence": sentence(found, stored(experiment), names.get(arm, arm)),
    }


def context(experiment: Experiment, names: Mapping[str, str]) -> dict[str, Any]:
    """The verdict, what it is worth, the lift from look to look, and the looks."""
    found = verdict(experiment)
    looks = list(experiment.looks.all())
    return {
        "verdict": found,
        **summary(experiment, names),
        "extra_people": _extra(found.extra, lambda n: thousands(round(n))),
        "extra_money": _extra(found.extra_money, money),
        "looks": list(reversed(looks)),
        "lift": _lift(looks, found.unit),
    }


def _effect(found: Verdict) -> str:
    """ "of 100 people, +3.1 more reach the goal (between +1.0 and +5.2)"; of an amount, so much a
    person, or at the percentile. Empty where nothing can be said.
    """
    ends = _ends(found)
    if ends is None:
        return ""
    told = {name: change_in_unit(value, found.unit) for name, value in
            zip(("n", "low", "high"), ends, strict=True)}  # fmt: skip
    if found.unit == "share":
        words = _("of 100 people, %(n)s more reach the goal (between %(low)s and %(high)s)")
    elif found.percentile is not None:
        told["p"] = f"{found.percentile:g}"
        words = _("%(n)s at percentile %(p)s of people (between %(low)s and %(high)s)")
    else:
        words = _("%(n)s a person (between %(low)s and %(high)s)")
    return words % told


def _ends(found: Verdict) -> tuple[float, float, float] | None:
    """(estimate, low, high) of the arm to ship, else of all the treated together."""
    look = found.by
    if look is None:
        return None
    shown = (look.estimate, look.low, look.high)
    if found.best is not None:
        row = next(each for each in look.arms if each["arm"] == found.best)
        shown = (row["estimate"], row["low"], row["high"])
    value, low, high = shown
    return None if value is None or low is None or high is None else (value, low, high)


def _extra(found: Worth | None, said: Callable[[float], str]) -> str:
    if found is None:
        return ""
    value, low, high = (said(each) for each in found)
    return _("%(value)s (between %(low)s and %(high)s)") % {
        "value": value, "low": low, "high": high,
    }  # fmt: skip


def _lift(looks: Sequence[Look], unit: str) -> dict[str, Any]:
    """Points or units more, with what holds at all looks together; None where unbounded."""
    shown = [look for look in looks if look.estimate is not None]
    scale = {"share": 100.0, "money": 0.01}.get(unit, 1.0)
    series = {
        "name": _("Effect, percentage points") if unit == "share" else _("Effect a person"),
        "values": [scale * (look.estimate or 0.0) for look in shown],
        "low": [None if look.low is None else scale * look.low for look in shown],
        "high": [None if look.high is None else scale * look.high for look in shown],
    }
    return {
        "x": [look.day.isoformat() for look in shown],
        "series": [series],
        "zero": 0,
        "empty": _("The first look comes when the first goal windows are over"),
    }
