"""The laws of every insight, on its own example question."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketing.kernel.errors import MarketingError
from recommender.insights import INSIGHTS, Groups, Insight, Moment, Refused
from tests.conformance.sources import source_of
from tests.conformance.streams import MOMENTS, ZONES, Said, rows

QUESTIONS = {
    name: msgspec.convert(INSIGHTS.get(name).example, INSIGHTS.get(name)) for name in INSIGHTS
}
every_member = pytest.mark.parametrize("name", list(QUESTIONS))
laws = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
NOW = datetime(2024, 11, 5, 9, 30, tzinfo=UTC)  # two days after the clocks of New York changed
ZONE = ZoneInfo("America/New_York")
GROUPS = Groups(np.array([-1, 0, 1, 0, 1, 0], dtype=np.int32), ("north", "south"))
# An answer, or why there is none.
Outcome = msgspec.Struct | tuple[str, str]


@pytest.fixture(scope="module")
def connection() -> Iterator[Any]:
    found = ibis.duckdb.connect()
    yield found
    found.disconnect()


def asked(
    connection: Any, name: str, stream: Sequence[Said], now: datetime = NOW, zone: ZoneInfo = ZONE
) -> Outcome:
    moment = Moment(now, zone, GROUPS, titles=lambda ids: {one: one.upper() for one in ids})
    try:
        return QUESTIONS[name].answer(source_of(rows(stream)), moment)
    except Refused as error:
        return error.code, error.message


@st.composite
def few(draw: st.DrawFn, question: Insight, now: datetime) -> list[Said]:
    """Up to 20 events of five people in half a year, some of them after now."""
    one = st.builds(
        Said, st.integers(1, 5), st.sampled_from([*question.events(), "Something Else"]),
        st.integers(-180 * 24, 48).map(lambda hours: now + timedelta(hours=hours)),
        st.fixed_dictionaries(
            {"content": st.sampled_from(["algebra", "poetry", "logic"])},
            optional={"score": st.integers(0, 100), "price_cents": st.integers(0, 9_900)},
        ),
    )  # fmt: skip
    return draw(st.lists(one, max_size=20))


@cache
def many(events: tuple[str, ...]) -> tuple[Said, ...]:
    """A hundred days with a week's rhythm, up to a day after now; the same for every law."""
    chance = random.Random(7)
    found = []
    for ago in range(-1, 100):
        day = NOW - timedelta(days=ago)
        for _ in range(4 + 3 * (day.weekday() < 5) + chance.randrange(4)):
            at = day - timedelta(seconds=chance.randrange(80_000))
            said = {"content": chance.choice("abcdef"), "score": chance.randrange(100),
                    "price_cents": chance.randrange(5_000)}  # fmt: skip
            found.append(Said(chance.randrange(1, 60), chance.choice(events), at, said))
    return tuple(found)


@every_member
@laws
@given(data=st.data(), now=MOMENTS, zone=ZONES)
def test_insight__when_events_follow_now__then_it_is_as_without_them(
    name: str, data: st.DataObject, now: datetime, zone: ZoneInfo, connection: Any
) -> None:
    stream = data.draw(few(QUESTIONS[name], now))
    past = [each for each in stream if each.at <= now]
    assert asked(connection, name, stream, now, zone) == asked(connection, name, past, now, zone)


@every_member
@laws
@given(data=st.data(), order=st.randoms(use_true_random=False))
def test_insight__when_the_events_come_in_another_order__then_it_is_the_same(
    name: str, data: st.DataObject, order: random.Random, connection: Any
) -> None:
    stream = data.draw(few(QUESTIONS[name], NOW))
    mixed = order.sample(stream, len(stream))
    assert asked(connection, name, mixed) == asked(connection, name, stream)


@every_member
def test_insight__over_a_long_history__then_neither_order_nor_future_nor_others_matter(
    name: str, connection: Any
) -> None:
    stream = list(many(QUESTIONS[name].events()))
    answer = asked(connection, name, stream)
    assert isinstance(answer, INSIGHTS.get(name).result), answer
    others = [Said(each.person, "Something Else", each.at, {}) for each in stream]
    mixed = [each for each in [*stream, *others] if each.at <= NOW]
    random.Random(3).shuffle(mixed)
    assert asked(connection, name, mixed) == answer


@every_member
def test_insight__over_a_long_history__then_the_answer_survives_json(
    name: str, connection: Any
) -> None:
    answer = asked(connection, name, many(QUESTIONS[name].events()))
    sent = msgspec.json.encode(answer)
    assert msgspec.json.decode(sent, type=INSIGHTS.get(name).result) == answer
    stored = msgspec.to_builtins(answer)
    assert msgspec.convert(stored, INSIGHTS.get(name).result) == answer
    with pytest.raises((AttributeError, TypeError)):
        setattr(answer, answer.__struct_fields__[0], None)


@every_member
def test_insight__without_events__then_an_empty_answer_or_a_refusal_in_both_languages(
    name: str, connection: Any
) -> None:
    moment = Moment(NOW, ZONE)
    try:
        answer = QUESTIONS[name].answer(source_of([]), moment)
    except Refused as error:
        assert error.code and error.fix
        assert all([*error.why, *error.remedy])
        assert error.why.en != error.why.zh and "{" not in "".join([*error.why, *error.remedy])
    else:
        assert set(numbers(msgspec.to_builtins(answer))) <= {0}


def numbers(value: object) -> Iterator[float]:
    """Every number in an answer; flags and None are none."""
    if isinstance(value, dict | list | tuple):
        for part in value.values() if isinstance(value, dict) else value:
            yield from numbers(part)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield value


@every_member
def test_question__when_sent_and_stored__then_it_is_the_same_question(name: str) -> None:
    question = QUESTIONS[name]
    assert msgspec.convert(msgspec.to_builtins(question), type(question)) == question
    assert msgspec.json.decode(msgspec.json.encode(question), type=type(question)) == question
    assert question.events() == tuple(dict.fromkeys(question.events())) != ()
    assert hash(question) == hash(msgspec.convert(msgspec.to_builtins(question), type(question)))


@every_member
def test_question__with_a_field_too_many__then_refused(name: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**INSIGHTS.get(name).example, "unheard_of": 1}, INSIGHTS.get(name))


@every_member
def test_question__as_a_schema__then_every_number_has_its_bounds(name: str) -> None:
    schema = msgspec.json.schema(INSIGHTS.get(name))
    own = schema["$defs"][INSIGHTS.get(name).__name__]["properties"]
    numbers = {key: said for key, said in own.items() if said.get("type") in ("integer", "number")}
    limits = {"minimum", "exclusiveMinimum"}
    assert {key for key, said in numbers.items() if not limits & set(said)} == set()


@every_member
def test_insight__when_shown_to_an_operator__then_it_has_a_name_in_both_languages(
    name: str,
) -> None:
    label = INSIGHTS.get(name).label
    assert label.en and label.zh and label.en != label.zh


def test_registry__when_read__then_nothing_heavy_is_loaded() -> None:
    program = (
        "import sys; from recommender.insights import INSIGHTS; INSIGHTS.names(); "
        "print(sorted({'ibis', 'duckdb', 'pyarrow', 'pandas', 'scipy', 'statsmodels', 'mlxtend',"
        " 'sklearn'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"


def test_refusal__then_it_is_an_error_of_the_house() -> None:
    assert issubclass(Refused, MarketingError) and Refused.status == 409
