"""What the time looked back on was like: who came, how many reached the goal, and for how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from marketing.kernel.text import Text
from recommender.insights import Refused
from recommender.insights._arrivals import Arrivals, Span
from recommender.insights._planning import Amount, Share

_DAY_US: Final = 86_400_000_000

_NEVER = Text(
    "None of {people} people reached the goal, so nothing can be planned from it",
    "{people} 人中没有人达成目标，无法据此规划",
)
_ALWAYS = Text(
    "All of {people} people reached the goal: nothing can raise it",
    "{people} 人全部达成了目标：没有提升空间",
)
_OTHER_GOAL = Text(
    "Choose another goal event, a longer goal window, or look further back.",
    "请更换目标事件、加长目标窗口，或回看更久。",
)
_NO_AMOUNT = Text(
    "None of {people} people had a goal event with a number in '{amount}'",
    "{people} 人的目标事件中，属性“{amount}”都没有数值",
)
_ALIKE = Text(
    "All of {people} people have the same in '{amount}': how much people differ is not known",
    "{people} 人的“{amount}”合计全部相同：无法得知人与人的差异",
)
_NOT_POSITIVE = Text(
    "The mean of '{amount}' over {people} people is not above 0, so no percentage raises it",
    "{people} 人“{amount}”的均值不大于 0，无法按百分比提升",
)
_OTHER_AMOUNT = Text(
    "Choose a numeric property of the goal events, a longer goal window, or look further back.",
    "请选择目标事件的数值属性、加长目标窗口，或回看更久。",
)


@dataclass(frozen=True)
class History:
    """``people`` came, ``new_a_day`` of them for the first time ever; ``reached`` of ``matured``
    did the goal event. ``spent``: float64[matured], sorted, of those whose goal window is over.
    """

    people: int
    new_a_day: float
    matured: int
    reached: int
    spent: NDArray[np.float64]


def history(seen: Arrivals, span: Span) -> History:
    matured = seen.came_us + span.within_us <= span.until_us
    elapsed_days = (span.until_us - span.from_us) / _DAY_US
    new = int((seen.ever_us >= span.from_us).sum())
    return History(
        people=len(seen),
        new_a_day=new / elapsed_days if elapsed_days else 0.0,
        matured=int(matured.sum()),
        reached=int((seen.reached & matured).sum()),
        # People come out of the scan in any order: a sum of floats in another one differs.
        spent=np.sort(seen.spent[matured]),
    )


def share(found: History) -> Share:
    """Raises Refused where there is no rate strictly between nobody and everybody."""
    if found.reached in (0, found.matured):
        why = _ALWAYS if found.reached else _NEVER
        raise Refused("no_base_rate", why, _OTHER_GOAL, people=found.matured)
    return Share(found.reached / found.matured)


def amount(found: History, name: str) -> Amount:
    """Raises Refused where nobody has an amount, all have the same, or the mean is not above 0."""
    spent = found.spent
    for code, why, is_so in (
        ("no_amounts", _NO_AMOUNT, not spent.any()),
        ("same_amounts", _ALIKE, spent[0] == spent[-1]),
        ("no_mean", _NOT_POSITIVE, spent.mean() <= 0),
    ):
        if is_so:
            raise Refused(code, why, _OTHER_AMOUNT, people=found.matured, amount=name)
    return Amount(float(spent.mean()), float(spent.std(ddof=1)))
