"""The named regions of the recency-frequency grid: the widespread table of ten.

Every cell is in exactly one region. Money does not decide: it is shown beside each cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from marketing.kernel.text import Text

LEVELS: Final = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Region:
    """Recency and frequency levels, both ends included; 5 = bought lately, often."""

    key: str
    name: Text
    meaning: Text
    recency: tuple[int, int]
    frequency: tuple[int, int]

    def holds(self, recency: int, frequency: int) -> bool:
        low_r, high_r = self.recency
        low_f, high_f = self.frequency
        return low_r <= recency <= high_r and low_f <= frequency <= high_f


REGIONS: Final = (
    Region("champions", Text("Champions", "冠军客户"),
           Text("Bought just now and buy often.", "刚买过，且经常买。"), (5, 5), (4, 5)),
    Region("loyal", Text("Loyal", "忠诚客户"),
           Text("Buy often, not long ago.", "经常买，最近买过不久。"), (3, 4), (4, 5)),
    Region("potential_loyalists", Text("Potential loyalists", "潜在忠诚客户"),
           Text("Bought lately, and more than once.", "最近买过，且不止一次。"), (4, 5), (2, 3)),
    Region("new", Text("New customers", "新客户"),
           Text("Bought just now, for the first time or nearly so.", "刚买过，几乎是首次。"),
           (5, 5), (1, 1)),
    Region("promising", Text("Promising", "有望客户"),
           Text("Bought lately, but rarely.", "最近买过，但次数少。"), (4, 4), (1, 1)),
    Region("need_attention", Text("Need attention", "需要关注"),
           Text("In the middle on both counts.", "最近度与频次都居中。"), (3, 3), (3, 3)),
    Region("about_to_sleep", Text("About to sleep", "即将沉睡"),
           Text("Below average, and some time ago.", "买得少，且已有一段时间没买。"),
           (3, 3), (1, 2)),
    Region("at_risk", Text("At risk", "流失风险"),
           Text("Used to buy often, long ago.", "曾经常买，但很久没买。"), (1, 2), (3, 4)),
    Region("cannot_lose", Text("Cannot lose them", "不能失去"),
           Text("Used to buy most often of all, long ago.", "曾是买得最多的人，但很久没买。"),
           (1, 2), (5, 5)),
    Region("hibernating", Text("Hibernating", "沉睡客户"),
           Text("Bought rarely, and long ago.", "买得少，且很久没买。"), (1, 2), (1, 2)),
)  # fmt: skip


def region_of(recency: int, frequency: int) -> Region:
    """Raises ValueError for a level that is not 1 to 5."""
    for region in REGIONS:
        if region.holds(recency, frequency):
            return region
    raise ValueError(f"no region has recency {recency} and frequency {frequency}")
