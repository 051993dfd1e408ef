"""Which concepts a text speaks of: their names as substrings, the longest match only."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable


def name_pattern(names: Iterable[str]) -> re.Pattern[str]:
    """Finds, at every position, the longest name that starts there.

    Names of one character are left out: in Chinese text they are parts of other words.
    """
    longest_first = sorted({n for n in names if len(n) > 1}, key=lambda n: (-len(n), n))
    # A lookahead, because a plain alternation would skip names that overlap.
    return re.compile(f"(?=({'|'.join(map(re.escape, longest_first))}))")


def count_names(text: str, pattern: re.Pattern[str]) -> Counter[str]:
    """Occurrences of each name that do not lie inside a longer match."""
    counts: Counter[str] = Counter()
    reached = 0
    for match in pattern.finditer(text):
        # Starts only grow, so a match is inside an earlier one exactly if it ends no later.
        if match.end(1) > reached:
            reached = match.end(1)
            counts[match.group(1)] += 1
    return counts


def strongest(counts: Counter[str], at_most: int) -> list[tuple[str, int]]:
    """Most occurrences first, ties by name."""
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:at_most]
