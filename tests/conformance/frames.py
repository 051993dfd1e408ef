"""Random event frames that any feature or predictor can read, whatever properties it asks for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from marketing.events.types import EventFrame

DAY_US = 86_400_000_000
FIRST = date(2024, 1, 1)
FIRST_US = 19_723 * DAY_US
PEOPLE = np.arange(6, dtype=np.int64)
DATES = st.integers(-60, 120).map(lambda day: (FIRST + timedelta(days=day)).isoformat())
TEXTS = {
    "content": st.sampled_from(["algebra", "poetry"]),
    "presentation": st.sampled_from(["2024A", "2024B", None]),
    "assessment": st.sampled_from(["one", "two", "three"]),
    "starts_at": st.one_of(DATES, st.sampled_from([None, "soon"])),
    "ends_at": st.one_of(DATES, st.none()),
    "due_at": st.one_of(DATES, st.none()),
}
NUMBERS = {
    "withdrawal_undated": st.sampled_from([np.nan, np.nan, np.nan, 1.0]),
    "score": st.one_of(st.just(np.nan), st.integers(0, 100).map(float)),
}
ANY_TEXT = st.sampled_from(["x", "y", None])
ANY_NUMBER = st.one_of(st.just(np.nan), st.floats(-100, 100))


@st.composite
def frames(
    draw: st.DrawFn, events: tuple[str, ...], numbers: Iterable[str], texts: Iterable[str]
) -> EventFrame:
    """Up to 30 events of 5 people (ordinals 0 to 4) in 100 days, with exactly these properties."""
    names = (*sorted(set(events)), "Something Else")
    row = st.tuples(
        st.integers(0, 4), st.integers(0, 100 * 24), st.integers(0, len(names) - 1),
        st.fixed_dictionaries({name: NUMBERS.get(name, ANY_NUMBER) for name in numbers}),
        st.fixed_dictionaries({name: TEXTS.get(name, ANY_TEXT) for name in texts}),
    )  # fmt: skip
    rows = sorted(draw(st.lists(row, max_size=30)), key=lambda one: one[:2])
    columns: dict[str, NDArray[np.generic]] = {
        name: np.array([one[3][name] for one in rows], np.float64) for name in numbers
    }
    columns |= {name: np.array([one[4][name] for one in rows], object) for name in texts}
    return EventFrame(
        np.array([one[0] for one in rows], np.int64),
        np.array([FIRST_US + one[1] * (DAY_US // 24) for one in rows], np.int64),
        np.array([one[2] for one in rows], np.int32), names, columns,
    )  # fmt: skip


MOMENTS = st.integers(-5, 105).map(lambda day: FIRST_US + day * DAY_US)
