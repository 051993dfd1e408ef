"""The funnel against every attempt looked at one by one, and against cases worked by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.insights import INSIGHTS, Groups
from recommender.insights._blocks import blocks
from recommender.insights._choice import EventChoice
from tests.conformance.sources import source_of
from tests.conformance.streams import Said, rows
from tests.insights.ask import ask

NOW = datetime(2024, 6, 12, 12, tzinfo=UTC)
HOURS = timedelta(hours=1)
laws = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


def at(hours: float, person: int, event: str, **properties: object) -> Said:
    """So many hours before now."""
    return Said(person, event, NOW - hours * HOURS, dict(properties))


def funnel(*steps: Any, **more: Any) -> dict[str, Any]:
    named = [{"event": step} if isinstance(step, str) else step for step in steps]
    return {"steps": named, "window": {}, **more}


def people(answer: Any) -> list[int]:
    return [step.people for step in answer.steps]


def test_funnel__when_worked_by_hand__then_counts_shares_and_medians_are_those() -> None:
    stream = [
        at(100, 1, "see"), at(98, 1, "try"), at(90, 1, "buy"),
        at(100, 2, "see"), at(94, 2, "try"),
        at(100, 3, "see"), at(101, 3, "try"),  # tried before it saw
        at(50, 4, "try"), at(49, 4, "buy"),  # never saw
    ]  # fmt: skip
    answer = ask("funnel", funnel("see", "try", "buy", within_hours=24), stream, NOW)
    assert people(answer) == [3, 2, 1]
    assert [step.from_first for step in answer.steps] == [1.0, 2 / 3, 1 / 3]
    assert [step.from_previous for step in answer.steps] == [1.0, 2 / 3, 1 / 2]
    # 2 and 6 hours to try; 10 hours to buy, 8 of them after trying.
    assert [step.median_s for step in answer.steps] == [None, 4 * 3600, 10 * 3600]
    assert [step.median_previous_s for step in answer.steps] == [None, 4 * 3600, 8 * 3600]


def test_funnel__when_the_first_attempt_fails__then_a_later_start_counts() -> None:
    stream = [at(100, 1, "see"), at(30, 1, "see"), at(28, 1, "buy")]
    answer = ask("funnel", funnel("see", "buy", within_hours=5), stream, NOW)
    assert people(answer) == [1, 1]
    assert answer.steps[1].median_s == 2 * 3600


@pytest.mark.parametrize(("shift", "reached"), [(0, 1), (1, 0)])
def test_funnel__at_the_end_of_the_time__then_the_last_moment_counts(
    shift: int, reached: int
) -> None:
    late = NOW - 95 * HOURS + timedelta(microseconds=shift)
    stream = [at(100, 1, "see"), Said(1, "buy", late, {})]
    assert people(ask("funnel", funnel("see", "buy", within_hours=5), stream, NOW)) == [1, reached]


def test_funnel__when_steps_share_a_moment__then_neither_follows_the_other() -> None:
    stream = [at(5, 1, "see"), at(5, 1, "buy")]
    assert people(ask("funnel", funnel("see", "buy"), stream, NOW)) == [1, 0]


def test_funnel__when_a_step_comes_twice__then_it_must_happen_twice() -> None:
    stream = [at(5, 1, "see"), at(4, 1, "see"), at(5, 2, "see")]
    assert people(ask("funnel", funnel("see", "see"), stream, NOW)) == [2, 1]


def test_funnel__with_filters__then_only_events_that_pass_are_steps() -> None:
    dear = {"event": "buy", "where": [{"property": "price", "op": "gte", "value": 100}]}
    stream = [
        at(9, 1, "see"), at(8, 1, "buy", price=99.5), at(9, 2, "see"), at(8, 2, "buy", price=100),
        at(9, 3, "see"), at(8, 3, "buy", price="120"), at(9, 4, "see"), at(8, 4, "buy"),
    ]  # fmt: skip
    assert people(ask("funnel", funnel("see", dear), stream, NOW)) == [4, 1]


def test_funnel__when_time_is_left__then_who_stopped_is_waiting() -> None:
    stream = [
        at(100, 1, "see"), at(3, 2, "see"), at(3, 3, "see"), at(2, 3, "try"),
        at(4, 4, "see"), at(3, 4, "try"), at(2, 4, "buy"),
        at(100, 5, "see"), at(99, 5, "try"), at(1, 5, "see"),
    ]  # fmt: skip
    answer = ask("funnel", funnel("see", "try", "buy", within_hours=10), stream, NOW)
    assert people(answer) == [5, 3, 1]
    # 2 may still try; 3 may still buy, and so may 5, who has started anew.
    assert [step.waiting for step in answer.steps] == [1, 2, 0]


def test_funnel__with_a_window__then_only_starts_inside_it_count() -> None:
    stream = [at(24 * 9, 1, "see"), at(24 * 8, 1, "buy"), at(24 * 2, 2, "see"), at(1, 2, "buy")]
    week = funnel("see", "buy", window={"days": 7})
    assert people(ask("funnel", week, stream, NOW)) == [1, 1]
    before = funnel("see", "buy", window={"days": 7, "skip_days": 7})
    assert people(ask("funnel", before, stream, NOW)) == [1, 1]


def test_funnel__by_groups__then_the_parts_add_up_and_the_smallest_are_together() -> None:
    stream = [at(9, person, "see") for person in range(1, 41)]
    stream += [at(8, person, "buy") for person in range(1, 41, 2)]
    codes = np.array([-1, *(min(person // 4, 9) for person in range(36))], dtype=np.int32)
    groups = Groups(codes, tuple("abcdefghij"))  # 37 to 40 are beyond it
    asked = funnel("see", "buy", breakdown={"kind": "attribute", "name": "city"})
    answer = ask("funnel", asked, stream, NOW, groups=groups)
    assert [group.kind for group in answer.groups] == ["named"] * 8 + ["rest", "none"]
    assert [sum(group.steps[i].people for group in answer.groups) for i in (0, 1)] == [40, 20]
    assert people(answer.groups[0]) == [4, 2]
    assert people(answer.groups[-1]) == [4, 2]


# --- against every attempt, one by one --------------------------------------------------------


def chains(
    own: Sequence[Said], steps: Sequence[str], within: timedelta
) -> Iterator[tuple[datetime, ...]]:
    """The moments of every attempt of one person, whole or not."""
    going: list[tuple[datetime, ...]] = [(e.at,) for e in own if e.name == steps[0]]
    while going:
        chain = going.pop()
        yield chain
        if len(chain) < len(steps):
            going += [
                (*chain, each.at)
                for each in own
                if each.name == steps[len(chain)]
                and each.at > chain[-1]
                and each.at - chain[0] <= within
            ]


def plainly(
    stream: Sequence[Said], steps: Sequence[str], within: timedelta
) -> list[dict[str, object]]:
    """The answer's steps, from all chains of everybody."""
    found: list[dict[str, Any]] = []
    everybody = {
        person: list(chains([e for e in stream if e.person == person], steps, within))
        for person in sorted({each.person for each in stream})
    }
    for k in range(1, len(steps) + 1):
        reached = {p: [c for c in cs if len(c) == k] for p, cs in everybody.items()}
        firsts = [shortest(each) for each in reached.values() if each]
        stopped = [
            p for p, cs in everybody.items()
            if cs and max(map(len, cs)) == k and max(c[0] for c in cs) + within > NOW
        ]  # fmt: skip
        found.append(
            {
                "people": len(firsts),
                "median_s": median((c[-1] - c[0]).total_seconds() for c in firsts)
                if firsts and k > 1 else None,
                "median_previous_s": median((c[-1] - c[-2]).total_seconds() for c in firsts)
                if firsts and k > 1 else None,
                "waiting": len(stopped) if k < len(steps) else 0,
            }
        )  # fmt: skip
    return found


def shortest(reached: Sequence[tuple[datetime, ...]]) -> tuple[datetime, ...]:
    """Of those that end first: started last, and of these the last step before it the latest."""
    end = min(chain[-1] for chain in reached)
    return max((c for c in reached if c[-1] == end), key=lambda c: (c[0], c[-2] if c[1:] else 0))


STREAMS = st.lists(
    st.builds(
        lambda person, event, hours: at(hours, person, event),
        st.integers(1, 4), st.sampled_from("abcx"), st.integers(0, 14),
    ),
    max_size=22,
)  # fmt: skip


@laws
@given(stream=STREAMS, steps=st.lists(st.sampled_from("abc"), min_size=2, max_size=4),
       within=st.integers(1, 12))  # fmt: skip
def test_funnel__then_it_is_what_every_attempt_says(
    stream: list[Said], steps: list[str], within: int, connection: Any
) -> None:
    asked = funnel(*steps, within_hours=within)
    answer = ask("funnel", asked, stream, NOW, connection=connection)
    wanted = plainly(stream, steps, within * HOURS)
    fields = ("people", "median_s", "median_previous_s", "waiting")
    assert [{name: getattr(step, name) for name in fields} for step in answer.steps] == wanted


@laws
@given(stream=STREAMS, size=st.integers(1, 6))
def test_blocks__of_any_size__then_whole_people_and_every_row_once(
    stream: list[Said], size: int, connection: Any
) -> None:
    choices = [EventChoice(event="a"), EventChoice(event="b")]
    source = source_of(rows(stream))
    until_us = int(NOW.timestamp()) * 1_000_000
    parts = list(blocks(source, choices, since=None, until_us=until_us, rows_a_block=size))
    people = [set(part.person.tolist()) for part in parts]
    assert sum(map(len, people)) == len(set().union(*people))
    assert sum(map(len, parts)) == sum(each.name in "ab" for each in stream)


def test_funnel__with_one_step_or_nine__then_refused() -> None:
    for n in (1, 9):
        with pytest.raises(msgspec.ValidationError, match=r"\$\.steps"):
            msgspec.convert(funnel(*["a"] * n), INSIGHTS.get("funnel"))


def test_funnel__with_days_of_the_workspace__then_the_window_starts_at_its_midnight() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    midnight = datetime(2024, 6, 11, 16, tzinfo=UTC)
    early, late = midnight - timedelta(microseconds=1), midnight
    stream = [Said(1, "see", early, {}), Said(2, "see", late, {}), at(1, 1, "buy"), at(1, 2, "buy")]
    asked = funnel("see", "buy", window={"days": 1})
    answer = ask("funnel", asked, stream, NOW, zone=zone, connection=ibis.duckdb.connect())
    assert people(answer) == [1, 1]
    assert answer.starts_from == midnight
