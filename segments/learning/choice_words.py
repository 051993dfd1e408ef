"""Why there are so many groups, or none, in words."""

from __future__ import annotations

from typing import Final

from marketing.kernel.text import Language, Text
from segments.learning.choose import (
    CROWDS,
    LEAST_LEAD,
    LEAST_SILHOUETTE,
    LEAST_STABILITY,
    SIGNIFICANT,
    Choice,
    Trial,
)

_FOUND: Final = Text(
    "{k} groups: people are nearer to their own group than to the next (silhouette {s:.2f}), more"
    " so than one crowd without groups would show ({c:.2f}), and other samples show the same"
    " groups (stability {t:.2f}).",
    "共{k}群：人们离本群比离邻近的群更近（轮廓系数{s:.2f}），高于没有分群的单一人群（{c:.2f}）；换一批人抽样，"
    "得到的分群基本相同（稳定性{t:.2f}）。",
)  # fmt: skip
_LARGEST: Final = Text(
    " That is the largest number tried: there may be more.",
    "这已是尝试过的最大群数，实际可能更多。",
)
_NONE: Final = Text(
    "No groups: in these columns people form one crowd. {why}",
    "没有分群：在这些字段上，人们是连成一片的单一人群。{why}",
)
_ONE_PLACE: Final = Text(
    "Everybody is in one crowded place or in none.", "所有人都在同一处密集区，或不在任何密集区。"
)
_NO_LEAD: Final = Text(
    "The best split looks no better than splits of simulated crowds without groups (p = {p:.2f}, of"
    " {crowds} crowds).",
    "最好的划分也不比在模拟的无分群人群上划分得更好（p = {p:.2f}，模拟{crowds}次）。",
)
_UNCLEAR: Final = Text(
    "The best split (into {k}) is too faint: silhouette {s:.2f} (at least {least_s:.2f}), ahead of"
    " one crowd by {lead:.2f} (at least {least_lead:.2f}), stability {t:.2f} (at least"
    " {least_t:.2f}).",
    "最好的划分（{k}群）太模糊：轮廓系数{s:.2f}（至少{least_s:.2f}），比单一人群高{lead:.2f}（至少"
    "{least_lead:.2f}），稳定性{t:.2f}（至少{least_t:.2f}）。",
)  # fmt: skip


def explained(choice: Choice) -> Text:
    """One or two sentences in both languages."""
    return Text(_said(choice, "en"), _said(choice, "zh"))


def _said(choice: Choice, language: Language) -> str:
    if choice.best is None:
        return _NONE.say(language, why=_why_none(choice, language))
    best = choice.best
    said = _FOUND.say(language, k=best.k, s=best.silhouette, c=best.crowd, t=best.stability)
    is_largest = len(choice.trials) > 1 and best.k == max(trial.k for trial in choice.trials)
    return said + (_LARGEST.say(language) if is_largest else "")


def _why_none(choice: Choice, language: Language) -> str:
    if all(trial.k < 2 for trial in choice.trials):
        return _ONE_PLACE.say(language)
    if choice.p_value > SIGNIFICANT:
        return _NO_LEAD.say(language, p=choice.p_value, crowds=CROWDS)
    best = max(choice.trials, key=_nearly)
    return _UNCLEAR.say(
        language, k=best.k, s=best.silhouette, lead=best.lead, t=best.stability,
        least_s=LEAST_SILHOUETTE, least_lead=LEAST_LEAD, least_t=LEAST_STABILITY,
    )  # fmt: skip


def _nearly(trial: Trial) -> float:
    """How near a trial came to passing: its worst condition as a share of what is asked."""
    return min(
        trial.silhouette / LEAST_SILHOUETTE, trial.lead / LEAST_LEAD,
        trial.stability / LEAST_STABILITY,
    )  # fmt: skip
