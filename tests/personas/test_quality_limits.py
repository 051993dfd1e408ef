"""Which limits numbers suggest, by hand."""

from __future__ import annotations

import pytest

from marketing.personas.quality.limits import Quantiles, suggested


def spread(**changed: float) -> Quantiles:
    usual = {"values": 1_000, "lowest": 0.0, "p1": 1.0, "q1": 10.0, "median": 15.0, "q3": 20.0,
             "p99": 45.0, "highest": 9_999.0}  # fmt: skip
    return Quantiles(**(usual | changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "limits"),
    [
        (spread(), (None, 50.0)),
        (spread(lowest=-500.0), (-20.0, 50.0)),
        (spread(p99=123.4), (None, 124.0)),
        (spread(lowest=-500.0, p1=-123.4), (-124.0, 50.0)),
        (spread(highest=49.0), (None, None)),
        (spread(values=99), (None, None)),
        (spread(q1=20.0), (None, None)),
        (spread(q3=10.0123, q1=10.0), (1.0, 45.0)),
        (spread(q1=0.01, q3=0.0111, p99=0.0, lowest=0.0, p1=0.0), (None, 0.0144)),
    ],
)
def test_limits__that_numbers_suggest__are_far_fences_outside_of_what_is_usual(
    found: Quantiles, limits: tuple[float | None, float | None]
) -> None:
    assert suggested("anything", found) == pytest.approx(limits)


def test_limits__of_a_standard_property__are_those_of_what_it_can_be() -> None:
    assert suggested("progress", spread(lowest=-2.0)) == (0, 100)
    assert suggested("progress", spread(highest=44.0)) == (None, None)
